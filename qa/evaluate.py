"""The evaluation run: every question of a test set through the pipeline, scored, summed up by category and in total."""

import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Protocol

import numpy as np
from pydantic import TypeAdapter
from tqdm import tqdm

from index.datatypes import IndexManifest, SearchIndex
from index.errors import InputError, UnknownArticleError
from qa.calibration import Draft, reliability, risk_coverage, selective_estimates, thresholds
from qa.datatypes import Answer, Citation, Request
from qa.intervals import auroc_estimate, mean_estimate
from qa.metrics import (
    LocatedQuote,
    citation_precision,
    citation_recall,
    contains_accepted,
    exact_match,
    first_relevant_rank,
    is_verbatim,
    retrieval_scores,
    token_f1,
)
from qa.report import print_tables, write_html
from qa.results import Cited, Evaluation, Row, RunFacts, Scores
from qa.settings import Settings
from qa.testset import GoldQuestion, GoldSet, locate_evidence, read_gold

TOP_K = 10
_SETTINGS = {"composer", "language_model", "min_confidence", "read_depth", "dense_weight"}
_REPORT = TypeAdapter(Evaluation)
_WRITABLE = "Name a file in a folder you may write to."
_CPU_INFO = Path("/proc/cpuinfo")


class Pipeline(Protocol):
    """What an evaluation needs of the pipeline."""

    @property
    def index(self) -> SearchIndex:
        """The collection that is asked; its stored articles settle what is verbatim."""

    def answer_question(self, request: Request, request_id: str) -> Answer:
        """Return a cited answer or an abstention."""

    def with_min_confidence(self, value: float) -> "Pipeline":
        """Return the same pipeline with another threshold."""


def run_evaluation(pipeline: Pipeline, testset: Path, settings: Settings, json_out: Path | None = None, html_out: Path | None = None) -> Evaluation:
    """Evaluate, print the tables to standard output, and write the JSON and HTML reports asked for.

    Raises `InputError` for a bad test set, an index that lacks its articles, or a place that cannot be written;
    all three before the first question is asked.
    """
    for path in (json_out, html_out):
        _make_room(path)
    evaluation = evaluate(pipeline, read_gold(testset), settings)
    print_tables(evaluation)
    for path, write in ((json_out, _write_json), (html_out, write_html)):
        _written(evaluation, path, write)
    return evaluation


def _write_json(evaluation: Evaluation, path: Path) -> None:
    path.write_bytes(as_json(evaluation))


def _written(evaluation: Evaluation, path: Path | None, write: Callable[[Evaluation, Path], None]) -> None:
    if path is None:
        return
    try:
        write(evaluation, path)
    except OSError as error:  # a disk may fill up while hundreds of questions are asked
        raise InputError(f"The report {str(path)!r} cannot be written ({error.strerror}). {_WRITABLE}") from error


def evaluate(pipeline: Pipeline, gold: GoldSet, settings: Settings) -> Evaluation:
    """Ask every question of the test set and return all scores; raise `InputError` when evidence is not in the index.

    A question that the service abstains on is asked once more without a threshold, outside the timing, so that every
    threshold can be judged.
    """
    evidence = locate_evidence(gold, pipeline.index)
    # The first call loads models and opens files; it would be the p95 of a small test set.
    _ask(pipeline, gold.questions[0])
    asked = [(q, *_ask(pipeline, q)) for q in tqdm(gold.questions, unit="question", disable=None)]
    ranked = retrieval_scores({q.id: answer.passages for q, answer, _ in asked}, evidence)
    rows = [_row(pipeline.index, q, answer, ms, evidence[q.id]) for q, answer, ms in asked]
    held_back = _held_back([q for q, answer, _ in asked if answer.abstained], pipeline.with_min_confidence(0.0))
    rows = [replace(row.with_scores(ranked.get(row.id, {})), draft_right=held_back.get(row.id, row.contains)) for row in rows]
    drafts, answerable = _drafts(rows), sum(row.answerable for row in rows)
    categories = dict.fromkeys(row.category for row in rows)
    return Evaluation(
        run=_facts(gold, pipeline.index.manifest, settings),
        total=summarise(rows),
        categories={c: summarise([row for row in rows if row.category == c]) for c in categories},
        risk_coverage=risk_coverage([(d.confidence, not d.right) for d in drafts], len(rows)),
        reliability=reliability(drafts),
        thresholds=thresholds(drafts, answerable, len(rows) - answerable),
        rows=rows,
    )


def summarise(rows: Sequence[Row]) -> Scores:
    """Return the means of all scores over the rows that have them, with intervals, counts and latencies."""
    names = dict.fromkeys(name for row in rows for name in row.scores)
    estimates = {name: mean_estimate([row.scores[name] for row in rows if name in row.scores]) for name in names}
    estimates["auroc"] = auroc_estimate([r.confidence for r in rows if r.answerable], [r.confidence for r in rows if not r.answerable])
    estimates |= selective_estimates(_drafts(rows))
    p50, p95 = np.percentile([row.ms for row in rows], [50, 95]) if rows else (0.0, 0.0)
    return Scores(
        questions=len(rows),
        answerable=sum(row.answerable for row in rows),
        answered=sum(not row.abstained for row in rows),
        estimates={name: estimate for name, estimate in estimates.items() if estimate is not None},
        reasons=dict(Counter(row.reason for row in rows if row.reason).most_common()),
        citations=sum(len(row.citations) for row in rows),
        verbatim=sum(cited.verbatim for row in rows for cited in row.citations),
        answer_p50_chars=float(np.median([len(row.answer) for row in rows if not row.abstained] or [0])),
        p50_ms=float(p50),
        p95_ms=float(p95),
    )


