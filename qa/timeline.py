"""Dated facts: which of several values of the same thing held at the time that a question asks about.

Articles state what was so on their day. When articles of different days name different values (a mayor, a fare, a
budget), the question's time decides: a year or date, "tahun lalu", "sebelum X", or, when it names none, the latest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from qa.fact_values import same_value

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari pebruari february feb peb", "maret march mar", "april apr", "mei may", "juni june jun", "juli july jul",
            "agustus august agu agt agst aug", "september sept sep", "oktober october okt oct", "november nopember nov nop", "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# A pattern for the names of months, in small letters.
MONTH_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ANY_YEAR = r"(?:19|20)\d{2}"
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})\s+(?P<month>{MONTH_NAME})\.?\s+(?P<year>{_ANY_YEAR})\b|\b(?P<month_us>{MONTH_NAME})\s+(?P<day_us>\d{{1,2}}),\s*(?P<year_us>{_ANY_YEAR})\b|"
    rf"\b(?P<year_iso>{_ANY_YEAR})-(?P<month_iso>\d{{2}})-(?P<day_iso>\d{{2}})\b|\b(?P<day_short>\d{{1,2}})/(?P<month_short>\d{{1,2}})/(?P<year_short>{_ANY_YEAR})\b"
)
_MONTH = re.compile(rf"\b({MONTH_NAME})\.?\s+({_ANY_YEAR})\b")
_YEAR = re.compile(rf"\b({_ANY_YEAR})\b")
_COUNTS = {
    word: number
    for number, words in enumerate(("satu one a", "dua two", "tiga three", "empat four", "lima five", "enam six", "tujuh seven", "delapan eight",
                                    "sembilan nine", "sepuluh ten"), start=1)
    for word in words.split()
}  # fmt: skip
# "5000 tahun lalu" is before any calendar.
MOST_YEARS_AGO = 500
# Counts that are more than one word ("dua belas"), or no number at all, name no year that is known here.
_VAGUE = "beberapa puluhan belasan ratusan setengah puluh belas ratus".split()
_RELATIVE = re.compile(
    rf"\b(?:(?P<ago>(?:(?:\d+|{'|'.join((*_COUNTS, *_VAGUE))})\s+){{1,4}})(?:tahun\s+(?:yang\s+)?(?:lalu|silam)|years?\s+ago)|"
    r"(?P<last>(?:se)?tahun\s+(?:(?:yang\s+)?(?:lalu|silam)|kemarin)|last\s+year)|(?P<this>tahun\s+ini|this\s+year)|(?P<next>tahun\s+(?:depan|mendatang)|next\s+year))\b",
    re.I,
)
# "X menggantikan siapa?" names no time: the reader finds who it was.
_WHOM = r"(?!(?:oleh\s+)?(?:\w+\s+){0,2}(?:siapa|apa|mana|who|whom)\b)"
_BEFORE = re.compile(rf"\b(?:sebelum|before|pendahulu|digantikan(?: oleh)?)\s+{_WHOM}(?P<what>.+?)(?:\s+(?:menjabat|menjadi)\b.*)?[?.!]*$", re.I)
_AFTER = re.compile(rf"\b(?:sesudah|setelah|after|pengganti|menggantikan|penerus)\s+{_WHOM}(?P<what>.+?)(?:\s+(?:menjabat|menjadi)\b.*)?[?.!]*$", re.I)
# "Siapa yang menggantikan X sebagai sekda?": the office stands behind.
_SUCCESSION = re.compile(
    r"^(?P<who>siapa(?:kah)?|who)\b(?:\s+yang)?\s+(?:(?P<after>pengganti|menggantikan|penerus|replaced|succeeded)|digantikan(?:\s+oleh)?|pendahulu)\s+(?P<what>.+?)"
    r"\s+(?:sebagai|selaku|di kursi|di jabatan|menjadi|as)\s+(?P<office>.+?)[?.!]*$",
    re.IGNORECASE,
)
# Years that a sentence only compares with are not those that it tells of, nor is a year of a date in figures ("14/1/2025").
_TOLD_YEAR = re.compile(r"(?<![\d/.,])(?:19|20)\d{2}\b(?![.,]\d)")
_COMPARED_YEAR = re.compile(
    r"\b(?:dibanding(?:kan)?|ketimbang|daripada|sejak|dari|than|since)(?: (?:dengan|pada|tahun|periode|akhir|awal|realisasi))* (?:19|20)\d{2}\b", re.I
)
_RELATIVE_YEAR = re.compile(r"\btahun (?:lalu|ini|itu|depan|sebelumnya|berikutnya|yang sama)\b", re.I)
_NOW = re.compile(r"\b(?:sekarang|saat ini|kini|terkini|terbaru|terakhir|masih|jadinya|akhirnya|now|currently|current|latest|still)\b", re.I)
_PREVIOUS = re.compile(r"\b(?:sebelumnya|mantan|terdahulu|previous(?:ly)?|former(?:ly)?)\b", re.I)


class Order(Enum):
    """Whether the value beside a named one is asked for, and on which side."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class When:
    """The time a question asks about: a period (None: the latest), or the neighbour of a value (`beside`; "": of the latest)."""

    start: date | None = None
    end: date | None = None
    order: Order | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value, the day of the article that states it, and the number of its sentence in the caller's list."""

    value: str
    published: date
    number: int
    mentions_period: bool = False


