"""Means over questions with their intervals, and the bootstrap behind these: pure functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
SEED = 20260101
Floats = npt.NDArray[np.float64]
Picks = npt.NDArray[np.int32]
_TAIL = 0.025  # two tails make a 95 % interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the chance that a positive scores above a negative, ties counting half (Mann-Whitney U); None if one is empty."""
    if not positives or not negatives:
        return None
    return float(_wins(positives, negatives).mean())


def _wins(positives: Sequence[float], negatives: Sequence[float]) -> npt.NDArray[np.float64]:
    difference = np.asarray(positives, float)[:, None] - np.asarray(negatives, float)[None, :]
    return np.asarray((np.sign(difference) + 1) / 2, float)


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


def bootstrap_estimate(statistic: Callable[[Picks], float], n: int, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """Return a statistic of `n` questions with its percentile bootstrap interval.

    `statistic` takes the numbers of the questions to count, shape (n,), some of them several times. A resample for which
    it is not defined (NaN) is left out. A difference of two runs is paired when both read the same numbers.
    """
    found = np.array([statistic(picks) for picks in _picks(n, resamples, seed)])
    low, high = _percentiles(found[~np.isnan(found)])
    return Estimate(float(statistic(np.arange(n, dtype=np.int32))), low, high, n)


def _resampled_means(values: Floats, resamples: int, seed: int) -> Floats:
    return np.asarray(values[_picks(len(values), resamples, seed)].mean(axis=1), float)


def _picks(n: int, resamples: int, seed: int) -> Picks:
    return np.random.default_rng(seed).integers(0, n, (resamples, n), dtype=np.int32)


def _resampled_weights(n: int, resamples: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    return random.multinomial(n, np.full(n, 1 / n), resamples) / n


def _percentiles(means: Floats) -> tuple[float, float]:
    low, high = np.quantile(means, [_TAIL, 1 - _TAIL])
    return float(low), float(high)
