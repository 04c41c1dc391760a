"""The static encoder without its library: a tokenizer and a table of vectors, one a token.

A text's vector is the mean of its tokens' vectors. The library makes the same one through torch, which takes longer than the sum itself.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.datatypes import Vectors
from index.text_network import TOKENIZER

TABLE = "model.safetensors"
TABLE_NAME = "embedding.weight"


class TokenVectors:
    """Text to vectors by `model.safetensors` and `tokenizer.json` of a folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load both files; raise `ValueError` when they cannot be used."""
        self.folder = folder
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._table = load_file(folder / TABLE)[TABLE_NAME]
        except Exception as error:  # both libraries raise types of their own, or plain Exception
            raise ValueError(str(error) or repr(error)) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.dimension = int(self._table.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors, shape (len(texts), dimension), not of unit length; a text without tokens is all zeros."""
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            if ids := self._tokenizer.encode(text, add_special_tokens=False).ids:
                found[row] = self._table[ids].astype(np.float32).mean(axis=0)
        return found
