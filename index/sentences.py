"""Indonesian sentence borders with exact offsets.

No library splits Indonesian news well, so this is a short rule list: lines end sentences unless they are softly
wrapped, full stops after abbreviations, initials and list numbers do not, and a quotation stays in one piece. A row of a table is one,
the rule below its header is none.
"""

import re
from collections.abc import Iterator

from index.datatypes import Span
from index.tables import is_row, is_rule

# A quotation is kept whole up to this length: its attribution ("… ," ujarnya) belongs to it.
LONGEST_QUOTATION_CHARS = 400
# A "sentence" without any punctuation (a table, a listing) is cut at white space after this many characters.
LONGEST_SENTENCE_CHARS = 700

ABBREVIATIONS = frozenset(
    """no nr rp drs dra dr drg drh apt ir h hj prof plt plh pj pjs kab kec kel kep prov jl jln gg tgl hlm sdr sdri bp bpk
    tn ny jend letjen mayjen brigjen letkol kapt lettu kombes akbp kompol iptu ipda aipda bripka yth ybs vs jr sr mr mrs ms
    dkk tbk cv pt ud ust ustaz kh rm r.m ra r.a a.n u.b u.p a.l s.d d.a c.q telp muh moh abd
    s.h m.h s.e s.t m.m m.t m.si s.si s.sos m.sos s.pd m.pd s.kom m.kom s.ip m.ip
    s.ag m.ag s.kep s.km m.kes s.hum m.hum m.sc b.sc ph.d m.a b.a s.stp m.ap s.ap psi m.psi s.psi op cit ed eds
    jan feb mar apr agu agt sep sept okt nov des""".split()
)

# Short for something before a figure only ("hal. 5"); else they are words, or end a name in capitals.
_BEFORE_FIGURES = frozenset("hal art ay ps km gol tel pkl tmt lt nip".split())
# One capital behind these counts ("Penata Tingkat I."); elsewhere it is an initial.
_COUNTED_BY_LETTERS = re.compile(r"\b(?:tingkat|tahap|golongan|kelas|eselon|komisi|asisten|semester|triwulan|tipe|regional|gelombang|jilid)\s+$", re.IGNORECASE)
# What a list's line may begin with before its full stop.
_LIST_MARK = re.compile(r"[a-zA-Z]|[IVX]{1,5}|[ivx]{1,5}|\d{1,2}(?:\.\d{1,2}){0,2}")
# Degrees behind a comma ("Melati, SE. MM"); else names of things ("sesuai SE.").
_DEGREES = frozenset("SE ST SH SP MM MT MH".split())
# "Atas nama", "antara lain", "Raden Mas": what follows belongs to them.
_NO_DEGREES = frozenset("a.n u.b u.p a.l s.d d.a c.q r.m r.a".split())
_BEHIND_A_NAME = re.compile(rf"(?:,|\b(?:{'|'.join(sorted(_DEGREES))})\.)\s*$")
# Titles when they have a capital ("Kol. Inf. Melati", "St. Yosef"); in small letters "kol" is cabbage.
_TITLES = frozenset(("Kol", "St"))

