"""An evaluation as aligned text for the terminal and as one self-contained HTML page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.calibration import ThresholdPoint
from qa.intervals import Estimate
from qa.results import MEASURES, Evaluation, Row, Scores

_TEMPLATES = Path(__file__).resolve().parent / "templates"
# The floors of a first day: accepted answers at least, unanswerable questions answered at most.
LEAST_CONTAINED = 0.75
MOST_HALLUCINATED = 0.20
_THRESHOLD_HEAD = ("threshold", "accepted", "wrong", "abstained", "unanswerable answered", "answered")
_HEAD = ("n", *(measure.label for measure in MEASURES), "p50 ms", "p95 ms")


def print_tables(evaluation: Evaluation, to: TextIO | None = None) -> None:
    """Print facts of the run, scores by category and in total, intervals of the total, and the floors in words."""
    print("\n".join(table_lines(evaluation)), file=to)


def table_lines(evaluation: Evaluation) -> list[str]:
    """Return the lines that `print_tables` prints."""
    run, total = evaluation.run, evaluation.total
    groups = {**evaluation.categories, "total": total}
    return [
        f"{run.testset}: {total.questions} questions, {total.answerable} answerable; {run.articles} articles, "
        f"{run.passages} passages, encoder {run.encoder}, generation {run.generation}; {run.cpu}, {run.date}",
        "",
        *_aligned([("category", *_HEAD), *((name, *_cells(scores)) for name, scores in groups.items())]),
        "",
        "Total, with 95 % intervals over questions:",
        *_aligned([(m.label, interval(total.estimates.get(m.name)), m.meaning) for m in MEASURES], left=(0, 1, 2)),
        "",
        "What each threshold would give (shares of the answerable, of the unanswerable, of all questions):",
        *_aligned([_THRESHOLD_HEAD, *threshold_rows(evaluation.thresholds[::10])]),
        "",
        *_abstention_lines(evaluation.rows),
        *floor_lines(evaluation),
    ]


def threshold_rows(points: Sequence[ThresholdPoint]) -> list[tuple[str, ...]]:
    """Return the cells of each threshold: accepted, wrong and abstained of the answerable, answered of the unanswerable and of all."""
    rows = []
    for p in points:
        held_back = None if p.accepted is None or p.wrong is None else 1 - p.accepted - p.wrong
        rows.append((f"{p.threshold:.2f}", *("–" if v is None else _short(v) for v in (p.accepted, p.wrong, held_back, p.unanswerable_answered, p.answered))))
    return rows


def reason_counts(rows: Sequence[Row]) -> dict[str, Counter[str]]:
    """Return {group: {reason: abstentions}}: each category, then answerable and unanswerable questions, then all."""
    groups = {c: [r for r in rows if r.category == c] for c in dict.fromkeys(r.category for r in rows)}
    groups |= {"answerable": [r for r in rows if r.answerable], "unanswerable": [r for r in rows if not r.answerable], "total": list(rows)}
    return {name: Counter(r.reason for r in group if r.reason) for name, group in groups.items()}


def _abstention_lines(rows: Sequence[Row]) -> list[str]:
    counts = reason_counts(rows)
    reasons = list(dict(counts["total"].most_common()))
    if not reasons:
        return []
    table = [("reason", "answerable", "unanswerable"), *((r, str(counts["answerable"][r]), str(counts["unanswerable"][r])) for r in reasons)]
    return ["Why it abstained:", *_aligned(table), ""]


def floor_lines(evaluation: Evaluation) -> list[str]:
    """Return the numbers that a first day must reach, as sentences."""
    total, rows = evaluation.total, evaluation.rows
    contained = sum(row.contains for row in rows)
    unanswerable = total.questions - total.answerable
    hallucinated = sum(not (row.answerable or row.abstained) for row in rows)
    lines = [
        _floor("Quotes verbatim", total.verbatim, total.citations, "all", total.verbatim == total.citations),
        _floor(
            "Answerable questions with an accepted answer", contained, total.answerable,
            f"at least {LEAST_CONTAINED:.0%}", contained >= LEAST_CONTAINED * total.answerable,
        ),
        _floor(
            "Unanswerable questions answered all the same", hallucinated, unanswerable,
            f"at most {MOST_HALLUCINATED:.0%}", hallucinated <= MOST_HALLUCINATED * unanswerable,
        ),
    ]  # fmt: skip
    reasons = ", ".join(f"{reason} {count}" for reason, count in total.reasons.items())
    return [*lines, f"Abstained: {total.questions - total.answered} of {total.questions}{f' ({reasons})' if reasons else ''}."]


def write_html(evaluation: Evaluation, path: Path) -> None:
    """Write one HTML page that loads nothing: inline style, inline SVG, every text escaped."""
    from qa.plots import draw_plots  # matplotlib takes most of a second; only this report needs it

    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters["interval"] = interval
    page = environment.get_template("report.html").render(
        evaluation=evaluation,
        measures=MEASURES,
        groups={**evaluation.categories, "total": evaluation.total},
        floors=floor_lines(evaluation),
        plots=draw_plots(evaluation),
        failures=failures(evaluation.rows),
        threshold_head=_THRESHOLD_HEAD,
        threshold_rows=threshold_rows(evaluation.thresholds[::5]),
        reasons=reason_counts(evaluation.rows),
    )
    path.write_text(page, encoding="utf-8")


def failures(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    """Return the rows that went wrong under a heading each; a right answer cited from elsewhere is one too."""
    return {
        "Answered wrongly": [r for r in rows if r.answerable and not r.abstained and not r.contains],
        "Not answered though answerable": [r for r in rows if r.answerable and r.abstained],
        "Answered though unanswerable": [r for r in rows if not r.answerable and not r.abstained],
        "Accepted answer only in the publisher or date around the quotes": [r for r in rows if r.contains and not r.scores["contains_quoted"]],
        "Right answer, but no citation on the gold evidence": [r for r in rows if r.contains and not r.scores.get("citation_recall")],
        "Quotes not verbatim": [r for r in rows if not all(cited.verbatim for cited in r.citations)],
    }


def interval(estimate: Estimate | None) -> str:
    """Return '.812 [.750–.871]', or '–' where nothing was measured."""
    return "–" if estimate is None else f"{_short(estimate.value)} [{_short(estimate.low)}–{_short(estimate.high)}]"


def signed_interval(difference: Estimate | None) -> str:
    """Return '+.042 [-.010, +.095]' for a paired difference, or '–' where nothing was measured."""
    if difference is None:
        return "–"
    value, low, high = (f"{v:+.3f}".replace("0.", ".", 1) for v in (difference.value, difference.low, difference.high))
    return f"{value} [{low}, {high}]"


def _cells(scores: Scores) -> list[str]:
    estimates = (scores.estimates.get(measure.name) for measure in MEASURES)
    means = ["–" if estimate is None else _short(estimate.value) for estimate in estimates]
    return [str(scores.questions), *means, f"{scores.p50_ms:.1f}", f"{scores.p95_ms:.1f}"]


def _short(share: float) -> str:
    return f"{share:.3f}".removeprefix("0")


def _floor(what: str, count: int, of: int, floor: str, met: bool) -> str:
    if not of:
        return f"{what}: none to count."
    return f"{what}: {count} of {of} ({count / of:.1%}); floor: {floor}, {'met' if met else 'NOT met'}."


def _aligned(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(c.ljust(w) if i in left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))).rstrip() for row in rows]
