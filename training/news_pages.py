"""Generated news pages of many layouts, with what is story and what is not known line by line.

A page is put together from independent choices (frame, container, paragraph markup, head, the blocks around the story), drawn so that no two
pages have the same layout. The stories are the written articles of `civic_articles.jsonl.xz`; sites, reporters and readers are invented.
The extractor's code was not read to write this: the layouts follow what Indonesian news sites look like.
"""

import json
import lzma
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path

from index.metadata import dateline_of
from index.sentences import split_sentences
from training.page_blocks import AFTER, BEFORE, INSIDE
from training.page_layouts import CONTAINERS, FRAMES, PARAGRAPHS
from training.page_parts import Drawn, Site, head_of

SEED = 20261125
ARTICLES = Path(__file__).with_name("civic_articles.jsonl.xz")
SITES = tuple(
    Site(name, f"{name.replace(' ', '').lower()}.example")
    for name in ("Kabar Tirtaloka", "Warta Lembayung", "Gandasuli Pos", "Suara Wanakerta", "Argamulya Today", "Pelita Sindangraya")
)
REPORTERS = ("Ratih Wulandari", "Bramantyo Prakasa", "Sekar Paramitha", "Gunadi Tanuwijaya", "Laksmi Handayani", "Rangga Sastranegara")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is known of it: sentences of the story, lines that are none of it, captions (neither), and its metadata."""

    name: str
    html: bytes
    story: tuple[str, ...]
    boilerplate: tuple[str, ...]
    captions: tuple[str, ...]
    title: str
    author: str | None
    published: date
    publisher: str
    url: str
    layout: tuple[str, ...]


def pages(count: int, seed: int = SEED) -> Iterator[Page]:
    """Yield `count` pages, each of another layout; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  # reproducible, nothing secret
    with lzma.open(ARTICLES, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    seen: set[tuple[str, ...]] = set()
    for n in range(count):
        page = _page(n, texts, rng)
        while page.layout in seen:
            page = _page(n, texts, rng)
        seen.add(page.layout)
        yield page


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text with white space made single."""
    return [" ".join(text[s:e].split()) for s, e in split_sentences(text)]


def _page(number: int, texts: Sequence[str], rng: random.Random) -> Page:
    # Some of the written articles hold read-also lines of their own; what a page adds to its story must be known, so they are left out.
    paragraphs = [p.strip() for p in texts[number % len(texts)].split("\n") if p.strip() and not p.casefold().startswith("baca juga")]
    others = [s for k in range(1, 6) for s in sentences_of(texts[(number + 7 * k) % len(texts)])]
    mine = {s for p in paragraphs for s in sentences_of(p)}
    site, author = rng.choice(SITES), rng.choice(REPORTERS)
    published = date(2021, 1, 4) + timedelta(days=rng.randrange(1800))
    title = _title(paragraphs[0])
    drawn = Drawn(rng, site, title, author, published, [s for s in others if s not in mine])
    # In turn, not drawn: each frame, container and way of writing paragraphs has its share of the pages.
    frame, container, writer = (list(names)[number * step % len(names)] for names, step in ((FRAMES, 1), (CONTAINERS, 1), (PARAGRAPHS, 3)))
    inside = _some(INSIDE, rng, 4)
    before, after = _some(BEFORE, rng, 5), _some(AFTER, rng, 7)
    head, head_name = head_of(drawn)
    body = PARAGRAPHS[writer]([escape(p, quote=False) for p in paragraphs], [INSIDE[name](drawn) for name in inside], drawn)
    story = CONTAINERS[container](body, drawn)
    html = FRAMES[frame](head, "".join(BEFORE[n](drawn) for n in before), story, "".join(AFTER[n](drawn) for n in after), drawn)
    encoding = "cp1252" if 'charset="windows-1252"' in head else "utf-8"
    return Page(
        name=f"{number:03d}-{frame}-{container}-{writer}",
        html=html.encode(encoding, "xmlcharrefreplace"),
        story=tuple(s for p in (*paragraphs, *drawn.story) for s in sentences_of(p)),
        boilerplate=tuple(dict.fromkeys(s for line in drawn.boilerplate for s in sentences_of(line) if s not in mine)),
        captions=tuple(drawn.captions),
        title=title,
        author=author if drawn.names_author else None,
        published=published,
        publisher=site.name,
        url=drawn.url,
        layout=(frame, container, writer, head_name, *inside, "|", *before, "|", *after),
    )


def _some(parts: Mapping[str, object], rng: random.Random, most: int) -> list[str]:
    return rng.sample(sorted(parts), rng.randint(2, most))


def _title(first_paragraph: str) -> str:
    words = first_paragraph.removeprefix(dateline_of(first_paragraph)).split()[:9]
    return " ".join(words).rstrip(" ,.;:–-")
