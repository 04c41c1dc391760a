"""Builds one index and prints what it took: `python -m training.build_measured CORPUS FOLDER ENCODER KIND`; see `training.measure_scale`."""

import json
import resource
import sys
import time
from pathlib import Path

from index.build import BuildOptions, build_index
from index.encoder import SentenceTransformersEncoder


def main() -> None:
    """Print seconds and the peak of resident memory as JSON."""
    corpus, folder, encoder, kind = sys.argv[1:]
    loaded = SentenceTransformersEncoder(encoder)
    started = time.perf_counter()
    report = build_index([Path(corpus)], Path(folder), loaded, BuildOptions(vector_index=kind))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print({stage: round(s, 1) for stage, s in report.seconds.items()}, file=sys.stderr, flush=True)
    print(json.dumps({"build_seconds": seconds, "encode_seconds": report.seconds["encode"], "peak_mib": peak}))


if __name__ == "__main__":
    main()
