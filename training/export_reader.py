"""Writes the trained reader as int8 ONNX: `python -m training.export_reader --reader var/reader --out qa/model`.

Weights are quantised, activations as they come (dynamic quantisation), with one bit to spare (`reduce_range`): without it
8-bit products overflow on processors that lack VNNI. The token vectors, which no training changes, are stored as the
4-bit numbers that the base model came as, without any loss.
"""

import argparse
import hashlib
import shutil
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from training.e5_base import BLOCK
from training.reader_model import Reader

OPSET = 18
VECTOR_TABLE = "word_embeddings.weight"


def export(reader: Reader, target: Path) -> None:
    """Writes float32 ONNX with free batch and length."""
    sample = torch.ones(2, 40, dtype=torch.int64)
    sample[0, 30:] = 2
    free = {0: "batch", 1: "tokens"}
    axes = {"ids": free, "mask": free, "types": free, "spans": {0: "batch", 2: "tokens"}, "answers": {0: "batch"}}
    torch.onnx.export(
        reader.eval(), (sample, torch.ones_like(sample), sample), str(target), input_names=["ids", "mask", "types"], output_names=["spans", "answers"],
        dynamic_axes=axes, opset_version=OPSET, dynamo=False,
    )  # fmt: skip


def quantise(source: Path, target: Path) -> None:
    """Writes the network with 8-bit weights and 4-bit token vectors."""
    with tempfile.TemporaryDirectory() as scratch:
        prepared, packed = Path(scratch) / "prepared.onnx", Path(scratch) / "packed.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            str(prepared), str(packed), op_types_to_quantize=["MatMul", "Gather"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            nodes_to_exclude=[node.name for node in onnx.load(prepared).graph.node if _looks_up_tokens(node)],
        )  # fmt: skip
        model = onnx.load(packed)
    pack_token_vectors(model)
    onnx.save(model, target)


def _looks_up_tokens(node: onnx.NodeProto) -> bool:
    return node.op_type == "Gather" and node.input[0].endswith(VECTOR_TABLE)


def pack_token_vectors(model: onnx.ModelProto) -> None:
    """Replaces the table of token vectors by blocks of 4-bit numbers; raises ValueError when they are no such numbers."""
    (node,) = (n for n in model.graph.node if _looks_up_tokens(n))
    (table,) = (i for i in model.graph.initializer if i.name == node.input[0])
    numbers, scales = four_bit_blocks(numpy_helper.to_array(table))
    pairs = (numbers.reshape(-1) & 0x0F).astype(np.uint8)
    packed = helper.make_tensor("token_numbers", onnx.TensorProto.INT4, numbers.shape, (pairs[::2] | pairs[1::2] << 4).tobytes(), raw=True)
    model.graph.initializer.remove(table)
    model.graph.initializer.extend([packed, numpy_helper.from_array(scales.astype(np.float16), "token_scales_16")])
    model.graph.node.insert(0, helper.make_node("Cast", ["token_scales_16"], ["token_scales"], "token_scales_cast", to=onnx.TensorProto.FLOAT))
    (node,) = (n for n in model.graph.node if _looks_up_tokens(n))  # the insertion moved it
    node.CopyFrom(
        helper.make_node(
            "GatherBlockQuantized", ["token_numbers", node.input[1], "token_scales"], node.output, node.name, domain="com.microsoft",
            gather_axis=0, quantize_axis=1, block_size=BLOCK,
        )
    )  # fmt: skip


def four_bit_blocks(table: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Returns numbers in -8..7 of the table's shape, and the scale of each block of a row, whose products are the table.

    The scales are 16-bit floats in the base. In the layout Q4_0 the number furthest from zero is -8 in every block, so it tells the scale.
    """
    blocks = table.reshape(len(table), -1, BLOCK)
    furthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2, keepdims=True), axis=2)
    scales = (furthest / -8).astype(np.float16).astype(np.float32)
    numbers = np.rint(np.divide(blocks, scales, out=np.zeros_like(blocks), where=scales != 0))
    if np.abs(numbers * scales - blocks).max() > 0 or numbers.max() > 7:
        raise ValueError("the token vectors are not the 4-bit numbers of the base model: training must not change them")
    return numbers.astype(np.int8).reshape(table.shape), scales[:, :, 0]


def main() -> None:
    """Reads the command line; prints size and hash of what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        export(Reader.load(options.reader), plain)
        quantise(plain, options.out / "reader.onnx")
    shutil.copyfile(options.reader / "tokenizer.json", options.out / "reader-tokenizer.json")
    weights = (options.out / "reader.onnx").read_bytes()
    print(f"{len(weights)} bytes, sha256 {hashlib.sha256(weights).hexdigest()}")


if __name__ == "__main__":
    main()
