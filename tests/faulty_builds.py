"""Builds in processes of their own that are killed, fail or run out of disk at a chosen moment. Also a program, see `main`.

The program forks for each build, so that importing faiss and tantivy (a second) is paid once; it never builds itself,
for a fork after faiss has started its threads hangs. Faults come from outside of the product: an audit hook of the
interpreter sees, and stops, every file operation that is done in Python; a limit of the operating system stops writes
of native code.
"""

import errno
import json
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fakes import HashingEncoder

from index.build import build_index
from index.errors import ServiceError

FILE_OPERATIONS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.listdir", "sqlite3.connect"}
# Removing a tree works with names relative to its folder, so these count wherever they are; nothing else of a build removes anything.
WITHOUT_FOLDER = {"os.remove", "os.rmdir"}


@dataclass(frozen=True)
class Fault:
    """What befalls a build: killed after a time or at the n-th file operation (from 1), failed there with ENOSPC, or no file above so many bytes."""

    kill_after_seconds: float | None = None
    kill_at: int = 0
    fail_at: int = 0
    file_bytes: int = 0


@dataclass(frozen=True)
class Outcome:
    """How a build ended: `status` 0 done, 1 refused with a message for the user, 2 crashed, negative: killed by that signal."""

    status: int
    said: str
    operations: int


class Builder:
    """The program, running."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def build(self, corpus: Path, folder: Path, fault: Fault = Fault()) -> Outcome:
        """Build, and tell how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"corpus": str(corpus), "folder": str(folder), "fault": asdict(fault)}) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))


@contextmanager
def builder() -> Iterator[Builder]:
    """Start the program, and end it."""
    tests = Path(__file__).resolve().parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve())], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Builder(process)
        assert process.stdin is not None
        process.stdin.close()


class _Injector:
    """Counts the file operations in a folder and lets the chosen one fail or kill."""

    def __init__(self, folder: Path, fault: Fault) -> None:
        self.operations = 0
        self._folder, self._fault = str(folder), fault

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in FILE_OPERATIONS or (event not in WITHOUT_FOLDER and not str(arguments[0]).startswith(self._folder)):
            return
        self.operations += 1
        if self.operations == self._fault.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.operations == self._fault.fail_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _build(corpus: Path, folder: Path, fault: Fault) -> Outcome:
    injector = _Injector(folder, fault)
    if fault.file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.file_bytes, fault.file_bytes))
    sys.addaudithook(injector)
    try:
        build_index([corpus], folder, HashingEncoder(256))
    except ServiceError as error:
        return Outcome(1, str(error), injector.operations)
    except Exception as error:
        return Outcome(2, repr(error), injector.operations)
    return Outcome(0, "", injector.operations)


def _forked(corpus: Path, folder: Path, fault: Fault) -> Outcome:
    ours, theirs = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(ours)
        with os.fdopen(theirs, "w") as answer:
            answer.write(json.dumps(asdict(_build(corpus, folder, fault))))
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        if fault.kill_after_seconds is not None and not select.select([answer], [], [], fault.kill_after_seconds)[0]:
            os.kill(pid, signal.SIGKILL)
        said = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return Outcome(**json.loads(said)) if code == 0 else Outcome(code, "", 0)


def main() -> None:
    """Build for each line of standard input; print how it ended."""
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(asdict(_forked(Path(asked["corpus"]), Path(asked["folder"]), Fault(**asked["fault"])))), flush=True)


if __name__ == "__main__":
    main()
