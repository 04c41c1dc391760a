"""How well confidence sorts right answers from wrong ones, and how well it is a probability: pure functions.

A *draft* is a pair (confidence, right): the answer that would be shown if nothing were held back. Questions that get no
answer at any threshold (no draft) are no part of these numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qa.intervals import Estimate, Floats, bootstrap_estimate, mean_estimate

BINS = 10
STEPS = 100
"""Thresholds are tried from 0 to 1 in so many steps."""


class Draft(NamedTuple):
    """What would be shown if nothing were held back."""

    confidence: float
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only at `confidence` or above answers `coverage` of all questions, `risk` of those wrongly."""

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The drafts with a confidence in [low, high): their mean confidence and the share that is right, with its interval."""

    low: float
    high: float
    confidence: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class ThresholdPoint:
    """What a threshold would give: shares of the answerable questions, of the unanswerable ones, and of all (`answered`).

    A share of no questions is None.
    """

    threshold: float
    answered: float
    accepted: float | None
    wrong: float | None
    unanswerable_answered: float | None


def risk_coverage(answered: Sequence[tuple[float, bool]], questions: int) -> list[RiskPoint]:
    """Return a point for each distinct confidence of (confidence, wrong) pairs, highest first (El-Yaniv & Wiener 2010).

    `questions` counts those without a draft too: the curve ends at the coverage that was reached.
    """
    if not answered:
        return []
    ordered = sorted(answered, key=lambda pair: -pair[0])
    wrong = np.cumsum([is_wrong for _, is_wrong in ordered])
    # Equal confidences are answered together, so only the last of them is a point: {confidence: last place}.
    last = {confidence: place for place, (confidence, _) in enumerate(ordered, start=1)}
    return [RiskPoint(c, place / questions, float(wrong[place - 1]) / place) for c, place in last.items()]


def aurc(confidence: Floats, right: Floats) -> float:
    """Return the area under the risk-coverage curve: the mean risk over the coverages 1/n, 2/n … 1; lower is better.

    Geifman, Uziel & El-Yaniv 2019 ("Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers", eq. 3). Equal
    confidences come in no order, so each of them carries the mean risk of all of them. Both arrays have shape (n,), n > 0.
    """
    levels, group = np.unique(-confidence, return_inverse=True)
    count = np.bincount(group, minlength=len(levels))
    wrong = np.bincount(group, weights=1 - right, minlength=len(levels))
    return _mean_risk(np.repeat(wrong / count, count))


def excess_aurc(confidence: Floats, right: Floats) -> float:
    """Return the AURC less that of the best order, in which every right draft comes before every wrong one (e-AURC, same source)."""
    return aurc(confidence, right) - _mean_risk(np.sort(1 - right))


def _mean_risk(wrong: Floats) -> float:
    return float((np.cumsum(wrong) / np.arange(1, len(wrong) + 1)).mean())


def calibration_error(confidence: Floats, right: Floats) -> float:
    """Return the expected calibration error over `BINS` equal-width bins (Naeini et al. 2015; Guo et al. 2017, eq. 3).

    The mean over drafts of |share right - mean confidence| of the draft's bin. With few drafts it is too high, as every
    bin's share right is noisy; so are its resamples, and the interval lies rather high too.
    """
    place = _bin_of(confidence)
    gaps = np.bincount(place, weights=right - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def reliability(drafts: Sequence[Draft]) -> list[ReliabilityBin]:
    """Return the filled bins of the reliability diagram, lowest confidence first."""
    confidence, right = _arrays(drafts)
    place = _bin_of(confidence)
    bins = []
    for number in range(BINS):
        share = mean_estimate(right[place == number].tolist())
        if share is not None:
            bins.append(ReliabilityBin(number / BINS, (number + 1) / BINS, float(confidence[place == number].mean()), share))
    return bins


def selective_estimates(drafts: Sequence[Draft]) -> dict[str, Estimate]:
    """Return {"aurc", "e_aurc", "ece"} with bootstrap intervals over drafts; nothing unless some are right and some wrong."""
    confidence, right = _arrays(drafts)
    if right.all() or not right.any():  # nothing to sort
        return {}
    statistics = {"aurc": aurc, "e_aurc": excess_aurc, "ece": calibration_error}
    return {name: bootstrap_estimate(lambda picks, s=s: s(confidence[picks], right[picks]), len(drafts)) for name, s in statistics.items()}  # type: ignore[misc]  # mypy wants a typed default


def thresholds(drafts: Sequence[Draft], answerable: int, unanswerable: int) -> list[ThresholdPoint]:
    """Return what each threshold from 0 to 1 would give; the counts are those of all questions, without a draft too."""
    return [_at(step / STEPS, drafts, answerable, unanswerable) for step in range(STEPS + 1)]


def _at(threshold: float, drafts: Sequence[Draft], answerable: int, unanswerable: int) -> ThresholdPoint:
    shown = [d for d in drafts if d.confidence >= threshold]
    right = sum(d.right for d in shown)
    wrong = sum(d.answerable and not d.right for d in shown)
    return ThresholdPoint(
        threshold,
        len(shown) / (answerable + unanswerable),
        _share(right, answerable),
        _share(wrong, answerable),
        _share(len(shown) - right - wrong, unanswerable),
    )


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _bin_of(confidence: Floats) -> npt.NDArray[np.int64]:
    # The last bin is closed, so that 1.0 is in it.
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)


def _arrays(drafts: Sequence[Draft]) -> tuple[Floats, Floats]:
    return np.array([d.confidence for d in drafts], float), np.array([d.right for d in drafts], float)
