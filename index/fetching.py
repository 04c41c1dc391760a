"""One page from the web: bounded in time and size, only from addresses that are permitted. Home of urllib3.

A host is resolved once for each request; its addresses are checked, and the connection goes to a checked address, so
that a name that changes its address in between gains nothing. Proxies of the environment are not used: one of them
would resolve the name again.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from index.addresses import Address, is_public, resolve
from index.errors import FetchError

PRODUCT = "TanyaASN"
USER_AGENT = f"{PRODUCT} (index of news articles; follows robots.txt)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_BLOCK_BYTES = 1 << 16
_MOST_ADDRESSES = 4
_SAFE = "%/:=&?~#+!$,;'@()*[]"
"""What stays as it is in a path or query: RFC 3986's reserved characters, and escapes that are already there."""
_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, application/pdf;q=0.8, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be fetched and how long one request may take; the default permits public addresses only."""

    permits: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], list[Address]] = resolve
    seconds: float = 30.0
    connect_seconds: float = 10.0
    most_bytes: int = 10 << 20
    most_redirects: int = 5
    pause_seconds: float = 1.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A reply: its body (cut when `cut` says so), the address it came from after redirects, and the character set it names."""

    url: str
    status: int
    body: bytes
    charset: str | None
    cut: bool = False


def fetch(url: str, policy: FetchPolicy, before: Callable[[str], None] = lambda _: None) -> Fetched:
    """Return the reply to GET, whatever its status; `before` is called with each address, redirects included, and may refuse it.

    Raises `FetchError` when an address is not permitted, the host does not answer in time, or it redirects too often.
    """
    for _ in range(policy.most_redirects + 1):
        parts = _parts(url)
        before(parts.geturl())
        reply = _get(parts, policy)
        if isinstance(reply, Fetched):
            return reply
        url = urljoin(parts.geturl(), reply)
    raise FetchError(f"{url}: the server redirected more than {policy.most_redirects} times; give the page's own address.")


def _parts(url: str) -> SplitResult:
    """The parts of a web address in ASCII; raises `FetchError` for one that is none, or that holds a name and password."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError as error:
        raise FetchError(f"{url!r} is no web address ({error}); give one such as 'https://example.org/page'.") from None
    if parts.scheme not in _PORTS or not host or port == 0:
        raise FetchError(f"{url!r} is no web address; give one that begins with http:// or https:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{parts.scheme}://…@{host}: an address with a name or password is not fetched; give a public page.")
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return SplitResult(parts.scheme, place, quote(parts.path, _SAFE) or "/", quote(parts.query, _SAFE), "")


def _get(parts: SplitResult, policy: FetchPolicy) -> Fetched | str:
    """The reply of the first address that answers, or where it redirects to."""
    ends = time.monotonic() + policy.seconds
    problem = ""
    for address in _checked_addresses(parts, policy):
        connection = _connection(parts, address, policy)
        try:
            with _deadline(connection, policy, ends):
                return _exchange(parts, connection, policy.most_bytes)
        except (HTTPError, HTTPException, OSError) as error:
            problem = _reason(error)
        finally:
            connection.close()
        if time.monotonic() >= ends:
            raise FetchError(f"{parts.geturl()}: the page did not arrive within {policy.seconds:g} seconds; try again later.")
    raise FetchError(f"{parts.geturl()}: the page could not be fetched ({problem}); check the address and try again later.")


def _checked_addresses(parts: SplitResult, policy: FetchPolicy) -> list[Address]:
    host = parts.hostname or ""
    try:
        addresses = policy.resolve(host, parts.port or _PORTS[parts.scheme])
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise FetchError(f"{parts.geturl()}: the host {host!r} has no address; check its spelling and the network.")
    if refused := [a for a in addresses if not policy.permits(a)]:
        raise FetchError(
            f"{parts.geturl()}: the host {host!r} has the address {refused[0]}, which is not on the public internet; only public pages are fetched."
        )
    return addresses[:_MOST_ADDRESSES]


def _connection(parts: SplitResult, address: Address, policy: FetchPolicy) -> HTTPConnection:
    """A connection to the checked address; TLS still asks for, and verifies, the host's name."""
    port, host = parts.port or _PORTS[parts.scheme], parts.hostname
    if parts.scheme == "https":
        return HTTPSConnection(str(address), port, ssl_context=policy.tls, server_hostname=host)
    return HTTPConnection(str(address), port)


@contextmanager
def _deadline(connection: HTTPConnection, policy: FetchPolicy, ends: float) -> Iterator[None]:
    """Connect; at the deadline the socket is shut, because a server that sends a byte now and then outlives every other timeout."""
    left = max(0.1, ends - time.monotonic())
    connection.timeout = min(policy.connect_seconds, left)
    connection.connect()
    opened: socket.socket = connection.sock
    opened.settimeout(left)
    timer = threading.Timer(left, _shut, (opened,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if time.monotonic() >= ends:
        raise TimeoutError("the deadline passed")


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):  # the other side may have closed it
        opened.shutdown(socket.SHUT_RDWR)


def _exchange(parts: SplitResult, connection: HTTPConnection, most_bytes: int) -> Fetched | str:
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
    connection.request("GET", target, headers=headers, preload_content=False)
    reply = connection.getresponse()
    try:
        location = reply.headers.get("Location")
        if reply.status in _REDIRECTS and location:
            return location
        body = bytearray()
        for block in reply.stream(_BLOCK_BYTES, decode_content=True):
            body += block
            if len(body) > most_bytes:
                break
        return Fetched(parts.geturl(), reply.status, bytes(body[:most_bytes]), _charset(reply.headers.get("Content-Type", "")), len(body) > most_bytes)
    finally:
        reply.close()


def _charset(content_type: str) -> str | None:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error
    return f"{type(cause).__name__}: {str(cause)[:200]}"
