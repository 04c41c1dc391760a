"""Frozen values that an evaluation returns, and the table that says what each score means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from qa.calibration import ReliabilityBin, RiskPoint, ThresholdPoint
from qa.intervals import Estimate


class Measure(NamedTuple):
    """A score's name in JSON, its column head, whether higher is better, and what it is the mean of."""

    name: str
    label: str
    higher_is_better: bool
    meaning: str


MEASURES = (
    Measure("success_at_1", "R@1", True, "answerable questions whose first passage holds evidence (recall@1, Success@1)"),
    Measure("success_at_5", "R@5", True, "answerable questions with evidence in the first 5 passages (Success@5)"),
    Measure("success_at_10", "R@10", True, "answerable questions with evidence in the first 10 passages (Success@10)"),
    Measure("rr_at_10", "MRR@10", True, "1 / rank of the first passage with evidence, 0 beyond 10"),
    Measure("ndcg_at_10", "nDCG@10", True, "nDCG over all gold quotes; of several passages with the same quote only the first counts"),
    Measure("exact_match", "EM", True, "answerable questions whose short answer equals an accepted one"),
    Measure("token_f1", "F1", True, "word overlap of the short answer with the best accepted one; 0 without a short answer"),
    Measure("contains", "contains", True, "answerable questions whose answer text or short answer contains an accepted answer"),
    Measure("contains_quoted", "quoted", True, "the same, looking only at quotes and short answer, not at the publisher and date around them"),
    Measure("citation_precision", "cite P", True, "citations that overlap a gold quote, averaged over answered answerable questions"),
    Measure("citation_recall", "cite R", True, "gold quotes that a citation overlaps, averaged over answerable questions"),
    Measure("wrong_share", "wrong", False, "answerable questions answered without an accepted answer"),
    Measure("abstained_share", "abstain", False, "answerable questions not answered"),
    Measure("error_rate", "error", False, "answerable questions answered wrongly or not at all"),
    Measure("hallucination_rate", "halluc.", False, "unanswerable questions that were answered all the same"),
    Measure("auroc", "AUROC", True, "chance that an answerable question gets more confidence than an unanswerable one"),
    Measure("aurc", "AURC", False, "area under the risk-coverage curve: mean share of wrong drafts over all coverages"),
    Measure("e_aurc", "e-AURC", False, "AURC less that of the best order (every right draft before every wrong one)"),
    Measure("ece", "ECE", False, "expected calibration error: distance of confidence from the share of right drafts, in ten bins"),
)


@dataclass(frozen=True)
class Cited:
    """A quote that was given; `verbatim` says whether offsets and SHA-256 held against the stored article."""

    article_id: str
    quote: str
    verbatim: bool


@dataclass(frozen=True)
class Row:
    """One question as asked, answered and scored; `scores` holds only what applies to it; `ms` is wall time.

    `draft_right` is whether the answer that the lowest threshold would show holds an accepted answer; None when no
    threshold shows one. Of a question that was answered it is `contains`.
    """

    id: str
    category: str
    language: str
    question: str
    answerable: bool
    abstained: bool
    reason: str | None
    confidence: float
    gold_answers: list[str]
    gold_quotes: list[str]
    short_answer: str | None
    answer: str
    contains: bool
    draft_right: bool | None
    citations: list[Cited]
    first_relevant_rank: int | None
    ms: float
    scores: dict[str, float]

    def with_scores(self, more: Mapping[str, float]) -> "Row":
        """Return the row with the scores of its retrieval in front of the others."""
        return replace(self, scores={**more, **self.scores})


@dataclass(frozen=True)
class Scores:
    """Scores of a group of questions; `estimates` has a name of `MEASURES` only where a question of the group has it.

    `reasons` counts abstentions; `citations` and `verbatim` count quotes. `answer_p50_chars` is the median
    length of an answer: `contains` is easy for a system that quotes everything.
    """

    questions: int
    answerable: int
    answered: int
    estimates: dict[str, Estimate]
    reasons: dict[str, int]
    citations: int
    verbatim: int
    answer_p50_chars: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class RunFacts:
    """What a number needs to be repeated: when, where, on what and with which settings. Holds no path."""

    date: str
    cpu: str
    python: str
    testset: str
    testset_sha256: str
    generation: str
    articles: int
    passages: int
    encoder: str
    encoder_fingerprint: str
    settings: dict[str, str | int | float | None]


@dataclass(frozen=True)
class Evaluation:
    """One run: its facts, scores in total and by category, what confidence is worth, and every question.

    `risk_coverage`, `reliability` and `thresholds` are of the drafts of all questions, shown or held back.
    """

    run: RunFacts
    total: Scores
    categories: dict[str, Scores]
    risk_coverage: list[RiskPoint]
    reliability: list[ReliabilityBin]
    thresholds: list[ThresholdPoint]
    rows: list[Row]
