"""Word translations learnt from sentence pairs: IBM Model 1 (Brown et al., 1993), a few rounds of EM.

The reader's new Indonesian tokens start as the mean of the English tokens they translate to, and questions
are glossed into rough English with the same table.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.sources import read_rows

ROUNDS = 6
LEAST_COUNT = 2
"""A word seen once aligns with anything."""

Table = dict[str, list[tuple[str, float]]]
"""For each word of one language its translations with probabilities, likeliest first."""


def words_of(text: str) -> list[str]:
    """Returns lower-case words and numbers."""
    return re.findall(r"\w+", text.casefold())


def sentence_pairs(path: Path, longest_words: int = 60) -> list[tuple[list[str], list[str]]]:
    """Reads (English words, Indonesian words) of every pair that is not too long to align well."""
    pairs = [(words_of(row["en"]), words_of(row["id"])) for row in read_rows(path)]
    return [(en, ind) for en, ind in pairs if 0 < len(en) <= longest_words and 0 < len(ind) <= longest_words]


def align(pairs: list[tuple[list[str], list[str]]], keep: int = 6, least_probability: float = 0.04) -> Table:
    """Returns for each word of the first language the words of the second that translate it."""
    sources, targets = _vocabulary(left for left, _ in pairs), _vocabulary(right for _, right in pairs)
    keys, owners = _cells(pairs, sources, targets)
    cells, cell_of = np.unique(keys, return_inverse=True)
    source_of = cells // len(targets)
    probabilities = np.ones(len(cells)) / len(targets)
    for _ in range(ROUNDS):
        likelihood = probabilities[cell_of]
        share = likelihood / np.bincount(owners, likelihood)[owners]
        counts = np.bincount(cell_of, share, minlength=len(cells))
        probabilities = counts / np.bincount(source_of, counts)[source_of]
    return _as_table(cells, probabilities, (list(sources), list(targets)), keep, least_probability)


def _vocabulary(texts: Iterable[list[str]]) -> dict[str, int]:
    counts = Counter(word for words in texts for word in words)
    return {word: number for number, word in enumerate(w for w, n in counts.items() if n >= LEAST_COUNT)}


def _cells(pairs: list[tuple[list[str], list[str]]], sources: dict[str, int], targets: dict[str, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    keys: list[npt.NDArray[np.int64]] = []
    owners: list[npt.NDArray[np.int64]] = []
    owner = 0
    for left, right in pairs:
        a = np.array([sources[w] for w in left if w in sources], dtype=np.int64)
        b = np.array([targets[w] for w in right if w in targets], dtype=np.int64)
        if a.size and b.size:
            keys.append((a[None, :] * len(targets) + b[:, None]).ravel())
            owners.append(np.repeat(np.arange(owner, owner + b.size), a.size))
            owner += b.size
    return np.concatenate(keys), np.concatenate(owners)


def _as_table(cells: npt.NDArray[np.int64], probabilities: npt.NDArray[np.float64], words: tuple[list[str], list[str]], keep: int, least: float) -> Table:
    table: Table = {}
    likely = np.flatnonzero(probabilities >= least)
    for cell in likely[np.argsort(-probabilities[likely])]:
        source, target = divmod(int(cells[cell]), len(words[1]))
        found = table.setdefault(words[0][source], [])
        if len(found) < keep:
            found.append((words[1][target], float(probabilities[cell])))
    return table