def as_json(evaluation: Evaluation) -> bytes:
    """Return the whole evaluation as indented JSON; `from_json` reads it back."""
    return _REPORT.dump_json(evaluation, indent=2) + b"\n"


def from_json(report: bytes) -> Evaluation:
    """Return the evaluation that `as_json` wrote, for example to pair the rows of two runs."""
    return _REPORT.validate_json(report)


def _ask(pipeline: Pipeline, question: GoldQuestion) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = pipeline.answer_question(Request(question.question, top_k=TOP_K), f"eval-{question.id}")
    return answer, (time.perf_counter() - started) * 1000


def _row(index: SearchIndex, question: GoldQuestion, answer: Answer, ms: float, gold: Sequence[LocatedQuote]) -> Row:
    return Row(
        id=question.id,
        category=question.category,
        language=question.language,
        question=question.question,
        answerable=question.answerable,
        abstained=answer.abstained,
        reason=str(answer.abstention.reason) if answer.abstention else None,
        confidence=answer.confidence,
        gold_answers=list(question.answers),
        gold_quotes=[evidence.quote for evidence in question.evidence],
        short_answer=answer.short_answer,
        answer=answer.answer,
        contains=_contains(question, answer),
        draft_right=None,
        citations=[_cited(index, citation) for citation in answer.citations],
        first_relevant_rank=first_relevant_rank(answer.passages, gold),
        ms=ms,
        scores=_answer_scores(question, answer, gold) if question.answerable else {"hallucination_rate": float(not answer.abstained)},
    )


def _cited(index: SearchIndex, citation: Citation) -> Cited:
    try:
        verbatim = is_verbatim(citation, index.article(citation.article_id))
    except UnknownArticleError:
        verbatim = False
    return Cited(citation.article_id, citation.quote, verbatim)


def _contains(question: GoldQuestion, answer: Answer) -> bool:
    # An abstention's message may name an accepted answer by chance: it never counts as an answer.
    return not answer.abstained and contains_accepted([answer.answer, answer.short_answer], question.answers)


def _quoted(answer: Answer) -> list[str | None]:
    # "Menurut … (13 Maret 2023):" around a quote answers a "kapan" by chance; the quotes alone do not.
    return [*(citation.quote for citation in answer.citations), answer.short_answer]


def _answer_scores(question: GoldQuestion, answer: Answer, gold: Sequence[LocatedQuote]) -> dict[str, float]:
    right = _contains(question, answer)
    scores: dict[str, float | None] = {
        "exact_match": exact_match(answer.short_answer, question.answers),
        "token_f1": token_f1(answer.short_answer, question.answers),
        "contains": float(right),
        "contains_quoted": float(right and contains_accepted(_quoted(answer), question.answers)),
        "citation_precision": citation_precision(answer.citations, gold),
        "citation_recall": citation_recall(answer.citations, gold),
        "wrong_share": float(not answer.abstained and not right),
        "abstained_share": float(answer.abstained),
        "error_rate": float(not right),
    }
    return {name: score for name, score in scores.items() if score is not None}


def _held_back(questions: Sequence[GoldQuestion], unguarded: Pipeline) -> dict[str, bool | None]:
    """{question id: whether the answer that was held back is right; None when there is none at any threshold}."""
    drafts = {q.id: (q, _ask(unguarded, q)[0]) for q in tqdm(questions, "held back", unit="question", disable=None)}
    return {i: None if draft.abstained else _contains(q, draft) for i, (q, draft) in drafts.items()}


def _drafts(rows: Sequence[Row]) -> list[Draft]:
    return [Draft(row.confidence, row.draft_right, row.answerable) for row in rows if row.draft_right is not None]


def _facts(gold: GoldSet, manifest: IndexManifest, settings: Settings) -> RunFacts:
    chosen = settings.model_dump(mode="json", include=_SETTINGS)
    return RunFacts(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        cpu=cpu_name(),
        python=platform.python_version(),
        testset=gold.name,
        testset_sha256=gold.sha256,
        generation=manifest.generation,
        articles=manifest.articles,
        passages=manifest.passages,
        encoder=_last_part(manifest.encoder),
        encoder_fingerprint=manifest.encoder_fingerprint,
        settings={"top_k": TOP_K, **chosen},
    )


def _last_part(encoder: str) -> str:
    # A report is committed and must not tell where this machine keeps its models; "owner/name" stays whole.
    path = PurePath(encoder)
    return path.name if path.is_absolute() else encoder


def cpu_name() -> str:
    """Return the processor's name as Linux tells it, else what the platform calls it."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def _make_room(path: Path | None) -> None:
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The report {str(path)!r} cannot be written ({error.strerror}). {_WRITABLE}") from error
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise InputError(f"The report {str(path)!r} cannot be written. {_WRITABLE}")
