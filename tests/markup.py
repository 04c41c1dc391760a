"""What a page holds, read by a browser's HTML parser: which parts of it did not come from our own templates."""

from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from fakes_service import LATE, FakeIndex, FakePipeline
from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.datatypes import ArticleSummary, Filter
from qa.app import create_app
from qa.settings import Settings

URLS = {"href", "src", "action", "formaction", "cite", "srcset", "data", "poster", "srcdoc", "background", "ping", "manifest", "xlink:href"}
BROWSER = {"Accept": "text/html"}
ORDINARY = (
    "/",
    "/?question=siapa+wali+kota&published_to=2030-01-01&publishers=Kabar+Tirtaloka&publishers=Warta+Lembayung",
    "/?question=siapa+wali+kota&lang=en",
    "/?question=resep+rendang",
    "/?question=&as_of=besok&published_from=x&published_to=x",
    "/?question=giliran+pegawai&published_from=2020-01-01",
    f"/articles/{LATE.article_id}?start=0&end=5&start=100&end=140",
    "/articles",
    "/articles?search=apel&publishers=Warta+Lembayung&lang=en",
    "/articles?page=2",
    "/articles?search=tidakada",
    "/about",
    "/evaluation",
    "/feedback?question=Siapa&publishers=a&as_of=2026-01-01",
    "/tidak/ada",
)
"""Addresses of every page, with harmless words: what these hold is the templates' own."""

Part = tuple[str, str]


def parts(html: str) -> Iterator[tuple[Part, LexborNode]]:
    """Every (element, attribute) of a page with its element; an element itself has the attribute ''."""
    for node in LexborHTMLParser(html).css("*"):
        tag = node.tag or ""
        yield (tag, ""), node
        yield from (((tag, name), node) for name in node.attributes)


class ManyArticles(FakeIndex):
    """So many that their list has several pages."""

    def article_summaries(self, only: Filter = Filter(), first: int = 0, limit: int | None = None) -> list[ArticleSummary]:  # noqa: B008  # a frozen value
        return (super().article_summaries(only) * 50)[first:][:limit]

    def count_matching(self, only: Filter) -> int:
        return super().count_matching(only) * 50


@cache
def own_parts() -> frozenset[Part]:
    """The elements and attributes of our own pages."""
    pipeline = FakePipeline()
    pipeline.index = ManyArticles()
    client = create_app(Settings(), pipeline).test_client()
    pages = [client.get(path, headers=BROWSER).text for path in ORDINARY]
    return frozenset(part for page in pages for part, _ in parts(page))


def intruders(html: str, sites: frozenset[str] = frozenset()) -> list[str]:
    """Return what no template of ours writes: elements, attributes, code, addresses that lead elsewhere than to `sites`."""
    return [text for part, node in parts(html) if (text := _fault(part, node, sites))]


def _fault(part: Part, node: LexborNode, sites: frozenset[str]) -> str | None:
    tag, name = part
    if part not in own_parts():
        return f"{part} in {node.html!r:.200}"
    if tag in ("script", "style") and not name and node.text().strip():
        return f"code in {node.html!r:.200}"
    if name in URLS and not _own_address(node.attributes[name] or "", sites):
        return f"address {node.attributes[name]!r:.200}"
    return None


def _own_address(url: str, sites: frozenset[str]) -> bool:
    """A path or an anchor of this site, or an http(s) address of a site that may be linked to."""
    if url != url.strip() or any(ord(c) < 32 for c in url):
        return False  # browsers drop these before they read the address
    address = urlsplit(url.replace("\\", "/"))
    if address.scheme or address.netloc:
        return address.scheme in ("http", "https") and address.hostname in sites
    return url.startswith(("/", "#"))
