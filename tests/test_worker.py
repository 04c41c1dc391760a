"""Clients that are slow, silent, too large or no HTTP at all, against a real gunicorn."""

import contextlib
import json
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import SECONDS, eventually, get, post, raw, running, workers_of

SHORT = {"RECEIVE_TIMEOUT_SECONDS": "1", "TIMEOUT_SECONDS": "5"}
HALF_HEADERS = b"POST /ask HTTP/1.1\r\nHost: a\r\nX-Slow: "
HALF_BODY = b'POST /ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"question": "'
QUESTION = json.dumps({"question": "siapa wali kota"}).encode()
HEAD = b"POST /ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
WHOLE = HEAD % len(QUESTION) + QUESTION
SLOW = HEAD % (len(QUESTION) + 7) + QUESTION.replace(b"siapa", b"lambat siapa")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    with running(settings=SHORT) as found:
        yield found


@pytest.fixture
def port(server: tuple[int, subprocess.Popen[str]]) -> int:
    return server[0]


@contextlib.contextmanager
def clients(port: int, number: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Connections that have sent something and now wait."""
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS)) for _ in range(number)]
        for one in opened:
            one.sendall(sent)
        yield opened


@pytest.mark.parametrize("sent", [b"", HALF_HEADERS, HALF_BODY], ids=["nothing", "half the headers", "half the body"])
def test_more_stuck_clients_than_threads_do_not_keep_others_waiting_for_ever(port: int, sent: bytes) -> None:
    with clients(port, 12, sent):
        assert post(port, "/ask", QUESTION)[0] == 200


@pytest.mark.parametrize("sent", [HALF_HEADERS, HALF_BODY], ids=["headers", "body"])
def test_a_client_that_drips_is_cut_off(port: int, sent: bytes) -> None:
    """A byte now and then does not begin the time anew."""
    with clients(port, 1, sent) as (one,):
        one.settimeout(0.2)
        for _ in range(100):  # 20 seconds at most
            try:
                one.sendall(b"x")
                if one.recv(1000) == b"" or one.recv(1000) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
        pytest.fail("the client was never cut off")


def test_clients_that_do_not_read_their_replies_do_not_hold_threads_for_ever(port: int) -> None:
    """The scripts of /docs are 1.5 MB, more than the system buffers for a client."""
    with clients(port, 8, b"GET /docs/assets/js/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n" * 20):
        time.sleep(1)
        assert post(port, "/ask", QUESTION)[0] == 200


@pytest.mark.parametrize("sent", [HALF_HEADERS, HALF_BODY, WHOLE], ids=["headers", "body", "whole"])
def test_a_client_that_will_send_no_more_is_let_go_at_once(port: int, sent: bytes) -> None:
    """A half-open connection: what was sent whole is answered, and the server closes its side too."""
    with clients(port, 1, sent) as (one,):
        one.shutdown(socket.SHUT_WR)
        reply = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := one.recv(65536):
                reply += chunk
    assert reply.startswith(b"HTTP/1.1 200") == (sent == WHOLE)


def test_a_client_that_connected_just_before_a_stop_is_answered() -> None:
    """Its request comes when the only thread is free again, and the server is stopping."""
    with running(settings={"THREADS": "1"}) as (port, server), clients(port, 1, SLOW) as (busy,):
        time.sleep(0.3)
        with clients(port, 1, b"") as (late,):
            time.sleep(0.1)
            server.send_signal(signal.SIGTERM)
            assert busy.recv(1000).startswith(b"HTTP/1.1 200")
            time.sleep(0.5)
            late.sendall(WHOLE)
            assert late.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", HALF_HEADERS, HALF_BODY, WHOLE], ids=["nothing", "headers", "body", "whole"])
def test_clients_that_break_off_leave_nothing_open(server: tuple[int, subprocess.Popen[str]], sent: bytes) -> None:
    """With a reset instead of an end, as a machine that lost its network; once the worker has seen all of them."""
    port, process = server
    (worker,) = workers_of(process)
    before = open_files(worker)
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.sendall(sent)
    assert post(port, "/ask", QUESTION)[0] == 200
    assert eventually(lambda: open_files(worker) <= before + 2)


def open_files(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 99999999999", b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF"],
    ids=["a length", "chunks"],
)
def test_a_body_without_end_is_cut_off(server: tuple[int, subprocess.Popen[str]], head: bytes) -> None:
    """Its beginning is read, so that a patient client learns why; then the connection is cut, and the memory stays as it was."""
    port, process = server
    (worker,) = workers_of(process)
    before = resident_kib(worker)
    sent = 0
    begun = b"POST /ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + head + b"\r\n\r\n"
    with clients(port, 1, begun) as (one,), contextlib.suppress(OSError):
        while sent < 64 << 20:
            sent += one.send(b" " * 65536)
    assert sent < 64 << 20
    assert resident_kib(worker) < before + 32 * 1024
    assert post(port, "/ask", QUESTION)[0] == 200


def resident_kib(process: int) -> int:
    (line,) = (line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + b"x" * 100_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Many: x\r\n" * 5000 + b"\r\n", 431),
        (b"GET /?question=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"<script>alert(1)</script>\r\n\r\n", 400),
        (b"G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400),
        (b"POST /ask HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /ask HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    ],
    ids=["a large header", "many headers", "a long address", "markup", "a null byte", "another version", "two lengths", "a negative length"],
)
def test_what_is_no_reasonable_request_is_refused_and_not_reflected(port: int, sent: bytes, status: int) -> None:
    reply = raw(port, sent)
    assert reply.split()[1:2] in ([str(status).encode()], []), reply[:200]  # nothing: it hung up while the rest was still under way
    assert b"<script>alert" not in reply
    assert b"xxxx" not in reply


def test_what_the_server_refuses_is_a_problem_too(port: int) -> None:
    head, _, body = raw(port, b"GET /?question=" + b"x" * 8200 + b" HTTP/1.1\r\nHost: a\r\n\r\n").partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert b"Content-Type: application/problem+json" in head
    assert problem["status"] == 414
    assert "POST /ask" in problem["detail"]


def test_the_text_of_a_request_that_is_no_http_stays_out_of_the_log() -> None:
    with running(settings={**SHORT, "LOG_LEVEL": "DEBUG"}) as (port, server):
        raw(port, b"GET /?question=rahasia saya HTTP/1.1\r\nHost: a\r\n\r\n")
        raw(port, b"GET /?question=rahasia HTTP/1.1\r\nHost: a\r\nRahasia saya\r\n\r\n")
        assert get(port, "/healthz")[0] == 200
        assert "rahasia" not in log_of(server).casefold()


def log_of(server: subprocess.Popen[str]) -> str:
    """Stop a server and return what it logged."""
    server.send_signal(signal.SIGTERM)
    return server.communicate(timeout=SECONDS)[1]
