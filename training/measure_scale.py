"""What does a larger collection cost? `python -m training.measure_scale [--data DIR] [--sizes 1k,10k,100k,1M] [--encoder NAME]`.

The corpus is that of `training.scale_corpus`. Each index is built by a process of its own, whose peak of resident memory is recorded, and then asked
the questions of the validation file (or words of the corpus), one after the other: the whole of `Retriever.retrieve` is timed,
and what all threads computed meanwhile (other work on the machine lengthens the former, not the latter). Recall is that
of the dense side, against comparing every vector. Prints a table; `--plot` draws it.

The encoder in the box makes some thirty passages a second on two cores, so that it would take ten hours for a million;
give a fast encoder to measure the rest of a build. Its own share is a column of the table.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from index.datatypes import Filter, Vectors
from index.dense import Rows
from index.encoder import SentenceTransformersEncoder
from index.local import LocalIndex, open_index
from index.retriever import Retriever
from index.settings import IndexSettings
from training.scale_corpus import FIRST_DAY, questions_of, write_corpus

RECALL_AT = 10


@dataclass(frozen=True)
class Measured:
    """One row of the table; seconds, MiB and milliseconds as the names say. `peak_mib` is the resident memory of the building process."""

    passages: int
    kind: str
    build_seconds: float
    encode_seconds: float
    peak_mib: float
    disk_mib: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    dense_p50_ms: float
    filtered_p50_ms: float
    recall: float
    coverage_ms: float
    listing_ms: float
    load: float


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with text/*.jsonl.xz and qa/*.jsonl.xz; without it sentences are made up")
    parser.add_argument("--sizes", default="1k,10k,100k", help="numbers of passages, separated by commas; k and M are understood")
    parser.add_argument("--encoder", default=IndexSettings().encoder, help="Sentence Transformers folder or name (default: the one in the box)")
    parser.add_argument("--vector-index", default="auto", choices=["auto", "flat", "rabitq", "hnsw"])
    parser.add_argument("--ask", type=Path, metavar="FOLDER", help="build nothing, but ask an index that a service would open, and print the figures")
    parser.add_argument("--scratch", type=Path, help="where indexes are made (default: a temporary folder)")
    parser.add_argument("--plot", type=Path, help="SVG file to draw")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask_anew(options.ask, options.encoder, options.data), indent=1))
        return
    if options.scratch:
        options.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        rows = []
        for size in map(number, options.sizes.split(",")):
            rows.append(measure(size, options, Path(scratch) / str(size)))
            print(line_of(rows[-1]) if len(rows) > 1 else f"{HEAD}\n{line_of(rows[-1])}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(r) for r in rows], indent=1) + "\n", encoding="utf-8")
    if options.plot:
        from training.plot_scale import draw

        draw(rows, options.plot)


def number(written: str) -> int:
    """Return what "100k" or "1M" stands for."""
    return int(written.rstrip("kM")) * {"k": 1000, "M": 1_000_000}.get(written[-1], 1)


HEAD = (
    "| passages | vectors | build s | of it encoding | passages/s, the rest | peak MiB | disk MiB | p50 ms | p95 ms | CPU ms "
    "| vectors alone p50 | with filter p50 | recall@10 | coverage ms | list ms | load |\n" + "|---" * 16 + "|"
)


def line_of(row: Measured) -> str:
    """Return a row of the table."""
    rest = row.passages / max(row.build_seconds - row.encode_seconds, 1e-9)
    cells = (
        *(f"{row.passages:,}", row.kind, f"{row.build_seconds:.1f}", f"{row.encode_seconds:.1f}", f"{rest:,.0f}", f"{row.peak_mib:,.0f}"),
        *(f"{row.disk_mib:,.0f}", f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}", f"{row.cpu_ms:.1f}", f"{row.dense_p50_ms:.1f}", f"{row.filtered_p50_ms:.1f}"),
        *(f"{row.recall:.4f}", f"{row.coverage_ms:.1f}", f"{row.listing_ms:.1f}", f"{row.load:.1f}"),
    )
    return "| " + " | ".join(cells) + " |"


def measure(size: int, options: argparse.Namespace, scratch: Path) -> Measured:
    """Build an index of `size` passages in a process of its own, and ask it."""
    scratch.mkdir(parents=True)
    corpus, folder = scratch / "corpus.jsonl", scratch / "index"
    write_corpus(size, options.data, corpus)
    call = [sys.executable, "-m", "training.build_measured", str(corpus), str(folder), options.encoder, options.vector_index]
    built = json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])  # noqa: S603  # our own program
    corpus.unlink()
    encoder = SentenceTransformersEncoder(options.encoder)
    with closing(open_index(folder, encoder)) as index:
        return Measured(
            passages=index.manifest.passages,
            kind=index.manifest.vector_index,
            disk_mib=sum(p.stat().st_size for p in index.folder.rglob("*") if p.is_file()) / 2**20,
            load=os.getloadavg()[0],
            **built,
            **ask(index, encoder, questions_of(options.data)),
        )


def ask_anew(folder: Path, encoder_name: str, data: Path | None) -> dict[str, float]:
    """Return the same figures for an index that another process built, when its files have long been written."""
    encoder = SentenceTransformersEncoder(encoder_name)
    with closing(open_index(folder, encoder)) as index:
        return ask(index, encoder, questions_of(data))


def ask(index: LocalIndex, encoder: SentenceTransformersEncoder, questions: Sequence[str]) -> dict[str, float]:
    """Return times of one client and the recall of the dense side."""
    retriever = Retriever(index, encoder, IndexSettings().dense_weight)
    vectors = encoder.encode_questions(questions)
    half = Filter(published_from=FIRST_DAY + timedelta(days=2500))
    coverage_ms, listing_ms = milliseconds(index.coverage), milliseconds(lambda: (index.count_matching(half), index.article_summaries(half, 0, 50)))
    retriever.retrieve(questions[0], 10), retriever.retrieve(questions[0], 10, half)
    before = time.process_time()
    waits = [milliseconds(lambda q=q: retriever.retrieve(q, 10)) for q in questions]  # type: ignore[misc]  # mypy wants a typed default
    cpu_ms = 1000 * (time.process_time() - before) / len(questions)
    dense = [milliseconds(lambda v=v: index.dense_search(v, 50, Filter())) for v in vectors]  # type: ignore[misc]
    filtered = [milliseconds(lambda q=q: retriever.retrieve(q, 10, half)) for q in questions[:50]]  # type: ignore[misc]
    return {
        "p50_ms": float(np.median(waits)),
        "p95_ms": float(np.quantile(waits, 0.95)),
        "cpu_ms": cpu_ms,
        "dense_p50_ms": float(np.median(dense)),
        "filtered_p50_ms": float(np.median(filtered)),
        "recall": recall(index, vectors),
        "coverage_ms": coverage_ms,
        "listing_ms": listing_ms,
    }


def recall(index: LocalIndex, vectors: Vectors) -> float:
    """Return the mean share of the exact ten nearest passages that the index finds, shape of `vectors` (questions, dimension)."""
    limit = min(RECALL_AT, len(index.dense))
    best = np.full((len(vectors), 0), -1.0, dtype=np.float32)
    rows = np.zeros((len(vectors), 0), dtype=np.int64)
    for first in range(0, len(index.dense), 20_000):
        part = np.arange(first, min(first + 20_000, len(index.dense)))
        best = np.hstack([best, vectors @ index.dense.vectors(part).T])
        rows = np.hstack([rows, np.broadcast_to(part, (len(vectors), len(part)))])
        kept = np.argsort(-best, axis=1, kind="stable")[:, :limit]
        best, rows = np.take_along_axis(best, kept, 1), np.take_along_axis(rows, kept, 1)
    found = [{row for row, _ in index.dense.search(v, max(limit, 50), None)[:limit]} for v in vectors]
    # A row that scores as high as the last exact one is as good: repeated texts have equal vectors.
    return float(np.mean([_share(index, f, exact, v, b[-1]) for f, exact, v, b in zip(found, rows, vectors, best, strict=True)]))


def _share(index: LocalIndex, found: set[int], exact: Rows, vector: Vectors, least: float) -> float:
    others = np.array(sorted(found - set(exact.tolist())), dtype=np.int64)
    equal = int((index.dense.vectors(others) @ vector >= least - 1e-6).sum()) if len(others) else 0
    return (len(found & set(exact.tolist())) + equal) / len(exact)


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
