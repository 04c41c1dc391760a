"""Frozen values that pass between the modules of `index`, and the two protocols behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Span(NamedTuple):
    """Half-open range of Unicode code points in an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One news article; `text` is the source as decoded or extracted, and never edited afterwards.

    `excluded` lists boilerplate in ascending order; `source` names the file (and line) for messages.
    `sha256` is the hex digest of the UTF-8 of the whole text.
    """

    article_id: str
    title: str
    text: str
    sha256: str
    publisher: str | None = None
    published: date | None = None
    published_is_estimate: bool = False
    author: str | None = None
    url: str | None = None
    excluded: tuple[Span, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader of one format found: the text, fixed for good, and what the file says about itself (names of `Article`).

    The story begins at `start`; what stands before it (front matter) is no story.
    """

    text: str
    known: Mapping[str, Any]
    start: int = 0


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text, for lists."""

    article_id: str
    title: str
    publisher: str | None
    published: date | None
    published_is_estimate: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """Some consecutive sentences of an article: `article.text[start:end] == text`."""

    passage_id: str
    article_id: str
    ordinal: int
    start: int
    end: int
    text: str


def article_of(passage_id: str) -> str:
    """Return the id of the article that a passage id names.

    >>> article_of("loket-2026#3")
    'loket-2026'
    """
    return passage_id.rpartition("#")[0]


class Scored(NamedTuple):
    """A passage id with the raw score of one retrieval leg (higher is better)."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; `score` is the fused score (0..1), `rank` counts from 1.

    `dense` is the cosine of question and passage, `lexical` the raw BM25 score (0 when no term matched).
    `also_in` names near-duplicates of its article, whose passages are left out.
    """

    passage: Passage
    score: float
    rank: int
    dense: float = 0.0
    lexical: float = 0.0
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles count; dates are inclusive, publishers match whole and case-insensitively.

    None means no restriction; an empty `publishers` matches nothing. An undated article fails any date filter.
    """

    published_from: date | None = None
    published_to: date | None = None
    publishers: tuple[str, ...] | None = None

    @property
    def restricts(self) -> bool:
        """Whether any article could fail this filter."""
        return any(v is not None for v in (self.published_from, self.published_to, self.publishers))

    def accepts(self, publisher: str | None, published: date | None) -> bool:
        """Whether an article with this publisher and date passes."""
        if self.published_from is not None and (published is None or published < self.published_from):
            return False
        if self.published_to is not None and (published is None or published > self.published_to):
            return False
        if self.publishers is None:
            return True
        return publisher is not None and publisher.casefold() in {p.casefold() for p in self.publishers}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the collection holds, for abstentions and the about page."""

    articles: int
    publishers: tuple[str, ...]
    first_published: date | None
    last_published: date | None


@dataclass(frozen=True, slots=True)
class IndexManifest:
    """Written beside an index; a reader refuses one that does not fit its own code and encoder."""

    format_version: int
    generation: str
    created: str
    articles: int
    passages: int
    encoder: str
    encoder_fingerprint: str
    dimension: int
    analyzer_version: int
    passage_version: str
    content_sha256: str
    vector_index: str = "flat"


class Encoder(Protocol):
    """Text to unit vectors."""

    @property
    def name(self) -> str:
        """Human-readable name of the model."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors could change."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of passages, shape (len(texts), dimension)."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of questions, shape (len(texts), dimension)."""


class SearchIndex(Protocol):
    """A searchable collection; every implementation passes the same contract suite."""

    @property
    def manifest(self) -> IndexManifest:
        """Counts and versions of the generation that is served."""

    def dense_search(self, vector: Vectors, limit: int, only: Filter) -> list[Scored]:
        """Return at most `limit` passages by cosine with a unit vector of shape (dimension,), best first."""

    def lexical_search(self, terms: Sequence[str], limit: int, only: Filter) -> list[Scored]:
        """Return at most `limit` passages by BM25 over analysed terms, best first."""

    def dense_scores(self, vector: Vectors, passage_ids: Sequence[str]) -> list[float]:
        """Return the cosine of each named passage."""

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each analysed term occurs."""

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return the named passages in the order asked; raise `ValueError` for an unknown id."""

    def article(self, article_id: str) -> Article:
        """Return one article; raise `UnknownArticleError` when there is none."""

    def article_summaries(self, only: Filter = Filter(), first: int = 0, limit: int | None = None) -> list[ArticleSummary]:
        """Return the articles that pass, newest first, undated ones last: at most `limit` of them, from the `first`-th (from 0) on."""

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return, for those of the articles that have near-duplicates, the ids of the others in order."""

    def coverage(self) -> Coverage:
        """Return what the collection holds."""

    def count_matching(self, only: Filter) -> int:
        """Return how many articles pass the filter."""

    def example_questions(self) -> list[str]:
        """Return the example questions that came with the corpus."""

    def close(self) -> None:
        """Release files and connections."""
