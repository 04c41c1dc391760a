"""What confidence is worth: areas under the risk-coverage curve, calibration error, thresholds; values worked out by hand."""

import numpy as np
import pytest

from qa.calibration import Draft, RiskPoint, ThresholdPoint, aurc, calibration_error, excess_aurc, reliability, risk_coverage, selective_estimates, thresholds

UNSURE = [Draft(0.9, True, True), Draft(0.7, False, True), Draft(0.6, True, True), Draft(0.2, False, False)]


def test_risk_coverage_takes_tied_confidences_together() -> None:
    answered = [(0.9, False), (0.5, True), (0.5, False), (0.3, True)]
    assert risk_coverage(answered, questions=8) == [
        RiskPoint(0.9, 1 / 8, 0.0),
        RiskPoint(0.5, 3 / 8, 1 / 3),
        RiskPoint(0.3, 4 / 8, 0.5),
    ]


def test_risk_coverage_of_nothing_is_empty() -> None:
    assert risk_coverage([], questions=3) == []


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], (0 + 0 + 1 / 3 + 2 / 4) / 4),
        ([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], (1 + 1 + 2 / 3 + 2 / 4) / 4),
        ([0.5, 0.5], [1, 0], 0.5),  # tied: neither comes first
        ([0.5, 0.5], [0, 1], 0.5),
        ([0.1, 0.2], [1, 1], 0.0),
        ([0.1, 0.2], [0, 0], 1.0),
    ],
)
def test_aurc_is_the_mean_risk_over_all_coverages(confidence: list[float], right: list[float], expected: float) -> None:
    assert aurc(np.array(confidence), np.array(right, float)) == pytest.approx(expected)


def test_best_order_has_no_excess() -> None:
    assert excess_aurc(np.array([0.9, 0.8, 0.2]), np.array([1.0, 1.0, 0.0])) == pytest.approx(0)


def test_worst_order_has_all_the_excess() -> None:
    # Risks 1, 1/2, 1/3 against 0, 0, 1/3.
    assert excess_aurc(np.array([0.1, 0.2, 0.9]), np.array([1.0, 1.0, 0.0])) == pytest.approx(1.5 / 3)


def test_calibration_error_weighs_each_bin_by_its_drafts() -> None:
    confidence, right = np.array([0.95, 0.95, 0.95, 0.25]), np.array([1.0, 1.0, 0.0, 0.0])
    assert calibration_error(confidence, right) == pytest.approx(3 / 4 * (0.95 - 2 / 3) + 1 / 4 * 0.25)


def test_a_confidence_of_one_lies_in_the_last_bin() -> None:
    assert calibration_error(np.array([1.0, 0.9]), np.array([1.0, 1.0])) == pytest.approx(0.05)


def test_reliability_has_the_filled_bins_only() -> None:
    bins = reliability(UNSURE)
    assert [(b.low, b.confidence, b.right.value, b.right.n) for b in bins] == [(0.2, 0.2, 0, 1), (0.6, 0.6, 1, 1), (0.7, 0.7, 0, 1), (0.9, 0.9, 1, 1)]


def test_selective_estimates_hold_their_values() -> None:
    found = selective_estimates(UNSURE)
    assert found["aurc"].value == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert all(e.low <= e.value <= e.high for e in found.values())


@pytest.mark.parametrize("drafts", [[], UNSURE[:1], UNSURE[1:2]])
def test_where_nothing_can_be_sorted_nothing_is_estimated(drafts: list[Draft]) -> None:
    assert selective_estimates(drafts) == {}


def test_a_threshold_shows_what_lies_at_it_or_above() -> None:
    at = {p.threshold: p for p in thresholds(UNSURE, answerable=4, unanswerable=2)}
    assert at[0.7] == ThresholdPoint(0.7, answered=2 / 6, accepted=1 / 4, wrong=1 / 4, unanswerable_answered=0.0)


def test_threshold_of_zero_shows_every_draft_and_one_of_one_none() -> None:
    points = thresholds(UNSURE, answerable=3, unanswerable=1)
    assert (points[0].threshold, points[0].answered, points[-1].threshold, points[-1].answered) == (0, 1, 1, 0)


def test_a_share_of_no_questions_is_none() -> None:
    assert thresholds(UNSURE[:3], answerable=3, unanswerable=0)[0].unanswerable_answered is None
