"""The encoder in the box as a Sentence Transformers module: a tokenizer and an ONNX network that returns unit vectors."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

from index.inference import Network

NETWORK = "model.onnx"
TOKENIZER = "tokenizer.json"
# As in training; a longer text is encoded up to here.
MOST_TOKENS = 256


class OnnxEmbedding(InputModule):
    """Text to vectors by `model.onnx` and `tokenizer.json` of a folder."""

    def __init__(self, folder: Path) -> None:
        """Load both files; raise `OSError` or `ValueError` when they cannot be used."""
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self.folder = folder
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._network = Network(folder / NETWORK)
        except Exception as error:  # both libraries raise types of their own, or plain Exception
            raise ValueError(str(error)) from error
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.tokenizer.no_padding()
        self._dimension = len(self._network.run(self._input("a"))[0])

    @property
    def max_seq_length(self) -> int:
        """Most tokens of a text that are read."""
        return MOST_TOKENS

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Return the texts with the prompt before each; they are tokenized one by one in `forward`."""
        return {"texts": [f"{prompt or ''}{text}" for text in inputs]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add `sentence_embedding`, shape (texts, dimension)."""
        outputs = self._network.run_each([self._input(text) for text in features["texts"]])
        features["sentence_embedding"] = torch.from_numpy(np.stack([vector for (vector,) in outputs]))
        return features

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Copy the files."""
        for name in (NETWORK, TOKENIZER):
            shutil.copyfile(self.folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, *_: Any, **__: Any) -> "OnnxEmbedding":
        """Load from a folder."""
        return cls(Path(model_name_or_path))

    def _input(self, text: str) -> dict[str, list[int]]:
        ids = self.tokenizer.encode(text).ids
        return {"ids": ids, "mask": [1] * len(ids)}
