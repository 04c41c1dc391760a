"""Passages to vectors, batch after batch: those of an old generation whose encoded text is the same, else newly encoded."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.datatypes import Encoder, Vectors
from index.dense import DenseIndex, Rows
from index.draft import DraftPassage, encoded_text
from index.errors import IndexUnavailableError
from index.generations import made_by
from index.store import Store

BATCH = 2048
HASH_DIGITS = 32
"""128 bits of a SHA-256 tell any number of passages apart, and take 32 bytes each."""


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Vectors of an old generation by hash of the encoded text; `hashes` are ascending, `rows` those of their vectors."""

    dense: DenseIndex
    hashes: npt.NDArray[np.bytes_]
    rows: Rows

    def rows_of(self, hashes: npt.NDArray[np.bytes_]) -> Rows:
        """Return the row of each hash, -1 for an unknown one."""
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[at] == hashes, self.rows[at], -1)


class Vectorising:
    """Makes the vectors of passages and counts: `encoded` anew, `reused` from `known`."""

    def __init__(self, encoder: Encoder, known: KnownVectors | None) -> None:
        """Encode what is not known."""
        self._encoder, self._known = encoder, known
        self.seconds = 0.0  # that the encoder took
        self.encoded = 0
        self.reused = 0

    def batches(self, passages: Iterable[DraftPassage]) -> Iterator[Vectors]:
        """Yield vectors of the passages in their order, in arrays of shape (some, dimension)."""
        stream = iter(passages)
        while batch := list(islice(stream, BATCH)):
            yield self._vectors(batch)

    def _vectors(self, batch: list[DraftPassage]) -> Vectors:
        vectors = np.zeros((len(batch), self._encoder.dimension), dtype=np.float32)
        rows = self._known.rows_of(_short([p.encoded_sha256 for p in batch])) if self._known else np.full(len(batch), -1)
        known, missing = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
        if self._known and len(known):
            vectors[known] = self._known.dense.vectors(rows[known])
        if len(missing):
            started = time.perf_counter()
            vectors[missing] = self._encoder.encode([encoded_text(batch[n], batch[n]) for n in missing])
            self.seconds += time.perf_counter() - started
        self.encoded += len(missing)
        self.reused += len(known)
        return vectors


def known_vectors(generation: Path | None, encoder: Encoder) -> KnownVectors | None:
    """Return the vectors of an old generation; None when there is none, another encoder made it or it is unusable."""
    if generation is None:
        return None
    try:
        with closing(Store(generation)) as store:
            dense = DenseIndex(generation)
            if made_by(generation) != encoder.fingerprint or len(dense) != len(store):
                return None
            hashes = np.fromiter((h[:HASH_DIGITS] for _, _, h in store.all_passages()), dtype=f"S{HASH_DIGITS}", count=len(dense))
    except IndexUnavailableError:
        return None
    order = np.argsort(hashes, kind="stable")
    return KnownVectors(dense, hashes[order], order)


def known_signatures(generation: Path | None) -> dict[str, bytes]:
    """Return the signatures of an old generation by the sha256 of the text; none when there is none or it is unusable."""
    if generation is None:
        return {}
    try:
        with closing(Store(generation)) as store:
            return store.signatures()
    except IndexUnavailableError:
        return {}


def _short(hashes: list[str]) -> npt.NDArray[np.bytes_]:
    return np.array(hashes, dtype=f"S{HASH_DIGITS}")
