"""Does an index still hold what it says? Counts, hashes, offsets and vectors of one generation."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np

from index.build import content_sha256, encoded_text
from index.datatypes import Article, Encoder, IndexManifest, Passage, SearchIndex
from index.dense import DenseIndex
from index.generations import leftovers
from index.local import LocalIndex, open_served
from index.locks import is_being_written
from index.passages import split_article
from index.store import Store
from index.text import terms

# Encoding again may differ in the last bits of a sum, never by this much.
VECTOR_TOLERANCE = 1e-3
SAMPLED_VECTORS = 256


class Stored(Protocol):
    """Where a generation's articles and passages can be read one after the other."""

    def articles(self) -> Iterator[Article]:
        """Yield all articles."""

    def all_passages(self) -> Iterator[tuple[int, Passage, str]]:
        """Yield (row, passage, hash of the encoded text)."""

    def example_questions(self) -> list[str]:
        """Return the example questions in their order."""


def check_index(folder: Path, encoder: Encoder) -> list[str]:
    """Return one sentence for each mismatch in the served generation, and for what cut-off writes left; an empty list means all is sound.

    Raises the errors of `IndexUnavailableError` when it cannot be opened at all.
    """
    problems = check_generation(open_served(folder), encoder)
    left = [] if is_being_written(folder) else leftovers(folder)  # a running build has its own unfinished folder there
    return [*problems, *(f"A write or removal that was cut off has left {path.name!r}." for path in left)]


def check_generation(index: LocalIndex, encoder: Encoder) -> list[str]:
    """Return one sentence for each mismatch in an opened generation; it is closed."""
    with closing(index):
        articles = {a.article_id: a for a in index.store.articles()}
        return [
            *_counts(index, articles),
            *article_problems(index.manifest, index.store),
            *passage_problems(index.store, articles),
            *term_problems(index, index.store),
            *vector_problems(index.manifest, index.store, index.dense, encoder),
        ]


def _counts(index: LocalIndex, articles: dict[str, Article]) -> Iterator[str]:
    made = index.manifest
    for what, expected, found in (
        ("articles in the store", made.articles, len(articles)),
        ("dimensions of a vector", made.dimension, index.dense.dimension),
    ):
        if expected != found:
            yield f"The manifest says {expected} {what}, {found} are there."


def article_problems(made: IndexManifest, store: Stored) -> Iterator[str]:
    """Yield what is wrong with the stored articles; of sound ones everything else can be made again."""
    articles = sorted(store.articles(), key=lambda a: a.article_id)
    if content_sha256(articles, store.example_questions()) != made.content_sha256:
        yield "The articles, what is known of them or the example questions are not those that the manifest was written for."
    for article in articles:
        if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
            yield f"The text of the article {article.article_id!r} does not have its sha256."


def passage_problems(store: Stored, articles: dict[str, Article]) -> Iterator[str]:
    """Yield what is wrong with the passages: offsets, texts, which there are."""
    expected = {p.passage_id: p for a in articles.values() for p in split_article(a)}
    for row, passage, encoded_sha256 in store.all_passages():
        article = articles.get(passage.article_id)
        wanted = expected.pop(passage.passage_id, None)
        if article is None or article.text[passage.start : passage.end] != passage.text:
            yield f"The passage {passage.passage_id!r} (row {row}) is not what its article holds at its offsets."
        elif passage != wanted:
            yield f"The passage {passage.passage_id!r} is not cut where its article would be cut now."
        elif hashlib.sha256(encoded_text(article, passage).encode()).hexdigest() != encoded_sha256:
            yield f"The passage {passage.passage_id!r} was encoded from another text than it holds."
    for missing in expected:
        yield f"The passage {missing!r} of its article is missing."


def term_problems(index: SearchIndex, store: Stored) -> Iterator[str]:
    """Every term must occur in as many passages of the word index as of the store."""
    expected = Counter(term for _, passage, _ in store.all_passages() for term in set(terms(passage.text)))
    found = index.document_frequencies(list(expected))
    wrong = [(term, e, f) for (term, e), f in zip(expected.items(), found, strict=True) if e != f]
    if wrong:
        term, in_store, in_words = wrong[0]
        yield f"The word index has {len(wrong)} terms in another number of passages than the store, {term!r} in {in_words} instead of {in_store}."


def vector_problems(made: IndexManifest, store: Store, dense: DenseIndex, encoder: Encoder) -> Iterator[str]:
    """Encode a sample of passages again and compare; every vector must be finite and of length 1 or 0."""
    if made.encoder_fingerprint != encoder.fingerprint:
        yield f"The vectors were made by the encoder {made.encoder!r}, not by {encoder.name!r}; build it again, or set ENCODER to the one that made them."
        return
    articles = {a.article_id: a for a in store.articles()}
    rows = [(row, p) for row, p, _ in store.all_passages() if p.article_id in articles and row < len(dense)]
    vectors = dense.vectors(np.array([row for row, _ in rows], dtype=np.int64))
    lengths = np.linalg.norm(vectors, axis=1)
    for bad in np.flatnonzero(~np.isclose(lengths, 1, atol=VECTOR_TOLERANCE) & (lengths != 0)):
        yield f"The vector of the passage {rows[int(bad)][1].passage_id!r} has the length {lengths[int(bad)]:.3f}, not 1."
    sample = range(0, len(rows), max(1, len(rows) // SAMPLED_VECTORS))
    again = encoder.encode([encoded_text(articles[rows[n][1].article_id], rows[n][1]) for n in sample])
    for n, vector in zip(sample, again, strict=True):
        if not np.allclose(vectors[n], vector, atol=VECTOR_TOLERANCE):
            yield f"The vector of the passage {rows[n][1].passage_id!r} is not the one its text encodes to."
