"""Figures of a sentence that are none of what a question asks for: of another grade or stage, days where something is counted, no money where a sum is."""

import re

from index.text import detect_language, spell_out, translate
from qa.forms import asks_for_count, asks_for_money
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
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b")
# What may answer for a sum: no costs, a share, a multiple of a salary, a sum whose currency is not said.
_SUM = re.compile(
    r"\brp|rupiah|\busd\b|us\$|dolar|dollar|ringgit|euro|\d\s*(?:ribu|juta|mil[iy]ar|triliun)|persen|%|gratis|bebas|tidak|tanpa|belum|\bkali\b|setara|sama|gaji|gram|\bnol\b|:$",
    re.IGNORECASE,
)
# Figures of other things than people or things: sums, shares, spans of time, regulations.
_OF_OTHERS = re.compile(
    r"\brp\.?\s*\d[\d.,]*(?:\s*(?:ribu|juta|mil[iy]ar|triliun))?|\b(?:nomor|no\.|pasal|ayat|perda|perwali)\s*\d+(?:/\d+)*(?:\s+tahun\s+\d{4})?"
    r"|\b(?:\d+(?:[.,]\d+)*|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)(?:\s*(?:-|–|sampai|hingga)\s*\d+)?"
    r"\s*(?:tahun|bulan|hari|pekan|minggu|jam|menit|persen|%|kali|km|kilometer|meter|rupiah)(?![a-z])",
    re.IGNORECASE,
)
# Figures that count nothing: days, years, times of day, marks of list lines.
_DATE_OR_MARK = re.compile(
    rf"\d{{1,2}}(?:\s*(?:-|–|sampai|hingga|s\.?d\.?|dan)\s*\d{{1,2}})?\s+(?:{MONTH_NAME})\b(?:\s+\d{{4}})?|\b(?:{MONTH_NAME})\s+\d{{4}}"
    r"|\(?\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\)?|\b(?:tahun|sejak|pada|per)\s+(?:19|20)\d{2}\b|\b(?:19|20)\d{2}\b(?![.,]\d)(?!\s+[a-z])"
    r"|\b(?:pukul|jam)\s+\d{1,2}(?:[.:]\d{2})?|\b\d{1,2}[.:]\d{2}\s*(?:-|–|wi[bt])|^\s*\(?\d{1,2}[.)]\s",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\d|\b(?:se(?:orang|buah|puluh|belas|ratus|ribu|juta|kali|tengah|ekor)\w*|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|belas\w*|puluh\w*|ratus\w*|ribu\w*|juta\w*"
    r"|separuh|sepertiga|seperempat|tidak|tak|belum|nihil|semua|seluruh\w*|kosong|gratis|sama)\b|:$",
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
    """Whether people or things are counted in a question and a sentence's only figures are days, years, hours, sums, shares and the marks of list lines.

    >>> counts_nothing("Berapa orang yang mendaftar?", "Setelah tiga tahun pendaftaran dibuka 20 Agustus 2024.")
    True
    """
    return asks_for_count(_spoken(asked)) and _COUNTS.search(_OF_OTHERS.sub(" ", _DATE_OR_MARK.sub(" ", told))) is None


def tells_no_sum(asked: str, told: str) -> bool:
    """Whether a sum of money is asked for and a sentence tells none, no share and no multiple either.

    >>> tells_no_sum("Berapa anggaran pelatihan itu?", "Pelatihan diikuti 40 orang."), tells_no_sum("Berapa biayanya?", "Pelatihan gratis.")
    (True, False)
    """
    return asks_for_money(_spoken(asked)) and _SUM.search(told) is None


def _spoken(asked: str) -> str:
    """The question in Indonesian and small letters, chat spelling written out."""
    english = detect_language(asked) == "en"
    return _HOW_MANY.sub("berapa", translate(asked).lower()) if english else spell_out(asked).lower()
