"""Which articles and passages pass a filter, and the order of the list of articles, by columns in memory.

Twelve bytes an article: a question with a filter, or a page of the list, over a million passages would otherwise make
the database read every article.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.datatypes import Coverage, Filter

UNDATED = 0
NO_PUBLISHER = -1
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Column(NamedTuple):
    """What is known of one article: its key in the database, date (YYYY-MM-DD), publisher, number of passages."""

    key: int
    published: str | None
    publisher: str | None
    passages: int


class ArticleColumns:
    """All articles of a generation in the order of their ids, which is that of their passages' rows. Never changed."""

    def __init__(self, articles: Iterable[Column]) -> None:
        """Take the articles in the order of their ids."""
        names: dict[str, int] = {}
        rows = [(a.key, _day(a.published), NO_PUBLISHER if a.publisher is None else names.setdefault(a.publisher, len(names)), a.passages) for a in articles]
        self._keys, self._days, self._publishers, self._passages = np.array(rows, dtype=np.int64).reshape(-1, 4).T.astype(np.int32)
        self._names = tuple(names)
        # Newest first, undated (0) last; a stable sort keeps the order of ids.
        self._order = np.argsort(-self._days, kind="stable").astype(np.int32)

    def coverage(self) -> Coverage:
        """Return counts, publishers and the first and last date."""
        dated = self._days[self._days != UNDATED]
        first, last = (date.fromordinal(int(d)) for d in (dated.min(), dated.max())) if len(dated) else (None, None)
        return Coverage(len(self._keys), tuple(sorted(self._names)), first, last)

    def count(self, only: Filter) -> int:
        """Return how many articles pass."""
        return int(self._passing(only).sum())

    def rows(self, only: Filter) -> Numbers:
        """Return the rows of the passages whose article passes, ascending."""
        return np.flatnonzero(np.repeat(self._passing(only), self._passages))

    def listed(self, only: Filter, first: int, limit: int | None) -> Numbers:
        """Return the keys of the articles that pass, newest first, from the `first`-th (from 0) on."""
        shown = self._order[self._passing(only)[self._order]]
        return self._keys[shown[first : None if limit is None else first + limit]].astype(np.int64)

    def _passing(self, only: Filter) -> Mask:
        """What `Filter.accepts` says, for all articles at once."""
        passing: Mask = np.ones(len(self._keys), dtype=bool)
        if only.published_from is not None:
            passing &= self._days >= only.published_from.toordinal()
        if only.published_to is not None:
            passing &= (self._days <= only.published_to.toordinal()) & (self._days != UNDATED)
        if only.publishers is not None:
            asked = {p.casefold() for p in only.publishers}
            passing &= np.isin(self._publishers, [n for n, name in enumerate(self._names) if name.casefold() in asked])
        return passing


def _day(published: str | None) -> int:
    return date.fromisoformat(published).toordinal() if published else UNDATED
