"""Short answers inside a sentence: the spans that a kind of question asks for, found by their form."""

import re
from collections.abc import Iterator

from index.datatypes import Span
from index.short_forms import long_terms
from index.text import spell_out, terms, words
from qa.questions import Kind, Question

_MONTH = r"(?:Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember|Jan|Feb|Mar|Apr|Agu|Agt|Sep|Okt|Nov|Des)\b"
_WEEKDAY = r"(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu)"
_NAME_WORD = r"(?:[A-ZÀ-Þ][\w’'-]*\.?|[A-Z]{2,})"
_PARTICLE = r"(?:bin|binti|van|de|der|al|el|of|the|and)"
_NAME = rf"{_NAME_WORD}(?:[ \xa0]+(?:{_PARTICLE}[ \xa0]+)?{_NAME_WORD})*"
_NUMBER = r"\d+(?:[.,]\d+)*"
_SCALE = r"(?:ribu|juta|miliar|milyar|triliun|triliyun)"
_UNIT = (
    r"(?:persen|%|ribu|juta|miliar|milyar|triliun|triliyun|orang|warga|pegawai|tahun|bulan|hari|jam|menit|detik|kilometer|km|meter|hektare?|ton|kg|"
    r"kali|unit|buah|dolar AS|dollar AS|dolar|poin|kursi|lokasi|kecamatan|kelurahan|daerah|rumah|kendaraan|kasus|rupiah|siswa|peserta|negara|kota|kabupaten)"
)
_WRITTEN_NUMBER = (
    r"(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belasan|puluhan|ratusan|ribuan|jutaan|"
    r"setengah|separuh|sepertiga|seperempat|pertama|kedua|ketiga)"
)

_TO = r"\s*(?:-|–|s\.?d\.?|sampai(?: dengan)?|hingga)\s*"
_CLOCK = r"\d{1,2}[.:]\d{2}(?!\d)"
# What says that two digits, a stop and two digits are no other number: "pukul" before, another one after, or the time zone.
_HOURS = (
    rf"\b(?:(?:pukul|jam)\s+(?:{_CLOCK}|\d{{1,2}}\b)(?:{_TO}(?:pukul\s+)?{_CLOCK})?|{_CLOCK}{_TO}(?:pukul\s+)?{_CLOCK}|{_CLOCK}(?=\s+WI[BT]))(?:\s+WI[BT]A?\b)?"
)
_ASKS_FOR_HOURS = re.compile(r"\b(?:jam|pukul) berapa|\bwhat time|\bwhat (?:are the )?\w* ?hours", re.I)
_FROM_DAY = rf"(?:\d{{1,2}}(?:\s+{_MONTH})?(?:\s+\d{{4}})?{_TO})?"

