"""What a question for a reason takes for granted: "Mengapa loket itu ditutup?" that the counter was closed."""

import re

_ASKS_WHY = (
    r"(?:mengapa|kenapa|kok|(?:karena|gara-gara|lantaran|atas dasar) apa"
    r"|(?:apa|apakah) (?:alasan|sebab|penyebab|pertimbangan|yang (?:menyebabkan|membuat|menjadi (?:alasan|penyebab)))(?:nya)?)(?:kah)?"
)
_FIRST = re.compile(rf"^(?:(?:lalu|terus|dan) )?{_ASKS_WHY}(?: (?:sih|ya))?\s+", re.IGNORECASE)
_LAST = re.compile(rf"[\s,]+{_ASKS_WHY}(?: (?:ya|sih|dong))*\s*\?*$", re.IGNORECASE)


def premise_of(question: str) -> str | None:
    """Return as a sentence what an Indonesian question for a reason presupposes, None when that cannot be told from its words.

    >>> premise_of("Mengapa loket di Tirtaloka ditutup?"), premise_of("loket tirtaloka ditutup kenapa ya"), premise_of("Siapa camat Tirtaloka?")
    ('Loket di Tirtaloka ditutup.', 'Loket tirtaloka ditutup.', None)
    """
    for asking in (_FIRST, _LAST):
        rest, found = asking.subn("", question.strip(), count=1)
        stated = rest.strip(" ?!.")
        if found and " " in stated:
            return f"{stated[0].upper()}{stated[1:]}."
    return None
