"""Pages and feeds on the web to `Article`s, when `ALLOW_FETCH` permits it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from index.articles import Corpus, make_article, read_sources, slug
from index.datatypes import Article
from index.errors import ArticleError, FetchError, SourceError
from index.extraction import Extractor
from index.fetching import Fetched, FetchPolicy, fetch
from index.robots import Robots

_LONGEST_ID = 128
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|RDF)[\s>]", re.I)
_PAGE = re.compile(rb"<html[\s>]", re.I)


def is_web_address(source: str) -> bool:
    """Whether a source is an address and not a path."""
    return source.lower().startswith(("http://", "https://"))


def looks_like_feed(raw: bytes) -> bool:
    """Whether the bytes begin like RSS or Atom and not like a page."""
    start = raw[:2048]
    return _FEED.search(start) is not None and _PAGE.search(start) is None


def read_all(sources: Sequence[str], policy: FetchPolicy | None) -> Corpus:
    """Read paths and addresses; `policy` None means that nothing may be fetched.

    Raises `SourceError` for an address when nothing may be fetched, and for a path that does not exist.
    """
    addresses = [s for s in sources if is_web_address(s)]
    if addresses and policy is None:
        raise SourceError(f"The source {addresses[0]!r} is on the web, and fetching is off; set ALLOW_FETCH=true, or save the page and name the file.")
    corpus = read_sources([Path(s) for s in sources if not is_web_address(s)])
    if addresses and policy is not None:
        read_web(addresses, policy, corpus)
    return corpus


def read_web(addresses: Sequence[str], policy: FetchPolicy, corpus: Corpus) -> None:
    """Add the pages, and the pages that feeds name, to the corpus; one that cannot be read is one of its errors."""
    with Extractor() as extractor:
        reader = _Reader(policy, extractor, corpus)
        for address in addresses:
            reader.read(address)


class _Reader:
    def __init__(self, policy: FetchPolicy, extractor: Extractor, corpus: Corpus) -> None:
        self._policy, self._extractor, self._corpus = policy, extractor, corpus
        self._robots = Robots(lambda url: fetch(url, policy), policy.pause_seconds)

    def read(self, url: str) -> None:
        """Add what an address holds: one page, or every page of a feed."""
        try:
            reply = self._fetched(url)
            if not looks_like_feed(reply.body):
                self._corpus.add(self._article(reply, {}))
                return
            entries = self._extractor.feed(reply.body, reply.url)
        except ArticleError as error:
            self._corpus.errors.append(error)
            return
        for entry in entries:
            self._read_entry(entry)

    def _read_entry(self, entry: Mapping[str, str]) -> None:
        try:
            known = {name: value for name, value in entry.items() if name != "url"}
            self._corpus.add(self._article(self._fetched(entry["url"]), known))
        except ArticleError as error:
            self._corpus.errors.append(error)

    def _fetched(self, url: str) -> Fetched:
        reply = fetch(url, self._policy, self._permitted)
        if reply.status >= 300:
            raise FetchError(f"{reply.url}: the server answered {reply.status}; check the address.")
        if reply.cut:
            raise FetchError(f"{reply.url}: the page is larger than {self._policy.most_bytes} bytes; save it and give its text as a file.")
        return reply

    def _permitted(self, url: str) -> None:
        self._robots.check(url)
        self._robots.pause(url)

    def _article(self, reply: Fetched, entry: Mapping[str, str]) -> Article:
        kind = "pdf" if reply.body[:1024].find(b"%PDF-") >= 0 else "html"
        document = self._extractor.document(kind, reply.body, reply.url, reply.charset)
        known = {**entry, **document.known}
        known["url"] = _own_address(reply.url, known.get("url"))
        return make_article(document.text, reply.url, article_id=address_id(known["url"]), known=known)


def address_id(url: str) -> str:
    """Return the article id of an address: host, path and query; a long one ends in a hash, so that two stay two."""
    parts = urlsplit(url)
    name = slug(f"{parts.netloc}{parts.path}{'-' + parts.query if parts.query else ''}".rstrip("/"))
    if len(name) < _LONGEST_ID:
        return name
    return f"{name[: _LONGEST_ID - 17]}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def _own_address(fetched: str, canonical: str | None) -> str:
    """The canonical address, when it is a page of the same site: some sites name their front page on every page."""
    if canonical is None:
        return fetched
    there, here = urlsplit(canonical), urlsplit(fetched)
    return canonical if there.netloc == here.netloc and there.path.strip("/") else fetched
