"""A real gunicorn on the loopback, around the scripted pipeline."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import IndexMissingError
from qa.serve import port_trouble, serve
from qa.settings import Settings

TESTS = Path(__file__).resolve().parent
SECONDS = 60

SERVER = """
import sys
from fakes_service import FakePipeline
from index.errors import IndexDamagedError
from qa.serve import run_server
from qa.settings import Settings

def load(settings):
    if "damaged" in sys.argv:
        raise IndexDamagedError("The index is damaged; build it again.")
    if "crash" in sys.argv:
        raise RuntimeError("no model")
    from qa.app import create_app
    return create_app(settings, FakePipeline())

heavy = {"torch", "faiss", "sentence_transformers", "tantivy"} & set(sys.modules)
assert not heavy, heavy
sys.exit(run_server(Settings(), load))
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as s:
        port: int = s.getsockname()[1]
        return port


def start(port: int, *words: str, workers: int = 1) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
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
def running(workers: int = 1) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    port = free_port()
    server = start(port, workers=workers)
    watchdog = threading.Timer(SECONDS, server.kill)  # a server that never says it is ready must not hang the tests
    watchdog.start()
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        if f"Siap: http://127.0.0.1:{port}" not in line:
            server.kill()
            pytest.fail(f"the server said {line!r} and {server.communicate()[1]}")
        yield port, server
    finally:
        watchdog.cancel()
        server.terminate()
        server.communicate(timeout=SECONDS)


def post(port: int, path: str, body: bytes, content_type: str = "application/json") -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("POST", path, body, {"Content-Type": content_type})
    response = connection.getresponse()
    reply = json.loads(response.read())
    connection.close()
    return response.status, reply


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


def test_it_answers_refuses_large_bodies_and_stops_when_asked() -> None:
    with running() as (port, server):
        status, reply = post(port, "/ask", json.dumps({"question": "siapa wali kota"}).encode())
        assert (status, reply["short_answer"]) == (200, "Rendra Wiskara")
        assert post(port, "/ask", b'"' + b"x" * 70_000 + b'"')[0] == 413
        assert post(port, "/ask", b"x" * 5_000_000)[0] == 413  # the reply is read although the body was not
        assert post_in_chunks(port, [b'{"question": ', b'"siapa wali kota"}']) == 200
        assert post_in_chunks(port, [b'{"question": "siapa"}', b" " * 70_000]) == 413
        long_question = "apa%20" * 240  # 960 characters, 1,440 bytes
        assert get(port, f"/?question={long_question}")[0] == 200
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=SECONDS)
        assert server.returncode == 0
        assert "apa" not in errors
        assert "Traceback" not in errors


def test_two_workers_share_their_counts() -> None:
    with running(workers=2) as (port, server):
        for _ in range(20):
            assert post(port, "/ask", b'{"question": "resep rendang"}')[0] == 200
        assert 'qa_abstentions_total{reason="no_evidence"} 20.0' in get(port, "/metrics")[1]
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=SECONDS)
        assert server.returncode == 0


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start(port)
        _, errors = server.communicate(timeout=SECONDS)
    assert server.returncode == 1
    assert len(errors.splitlines()) == 1
    assert f"Port {port}" in errors
    assert "PORT=" in errors


@pytest.mark.parametrize(("word", "reason"), [("damaged", "The index is damaged; build it again."), ("crash", "no model")])
def test_a_worker_that_cannot_load_stops_the_server(word: str, reason: str) -> None:
    began = time.monotonic()
    server = start(free_port(), word)
    said, errors = server.communicate(timeout=SECONDS)
    assert server.returncode == 1
    assert reason in errors
    assert "Siap" not in said
    assert time.monotonic() - began < SECONDS


def test_a_worker_killed_in_mid_flight_is_replaced() -> None:
    with running() as (port, server):
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        if not children.exists():
            pytest.skip("needs Linux's /proc to find the worker")
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                assert get(port, "/healthz")[0] == 200
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail("no new worker answered")


def test_without_an_index_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        serve(Settings(index_url=f"file:{tmp_path}/none", port=free_port()))


def test_an_address_of_another_machine_is_named() -> None:
    assert "HOST=" in (port_trouble("192.0.2.1", free_port()) or "")
    assert port_trouble("127.0.0.1", free_port()) is None
