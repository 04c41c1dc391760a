"""Counts the words of Indonesian texts: `python -m training.word_list --data DIR` writes `index/words/lexicon.tsv.xz`.

Read are all IndoSum articles and every second Wikipedia lead; a word stands in the list when it occurs at least `FEWEST` times.
"""

import argparse
import lzma
from collections import Counter
from pathlib import Path

from index.spelling import LEXICON
from index.text import tokens
from training.sources import read_rows

FEWEST = 5
EVERY_LEAD = 2


def count(data: Path) -> Counter[str]:
    """Returns how often each word without digits occurs."""
    found: Counter[str] = Counter()
    for name, every in (("indosum_articles", 1), ("wikipedia_id_leads", EVERY_LEAD)):
        for number, row in enumerate(read_rows(data / f"text/{name}.jsonl.xz")):
            if number % every == 0:
                found.update(t for t in tokens(f"{row['title']} {row['body']}") if t.isalpha())
    return found


def main() -> None:
    """Reads the command line; prints how many words were written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=LEXICON)
    options = parser.parse_args()
    common = sorted((word, times) for word, times in count(options.data).items() if times >= FEWEST)
    with lzma.open(options.out, "wt", encoding="utf-8", preset=9) as out:
        out.writelines(f"{word}\t{times}\n" for word, times in common)
    print(f"{len(common)} words, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
