"""The `SearchIndex` in Milvus, for collections that outgrow one machine.

A generation is three collections; the alias that the user named points at its passages, and so names the served generation.
Everything is read from the server each time, so that any number of service processes may share it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from index.datatypes import Article, ArticleSummary, Coverage, Encoder, Filter, IndexManifest, Passage, Scored, Vectors
from index.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError, UnknownArticleError
from index.generations import REBUILD, refuse_others
from index.milvus_client import MilvusServer, Row
from index.milvus_rows import (
    BM25,
    MANIFEST,
    NO_ARTICLE,
    PASSAGE_COLUMNS,
    SUMMARY_COLUMNS,
    article_from_rows,
    articles_of,
    condition,
    manifest_of,
    part_key,
    passage_of,
    spelled,
    summary_of,
    terms_text,
    vector_column,
)
from index.settings import IndexSettings

MILVUS_FORMAT_VERSION = 1
MOST_HITS = 16_384
"""Milvus' largest limit of a search."""

_PART_COLUMNS = ("key", "part", "parts", "content")
_LEAST_EF = 128
_MARK = "_passages_"


class Names(NamedTuple):
    """The collections of one generation."""

    passages: str
    articles: str
    terms: str

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self.passages.rpartition(_MARK)[2]


def names_of(collection: str, generation: str) -> Names:
    """Return the names of a generation's collections."""
    return Names(*(f"{collection}_{kind}_{generation}" for kind in ("passages", "articles", "terms")))


def served_names(server: MilvusServer) -> Names:
    """Return the collections of the served generation; raises `IndexMissingError` when nothing was built there."""
    named = server.resolve(server.place.collection)
    if named is None:
        raise IndexMissingError(f"There is no index {str(server.place)!r}; {REBUILD}")
    generation = named.rpartition(_MARK)[2]
    names = names_of(server.place.collection, generation)
    if names.passages != named:
        raise IndexDamagedError(
            f"The alias {server.place.collection!r} at {server.place.server!r} names {named!r}, which no build has made; choose another name."
        )
    return names


def all_generations(server: MilvusServer) -> list[Names]:
    """Return all generations of the collection that any build has begun, in the order of their names."""
    start = f"{server.place.collection}_"
    kinds = "|".join(Names._fields)
    found = (re.fullmatch(f"{re.escape(start)}(?:{kinds})_(g[0-9a-f]{{16}})", name) for name in server.collections())
    return [names_of(server.place.collection, generation) for generation in sorted({match[1] for match in found if match})]


def finished_generations(server: MilvusServer) -> list[Names]:
    """Return the generations that were loaded whole, promoted or not."""
    return [names for names in all_generations(server) if is_finished(server, names)]


def is_finished(server: MilvusServer, names: Names) -> bool:
    """Whether a generation has its manifest."""
    return names.articles in server.collections() and bool(_parts_of(server, names, MANIFEST))


