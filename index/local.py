"""The `SearchIndex` on one machine: faiss, tantivy and SQLite in one generation folder."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from index.datatypes import Article, ArticleSummary, Coverage, Encoder, Filter, IndexManifest, Passage, Scored, Vectors
from index.dense import DenseIndex
from index.errors import IndexDamagedError, IndexOutdatedError
from index.generations import MANIFEST, MEND, current_generation, manifest_of, refuse_others
from index.lexical import LexicalIndex
from index.locks import mark_in_use
from index.store import Store


class LocalIndex:
    """One generation, opened for reading. Safe to use from several threads."""

    def __init__(self, generation: Path) -> None:
        """Open a generation folder and keep it from being removed; raises the errors of `IndexUnavailableError`."""
        self.folder = generation
        self._manifest = manifest_of(generation)
        with ExitStack() as opened:
            self._hold(generation, opened)
            self.dense = DenseIndex(generation)
            self.lexical = LexicalIndex(generation)
            self.store = Store(generation)
            opened.callback(self.store.close)
            self._compare_counts()
            self._opened = opened.pop_all()

    @property
    def manifest(self) -> IndexManifest:
        """Counts and versions of this generation."""
        return self._manifest

    def dense_search(self, vector: Vectors, limit: int, only: Filter) -> list[Scored]:
        """See `SearchIndex.dense_search`."""
        return self._scored(self.dense.search(vector, limit, self.store.allowed_rows(only)))

    def lexical_search(self, terms: Sequence[str], limit: int, only: Filter) -> list[Scored]:
        """See `SearchIndex.lexical_search`."""
        return self._scored(self.lexical.search(terms, limit, only))

    def dense_scores(self, vector: Vectors, passage_ids: Sequence[str]) -> list[float]:
        """See `SearchIndex.dense_scores`."""
        rows = np.array(self.store.rows_of(passage_ids), dtype=np.int64)
        return [float(s) for s in self.dense.vectors(rows) @ vector]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """See `SearchIndex.document_frequencies`."""
        return [self.lexical.document_frequency(t) for t in terms]

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """See `SearchIndex.passages`."""
        return self.store.passages(self.store.rows_of(passage_ids))

    def article(self, article_id: str) -> Article:
        """See `SearchIndex.article`."""
        return self.store.article(article_id)

    def article_summaries(self, only: Filter = Filter(), first: int = 0, limit: int | None = None) -> list[ArticleSummary]:  # noqa: B008  # a frozen value
        """See `SearchIndex.article_summaries`."""
        return self.store.summaries(only, first, limit)

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """See `SearchIndex.copies`."""
        return self.store.copies(article_ids)

    def coverage(self) -> Coverage:
        """See `SearchIndex.coverage`."""
        return self.store.coverage()

    def count_matching(self, only: Filter) -> int:
        """See `SearchIndex.count_matching`."""
        return self.store.count_matching(only)

    def example_questions(self) -> list[str]:
        """See `SearchIndex.example_questions`."""
        return self.store.example_questions()

    def close(self) -> None:
        """See `SearchIndex.close`."""
        self._opened.close()

    @staticmethod
    def _hold(generation: Path, opened: ExitStack) -> None:
        try:
            opened.enter_context(mark_in_use(generation / MANIFEST))
        except FileNotFoundError:
            raise IndexDamagedError(f"The index in {str(generation)!r} was removed while it was opened; {MEND}") from None
        except OSError:
            return  # a file system without locks: the generation before the served one is kept all the same

    def _compare_counts(self) -> None:
        counts = {len(self.dense), len(self.lexical), len(self.store), self._manifest.passages}
        if len(counts) != 1:
            raise IndexDamagedError(f"The index in {str(self.folder)!r} disagrees on its number of passages ({sorted(counts)}); {MEND}")

    def _scored(self, found: list[tuple[int, float]]) -> list[Scored]:
        ids = self.store.ids_of([row for row, _ in found])
        return [Scored(passage_id, score) for passage_id, (_, score) in zip(ids, found, strict=True)]


def open_served(folder: Path) -> LocalIndex:
    """Open the served generation under `folder`, whatever encoder made it; raises the errors of `IndexUnavailableError`."""
    while True:
        generation = current_generation(folder)
        try:
            return LocalIndex(generation)
        except IndexDamagedError:
            if current_generation(folder) == generation:
                raise  # else builds have passed meanwhile, and the generation was rightly removed


def open_index(folder: Path, encoder: Encoder) -> LocalIndex:
    """Open the served generation under `folder` for questions encoded by `encoder`.

    Raises `IndexOutdatedError` when another encoder, analyzer or passage size made it.
    """
    index = open_served(folder)
    try:
        refuse_others(index.manifest, str(folder), encoder)
    except IndexOutdatedError:
        index.close()
        raise
    return index
