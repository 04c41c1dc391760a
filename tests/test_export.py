"""The export of the contextual models: token vectors keep their 4-bit numbers exactly, and the 8-bit network computes the same."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel

from training.e5_base import BLOCK
from training.export_encoder import Encoder, export
from training.export_reader import four_bit_blocks, quantise

PIECES, WIDTH = 40, 64


def table(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Token vectors as the base model has them: in each block one number is -8, and the scales are 16-bit floats."""
    numbers = rng.integers(-8, 8, (PIECES, WIDTH // BLOCK, BLOCK)).astype(np.float32)
    numbers[:, :, 5] = -8
    scales = rng.normal(0, 0.02, (PIECES, WIDTH // BLOCK, 1)).astype(np.float16).astype(np.float32)
    scales[3] = 0
    return (numbers * scales).reshape(PIECES, WIDTH)


def test_token_vectors_are_stored_without_loss() -> None:
    vectors = table(np.random.default_rng(1))
    numbers, scales = four_bit_blocks(vectors)
    assert np.array_equal(numbers * np.repeat(scales, BLOCK, axis=1), vectors)
    assert (numbers.min(), numbers.max()) == (-8, 7)


def test_token_vectors_that_training_changed_are_refused() -> None:
    vectors = table(np.random.default_rng(1))
    vectors[7, 9] *= 1.01
    with pytest.raises(ValueError, match="training must not change them"):
        four_bit_blocks(vectors)


def test_exported_encoder_computes_what_the_trained_one_does(tmp_path: Path) -> None:
    torch.manual_seed(1)
    sizes = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128, "max_position_embeddings": 32}
    model = BertModel(BertConfig(vocab_size=PIECES, attn_implementation="eager", **sizes), add_pooling_layer=False).eval()
    model.embeddings.word_embeddings.weight.data = torch.from_numpy(table(np.random.default_rng(1)))
    export(model, tmp_path / "plain.onnx")
    quantise(tmp_path / "plain.onnx", tmp_path / "small.onnx")
    ids = torch.tensor([[0, 5, 9, 30, 2]])
    found = onnxruntime.InferenceSession(tmp_path / "small.onnx").run(None, {"ids": ids.numpy(), "mask": np.ones_like(ids)})[0]
    with torch.no_grad():
        wanted = Encoder(model)(ids, torch.ones_like(ids)).numpy()
    assert found.shape == (1, WIDTH)
    assert float((found * wanted).sum()) > 0.99
