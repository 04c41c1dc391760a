"""The extractive reader: ranks the sentences of the retrieved passages, picks the quotes and a short answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.datatypes import Article, Encoder, Hit, SearchIndex, Span
from index.errors import IndexUnavailableError
from index.metadata import dateline_of
from index.sentences import is_bullet
from qa.article_view import view_of
from qa.datatypes import Draft, Quote, Reason
from qa.evidence import CONFIDENCE_FEATURES, RANKING_FEATURES, Row, Sentence, confidence_row, gather, ranking_row
from qa.questions import Question
from qa.similarity import WordVectors

MODEL = Path(__file__).resolve().parent / "model" / "evidence.json"
MOST_SENTENCES = 3
# An article whose words match the question's less well than this (0..1, weighted by rarity) is about something else; 99 of
# 100 right answers to the development questions lie above.
LEAST_MATCHED = 0.43
# Log-odds; about one in e**3 sentences that far behind the best is the better one.
HOLDER_MARGIN = 3.0
LONGEST_LIST = 12


@dataclass(frozen=True)
class LinearModel:
    """Weights of a logistic model, with the mean and scale of each value in training."""

    names: tuple[str, ...]
    mean: Row
    scale: Row
    weight: Row
    bias: float

    def score(self, rows: Row) -> Row:
        """Return the log-odds of rows of shape (n, features), shape (n,)."""
        scored: Row = ((rows - self.mean) / self.scale) @ self.weight + self.bias
        return scored

    def probability(self, row: Row) -> float:
        """Return the probability in 0..1 for one row of shape (features,)."""
        return float(1 / (1 + np.exp(-self.score(row[None, :])[0])))


@dataclass(frozen=True)
class ReaderModel:
    """Both linear models of the reader."""

    ranking: LinearModel
    confidence: LinearModel
    second_sentence: float


def load_model(path: Path = MODEL) -> ReaderModel:
    """Read `evidence.json`; raise `IndexUnavailableError` when it is missing or made for other features."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        ranking = linear_model(content["ranking"], RANKING_FEATURES)
        return ReaderModel(ranking, linear_model(content["confidence"], CONFIDENCE_FEATURES), float(content["second_sentence"]))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise IndexUnavailableError(f"The reader's weights {str(path)!r} cannot be used ({error}); restore the file from the repository.") from error


class Reader:
    """Composes drafts from verbatim sentences."""

    def __init__(self, index: SearchIndex, encoder: Encoder, model: ReaderModel) -> None:
        """Read articles from `index`; compare sentences by `encoder`, which made the index's vectors."""
        self._index = index
        self._vectors = WordVectors(encoder)
        self._model = model

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return the quotes that answer best, with a calibrated confidence; no quotes when there are no sentences."""
        sentences, scores = self.rank(question, hits)
        if not sentences:
            return Draft((), None, 0.0, Reason.NO_EVIDENCE)
        best = sentences[0]
        if best.values["matched_article"] < LEAST_MATCHED:
            return Draft((), None, 0.0, Reason.NO_EVIDENCE)
        confidence = self._model.confidence.probability(confidence_row(sentences, scores))
        short = best.article.text[slice(*best.short)] if best.short else None
        return Draft(tuple(choose(sentences, scores, self._model.second_sentence)), short, confidence, _reason(best))

    def rank(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Sentence], Row]:
        """Return the sentences of the hits, best first, with their scores, shape (sentences,)."""
        sentences = gather(question, hits, self._index, self._vectors)
        if not sentences:
            return [], np.zeros(0)
        scores = self._model.ranking.score(np.stack([ranking_row(s) for s in sentences]))
        order = _newest_holder_first(np.argsort(-scores, kind="stable"), sentences, scores)
        return [sentences[int(n)] for n in order], scores[order]


def _newest_holder_first(order: npt.NDArray[np.int64], sentences: Sequence[Sentence], scores: Row) -> npt.NDArray[np.int64]:
    """Let the newest article speak first among sentences that equally name the holder of an office.

    Office holders change, and a question without a date asks for today's. Only sentences that name somebody right beside
    all the words of the question count ("Wali Kota X Nama Orang"), and only near the top.
    """
    top = scores[order[0]]
    holders = [n for n in order if sentences[n].values["apposed"] >= 1 and top - scores[n] <= HOLDER_MARGIN]
    if len(holders) < 2 or sentences[order[0]].values["apposed"] < 1:
        return order
    newest = max(holders, key=lambda n: sentences[n].published)
    return np.array([newest, *(n for n in order if n != newest)])


def choose(sentences: Sequence[Sentence], scores: Row, margin: float) -> list[Quote]:
    """Return the best sentence, completed to its list, and others that score at most `margin` less.

    `sentences` come best first with their scores, shape (len(sentences),).
    """
    spans = _complete(sentences[0])
    quotes = [_quote(sentences[0].article, sentences[0].hit, span) for span in spans]
    for sentence, score in zip(sentences[1:], scores[1:], strict=True):
        if len(quotes) >= max(MOST_SENTENCES, len(spans)) or scores[0] - score > margin:
            break
        quote = _quote(sentence.article, sentence.hit, sentence.span)
        if quote not in quotes and not _repeats(quote, quotes):
            quotes.append(quote)
    return quotes


def _complete(best: Sentence) -> list[Span]:
    """The sentence with what belongs to it: all items of its list, or the sentence before that introduces it."""
    view = view_of(best.article)
    at = view.position.get(best.span)
    if at is None:
        return [best.span]
    text = [best.article.text[slice(*s)] for s in view.sentences]
    first = last = at
    if is_bullet(text[at]) or (text[at].endswith(":") and at + 1 < len(text) and is_bullet(text[at + 1])):
        while first > 0 and is_bullet(text[first]) and at - first < LONGEST_LIST:
            first -= 1
        while last + 1 < len(text) and is_bullet(text[last + 1]) and last - first < LONGEST_LIST:
            last += 1
    return view.sentences[first : last + 1]


def _quote(article: Article, hit: Hit, span: Span) -> Quote:
    """The sentence as a quote, without the dateline before it ("KOTA, contoh.com – "): the source is named anyway."""
    start = span.start + len(dateline_of(article.text[slice(*span)]))
    return Quote(article.article_id, hit.passage.passage_id, start, span.end, article.text[start : span.end])


def _repeats(quote: Quote, quotes: Sequence[Quote]) -> bool:
    """Whether the same words are quoted already, from this article or from another one."""
    return any(quote.text == other.text for other in quotes)


def _reason(best: Sentence) -> Reason:
    """Why the best sentence may not answer: what the question names is not in its article, or it is just too weak."""
    if best.values["years_missing"]:
        return Reason.OUTSIDE_PERIOD
    return Reason.WRONG_ENTITY if any(best.values[v] for v in ("names_missing", "areas_missing", "places_missing")) else Reason.LOW_CONFIDENCE


def linear_model(content: dict[str, object], names: tuple[str, ...]) -> LinearModel:
    """Return the model that JSON describes; raise `ValueError` when it was fitted to other features than `names`."""
    if tuple(content["names"]) != names:  # type: ignore[arg-type]  # checked by the comparison itself
        raise ValueError("it was fitted to other features")
    mean, scale, weight = (np.array(content[k], dtype=float) for k in ("mean", "scale", "weight"))
    if any(values.shape != (len(names),) or not np.isfinite(values).all() for values in (mean, scale, weight)) or not scale.all():
        raise ValueError("it needs a finite number for each feature, and no scale of 0")
    return LinearModel(names, mean, scale, weight, float(content["bias"]))  # type: ignore[arg-type]  # a JSON number
