"""A real service on the loopback to measure: started as an operator starts it, stopped when the block ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[1]
START_SECONDS = 300
"""A service that is not ready by then is given up; a busy machine may need a minute."""


@dataclass(frozen=True)
class Served:
    """A running service: where it listens, its first process, and seconds from its start until it said it was ready."""

    base: str
    process: subprocess.Popen[str]
    ready_seconds: float

    def resident_mib(self) -> float:
        """Memory of all its processes; pages that they share are counted in each."""
        first = psutil.Process(self.process.pid)
        return float(sum(p.memory_info().rss for p in (first, *first.children(recursive=True)))) / 2**20

    def cpu_seconds(self) -> float:
        """CPU time that its processes have taken so far; unlike a duration it hardly changes when other programs run too."""
        first = psutil.Process(self.process.pid)
        return float(sum(sum(p.cpu_times()[:2]) for p in (first, *first.children(recursive=True))))


@contextmanager
def serving(*options: str, remembered_questions: int = 0) -> Iterator[Served]:
    """Run `python -m qa serve` with these options on a free port; raise `RuntimeError` when it does not start.

    Unless told otherwise it remembers no questions: what is measured is the answering of new ones.

    SIGTERM ends the block as an exception does, so that no service is left behind.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    port = _free_port()
    command = [sys.executable, "-m", "qa", "serve", "--host", "127.0.0.1", "--port", str(port), *options]
    began = time.monotonic()
    environment = {**os.environ, "LOG_LEVEL": "ERROR", "REMEMBERED_QUESTIONS": str(remembered_questions)}
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        try:
            assert process.stdout is not None
            if "Siap" not in (line := process.stdout.readline()):
                raise RuntimeError(f"The service did not start; it said {line!r}. Build an index first: python -m index build seeds.")
            watchdog.cancel()
            yield Served(f"http://127.0.0.1:{port}", process, time.monotonic() - began)
        finally:
            watchdog.cancel()
            process.terminate()


def load_average() -> str:
    """How busy the machine is: processes that ran or waited in the last minute, on how many cores."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
