"""Candidate sentences of the retrieved passages and what speaks for each: one row of numbers a sentence.

The rows feed two linear models (`qa/model/evidence.json`): one ranks sentences, one turns the best sentence's row into
the probability that it answers the question.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.datatypes import Article, Encoder, Hit, SearchIndex, Span, Vectors
from index.passages import quotable_regions
from index.sentences import is_bullet, split_sentences
from index.text import terms, tokens, write_out
from qa.questions import Kind, Question
from qa.spans import PATTERNS, short_answer

# How much of a text around a sentence counts as its neighbourhood, in sentences to either side.
NEIGHBOURS = 1

RANKING_FEATURES = (
    "cosine", "passage_cosine", "fused", "first_passage", "covered", "covered_near", "covered_title", "numbers_covered",
    "names_covered", "has_span", "span_expected", "short", "is_bullet", "is_heading", "position",
)  # fmt: skip
CONFIDENCE_FEATURES = (
    "cosine", "passage_cosine", "fused", "covered", "covered_near", "covered_article", "rarest_missing", "names_missing",
    "numbers_missing", "years_missing", "has_span", "span_expected", "margin", "passage_margin", "english", "few_terms",
    "is_explanation",
)  # fmt: skip
Row = npt.NDArray[np.float64]


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


def gather(question: Question, hits: Sequence[Hit], index: SearchIndex, encoder: Encoder) -> list[Sentence]:
    """Return every sentence of the hits once, in the order of the hits, with its values."""
    if not hits:
        return []
    weights = term_weights(question, index)
    articles = {i: index.article(i) for i in dict.fromkeys(h.passage.article_id for h in hits)}
    found: dict[tuple[str, Span], Hit] = {}
    for hit in hits:
        text = articles[hit.passage.article_id].text
        for span in split_sentences(text, hit.passage.start, hit.passage.end):
            found.setdefault((hit.passage.article_id, span), hit)
    vector, *vectors = encoder.encode([write_out(question.text), *(articles[i].text[slice(*s)] for i, s in found)])
    cosines = _cosines(vector, vectors)
    return [_sentence(question, weights, view_of(articles[i]), hit, span, cosine) for ((i, span), hit), cosine in zip(found.items(), cosines, strict=True)]


def ranking_row(sentence: Sentence) -> Row:
    """Return the values that rank a sentence, in the order of `RANKING_FEATURES`."""
    return np.array([sentence.values[name] for name in RANKING_FEATURES])


def confidence_row(question: Question, best: Sentence, score: float, others: Sequence[float], hits: Sequence[Hit]) -> Row:
    """Return the values that decide whether the best sentence answers, in the order of `CONFIDENCE_FEATURES`."""
    values = best.values | {
        "margin": score - max(others, default=score - 1.0),
        "passage_margin": best.hit.dense - max((h.dense for h in hits if h.passage.article_id != best.article.article_id), default=0.0),
        "english": float(question.language == "en"),
        "few_terms": float(len(question.terms) <= 2),
        "is_explanation": float(question.kind in (Kind.REASON, Kind.MANNER, Kind.THING, Kind.LIST)),
    }
    return np.array([values[name] for name in CONFIDENCE_FEATURES])


class ArticleView:
    """An article with the term sets that every one of its sentences is compared with."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.sentences = [s for region in quotable_regions(article.text, article.excluded) for s in split_sentences(article.text, *region)]
        self.terms = [set(terms(article.text[slice(*s)])) for s in self.sentences]
        self.title = set(terms(article.title))
        self.all = set.union(self.title, *self.terms) | set(terms(article.publisher or "")) | _date_terms(article)
        self.position = {s: n for n, s in enumerate(self.sentences)}

    def near(self, span: Span) -> set[str]:
        """Return the terms of a sentence and its neighbours; none for a span that is no sentence."""
        at = self.position.get(span)
        around = self.terms[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1] if at is not None else []
        return set.union(set(), *around)


@lru_cache(maxsize=1024)
def view_of(article: Article) -> ArticleView:
    """Return the view of an article; the same few articles are read for many questions."""
    return ArticleView(article)


def _sentence(question: Question, weights: Weights, view: ArticleView, hit: Hit, span: Span, cosine: float) -> Sentence:
    text = view.article.text[slice(*span)]
    own = set(terms(text))
    near = own | view.near(span)
    found = short_answer(question, text)
    short = Span(span.start + found[0], span.start + found[1]) if found else None
    missing = {t for t in question.names if t not in view.all}
    years = [n for n in question.numbers if len(n) == 4]
    values = {
        "cosine": cosine,
        "passage_cosine": hit.dense,
        "fused": hit.score,
        "first_passage": 1.0 / hit.rank,
        "covered": weights.share(own),
        "covered_near": weights.share(near | view.title),
        "covered_title": weights.share(view.title),
        "covered_article": weights.share(view.all),
        "rarest_missing": weights.rarest_missing(view.all),
        "names_covered": _share(question.names, near | view.title),
        "names_missing": float(len(missing)),
        "numbers_covered": _share(question.numbers, own),
        "numbers_missing": float(sum(n not in view.all for n in question.numbers)),
        "years_missing": float(sum(y not in near and y not in view.all for y in years)),
        "has_span": float(found is not None),
        "span_expected": float(question.kind in PATTERNS and found is None),
        "short": float(len(text.split()) < 6),
        "is_bullet": float(is_bullet(text)),
        "is_heading": float(text[-1:] not in '.!?”"’)' and not is_bullet(text)),
        "position": 1.0 / (1 + view.position.get(span, len(view.sentences))),
    }
    return Sentence(view.article, hit, span, text, short, values)


def _cosines(vector: Vectors, vectors: Sequence[Vectors]) -> list[float]:
    return [float(s) for s in np.stack(vectors) @ vector] if vectors else []


def _share(wanted: Sequence[str], found: set[str]) -> float:
    return sum(w in found for w in wanted) / len(wanted) if wanted else 1.0


def _date_terms(article: Article) -> set[str]:
    """Year, and the date as digits: a question may name the date of an article that does not spell it out."""
    return set(tokens(article.published.isoformat())) | {str(article.published.year)} if article.published else set()
