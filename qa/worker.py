"""gunicorn's threaded worker with an end to waiting: a slow client may not hold a thread for ever.

What is no HTTP that it takes never reaches the app; it is refused here with a problem, as the app's errors are.

gunicorn's own `timeout` watches the worker's main loop, not its threads. A client that sends half a request and then
nothing would keep one of the few threads until it hangs up; four such clients would stop the service.
"""

import contextlib
import json
import logging
import socket
import time
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName, LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import _DEFER, STOP_KEEPALIVE_LINGER, ThreadWorker

log = logging.getLogger("qa")

_OWN_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)
_REFUSALS = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "The address is longer than this service reads. Send the question in the body of POST /ask."),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are larger or more than this service reads. Send fewer."),
    (ParseException, HTTPStatus.BAD_REQUEST, "The request is not HTTP as this service reads it. Check its first line and its headers."),
)
"""What gunicorn cannot read: status and detail; the first class that fits counts. The request's own text is in none of them."""


class DeadlineWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Waits for the first byte without a thread, for the whole request `receive_seconds`, for the reply gunicorn's `timeout`.

    The limits are looked at about once a second.
    """

    receive_seconds = 10.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy_since: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Serve what is on a connection; called in a thread."""
        stopping = not self.alive
        if not conn.initialized and not conn.wait_for_data(STOP_KEEPALIVE_LINGER if stopping else 0):
            return False if stopping else _DEFER  # the latter: back to the poller, which closes it after `keepalive` seconds
        self._busy_since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._busy_since[conn]

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """Go on with a connection after `handle`; called in the main loop.

        One that was given back without a byte while the worker was told to stop is handled again, and waited for: gunicorn (27.0) would
        take it for a kept-alive one, fail, and drop a request that is on its way.
        """
        if not self.alive and not fs.cancelled() and fs.exception() is None and fs.result() is _DEFER:
            self.enqueue_req(conn)
        else:
            super().finish_request(conn, fs)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Refuse what cannot be read with a problem; gunicorn's own page would show the request's text, and its log keep it."""
        if isinstance(exc, ParseException) and not isinstance(exc, _OWN_FAULTS):
            status, detail = next((status, detail) for kind, status, detail in _REFUSALS if isinstance(exc, kind))
            log.info("a request that is no HTTP we take: %d %s", status, type(exc).__name__)
            with contextlib.suppress(OSError):  # the client was faster
                write_nonblock(client, _problem(status, detail))
        else:
            super().handle_error(req, client, addr, exc)

    def murder_pending(self) -> None:
        """Cut what takes too long; gunicorn's name, for it calls this in every round of its main loop."""
        super().murder_pending()
        now = time.monotonic()
        for conn, since in list(self._busy_since.items()):
            if now - since > self.cfg.timeout:
                _cut(conn.sock, socket.SHUT_RDWR)
            elif now - since > self.receive_seconds:
                _cut(conn.sock, socket.SHUT_RD)  # reading ends at once; an answer under way is still sent


def _cut(connection: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):  # the client was faster
        connection.shutdown(how)


def _problem(status: HTTPStatus, detail: str) -> bytes:
    body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}).encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}X-Content-Type-Options: nosniff\r\n\r\n".encode("ascii") + body
