"""Vectors to nearest passages. Home of faiss.

Rows of the index are the passage numbers of the store. Three kinds: `flat` compares every vector; `rabitq` reads one bit a
dimension of every vector and compares the best candidates exactly; `hnsw` walks a graph. A filter never costs recall: of a
filtered search every allowed vector is compared, whatever the kind. Files are memory-mapped, so processes share them.
"""

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.datatypes import Vectors
from index.errors import IndexDamagedError

FILE = "vectors.faiss"
HALVES = "vectors16.faiss"
"""Beside a `rabitq` index: the vectors themselves as 16-bit floats, which change a cosine in its fourth decimal."""

EXACT_UP_TO = 100_000
REFINED = 1000
"""Candidates by one-bit estimates that are compared exactly: of a million they hold .998 of the exact ten and .96 of the
exact fifty, 500 hold .989 and .93 (200,000 vectors of a static encoder and mixtures of them)."""

TRAINED = 100_000
LINKS = 32
EF_CONSTRUCTION = 80
EF_SEARCH = 256
"""Candidates that a walk of the graph keeps: .93 of the exact ten with the vectors of a static encoder, .997 with those of
the encoder in the box (200,000 and 18,813 passages)."""

BATCH = 8192
Rows = npt.NDArray[np.int64]


class Kind(StrEnum):
    """Kinds of vector index, as the manifest records them."""

    FLAT = "flat"
    RABITQ = "rabitq"
    HNSW = "hnsw"


def kind_for(passages: int, wanted: str) -> Kind:
    """Return the wanted kind; `auto` is flat for up to `EXACT_UP_TO` passages, RaBitQ for more."""
    if wanted == "auto":
        return Kind.FLAT if passages <= EXACT_UP_TO else Kind.RABITQ
    return Kind(wanted)


def write_vectors(batches: Iterable[Vectors], folder: Path, kind: Kind = Kind.FLAT) -> None:
    """Write unit vectors, which come in arrays of shape (some, dimension), as an inner-product index of a kind; raises `OSError`."""
    stream = map(np.ascontiguousarray, batches)
    first = next(stream)
    dimension = first.shape[1]
    made = _filled(_empty(kind, dimension), chain([first], stream))
    if kind is Kind.RABITQ:
        _write(made, folder / HALVES)
        made = _one_bit(_halves(made), dimension)
    _write(made, folder / FILE)


def _empty(kind: Kind, dimension: int) -> Any:
    if kind is Kind.FLAT:
        return faiss.IndexFlatIP(dimension)
    made: Any = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    if kind is Kind.HNSW:
        made = faiss.IndexHNSWSQ(dimension, faiss.ScalarQuantizer.QT_fp16, LINKS, faiss.METRIC_INNER_PRODUCT)  # type: ignore[arg-type]  # an overload that the stubs lack
        made.hnsw.efConstruction = EF_CONSTRUCTION
    made.train(np.zeros((1, dimension), dtype=np.float32))  # 16-bit floats have nothing to learn
    return made


def _filled(made: Any, batches: Iterator[Vectors]) -> Any:
    for batch in batches:
        made.add(batch)
    return made


