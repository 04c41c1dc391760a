"""Frozen values that pass between the modules of `qa`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from index.datatypes import Coverage, Filter, Hit, IndexManifest


class Reason(StrEnum):
    """Why the service abstained."""

    NO_EVIDENCE = "no_evidence"
    LOW_CONFIDENCE = "low_confidence"
    WRONG_ENTITY = "wrong_entity"
    OUTSIDE_PERIOD = "outside_period"
    NO_MATCH_FOR_FILTER = "no_match_for_filter"
    NOT_A_QUESTION = "not_a_question"


class Composer(StrEnum):
    """Who chose the quotes of an answer."""

    EXTRACTIVE = "extractive"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Request:
    """A checked question with its options. `top_k` limits what is returned, not how deep is read.

    `as_of` ignores articles published later; None means no limit.
    `composer` None means the configured default.
    """

    question: str
    top_k: int = 10
    only: Filter = field(default_factory=Filter)
    as_of: date | None = None
    composer: Composer | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A range of an article's text that a composer wants to show, not yet verified.

    `text` is what the composer believes stands there; the gate in `citations.py` re-reads the article.
    """

    article_id: str
    passage_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value that an article of `published` states in `quote`; `current` if no later one is known."""

    value: str
    published: date
    quote: Quote
    current: bool


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One of several things that a question asks for: the quote that tells it, None when the cited article does not, and the span asked for in it."""

    question: str
    quote: Quote | None
    short_answer: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer proposes: quotes in order of use, the span asked for, and how sure it is (0..1).

    `history` are the values of the same thing at other times, oldest first; empty when only one is known. `parts` are what a question for several
    things asks for, in its order; empty for one thing.
    """

    quotes: tuple[Quote, ...]
    short_answer: str | None
    confidence: float
    reason: Reason | None = None
    history: tuple[DatedValue, ...] = ()
    parts: tuple[DraftPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote: `article.text[start:end] == quote`, `sha256` of the whole article."""

    marker: int
    article_id: str
    passage_id: str
    title: str
    publisher: str | None
    published: date | None
    published_is_estimate: bool
    url: str | None
    quote: str
    start: int
    end: int
    sha256: str
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatedFact:
    """One value of a fact with the date of the article that states it."""

    value: str
    published: date | None
    marker: int
    current: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things that a question asks for, the number of the citation that tells it, None when no cited article does, and the bare answer."""

    question: str
    short_answer: str | None
    marker: int | None


@dataclass(frozen=True, slots=True)
class Abstention:
    """An honest no: why, in words, what came nearest, and what the collection covers."""

    reason: Reason
    message: str
    nearest: tuple[Hit, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question: citations or an abstention, never both, never neither.

    `unmentioned` are the names in the question that no cited article mentions; in an abstention, no article that was read. `parts` are the things that
    a question for several asks for.
    """

    request_id: str
    question: str
    language: str
    answer: str
    short_answer: str | None
    confidence: float
    composer: Composer
    abstention: Abstention | None
    citations: tuple[Citation, ...]
    timeline: tuple[DatedFact, ...]
    passages: tuple[Hit, ...]
    index: IndexManifest
    timing_ms: Mapping[str, float]
    unmentioned: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an answer that is neither cited nor abstained, or both."""
        if bool(self.citations) == (self.abstention is not None):
            raise ValueError("an answer has citations or an abstention, never both and never neither")

    @property
    def abstained(self) -> bool:
        """Whether the service said that it found no answer."""
        return self.abstention is not None
