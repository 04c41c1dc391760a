"""Clients that are slow, silent, too large or no HTTP at all, against a real gunicorn."""

import contextlib
import json
import signal
import socket
import subprocess
from collections.abc import Iterator

import pytest
from servers import SECONDS, get, post, raw, running

SHORT = {"RECEIVE_TIMEOUT_SECONDS": "1", "TIMEOUT_SECONDS": "5"}
HALF_HEADERS = b"POST /ask HTTP/1.1\r\nHost: a\r\nX-Slow: "
HALF_BODY = b'POST /ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"question": "'
QUESTION = json.dumps({"question": "siapa wali kota"}).encode()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running(settings=SHORT) as (port, _):
        yield port


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


def test_a_client_that_does_not_read_its_replies_does_not_hold_a_thread_for_ever(port: int) -> None:
    many = b"GET /static/style.css HTTP/1.1\r\nHost: a\r\n\r\n" * 4000
    with contextlib.ExitStack() as stack:
        for _ in range(6):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=0.5))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with contextlib.suppress(OSError):
                one.sendall(many)
        assert post(port, "/ask", QUESTION)[0] == 200


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
