"""Makes the reader's examples: a question, a passage of about four sentences, and the answer's place in it or none.

Passages without the answer are of four kinds: as the data has them, another passage of the same text, a passage that
BM25 finds for the question elsewhere, and the right passage with one name, year or number of the question changed.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from index.sentences import split_sentences
from index.text import question_terms, terms
from training.pairs import noisy
from training.sources import read_rows

LONGEST_CHARS = 850
NOISY_SHARE = 0.12
WINDOW_SENTENCES = (2, 3, 4)
"""A text is cut into windows of one of these lengths, so that length tells nothing about the answer."""
NEGATIVES_FROM = 12
"""A mined negative is drawn from so many best BM25 passages."""


Analyse = Callable[[str], list[str]]


class Example(NamedTuple):
    """`start` and `end` count code points of `passage`; None when it does not answer. `header` may be empty."""

    question: str
    header: str
    passage: str
    start: int | None
    end: int | None


class Window(NamedTuple):
    """A passage cut from `text`; `text_id` tells which."""

    text_id: int
    start: int
    passage: str


def windows_of(text: str, text_id: int, sentences: int = 4) -> list[Window]:
    """Cuts a text at sentences into windows of at most `sentences`, overlapping by one or more."""
    spans = split_sentences(text)
    found, first = [], 0
    while first < len(spans):
        last = first
        while last + 1 < len(spans) and last + 1 - first < sentences and spans[last + 1].end - spans[first].start <= LONGEST_CHARS:
            last += 1
        found.append(Window(text_id, spans[first].start, text[spans[first].start : spans[last].end][: 2 * LONGEST_CHARS]))
        if last + 1 >= len(spans):
            break
        first = max(first + 1, last)
    return found


class Bm25:
    """BM25 (k1 1.2, b 0.75) over passages as one sparse matrix; good for some 100,000 of them."""

    def __init__(self, passages: Sequence[str], analyse: Analyse = terms) -> None:
        lists = [analyse(p) for p in passages]
        self._ids: dict[str, int] = {}
        columns = [self._ids.setdefault(t, len(self._ids)) for words in lists for t in words]
        lengths = np.array([len(words) for words in lists])
        counts = sparse.csr_matrix((np.ones(len(columns)), (np.repeat(np.arange(len(lists)), lengths), columns)), shape=(len(lists), len(self._ids)))
        df = np.bincount(counts.indices, minlength=len(self._ids))
        idf = np.log(1 + (len(lists) - df + 0.5) / (df + 0.5))
        norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
        rows = np.repeat(np.arange(len(lists)), np.diff(counts.indptr))
        counts.data = idf[counts.indices] * counts.data * 2.2 / (counts.data + norm[rows])
        self._weights = counts.T.tocsr()

    def scores(self, questions: Sequence[str], analyse: Analyse = question_terms) -> npt.NDArray[np.float32]:
        """Returns the score of every passage, (questions, passages)."""
        ids = [[self._ids[t] for t in analyse(q) if t in self._ids] for q in questions]
        indptr = np.cumsum([0, *map(len, ids)])
        query = sparse.csr_matrix((np.ones(indptr[-1]), [i for row in ids for i in row], indptr), shape=(len(ids), len(self._ids)))
        found: npt.NDArray[np.float32] = (query @ self._weights).toarray().astype(np.float32)
        return found

    def top(self, questions: Sequence[str], depth: int) -> Iterator[list[int]]:
        """Yields for each question the numbers of its best passages, best first."""
        for start in range(0, len(questions), 256):
            scores = self.scores(questions[start : start + 256])
            best = np.argpartition(-scores, depth, axis=1)[:, :depth]
            for row, chosen in enumerate(best):
                yield chosen[np.argsort(-scores[row, chosen])].tolist()


_SWAPPABLE = re.compile(r"\b(?:1[5-9]|20)\d\d\b|(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")


def swapped(question: str, passage: str, pool: Sequence[str], rng: random.Random) -> str | None:
    """Returns the question with a year or a name exchanged for one the passage lacks, None when it has neither."""
    found = list(_SWAPPABLE.finditer(question))
    if not found:
        return None
    old = rng.choice(found)
    text = old.group()
    fresh = str(int(text) + rng.choice((-10, -3, -2, -1, 1, 2, 3, 10))) if text.isdigit() else rng.choice(pool)
    if fresh.casefold() in (passage + question).casefold():
        return None
    return question[: old.start()] + fresh + question[old.end() :]


def varied(question: str, rng: random.Random) -> str:
    """Return the question, one time in eight as it is typed on a phone."""
    return noisy(question, rng) if rng.random() < NOISY_SHARE else question


def read_examples(path: Path, first_id: int, rng: random.Random) -> Iterator[tuple[Example, Window]]:
    """Yields for each row an example on one window of its context: the answer's, or a random one when unanswerable."""
    ids: dict[str, int] = {}
    for row in read_rows(path):
        text_id = first_id + ids.setdefault(row["context"], len(ids))
        cut = windows_of(row["context"], text_id, rng.choice(WINDOW_SENTENCES))
        if cut:
            yield _example(row, cut, rng)


def _example(row: dict[str, Any], cut: list[Window], rng: random.Random) -> tuple[Example, Window]:
    answer = row["answers"][0] if row["answers"] else None
    if answer is None:
        best = max(cut, key=lambda w: len(set(terms(w.passage)) & set(question_terms(row["question"]))) + rng.random())
        return Example(row["question"], header_of(cut, best, rng), best.passage, None, None), best
    start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
    holding = [w for w in cut if w.start <= start and end <= w.start + len(w.passage)]
    window = rng.choice(holding) if holding else cut[0]
    inside = (start - window.start, end - window.start) if holding else (None, None)
    return Example(row["question"], header_of(cut, window, rng), window.passage, *inside), window


def header_of(cut: Sequence[Window], window: Window, rng: random.Random) -> str:
    """Returns the text's first words where its title would stand, for half of the windows behind the first."""
    return cut[0].passage[:90].rsplit(" ", 1)[0] if window is not cut[0] and rng.random() < 0.5 else ""


def clean_answer(example: Example) -> str:
    """Returns the answer's text, empty when there is none."""
    return "" if example.start is None else example.passage[example.start : example.end]
