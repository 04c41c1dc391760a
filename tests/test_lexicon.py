"""How often Indonesian texts use a word, and how often with a capital."""

from pathlib import Path

import pytest

from index.lexicon import capital_share, frequencies
from training.word_list import inside_sentences


@pytest.mark.parametrize(("word", "least", "most"), [("semarang", 0.95, 1.0), ("kota", 0.1, 0.5), ("dan", 0.0, 0.05), ("kpk", 0.0, 0.05)])
def test_names_have_capitals_and_other_words_and_acronyms_have_none(word: str, least: float, most: float) -> None:
    share = capital_share(word)
    assert share is not None
    assert least <= share <= most


def test_a_word_that_nobody_knows_has_no_share() -> None:
    assert (capital_share("tirtaloka"), frequencies().get("tirtaloka")) == (None, None)


def test_common_words_are_common() -> None:
    assert frequencies()["yang"] > frequencies()["kelurahan"] > 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Warga kota Tirtaloka datang. Mereka antre.", ["kota", "Tirtaloka", "datang", "antre"]),
        ("“Kami siap,” kata Rendra: “Loket buka.”", ["siap", "kata", "Rendra", "buka"]),
        ("", []),
    ],
)
def test_words_that_begin_a_sentence_do_not_count(text: str, words: list[str]) -> None:
    assert list(inside_sentences(text)) == words


def test_the_list_is_small() -> None:
    assert Path("index/words/lexicon.tsv.xz").stat().st_size < 400_000
