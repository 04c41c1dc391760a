"""Figures of a sentence that are none of what a question asks for: of another grade or stage, or days where something is counted."""

import re

from index.text import spell_out
from qa.forms import asks_for_count
from qa.timeline import MONTH_NAME

# Things that are told apart by a number: "kelas 5" is not "kelas 7", "tahap II" not "tahap I".
_NUMBERED = re.compile(
    r"\b(class|phase|stage|echelon|floor|kelas|golongan|gol|tahap|gelombang|eselon|tipe|kategori|periode|pasal|ayat|semester|triwulan|angkatan|jilid|lantai|tingkat|zona|klaster|kloter|sesi)"
    r"\.?\s+(?:ke-?\s*)?(\d{1,3}|[ivx]{1,4}|pertama|kedua|ketiga|keempat|kelima)\b(?!\s*(?:[-–/]|s\.?d|sampai|hingga|dan|atau|,)\s*(?:\d|[ivx]+\b))",
    re.IGNORECASE,
)
_SAME_THING = {"class": "kelas", "phase": "tahap", "stage": "tahap", "echelon": "eselon", "floor": "lantai", "gol": "golongan"}
_NAMES_OF_NUMBERS = "i pertama, ii kedua, iii ketiga, iv keempat, v kelima, vi, vii, viii, ix, x"
_VALUES = {name: n for n, names in enumerate(_NAMES_OF_NUMBERS.split(", "), 1) for name in names.split()}
# Figures that count nothing: days, years, times of day, marks of list lines.
_DATE_OR_MARK = re.compile(
    rf"\d{{1,2}}(?:\s*(?:-|–|sampai|hingga|s\.?d\.?|dan)\s*\d{{1,2}})?\s+(?:{MONTH_NAME})\b(?:\s+\d{{4}})?|\b(?:{MONTH_NAME})\s+\d{{4}}"
    r"|\(?\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\)?|\b(?:tahun|sejak|pada|per)\s+(?:19|20)\d{2}\b|\b(?:19|20)\d{2}\b(?![.,]\d)(?!\s+[a-z])"
    r"|\b(?:pukul|jam)\s+\d{1,2}(?:[.:]\d{2})?|\b\d{1,2}[.:]\d{2}\s*(?:-|–|wi[bt])|^\s*\(?\d{1,2}[.)]\s",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\d|\b(?:se(?:orang|buah|puluh|belas|ratus|ribu|juta|kali|tengah|ekor)\w*|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|belas\w*|puluh\w*|ratus\w*|ribu\w*|juta\w*"
    r"|separuh|sepertiga|seperempat|tidak|tak|belum|nihil|tanpa|semua|seluruh\w*|kosong|gratis|sama)\b|:$",
    re.IGNORECASE,
)


def tells_of_another_number(asked: str, told: str) -> bool:
    """Whether a question names a grade, stage or the like by its number and a sentence only others.

    >>> tells_of_another_number("Berapa tunjangan kelas 5?", "Kelas 7 menerima Rp2 juta."), tells_of_another_number("Tahap 2?", "Tahap II dibuka.")
    (True, False)
    """
    wanted, found = _numbered(asked), _numbered(told)
    return any(thing in found and not numbers & found[thing] for thing, numbers in wanted.items())


def _numbered(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for thing, number in _NUMBERED.findall(text):
        value = number.lower()
        found.setdefault(_SAME_THING.get(thing.lower(), thing.lower()), set()).add(str(_VALUES.get(value, value)))
    return found


def counts_nothing(asked: str, told: str) -> bool:
    """Whether things are counted in a question and a sentence's only figures are days, years, hours and the marks of list lines.

    >>> counts_nothing("Berapa orang yang mendaftar?", "Pendaftaran dibuka 20 Agustus 2024.")
    True
    """
    return asks_for_count(spell_out(asked).lower()) and _COUNTS.search(_DATE_OR_MARK.sub(" ", told)) is None
