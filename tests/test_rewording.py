"""A question is read with each article in that article's words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fakes import FlatReader, HashingEncoder
from invented import indexed

from index.retriever import Retriever
from qa.article_view import view_of
from qa.evidence import gather
from qa.feature_rows import reread
from qa.questions import analyse
from qa.reading import Reading
from qa.rewording import reweighted, reworded

COST = {"article_id": "biaya", "title": "Ujian Melur", "text": "Biaya ujian Melur Rp5.000."}
FARE = {"article_id": "ongkos", "title": "Angkutan Melur", "text": "Ongkos angkutan Melur Rp4.000."}
ASKED = analyse("Berapa ongkos di Melur?")


class HeardReader(FlatReader):
    """Remembers what it was asked of which text."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.asked += [(question, text) for _, text in passages]
        return super().read(question, passages)


def test_each_article_is_read_with_the_question_in_its_words(tmp_path: Path) -> None:
    index, reader = indexed(tmp_path, COST, FARE), HeardReader()
    sentences = gather(ASKED, Retriever(index, HashingEncoder(256), 0.5).retrieve(ASKED.text, 20), index, reader)
    reread(ASKED, next(s for s in sentences if s.article.article_id == "biaya"), reader)
    index.close()
    told = {text: question for question, text in reader.asked}
    assert told == {COST["text"]: "Berapa biaya di Melur?", FARE["text"]: "Berapa ongkos di Melur?"}
    assert [q for q, text in reader.asked if text == COST["text"]] == ["Berapa biaya di Melur?"] * 2


def test_the_word_of_the_article_weighs_what_that_of_the_question_does(tmp_path: Path) -> None:
    index = indexed(tmp_path, COST)
    view = view_of(index.article("biaya"))
    index.close()
    assert reweighted({"ongkos": 0.8, "melur": 0.5}, ASKED, view) == {"biaya": 0.8, "melur": 0.5}
    assert "biaya" in reworded(ASKED, view).terms
    assert "ongkos" not in reworded(ASKED, view).terms


def test_an_english_question_stays_as_it_is(tmp_path: Path) -> None:
    index = indexed(tmp_path, COST)
    question = analyse("What is the ongkos in Melur?")
    view = view_of(index.article("biaya"))
    index.close()
    assert question.language == "en"
    assert reworded(question, view) is question


def test_sentences_in_other_words_hold_the_question_as_much(tmp_path: Path) -> None:
    index = indexed(tmp_path, COST, FARE)
    sentences = gather(ASKED, Retriever(index, HashingEncoder(256), 0.5).retrieve(ASKED.text, 20), index, FlatReader())
    index.close()
    assert np.ptp([s.values["covered"] for s in sentences]) == 0
