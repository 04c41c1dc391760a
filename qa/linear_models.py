"""The linear models of the reader: which sentence answers, and how likely it does. Their weights are in `qa/model/evidence.json`."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import IndexUnavailableError
from qa.feature_rows import CONFIDENCE_FEATURES, PREMISE_FEATURES, RANKING_FEATURES, TOPIC_FEATURES, Row, premise_row

MODEL = Path(__file__).resolve().parent / "model" / "evidence.json"


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
        return _probability(self.log_odds(row))

    def log_odds(self, row: Row) -> float:
        """Return the log-odds for one row of shape (features,)."""
        return float(self.score(row[None, :])[0])


@dataclass(frozen=True)
class ReaderModel:
    """The linear models of the reader: `decision` stands in for `confidence` where a question asks for yes or no, `premise` corrects it where one asks why."""

    ranking: LinearModel
    confidence: LinearModel
    decision: LinearModel
    premise: LinearModel
    topic: LinearModel
    second_sentence: float
    encoder: str
    """Fingerprint of the encoder whose cosines the models were fitted to; those of another one have no say."""

    def confidence_of(self, answering: Row, topic: Row, encoder: str, *, decides: bool = False, premise: float | None = None) -> float:
        """Return the probability that the collection is about the question, times the one that the best sentences answer it.

        `decides` says that it asks for yes or no, `premise` are the log-odds that the article bears out what it takes for granted, None when it takes
        nothing for granted.
        """
        model = self.decision if decides else self.confidence
        if encoder != self.encoder:
            answering = np.where([n in TOPIC_FEATURES for n in model.names], model.mean, answering)
        log_odds = model.log_odds(answering)
        if premise is not None:
            log_odds = self.premise.log_odds(premise_row(log_odds, premise))
        return _probability(log_odds) * self.about(topic, encoder)

    def about(self, topic: Row, encoder: str) -> float:
        """Return the probability that the collection is about the question; 1 with an encoder that nothing was fitted to."""
        return self.topic.probability(topic) if encoder == self.encoder else 1.0


def _probability(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def load_model(path: Path = MODEL) -> ReaderModel:
    """Read `evidence.json`; raise `IndexUnavailableError` when it is missing or made for other features."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        ranking = linear_model(content["ranking"], RANKING_FEATURES)
        confidence, decision = (linear_model(content[part], CONFIDENCE_FEATURES) for part in ("confidence", "decision"))
        premise, topic = linear_model(content["premise"], PREMISE_FEATURES), linear_model(content["topic"], TOPIC_FEATURES)
        return ReaderModel(ranking, confidence, decision, premise, topic, float(content["second_sentence"]), str(content["encoder"]))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise IndexUnavailableError(f"The reader's weights {str(path)!r} cannot be used ({error}); restore the file from the repository.") from error


def linear_model(content: dict[str, object], names: tuple[str, ...]) -> LinearModel:
    """Return the model that JSON describes; raise `ValueError` when it was fitted to other features than `names`."""
    if tuple(content["names"]) != names:  # type: ignore[arg-type]  # checked by the comparison itself
        raise ValueError("it was fitted to other features")
    mean, scale, weight = (np.array(content[k], dtype=float) for k in ("mean", "scale", "weight"))
    if any(values.shape != (len(names),) or not np.isfinite(values).all() for values in (mean, scale, weight)) or not scale.all():
        raise ValueError("it needs a finite number for each feature, and no scale of 0")
    return LinearModel(names, mean, scale, weight, float(content["bias"]))  # type: ignore[arg-type]  # a JSON number
