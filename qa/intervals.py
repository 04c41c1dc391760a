"""Means over questions with their intervals, and how well confidence tells right from wrong: pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
SEED = 20260101
_TAIL = 0.025  # two tails make a 95 % interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only at `confidence` or above answers `coverage` of all questions, `risk` of those wrongly."""

    confidence: float
    coverage: float
    risk: float


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the chance that a positive scores above a negative, ties counting half (Mann-Whitney U); None if one is empty."""
    if not positives or not negatives:
        return None
    return float(_wins(positives, negatives).mean())


def _wins(positives: Sequence[float], negatives: Sequence[float]) -> npt.NDArray[np.float64]:
    difference = np.asarray(positives, float)[:, None] - np.asarray(negatives, float)[None, :]
    return np.asarray((np.sign(difference) + 1) / 2, float)


def risk_coverage(answered: Sequence[tuple[float, bool]], questions: int) -> list[RiskPoint]:
    """Return a point for each distinct confidence of (confidence, wrong) pairs, highest first (El-Yaniv & Wiener 2010).

    `questions` counts the abstained ones too: the curve ends at the coverage that was reached.
    """
    if not answered:
        return []
    ordered = sorted(answered, key=lambda pair: -pair[0])
    wrong = np.cumsum([is_wrong for _, is_wrong in ordered])
    # Equal confidences are answered together, so only the last of them is a point: {confidence: last place}.
    last = {confidence: place for place, (confidence, _) in enumerate(ordered, start=1)}
    return [RiskPoint(c, place / questions, float(wrong[place - 1]) / place) for c, place in last.items()]


def mean_estimate(values: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED) -> Estimate | None:
    """Return the mean of scores in 0..1 with its percentile bootstrap interval over questions (Efron 1979); None if empty.

    All values 0, or all 1, would resample to a width of zero; there the exact binomial bound stands in
    (Clopper & Pearson 1934): none of 48 is "at most 7.4 %", not "0 %".
    """
    if not values:
        return None
    scores = np.asarray(values, float)
    n, mean = len(scores), float(scores.mean())
    if (scores == 0).all():
        return Estimate(0.0, 0.0, 1 - _TAIL ** (1 / n), n)
    if (scores == 1).all():
        return Estimate(1.0, _TAIL ** (1 / n), 1.0, n)
    low, high = _percentiles(_resampled_means(scores, resamples, seed))
    return Estimate(mean, low, high, n)


def auroc_estimate(positives: Sequence[float], negatives: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED) -> Estimate | None:
    """Return the AUROC with its bootstrap interval, both classes resampled apart so that neither runs empty."""
    value = auroc(positives, negatives)
    if value is None:
        return None
    wins, random = _wins(positives, negatives), np.random.default_rng(seed)
    rows, columns = (_resampled_weights(n, resamples, random) for n in wins.shape)
    low, high = _percentiles(((rows @ wins) * columns).sum(axis=1))
    return Estimate(value, low, high, len(positives) + len(negatives))


def paired_difference(first: Sequence[float], second: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED) -> Estimate | None:
    """Return the mean of second minus first over the same questions, with its bootstrap interval; None if empty.

    A gain whose interval holds 0 is no gain. Raises `ValueError` when the lengths differ.
    """
    differences = np.asarray([b - a for a, b in zip(first, second, strict=True)], float)
    if not len(differences):
        return None
    low, high = _percentiles(_resampled_means(differences, resamples, seed))
    return Estimate(float(differences.mean()), low, high, len(differences))


def _resampled_means(values: npt.NDArray[np.float64], resamples: int, seed: int) -> npt.NDArray[np.float64]:
    picks = np.random.default_rng(seed).integers(0, len(values), (resamples, len(values)), dtype=np.int32)
    return np.asarray(values[picks].mean(axis=1), float)


def _resampled_weights(n: int, resamples: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    return random.multinomial(n, np.full(n, 1 / n), resamples) / n


def _percentiles(means: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(means, [_TAIL, 1 - _TAIL])
    return float(low), float(high)
