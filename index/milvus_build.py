"""Sources to a new generation in Milvus: read → clean → split → encode → load → promote.

A generation is named by its content, so every process that is given the same sources loads the same one, and a row is
found by its key: several processes may load parts of it at once, and a build that was cut off goes on where it stopped.
The alias is pointed at it last and in one step; the old generation answers until then.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from index.articles import Corpus, read_sources
from index.build import BuildOptions, BuildReport, with_added, without
from index.datatypes import Article, Encoder, IndexManifest, Passage
from index.draft import content_sha256, encoded_sha256, encoded_text
from index.duplicates import find_stories
from index.errors import IndexLockedError, IndexMissingError, IndexNotWrittenError, IndexUnavailableError, SourceError
from index.milvus import MILVUS_FORMAT_VERSION, MilvusIndex, Names, finished_generations, names_of, open_milvus, served_names
from index.milvus_client import BUILD_TIMEOUT_SECONDS, MilvusServer, Row
from index.milvus_rows import NO_ARTICLE, Whole, article_rows, coverage_of, layout, manifest_rows, passage_row, term_row
from index.new_generation import no_articles
from index.passages import PASSAGE_VERSION
from index.settings import IndexSettings
from index.text import ANALYZER_VERSION, terms

BATCH = 1000
"""Passages of one upsert: about 4 MB with 384-dimensional vectors, and Milvus takes 64 MB."""

MOST_EXACT = 100_000
"""Up to so many passages every vector is compared, as in a folder."""

_Item = TypeVar("_Item")
_Cut = tuple[Article, Passage]


def build_milvus(sources: Sequence[Path], settings: IndexSettings, encoder: Encoder, options: BuildOptions) -> BuildReport:
    """Make the index mirror the sources exactly; with `options.shard` load that part of it only and promote nothing.

    Raises `SourceError` when no article could be read, `IndexNotWrittenError` when not all arrived, and the other errors of
    `IndexUnavailableError`; the old generation stays each time.
    """
    corpus = read_sources(list(sources))
    with closing(MilvusServer(settings, BUILD_TIMEOUT_SECONDS)) as server:
        return _Build(server, settings, encoder, options).run(corpus)


def add_to_milvus(sources: Sequence[Path] | Corpus, settings: IndexSettings, encoder: Encoder, options: BuildOptions) -> BuildReport:
    """Add the articles of the sources; raises what `build_milvus` does, and `IndexLockedError` when another build was faster."""
    with closing(open_milvus(settings)) as old:
        merged = with_added(old.articles(), old.example_questions(), sources)
        return _write_over(old, merged, settings, encoder, options)


def remove_from_milvus(article_ids: Sequence[str], settings: IndexSettings, encoder: Encoder, options: BuildOptions) -> BuildReport:
    """Remove articles; raises `UnknownArticleError` for an id that is not there, and what `add_to_milvus` does."""
    with closing(open_milvus(settings)) as old:
        kept = Corpus(without(old.articles(), article_ids), [], old.example_questions())
        return _write_over(old, kept, settings, encoder, options)


def _write_over(old: MilvusIndex, corpus: Corpus, settings: IndexSettings, encoder: Encoder, options: BuildOptions) -> BuildReport:
    with closing(MilvusServer(settings, BUILD_TIMEOUT_SECONDS)) as server:
        return _Build(server, settings, encoder, options, old.manifest.generation).run(corpus)


@dataclass(frozen=True, slots=True)
class _Target:
    """The generation that is loaded: its collections, its manifest, and the kind of its vectors' index."""

    names: Names
    manifest: IndexManifest
    index_type: str


