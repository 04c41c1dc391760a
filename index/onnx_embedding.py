"""The encoder in the box as a Sentence Transformers module."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from index.text_network import MOST_TOKENS, NETWORK, TOKENIZER, TextNetwork


class OnnxEmbedding(InputModule):
    """Text to vectors by a network that is loaded already."""

    def __init__(self, network: TextNetwork) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self.network = network
        self.tokenizer = network.tokenizer

    @property
    def max_seq_length(self) -> int:
        """Most tokens of a text that are read."""
        return MOST_TOKENS

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self.network.dimension

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Return the texts with the prompt before each; they are tokenized one by one in `forward`."""
        return {"texts": [f"{prompt or ''}{text}" for text in inputs]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add `sentence_embedding`, shape (texts, dimension)."""
        features["sentence_embedding"] = torch.from_numpy(self.network.encode(features["texts"]))
        return features

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Copy the files."""
        for name in (NETWORK, TOKENIZER):
            shutil.copyfile(self.network.folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, *_: Any, **__: Any) -> "OnnxEmbedding":
        """Load from a folder; raise `ValueError` when its files cannot be used."""
        return cls(TextNetwork(Path(model_name_or_path)))
