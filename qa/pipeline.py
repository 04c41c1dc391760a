"""A question to a cited answer: check → retrieve → read → verify → reply. The only place that abstains."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Protocol

from index.datatypes import Coverage, Encoder, Filter, Hit, SearchIndex
from index.encoder import SentenceTransformersEncoder
from index.engines import open_index
from index.retriever import Retriever
from qa.article_view import view_of
from qa.citations import cite
from qa.datatypes import Abstention, Answer, Citation, Composer, DatedFact, Draft, Part, Quote, Reason, Request
from qa.errors import ComposerNotConfiguredError
from qa.linear_models import load_model
from qa.names import missing_names
from qa.prompts import Framing, framing
from qa.questions import Question, analyse_for, is_question
from qa.reader import Reader, RecentDrafts
from qa.reading import reader_in_the_box
from qa.settings import Settings


class DraftComposer(Protocol):
    """Chooses quotes for a question from retrieved passages."""

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return a draft; its quotes are not yet verified."""


class Pipeline:
    """Everything that is needed to answer, opened once and shared by all threads."""

    def __init__(self, index: SearchIndex, encoder: Encoder, settings: Settings, language_model: DraftComposer | None = None) -> None:
        """Answer from `index`, whose vectors `encoder` made; `language_model` replaces the configured one (tests)."""
        self.index = index
        self.settings = settings
        self.retriever = Retriever(index, encoder, settings.dense_weight, deduplicate=settings.deduplicate)
        self._reader = RecentDrafts(Reader(index, load_model(), reader_in_the_box()), settings.remembered_questions)
        self._given_language_model = language_model
        self._lock = threading.Lock()

    def answer_question(self, request: Request, request_id: str) -> Answer:
        """Answer one checked request.

        Raises `ComposerNotConfiguredError` when a language model was asked for and none is configured, and
        `LanguageModelError` when it fails.
        """
        clock = _Clock()
        question = replace(analyse_for(self.index, request.question), asked_on=request.as_of)
        which = request.composer or self.settings.composer
        composer = self._composer(which)
        only = _until(request.only, request.as_of)
        hits = self._retrieve(question, request, only)
        clock.lap("retrieve")
        draft = composer.compose(question, hits[: self.settings.read_depth]) if is_question(question.text) else Draft((), None, 0.0, Reason.NOT_A_QUESTION)
        clock.lap("read")
        citations = cite(draft.quotes, self.index, only)
        clock.lap("verify")
        reason = self._reason_to_abstain(draft, citations, hits, request, only) or self._too_unsure(which, draft)
        return self._reply(request, request_id, question, _Outcome(which, draft, citations, tuple(hits), reason), clock)

    def with_min_confidence(self, value: float) -> "Pipeline":
        """Return a pipeline over the same index that abstains below `value`: an evaluation asks it what was held back."""
        settings = self.settings.model_copy(update={"min_confidence": value, "language_model_min_confidence": value})
        return Pipeline(self.index, self.retriever.encoder, settings, self._given_language_model)

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def _retrieve(self, question: Question, request: Request, only: Filter) -> list[Hit]:
        # Only the first `read_depth` are read, so `top_k` cannot change the answer.
        return self.retriever.retrieve(question.text, max(self.settings.read_depth, request.top_k), only)

    def _composer(self, which: Composer) -> DraftComposer:
        if which is Composer.EXTRACTIVE:
            return self._reader
        if self._given_language_model is None and not self.settings.language_model:
            raise ComposerNotConfiguredError("composer 'llm' was asked for, but no language model is configured; use 'extractive' or set LANGUAGE_MODEL.")
        with self._lock:
            return self._language_model

    @cached_property
    def _language_model(self) -> DraftComposer:
        if self._given_language_model is not None:
            return self._given_language_model
        from qa.language_model import LanguageModelComposer, open_chat_model  # takes seconds to import, and is off by default

        return LanguageModelComposer(open_chat_model(self.settings), self.index, self.settings.language_model_timeout_seconds)

    def _reason_to_abstain(self, draft: Draft, citations: Sequence[Citation], hits: Sequence[Hit], request: Request, only: Filter) -> Reason | None:
        if draft.reason is Reason.NOT_A_QUESTION:
            return Reason.NOT_A_QUESTION
        if not hits and only.restricts and self.index.count_matching(only) == 0:
            return Reason.NO_MATCH_FOR_FILTER if request.only.restricts else Reason.OUTSIDE_PERIOD
        if not hits:
            return Reason.NO_EVIDENCE
        return None if citations else draft.reason or Reason.LOW_CONFIDENCE

    def _too_unsure(self, composer: Composer, draft: Draft) -> Reason | None:
        """Why the draft is not shown though its quotes verify; what a language model says of itself has a threshold of its own."""
        extractive = composer is Composer.EXTRACTIVE
        least = self.settings.min_confidence if extractive else self.settings.language_model_min_confidence
        return (draft.reason or Reason.LOW_CONFIDENCE) if draft.confidence < least else None

    def _reply(self, request: Request, request_id: str, question: Question, outcome: "_Outcome", clock: "_Clock") -> Answer:
        words = framing(question.language)
        abstention = self._abstention(outcome, request, words) if outcome.reason else None
        unmentioned = self._unmentioned(question, outcome)
        clock.lap("compose")
        return Answer(
            request_id=request_id,
            question=request.question,
            language=question.language,
            answer=abstention.message if abstention else answer_text(outcome.citations, words),
            short_answer=None if abstention else _verified_short(outcome.draft.short_answer, outcome.citations),
            confidence=round(outcome.draft.confidence, 4),
            composer=outcome.composer,
            abstention=abstention,
            citations=() if abstention else outcome.citations,
            timeline=() if abstention else _timeline(outcome),
            passages=outcome.hits[: request.top_k],
            index=self.index.manifest,
            timing_ms=clock.done(),
            unmentioned=unmentioned,
            parts=() if abstention else _parts(outcome),
        )

    def _unmentioned(self, question: Question, outcome: "_Outcome") -> tuple[str, ...]:
        """The names of the question that none of the cited articles mentions, or of those read in vain; none when there are no articles."""
        read = [h.passage.article_id for h in outcome.hits[: self.settings.read_depth]]
        articles = read if outcome.reason else [c.article_id for c in outcome.citations]
        views = [view_of(self.index.article(i)) for i in dict.fromkeys(articles)] if question.proper_names else []
        missing = [set(missing_names(question.proper_names, view)) for view in views]
        return tuple(n for n in question.proper_names if missing and all(n in found for found in missing))

    def _abstention(self, outcome: "_Outcome", request: Request, words: Framing) -> Abstention:
        assert outcome.reason is not None
        coverage = self.index.coverage()
        message = f"{words.fill(f'abstention.{outcome.reason}')} {coverage_text(coverage, words)}"
        return Abstention(outcome.reason, message, outcome.hits[: request.top_k], coverage)


