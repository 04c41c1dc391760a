"""Days of the week that a question asks about and a sentence tells of: opening hours differ from day to day."""

import re

from qa.timeline import MONTH_NAME

_NAMES = ("senin", "selasa", "rabu", "kamis", "jum['’]?at", "sabtu", "minggu|ahad")
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "|".join(f"{id}|{en}" for id, en in zip(_NAMES, _ENGLISH, strict=True))
_NUMBERED = [re.compile(rf"(?:{id}|{en})", re.IGNORECASE) for id, en in zip(_NAMES, _ENGLISH, strict=True)]
# The day of a date ("Selasa (3/2)", "Senin, 3 Maret") says when something happened or was said, not on which days it is so.
_NAMED = re.compile(rf"\b({_DAY})s?\b(?!,?\s*(?:\(\d{{1,2}}/\d|\d{{1,2}}/\d|\d{{1,2}}\s+(?:{MONTH_NAME})\b))", re.IGNORECASE)
_RANGE = re.compile(rf"\b({_DAY})\s*(?:[-–—−]|sampai(?: dengan)?|hingga|s\s*[./]?\s*d\b\.?|to|until|through|thru)\s*({_DAY})\b", re.IGNORECASE)
# "Dua minggu" is a fortnight; with a capital it is the day.
_WEEKS = re.compile(
    r"(?<![.:\d])\b(?i:\d+|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|beberapa|tiap|setiap|per|dalam|akhir)\s*minggu\b"
    r"|\bminggu\s+(?i:ini|lalu|depan|sekali|ke-?\d+|pertama|kedua|ketiga|keempat|kelima)\b"
)


def weekdays(text: str) -> frozenset[int]:
    """Return the days that a text names by their bare names, Monday is 0; "Senin hingga Kamis" names four.

    >>> sorted(weekdays("Buka Senin hingga Rabu dan Sabtu, ujarnya, Minggu (3/2)."))
    [0, 1, 2, 5]
    """
    daily = _WEEKS.sub(" ", text)
    ranges = [(_number(found[1]), _number(found[2])) for found in _RANGE.finditer(daily)]
    within = {(first + step) % 7 for first, last in ranges for step in range((last - first) % 7 + 1)}
    return frozenset(within | {_number(found[1]) for found in _NAMED.finditer(daily)})


def _number(name: str) -> int:
    return next(n for n, pattern in enumerate(_NUMBERED) if pattern.fullmatch(name))
