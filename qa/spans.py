"""Short answers inside a sentence: the spans that a kind of question asks for, found by their form."""

import re
from collections.abc import Iterator

from index.datatypes import Span
from index.text import spell_out, terms
from qa.holders import apposed, is_office, is_title
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

_TO = r"\s*(?:-|–|s[./]?d\.?|sampai(?: dengan)?|hingga)\s*"
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
_ABBREVIATION = re.compile(r"[^\W\d_]{1,2}\.|(?:[^\W\d_]+\.){2,}")
_LIST_MARK = re.compile(r"\s*\(?\d{1,2}[.)]\s+(?=\D)")
_INSIDE_A_NUMBER = re.compile(r"\d[.,]\d")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s,;()]+[^\s,;().]|\b[\w-]+(?:\.[\w-]+)*\.(?:go|ac|or|co)\.id\b")
_LONGEST_ADDRESS = 80
_KIND_OF_AREA = re.compile(r"\b(?:Kota|Kabupaten|Kab\.|Provinsi|Prov\.|Kecamatan|Kelurahan)(?!\w)")
# A name that begins with one of these is nobody's.
_NO_PERSON = frozenset(
    """hotel gedung jalan universitas institut politeknik bank partai taman stadion pasar kecamatan kelurahan desa gunung pulau festival expo
    award awards undang-undang peraturan indonesia jawa sumatera sumatra kalimantan sulawesi papua bali balai aula kampus sekolah masjid rumah
    museum bandara stasiun terminal pelabuhan januari februari maret april mei juni juli agustus september oktober november desember""".split()
)
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
    start, end = _closed(text, *_whole_words(text, max(span.start, _behind_list_mark(text, span.start)), span.end))
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    if end > start:
        end = _without_stop(text, start, end)
    return Span(start, end) if text[start:end].strip() else None


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Tokens may end within a word; letters are completed by letters and digits by digits ("150 orang" stays apart from "ada150")."""
    if start >= end:
        return start, end
    while start > 0 and (step := _step(text[max(0, start - 2) : start + 1][::-1])):
        start -= step
    while end < len(text) and (step := _step(text[end - 1 : end + 2])):
        end += step
    cut = next((m for m in _ADDRESS.finditer(text, max(0, start - _LONGEST_ADDRESS), end + _LONGEST_ADDRESS) if m.start() < end < m.end()), None)
    return (min(start, cut.start()), cut.end()) if cut else (start, end)


def _behind_list_mark(text: str, start: int) -> int:
    """Where the words of a list's line begin when `start` lies in its number ("2. Pendaftaran"), else 0."""
    mark = _LIST_MARK.match(text, text.rfind("\n", 0, start) + 1)
    return mark.end() if mark and start < mark.end() else 0


def _step(outwards: str) -> int:
    """How many of the characters behind the first of these belong to its word or number, 0 to 2."""
    first, second = outwards[0], outwards[1]
    if (first.isalpha() and second.isalpha()) or (first.isdigit() and second.isdigit()):
        return 1
    return 2 if _INSIDE_A_NUMBER.fullmatch(outwards) else 0


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without a bracket that is opened and not closed or the other way round: "AS (42" becomes "AS", "(20/10" becomes "20/10", "2018) dan" "2018"."""
    value = text[start:end]
    if (closing := value.find(")")) > 0 and "(" not in value[:closing]:
        opened_before = text[start - 1 : start] == "(" and closing < len(value) - 1
        return (start - 1, end) if opened_before else (start, start + closing)
    if value.count("(") <= value.count(")"):
        return start, end
    opened = value.rindex("(")
    kept = value[:opened].rstrip(" ,")
    return (start, start + len(kept)) if kept else (start + opened + 1, end)


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
    mark = _LIST_MARK.match(sentence)
    for strength, pattern in enumerate(patterns):
        for match in pattern.finditer(sentence, mark.end() if mark else 0):
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
    whole = list(re.finditer(r"\S+", sentence[start:end]))
    matches = whole[_words_of_office(question, [m[0] for m in whole]) :]
    if not matches or matches[0][0].lower().strip(".,") in _NO_PERSON or all(m[0].isupper() and len(m[0]) > 1 for m in matches):
        return None
    if _KIND_OF_AREA.search(sentence, start + matches[0].start(), end):  # "DPMPTSP Kota X" is nobody
        return None
    if len(matches) == 1 and (start + matches[0].start() == 0 or is_title(_word_around(sentence, start + matches[0].start()))):
        return None
    return start + matches[0].start(), _without_stop(sentence, start, end)


def _words_of_office(question: Question, words: list[str]) -> int:
    """How many of the words before a name belong to an office, with "Kota X" and the place that the question names behind it."""
    at = 0
    while at < len(words):
        word = words[at].strip(".,").lower()
        of_a_mayor = at > 0 and words[at - 1].lower() in ("wali", "pemerintah")
        if _KIND_OF_AREA.fullmatch(words[at]) and at + 2 < len(words) and not of_a_mayor:
            at += 2
        elif is_office(word) or words[at].lower() in _COMMON_STARTS or (0 < at < len(words) - 1 and all(t in question.terms for t in terms(words[at]))):
            at += 1
        else:
            break
    return at


def _word_around(sentence: str, at: int) -> str:
    """What stands around a place without white space: "S.Sos.," around the "Sos" in it."""
    return sentence[:at].split(" ")[-1] + sentence[at:].split(" ")[0]


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