def when_asked(question: str, today: date) -> When:
    """Return the time that the question names; `today` is what "tahun lalu" counts from.

    >>> when_asked("Siapa wali kota pada tahun 2021?", date(2026, 1, 1)).end
    datetime.date(2021, 12, 31)
    """
    text = question.casefold()
    period = _period(text, today)
    if period is not None:
        return When(*period)
    if found := _SUCCESSION.match(question):
        return When(order=Order.AFTER if found["after"] else Order.BEFORE, beside=found["what"].strip())
    for order, pattern in ((Order.BEFORE, _BEFORE), (Order.AFTER, _AFTER)):
        if found := pattern.search(question):
            return When(order=order, beside=found["what"].strip())
    return When(order=Order.BEFORE) if _PREVIOUS.search(text) else When()


def asks_for_now(question: str) -> bool:
    """Whether a question, with chat spelling written out, names the present: the newest article then knows best."""
    return _NOW.search(question) is not None


def years_named(text: str) -> list[str]:
    """Return the years that a text names, in order.

    >>> years_named("Pada 2024 naik dari 2.023 orang pada 14/1/2022.")
    ['2024']
    """
    return _TOLD_YEAR.findall(text)


def tells_of_another_year(question: str, sentence: str) -> bool:
    """Whether a question names a year and a sentence only others.

    >>> tells_of_another_year("Berapa penumpang pada 2025?", "Penumpang pada 2024 sebanyak 10.870 orang.")
    True
    """
    asked = set(years_named(question))
    if not asked or asked.intersection(years_named(sentence)) or _RELATIVE_YEAR.search(sentence):
        return False
    return _TOLD_YEAR.search(_COMPARED_YEAR.sub(" ", sentence)) is not None