PATTERNS: dict[Kind, tuple[re.Pattern[str], ...]] = {
    Kind.TIME: (
        re.compile(rf"\b(?:{_WEEKDAY},?\s*)?\(?{_FROM_DAY}\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?\)?(?:\s+(?:pukul|jam)\s+\d{{1,2}}[.:]\d{{2}}(?:\s+WIB)?)?"),
        re.compile(rf"\b{_WEEKDAY},?\s*\(\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?\)"),
        re.compile(rf"\b{_MONTH}\s+\d{{4}}\b|\b\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{4}}\b"),
        re.compile(r"\b(?:tahun|sejak|pada|hingga)?\s*((?:1[5-9]|20)\d{2})\b"),
        re.compile(
            rf"{_HOURS}|\b{_WEEKDAY}\b|"
            r"\b(?:kemarin|besok|lusa|tadi malam|hari ini|tahun lalu|tahun depan|bulan depan)\b"
        ),
    ),
    Kind.AMOUNT: (
        re.compile(rf"(?:Rp\.?|US\$)\s*{_NUMBER}(?:\s*{_SCALE}\b)?"),
        re.compile(rf"{_NUMBER}(?:\s*{_SCALE}\b)?(?:\s*{_UNIT}\b|\s*%)", re.I),
        re.compile(rf"\b{_WRITTEN_NUMBER}\s+{_UNIT}\b", re.I),
        re.compile(rf"(?<![\w/(]){_NUMBER}(?![\w/]*\))"),
        re.compile(rf"\b{_WRITTEN_NUMBER}\b", re.I),
    ),
    Kind.PERSON: (re.compile(_NAME),),
    Kind.PLACE: (re.compile(rf"(?<=\bdi )(?:[a-z]+ ){{0,3}}{_NAME}|(?<=\bke ){_NAME}|(?<=\bdari ){_NAME}"),),
    Kind.MEANING: (re.compile(rf"{_NAME}(?=\s*\([A-Z][\w-]*\))|(?<=\()[A-Z][^()]{{5,80}}(?=\))"),),
}
_CLOCK_TIMES = re.compile(_HOURS)
_WORDS = re.compile(r"[^\W_]+")
_ABBREVIATION = re.compile(r"[^\W\d_]{1,2}\.|(?:[^\W\d_]+\.){2,}")
_NEXT_TO = re.compile(r"[^\W_][)\xa0 ,]*$")
# Words that stand before a person's name and are no part of it.
_OFFICE = frozenset(
    """wali kota walikota bupati gubernur presiden menteri kepala ketua dinas badan kantor camat lurah sekretaris direktur wakil plt pj plh dr drs ir
    asisten staf anggota dprd dpr kota kabupaten provinsi pemerintah pemkot pemprov pemkab bpk bapak ibu mantan komisi bidang bagian daerah humas
    kementerian polda polres kapolri kapolda kapolres deputi menko mendagri menpan""".split()
)
# A name that begins with one of these is nobody's.
_NO_PERSON = frozenset(
    """hotel gedung jalan universitas institut politeknik bank partai taman stadion pasar kecamatan kelurahan desa gunung pulau festival expo
    award awards undang-undang peraturan indonesia jawa sumatera sumatra kalimantan sulawesi papua bali balai aula kampus sekolah masjid rumah
    museum bandara stasiun terminal pelabuhan""".split()
)
_KINDS_OF_AREA = frozenset({"kota", "kabupaten", "provinsi"})
_COMMON_STARTS = frozenset(
    """ia dia mereka kami kita saya para sang kata menurut namun selain dalam pada untuk dari di ke dan atau serta tetapi
    sementara karena jika hal ini itu""".split()
)


def short_answer(question: Question, sentence: str) -> tuple[int, int] | None:
    """Return (start, end) in the sentence of the span that answers the question's kind, or None.

    Of the spans that are new to the question, the one nearest to the question's own words wins.
    """
    candidates = list(candidate_spans(question, sentence))
    if not candidates:
        return None
    anchors = _anchors(question, sentence)
    return min(candidates, key=lambda c: (-apposed(question, sentence, c[0]), _distance(c[0], anchors) + 25 * c[1]))[0]


def tidied(text: str, span: Span) -> Span | None:
    """Return a span of `text` that the reader pointed at as an answer is shown: whole words, no stop behind, no bracket left open.

    None when nothing is left.
    """
    if span.start >= span.end:  # a token of white space alone
        return None
    start, end = _closed(text, *_whole_words(text, *span))
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    if end > start:
        end = _without_stop(text, start, end)
    return Span(start, end) if text[start:end].strip() else None


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Tokens may end within a word; letters are completed by letters and digits by digits ("150 orang" stays apart from "ada150")."""
    while start > 0 and _in_one_word(text[start - 1], text[start]):
        start -= 1
    while end < len(text) and _in_one_word(text[end - 1], text[end]):
        end += 1
    return start, end


def _in_one_word(before: str, after: str) -> bool:
    return (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without a bracket that is opened and not closed: "AS (42" becomes "AS", "(20/10" becomes "20/10"."""
    value = text[start:end]
    if value.count("(") <= value.count(")"):
        return start, end
    opened = value.rindex("(")
    kept = value[:opened].rstrip(" ,")
    return (start, start + len(kept)) if kept else (start + opened + 1, end)


def apposed(question: Question, sentence: str, span: tuple[int, int]) -> float:
    """Return how much of the question's wording (0..1) stands right before or right after a person's name.

    "Wali Kota X Nama Orang" and "Nama Orang, Wali Kota X" say who holds the office that is asked for.
    """
    if question.kind is not Kind.PERSON or not question.terms:
        return 0.0
    before = [m[0] for m in _WORDS.finditer(sentence[: span[0]])][::-1] if _NEXT_TO.search(sentence[: span[0]]) else []
    after = [m[0] for m in _WORDS.finditer(sentence[span[1] :])] if sentence[span[1] : span[1] + 1] == "," else []
    return max(_share_beside(question, before), _share_beside(question, after))


