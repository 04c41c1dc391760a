"""Servers on the loopback: a real gunicorn around the scripted pipeline, any app in this process; and plain clients for them."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pytest_socket import enable_socket
from werkzeug.serving import make_server

TESTS = Path(__file__).resolve().parent
SECONDS = 60

SERVER = """
import sys, time
from dataclasses import replace
from pathlib import Path
from fakes_service import FakePipeline
from index.errors import IndexDamagedError
from qa.datatypes import Composer
from qa.serve import run_server
from qa.settings import Settings

class Served(FakePipeline):
    def answer_question(self, request, request_id):
        if "lambat" in request.question:
            time.sleep(1)
        if "rusak" in request.question:
            raise ValueError(request.question)
        if "model" in sys.argv:
            request = replace(request, composer=Composer.EXTRACTIVE)
        return super().answer_question(request, request_id)

def load(settings):
    if "damaged" in sys.argv:
        raise IndexDamagedError("The index is damaged; build it again.")
    if "crash" in sys.argv:
        raise RuntimeError("no model")
    from qa.app import create_app
    return create_app(settings, Served())

def check():
    if any(Path(w).exists() for w in sys.argv if w.startswith("/")):
        raise IndexDamagedError("The new index is damaged.")

heavy = {"torch", "faiss", "sentence_transformers", "tantivy"} & set(sys.modules)
assert not heavy, heavy
sys.exit(run_server(Settings(), load, check))
"""
"""Words: `damaged` and `crash` fail to load, `model` has a language model, a path that exists makes a reload fail.

A question with "lambat" takes a second, one with "rusak" fails with its own text in the message.
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as s:
        port: int = s.getsockname()[1]
        return port


def start(port: int, *words: str, workers: int = 1, settings: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        **(settings or {}),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "WORKERS": str(workers),
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", SERVER, *words],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def running(*words: str, workers: int = 1, settings: Mapping[str, str] | None = None) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Give the port of a server and its process; it is ended when the block ends."""
    port = free_port()
    server = start(port, *words, workers=workers, settings=settings)
    watchdog = threading.Timer(SECONDS, server.kill)  # a server that never says it is ready must not hang the tests
    watchdog.start()
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        if f"Siap: http://127.0.0.1:{port}" not in line:
            server.kill()
            pytest.fail(f"the server said {line!r} and {server.communicate()[1]}")
        watchdog.cancel()
        yield port, server
    finally:
        watchdog.cancel()
        server.terminate()
        try:
            server.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Give the address of an app that threads of this process serve, for browsers."""
    enable_socket()
    server = make_server("127.0.0.1", 0, _in_one_piece(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _in_one_piece(app: Flask) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """Read each reply before it is sent: when a closed tab hangs up, werkzeug's server leaves the file of a reply open."""

    def whole(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with closing(app(environment, start_response)) as pieces:  # type: ignore[type-var]  # Flask's replies can be closed
            return [b"".join(pieces)]

    return whole


def post(port: int, path: str, body: bytes, content_type: str = "application/json") -> tuple[int, dict[str, object]]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        connection.request("POST", path, body, {"Content-Type": content_type})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def post_in_chunks(port: int, chunks: list[bytes]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("POST", "/ask", iter(chunks), {"Content-Type": "application/json"}, encode_chunked=True)
    status = connection.getresponse().status
    connection.close()
    return status


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def raw(port: int, sent: bytes, wait_seconds: float = SECONDS) -> bytes:
    """Send bytes as they are and return all that comes back until the server closes; b"" when it only hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_seconds) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            pass
        return received


def workers_of(server: subprocess.Popen[str]) -> set[int]:
    """Process ids of a server's workers; skips where /proc does not tell them."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    if not children.exists():
        pytest.skip("needs Linux's /proc to find the workers")
    return {int(pid) for pid in children.read_text().split()}


def eventually(fact: Callable[[], bool]) -> bool:
    """Whether something becomes true within a minute."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.1)
    return False
