"""A `milvus-lite server` on the loopback, and settings for it."""

import contextlib
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from servers import free_port

from index.settings import IndexSettings

START_SECONDS = 60
PATIENCE_SECONDS = 60
"""For one reply, so that a busy machine fails no test."""
MILVUS_LITE_IS_MISSING = "milvus-lite cannot be imported here; pip install -e '.[test]' (it needs Linux, macOS or Windows with wheels of pyarrow)"


class MilvusLite:
    """A server process over a folder; killed and started again it has the same address and rows."""

    def __init__(self, folder: Path) -> None:
        if find_spec("milvus_lite") is None:
            pytest.skip(MILVUS_LITE_IS_MISSING)
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        pytest.fail(f"milvus-lite did not listen on 127.0.0.1:{self.port} within {START_SECONDS} seconds (exit status {self._process.poll()})")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    def url(self, collection: str) -> str:
        return f"milvus+http://127.0.0.1:{self.port}/{collection}"

    def settings(self, collection: str, **more: object) -> IndexSettings:
        return IndexSettings.model_validate({"index_url": self.url(collection), "milvus_timeout_seconds": PATIENCE_SECONDS, **more})
