"""Counts the words of Indonesian texts: `python -m training.word_list --data DIR` writes `index/words/lexicon.tsv.xz`.

Read are all IndoSum articles and every second Wikipedia lead; a word stands in the list when it occurs at least `FEWEST` times. Capitals count
in the body only, and only where no sentence begins; acronyms have none.
"""

import argparse
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from index.lexicon import LEXICON
from index.text import normalise, tokens
from training.sources import read_rows

FEWEST = 5
EVERY_LEAD = 2
# Below so many places inside a sentence the share of capitals says nothing.
FEWEST_INSIDE = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# What stands before the first word of a sentence, of a quoted one, or of an item.
_BEGINNING = re.compile(r"(?:^|[.!?:\n–—-])[\s\"“‘'(]*$")


def texts(data: Path) -> Iterator[tuple[str, str]]:
    """Yield title and body of each text that is counted."""
    for name, every in (("indosum_articles", 1), ("wikipedia_id_leads", EVERY_LEAD)):
        for number, row in enumerate(read_rows(data / f"text/{name}.jsonl.xz")):
            if number % every == 0:
                yield row["title"], row["body"]


def inside_sentences(text: str) -> Iterator[str]:
    """Yield the words of a text that begin no sentence, as they are written.

    >>> list(inside_sentences("Warga kota Tirtaloka datang. Mereka antre."))
    ['kota', 'Tirtaloka', 'datang', 'antre']
    """
    for found in _WORD.finditer(text):
        if not _BEGINNING.search(text, max(0, found.start() - 4), found.start()):
            yield found[0]


def main() -> None:
    """Reads the command line; prints how many words were written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=LEXICON)
    options = parser.parse_args()
    times, inside, capitals = Counter[str](), Counter[str](), Counter[str]()
    for title, body in texts(options.data):
        times.update(t for t in tokens(f"{title} {body}") if t.isalpha())
        for word in inside_sentences(body):
            inside[normalise(word)] += 1
            capitals[normalise(word)] += word[0].isupper() and not word.isupper()
    common = sorted(word for word, found in times.items() if found >= FEWEST)
    share = {w: str(100 * capitals[w] // inside[w]) if inside[w] >= FEWEST_INSIDE else "" for w in common}
    with lzma.open(options.out, "wt", encoding="utf-8", preset=9) as out:
        out.writelines(f"{word}\t{times[word]}\t{share[word]}\n" for word in common)
    print(f"{len(common)} words, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
