"""The cell of a table's row that answers: a short answer never crosses the border of a cell."""

import re

from index.datatypes import Span
from index.tables import cells
from index.text import spell_out, terms
from qa.questions import Kind, Question

# What a column is called that holds what a kind of question asks for.
_COLUMNS = {
    Kind.PERSON: re.compile(r"\b(?:nama|pejabat|kepala|pimpinan|ketua|penanggung jawab|narahubung|petugas)\b", re.IGNORECASE),
    Kind.TIME: re.compile(r"\b(?:tanggal|tgl|waktu|jadwal|hari|jam|pukul|bulan|tahun|tmt|periode)\b", re.IGNORECASE),
    Kind.PLACE: re.compile(r"\b(?:tempat|lokasi|alamat|gedung|penempatan|ruang)\b", re.IGNORECASE),
    Kind.AMOUNT: re.compile(r"\b(?:jumlah|besaran|nilai|tarif|biaya|kuota|total|nominal|anggaran|pagu|persentase)\b|\(?\brp\b", re.IGNORECASE),
}
_FIGURE = re.compile(r"\d")
# The number of the row, and what its column is called.
_ORDINAL = re.compile(r"\d{1,3}\.?")
_OF_ORDINALS = re.compile(r"(?:no|nomor|urut|#)?\.?", re.IGNORECASE)
# A cell that repeats so much of the question is what the row is of.
LABEL_SHARE = 0.5


def answering_cell(question: Question, names: str | None, row: str, found: Span | None) -> Span | None:
    """Return the cell of a row that answers: under the name that the question asks for, else the one that holds most of what was `found`.

    `names` is the row that names the columns, if there is one. None when the row only repeats the question.
    """
    columns = cells(row)
    titles = [names[slice(*cell)] for cell in cells(names)] if names else []
    titles = titles if len(titles) == len(columns) else [""] * len(columns)
    candidates = [n for n, cell in enumerate(columns) if _is_new(question, row[slice(*cell)]) and not _is_ordinal(n, row[slice(*cell)], titles)]
    if named := _named(question, titles, [n for n in candidates if question.kind is not Kind.AMOUNT or _FIGURE.search(row, *columns[n])]):
        return columns[named[0]] if len(named) == 1 else _most_of(found, [columns[n] for n in named]) or columns[named[0]]
    if found and (held := _most_of(found, [columns[n] for n in candidates])):
        return _within(found, held)
    return columns[candidates[0]] if len(candidates) == 1 else None


def _named(question: Question, titles: list[str], candidates: list[int]) -> list[int]:
    """The columns called like the kind of answer; of several, or for other kinds, those whose name holds most of what the question asks for."""
    asked = set(terms(spell_out(question.text)))
    column = _COLUMNS.get(question.kind)
    of_kind = [n for n in candidates if column and column.search(titles[n])]
    if len(of_kind) == 1 and question.kind is not Kind.AMOUNT:
        return of_kind
    shares = {n: len(asked.intersection(terms(titles[n]))) for n in of_kind or candidates}
    most = max(shares.values(), default=0)
    return [n for n, share in shares.items() if share == most] if most else of_kind


def _is_new(question: Question, cell: str) -> bool:
    """Whether a cell tells more than the question does."""
    said = set(terms(cell))
    return bool(said) and len(said.intersection(question.terms)) < LABEL_SHARE * len(said)


def _is_ordinal(column: int, cell: str, titles: list[str]) -> bool:
    """Whether a cell is the number of its row."""
    return column == 0 and len(titles) > 2 and _ORDINAL.fullmatch(cell) is not None and _OF_ORDINALS.fullmatch(titles[0]) is not None


def _most_of(found: Span | None, among: list[Span]) -> Span | None:
    shared = [(min(found.end, cell.end) - max(found.start, cell.start), cell) for cell in among] if found else []
    best = max(shared, default=None)
    return best[1] if best and best[0] > 0 else None


def _within(found: Span, cell: Span) -> Span:
    return Span(max(found.start, cell.start), min(found.end, cell.end))
