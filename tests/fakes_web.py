"""A web server on the loopback address that serves what a test gives it, and a policy that permits that address only."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from index.addresses import Address
from index.fetching import FetchPolicy

OPEN_ROBOTS = {"/robots.txt": (200, {}, b"User-agent: *\nAllow: /\n")}
Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Site:
    """A running server: its answers by path, and the requests that it got (path, headers)."""

    port: int
    answers: dict[str, Answer]
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    drip_seconds: float = 0.0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[Site]:
    """Serve the answers on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append((self.path, dict(self.headers)))
            status, headers, body = site.answers.get(self.path, (404, {}, b"not here"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for byte in body if site.drip_seconds else ():
                    self.wfile.write(bytes([byte]))
                    time.sleep(site.drip_seconds)
                if not site.drip_seconds:
                    self.wfile.write(body)
            except OSError:  # the client went away, as it should
                pass

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Site(server.server_address[1], dict(answers))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def is_loopback(address: Address) -> bool:
    return address.is_loopback


def loopback_policy(**changes: Any) -> FetchPolicy:
    """A policy that permits the loopback address only, and waits for nothing."""
    return FetchPolicy(**{"permits": is_loopback, "pause_seconds": 0.0, "seconds": 10.0, **changes})
