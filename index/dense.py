"""Vectors to nearest passages. Home of faiss.

Flat (exact) search: right up to about 100,000 passages. Rows of the index are the passage numbers of the store.
"""

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.datatypes import Vectors
from index.errors import IndexDamagedError

FILE = "vectors.faiss"
Rows = npt.NDArray[np.int64]


def write_vectors(vectors: Vectors, folder: Path) -> None:
    """Write unit vectors of shape (passages, dimension) as an inner-product index; raises `OSError`."""
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(np.ascontiguousarray(vectors))
    try:
        faiss.write_index(flat, str(folder / FILE))
    except RuntimeError as error:  # what faiss makes of a full disk; its last line is the reason
        raise OSError(f"{FILE}: {str(error).rpartition('Error: ')[2]}") from error


class DenseIndex:
    """Reads `vectors.faiss` of a generation."""

    def __init__(self, folder: Path) -> None:
        """Open the file; raise `IndexDamagedError` when it is missing or unreadable."""
        try:
            self._index = faiss.read_index(str(folder / FILE))
        except RuntimeError as error:
            raise IndexDamagedError(f"The vectors in {str(folder / FILE)!r} cannot be read; mend it with python -m index check --repair.") from error

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(self, vector: Vectors, limit: int, allowed: Rows | None) -> list[tuple[int, float]]:
        """Return (row, cosine) of at most `limit` rows, best first; `allowed` None means every row."""
        limit = min(limit, len(self) if allowed is None else len(allowed))
        if limit == 0:
            return []
        # Only allowed rows are scored: a filter never costs recall.
        only = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]  # faiss takes keywords here
        scores, rows = self._index.search(vector.reshape(1, -1), limit, params=only)
        return [(int(r), float(s)) for r, s in zip(rows[0], scores[0], strict=True) if r >= 0]

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors of the rows, shape (len(rows), dimension)."""
        if len(rows) == 0:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(rows)
        return found
