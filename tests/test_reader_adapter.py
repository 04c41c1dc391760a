"""Training the reader's adapter: the shipped network as a torch model, and terms of low rank beside its matrices."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.inference import Network
from qa.adapter import adapted
from qa.adapter import terms_of as terms_in_file
from qa.reading import MODEL
from training import train_adapter
from training.reader_adapter import RANK, adapt, folded, load, reader_of, save, save_in_bytes, terms_of
from training.reader_data import Example
from training.reader_model import Reader, encode, pad, types_of

READER = MODEL / "reader.onnx"
PASSAGE = "Loket pelayanan di Tirtaloka dibuka pada 12 Maret 2031. Kepala loket itu, Suwanda Prakasa, meminta warga datang pagi."
ANSWERED, NOT_ANSWERED = (
    Example("Kapan loket pelayanan di Tirtaloka dibuka?", "", PASSAGE, None, None),
    Example("Berapa gaji pelatih klub itu?", "", PASSAGE, None, None),
)


@pytest.fixture
def reader() -> Reader:
    return reader_of(READER).eval()


def by_torch(reader: Reader, example: Example) -> float:
    with torch.no_grad():
        return float(reader(*pad([encoded(example)]))[1])


def by_network(network: Network, example: Example) -> float:
    item = encoded(example)
    return float(network.run({"ids": item.ids, "mask": [1] * len(item.ids), "types": types_of(item, len(item.ids))})[1])


def encoded(example: Example):  # type: ignore[no-untyped-def]  # a named tuple of the training code
    item = encode(Tokenizer.from_file(str(MODEL / "reader-tokenizer.json")), example)
    assert item is not None
    return item


def test_the_network_as_a_torch_model_says_nearly_the_same(reader: Reader) -> None:
    network = Network(READER)
    for example in (ANSWERED, NOT_ANSWERED):
        assert by_torch(reader, example) == pytest.approx(by_network(network, example), abs=1.5)  # 8-bit activations cost some .4


def test_only_the_terms_are_trained_and_start_at_nothing(reader: Reader) -> None:
    before = by_torch(reader, ANSWERED)
    adapt(reader)
    trained = {name.rpartition(".")[2] for name, p in reader.named_parameters() if p.requires_grad}
    assert trained == {"down", "up"}
    assert by_torch(reader, ANSWERED) == pytest.approx(before, abs=1e-4)


def test_the_first_layers_get_no_terms(reader: Reader) -> None:
    adapt(reader)
    layers = {int(name.split(".")[3]) for name, _ in terms_of(reader) if name.startswith("encoder.encoder.layer.")}
    assert layers == set(range(2, 12))
    assert {len(term.up) for _, term in terms_of(reader)} == {RANK, 2, 1}  # of the matrices, of the span, of the answer


def test_what_was_saved_is_what_the_network_gets(reader: Reader, tmp_path: Path) -> None:
    plain = by_torch(reader, ANSWERED)
    adapt(reader)
    torch.manual_seed(1)
    for _, term in terms_of(reader):
        term.up.data = torch.randn_like(term.up) * 0.1
    save(reader, tmp_path / "adapter.safetensors")
    moved = by_torch(reader, ANSWERED) - plain
    network = Network(adapted(READER, tmp_path / "adapter.safetensors"))
    assert abs(moved) > 1
    assert by_network(network, ANSWERED) - by_network(Network(READER), ANSWERED) == pytest.approx(moved, abs=max(1.5, abs(moved) / 2))


def test_terms_folded_into_the_matrices_do_what_they_did_beside_them(reader: Reader) -> None:
    adapt(reader)
    load(reader, MODEL / "reader-adapter.safetensors")
    beside = by_torch(reader, ANSWERED)
    folded(reader)
    assert by_torch(reader, ANSWERED) == pytest.approx(beside, abs=1e-3)
    assert list(terms_of(reader)) == []


def test_terms_in_bytes_are_nearly_those_in_floats(reader: Reader, tmp_path: Path) -> None:
    adapt(reader, rank=4, first_layer=4)
    torch.manual_seed(1)
    for _, term in terms_of(reader):
        term.up.data = torch.randn_like(term.up) * 0.1
    save(reader, tmp_path / "floats.safetensors")
    save_in_bytes(reader, tmp_path / "bytes.safetensors")
    kept, exact = (terms_in_file(tmp_path / f"{name}.safetensors") for name in ("bytes", "floats"))
    assert kept.keys() == exact.keys()
    assert max(float(np.abs(a @ b - c @ d).max()) for (a, b), (c, d) in ((kept[m], exact[m]) for m in kept)) < 0.05
    assert (tmp_path / "bytes.safetensors").stat().st_size < 0.6 * (tmp_path / "floats.safetensors").stat().st_size


def test_a_second_pass_goes_on_from_the_first(reader: Reader, tmp_path: Path) -> None:
    adapt(reader)
    for _, term in terms_of(reader):
        term.up.data = torch.full_like(term.up, 0.01)
    save(reader, tmp_path / "first.safetensors")
    again = reader_of(READER).eval()
    adapt(again)
    load(again, tmp_path / "first.safetensors")
    assert by_torch(again, ANSWERED) == pytest.approx(by_torch(reader, ANSWERED), abs=0.05)


def test_training_moves_the_terms(tmp_path: Path) -> None:
    reader = train_adapter.start(None)
    item = encoded(ANSWERED._replace(start=PASSAGE.index("12 Maret"), end=PASSAGE.index("12 Maret") + 13))
    train_adapter.train(reader, [[item]] * 3, 1e-3, tmp_path / "adapter.safetensors")
    assert any(np.abs(value).max() > 0 for name, value in load_file(tmp_path / "adapter.safetensors").items() if name.endswith(".up"))