class _Outcome:
    """What reading gave, before it is put into words."""

    __slots__ = ("citations", "composer", "draft", "hits", "reason")

    def __init__(self, composer: Composer, draft: Draft, citations: tuple[Citation, ...], hits: tuple[Hit, ...], reason: Reason | None) -> None:
        self.composer, self.draft, self.citations, self.hits, self.reason = composer, draft, citations, hits, reason


class _Clock:
    """Milliseconds since the last lap, by name, and in total."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = round((now - self._last) * 1000, 3)
        self._last = now

    def done(self) -> dict[str, float]:
        return {**self._laps, "total": round((time.perf_counter() - self._start) * 1000, 3)}


def open_pipeline(settings: Settings) -> Pipeline:
    """Load the encoder and open the index of the settings; raises the errors of `IndexUnavailableError`."""
    encoder = SentenceTransformersEncoder(settings.encoder)
    return Pipeline(open_index(settings, encoder), encoder, settings)


def answer_text(citations: Sequence[Citation], words: Framing) -> str:
    """Return the quotes in order with their markers; who published them when stands before the first of each article."""
    statements = []
    previous = None
    for c in citations:
        name = "answer.same_source" if c.article_id == previous else "answer.statement"
        statements.append(words.fill(name, source=_source(c, words), quote=_quoted(c.quote, words), marker=c.marker))
        previous = c.article_id
    return " ".join(statements)


def _timeline(outcome: "_Outcome") -> tuple[DatedFact, ...]:
    """The values whose quotes passed the gate, with their markers; empty when fewer than two did."""
    markers = {(c.article_id, c.start, c.end): c.marker for c in outcome.citations}
    found = [(v, markers.get((v.quote.article_id, v.quote.start, v.quote.end))) for v in outcome.draft.history]
    facts = tuple(DatedFact(v.value, v.published, marker, v.current) for v, marker in found if marker is not None)
    return facts if len(facts) > 1 else ()


def _parts(outcome: "_Outcome") -> tuple[Part, ...]:
    """The things that were asked for, with the markers of the citations that tell them; none when no part is told."""
    found = []
    for part in outcome.draft.parts:
        telling = next((c for c in outcome.citations if part.quote and _holds(c, part.quote)), None)
        short = _verified_short(part.short_answer, [telling] if telling else [])
        found.append(Part(part.question, short, telling.marker if telling else None))
    return tuple(found) if any(part.marker is not None for part in found) else ()


def _holds(citation: Citation, quote: Quote) -> bool:
    return citation.article_id == quote.article_id and (quote.text in citation.quote or (citation.start <= quote.start and quote.end <= citation.end))


def _quoted(quote: str, words: Framing) -> str:
    """The quote on one line in quotation marks, unless it has some of its own: a person's words stay as they stand."""
    line = " ".join(quote.split())
    return line if line.startswith(("“", '"')) else words.fill("answer.quoted", quote=line)


def coverage_text(coverage: Coverage, words: Framing) -> str:
    """Return one sentence on how many articles of which period the collection holds."""
    if coverage.first_published is None:
        return words.fill("abstention.coverage_undated", articles=coverage.articles)
    first, last = (spell_date(day, words) for day in (coverage.first_published, coverage.last_published))
    return words.fill("abstention.coverage", articles=coverage.articles, first=first, last=last)


def spell_date(day: date | None, words: Framing) -> str:
    """Return the date in words ("2 Januari 2026"), a dash when there is none."""
    return words.fill("date.format", day=day.day, month=words.months[day.month - 1], year=day.year) if day else "–"


def _source(citation: Citation, words: Framing) -> str:
    publisher = citation.publisher or words.fill("answer.unknown_publisher")
    if citation.published is None:
        return words.fill("answer.source_undated", publisher=publisher)
    name = "answer.source_estimated" if citation.published_is_estimate else "answer.source_dated"
    return words.fill(name, publisher=publisher, date=spell_date(citation.published, words))


def _until(only: Filter, as_of: date | None) -> Filter:
    """The filter that also ignores what was published after `as_of`."""
    if as_of is None:
        return only
    return replace(only, published_to=min(as_of, only.published_to) if only.published_to else as_of)


def _verified_short(short: str | None, citations: Sequence[Citation]) -> str | None:
    """The short answer only when a verified quote holds it."""
    return short if short and any(short in c.quote for c in citations) else None
