"""The reader's adapter: terms of low rank beside the matrices of the network."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from index.inference import Network
from qa.adapter import adapted, module_of
from qa.reading import MODEL

READER = MODEL / "reader.onnx"
INPUT = {"ids": [0, 900, 2, 2, 950, 960, 2], "mask": [1] * 7, "types": [0, 0, 0, 1, 2, 2, 1]}


def answers(adapter: Path) -> float:
    _, found = Network(adapted(READER, adapter)).run(INPUT)
    return float(found)


def adapter(folder: Path, module: str, down: float, up: float, shape: tuple[int, int]) -> Path:
    target = folder / "adapter.safetensors"
    inner = np.full((shape[0], 1), down, dtype=np.float16)
    save_file({f"{module}.down": inner, f"{module}.up": np.full((1, shape[1]), up, dtype=np.float16)}, target)
    return target


def test_a_term_of_zeros_changes_nothing(tmp_path: Path) -> None:
    _, plain = Network(READER).run(INPUT)
    assert answers(adapter(tmp_path, "encoder.encoder.layer.5.output.dense", 0.1, 0.0, (1536, 384))) == pytest.approx(float(plain), abs=1e-5)


def test_a_term_is_added_to_what_its_matrix_gives(tmp_path: Path) -> None:
    _, plain = Network(READER).run(INPUT)
    once, twice = (answers(adapter(tmp_path, "answer", 0.05, up, (384, 1))) - float(plain) for up in (1.0, 2.0))
    assert abs(once) > 1e-3
    assert twice == pytest.approx(2 * once, rel=1e-3)


def test_an_adapter_of_another_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'no\.such\.module' is not in reader\.onnx"):
        adapted(READER, adapter(tmp_path, "no.such.module", 0.1, 0.1, (384, 384)))


@pytest.mark.parametrize(
    ("node", "module"),
    [("/hidden/Gemm_MatMul_quant", "hidden"), ("/encoder/encoder/layer.11/output/dense/MatMul_quant", "encoder.encoder.layer.11.output.dense")],
)
def test_a_node_is_named_after_its_module(node: str, module: str) -> None:
    assert module_of(node) == module


def decided(decider: Path, deciding: int) -> float:
    _, found = Network(adapted(READER, MODEL / "reader-adapter.safetensors", decider)).run(INPUT | {"deciding": [deciding]})
    return float(found)


@pytest.mark.parametrize(("module", "shape"), [("answer", (384, 1)), ("encoder.encoder.layer.5.intermediate.dense", (384, 1536))])
def test_terms_of_the_decider_count_only_where_it_decides(tmp_path: Path, module: str, shape: tuple[int, int]) -> None:
    decider = adapter(tmp_path, module, 0.05, 0.5, shape)
    reading = answers(MODEL / "reader-adapter.safetensors")
    assert decided(decider, 0) == pytest.approx(reading, abs=1e-4)
    assert abs(decided(decider, 1) - reading) > 1e-3


def test_terms_in_bytes_are_what_their_scales_make_of_them(tmp_path: Path) -> None:
    module, ones = "answer", np.ones((384, 1), np.int8)
    stored = {f"{module}.down": 50 * ones, f"{module}.down_scale": np.full((1, 1), 0.001, np.float16)}
    stored |= {f"{module}.up": np.full((1, 1), 100, np.int8), f"{module}.up_scale": np.full((1, 1), 0.01, np.float16)}
    save_file(stored, tmp_path / "bytes.safetensors")
    (tmp_path / "floats").mkdir()
    assert answers(tmp_path / "bytes.safetensors") == pytest.approx(answers(adapter(tmp_path / "floats", module, 0.05, 1.0, (384, 1))), rel=1e-2)


def test_the_shipped_adapter_changes_what_the_network_says() -> None:
    _, plain = Network(READER).run(INPUT)
    assert answers(MODEL / "reader-adapter.safetensors") != pytest.approx(float(plain), abs=1e-3)