def _period(text: str, today: date) -> tuple[date, date] | None:
    if (found := _DATE.search(text)) and (day := _as_date(found)):
        return day, day
    if found := _MONTH.search(text):  # also of a day that no calendar has
        start = date(int(found[2]), _MONTHS[found[1]], 1)
        return start, (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    year = int(found[1]) if (found := _YEAR.search(text)) else next((today.year + step for step in years_from_now(text)), None)
    return None if year is None else (date(year, 1, 1), date(year, 12, 31))


def years_from_now(text: str) -> list[int]:
    """Return the years that a text counts from its own ("tahun lalu": -1), in order; "beberapa tahun lalu" names none.

    >>> years_from_now("Naik dari tahun lalu, dan dari lima tahun silam.")
    [-1, -5]
    """
    return [step for found in _RELATIVE.finditer(text) if (step := _step(found)) is not None]


def _step(found: re.Match[str]) -> int | None:
    if not found["ago"]:
        return -1 if found["last"] else 0 if found["this"] else 1
    count = found["ago"].strip().casefold()
    ago = int(count) if count.isdigit() else _COUNTS.get(count)
    return None if ago is None or ago > MOST_YEARS_AGO else -ago


def _as_date(found: re.Match[str]) -> date | None:
    day, month, year = (next(found[f"{part}{form}"] for form in ("", "_us", "_iso", "_short") if found[f"{part}{form}"]) for part in ("day", "month", "year"))
    try:
        return date(int(year), _MONTHS.get(month) or int(month), int(day))
    except ValueError:  # 31 February
        return None


def without_time(question: str) -> str:
    """Return the question without the words that name a time or an order: what it asks about at any time.

    >>> without_time("Siapa wali kota pada tahun 2021?")
    'Siapa wali kota ?'
    """
    succession = _SUCCESSION.match(question)
    text = f"{succession['who']} {succession['office']}?" if succession else question
    for pattern in (_BEFORE, _AFTER):
        if found := pattern.search(text):
            text = text[: found.start()] + "?"
    text = re.sub(rf"(?i)(?:\b(?:pada|di|in|per|on|as of)\s+)?(?:\b(?:tahun|tanggal|bulan|the year|akhir|awal)\s+)*(?:{_DATE.pattern})", " ", text)
    text = re.sub(rf"(?i)(?:\b(?:pada|di|in|per)\s+)?(?:\b(?:bulan)\s+)?(?:{_MONTH.pattern})", " ", text)
    text = re.sub(rf"(?i)(?:\b(?:pada|di|in|per|for|untuk)\s+)?(?:\b(?:tahun|the year|tahun anggaran)\s+)?(?:{_YEAR.pattern})", " ", text)
    text = re.sub(rf"(?i)(?:\bpada\s+)?(?:{_RELATIVE.pattern})", " ", text)
    text = re.sub(r"(?i)\b(?:sekarang|saat ini|kini|terkini|terbaru|now|currently|current)\b", " ", text)
    text = _PREVIOUS.sub(" ", text)
    return " ".join(text.split())


def history(found: Sequence[Dated]) -> list[Dated]:
    """Return the values in order of time; the same value again counts once, from its first day on.

    Two values of one day are both kept.
    """
    kept: list[Dated] = []
    for fact in sorted(found, key=lambda f: f.published):
        if not any(same_value(fact.value, k.value) and not _changed_since(k, fact, kept) for k in kept):
            kept.append(fact)
    return kept


def _changed_since(earlier: Dated, fact: Dated, kept: Sequence[Dated]) -> bool:
    """Whether another value held between the two: then the old one has come back."""
    return any(earlier.published < k.published < fact.published and not same_value(k.value, fact.value) for k in kept)


def held_at(facts: Sequence[Dated], when: When) -> Dated | None:
    """Return the value of the ordered `facts` that held at the asked time; None when it is before the first one.

    After the last one that holds still, as far as the articles know; beside the first or last one in order there is none.

    >>> facts = [Dated("A", date(2020, 5, 1), 0), Dated("B", date(2022, 5, 1), 1)]
    >>> held_at(facts, When(date(2021, 1, 1), date(2021, 12, 31))).value
    'A'
    """
    if when.order is not None:
        return _neighbour(facts, when)
    if when.end is None:
        return facts[-1]
    named = [f for f in facts if f.mentions_period]
    before = [f for f in facts if f.published <= when.end]
    return named[-1] if named else before[-1] if before else None


def _neighbour(facts: Sequence[Dated], when: When) -> Dated | None:
    step = -1 if when.order is Order.BEFORE else 1
    at = len(facts) - 1
    if when.beside:
        at = next((n for n, f in enumerate(facts) if same_value(f.value, when.beside) or f.value.casefold() in when.beside.casefold()), -1)
        if at < 0:
            return None
    return facts[at + step] if 0 <= at + step < len(facts) else None
