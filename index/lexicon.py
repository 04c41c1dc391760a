"""Which words Indonesian news and encyclopedia use, how often, and how often with a capital inside a sentence.

`words/lexicon.tsv.xz` holds them (`python -m training.word_list`): word, how many times it occurs, and in hundredths the share of capitals
where it does not begin a sentence ("semarang" 99, "kota" 25), empty for a word that only begins some.
"""

import lzma
from functools import cache

from index.text import WORDS

LEXICON = WORDS / "lexicon.tsv.xz"


def capital_share(word: str) -> float | None:
    """Return how often a word in small letters is written with a capital, in 0..1; None when the lexicon cannot say.

    >>> capital_share("kota")
    0.25
    """
    return _lexicon()[1].get(word)


def frequencies() -> dict[str, int]:
    """Return how often each word occurs."""
    return _lexicon()[0]


@cache
def _lexicon() -> tuple[dict[str, int], dict[str, float]]:
    times: dict[str, int] = {}
    capitals: dict[str, float] = {}
    with lzma.open(LEXICON, "rt", encoding="utf-8") as lines:
        for word, found, share in (line.rstrip("\n").split("\t") for line in lines):
            times[word] = int(found)
            if share:
                capitals[word] = int(share) / 100
    return times, capitals
