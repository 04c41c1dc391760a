"""gunicorn's threaded worker with an end to waiting: a slow client may not hold a thread for ever.

gunicorn's own `timeout` watches the worker's main loop, not its threads. A client that sends half a request and then
nothing would keep one of the few threads until it hangs up; four such clients would stop the service.
"""

import contextlib
import socket
import time
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker


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
        if not conn.initialized and not conn.wait_for_data(0):
            return _DEFER  # back to the poller, which closes it after `keepalive` seconds
        self._busy_since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._busy_since[conn]

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
