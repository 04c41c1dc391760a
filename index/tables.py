"""Tables in articles: rows of cells between upright strokes or tabs, as Markdown and the extraction of web pages write them."""

import re
from collections.abc import Sequence
from itertools import takewhile

from index.datatypes import Span

_STROKE = re.compile(r"\||\t+")
_OUTER = re.compile(r"\s*\|?\s*")
_OF_A_RULE = frozenset("|:+=_- \t\r")
_FIGURE = re.compile(r"\d")
# What is longer is no row that anybody reads.
LONGEST_ROW_CHARS = 2000
# Further from a row its header is not looked for.
LONGEST_TABLE_ROWS = 200


def cells(row: str) -> list[Span]:
    """Return the cells of a row, without the space around them, an empty one as an empty span; none when fewer than two hold anything.

    >>> [("| Guru | 50 |")[s:e] for s, e in cells("| Guru | 50 |")]
    ['Guru', '50']
    """
    if len(row) > LONGEST_ROW_CHARS or not _STROKE.search(row):
        return []
    inner = inside(row)
    borders = [m.span() for m in _STROKE.finditer(row, *inner)]
    edges = [inner.start, *(edge for border in borders for edge in border), inner.end]
    found = [_trimmed(row, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return found if sum(start < end for start, end in found) > 1 else []


def inside(row: str) -> Span:
    """Return the span of a row between the strokes at its ends, if it has such.

    >>> row = "| Guru | 50 |"
    >>> row[slice(*inside(row))]
    'Guru | 50'
    """
    opening = _OUTER.match(row)
    start = opening.end() if opening else 0
    end = len(row.rstrip())
    return _trimmed(row, start, end - 1 if end > start and row[end - 1] == "|" else end)


def is_rule(line: str) -> bool:
    """Whether a line only parts a table's header from its rows (`|---|---|`)."""
    return "--" in line and _OF_A_RULE.issuperset(line)


def is_row(text: str, line: Span) -> bool:
    """Whether a line of the text is the row of a table: the line before or after it has as many cells, or is a rule."""
    count = len(cells(text[slice(*line)]))
    beside = (_line_before(text, line.start), _line_after(text, line.end)) if count else ()
    return any(is_rule(other) or len(cells(other)) == count for other in beside)


def is_row_among(lines: Sequence[str], at: int) -> bool:
    """Whether line `at` is the row of a table, as the line before or after it is: a single line with a stroke ("KOTA | Kabar") is none."""
    count = len(cells(lines[at]))
    return count > 0 and any(len(cells(lines[n])) == count for n in (at - 1, at + 1) if 0 <= n < len(lines))


def header(lines: Sequence[str], at: int) -> int | None:
    """Return the number of the line that names the columns of the row `at`; None for a header itself, and where none is told apart.

    A header holds no figure, and the rows below it do or are two at least.

    >>> header(["| Jabatan | Jumlah |", "| Guru | 50 |", "| Bidan | 20 |"], 2)
    0
    """
    count = len(cells(lines[at]))
    if not count:
        return None
    above = range(at - 1, max(-1, at - LONGEST_TABLE_ROWS), -1)
    first = at - len(list(takewhile(lambda n: len(cells(lines[n])) == count, above)))
    below = [line for line in lines[first + 1 : at + 2] if len(cells(line)) == count]
    names_columns = not _FIGURE.search(lines[first]) and (len(below) > 1 or any(map(_FIGURE.search, below)))
    return first if first < at and names_columns else None


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
