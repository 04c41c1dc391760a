"""Articles that tell the same story in almost the same words, as news agencies and their customers print it. Home of datasketch.

Candidates are found by MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, chapter 3) and then compared word for word. Reports that come from one form every week share their words too;
other figures or a distant date tell them apart, and what is no duplicate for certain stays an article of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from datasketch import MinHash
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from index.datatypes import Article
from index.text import tokens

Signature = npt.NDArray[np.uint32]

PERMUTATIONS = 64
"""Length of a signature. In 16 bands of 4 a pair with similarity .6 becomes a candidate in 89 of 100 cases, one with .7 in 99."""
BAND_ROWS = 4
SIMILAR = 0.6
"""Least Jaccard similarity of word pairs (`training.measure_duplicates` shows what lies above and below)."""
SAME_FIGURES = 0.8
"""Least share of the figures of the article with fewer of them that the other one must hold."""
MOST_DAYS_APART = 30
_SEED = 20261125
_FIGURE = re.compile(r"\d")


def find_stories(articles: Iterable[Article], article: Callable[[str], Article], known: Mapping[str, bytes]) -> tuple[list[tuple[str, ...]], dict[str, bytes]]:
    """Return the groups of near-duplicates, and the signature of every text by its sha256; those that are `known` are not made again.

    The articles are seen once; `article` gives one again by its id.
    """
    by_text: dict[str, Signature] = {}
    by_id: dict[str, Signature] = {}
    for a in articles:
        if a.sha256 not in by_text:
            by_text[a.sha256] = np.frombuffer(known[a.sha256], np.uint32) if a.sha256 in known else signature_of(a.text)
        by_id[a.article_id] = by_text[a.sha256]
    return stories(by_id, article), {sha256: signature.tobytes() for sha256, signature in by_text.items()}


def signature_of(text: str) -> Signature:
    """Return the MinHash signature of a text's word pairs, shape (`PERMUTATIONS`,)."""
    sketch = MinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update_batch([" ".join(pair).encode() for pair in _pairs(text)])
    found: Signature = sketch.hashvalues.astype(np.uint32)
    return found


def stories(signatures: Mapping[str, Signature], article: Callable[[str], Article]) -> list[tuple[str, ...]]:
    """Return the groups of near-duplicates, each of two or more article ids in order; `article` gives an article by its id."""
    ids = sorted(signatures)
    if len(ids) < 2:
        return []
    same = [(a, b) for a, b in _candidates(np.stack([signatures[i] for i in ids])) if same_story(article(ids[a]), article(ids[b]))]
    return _groups(ids, same)


def same_story(first: Article, second: Article) -> bool:
    """Whether two articles are near-duplicates: similar words, the same figures, dates not far apart."""
    if first.published and second.published and abs((first.published - second.published).days) > MOST_DAYS_APART:
        return False
    return _jaccard(_pairs(first.text), _pairs(second.text)) >= SIMILAR and _same_figures(first.text, second.text)


def _candidates(signatures: Signature) -> Iterable[tuple[int, int]]:
    """Pairs of rows that agree in a whole band; neighbours in a sorted band are enough, as others are linked through them."""
    found: set[tuple[int, int]] = set()
    for first in range(0, signatures.shape[1], BAND_ROWS):
        band = np.ascontiguousarray(signatures[:, first : first + BAND_ROWS]).view([("", signatures.dtype)] * BAND_ROWS).ravel()
        order = np.argsort(band, kind="stable")
        equal = np.flatnonzero(band[order][1:] == band[order][:-1])
        found.update((int(min(pair)), int(max(pair))) for pair in zip(order[equal], order[equal + 1], strict=True))
    return sorted(found)


def _groups(ids: list[str], same: list[tuple[int, int]]) -> list[tuple[str, ...]]:
    rows, columns = np.array(same, dtype=np.int64).reshape(-1, 2).T
    _, label = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(ids), len(ids))), directed=False)
    members: dict[int, list[str]] = {}
    for n in sorted({*rows.tolist(), *columns.tolist()}):
        members.setdefault(int(label[n]), []).append(ids[n])
    return [tuple(group) for group in members.values()]


def _pairs(text: str) -> set[tuple[str, str]]:
    words = tokens(text)
    return set(pairwise(words)) or {(w, "") for w in words}


def _jaccard(first: set[tuple[str, str]], second: set[tuple[str, str]]) -> float:
    either = len(first | second)
    return len(first & second) / either if either else 0.0


def _same_figures(first: str, second: str) -> bool:
    fewer, more = sorted((set(_figures(first)), set(_figures(second))), key=len)
    return not fewer or len(fewer & more) / len(fewer) >= SAME_FIGURES


def _figures(text: str) -> Iterator[str]:
    return (t for t in tokens(text) if _FIGURE.search(t))
