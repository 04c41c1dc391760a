"""The training of the encoder: a tiny one learns its pairs, and the saved folder loads."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer

from training.contrastive import Recipe, ranking_loss
from training.pairs import Pair, article_pairs, group_of, noisy
from training.sources import split_sentences, window_around
from training.static_encoder import save, train

OFFICES = ["Dinas Pendidikan", "Dinas Kesehatan", "Inspektorat", "Bappeda", "Satpol PP", "Dinas Sosial"]
TOPICS = ["gaji ke-13", "seleksi CPNS", "mutasi pejabat", "cuti bersama", "tunjangan kinerja", "pensiun dini"]
PLACES = dict(zip(OFFICES, ["Batang", "Kudus", "Solo", "Tegal", "Jepara", "Blora"], strict=True))


def synthetic_pairs() -> Iterator[Pair]:
    """Thirty-six questions, each with its one passage."""
    for office, topic in itertools.product(OFFICES, TOPICS):
        passage = f"{office} di {PLACES[office]} mengumumkan {topic} bagi pegawai. Pengumuman dibacakan kemarin."
        yield Pair(f"Apa yang diumumkan {office} tentang {topic}?", passage, group_of(passage))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    pairs = list(synthetic_pairs())
    texts = (text for pair in pairs for text in (pair.anchor, pair.passage))
    folder = tmp_path_factory.mktemp("encoder") / "model"
    save(train(pairs, texts, Recipe(vocabulary=300, dimensions=16, epochs=30, batch=12)), folder)
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True).float()


def test_a_trained_pair_is_closer_than_every_other(model: SentenceTransformer) -> None:
    pairs = list(synthetic_pairs())
    cosines = model.encode([pair.anchor for pair in pairs]) @ model.encode([pair.passage for pair in pairs]).T
    assert (cosines.argmax(axis=1) == range(len(pairs))).mean() > 0.9


def test_vectors_have_unit_length(model: SentenceTransformer) -> None:
    assert float((model.encode(["gaji ke-13"]) ** 2).sum()) == pytest.approx(1, abs=1e-3)


def test_weights_are_stored_as_float16(tmp_path: Path) -> None:
    pairs = list(synthetic_pairs())
    save(
        train(pairs, (pair.anchor for pair in pairs), Recipe(vocabulary=200, dimensions=8, epochs=1)),
        tmp_path / "m",
    )
    size = (tmp_path / "m" / "model.safetensors").stat().st_size
    assert size < 200 * 8 * 2 + 1000


def test_the_same_passage_is_no_negative() -> None:
    vectors = torch.nn.functional.normalize(torch.randn(3, 8), dim=1)
    alone = ranking_loss(vectors[:1], vectors[:1], torch.tensor([1]), 20)
    repeated = ranking_loss(vectors[[0, 0]], vectors[[0, 0]], torch.tensor([1, 1]), 20)
    assert repeated.item() == pytest.approx(alone.item())


def test_a_typed_question_keeps_its_names() -> None:
    assert "semarang" in noisy("Berapa jumlah pegawai di Semarang?", random.Random(1))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Drs. Budi datang. Ia pulang.", 2),
        ("Hal itu kata H. Agus.", 1),
        ("Satu.\nDua", 2),
        ("Lahir 1900.[1] Wafat.", 2),
    ],
)
def test_sentences_end_where_they_should(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


def test_a_window_holds_its_position() -> None:
    text = " ".join(f"Kalimat nomor {number} berdiri di sini." for number in range(40))
    assert "nomor 33 " in window_around(text, text.index("nomor 33"))


def test_a_held_out_sentence_is_not_in_its_own_passage() -> None:
    body = " ".join(f"Pasal {number} mengatur hal {number} saja." for number in range(9))
    _, cloze = article_pairs("Peraturan", body, random.Random(3))
    assert cloze.anchor not in cloze.passage
