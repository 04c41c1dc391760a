"""Dated facts: which of several values of the same thing held at the time that a question asks about.

Articles state what was so on their day. When articles of different days name different values (a mayor, a fare, a
budget), the question's time decides: a year or date, "tahun lalu", "sebelum X", or, when it names none, the latest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

_MONTHS = "januari februari maret april mei juni juli agustus september oktober november desember".split()
_DATE = re.compile(
    rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+((?:19|20)\d{{2}})\b|\b((?:19|20)\d{{2}})-(\d{{2}})-(\d{{2}})\b|\b(\d{{1,2}})/(\d{{1,2}})/((?:19|20)\d{{2}})\b"
)
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\s+((?:19|20)\d{{2}})\b")
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
_RELATIVE = (
    (re.compile(r"\b(?:tahun lalu|tahun kemarin|last year)\b"), -1),
    (re.compile(r"\b(?:dua tahun lalu|two years ago)\b"), -2),
    (re.compile(r"\b(?:tahun ini|this year)\b"), 0),
)
_BEFORE = re.compile(r"\b(?:sebelum|before|pendahulu|digantikan(?: oleh)?)\s+(?P<what>.+?)(?:\s+(?:menjabat|menjadi)\b.*)?[?.!]*$", re.I)
_AFTER = re.compile(r"\b(?:sesudah|setelah|after|pengganti|menggantikan|penerus)\s+(?P<what>.+?)(?:\s+(?:menjabat|menjadi)\b.*)?[?.!]*$", re.I)
# Years that a sentence only compares with are not those that it tells of, nor is a year of a date in figures ("14/1/2025").
_TOLD_YEAR = re.compile(r"(?<![\d/.,])(?:19|20)\d{2}\b(?![.,]\d)")
_COMPARED_YEAR = re.compile(
    r"\b(?:dibanding(?:kan)?|ketimbang|daripada|sejak|dari|than|since)(?: (?:dengan|pada|tahun|periode|akhir|awal|realisasi))* (?:19|20)\d{2}\b", re.I
)
_RELATIVE_YEAR = re.compile(r"\btahun (?:lalu|ini|itu|depan|sebelumnya|berikutnya|yang sama)\b", re.I)
# The word after a number and its scale: "1,2 juta orang", "14 hari".
_COUNTED = re.compile(r"\d[\d.,]*\s*(?:(?:ribu|juta|miliar|milyar|triliun|triliyun)\b\s*)?([a-z]+)?")
_NOW = re.compile(r"\b(?:sekarang|saat ini|kini|terkini|terbaru|terakhir|masih|jadinya|akhirnya|now|currently|current|latest|still)\b", re.I)
_PREVIOUS = re.compile(r"\b(?:sebelumnya|mantan|terdahulu|previous|former)\b", re.I)


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
    for order, pattern in ((Order.BEFORE, _BEFORE), (Order.AFTER, _AFTER)):
        if found := pattern.search(question):
            return When(order=order, beside=found["what"].strip())
    return When(order=Order.BEFORE) if _PREVIOUS.search(text) else When()


def asks_for_now(question: str) -> bool:
    """Whether a question, with chat spelling written out, names the present: the newest article then knows best."""
    return _NOW.search(question) is not None


def tells_of_another_year(question: str, sentence: str) -> bool:
    """Whether a question names a year and a sentence only others.

    >>> tells_of_another_year("Berapa penumpang pada 2025?", "Penumpang pada 2024 sebanyak 10.870 orang.")
    True
    """
    asked = set(_TOLD_YEAR.findall(question))
    if not asked or asked.intersection(_TOLD_YEAR.findall(sentence)) or _RELATIVE_YEAR.search(sentence):
        return False
    return _TOLD_YEAR.search(_COMPARED_YEAR.sub(" ", sentence)) is not None


def _period(text: str, today: date) -> tuple[date, date] | None:
    if found := _DATE.search(text):
        day = _as_date(found)
        return (day, day) if day else None
    if found := _MONTH.search(text):
        start = date(int(found[2]), _MONTHS.index(found[1]) + 1, 1)
        return start, (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if found := _YEAR.search(text):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    for pattern, years in reversed(_RELATIVE):
        if pattern.search(text):
            return date(today.year + years, 1, 1), date(today.year + years, 12, 31)
    return None


def _as_date(found: "re.Match[str]") -> date | None:
    try:
        if found[3]:
            return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
        return date(int(found[4]), int(found[5]), int(found[6])) if found[4] else date(int(found[9]), int(found[8]), int(found[7]))
    except ValueError:  # 31 February
        return None


def without_time(question: str) -> str:
    """Return the question without the words that name a time or an order: what it asks about at any time.

    >>> without_time("Siapa wali kota pada tahun 2021?")
    'Siapa wali kota ?'
    """
    text = question
    for pattern in (_BEFORE, _AFTER):
        if found := pattern.search(text):
            text = text[: found.start()] + "?"
    text = re.sub(rf"(?i)(?:\b(?:pada|di|in|per|on|as of)\s+)?(?:\b(?:tahun|tanggal|bulan|the year|akhir|awal)\s+)*(?:{_DATE.pattern})", " ", text)
    text = re.sub(rf"(?i)(?:\b(?:pada|di|in|per)\s+)?(?:\b(?:bulan)\s+)?(?:{_MONTH.pattern})", " ", text)
    text = re.sub(rf"(?i)(?:\b(?:pada|di|in|per|for|untuk)\s+)?(?:\b(?:tahun|the year|tahun anggaran)\s+)?(?:{_YEAR.pattern})", " ", text)
    for relative, _ in _RELATIVE:
        text = re.sub(rf"(?i)(?:\b(?:pada)\s+)?(?:{relative.pattern})", " ", text)
    text = re.sub(r"(?i)\b(?:sekarang|saat ini|kini|terkini|terbaru|sebelumnya|terdahulu|now|currently|current|previously)\b", " ", text)
    return " ".join(text.split())


def comparable(one: str, other: str) -> bool:
    """Whether two values can follow each other in a history: sums of money, shares, or numbers of the same thing.

    >>> comparable("Rp4.000", "14 hari"), comparable("Rp4.000", "Rp5,2 triliun"), comparable("33 persen", "25%")
    (False, True, True)
    """
    first, second = _measure(one), _measure(other)
    bare = None in (first, second)  # a bare number may count anything but money and shares
    return first == second or (bare and not {first, second} & {"", "rupiah", "persen"})


def _measure(value: str) -> str | None:
    """What a number counts: "rupiah", "persen" or the word after it; None for a bare number, "" for a value without one."""
    text = value.casefold()
    counted = _COUNTED.search(text)
    if counted is None:
        return ""
    if re.search(r"\brp|\brupiah\b", text):
        return "rupiah"
    return "persen" if "%" in text or counted[1] == "persen" else counted[1]


def same_value(one: str, other: str) -> bool:
    """Whether two values are one: equal, or a name and a part of it ("Prakasa", "Suwanda Prakasa").

    Numbers are only equal when all their digits are.
    """
    a, b = (set(re.findall(r"\w+", v.casefold())) for v in (one, other))
    digits = [{w for w in words if w[0].isdigit()} for words in (a, b)]
    if digits[0] or digits[1]:
        return digits[0] == digits[1] and (a == b or len(a & b) >= 1)
    return bool(a and b) and (a <= b or b <= a)


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
    """Return the value of the ordered `facts` that held at the asked time; None when it is before the first or after the last.

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
