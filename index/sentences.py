"""Indonesian sentence borders with exact offsets.

No library splits Indonesian news well, so this is a short rule list: lines end sentences unless they are softly
wrapped, full stops after abbreviations, initials and list numbers do not, and a quotation stays in one piece.
"""

import re
from collections.abc import Iterator

from index.datatypes import Span

# A quotation is kept whole up to this length: its attribution ("… ," ujarnya) belongs to it.
LONGEST_QUOTATION_CHARS = 400
# A "sentence" without any punctuation (a table, a listing) is cut at white space after this many characters.
LONGEST_SENTENCE_CHARS = 700

ABBREVIATIONS = frozenset(
    """no nr rp drs dra dr ir h hj prof plt plh pj pjs kab kec kel kep prov jl jln gg tgl hlm sdr sdri bp bpk
    tn ny jend letjen mayjen brigjen letkol kapt lettu kombes akbp kompol iptu ipda aipda bripka yth ybs vs jr sr mr mrs ms
    dkk tbk cv pt ud ust ustaz kh rm r.m ra r.a a.n u.b u.p a.l s.h m.h s.e s.t m.m m.t m.si s.si s.sos m.sos s.pd m.pd s.kom m.kom s.ip m.ip
    s.ag m.ag s.kep s.km m.kes s.hum m.hum m.sc b.sc ph.d m.a b.a s.stp m.ap s.ap psi m.psi s.psi op cit ed eds
    jan feb mar apr agu agt sep sept okt nov des""".split()
)

# Short for something before a figure only ("hal. 5"); else they are words, or end a name in capitals.
_BEFORE_FIGURES = frozenset("hal art ay ps".split())
# Degrees behind a comma ("Melati, SE. MM"); else names of things ("sesuai SE.").
_DEGREES = frozenset("SE ST SH SP MM MT MH".split())
_BEHIND_A_NAME = re.compile(rf"(?:,|\b(?:{'|'.join(sorted(_DEGREES))})\.)\s*$")
# Titles when they have a capital ("Kol. Inf. Melati", "St. Yosef"); in small letters "kol" is cabbage.
_TITLES = frozenset(("Kol", "St"))

_BORDER = re.compile(r"(?P<stop>[.!?…]+)(?P<close>[\"”’'»)\]]*)(?P<gap>\s+)(?=[“\"‘'«(\[]*[A-ZÀ-Þ0-9])")
_NAME = re.compile(r"\s+([A-ZÀ-Þ][^\W\d_]{2,})\b(?!\.)")
_LAST_WORD = re.compile(r"(?:^|[\s(\[“\"‘'/,])([^\s(\[“\"‘'/,]+)$")
_BULLET = re.compile(r"\s*(?:[-•*–—▪◦·]\s|\(?\d{1,2}[.)]\s|[a-zA-Z][.)]\s)")
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
    before = text[text.rfind("\n", 0, newline) + 1 : newline].rstrip()
    after = text[newline + 1 : min(newline + 2, end)]
    return bool(before) and before[-1] not in '.!?:;…”"' and after.islower() and not _BULLET.match(text, newline + 1)


def _sentences_of_block(text: str, block: Span) -> Iterator[Span]:
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
    if len(word) == 1 and found[1][0].isupper():
        return True
    if word in _BEFORE_FIGURES:
        return text[stop + 1 :].lstrip()[:1].isdigit()
    if found[1] in _TITLES or (found[1] in _DEGREES and _BEHIND_A_NAME.search(near[: found.start(1)])):
        return True
    if "." in word and _begins_with_a_name_of(text[sentence_start:stop], text[stop + 1 : stop + 40]):
        return False
    at_start = text[sentence_start:stop].strip()
    return word in ABBREVIATIONS or (at_start.isdigit() and len(at_start) <= 2)


def _begins_with_a_name_of(sentence: str, following: str) -> bool:
    """Whether what follows a degree begins with a name of the sentence: "Melati Wirya, M.Si. Melati, yang juga …" are two."""
    first = _NAME.match(following)
    return first is not None and re.search(rf"\b{first[1]}\b", sentence) is not None


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    start, end = sentence
    while end - start > LONGEST_SENTENCE_CHARS:
        cut = max(text.rfind(" ", start + 1, start + LONGEST_SENTENCE_CHARS), text.rfind("\n", start + 1, start + LONGEST_SENTENCE_CHARS))
        cut = cut if cut > start else start + LONGEST_SENTENCE_CHARS
        yield trim(text, Span(start, cut))
        start = trim(text, Span(cut, end)).start
    if start < end:
        yield Span(start, end)
