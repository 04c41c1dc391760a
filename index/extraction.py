"""HTML, PDF and feeds are read in a child process that has a deadline and a limit of memory: a hostile file can end it, never the build."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any, Self

from index.datatypes import Document
from index.errors import ArticleError
from index.settings import REPOSITORY

WORKER = (sys.executable, "-m", "index.extraction_worker")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: bytes of the file, seconds of the wall clock, bytes of memory (not enforced by macOS)."""

    page_bytes: int = 20 << 20
    pdf_bytes: int = 200 << 20
    seconds: float = 30.0
    memory_bytes: int = 3 << 30


class Extractor:
    """Reads files in a child that starts with the first of them; it is ended by `close` or a deadline, and a new one starts then."""

    def __init__(self, limits: Limits = Limits()) -> None:  # a frozen value
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        if (child := self._child) is not None:
            self._child = None
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what was not yet written has no reader any more
                        pipe.close()

    def document(self, kind: str, raw: bytes, source: str, charset: str | None = None) -> Document:
        """Return what an "html" or "pdf" file holds; raise `ArticleError` when it cannot be read within the limits."""
        reply = self._reply(kind, raw, source, charset)
        known: dict[str, Any] = dict(reply["known"])
        if "published" in known:
            known["published"] = date.fromisoformat(known["published"])
        return Document(reply["text"], known)

    def feed(self, raw: bytes, source: str) -> list[Mapping[str, str]]:
        """Return the entries of a feed as `index.feeds` finds them; raise `ArticleError` when it is none."""
        entries: list[Mapping[str, str]] = self._reply("feed", raw, source, None)["entries"]
        return entries

    def _reply(self, kind: str, raw: bytes, source: str, charset: str | None) -> dict[str, Any]:
        most = self.limits.pdf_bytes if kind == "pdf" else self.limits.page_bytes
        if len(raw) > most:
            raise ArticleError(f"{source}: the file has {len(raw)} bytes; a {kind} file takes at most {most}, so split it into articles.")
        header = json.dumps({"kind": kind, "source": source, "charset": charset, "bytes": len(raw), "memory": self.limits.memory_bytes})
        reply = self._exchange(header.encode() + b"\n" + raw, source)
        if reply.get("ends"):
            self.close()
        if "error" in reply:
            raise ArticleError(reply["error"])
        return reply

    def _exchange(self, request: bytes, source: str) -> dict[str, Any]:
        child = self._child = self._child or _started()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()
        timer = threading.Timer(self.limits.seconds, _end, (child, late))
        timer.start()
        try:
            child.stdin.write(request)
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:  # the child went away while it was written to
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            reply: dict[str, Any] = json.loads(line)
            return reply
        self.close()
        if late.is_set():
            raise ArticleError(f"{source}: reading the file took longer than {self.limits.seconds:g} seconds; it may be damaged or made to harm.")
        raise ArticleError(f"{source}: the file ended the process that read it; it may be damaged or made to harm.")


def _started() -> "subprocess.Popen[bytes]":
    # The command is a constant; what the child writes to its error output is of libraries, and its replies say what matters.
    return subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=REPOSITORY)  # noqa: S603


def _end(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()
