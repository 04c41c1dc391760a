"""Low-rank terms beside the shipped reader's matrices, and the shipped reader as a torch model to train them on.

The 8-bit matrices stay as they are in `qa/model/reader.onnx`; a `LowRank` adds `x @ down @ up` to what one of them gives (Hu et al.,
2021, "LoRA"). Only these terms are trained and stored, 16 bits a number, so that a further round of training costs the repository 1.7 MB
instead of 29. `qa/adapter.py` puts them into the network when it is loaded.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file
from transformers import BertConfig, BertModel

from qa.adapter import module_of
from training.e5_base import BLOCK
from training.reader_model import Reader

RANK = 12
SCALE = 2.0
"""Of the low-rank term in training; it is multiplied into `up` when the adapter is saved."""
FIRST_LAYER = 2
"""The layers before it were not trained after the base model either."""
_LAYER = re.compile(r"encoder\.encoder\.layer\.(\d+)\.")


class LowRank(torch.nn.Module):
    """A linear layer that stays as it is, and a trained term of low rank beside it; at first the term is 0."""

    def __init__(self, linear: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        rank = min(rank, linear.out_features)
        self.down = torch.nn.Parameter(torch.randn(linear.in_features, rank) / math.sqrt(linear.in_features))
        self.up = torch.nn.Parameter(torch.zeros(rank, linear.out_features))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Takes (…, in_features), returns (…, out_features)."""
        found: torch.Tensor = self.linear(inputs) + (inputs @ self.down) @ self.up * SCALE
        return found


def reader_of(path: Path) -> Reader:
    """Returns the reader that an ONNX file of `export_reader` holds, its matrices as the floats that the 8-bit numbers stand for."""
    graph = onnx.load(path).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer if i.name != "token_numbers"}
    numbers = next(i for i in graph.initializer if i.name == "token_numbers")
    weights = {name: value for name, value in stored.items() if name.endswith((".bias", ".LayerNorm.weight"))}
    weights["encoder.embeddings.word_embeddings.weight"] = _token_vectors(numbers, stored["token_scales_16"])
    for table in ("position_embeddings", "token_type_embeddings"):
        name = f"encoder.embeddings.{table}.weight"
        zero, scale = stored[f"{name}_zero_point"].astype(np.float32), stored[f"{name}_scale"]
        weights[name] = (stored[f"{name}_quantized"].astype(np.float32) - zero) * scale
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            matrix = node.input[1].removesuffix("_quantized")
            weights[f"{module_of(node.name)}.weight"] = (stored[f"{matrix}_quantized"].astype(np.float32) * stored[f"{matrix}_scale"]).T
    normalised = next(node for node in graph.node if node.op_type == "LayerNormalization")
    epsilon = next(a.f for a in normalised.attribute if a.name == "epsilon")
    reader = Reader(BertModel(_config(weights, epsilon), add_pooling_layer=False))
    missing, unknown = reader.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in weights.items()}, strict=False)
    if unknown or [name for name in missing if "position_ids" not in name]:
        raise ValueError(f"{str(path)!r} does not hold a whole reader: {missing} are missing, {unknown} unknown")
    return reader


