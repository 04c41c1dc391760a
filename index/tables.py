"""Tables in articles: rows of cells between upright strokes or tabs, as Markdown and the extraction of web pages write them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.datatypes import Span

_STROKE = re.compile(r"(?<!\\)\||\t+")
_OUTER = re.compile(r"\s*\|?\s*")
_OF_A_RULE = frozenset("|:+=_- \t\r")
# A year may name a column.
_FIGURE = re.compile(r"\b(?!(?:19|20)\d{2}\b)\d")
# Columns are called so; without figures in the rows below nothing else tells a header from a row.
_TITLE = re.compile(
    r"\b(?:no|nomor|nama|jabatan|instansi|unit|dinas|perangkat daerah|hari|tanggal|waktu|jadwal|jenis|uraian|keterangan|tahapan|kegiatan|lokasi|tempat|kategori"
    r"|formasi|jumlah|pejabat|asal|pendidikan|layanan|alamat|syarat)\b",
    re.IGNORECASE,
)
# Prose with a stroke in it is no row: a cell holds no two sentences.
_SENTENCES = re.compile(r"[a-z]{4}[.!?]\s+[A-ZÀ-Þ]")
LONGEST_CELL_CHARS = 200
# What is longer is no row that anybody reads.
LONGEST_ROW_CHARS = 2000
# Further from a row its header is not looked for.
LONGEST_TABLE_ROWS = 200


def cells(row: str) -> list[Span]:
    """Return the cells of a row, without the space around them; none when fewer than two hold anything, or one is prose.

    Between strokes an empty cell is an empty span; several tabs part two cells.

    >>> [("| Guru | 50 |")[s:e] for s, e in cells("| Guru | 50 |")]
    ['Guru', '50']
    """
    if len(row) > LONGEST_ROW_CHARS or not _STROKE.search(row):
        return []
    inner = inside(row)
    borders = [m.span() for m in _STROKE.finditer(row, *inner)]
    edges = [inner.start, *(edge for border in borders for edge in border), inner.end]
    found = [_trimmed(row, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    prose = any(end - start > LONGEST_CELL_CHARS or _SENTENCES.search(row, start, end) for start, end in found)
    return found if sum(start < end for start, end in found) > 1 and not prose else []


@lru_cache(maxsize=8192)
def width(line: str) -> int:
    """Return the number of cells of a line, 0 when it is no row; the same lines are asked about for each of their neighbours."""
    return len(cells(line))


def inside(row: str) -> Span:
    """Return the span of a row between the strokes at its ends, if it has such.

    >>> row = "| Guru | 50 |"
    >>> row[slice(*inside(row))]
    'Guru | 50'
    """
    opening = _OUTER.match(row)
    start = opening.end() if opening else 0
    end = len(row.rstrip())
    return _trimmed(row, start, max(start, end - 1 if end > start and row[end - 1] == "|" else end))


def is_rule(line: str) -> bool:
    """Whether a line only parts a table's header from its rows (`|---|---|`)."""
    return "--" in line and not {"|", "+"}.isdisjoint(line) and _OF_A_RULE.issuperset(line)


def is_row(text: str, line: Span) -> bool:
    """Whether a line of the text is the row of a table: the line before or after it has as many cells, or is a rule."""
    count = width(text[slice(*line)])
    beside = (_line_before(text, line.start), _line_after(text, line.end)) if count else ()
    return any(is_rule(other) or width(other) == count for other in beside)


def is_row_among(lines: Sequence[str], at: int) -> bool:
    """Whether line `at` is the row of a table, as the line before or after it is: a single line with a stroke ("KOTA | Kabar") is none."""
    count = width(lines[at])
    return count > 0 and any(width(lines[n]) == count for n in (at - 1, at + 1) if 0 <= n < len(lines))


def header(lines: Sequence[str], at: int) -> int | None:
    """Return the number of the line that names the columns of the row `at`; None for a header itself, and where none is told apart.

    A header holds no figure but years, and the rows below it do, or its words are those that columns are called by.

    >>> header(["| Jabatan | Jumlah |", "| Guru | 50 |", "| Bidan | 20 |"], 2)
    0
    """
    count = width(lines[at])
    if not count:
        return None
    last = max(-1, at - LONGEST_TABLE_ROWS)
    first = next((n + 1 for n in range(at - 1, last, -1) if width(lines[n]) != count), last + 1)
    below = [line for line in lines[first + 1 : at + 2] if width(line) == count]
    names_columns = not _FIGURE.search(lines[first]) and (_TITLE.search(lines[first]) is not None or any(map(_FIGURE.search, below)))
    return first if first < at and first > at - LONGEST_TABLE_ROWS + 1 and names_columns else None


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _line_before(text: str, start: int) -> str:
    end = text.rfind("\n", 0, start)
    return text[text.rfind("\n", 0, end) + 1 : end] if end > 0 else ""


def _line_after(text: str, end: int) -> str:
    start = text.find("\n", end)
    stop = text.find("\n", start + 1)
    return text[start + 1 : stop if stop >= 0 else len(text)] if start >= 0 else ""
