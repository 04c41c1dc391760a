"""The plots of an evaluation as inline SVG. Home of matplotlib; imported only for the HTML report."""

import io
import re
from collections.abc import Callable

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qa.results import Evaluation

_BLUE, _ORANGE, _GREY = "#1f5fa8", "#c8641b", "#8a8f98"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_ID = re.compile(r'(\bid="|href="#|url\(#)')


def draw_plots(evaluation: Evaluation) -> dict[str, Markup]:
    """Return {caption: SVG element}, in order of reading."""
    plots: dict[str, Callable[[Axes, Evaluation], None]] = {
        "Accepted answer contained, by category, with 95 % intervals": _contains_by_category,
        "Risk and coverage: share of wrong answers when only the surest questions are answered": _risk_and_coverage,
        "Reliability: share of right answers at each confidence, with 95 % intervals; on the diagonal confidence is a probability": _reliability,
        "Thresholds: what each would give": _thresholds,
        "Confidence of answerable and unanswerable questions": _confidences,
        "Latency of a question": _latencies,
    }
    return {caption: _svg(draw, evaluation, f"plot{n}") for n, (caption, draw) in enumerate(plots.items(), start=1)}


def _svg(draw: Callable[[Axes, Evaluation], None], evaluation: Evaluation, prefix: str) -> Markup:
    # Text stays text (searchable, small), `$` stays `$`, and a fixed salt makes equal numbers give equal bytes.
    style = matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tanya-asn", "text.parse_math": False})
    with style, io.StringIO() as out:
        figure = Figure(figsize=(6.4, 3.4), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, evaluation)
        figure.savefig(out, format="svg", metadata=_NO_METADATA, transparent=True)
        text = out.getvalue()
    # Without the XML head (it names an address), and with ids of its own, as the plots share one page.
    return Markup(_ID.sub(rf"\g<1>{prefix}-", text[text.index("<svg") :]))  # noqa: S704  # matplotlib escapes its text


def _contains_by_category(axes: Axes, evaluation: Evaluation) -> None:
    groups = {**evaluation.categories, "total": evaluation.total}
    shown = {name: s.estimates["contains"] for name, s in reversed(groups.items()) if "contains" in s.estimates}
    for place, (name, e) in enumerate(shown.items()):
        axes.barh(place, e.value, color=_ORANGE if name == "total" else _BLUE, height=0.6)
        axes.plot([e.low, e.high], [place, place], color="black", linewidth=1.2)
    axes.set_yticks(range(len(shown)), [f"{name} ({e.n})" for name, e in shown.items()])
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of answerable questions")


def _risk_and_coverage(axes: Axes, evaluation: Evaluation) -> None:
    curve = evaluation.risk_coverage
    axes.plot([p.coverage for p in curve], [p.risk for p in curve], color=_BLUE, drawstyle="steps-post")
    shown = [row for row in evaluation.rows if not row.abstained]
    if shown:
        wrong = sum(not row.contains for row in shown)
        axes.plot(len(shown) / len(evaluation.rows), wrong / len(shown), "o", color=_ORANGE, label="as configured")
        axes.legend(frameon=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("coverage: share of all questions answered")
    axes.set_ylabel("risk: share of these wrong")


def _reliability(axes: Axes, evaluation: Evaluation) -> None:
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--")
    for b in evaluation.reliability:
        axes.plot([b.confidence, b.confidence], [b.right.low, b.right.high], color="black", linewidth=1.2)
        axes.plot(b.confidence, b.right.value, "o", color=_BLUE)
        axes.annotate(str(b.right.n), (b.confidence, b.right.value), xytext=(5, -10), textcoords="offset points", fontsize="small")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("mean confidence of the bin (number: its questions)")
    axes.set_ylabel("share right")


def _thresholds(axes: Axes, evaluation: Evaluation) -> None:
    lines = {"answerable: accepted": ("accepted", _BLUE), "answerable: wrong": ("wrong", _GREY), "unanswerable: answered": ("unanswerable_answered", _ORANGE)}
    for label, (name, color) in lines.items():
        points = [(p.threshold, value) for p in evaluation.thresholds if (value := getattr(p, name)) is not None]
        if points:
            axes.plot(*zip(*points, strict=True), color=color, label=label)
    _mark(axes, evaluation.run.settings.get("min_confidence"), "min_confidence")
    axes.legend(frameon=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("threshold")
    axes.set_ylabel("share of questions")


def _confidences(axes: Axes, evaluation: Evaluation) -> None:
    kinds = {"answerable": (True, _BLUE), "unanswerable": (False, _ORANGE)}
    values = [[r.confidence for r in evaluation.rows if r.answerable is kind] for kind, _ in kinds.values()]
    axes.hist(values, bins=20, range=(0, 1), color=[color for _, color in kinds.values()], label=list(kinds))
    _mark(axes, evaluation.run.settings.get("min_confidence"), "min_confidence")
    axes.legend(frameon=False)
    axes.set_xlabel("confidence")
    axes.set_ylabel("questions")


def _latencies(axes: Axes, evaluation: Evaluation) -> None:
    axes.hist([row.ms for row in evaluation.rows], bins=30, color=_BLUE)
    _mark(axes, evaluation.total.p50_ms, "p50")
    _mark(axes, evaluation.total.p95_ms, "p95")
    axes.legend(frameon=False)
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("questions")


def _mark(axes: Axes, place: object, label: str) -> None:
    if isinstance(place, int | float):
        axes.axvline(place, color=_GREY, linestyle="--" if label != "p95" else ":", label=f"{label} {place:.3g}")
