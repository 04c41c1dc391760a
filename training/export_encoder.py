"""Writes the encoder as the service loads it: `python -m training.export_encoder --encoder var/encoder --out index/model`.

An 8-bit ONNX network that returns unit vectors, its tokenizer, and the prompts in the file where Sentence Transformers keeps them.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from torch.nn import functional
from transformers import BertModel

from training.export_reader import OPSET, quantise
from training.train_encoder import PASSAGE, QUERY


class Encoder(torch.nn.Module):
    """Returns unit vectors (batch, width): the mean of the token states."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Takes two int64 tensors (batch, tokens)."""
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[:, :, None].to(states.dtype)
        return functional.normalize((states * weights).sum(1) / weights.sum(1))


def export(model: BertModel, target: Path) -> None:
    """Writes the network with 32-bit weights."""
    sample = torch.ones(2, 24, dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of every shape that depends on the input
        torch.onnx.export(
            Encoder(model).eval(), (sample, torch.ones_like(sample)), str(target), input_names=["ids", "mask"], output_names=["vectors"],
            dynamic_axes={"ids": free, "mask": free, "vectors": {0: "batch"}}, opset_version=OPSET, dynamo=False,
        )  # fmt: skip


def main() -> None:
    """Reads the command line; prints size and hash of what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        export(BertModel.from_pretrained(options.encoder, add_pooling_layer=False, attn_implementation="eager"), plain)
        quantise(plain, options.out / "model.onnx")
    shutil.copyfile(options.encoder / "tokenizer.json", options.out / "tokenizer.json")
    prompts = {"model_type": "SentenceTransformer", "prompts": {"query": QUERY, "document": PASSAGE}, "similarity_fn_name": "cosine"}
    (options.out / "config_sentence_transformers.json").write_text(json.dumps(prompts, indent=1) + "\n", encoding="utf-8")
    weights = (options.out / "model.onnx").read_bytes()
    print(f"{len(weights)} bytes, sha256 {hashlib.sha256(weights).hexdigest()}")


if __name__ == "__main__":
    main()
