"""The process that one system is measured in. It runs in the peers' environment too, so it knows only the standard library.

`python -m training.peers.SYSTEM --corpus FILE --questions FILE --scratch FOLDER --out FILE --threads N`

Corpus lines hold article_id, title and text; question lines id and question. What was measured is written as one JSON object
(`Measurement`). Connections are refused, so a library that asks a model hub fails instead of being timed.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypedDict, TypeVar

TOP_K = 10
_Result = TypeVar("_Result")


class Found(TypedDict):
    """A retrieved passage: its article, its text word for word, and the articles that it stands for beside its own."""

    article_id: str
    text: str
    also_in: list[str]


class Measurement(TypedDict):
    """What the process saw; times by the clock, CPU times over all threads, best passage first in `rankings`."""

    passages: int
    mean_passage_chars: float
    build_seconds: float
    build_cpu_seconds: float
    peak_bytes: int
    question_ms: list[float]
    question_cpu_ms: list[float]
    rankings: dict[str, list[Found]]


class Line(NamedTuple):
    """An article of the corpus."""

    article_id: str
    title: str
    text: str


class System(Protocol):
    """Something that is built from a corpus and then searched; its constructor loads the models."""

    def build(self, corpus: Path, scratch: Path) -> Sequence[int]:
        """Index the corpus, in the empty folder `scratch` if it is stored; return the characters of each passage."""

    def search(self, question: str) -> list[Found]:
        """Return the best `TOP_K` passages, best first."""


def read_corpus(corpus: Path) -> Iterator[Line]:
    """Yield the articles of a corpus file."""
    for row in _rows(corpus):
        yield Line(row["article_id"], row["title"], row["text"])


def run_as_child(load: Callable[[int], System]) -> None:
    """Read the command line, measure the system that `load` returns for a number of threads, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "questions", "scratch", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True, help="on Linux also the number of cores that the process may use")
    options = parser.parse_args()
    refuse_connections()
    if sys.platform == "linux":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    questions = {row["id"]: row["question"] for row in _rows(options.questions)}
    measurement = measure(load(options.threads), options.corpus, options.scratch, questions)
    options.out.write_text(json.dumps(measurement, ensure_ascii=False), encoding="utf-8")


def measure(system: System, corpus: Path, scratch: Path, questions: dict[str, str]) -> Measurement:
    """Build once, ask every question once (the first one also before, untimed), and return what that took."""
    build_seconds, build_cpu_seconds, lengths = _timed(lambda: system.build(corpus, scratch))
    system.search(next(iter(questions.values())))
    asked = {i: _timed(lambda q=q: system.search(q)) for i, q in questions.items()}  # type: ignore[misc]  # mypy wants a typed default
    return Measurement(
        passages=len(lengths),
        mean_passage_chars=sum(lengths) / len(lengths),
        build_seconds=build_seconds,
        build_cpu_seconds=build_cpu_seconds,
        peak_bytes=peak_bytes(),
        question_ms=[1000 * seconds for seconds, _, _ in asked.values()],
        question_cpu_ms=[1000 * cpu for _, cpu, _ in asked.values()],
        rankings={i: found for i, (_, _, found) in asked.items()},
    )


def peak_bytes() -> int:
    """Return the most memory that was resident at once.

    Linux carries the peak of `getrusage` over from the process that started this one, so there the kernel's own count
    of this program alone is read.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def refuse_connections() -> None:
    """Let every attempt of this process to connect, or to look up a host, fail from now on."""

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo"):
            raise PermissionError("A measured system tried to reach the network; give it its model as a folder.")

    sys.addaudithook(refuse)


def _timed(call: Callable[[], _Result]) -> tuple[float, float, _Result]:
    clock, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - clock, time.process_time() - cpu, result


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