_BORDER = re.compile(r"(?P<stop>[.!?…]+)(?P<close>[\"”’'»)\]]*)(?P<gap>\s+)(?=[“\"‘'«(\[]*[A-ZÀ-Þ0-9])")
_NAME = re.compile(r"\s+([A-ZÀ-Þ][^\W\d_]{2,})\b(?!\.)")
_OPENING = re.compile(r"\s+([A-Z][a-z]+)\b")
# They are no part of a name, so that after a degree they begin the next sentence.
_OPENERS = frozenset(
    """Ia Dia Mereka Kami Kita Saya Beliau Keduanya Ketiganya Hal Ini Itu Namun Tetapi Tapi Menurut Selain Dalam Untuk Pada Dari Di Ke Dengan Saat Ketika
    Sementara Setelah Sesudah Sebelum Sebelumnya Sejak Selama Karena Jika Bila Kalau Agar Para Sejumlah Sebanyak Seluruh Semua Kegiatan Acara Adapun
    Sedangkan Kemudian Lalu Bahkan Meski Meskipun Sebagai Oleh Turut Tahun""".split()
)
_LAST_WORD = re.compile(r"(?:^|[\s(\[“\"‘'/,])([^\s(\[“\"‘'/,]+)$")
_BULLET = re.compile(r"\s*(?:[-•*–—▪◦·●○■►➢✓✔]\s|\(?\d{1,2}[.)]\s|[a-zA-Z][.)]\s|(?:[ivx]{2,5}|[IVX]{2,5})[.)]\s)")
_QUOTATION = re.compile(r"“[^“”]*”|\"[^\"\n]*\"")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` as trimmed spans in ascending order.

    >>> [("Kata dr. Sari. Ia pergi."[s:e]) for s, e in split_sentences("Kata dr. Sari. Ia pergi.")]
    ['Kata dr. Sari.', 'Ia pergi.']
    """
    stop = len(text) if end is None else end
    return [piece for block in _blocks(text, start, stop) for sentence in _sentences_of_block(text, block) for piece in _pieces(text, sentence)]


def trim(text: str, span: Span) -> Span:
    """Return the span without white space at either end (possibly empty)."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def is_bullet(sentence: str) -> bool:
    """Whether a sentence is an item of a list: `- item`, `• item`, `1. item`, `a) item`."""
    return _BULLET.match(sentence) is not None


def _blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """Lines, with softly wrapped ones joined: no closing punctuation, and the next starts in lower case."""
    block_start, position = start, start
    while position < end:
        newline = text.find("\n", position, end)
        if newline < 0:
            break
        position = newline + 1
        if not _softly_wrapped(text, newline, end):
            yield Span(block_start, newline)
            block_start = position
    yield Span(block_start, end)


def _softly_wrapped(text: str, newline: int, end: int) -> bool:
    line = Span(text.rfind("\n", 0, newline) + 1, newline)
    before = text[slice(*line)].rstrip()
    after = text[newline + 1 : min(newline + 2, end)]
    if not before or before[-1] in '.!?:;…”"' or not after.islower() or _BULLET.match(text, newline + 1):
        return False
    next_end = text.find("\n", newline + 1)
    return not is_row(text, line) and not is_row(text, Span(newline + 1, next_end if next_end >= 0 else len(text)))


def _sentences_of_block(text: str, block: Span) -> Iterator[Span]:
    if is_rule(text[slice(*block)]):
        return
    if is_row(text, block):
        yield trim(text, block)
        return
    quotations = [m.span() for m in _QUOTATION.finditer(text, *block) if m.end() - m.start() <= LONGEST_QUOTATION_CHARS]
    start = block.start
    for match in _BORDER.finditer(text, *block):
        border = match.end("close")
        if any(s < match.start("stop") and border < e for s, e in quotations):
            continue
        if match["stop"] == "." and _is_abbreviation(text, start, match.start("stop")):
            continue
        yield trim(text, Span(start, border))
        start = match.end("gap")
    last = trim(text, Span(start, block.end))
    if last.start < last.end:
        yield last


def _is_abbreviation(text: str, sentence_start: int, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to the word before it."""
    near = text[max(sentence_start, stop - 20) : stop]
    found = _LAST_WORD.search(near)
    if found is None:
        return False
    word = found[1].strip(".").lower()
    if len(word) == 1 and found[1][0].isupper() and not _COUNTED_BY_LETTERS.search(near[: found.start(1)]):
        return True
    if word in _BEFORE_FIGURES:
        return text[stop + 1 :].lstrip()[:1].isdigit()
    if found[1] in _TITLES:
        return True
    degree = found[1] in _DEGREES and _BEHIND_A_NAME.search(near[: found.start(1)]) is not None
    if (degree or ("." in word and word not in _NO_DEGREES)) and _begins_a_sentence(text[sentence_start:stop], text[stop + 1 : stop + 40]):
        return False
    if degree:
        return True
    return word in ABBREVIATIONS or _LIST_MARK.fullmatch(text[sentence_start:stop].strip()) is not None


def _begins_a_sentence(sentence: str, following: str) -> bool:
    """Whether what follows a degree begins with an opening word or a name of the sentence: "Melati Wirya, M.Si. Melati, yang juga …" are two."""
    opening, name = _OPENING.match(following), _NAME.match(following)
    return (opening is not None and opening[1] in _OPENERS) or (name is not None and re.search(rf"\b{name[1]}\b", sentence) is not None)


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    start, end = sentence
    while end - start > LONGEST_SENTENCE_CHARS:
        cut = max(text.rfind(" ", start + 1, start + LONGEST_SENTENCE_CHARS), text.rfind("\n", start + 1, start + LONGEST_SENTENCE_CHARS))
        cut = cut if cut > start else start + LONGEST_SENTENCE_CHARS
        yield trim(text, Span(start, cut))
        start = trim(text, Span(cut, end)).start
    if start < end:
        yield Span(start, end)
