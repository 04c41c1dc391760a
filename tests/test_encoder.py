"""The encoder in the box, and what happens when a model cannot be loaded."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from index.datatypes import Encoder
from index.encoder import SentenceTransformersEncoder, fingerprint_of
from index.errors import IndexUnavailableError
from index.onnx_embedding import OnnxEmbedding
from index.settings import MODEL_IN_THE_BOX
from index.text_network import TextNetwork

PASSAGES = (
    "Camat Gandasuli Suwanda Prakasa membuka loket pelayanan keliling bagi warga lanjut usia pada Senin pagi.",
    "Klub sepak bola itu menang tiga gol tanpa balas, dan pelatih memuji penjaga gawang mudanya.",
    "Harga cabai di pasar induk naik karena hujan merusak panen.",
)


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("Siapa yang meresmikan layanan bergerak untuk orang tua?", 0),
        ("camat buka loket kpn ya", 0),
        ("Who opened the mobile service counter?", 0),
        ("Why have chili prices gone up?", 2),
        ("Siapa yang dipuji pelatih?", 1),
    ],
)
def test_question_is_nearest_to_the_passage_that_answers(encoder: Encoder, question: str, nearest: int) -> None:
    assert int((encoder.encode(PASSAGES) @ encoder.encode_questions([question])[0]).argmax()) == nearest


@pytest.mark.parametrize("text", ["", "kata", "😀", "kata " * 3000])
def test_vectors_are_finite_and_of_unit_length(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text])[0]) == pytest.approx(1, abs=1e-4)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    together = encoder.encode(PASSAGES)
    assert all(np.array_equal(together[n], encoder.encode([text])[0]) for n, text in enumerate(PASSAGES))


def test_questions_and_passages_are_encoded_by_their_own_prompts(encoder: Encoder) -> None:
    assert not np.allclose(encoder.encode(["camat"]), encoder.encode_questions(["camat"]))


@pytest.mark.parametrize("text", ["Siapa wali kota?", "a", "", "😀", "kata " * 400])
def test_a_question_has_the_vector_that_the_library_gives(encoder: Encoder, text: str) -> None:
    """Questions skip Sentence Transformers, see `index.text_network`."""
    network = TextNetwork(MODEL_IN_THE_BOX)
    prompts = {"query": "query: ", "document": "passage: "}
    library = SentenceTransformer(modules=[OnnxEmbedding(network)], device="cpu", prompts=prompts)
    assert np.allclose(encoder.encode_questions([text]), library.encode_query([text], normalize_embeddings=True), atol=1e-6)


def test_no_texts_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == encoder.encode_questions([]).shape == (0, encoder.dimension)


def test_any_sentence_transformers_folder_can_take_its_place(tmp_path: Path) -> None:
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "camat": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(tmp_path / "static"))
    static = SentenceTransformersEncoder(str(tmp_path / "static"))
    assert (static.name, static.dimension, static.encode_questions(["camat"]).shape) == ("static", 8, (1, 8))


def test_questions_to_the_static_encoder_get_the_vectors_of_the_library() -> None:
    static = SentenceTransformersEncoder("static")
    texts = ["Berapa harga cabai?", "", "\U0001f600", "kata " * 600]
    assert np.allclose(static.encode_questions(texts), static.encode(texts), atol=1e-6)


def test_the_static_encoder_in_the_box_is_chosen_by_its_name() -> None:
    static = SentenceTransformersEncoder("static")
    assert (static.name, static.dimension) == ("static", 256)
    assert int((static.encode(PASSAGES) @ static.encode_questions(["Berapa harga cabai?"])[0]).argmax()) == 2


def test_fingerprint_changes_with_the_weights(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"a")
    before = fingerprint_of(str(tmp_path))
    (tmp_path / "model.onnx").write_bytes(b"b")
    assert fingerprint_of(str(tmp_path)) != before


def test_damaged_weights_are_named_with_the_cure(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "config_sentence_transformers.json"):
        (tmp_path / name).write_bytes((MODEL_IN_THE_BOX / name).read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"no network")
    with pytest.raises(IndexUnavailableError, match="set ENCODER"):
        SentenceTransformersEncoder(str(tmp_path))
