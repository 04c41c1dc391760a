import random

import pytest

from training.dated_corpus import CITIES, KINDS, generate
from training.reader_data import Bm25, swapped, windows_of
from training.synthetic_questions import ask_about


def test_windows_hold_their_text() -> None:
    text = "Satu kalimat pendek. Dua kalimat lagi. Tiga ada di sini. Empat menyusul. Lima penutup."
    windows = windows_of(text, 7)
    assert all(text[w.start : w.start + len(w.passage)] == w.passage for w in windows)
    assert windows[-1].passage.endswith("Lima penutup.")


def test_bm25_finds_the_passage_with_the_words() -> None:
    passages = ["Wali kota membuka pasar.", "Hujan turun di pegunungan.", "Klub itu menang."] * 5
    (best,) = Bm25(passages).top(["Siapa membuka pasar?"], 2)
    assert passages[best[0]] == "Wali kota membuka pasar."


def test_swapped_question_asks_about_what_the_passage_lacks() -> None:
    passage = "Gempa di Tirtaloka terjadi pada 2019."
    question = swapped("Kapan gempa di Tirtaloka terjadi?", passage, ["Gandasuli"], random.Random(1))
    assert question == "Kapan gempa di Gandasuli terjadi?"


def test_question_without_a_name_or_year_is_not_swapped() -> None:
    assert swapped("Kapan gempa terjadi?", "Gempa.", ["Gandasuli"], random.Random(1)) is None


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("Wali Kota Gandasuli Suwanda Prakasa membuka pasar itu.", "Suwanda Prakasa"),
        ("Loket pelayanan di kantor kecamatan itu dibuka pada 12 Maret 2031 oleh camat.", "12 Maret 2031"),
        ("Perbaikan jalan itu menelan anggaran Rp 4,5 miliar dari kas daerah setempat.", "Rp 4,5 miliar"),
    ],
)
def test_sentence_is_asked_for_its_parts(sentence: str, answer: str) -> None:
    asked = [sentence[a:b] for seed in range(8) for _, a, b in ask_about(sentence, random.Random(seed))]
    assert answer in asked


def test_dated_corpus_is_large_and_its_quotes_are_verbatim() -> None:
    articles, questions = generate()
    text = {a["article_id"]: a["text"] for a in articles}
    assert len(articles) == 3 * len(CITIES) * len(KINDS) >= 200
    assert all(e["quote"] in text[e["article_id"]] for q in questions for e in q["evidence"])


def test_dated_values_of_one_fact_differ() -> None:
    _, questions = generate()
    latest = [q["answers"] for q in questions if q["category"] == "latest"]
    earlier = [q["answers"] for q in questions if q["category"] == "year"]
    assert all(a != b for a, b in zip(latest, earlier, strict=True))
