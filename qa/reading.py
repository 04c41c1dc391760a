"""The reader in the box. Reads a question and a passage together, as training taught it.

Input is `[CLS] question [SEP] title [SEP] passage [SEP]`; output are logits for the answer's first and last token and
one for whether the passage answers at all. The same network decides: asked for yes or no, or with a statement, it tells whether the passage settles it.
`training/` makes the model; its card stands in `qa/model/README.md`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.datatypes import Span
from index.errors import IndexUnavailableError
from index.inference import Network
from qa.adapter import adapted

MODEL = Path(__file__).resolve().parent / "model"
# As in training; a longer passage is read up to here.
QUESTION_TOKENS, TITLE_TOKENS, MOST_TOKENS = 48, 24, 256
LONGEST_ANSWER_TOKENS = 30
Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one passage: log-odds that it answers, and where.

    `first` and `last` are log-probabilities of the answer's first and last token, shape (tokens,); `offsets` are the
    tokens' places in the passage, shape (tokens, 2).
    """

    answers: float
    first: Logits
    last: Logits
    offsets: npt.NDArray[np.int64]

    def within(self, span: Span) -> float:
        """Return the log-probability that the answer begins in `span` of the passage, at least -20."""
        inside = (self.offsets[:, 0] >= span.start) & (self.offsets[:, 0] < span.end)
        return max(-20.0, float(np.logaddexp.reduce(self.first[inside]))) if inside.any() else -20.0

    def best(self, span: Span) -> tuple[Span, float] | None:
        """Return the likeliest answer that lies in `span` and its log-probability, None when no token does."""
        inside = np.flatnonzero((self.offsets[:, 0] >= span.start) & (self.offsets[:, 1] <= span.end))
        if not len(inside):
            return None
        scores = self.first[inside][:, None] + self.last[inside][None, :]
        allowed = np.tril(np.triu(np.ones_like(scores, dtype=bool)), LONGEST_ANSWER_TOKENS - 1)
        at = int(np.where(allowed, scores, -np.inf).argmax())
        a, b = inside[at // len(inside)], inside[at % len(inside)]
        return Span(int(self.offsets[a, 0]), int(self.offsets[b, 1])), float(scores.flat[at])


class ReadsPassages(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what is said of each (title, text), in their order."""

    def decide(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return for each (title, text) whether, and where, it decides a question for yes or no, or bears a statement out."""


class PassageReader:
    """The model, loaded once; safe to use from several threads."""

    def __init__(self, folder: Path = MODEL, *, adapter: bool = True) -> None:
        """Load `reader.onnx`, its adapters and its tokenizer; raise `IndexUnavailableError` when they cannot be used.

        Without `adapter` the network reads as it did before the adapter was trained, and decides nothing: to measure what that gained.
        """
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "reader-tokenizer.json"))
            network, adapters = folder / "reader.onnx", [folder / f"{name}-adapter.safetensors" for name in ("reader", "decider")]
            self._network = Network(adapted(network, *adapters) if adapter else network)
        except Exception as error:  # both libraries raise types of their own, or plain Exception
            raise IndexUnavailableError(f"The reader's model in {str(folder)!r} cannot be loaded ({error}); restore the file from the repository.") from error
        self._adapted = adapter
        self._cls, self._sep = self._tokenizer.encode("").ids  # [CLS] [SEP]

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each (title, text) for the question."""
        return self._run(question, passages, {"deciding": [0]} if self._adapted else {})

    def decide(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each (title, text) for what decides the question or bears the statement out."""
        return self._run(asked, passages, {"deciding": [1]})

    def _run(self, question: str, passages: Sequence[tuple[str, str]], mode: dict[str, list[int]]) -> list[Reading]:
        asked = self._ids(question)[:QUESTION_TOKENS]
        items = [self._input(asked, title, text) for title, text in passages]
        outputs = self._network.run_each([item.numbers | mode for item in items])
        return [_reading(item, spans, float(answers)) for item, (spans, answers) in zip(items, outputs, strict=True)]

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return found

    def _input(self, asked: list[int], title: str, text: str) -> "_Input":
        front = [self._cls, *asked, self._sep]
        header = [*self._ids(title)[:TITLE_TOKENS], self._sep]
        room = MOST_TOKENS - len(front) - len(header) - 1
        passage = self._tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = passage.ids[:room], np.array([_trimmed(text, *o) for o in passage.offsets[:room]], dtype=np.int64).reshape(-1, 2)
        return _Input([*front, *header, *ids, self._sep], len(front), len(front) + len(header), offsets)


class Remembered:
    """Reads for one question, each passage once, however often it is asked for. Not safe to use from several threads."""

    def __init__(self, passages: ReadsPassages) -> None:
        """Read by `passages`."""
        self._passages = passages
        self._read: dict[tuple[str, str, str], Reading] = {}
        self._decided: dict[tuple[str, str, str], Reading] = {}

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what is said of each (title, text), in their order."""
        return _once(self._passages.read, self._read, question, passages)

    def decide(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what each (title, text) decides or bears out, in their order."""
        return _once(self._passages.decide, self._decided, asked, passages)


def _once(
    read: Callable[[str, Sequence[tuple[str, str]]], list[Reading]],
    known: dict[tuple[str, str, str], Reading],
    asked: str,
    passages: Sequence[tuple[str, str]],
) -> list[Reading]:
    """The readings of the passages, new ones put into `known`."""
    if new := [p for p in dict.fromkeys(passages) if (asked, *p) not in known]:
        known |= {(asked, *p): reading for p, reading in zip(new, read(asked, new), strict=True)}
    return [known[asked, *p] for p in passages]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A token's place without the white space before it, which the tokenizer counts to the word."""
    while start < end and text[start].isspace():
        start += 1
    return start, end


@dataclass(frozen=True, slots=True)
class _Input:
    """Token ids; the title starts at `header_at`, the passage at `passage_at` with `offsets` of its tokens."""

    ids: list[int]
    header_at: int
    passage_at: int
    offsets: npt.NDArray[np.int64]

    @property
    def numbers(self) -> dict[str, list[int]]:
        """The network's inputs; `types` is 2 on the passage, 1 on the title and the last separator, else 0."""
        types = [0] * self.header_at + [1] * (self.passage_at - self.header_at) + [2] * len(self.offsets) + [1]
        return {"ids": self.ids, "mask": [1] * len(self.ids), "types": types}


def _reading(item: _Input, spans: Logits, answers: float) -> Reading:
    inside = slice(item.passage_at, item.passage_at + len(item.offsets))
    first, last = (_log_softmax(spans[side, inside]) for side in (0, 1))
    return Reading(answers, first, last, item.offsets)


def _log_softmax(logits: Logits) -> Logits:
    if not len(logits):
        return logits
    normalised: Logits = logits - np.logaddexp.reduce(logits)
    return normalised


@cache
def reader_in_the_box() -> PassageReader:
    """Return the model of the box, loaded once a process."""
    return PassageReader()
