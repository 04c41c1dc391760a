"""What a site's robots.txt permits (RFC 9309). Home of protego."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from index.errors import FetchError
from index.fetching import PRODUCT, Fetched

LONGEST_PAUSE_SECONDS = 30.0
_READ_BYTES = 500 << 10
"""RFC 9309 section 2.5: at least so much of the file is read."""


class Robots:
    """Permission by site, each robots.txt read once; `pause` waits so long between two pages of a site as it asks for."""

    def __init__(self, get: Callable[[str], Fetched], least_pause_seconds: float) -> None:
        """Fetch robots.txt files with `get`."""
        self._get = get
        self._least_pause = least_pause_seconds
        self._rules: dict[str, Protego | FetchError] = {}
        self._last: dict[str, float] = {}

    def check(self, url: str) -> None:
        """Raise `FetchError` when the site does not want the address read by this product."""
        if not self._of(url).can_fetch(url, PRODUCT):
            raise FetchError(f"{url}: the site's robots.txt does not permit {PRODUCT!r} to read this address; ask the site for its text.")

    def pause(self, url: str) -> None:
        """Wait until the site may be asked again."""
        site = _site(url)
        asked = self._of(url).crawl_delay(PRODUCT)
        wanted = min(max(self._least_pause, float(asked or 0)), LONGEST_PAUSE_SECONDS)
        if site in self._last:
            time.sleep(max(0.0, self._last[site] + wanted - time.monotonic()))
        self._last[site] = time.monotonic()

    def _of(self, url: str) -> Protego:
        site = _site(url)
        if site not in self._rules:
            try:
                self._rules[site] = Protego.parse(self._text(site))
            except FetchError as error:  # kept, so that a feed of a dead site does not wait for it fifty times
                self._rules[site] = error
        rules = self._rules[site]
        if isinstance(rules, FetchError):
            raise FetchError(str(rules))
        return rules

    def _text(self, site: str) -> str:
        """The rules: none when there is no such file (4xx), everything refused when the server fails (RFC 9309 section 2.3.1)."""
        reply = self._get(f"{site}/robots.txt")
        if reply.status >= 500:
            raise FetchError(f"{site}/robots.txt: the server answered {reply.status}, so it is not known what may be read; try again later.")
        return reply.body[:_READ_BYTES].decode("utf-8", "replace") if reply.status < 300 else ""


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