def _token_vectors(numbers: onnx.TensorProto, scales: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    pairs = np.frombuffer(numbers.raw_data, dtype=np.uint8)
    signed = np.stack([pairs & 0x0F, pairs >> 4], axis=1).astype(np.int8).reshape(tuple(numbers.dims))
    signed = np.where(signed > 7, signed - 16, signed)
    return (signed.reshape(len(signed), -1, BLOCK) * scales.astype(np.float32)[:, :, None]).reshape(signed.shape).astype(np.float32)


def _config(weights: dict[str, npt.NDArray[np.float32]], epsilon: float) -> BertConfig:
    table = weights["encoder.embeddings.word_embeddings.weight"]
    layers = 1 + max(int(found[1]) for name in weights if (found := _LAYER.match(name)))
    inner = len(weights["encoder.encoder.layer.0.intermediate.dense.bias"])
    return BertConfig(
        vocab_size=len(table), hidden_size=table.shape[1], num_hidden_layers=layers, num_attention_heads=12, intermediate_size=inner,
        max_position_embeddings=len(weights["encoder.embeddings.position_embeddings.weight"]), type_vocab_size=2, layer_norm_eps=epsilon,
        attn_implementation="eager",  # type: ignore[call-arg]  # for the base class, by keyword arguments that the stubs leave out
    )  # fmt: skip


def adapt(reader: Reader, rank: int = RANK, first_layer: int = FIRST_LAYER) -> None:
    """Puts a `LowRank` beside every matrix from `first_layer` on, in place; nothing else is trained from then on."""
    reader.requires_grad_(False)
    for name, module in list(reader.named_modules()):
        layer = _LAYER.match(name)
        if isinstance(module, torch.nn.Linear) and (layer is None or int(layer[1]) >= first_layer):
            parent, _, own = name.rpartition(".")
            setattr(reader.get_submodule(parent), own, LowRank(module, rank))


def terms_of(reader: Reader) -> Iterator[tuple[str, LowRank]]:
    """Yields the names and terms of an adapted reader."""
    for name, module in reader.named_modules():
        if isinstance(module, LowRank):
            yield name, module


def optimiser_of(reader: Reader, peak_rate: float, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    """Returns AdamW over the terms of an adapted reader, and a linear warm-up over a twentieth of the steps and decay to 0."""
    numbers = [p for _, term in terms_of(reader) for p in (term.down, term.up)]
    optimiser = torch.optim.AdamW(numbers, lr=peak_rate, weight_decay=0.0, fused=True)
    warmup = max(1, steps // 20)
    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min((n + 1) / warmup, (steps - n) / max(1, steps - warmup)))


def folded(reader: Reader) -> Reader:
    """Adds the terms of an adapted reader into its matrices, which are floats here, in place; returns it."""
    for name, term in list(terms_of(reader)):
        term.linear.weight.data += (term.down.data @ term.up.data * SCALE).T
        parent, _, own = name.rpartition(".")
        setattr(reader.get_submodule(parent), own, term.linear)
    return reader


def save_in_bytes(reader: Reader, target: Path) -> None:
    """Writes the terms as 8-bit integers with a 16-bit scale for each rank: half of what `save` writes."""
    found: dict[str, npt.NDArray[np.generic]] = {}
    for name, term in terms_of(reader):
        found |= in_bytes(f"{name}.down", term.down.detach().numpy(), axis=0)
        found |= in_bytes(f"{name}.up", (term.up.detach() * SCALE).numpy(), axis=1)
    save_file(found, target)


def in_bytes(name: str, matrix: npt.NDArray[np.float32], axis: int) -> dict[str, npt.NDArray[np.generic]]:
    """Returns the matrix as 8-bit integers and, as `<name>_scale`, what they are multiplied by along the other axis than `axis`."""
    scale = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True) / 127, 1e-7).astype(np.float16)
    return {name: np.round(matrix / scale.astype(np.float32)).clip(-127, 127).astype(np.int8), f"{name}_scale": scale}


def save(reader: Reader, target: Path) -> None:
    """Writes the terms as 16-bit floats: `<module>.down` (in, rank) and `<module>.up` (rank, out)."""
    found = {}
    for name, term in terms_of(reader):
        found[f"{name}.down"] = term.down.detach().numpy().astype(np.float16)
        found[f"{name}.up"] = (term.up.detach() * SCALE).numpy().astype(np.float16)
    save_file(found, target)


def load(reader: Reader, source: Path) -> None:
    """Puts the terms that `save` wrote into an adapted reader, in place."""
    stored = load_file(source)
    for name, term in terms_of(reader):
        term.down.data = torch.from_numpy(stored[f"{name}.down"]).float()
        term.up.data = torch.from_numpy(stored[f"{name}.up"]).float() / SCALE
