"""The page of the last evaluation: figures from its JSON report, plots drawn from it when they are first looked at."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Response
from pydantic import TypeAdapter, ValidationError
from werkzeug.exceptions import NotFound

from qa.pages import render
from qa.results import Evaluation, Scores

MAIN_MEASURES = ("contains", "wrong_share", "abstained_share", "hallucination_rate", "success_at_1", "success_at_10", "citation_precision")
GROUP_MEASURES = ("contains", "wrong_share", "abstained_share", "hallucination_rate")
LARGEST_REPORT_BYTES = 20 << 20
"""A report of 300 questions has 600 kB."""

_REPORT = TypeAdapter(Evaluation)
_drawing = threading.Lock()  # matplotlib's settings are of the whole process


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A JSON report in the folder; `changed_ns` makes a rewritten one another value."""

    path: Path
    changed_ns: int

    @property
    def name(self) -> str:
        """The file's name without its ending; names the report in addresses."""
        return self.path.stem


class Plot(NamedTuple):
    """A drawn plot: the report's own caption, the first word of it for the page's words, and the SVG."""

    caption: str
    key: str
    svg: str


def report_files(folder: Path) -> list[ReportFile]:
    """Return the JSON files of the folder that are evaluations, newest first; none when there is no such folder."""
    try:
        found = [ReportFile(p, p.stat().st_mtime_ns) for p in folder.glob("*.json") if p.is_file() and p.stat().st_size <= LARGEST_REPORT_BYTES]
    except OSError:  # a file that was removed just now, a folder that may not be read
        return []
    return sorted((f for f in found if evaluation_of(f) is not None), key=lambda f: f.changed_ns, reverse=True)


@lru_cache(maxsize=16)
def evaluation_of(report: ReportFile) -> Evaluation | None:
    """Return the evaluation in the file; None when it holds something else, or one of another version."""
    try:
        return _REPORT.validate_json(report.path.read_bytes())
    except (OSError, ValidationError):
        return None


@lru_cache(maxsize=4)
def plots_of(report: ReportFile) -> tuple[Plot, ...]:
    """Return the report's plots; the first call loads matplotlib, which takes about a second."""
    from qa.plots import draw_plots

    evaluation = evaluation_of(report)
    if evaluation is None:
        return ()
    with _drawing:
        drawn = draw_plots(evaluation)
    return tuple(Plot(caption, f"plot_{caption.split()[0].rstrip(':').lower()}", _standalone(str(svg))) for caption, svg in drawn.items())


def _standalone(svg: str) -> str:
    """An inline `<svg>` as a file of its own needs its namespaces."""
    missing = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
    head, _, rest = svg.partition(">")
    added = "".join(f' {name}="{value}"' for name, value in missing.items() if f"{name}=" not in head)
    return f"{head}{added}>{rest}"


def find_report(folder: Path, name: str | None) -> ReportFile | None:
    """Return the report of that name, the newest without one; None when there is none at all. 404 for an unknown name."""
    files = report_files(folder)
    if name is None:
        return files[0] if files else None
    found = next((f for f in files if f.name == name), None)
    if found is None:
        raise NotFound
    return found


def evaluation_page(folder: Path, name: str | None) -> str:
    """Return the page of the named report, of the newest without a name, or of how to make one."""
    report = find_report(folder, name)
    evaluation = evaluation_of(report) if report else None
    if report is None or evaluation is None:
        return render("evaluation.html", evaluation=None)
    return render(
        "evaluation.html",
        evaluation=evaluation,
        ran_on=date.fromisoformat(evaluation.run.date[:10]),
        report=report,
        others=[f.name for f in report_files(folder)],
        main=MAIN_MEASURES,
        columns=GROUP_MEASURES,
        groups={**evaluation.categories, "": evaluation.total},
        plots=plots_of(report),
        percent=_percent,
    )


def plot_image(folder: Path, name: str, number: int) -> Response:
    """Return one plot (from 1) of a report as an SVG image; 404 when there is none."""
    report = find_report(folder, name)
    plots: Sequence[Plot] = plots_of(report) if report else ()
    if not 1 <= number <= len(plots):
        raise NotFound
    response = Response(plots[number - 1].svg, mimetype="image/svg+xml")
    # matplotlib styles with attributes; as a document of its own the image may style itself and do nothing else
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _percent(scores: Scores, name: str, language: str) -> Mapping[str, str] | None:
    """Return a share and its interval as percentages in words of the language; None where nothing was measured."""
    estimate = scores.estimates.get(name)
    if estimate is None:
        return None
    value, low, high = (f"{100 * share:.1f}".replace(".", "," if language == "id" else ".") for share in (estimate.value, estimate.low, estimate.high))
    return {"value": f"{value} %", "range": f"{low}–{high}"}