def _share_beside(question: Question, words: list[str]) -> float:
    """How much of the question (0..1) the words hold before the first foreign one; all of it when only the area is left out, which local news seldom repeat."""
    asked, found = set(question.terms), set[str]()
    for word in words:
        held = asked.intersection(long_terms(terms(word)))
        if not held:
            break
        found |= held
    office = _without_area(question)
    return 1.0 if office and office <= found else len(found) / len(asked)


def _without_area(question: Question) -> set[str]:
    """The question's terms without its areas and the "kota" or "kabupaten" before one; that of "wali kota" is part of the office."""
    left = set(question.terms) - set(question.areas)
    for before, kind, area in zip(("", *question.terms), question.terms, question.terms[1:], strict=False):
        if area in question.areas and kind in _KINDS_OF_AREA and before != "wali":
            left.discard(kind)
    return left


def closeness(question: Question, sentence: str, span: tuple[int, int]) -> float:
    """Return how near (0..1) the span stands to a word of the question; 20 characters away is 0.5."""
    anchors = _anchors(question, sentence)
    nearest = min((min(abs(a - span[0]), abs(a - span[1])) for a in anchors), default=200)
    return 1 / (1 + nearest / 20)


def candidate_spans(question: Question, sentence: str) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield ((start, end), strength of its form: 0 is best) of spans that are not just words of the question."""
    asked = set(question.terms) | set(question.numbers)
    taken: list[tuple[int, int]] = []
    patterns = PATTERNS.get(question.kind, ())
    if question.kind is Kind.TIME and _ASKS_FOR_HOURS.search(spell_out(question.text)):
        patterns = (_CLOCK_TIMES, *patterns)
    for strength, pattern in enumerate(patterns):
        for match in pattern.finditer(sentence):
            span = _tidy(question, sentence, match.span(1) if match.re.groups and match[1] else match.span())
            if span is None or any(span[0] < e and s < span[1] for s, e in taken):
                continue
            if all(t in asked for t in terms(sentence[slice(*span)])):
                continue
            taken.append(span)
            yield span, strength


def _tidy(question: Question, sentence: str, span: tuple[int, int]) -> tuple[int, int] | None:
    start, end = span
    if question.kind is Kind.PERSON:
        return _person(question, sentence, start, end)
    while start < end and sentence[start] in " (\xa0":
        start += 1
    while end > start and (sentence[end - 1].isspace() or sentence[end - 1] in ",;"):
        end -= 1
    if sentence[end - 1 : end] == ")" and "(" not in sentence[start:end]:
        end -= 1
    return (start, _without_stop(sentence, start, end)) if start < end else None


def _without_stop(sentence: str, start: int, end: int) -> int:
    """The end of an answer without the full stop of its sentence; that of an abbreviation ("Ir.", "S.H.") stays."""
    last = sentence[start:end].split()[-1]
    return end if last[-1] != "." or _ABBREVIATION.fullmatch(last) else end - 1


def _person(question: Question, sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Cut offices and the asked place before a name away; a single word is kept only when it is no common word."""
    matches = list(re.finditer(r"\S+", sentence[start:end]))
    length = len(matches)
    while matches and (_is_office(matches[0][0].lower().strip(".,")) or matches[0][0].lower() in _COMMON_STARTS):
        matches.pop(0)
    while len(matches) > 1 and len(matches) < length and all(t in question.terms for t in terms(matches[0][0])):
        matches.pop(0)  # "Wali Kota X Nama Orang": the place that the question names belongs to the office
    if not matches or matches[0][0].lower() in _NO_PERSON or all(m[0].isupper() and len(m[0]) > 1 for m in matches):
        return None
    if len(matches) == 1 and start + matches[0].start() == 0:
        return None
    return start + matches[0].start(), _without_stop(sentence, start, end)


def _is_office(word: str) -> bool:
    return word in _OFFICE or word in words("short_forms.tsv")


def _anchors(question: Question, sentence: str) -> list[int]:
    """Positions of words of the sentence that the question holds as well."""
    asked = set(question.terms)
    return [m.start() for m in re.finditer(r"[^\W_]+", sentence) if any(t in asked for t in terms(m[0]))]


def _distance(span: tuple[int, int], anchors: list[int]) -> float:
    """Mean distance in characters to the three nearest anchors."""
    if not anchors:
        return float(span[0])
    nearest = sorted(min(abs(a - span[0]), abs(a - span[1])) for a in anchors)[:3]
    return sum(nearest) / len(nearest)
