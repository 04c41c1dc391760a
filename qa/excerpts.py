"""Quotes in their place: highlighted ranges of an article's text, and links that open a publisher's page at a quote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urldefrag

from index.datatypes import Span

MAX_RANGES = 50
_WEB_URL = re.compile(r"https?://[^\x00-\x1f\x7f]+", re.IGNORECASE)
_FRAGMENT_WORDS = 5
"""Words at either end of a longer quote: enough to be unique on a news page, few enough to survive its markup."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a paragraph; `mark` is its element id when it is highlighted ('' continues a mark)."""

    text: str
    mark: str | None = None


def web_url(url: str | None) -> str | None:
    """Return the URL when it is safe to link: only http and https without control characters, whatever an article file says."""
    return url if url and _WEB_URL.fullmatch(url) else None


def quote_url(url: str | None, quoted: str) -> str | None:
    """Return the publisher's URL with a text fragment (https://wicg.github.io/scroll-to-text-fragment/) of the quote.

    >>> quote_url("https://kabar.example/loket#isi", "Buka sampai malam.")
    'https://kabar.example/loket#isi:~:text=Buka%20sampai%20malam.'
    """
    if (safe := web_url(url)) is None:
        return None
    address, anchor = urldefrag(safe)
    return f"{address}#{anchor.partition(':~:')[0]}:~:text={_text_fragment(quoted)}"


def _text_fragment(quoted: str) -> str:
    """The quote, or its first and last words: one text must lie in one block of the page, a pair may span several."""
    words = quoted.split()
    if len(words) <= 2 * _FRAGMENT_WORDS and "\n" not in quoted.strip():
        return _encoded(words)
    at_each_end = min(_FRAGMENT_WORDS, len(words) // 2) or 1
    return f"{_encoded(words[:at_each_end])},{_encoded(words[-at_each_end:])}"


def _encoded(words: Sequence[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")  # a bare dash would make it a prefix or suffix


def valid_ranges(starts: Sequence[int], ends: Sequence[int], length: int) -> list[Span]:
    """Return the ranges that lie in a text of `length` code points, in order, overlapping ones joined."""
    spans = sorted(Span(s, e) for s, e in zip(starts[:MAX_RANGES], ends, strict=False) if 0 <= s < e <= length)
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def paragraphs(text: str, spans: Sequence[Span]) -> list[list[Piece]]:
    """Return the non-empty lines of a text, cut at the borders of highlighted spans (sorted, disjoint)."""
    seen: set[int] = set()
    return [_pieces(text, Span(*line.span()), spans, seen) for line in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _pieces(text: str, line: Span, spans: Sequence[Span], seen: set[int]) -> list[Piece]:
    pieces: list[Piece] = []
    position = line.start
    for number, span in enumerate(spans, 1):
        start, end = max(span.start, position), min(span.end, line.end)
        if start >= end:
            continue
        pieces.append(Piece(text[position:start]))
        pieces.append(Piece(text[start:end], "" if number in seen else _mark_id(number)))
        seen.add(number)
        position = end
    return [p for p in (*pieces, Piece(text[position : line.end])) if p.text]


def _mark_id(number: int) -> str:
    return "kutipan" if number == 1 else f"kutipan-{number}"