class MilvusIndex:
    """One generation, opened for reading. Safe to use from several threads, not across a fork."""

    def __init__(self, server: MilvusServer, names: Names) -> None:
        """Read the manifest; takes over the connection. Raises the errors of `IndexUnavailableError`."""
        self._server, self.names = server, names
        rows = _parts_of(server, names, MANIFEST)
        if not rows:
            raise IndexDamagedError(f"The generation {names.generation!r} in {str(server.place)!r} was never finished; {REBUILD}")
        try:
            known = manifest_of(rows)
        except (ValueError, KeyError, TypeError):
            raise IndexOutdatedError(f"The index in {str(server.place)!r} was made by another version of this program; {REBUILD}") from None
        version = known.manifest.format_version
        if version != MILVUS_FORMAT_VERSION:
            raise IndexOutdatedError(
                f"The index in {str(server.place)!r} has format version {version!r}, this program needs {MILVUS_FORMAT_VERSION}; {REBUILD}"
            )
        self._known = known
        self._vector = vector_column(known.manifest.dimension, known.index_type)

    @property
    def manifest(self) -> IndexManifest:
        """Counts and versions of this generation."""
        return self._known.manifest

    def dense_search(self, vector: Vectors, limit: int, only: Filter) -> list[Scored]:
        """See `SearchIndex.dense_search`."""
        if limit < 1 or only.publishers == ():
            return []
        graph = {"ef": max(_LEAST_EF, min(limit, MOST_HITS))} if self._known.index_type.startswith("HNSW") else {}
        found = self._server.search(self.names.passages, self._vector, vector, min(limit, MOST_HITS), condition(only), **graph)
        return [Scored(passage_id, score) for passage_id, score in found]

    def lexical_search(self, terms: Sequence[str], limit: int, only: Filter) -> list[Scored]:
        """See `SearchIndex.lexical_search`."""
        if not terms or limit < 1 or only.publishers == ():
            return []
        found = self._server.search(self.names.passages, BM25, terms_text(terms), min(limit, MOST_HITS), condition(only))
        # milvus-lite gives BM25 as a negative distance, a cluster as a positive score; both give the best first.
        return [Scored(passage_id, abs(score)) for passage_id, score in found if score]

    def dense_scores(self, vector: Vectors, passage_ids: Sequence[str]) -> list[float]:
        """See `SearchIndex.dense_scores`."""
        rows = self._passage_rows(passage_ids, ("key", "vector"))
        return [float(np.asarray(row["vector"], dtype=np.float32) @ vector) for row in rows]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """See `SearchIndex.document_frequencies`."""
        keys = [spelled(t) for t in terms]
        found = self._server.get(self.names.terms, list(dict.fromkeys(keys)), ("key", "passages"))
        counts = {row["key"]: int(row["passages"]) for row in found}
        return [counts.get(key, 0) for key in keys]

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """See `SearchIndex.passages`."""
        return [self._whole(passage_of(row)) for row in self._passage_rows(passage_ids, PASSAGE_COLUMNS)]

    def article(self, article_id: str) -> Article:
        """See `SearchIndex.article`."""
        rows = _parts_of(self._server, self.names, article_id) if article_id != MANIFEST else []
        if not rows:
            raise UnknownArticleError(f"There is no article {article_id!r} in this collection; the list of articles names those there are.")
        return article_from_rows(rows)

    def article_summaries(self, only: Filter = Filter(), first: int = 0, limit: int | None = None) -> list[ArticleSummary]:  # noqa: B008  # a frozen value
        """See `SearchIndex.article_summaries`."""
        passing = [s for s in self._summaries if only.accepts(s.publisher, s.published)] if only.restricts else self._summaries
        return passing[first:][:limit]

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """See `SearchIndex.copies`."""
        return {i: tuple(other for other in self._story[i] if other != i) for i in article_ids if i in self._story}

    def coverage(self) -> Coverage:
        """See `SearchIndex.coverage`."""
        return self._known.coverage

    def count_matching(self, only: Filter) -> int:
        """See `SearchIndex.count_matching`."""
        if only.publishers == ():
            return 0
        return self._server.count(self.names.articles, " and ".join(c for c in (_FIRST_PARTS, condition(only)) if c))

    def example_questions(self) -> list[str]:
        """See `SearchIndex.example_questions`."""
        return list(self._known.questions)

    def close(self) -> None:
        """See `SearchIndex.close`."""
        self._server.close()

    def articles(self) -> Iterator[Article]:
        """Yield all articles in the order of their ids; all are in memory meanwhile."""
        found = articles_of(self._server.rows(self.names.articles, "part >= 0", _PART_COLUMNS))
        return iter(sorted(found, key=lambda a: a.article_id))

    def all_passages(self) -> Iterator[tuple[int, Passage, str]]:
        """Yield (number, passage, hash of the encoded text), in any order."""
        rows = self._server.rows(self.names.passages, "ordinal >= 0", (*PASSAGE_COLUMNS, "encoded_sha256"))
        return ((n, self._whole(passage_of(row)), row["encoded_sha256"]) for n, row in enumerate(rows))

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the stored vectors of passages, shape (len(passage_ids), dimension)."""
        rows = self._passage_rows(passage_ids, ("key", "vector"))
        return np.array([row["vector"] for row in rows], dtype=np.float32).reshape(-1, self._known.manifest.dimension)

    @cached_property
    def _story(self) -> dict[str, Sequence[str]]:
        """The near-duplicates of an article, itself among them, by its id."""
        return {article_id: story for story in self._known.stories for article_id in story}

    @cached_property
    def _summaries(self) -> list[ArticleSummary]:
        """All summaries; a generation never changes, so they are read once."""
        found = [summary_of(row) for row in self._server.rows(self.names.articles, _FIRST_PARTS, SUMMARY_COLUMNS)]
        by_id = sorted(found, key=lambda s: s.article_id)
        return sorted(by_id, key=lambda s: -s.published.toordinal() if s.published else 0)

    def _passage_rows(self, passage_ids: Sequence[str], columns: Sequence[str]) -> list[Row]:
        asked = list(dict.fromkeys(passage_ids))
        found = {row["key"]: row for row in self._server.get(self.names.passages, asked, columns)}
        if missing := [i for i in passage_ids if i not in found]:
            raise ValueError(f"no passage {missing[0]!r}")
        return [found[i] for i in passage_ids]

    def _whole(self, passage: Passage) -> Passage:
        """The passage with its text, which is in its article only when it is too long for a row."""
        if passage.text:
            return passage
        text = self.article(passage.article_id).text[passage.start : passage.end]
        return Passage(passage.passage_id, passage.article_id, passage.ordinal, passage.start, passage.end, text)


_FIRST_PARTS = f"part == 0 and day > {NO_ARTICLE}"


def _parts_of(server: MilvusServer, names: Names, article_id: str) -> list[Row]:
    first = server.get(names.articles, [part_key(article_id, 0)], _PART_COLUMNS)
    more = first[0]["parts"] if first else 0
    return [*first, *server.get(names.articles, [part_key(article_id, n) for n in range(1, more)], _PART_COLUMNS)]


def open_milvus(settings: IndexSettings) -> MilvusIndex:
    """Open the served generation, whatever encoder made it; raises the errors of `IndexUnavailableError`."""
    server = MilvusServer(settings)
    try:
        return MilvusIndex(server, served_names(server))
    except BaseException:
        server.close()
        raise


def open_milvus_for(settings: IndexSettings, encoder: Encoder) -> MilvusIndex:
    """Open the served generation for questions encoded by `encoder`; raises `IndexOutdatedError` when another made it."""
    index = open_milvus(settings)
    try:
        refuse_others(index.manifest, str(settings.milvus), encoder)
    except IndexOutdatedError:
        index.close()
        raise
    return index