class _Build:
    """One build; `based_on` names the generation that must still be the served one when this one is promoted."""

    def __init__(self, server: MilvusServer, settings: IndexSettings, encoder: Encoder, options: BuildOptions, based_on: str | None = None) -> None:
        self._server, self._settings, self._encoder, self._options, self._based_on = server, settings, encoder, options, based_on
        self._encoded = self._kept = 0

    def run(self, corpus: Corpus) -> BuildReport:
        articles = [corpus.articles[i] for i in sorted(corpus.articles)]
        if not articles:
            raise SourceError(no_articles(corpus.errors))
        passages = sum(1 for _ in self._cut(articles))
        if not passages:
            raise SourceError("Every sentence of the sources was recognised as boilerplate, so there is nothing to search; give articles with text.")
        target = self._target(articles, passages, corpus.example_questions)
        report = BuildReport(target.manifest, str(self._server.place), 0, passages, False, tuple(corpus.errors))
        served = self._served()
        if served and served.generation == target.names.generation:
            return report
        self._make_room(served, target)
        shard = self._options.shard
        self._load([a for a in articles if _is_of(a, shard)], target, served)
        if shard is None:
            self._complete(articles, target, corpus.example_questions)
        return replace(report, encoded=self._encoded, reused=self._kept, changed=True, promoted=shard is None)

    def _cut(self, articles: Iterable[Article]) -> Iterator[_Cut]:
        """Passages as they are needed: those of ten million articles are twice their texts, and cutting is quick beside encoding."""
        return ((a, p) for a in articles for p in self._options.cut(a))

    def _target(self, articles: Sequence[Article], passages: int, questions: Sequence[str]) -> _Target:
        encoder, digest = self._encoder, content_sha256(articles, questions)
        kind = self._settings.milvus_vector_index
        kind = ("FLAT" if passages <= MOST_EXACT else "HNSW") if kind == "AUTO" else kind
        layout_of_it = (kind, self._settings.milvus_shards)
        versions = (MILVUS_FORMAT_VERSION, encoder.fingerprint, encoder.dimension, ANALYZER_VERSION, PASSAGE_VERSION)
        generation = "g" + hashlib.sha256(repr((digest, *versions, *layout_of_it)).encode()).hexdigest()[:16]
        manifest = IndexManifest(
            format_version=MILVUS_FORMAT_VERSION,
            generation=generation,
            created=datetime.now(UTC).isoformat(timespec="microseconds"),
            articles=len(articles),
            passages=passages,
            encoder=encoder.name,
            encoder_fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            analyzer_version=ANALYZER_VERSION,
            passage_version=PASSAGE_VERSION,
            content_sha256=digest,
            vector_index=kind.lower(),
        )
        return _Target(names_of(self._server.place.collection, generation), manifest, kind)

    def _served(self) -> Names | None:
        try:
            return served_names(self._server)
        except IndexMissingError:
            return None

    def _make_room(self, served: Names | None, target: _Target) -> None:
        """Drop outlived generations before another is loaded, so that never more than two are; then make the collections."""
        kept = {target.names, served}
        for names in finished_generations(self._server):
            if names not in kept:
                drop_generation(self._server, names)
        for collection, columns in zip(target.names, layout(self._encoder.dimension, target.index_type), strict=True):
            self._server.create(collection, columns, self._settings)

    def _load(self, articles: Sequence[Article], target: _Target, served: Names | None) -> None:
        old = served if served and self._fits(served) else None
        bar = tqdm(articles, "load", unit=" articles", disable=not self._options.progress)
        for batch in _batches(self._cut(bar), BATCH):
            self._load_passages(batch, target.names, old)
        for several in _batches(articles, BATCH):
            rows = [row for article in several for row in article_rows(article)]
            for batch_of_rows in _batches(rows, BATCH // 2):  # at most 64 kB a row
                self._server.upsert(target.names.articles, batch_of_rows)

    def _load_passages(self, batch: Sequence[_Cut], target: Names, old: Names | None) -> None:
        hashes = {p.passage_id: encoded_sha256(a, p) for a, p in batch}
        here = self._known(target.passages, hashes, ("key", "encoded_sha256"))
        missing = [(a, p) for a, p in batch if p.passage_id not in here]
        wanted = {p.passage_id: hashes[p.passage_id] for _, p in missing}
        known = {k: row["vector"] for k, row in self._known(old.passages, wanted, ("key", "encoded_sha256", "vector")).items()} if old else {}
        new = [(a, p) for a, p in missing if p.passage_id not in known]
        known |= dict(zip((p.passage_id for _, p in new), self._encoder.encode([encoded_text(a, p) for a, p in new]), strict=True))
        rows = [passage_row(a, p, hashes[p.passage_id], np.asarray(known[p.passage_id], dtype=np.float32)) for a, p in missing]
        self._server.upsert(target.passages, rows)
        self._encoded += len(new)
        self._kept += len(batch) - len(new)

    def _known(self, collection: str, hashes: dict[str, str], columns: Sequence[str]) -> dict[str, Row]:
        """Rows of a collection for passages whose encoded text is the same, by key."""
        rows = self._server.get(collection, list(hashes), columns, fresh=True)
        return {row["key"]: row for row in rows if hashes[row["key"]] == row["encoded_sha256"]}

    def _fits(self, served: Names) -> bool:
        """Whether the served generation's vectors can be taken over."""
        try:
            return MilvusIndex(self._server, served).manifest.encoder_fingerprint == self._encoder.fingerprint
        except IndexUnavailableError:
            return False

    def _complete(self, articles: Sequence[Article], target: _Target, questions: Sequence[str]) -> None:
        """Count what arrived, write what is known of the whole, and promote it."""
        names, server = target.names, self._server
        occurring = Counter(term for _, p in self._cut(articles) for term in set(terms(p.text)))
        for batch in _batches(sorted(occurring.items()), BATCH * 5):
            server.upsert(names.terms, [term_row(*item) for item in batch])
        for collection in names:
            server.flush(collection)
        self._expect(names.passages, "passages", target.manifest.passages)
        self._expect(names.terms, "terms", len(occurring))
        by_id = {a.article_id: a for a in articles}
        server.upsert(
            names.articles,
            manifest_rows(Whole(target.manifest, coverage_of(articles), questions, find_stories(articles, by_id.__getitem__, {})[0], target.index_type)),
        )
        server.flush(names.articles)
        parts = sum(len(article_rows(a)) for a in articles)
        self._expect(names.articles, "parts of articles", parts, f"day > {NO_ARTICLE}")
        self._promote(names)

    def _expect(self, collection: str, what: str, expected: int, where: str = "") -> None:
        found = self._server.count(collection, where, fresh=True)
        if found != expected:
            raise IndexNotWrittenError(
                f"Milvus holds {found} {what} of the new generation instead of {expected}; the old one goes on. Build once more; what is there stays."
            )

    def _promote(self, names: Names) -> None:
        if self._based_on is not None and (served := self._served()) is not None and served.generation != self._based_on:
            raise IndexLockedError(f"Another build has promoted the generation {served.generation!r} meanwhile; nothing was changed. Do it once more.")
        self._server.point(self._server.place.collection, names.passages)


def drop_generation(server: MilvusServer, names: Names) -> None:
    """Drop the collections of a generation; the articles last, because they hold the manifest."""
    for collection in (names.passages, names.terms, names.articles):
        server.drop(collection)


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch


def _is_of(article: Article, shard: tuple[int, int] | None) -> bool:
    """Whether an article belongs to a shard (i, n), i from 1; the same in every process."""
    return shard is None or zlib.crc32(article.article_id.encode()) % shard[1] == shard[0] - 1
