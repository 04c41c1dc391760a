"""RSS and Atom feeds to the addresses of their articles. Home of feedparser."""

import io
from typing import Any

import feedparser

from index.errors import ArticleError

MOST_ENTRIES = 50


def read_feed(raw: bytes, source: str) -> list[dict[str, str]]:
    """Return {"url", "title"?, "author"?} of the feed's first 50 entries that name an address.

    Raises `ArticleError` when nothing in it is an entry.
    """
    # A stream, because a string that looks like an address or a path would be opened.
    parsed = feedparser.parse(io.BytesIO(raw))
    entries = [_entry(e) for e in parsed.entries if e.get("link")]
    if not entries:
        raise ArticleError(f"{source}: the feed has no entry with an address; give an RSS or Atom feed of articles.")
    return entries[:MOST_ENTRIES]


def _entry(entry: Any) -> dict[str, str]:
    found = {"url": entry["link"], "title": entry.get("title"), "author": entry.get("author")}
    return {name: " ".join(value.split()) for name, value in found.items() if isinstance(value, str) and value.strip()}
