"""The fits of the reader's linear models, from what it saw and what it drafted for questions whose answers are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from qa.evidence import Sentence
from qa.feature_rows import CONFIDENCE_FEATURES, PREMISE_FEATURES, RANKING_FEATURES, SPEAKS_FOR, TOPIC_FEATURES, Row
from qa.linear_models import LinearModel
from qa.questions import Question
from training.fit_examples import Example

NEGATIVES = 12
# The development questions are of the kind that is asked; each counts as this many of the others.
NEWS_WEIGHT = 3
# The development questions are asked twice: against all articles, and against a small collection of about 15.
NEWS = ("news_dev", "news_small", "written", "written_small")
# Questions as they are typed, most of them loosely. They take part in the ranking only: fitted to them as well, the confidence told no better which of
# them are answered, and worse for the others (at 15 of 100 unanswerable ones of news_dev .815 right instead of .837).
EVERYDAY = "everyday"
EVERYDAY_WEIGHT = 2
OFF_TOPIC = ("off_topic", "off_topic_small")
# Of the squares of the weights that only questions for yes or no have; there are some hundred of them.
YES_NO_PENALTY = 0.002
# There are far fewer questions about other topics; each counts as this many.
OFF_TOPIC_WEIGHT = 2


@dataclass(frozen=True)
class Read:
    """What the reader saw for one example: candidate sentences, their rows, and which of them hold an answer."""

    example: Example
    question: Question
    sentences: Sequence[Sentence]
    rows: Row
    holds: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """The draft for one example: confidence row, number of quotes, and whether they hold an accepted answer."""

    example: Example
    row: Row
    topic: Row
    quotes: int
    right: bool


def fit_ranking(reads: Sequence[Read], rng: np.random.Generator) -> dict[str, Any]:
    """Return the ranking model: logistic regression on differences of rows (holds an answer - does not)."""
    rows = _differences(reads, rng)
    scale = rows.std(axis=0) + 1e-9
    signs = rng.choice([-1, 1], len(rows))
    model = LogisticRegression(fit_intercept=False, C=0.1, max_iter=2000).fit(rows / scale * signs[:, None], signs > 0)
    return _as_json(RANKING_FEATURES, np.zeros(rows.shape[1]), scale, model.coef_[0], 0.0)


def _differences(reads: Sequence[Read], rng: np.random.Generator) -> Row:
    """Rows of sentences that hold an answer less rows of others of the same question."""
    differences = []
    for read in reads:
        positives, negatives = np.flatnonzero(read.holds), np.flatnonzero(~read.holds)
        if len(positives) and len(negatives):
            # Half of the negatives from the front of the retrieved sentences, half from anywhere.
            chosen = np.unique(np.concatenate([negatives[: NEGATIVES // 2], rng.choice(negatives, NEGATIVES // 2)]))
            differences += [read.rows[p] - read.rows[n] for p in positives[:2] for n in chosen] * _weight(read.example.source)
    found: Row = np.array(differences)
    return found


def _weight(source: str) -> int:
    return NEWS_WEIGHT if source in NEWS else EVERYDAY_WEIGHT if source == EVERYDAY else 1


def fit_confidence(drafts: Sequence[Judged]) -> dict[str, Any]:
    """Return the confidence model: logistic regression with fixed signs on right drafts against unanswerable questions.

    Wrong drafts of answerable questions are left out: whether they look answerable says nothing about the quotes. Questions about other
    topics are among the unanswerable ones: without them the reader is trusted too much in a large collection.
    """
    used = [d for d in drafts if d.example.source in NEWS and (d.right or not d.example.answers)]
    used += [d for d in drafts if d.example.source in OFF_TOPIC]
    return _fit_with_signs(np.stack([d.row for d in used]), np.array([d.right for d in used], dtype=float))


def _fit_with_signs(rows: Row, right: Row) -> dict[str, Any]:
    """A confidence model whose values speak only for or only against an answer."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    # What is always the same gets no weight, and any scale will do.
    scale = np.where(spread > 1e-6, spread, 1.0)
    signs = np.array([1.0 if name in SPEAKS_FOR else -1.0 for name in CONFIDENCE_FEATURES])
    weight, bias = _bounded_logistic((rows - mean) / scale * signs, right)
    return _as_json(CONFIDENCE_FEATURES, mean, scale, weight * signs, bias)


