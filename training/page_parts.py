"""A generated news page while it is put together, and its head. Its blocks are in `page_blocks.py`, its markup in `page_layouts.py`."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import NamedTuple

MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


class Site(NamedTuple):
    """An invented news site."""

    name: str
    domain: str


@dataclass
class Drawn:
    """One page while it is put together: what was drawn for it, and what its blocks added."""

    rng: random.Random
    site: Site
    title: str
    author: str
    published: date
    others: list[str]
    boilerplate: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    names_author: bool = False

    @property
    def url(self) -> str:
        """The page's canonical address."""
        slug = "-".join("".join(c for c in w if c.isalnum()) for w in self.title.lower().split())
        return f"https://{self.site.domain}/{self.published:%Y/%m/%d}/{slug}"

    @property
    def day(self) -> str:
        """The date of publication as Indonesian sites write it."""
        return f"{DAYS[self.published.weekday()]}, {self.published.day} {MONTHS[self.published.month - 1]} {self.published.year}"

    def other(self, count: int = 1) -> list[str]:
        """Take sentences of other articles, each once a page."""
        taken, self.others = self.others[:count], self.others[count:]
        return taken

    def headline(self) -> str:
        """Return a headline of another article: the start of one of its sentences."""
        return " ".join(self.other()[0].split()[:8]).rstrip(" ,.;:–-")

    def no_story(self, *lines: str) -> tuple[str, ...]:
        """Write lines down as boilerplate and return them, escaped for HTML."""
        self.boilerplate += lines
        return tuple(escape(line, quote=False) for line in lines)


# Heads: where the metadata stands


def _meta(d: Drawn) -> str:
    d.names_author = True
    return (
        f'<meta property="og:title" content="{escape(d.title)}"><meta property="og:site_name" content="{d.site.name}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{d.published}T08:15:00+07:00"><meta name="author" content="{d.author}"><link rel="canonical" href="{d.url}">'
    )


def _json_ld(d: Drawn) -> str:
    d.names_author = True
    known = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": d.title, "datePublished": f"{d.published}T08:15:00+07:00", "mainEntityOfPage": d.url,
        "author": {"@type": "Person", "name": d.author}, "publisher": {"@type": "Organization", "name": d.site.name}, "url": d.url,
    }  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(known)}</script><link rel="canonical" href="{d.url}">'


def _graph(d: Drawn) -> str:
    d.names_author = True
    graph = [
        {"@type": "WebSite", "name": d.site.name, "url": f"https://{d.site.domain}/"},
        {"@type": "Article", "headline": d.title, "datePublished": f"{d.published}T01:15:00+00:00", "author": {"name": d.author, "@type": "Person"}},
        {"@type": "Organization", "name": d.site.name},
    ]
    return (
        f'<link rel="canonical" href="{d.url}"><meta property="og:site_name" content="{d.site.name}">'
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@graph": graph})}</script>'
    )


def _sparse(d: Drawn) -> str:
    return f'<meta property="og:url" content="{d.url}"><meta property="og:site_name" content="{d.site.name}"><meta name="pubdate" content="{d.published}">'


def _dublin(d: Drawn) -> str:
    d.names_author = True
    return (
        f'<meta name="dc.title" content="{escape(d.title)}"><meta name="dc.creator" content="{d.author}"><meta name="dc.date" content="{d.published}">'
        f'<meta name="dc.publisher" content="{d.site.name}"><link rel="canonical" href="{d.url}">'
    )


HEADS: dict[str, Callable[[Drawn], str]] = {"meta": _meta, "json_ld": _json_ld, "graph": _graph, "sparse": _sparse, "dublin": _dublin}


def head_of(d: Drawn) -> tuple[str, str]:
    """Return the inner HTML of `<head>` and the name of its kind."""
    name = d.rng.choice(sorted(HEADS))
    charset = d.rng.choice(['<meta charset="utf-8">', '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', '<meta charset="windows-1252">'])
    title = d.rng.choice([f"{d.title} - {d.site.name}", f"{d.title} | {d.site.name}", f"{d.title}"])
    style = "<style>.menu{display:flex}.iklan{min-height:250px}</style><script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}</script>"
    return f"{charset}<title>{escape(title)}</title>{HEADS[name](d)}{style}", name
