"""What does reading HTML lose and keep? `python -m training.measure_html [--pages N] [--list]`.

Reads generated pages of different layouts (`training.news_pages`) twice: with trafilatura alone, and as the product does (its reader, then
excluded spans). Counts sentences of the story that are lost, and lines that are no story and are kept. Captions are counted apart: they are
neither. The line rules of `index.boilerplate` were written with these pages in view, so the counts flatter them; see the README.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from index.boilerplate import find_boilerplate
from index.decoding import decode
from index.html import declared_charset, extract_alone, read_html
from index.passages import quotable_regions
from training.news_pages import Page, pages

WORDS_OF_A_SENTENCE = 4
"""A shorter line counts as kept only when it is a whole line of the text; its words may stand in any sentence."""


@dataclass
class Tally:
    """Counts over pages, and examples of what went wrong."""

    story: int = 0
    lost: int = 0
    boilerplate: int = 0
    kept: int = 0
    captions: int = 0
    examples: list[str] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)


def text_alone(page: Page) -> list[str]:
    """Return the text of a page as trafilatura gives it with its defaults, comments left out."""
    return [extract_alone(decode(page.html, page.name, declared_charset(page.html)))]


def quotable_text(page: Page) -> list[str]:
    """Return the parts of a page that the product can quote."""
    text = read_html(decode(page.html, page.name, declared_charset(page.html)), page.name).text
    return [text[s:e] for s, e in quotable_regions(text, find_boilerplate(text))]


def measure(count: int, read: Callable[[Page], list[str]]) -> Tally:
    """Return the counts over the first `count` pages."""
    tally = Tally()
    for page in pages(count):
        parts = read(page)
        whole = "\n".join(" ".join(part.split()) for part in parts)
        lines = {" ".join(line.split()).removeprefix("- ") for part in parts for line in part.split("\n")}
        lost = [s for s in page.story if s not in whole]
        kept = [b for b in page.boilerplate if (b in whole if len(b.split()) >= WORDS_OF_A_SENTENCE else b in lines)]
        tally.story, tally.lost = tally.story + len(page.story), tally.lost + len(lost)
        tally.boilerplate, tally.kept = tally.boilerplate + len(page.boilerplate), tally.kept + len(kept)
        tally.captions += sum(c in whole for c in page.captions)
        tally.examples += [f"{page.name} lost: {s}" for s in lost] + [f"{page.name} kept: {b}" for b in kept]
    return tally


def known_fields(count: int) -> Counter[str]:
    """Return how often each field is read right, over the first `count` pages."""
    right: Counter[str] = Counter()
    for page in pages(count):
        known = read_html(decode(page.html, page.name, declared_charset(page.html)), page.name).known
        for name in ("title", "author", "published", "publisher", "url"):
            right[name] += known.get(name) == getattr(page, name)
    return right


def main() -> None:
    """Print the counts side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--list", action="store_true", help="print every lost sentence and every kept line of the product")
    options = parser.parse_args()
    print(f"{options.pages} pages\n| | sentences lost | lines that are no story, kept | captions kept |\n|---|---|---|---|")
    for name, read in (("trafilatura alone", text_alone), ("this product", quotable_text)):
        tally = measure(options.pages, read)
        print(f"| {name} | {tally.lost} of {tally.story} | {tally.kept} of {tally.boilerplate} | {tally.captions} |")
    print("read right: " + ", ".join(f"{name} {n}" for name, n in known_fields(options.pages).items()))
    if options.list:
        print("\n".join(tally.examples))


if __name__ == "__main__":
    main()