def _one_bit(halves: npt.NDArray[np.float16], dimension: int) -> Any:
    """An index of one bit a dimension; it learns the mean vector."""
    made = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
    made.train(halves[:: max(1, len(halves) // TRAINED)].astype(np.float32))
    return _filled(made, (halves[n : n + BATCH].astype(np.float32) for n in range(0, len(halves), BATCH)))


def _halves(stored: Any) -> npt.NDArray[np.float16]:
    """The 16-bit floats of an index where they lie, shape (count, dimension); faiss's own copying takes threads, which wait for each other."""
    codes: npt.NDArray[np.uint8] = faiss.rev_swig_ptr(stored.codes.data(), stored.codes.size())
    return codes.view(np.float16).reshape(int(stored.ntotal), int(stored.d))


def _write(made: Any, path: Path) -> None:
    try:
        faiss.write_index(made, str(path))
    except RuntimeError as error:  # what faiss makes of a full disk; its last line is the reason
        raise OSError(f"{path.name}: {str(error).rpartition('Error: ')[2]}") from error


class DenseIndex:
    """Reads `vectors.faiss` of a generation, of whatever kind. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the files; raise `IndexDamagedError` when one is missing or unreadable."""
        try:
            self._index: Any = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC)
            self._stored = self._stored_vectors(folder)
        except (RuntimeError, ValueError) as error:
            raise IndexDamagedError(f"The vectors in {str(folder / FILE)!r} cannot be read; mend it with python -m index check --repair.") from error

    def _stored_vectors(self, folder: Path) -> Any:
        """The index that holds the vectors themselves."""
        if self.kind is Kind.HNSW:
            return faiss.downcast_index(self._index.storage)
        if self.kind is Kind.FLAT:
            return self._index
        stored = faiss.read_index(str(folder / HALVES), faiss.IO_FLAG_MMAP_IFC)
        if (stored.ntotal, stored.d) != (self._index.ntotal, self._index.d):
            raise ValueError(f"{HALVES} holds {stored.ntotal} vectors, {FILE} {self._index.ntotal}")
        _read_ahead(folder / HALVES)
        return stored

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def kind(self) -> Kind:
        """What was built."""
        if isinstance(self._index, faiss.IndexHNSW):
            return Kind.HNSW
        return Kind.RABITQ if isinstance(self._index, faiss.IndexRaBitQFastScan) else Kind.FLAT

    def search(self, vector: Vectors, limit: int, allowed: Rows | None) -> list[tuple[int, float]]:
        """Return (row, cosine) of at most `limit` rows, best first; `allowed` None means every row."""
        limit = min(limit, len(self) if allowed is None else len(allowed))
        if limit == 0:
            return []
        # One thread a question: shared out over two, the threads wait for each other on a busy machine (10,000 vectors on
        # two cores beside other work: 44 ms instead of 0.3), and a service has its own threads. It holds for the calling thread only.
        faiss.omp_set_num_threads(1)
        question = vector.reshape(1, -1)
        if allowed is not None:
            # Exact for every kind: a graph loses the rows that a filter cuts off from their neighbours.
            return _pairs(*self._stored.search(question, limit, params=faiss.SearchParameters(sel=self._selector(allowed))))  # type: ignore[call-arg]
        if self.kind is Kind.RABITQ:
            return self._best(vector, limit, self._index.search(question, min(len(self), max(REFINED, limit)))[1][0])
        walk = faiss.SearchParametersHNSW(efSearch=max(EF_SEARCH, 2 * limit)) if self.kind is Kind.HNSW else None  # type: ignore[attr-defined]
        return _pairs(*self._index.search(question, limit, params=walk))

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors of the rows, shape (len(rows), dimension)."""
        if self.kind is not Kind.FLAT:
            return _halves(self._stored)[rows].astype(np.float32)
        if len(rows) == 0:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(rows)
        return found

    def _selector(self, allowed: Rows) -> Any:
        mask = np.zeros(len(self), dtype=bool)
        mask[allowed] = True
        return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[arg-type, call-arg]  # takes arrays

    def _best(self, vector: Vectors, limit: int, rows: Rows) -> list[tuple[int, float]]:
        rows = rows[rows >= 0]
        # einsum stays in this thread; a product of matrices wakes others, which costs more than it gains here.
        scores = np.einsum("ij,j->i", self.vectors(rows), vector)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [(int(rows[n]), float(scores[n])) for n in order]


def _read_ahead(path: Path) -> None:
    """Ask the system to read a file into its cache beside other work: each question looks at a thousand places of it, slow ones of a cold disk."""
    if hasattr(os, "posix_fadvise"):  # Linux
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def _pairs(scores: npt.NDArray[np.float32], rows: Rows) -> list[tuple[int, float]]:
    """What faiss found for one vector; -1 stands where it found fewer."""
    return [(int(r), float(s)) for r, s in zip(rows[0], scores[0], strict=True) if r >= 0]
