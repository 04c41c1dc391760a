"""Candidate sentences of the retrieved passages and what speaks for each: values by name.

`qa/feature_rows.py` picks from them what each linear model looks at.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.datatypes import Article, Hit, SearchIndex, Span
from index.sentences import is_bullet, split_sentences
from index.short_forms import all_terms
from index.text import spell_out, terms
from qa.article_view import ArticleView, view_of
from qa.cells import answering_cell
from qa.cues import cue, items
from qa.forms import expected_form
from qa.holders import apposed, asks_who_holds
from qa.names import missing_names
from qa.questions import Kind, Question
from qa.reading import Reading, ReadsPassages
from qa.rewording import reweighted, reworded
from qa.short_answers import ShortAnswers
from qa.spans import PATTERNS, closeness, short_answer
from qa.timeline import asks_for_now
from qa.yes_no import decides

_YEAR = re.compile(r"(?:1[5-9]|20)\d{2}")
# The value of "form" for a question whose answer may have any form.
UNKNOWN_FORM = 0.5
# More missing names than this speak no louder.
MOST_NAMES = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """One candidate: its place in the article, the hit it came from, the short answer in it (offsets in the article)."""

    article: Article
    hit: Hit
    span: Span
    text: str
    short: Span | None
    values: dict[str, float]

    @property
    def published(self) -> date:
        """Date of the article; the first possible one when unknown, so that dated articles count as later."""
        return self.article.published or date.min


@dataclass(frozen=True, slots=True)
class ReadHit:
    """A hit and what the reader says of its passage."""

    hit: Hit
    reading: Reading

    def points(self, span: Span) -> float:
        """Return the log-probability that the passage answers and that the answer begins in the sentence `span`."""
        start = self.hit.passage.start
        return -math.log1p(math.exp(-self.reading.answers)) + self.reading.within(Span(span.start - start, span.end - start))

    def best(self, span: Span) -> tuple[Span, float] | None:
        """Return the likeliest answer in the sentence `span`, in the article's offsets, and its log-probability."""
        start = self.hit.passage.start
        found = self.reading.best(Span(span.start - start, span.end - start))
        return None if found is None else (Span(found[0].start + start, found[0].end + start), found[1])


@dataclass(frozen=True, slots=True)
class Weights:
    """Inverse document frequencies of the question's terms in this collection, each in 0..1."""

    of: dict[str, float]

    def share(self, found: set[str]) -> float:
        """Return the weighted share of the question's terms that are among `found`."""
        total = sum(self.of.values())
        return sum(w for t, w in self.of.items() if t in found) / total if total else 0.0

    def rarest_missing(self, found: set[str]) -> float:
        """Return the weight of the rarest question term that is not among `found`."""
        return max((w for t, w in self.of.items() if t not in found), default=0.0)


def term_weights(question: Question, index: SearchIndex) -> Weights:
    """Weigh the question's terms by their rarity; a term that no passage holds weighs most (1)."""
    total = index.manifest.passages
    frequencies = index.document_frequencies(question.terms)
    scale = math.log(1 + total / 0.5)
    return Weights({t: math.log(1 + total / (f + 0.5)) / scale for t, f in zip(question.terms, frequencies, strict=True)})


def gather(question: Question, hits: Sequence[Hit], index: SearchIndex, passages: ReadsPassages) -> list[Sentence]:
    """Return every sentence of the hits once, in the order of the hits, with its values."""
    if not hits:
        return []
    articles = {i: index.article(i) for i in dict.fromkeys(h.passage.article_id for h in hits)}
    readings = _read(question, hits, {i: view_of(a) for i, a in articles.items()}, passages)
    found: dict[tuple[str, Span], list[ReadHit]] = {}
    for hit, reading in zip(hits, readings, strict=True):
        text = articles[hit.passage.article_id].text
        for span in split_sentences(text, hit.passage.start, hit.passage.end):
            found.setdefault((hit.passage.article_id, span), []).append(ReadHit(hit, reading))
    written_out = spell_out(question.text).lower()
    days = tuple(sorted({a.published or date.min for a in articles.values()})) if asks_for_now(written_out) else ()
    asked = Asked(
        question,
        term_weights(question, index),
        expected_form(written_out),
        nearest=max(h.dense for h in hits),
        days=days,
        for_holder=asks_who_holds(question),
    )
    views = {i: _Reading(asked.in_words_of(view_of(a)), view_of(a)) for i, a in articles.items()}
    return [views[i].sentence(read, span) for (i, span), read in found.items()]


def _read(question: Question, hits: Sequence[Hit], views: Mapping[str, ArticleView], passages: ReadsPassages) -> list[Reading]:
    """What the reader says of each hit's passage, asked in the words of its article."""
    asked = [reworded(question, views[h.passage.article_id]).text for h in hits]
    found: dict[int, Reading] = {}
    for text in dict.fromkeys(asked):
        alike = [n for n, other in enumerate(asked) if other == text]
        inputs = [(views[hits[n].passage.article_id].heading(hits[n].passage.start), hits[n].passage.text) for n in alike]
        found |= zip(alike, reading_of(question, passages)(text, inputs), strict=True)
    return [found[n] for n in range(len(hits))]


