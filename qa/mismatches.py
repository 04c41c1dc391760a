"""Figures of a sentence that are none of what a question asks for: of another grade or stage, days where something is counted, no money where a sum is."""

import re

from index.text import detect_language, spell_out, translate
from qa.forms import asks_for_count, asks_for_money
from qa.timeline import MONTH_NAME

# Things that are told apart by a number: "kelas 5" is not "kelas 7", "tahap II" not "tahap I".
_ROMAN = r"(?:x{0,2}(?:ix|iv|v?i{1,3}|v)|x{1,2})"
# "Golongan I Rp1 juta, II Rp2 juta": the thing is named once.
_ROMAN_MARK = re.compile(rf"\b{_ROMAN.upper()}\b")
_ORDINALS = "satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh"
_NUMBERED = re.compile(
    r"\b(class|phase|stage|echelon|floor|kelas|golongan|gol|tahap|gelombang|eselon|tipe|kategori|periode|pasal|ayat|semester|triwulan|angkatan|jilid|lantai|tingkat|zona|klaster|kloter|sesi)"
    rf"\.?\s+(?:ke-?\s*)?(\d{{1,3}}|{_ROMAN}|pertama|(?:ke)?(?:{_ORDINALS}))(?:[/.]?[a-e])?\b(?!\s+(?:tahun|bulan|hari|pekan|minggu|jam|menit)\b)",
    re.IGNORECASE,
)
_SAME_THING = {"class": "kelas", "phase": "tahap", "stage": "tahap", "echelon": "eselon", "floor": "lantai", "gol": "golongan"}
_NAMES = {"pertama": 1, **{f"{ke}{name}": n for n, name in enumerate(_ORDINALS.split("|"), 1) for ke in ("", "ke")}}
_DIGITS = {"i": 1, "v": 5, "x": 10}
# Behind one number of a range or an enumeration others stand that are not told apart here.
_SEVERAL = re.compile(rf"(?:\d|\b{_ROMAN})[a-e]?\s*(?:-|–|/|s\.?d\.?|sampai|hingga|dan|atau|,|&)\s*(?:[a-z]+\s+)?(?:\d|{_ROMAN}\b)", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b")
# What may answer for a sum: no costs, a share, a multiple of a salary, a sum whose currency is not said.
_SUM = re.compile(
    r"\brp|rupiah|\b(?:usd|idr|eur|sgd)\b|\$|€|dolar|dollar|ringgit|euro|\d\s*(?:ribu|juta|mil[iy]ar|triliun|jt|rb|[mtk])\b|\d{1,3}(?:\.\d{3})+|\d,-|(?:ratus|ribu|juta|mil[iy]ar)\b"
    r"|persen|%|gratis|cuma-cuma|ditanggung|bebas|tidak|tanpa|belum|\bkali\b|setara|sama|gaji|gram|\bnol\b|:$|[|\t]",
    re.IGNORECASE,
)
# Figures of other things than people or things: sums, spans of time, distances, regulations.
_OF_OTHERS = re.compile(
    r"\brp\.?\s*\d[\d.,]*(?:\s*(?:ribu|juta|mil[iy]ar|triliun))?|\b(?:nomor|no\.|pasal|ayat|perda|perwali)\s*\d+(?:/\d+)*(?:\s+tahun\s+\d{4})?"
    r"|\b(?:\d+(?:[.,]\d+)*|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)(?:\s*(?:-|–|sampai|hingga)\s*\d+)?"
    r"\s*(?:tahun|bulan|hari|pekan|minggu|jam|menit|kali|km|kilometer|meter|rupiah)(?![a-z])",
    re.IGNORECASE,
)
# Figures that count nothing: days, years, times of day, marks of list lines.
_DATE_OR_MARK = re.compile(
    rf"\d{{1,2}}(?:\s*(?:-|–|sampai|hingga|s\.?d\.?|dan)\s*\d{{1,2}})?\s+(?:{MONTH_NAME})\b(?:\s+\d{{4}})?|\b(?:{MONTH_NAME})\s+\d{{4}}"
    r"|\(?\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\)?|\b(?:tahun|sejak|pada|per)\s+(?:19|20)\d{2}\b"
    r"|(?<!menjadi )(?<!sebanyak )(?<!mencapai )(?<!total )(?<!sekitar )(?<!ada )\b(?:19|20)\d{2}\b(?![.,]\d)(?!\s+[a-z])"
    r"|\b(?:pukul|jam)\s+\d{1,2}(?:[.:]\d{2})?|\b\d{1,2}[.:]\d{2}\s*(?:-|–|wi[bt])|^\s*\(?\d{1,2}[.)]\s",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\d|\b(?:se(?:orang|buah|puluh|belas|ratus|ribu|juta|kali|tengah|ekor)\w*|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|belas\w*|puluh\w*|ratus\w*|ribu\w*|juta\w*"
    r"|twenty|twelve|eleven|ten|nine|eight|seven|six|five|four|three|two|one|hundred|thousand|ke(?:dua|tiga|empat|lima)\w*|\w*lusin\w*|tanpa korban|tiada"
    r"|separuh|sepertiga|seperempat|tidak|tak|belum|nihil|semua|seluruh\w*|kosong|gratis|sama)\b|:$",
    re.IGNORECASE,
)


def tells_of_another_number(asked: str, told: str) -> bool:
    """Whether a question names a grade, stage or the like by its number and a sentence only others.

    >>> tells_of_another_number("Berapa tunjangan kelas 5?", "Kelas 7 menerima Rp2 juta."), tells_of_another_number("Tahap 2?", "Tahap II dibuka.")
    (True, False)
    """
    wanted, found = _numbered(asked), _numbered(told)
    listed = {_number(m[0].lower()) for m in _ROMAN_MARK.finditer(told)}
    return any(thing in found and not numbers & (found[thing] | listed) for thing, numbers in wanted.items()) and not _SEVERAL.search(told)


def _numbered(text: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for thing, number in _NUMBERED.findall(text.lower()):
        found.setdefault(_SAME_THING.get(thing, thing), set()).add(_number(number))
    return found


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    if written in _NAMES:
        return _NAMES[written]
    values = [_DIGITS[letter] for letter in written]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def counts_nothing(asked: str, told: str) -> bool:
    """Whether people or things are counted in a question and a sentence's only figures are of days, hours, spans, distances, sums, regulations and list lines.

    >>> counts_nothing("Berapa orang yang mendaftar?", "Setelah tiga tahun pendaftaran dibuka 20 Agustus 2024.")
    True
    """
    return asks_for_count(_spoken(asked)) and _COUNTS.search(_OF_OTHERS.sub(" ", _DATE_OR_MARK.sub(" ", told))) is None


def tells_no_sum(asked: str, told: str) -> bool:
    """Whether a sum of money is asked for and a sentence tells none, no share and no multiple either.

    >>> tells_no_sum("Berapa anggaran pelatihan itu?", "Pelatihan diikuti 40 orang."), tells_no_sum("Berapa biayanya?", "Pelatihan gratis.")
    (True, False)
    """
    return "how many" not in asked.lower() and asks_for_money(_spoken(asked)) and _SUM.search(told) is None


def _spoken(asked: str) -> str:
    """The question in Indonesian and small letters, chat spelling written out."""
    english = detect_language(asked) == "en"
    return _HOW_MANY.sub("berapa", translate(asked).lower()) if english else spell_out(asked).lower()
