"""Writes the trained reader as int8 ONNX: `python -m training.export_reader --reader var/reader --out qa/model`.

Weights are quantised, activations as they come (dynamic quantisation), with one bit to spare (`reduce_range`): without it
8-bit products overflow on processors that lack VNNI.
"""

import argparse
import hashlib
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from training.reader_model import Reader

OPSET = 18


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


def quantise(source: Path, target: Path, gather: bool) -> None:
    """Writes the int8 model; `gather` quantises the token vectors, too."""
    with tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        kinds = ["MatMul", "Gather"] if gather else ["MatMul"]
        quantize_dynamic(str(prepared), str(target), op_types_to_quantize=kinds, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


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
        quantise(plain, options.out / "reader.onnx", gather=True)
    shutil.copyfile(options.reader / "tokenizer.json", options.out / "reader-tokenizer.json")
    weights = (options.out / "reader.onnx").read_bytes()
    print(f"{len(weights)} bytes, sha256 {hashlib.sha256(weights).hexdigest()}")


if __name__ == "__main__":
    main()