def reading_of(question: Question, passages: ReadsPassages) -> Callable[[str, Sequence[tuple[str, str]]], list[Reading]]:
    """Return how passages are read for the question: for what decides it when it asks for yes or no, else for an answer's place."""
    return passages.decide if question.kind is Kind.YES_NO else passages.read


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that does not depend on an article: `form` of its answer, cosine of its `nearest` hit, and the `days` of the
    articles that were read, oldest first, when it asks for the present, else none. `for_holder` says that it asks who holds the office it names.
    """

    question: Question
    weights: Weights
    form: re.Pattern[str] | None
    nearest: float
    days: tuple[date, ...] = ()
    for_holder: bool = False

    def in_words_of(self, view: ArticleView) -> "Asked":
        """Return what is asked in the words of an article."""
        return replace(self, question=reworded(self.question, view), weights=Weights(reweighted(self.weights.of, self.question, view)))

    def recency(self, published: date | None) -> float:
        """Return how new an article of that day is among those read, 0..1; 0 when the question does not ask for the present."""
        return self.days.index(published or date.min) / (len(self.days) - 1) if len(self.days) > 1 else 0.0


class _Reading:
    """One article read for one question."""

    def __init__(self, asked: Asked, view: ArticleView) -> None:
        self.asked = asked
        self.view = view
        self.short_answers = ShortAnswers(asked.question, view.article.text)
        self.article_values = self._article_values()

    def sentence(self, read: Sequence[ReadHit], span: Span) -> Sentence:
        """Return one sentence of the article with its values; `read` are the hits that hold it, best first."""
        text = self.view.article.text[slice(*span)]
        at = self.view.position.get(span)
        found = short_answer(self.asked.question, text)
        hit, pointing = read[0].hit, max(read, key=lambda r: r.points(span))
        answer = pointing.best(span)
        formed = self._formed(text, found)
        name_or_figure = Span(span.start + found[0], span.start + found[1]) if found else None
        short = self._in_a_cell(span, self.short_answers.chosen(span, name_or_figure, answer, holder=self.asked.for_holder and formed["apposed"] >= 1))
        values = {
            "fused": hit.score,
            "first_passage": 1.0 / hit.rank,
            "answers": max(r.reading.answers for r in read),
            "points": pointing.points(span),
            "span_sure": answer[1] if answer else -30.0,
            "position": 1.0 / (1 + (at if at is not None else len(self.view.sentences))),
            **self.article_values,
            **self._covered(text, at),
            **formed,
        }
        values |= self._deciding(text, values)
        return Sentence(self.view.article, hit, span, text, short, values)

    def _in_a_cell(self, span: Span, short: Span | None) -> Span | None:
        """The short answer in the sentence `span`, of a table's row the answering cell; for yes or no only what decides."""
        if not self.view.is_row(span) or self.asked.question.kind is Kind.YES_NO:
            return short
        row = self.view.article.text[slice(*span)]
        found = Span(short.start - span.start, short.end - span.start) if short else None
        cell = answering_cell(self.asked.question, self.view.naming_columns(span), row, found)
        return Span(span.start + cell.start, span.start + cell.end) if cell else None

    def _article_values(self) -> dict[str, float]:
        """Values that all sentences of the article share."""
        question, weights, held = self.asked.question, self.asked.weights, self.view.all
        years = [n for n in question.numbers if _YEAR.fullmatch(n)]
        spoken_of = self.view.areas.union(t for name in question.districts if self.view.speaks(name) for t in terms(name))
        return {
            "nearest": self.asked.nearest,
            "recent": self.asked.recency(self.view.article.published),
            "covered_title": weights.share(self.view.title),
            "covered_article": weights.share(held),
            "rarest_missing": weights.rarest_missing(held),
            "names_missing": float(min(MOST_NAMES, len(missing_names(question.proper_names, self.view)))),
            "areas_missing": float(any(t not in spoken_of for t in question.areas)),
            "numbers_missing": float(sum(n not in held for n in question.numbers)),
            "years_missing": float(sum(y not in held for y in years)),
        }

    def _covered(self, text: str, at: int | None) -> dict[str, float]:
        """How many of the question's own terms the sentence and its neighbourhood hold."""
        own = self.view.terms[at] if at is not None else all_terms(terms(text))
        introducing = self.view.introducing(at)
        near = own.union(self.view.title, *(self.view.terms[n] for n in self._neighbours(at, 1)), introducing)
        return {
            "covered": self.asked.weights.share(own),
            "covered_near": self.asked.weights.share(near),
            "covered_introduction": self.asked.weights.share(introducing),
            "names_covered": _share(self.asked.question.names, near),
        }

    def _formed(self, text: str, found: tuple[int, int] | None) -> dict[str, float]:
        """Whether the sentence has the form of an answer of the asked kind."""
        question, form = self.asked.question, self.asked.form
        return {
            "has_span": float(found is not None),
            "span_expected": float(question.kind in PATTERNS and found is None),
            "apposed": apposed(question, text, found) if found else 0.0,
            "span_close": closeness(question, text, found) if found else 0.0,
            "form": UNKNOWN_FORM if form is None else float(form.search(text.lower()) is not None),
            "cue_reason": cue(Kind.REASON, question.kind, text),
            "cue_manner": cue(Kind.MANNER, question.kind, text),
            "cue_list": cue(Kind.LIST, question.kind, text),
            "cue_thing": cue(Kind.THING, question.kind, text),
            "items": items(question.kind, text),
            "length": math.log(1 + len(text.split())),
            "is_bullet": float(is_bullet(text)),
            "is_heading": float(text[-1:] not in '.!?”"’)' and not is_bullet(text)),
        }

    def _deciding(self, text: str, values: dict[str, float]) -> dict[str, float]:
        """For yes-or-no questions, which the reader was not taught: whether the sentence decides, and what counts more or less for them; else 0."""
        asked = float(self.asked.question.kind is Kind.YES_NO)
        return {"yes_no_decides": asked * decides(text), **{f"yes_no_{name}": asked * values[name] for name in ("fused", "covered", "points")}}

    def _neighbours(self, at: int | None, reach: int) -> range:
        return range(0) if at is None else self.view.around(at, reach)


def _share(wanted: Sequence[str], found: set[str]) -> float:
    return sum(w in found for w in wanted) / len(wanted) if wanted else 1.0