def fit_yes_no_ranking(reads: Sequence[Read], ranking: LinearModel, rng: np.random.Generator) -> dict[str, Any]:
    """Return the ranking model with the weights of what only questions for yes or no have (`yes_no_…`) fitted again, all others as they are."""
    rows = _differences(reads, rng) / ranking.scale
    own = np.array([name.startswith("yes_no_") for name in ranking.names])

    def loss(weight: Row) -> tuple[float, Row]:
        log_odds = rows[:, ~own] @ ranking.weight[~own] + rows[:, own] @ weight
        value = float(np.mean(np.logaddexp(0, -log_odds)) + YES_NO_PENALTY * weight @ weight)
        return value, -rows[:, own].T @ (1 / (1 + np.exp(log_odds))) / len(rows) + 2 * YES_NO_PENALTY * weight

    weight = ranking.weight.copy()
    weight[own] = minimize(loss, np.zeros(own.sum()), jac=True).x
    return _as_json(RANKING_FEATURES, ranking.mean, ranking.scale, weight, 0.0)


def fit_decision(drafts: Sequence[Judged]) -> dict[str, Any]:
    """Return the confidence model of questions for yes or no: as `fit_confidence`, over all drafts that are given."""
    used = [d for d in drafts if d.right or not d.example.answers]
    return _fit_with_signs(np.stack([d.row for d in used]), np.array([d.right for d in used], dtype=float))


def fit_premise(rows: Row, answered: Row) -> dict[str, Any]:
    """Return the model that corrects confidence by the premise: rows of `PREMISE_FEATURES`, shape (n, 2), and whether the question was rightly answered.

    Its bias lets as many right answers through as there were without it, so that all of the gain is in what is not answered any more.
    """
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    weight, _ = _bounded_logistic((rows - mean) / scale, answered)
    corrected = np.sort(((rows - mean) / scale @ weight)[answered > 0])[::-1]
    before = int((rows[answered > 0, 0] >= 0).sum())
    return _as_json(PREMISE_FEATURES, mean, scale, weight, 1e-3 - float(corrected[max(before, 1) - 1]))


def fit_topic(drafts: Sequence[Judged]) -> dict[str, Any]:
    """Return the topic model: logistic regression of questions about the news, answerable or not, against those about other things."""
    used = [d for d in drafts if d.example.source in NEWS] + [d for d in drafts if d.example.source in OFF_TOPIC] * OFF_TOPIC_WEIGHT
    rows, about = np.stack([d.topic for d in used]), np.array([d.example.source in NEWS for d in used], dtype=float)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    return _as_json(TOPIC_FEATURES, mean, scale, *_bounded_logistic((rows - mean) / scale, about))


def _bounded_logistic(rows: Row, right: Row, penalty: float = 0.005) -> tuple[Row, float]:
    """Return the weights, none below 0, and the bias with the least mean log loss plus `penalty` times their squares."""

    def loss(parameters: Row) -> tuple[float, Row]:
        weight, bias = parameters[:-1], parameters[-1]
        log_odds = rows @ weight + bias
        error = (1 / (1 + np.exp(-log_odds)) - right) / len(rows)
        value = float(np.mean(np.logaddexp(0, log_odds) - right * log_odds) + penalty * weight @ weight)
        return value, np.append(rows.T @ error + 2 * penalty * weight, error.sum())

    bounds = [(0, None)] * rows.shape[1] + [(None, None)]
    found: Row = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, bounds=bounds).x
    return found[:-1], float(found[-1])


def _as_json(names: Sequence[str], mean: Row, scale: Row, weight: Row, bias: float) -> dict[str, Any]:
    rounded = {"mean": mean, "scale": scale, "weight": weight}
    return {"names": list(names), "bias": round(bias, 6), **{k: [round(float(v), 6) for v in values] for k, values in rounded.items()}}
