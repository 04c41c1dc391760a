"""The plot of `training.measure_scale`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from training.measure_scale import Measured

_BLUE, _ORANGE, _GREY = "#1f5fa8", "#c8641b", "#8a8f98"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def draw(rows: "Sequence[Measured]", path: Path) -> None:
    """Draw what a collection costs by its size: building, memory and disk, retrieval; both axes are logarithmic."""
    sizes = [row.passages for row in rows]
    panels = {
        "building, seconds": {"the whole": [r.build_seconds for r in rows], "without encoding": [r.build_seconds - r.encode_seconds for r in rows]},
        "MiB": {"peak of the build": [r.peak_mib for r in rows], "disk": [r.disk_mib for r in rows]},
        "retrieval, milliseconds": {
            "p50": [r.p50_ms for r in rows],
            "p95": [r.p95_ms for r in rows],
            "p50, filtered": [r.filtered_p50_ms for r in rows],
        },
    }
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tanya-asn"}):
        figure = Figure(figsize=(10, 3.4), layout="constrained")
        for axes, (title, lines) in zip(figure.subplots(1, 3), panels.items(), strict=True):
            for color, (label, values) in zip((_BLUE, _ORANGE, _GREY), lines.items(), strict=False):
                axes.loglog(sizes, values, "o-", color=color, label=label)
            axes.set_title(title, fontsize="medium")
            axes.set_xlabel("passages")
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(frameon=False, fontsize="small")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata=_NO_METADATA)
