"""The reader in the box: home of onnxruntime. Reads a question and a passage together, as training taught it.

Input is `[CLS] question [SEP] title [SEP] passage [SEP]`; output are logits for the answer's first and last token and
one for whether the passage answers at all. `training/` makes the model; its card stands in `qa/model/README.md`.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

# Before the import: onnxruntime 1.29 and later otherwise writes a device id to the home folder and reports to its maker.
# Set, not defaulted: the product contacts nobody. `tests/test_offline.py` holds that nothing is written.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from index.datatypes import Span
from index.errors import IndexUnavailableError

MODEL = Path(__file__).resolve().parent / "model"
# As in training; a longer passage is read up to here.
QUESTION_TOKENS, TITLE_TOKENS, MOST_TOKENS = 48, 24, 256
LONGEST_ANSWER_TOKENS = 30
BATCH = 8
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


class PassageReader:
    """The model, loaded once; safe to use from several threads."""

    def __init__(self, folder: Path = MODEL) -> None:
        """Load `reader.onnx` and its tokenizer; raise `IndexUnavailableError` when they cannot be used."""
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "reader-tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = min(2, os.cpu_count() or 1)
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise types of their own, or plain Exception
            raise IndexUnavailableError(f"The reader's model in {str(folder)!r} cannot be loaded ({error}); restore the file from the repository.") from error
        self._cls, self._sep = self._tokenizer.encode("").ids  # [CLS] [SEP]

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each (title, text) for the question; passages of similar length share a batch."""
        asked = self._ids(question)[:QUESTION_TOKENS]
        inputs = [self._input(asked, title, text) for title, text in passages]
        readings: dict[int, Reading] = {}
        order = sorted(range(len(inputs)), key=lambda n: len(inputs[n].ids))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            readings.update(zip(chosen, self._run([inputs[n] for n in chosen]), strict=True))
        return [readings[n] for n in range(len(inputs))]

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return found

    def _input(self, asked: list[int], title: str, text: str) -> "_Input":
        front = [self._cls, *asked, self._sep]
        header = [*self._ids(title)[:TITLE_TOKENS], self._sep]
        room = MOST_TOKENS - len(front) - len(header) - 1
        passage = self._tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = passage.ids[:room], np.array(passage.offsets[:room], dtype=np.int64).reshape(-1, 2)
        return _Input([*front, *header, *ids, self._sep], len(front), len(front) + len(header), offsets)

    def _run(self, batch: "list[_Input]") -> list[Reading]:
        longest = max(len(i.ids) for i in batch)
        ids, mask, types = (np.zeros((len(batch), longest), dtype=np.int64) for _ in range(3))
        for row, item in enumerate(batch):
            ids[row, : len(item.ids)] = item.ids
            mask[row, : len(item.ids)] = 1
            types[row, item.header_at : len(item.ids)] = 1
            types[row, item.passage_at : item.passage_at + len(item.offsets)] = 2
        spans, answers = self._session.run(None, {"ids": ids, "mask": mask, "types": types})
        return [_reading(item, spans[row], float(answers[row])) for row, item in enumerate(batch)]


@dataclass(frozen=True, slots=True)
class _Input:
    """Token ids; the title starts at `header_at`, the passage at `passage_at` with `offsets` of its tokens."""

    ids: list[int]
    header_at: int
    passage_at: int
    offsets: npt.NDArray[np.int64]


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
