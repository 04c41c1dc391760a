"""The comparison as tables and as a plot; every ratio is to the first row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qa.intervals import Estimate
from training.peers.judge import Row

_OWN, _PEER, _LIGHT = "#c8641b", "#1f5fa8", "#9db8d6"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_MIB = 2**20
_COLUMNS: dict[str, tuple[Callable[[Row], float], str]] = {
    "build, s": (lambda r: r.measured["build_seconds"], ".1f"),
    "build, CPU s": (lambda r: r.measured["build_cpu_seconds"], ".1f"),
    "peak memory, MiB": (lambda r: r.measured["peak_bytes"] / _MIB, ",.0f"),
    "question p50, ms": (lambda r: r.question_ms(0.5), ".1f"),
    "question p95, ms": (lambda r: r.question_ms(0.95), ".1f"),
    "question, CPU ms": (lambda r: sum(r.measured["question_cpu_ms"]) / len(r.measured["question_cpu_ms"]), ".1f"),
}


def cost_table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of what building and asking cost, each figure with its ratio to the first row."""
    yield f"| | passages (mean length) | {' | '.join(_COLUMNS)} |"
    yield "|---" * (len(_COLUMNS) + 2) + "|"
    for row in rows:
        cells = [f"{value(row):{form}} ({_ratio(value(row), value(rows[0]))})" for value, form in _COLUMNS.values()]
        yield f"| {row.name} | {row.measured['passages']:,} ({row.measured['mean_passage_chars']:.0f}) | {' | '.join(cells)} |"


def recall_table(rows: Sequence[Row], groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the lines of R@1 and R@10 with intervals and ratios: over all questions, then for each group of question ids."""
    named: dict[str, Sequence[str] | None] = {"all": None, **groups}
    yield f"| | {' | '.join(f'R@{k}, {group}' for group in named for k in (1, 10))} |"
    yield "|---" * (2 * len(named) + 1) + "|"
    for row in rows:
        cells = [_share(row.recall(k, ids), rows[0].recall(k, ids)) for ids in named.values() for k in (1, 10)]
        yield f"| {row.name} | {' | '.join(cells)} |"


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write the plot as SVG: build time, memory, time of a question, recall."""
    # Text stays text, and a fixed salt makes equal numbers give equal bytes.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tanya-asn"}):
        figure = Figure(figsize=(9, 1.6 + 0.8 * len(rows)), layout="constrained", facecolor="white")
        axes = figure.subplots(2, 2, sharey=True).ravel()
        for place, column in zip(axes, ("build, s", "peak memory, MiB", "question p50, ms"), strict=False):
            _bars(place, rows, column)
        _recall_bars(axes[3], rows)
        axes[0].invert_yaxis()  # the first row on top, in all four
        figure.savefig(path, format="svg", metadata=_NO_METADATA)
    # Without the head, which names an address of a document type.
    text = path.read_text(encoding="utf-8")
    path.write_text(text[text.index("<svg") :], encoding="utf-8")


def _bars(axes: Axes, rows: Sequence[Row], column: str) -> None:
    value, form = _COLUMNS[column]
    values = [value(row) for row in rows]
    drawn = axes.barh([r.name for r in rows], values, color=[_OWN if r.name.startswith(rows[0].name) else _PEER for r in rows])
    axes.bar_label(drawn, [f"{v:{form}}" for v in values], padding=3)
    _finish(axes, column, 1.2 * max(values))


def _recall_bars(axes: Axes, rows: Sequence[Row]) -> None:
    for k, color, share in ((10, _LIGHT, 0.8), (1, _PEER, 0.5)):
        found = [estimate.value if (estimate := row.recall(k)) else 0.0 for row in rows]
        drawn = axes.barh([r.name for r in rows], found, color=color, height=share, label=f"R@{k}")
        axes.bar_label(drawn, [f"{v:.3f}".lstrip("0") for v in found], padding=3)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    _finish(axes, "R@1 and R@10", 1.15)


def _finish(axes: Axes, title: str, most: float) -> None:
    axes.set_title(title, fontsize="medium")
    axes.set_xlim(0, most)
    axes.spines[["top", "right"]].set_visible(False)


def _ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}×" if base else "no ratio"


def _share(estimate: Estimate | None, base: Estimate | None) -> str:
    if estimate is None or base is None:
        return "no question"
    value, low, high = (f"{v:.3f}".removeprefix("0") for v in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}–{high}] ({_ratio(estimate.value, base.value)})"
