"""The encoder in the box without its library: a tokenizer and an ONNX network that returns unit vectors.

Sentence Transformers takes seconds to import, and with it torch; a service that only encodes questions starts without.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.datatypes import Vectors
from index.inference import Network

NETWORK = "model.onnx"
TOKENIZER = "tokenizer.json"
# As in training; a longer text is encoded up to here.
MOST_TOKENS = 256


class TextNetwork:
    """Text to vectors by `model.onnx` and `tokenizer.json` of a folder."""

    def __init__(self, folder: Path) -> None:
        """Load both files; raise `ValueError` when they cannot be used."""
        self.folder = folder
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._network = Network(folder / NETWORK)
        except Exception as error:  # both libraries raise types of their own, or plain Exception
            raise ValueError(str(error)) from error
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.tokenizer.no_padding()
        self.dimension = len(self._network.run(self._input("a"))[0])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension); at least one text."""
        outputs = self._network.run_each([self._input(text) for text in texts])
        return np.stack([vector for (vector,) in outputs])

    def _input(self, text: str) -> dict[str, list[int]]:
        ids = self.tokenizer.encode(text).ids
        return {"ids": ids, "mask": [1] * len(ids)}
