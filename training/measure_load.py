"""How many questions a second the service answers, how fast, and in how much memory. Home of locust.

    python -m training.measure_load [--clients 1,2,4,8] [--seconds 30] [--soak-minutes 5] [--workers N] [--repeated]

It starts `qa serve` over an index, asks the questions of a test set from more and more clients at once (each asks again as
soon as it has its answer), and then soaks: 80 % of the best load whose 99th percentile stays within the limit, or of the
largest load when none does. The service remembers no question, or with `--repeated` all of them, and each was asked before.
Everything stays on the loopback and stops by itself.
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
import numpy as np
from locust import FastHttpUser, constant, constant_throughput, task
from locust.env import Environment

from training.served import REPOSITORY, Served, load_average, serving

LIMIT_MS = 250.0
SOAK_SHARE = 0.8
SAMPLE_SECONDS = 5.0
WARM_UP_QUESTIONS = 10
REPLY_SECONDS = 60.0


@dataclass
class Load:
    """What a run saw: milliseconds of each answered request, failures in words, memory samples in MiB."""

    clients: int
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the service for each answered request, those of failed ones included."""
        return 1000 * self.cpu_seconds / max(1, len(self.milliseconds))

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share (0..100) of the requests was answered; infinite when none was."""
        return float(np.percentile(self.milliseconds, share)) if self.milliseconds else float("inf")


def user_of(questions: Iterator[str], wait: Callable[[Any], float]) -> type[FastHttpUser]:
    """Return a client that asks one question after the other and expects an answer or an abstention to each."""

    class Asking(FastHttpUser):
        network_timeout = connection_timeout = REPLY_SECONDS
        wait_time = wait

        @task
        def ask(self) -> None:
            with self.client.post("/ask", json={"question": next(questions)}, catch_response=True) as reply:
                if reply.status_code != 200 or not (reply.json() or {}).get("answer"):
                    reply.failure(f"status {reply.status_code}")

    return Asking


def run_load(served: Served, questions: Sequence[str], clients: int, seconds: float, per_second: float | None = None) -> Load:
    """Ask from so many clients for so long, as fast as they are answered or so often a second altogether."""
    wait = constant(0) if per_second is None else constant_throughput(per_second / clients)
    environment = Environment(user_classes=[user_of(itertools.cycle(questions), wait)], host=served.base, stop_timeout=REPLY_SECONDS)
    load = Load(clients)

    def record(response_time: float, exception: Exception | None, **_: Any) -> None:
        if exception is None:
            load.milliseconds.append(response_time)
        else:
            load.failures.append(str(exception))

    environment.events.request.add_listener(record)  # type: ignore[no-untyped-call]  # locust
    runner = environment.create_local_runner()
    began, cpu = time.monotonic(), served.cpu_seconds()
    runner.start(clients, spawn_rate=clients)
    while (left := began + seconds - time.monotonic()) > 0:
        gevent.sleep(min(SAMPLE_SECONDS, left))
        load.memory_mib.append(served.resident_mib())
    runner.stop()  # lets requests under way end
    load.seconds, load.cpu_seconds = time.monotonic() - began, served.cpu_seconds() - cpu
    runner.quit()
    return load


def best_of(loads: Sequence[Load], limit_ms: float) -> Load | None:
    """Return the load with the most requests a second whose 99th percentile stays within the limit, None when none does."""
    within = [load for load in loads if not load.failures and load.percentile(99) <= limit_ms]
    return max(within, key=lambda load: load.per_second, default=None)


def row_of(load: Load) -> str:
    """Return a load as a row of the table."""
    at = [f"{load.percentile(share):.0f} ms" for share in (50, 95, 99)]
    return f"| {load.clients} | {load.per_second:.2f} | {' | '.join(at)} | {load.cpu_ms:.0f} ms | {len(load.failures)} | {max(load.memory_mib):.0f} MiB |"


def soak_sentence(load: Load, asked_per_second: float) -> str:
    """Return what a soak saw, in a sentence; memory is the middle of its first and of its last fifth."""
    fifth = max(1, len(load.memory_mib) // 5)
    first, last = (float(np.median(part)) for part in (load.memory_mib[:fifth], load.memory_mib[-fifth:]))
    return (
        f"Soak of {load.seconds:.0f} s at {asked_per_second:.2f} requests a second: {len(load.milliseconds)} answered, {len(load.failures)} failed, "
        f"p50 {load.percentile(50):.0f} ms, p99 {load.percentile(99):.0f} ms, memory {first:.0f} MiB at first and {last:.0f} MiB at last."
    )


def measure(served: Served, questions: Sequence[str], options: argparse.Namespace) -> list[Load]:
    """Print the table of client counts and the soak; return the loads, the soak last."""
    for question in questions if options.repeated else questions[:WARM_UP_QUESTIONS]:
        run_load(served, [question], 1, 0.1)
    print(f"| clients ({load_average()}) | requests a second | p50 | p95 | p99 | CPU a request | failed | memory |\n|---|---|---|---|---|---|---|---|")
    loads = []
    for clients in options.clients:
        loads.append(run_load(served, questions, clients, options.seconds))
        print(row_of(loads[-1]), flush=True)
    best = best_of(loads, options.limit_ms)
    top = best or max(loads, key=lambda load: load.per_second)
    kept = f"{top.per_second:.2f} a second from {top.clients} clients"
    print(f"\nMost within p99 {options.limit_ms:.0f} ms: {kept if best else f'none; the most at all are {kept}'}.", flush=True)
    if options.soak_minutes:
        rate = SOAK_SHARE * top.per_second
        loads.append(run_load(served, questions, top.clients, 60 * options.soak_minutes, rate))
        print(soak_sentence(loads[-1], rate), load_average())
    return loads


def questions_of(path: Path) -> list[str]:
    """Return the questions of a test set."""
    return [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when any request failed."""
    parser = argparse.ArgumentParser(prog="python -m training.measure_load", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--index-url", default="file:var/index")
    parser.add_argument(
        "--questions", type=Path, default=REPOSITORY / "tests" / "testset" / "semarang.jsonl", help="a test set, of which only the questions count"
    )
    parser.add_argument("--workers", default="1")
    parser.add_argument("--clients", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2, 4, 8], metavar="N,N,…")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the run with each number of clients")
    parser.add_argument("--soak-minutes", type=float, default=5.0)
    parser.add_argument("--repeated", action="store_true", help="ask only what was asked before, of a service that remembers it")
    parser.add_argument("--limit-ms", type=float, default=LIMIT_MS)
    options = parser.parse_args(arguments)
    questions = questions_of(options.questions)
    remembered = len(questions) if options.repeated else 0
    with serving("--index-url", options.index_url, "--workers", options.workers, remembered_questions=remembered) as served:
        loads = measure(served, questions, options)
    return 1 if any(load.failures for load in loads) else 0


if __name__ == "__main__":
    sys.exit(main())
