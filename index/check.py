"""Does an index still hold what it says? Counts, hashes, offsets and vectors of one generation."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from index.datatypes import Article, Encoder, Filter, IndexManifest, Passage, SearchIndex, Vectors
from index.dense import BATCH, DenseIndex
from index.draft import content_sha256, encoded_sha256, encoded_text
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
        """Yield all articles in the order of their ids."""

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
        return [
            *_counts(index),
            *article_problems(index.manifest, index.store),
            *_passages(index.store),
            *term_problems(index, index.store),
            *vector_problems(index.manifest, index.store, index.dense, encoder),
        ]


def _counts(index: LocalIndex) -> Iterator[str]:
    made = index.manifest
    for what, expected, found in (
        ("articles in the store", made.articles, index.store.count_matching(Filter())),
        ("dimensions of a vector", made.dimension, index.dense.dimension),
    ):
        if expected != found:
            yield f"The manifest says {expected} {what}, {found} are there."
    if made.vector_index != index.dense.kind:
        yield f"The manifest says that the vectors are a {made.vector_index!r} index, they are {index.dense.kind.value!r}."


def article_problems(made: IndexManifest, store: Stored) -> Iterator[str]:
    """Yield what is wrong with the stored articles; of sound ones everything else can be made again."""
    if content_sha256(store.articles(), store.example_questions()) != made.content_sha256:
        yield "The articles, what is known of them or the example questions are not those that the manifest was written for."
    for article in store.articles():
        if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
            yield f"The text of the article {article.article_id!r} does not have its sha256."


def _passages(store: Store) -> Iterator[str]:
    for article in store.articles():
        yield from passage_problems(article, store.passages_of(article.article_id))
    for row, passage_id in store.orphans():
        yield f"The passage {passage_id!r} (row {row}) is not what its article holds at its offsets."


def passage_problems(article: Article, stored: Sequence[tuple[int, Passage, str]]) -> Iterator[str]:
    """Yield what is wrong with an article's passages: offsets, texts, which there are."""
    expected = {p.passage_id: p for p in split_article(article)}
    for row, passage, encoded in stored:
        wanted = expected.pop(passage.passage_id, None)
        if article.text[passage.start : passage.end] != passage.text:
            yield f"The passage {passage.passage_id!r} (row {row}) is not what its article holds at its offsets."
        elif passage != wanted:
            yield f"The passage {passage.passage_id!r} is not cut where its article would be cut now."
        elif encoded_sha256(article, passage) != encoded:
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
    every = max(1, len(store) // SAMPLED_VECTORS)
    stored = (p for row, p, _ in store.all_passages() if row < len(dense))
    for first in range(0, len(dense), BATCH):
        passages = list(islice(stored, BATCH))
        vectors = dense.vectors(np.arange(first, first + len(passages), dtype=np.int64))
        yield from _wrong_lengths(passages, vectors)
        sample = range(-first % every, len(passages), every)
        yield from _wrong_vectors([passages[n] for n in sample], vectors[sample], store, encoder)


def _wrong_lengths(passages: Sequence[Passage], vectors: Vectors) -> Iterator[str]:
    lengths = np.linalg.norm(vectors, axis=1)
    for bad in np.flatnonzero(~np.isclose(lengths, 1, atol=VECTOR_TOLERANCE) & (lengths != 0)):
        yield f"The vector of the passage {passages[int(bad)].passage_id!r} has the length {lengths[int(bad)]:.3f}, not 1."


def _wrong_vectors(passages: Sequence[Passage], vectors: Vectors, store: Store, encoder: Encoder) -> Iterator[str]:
    articles = {i: store.find(i) for i in {p.article_id for p in passages}}
    known = [(p, vector, article) for p, vector in zip(passages, vectors, strict=True) if (article := articles[p.article_id])]
    again = encoder.encode([encoded_text(article, p) for p, _, article in known])
    for (passage, vector, _), expected in zip(known, again, strict=True):
        if not np.allclose(vector, expected, atol=VECTOR_TOLERANCE):
            yield f"The vector of the passage {passage.passage_id!r} is not the one its text encodes to."
