"""What questions for a reason take for granted, and what becomes of an answer when the article does not bear it out."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader, HashingEncoder, linear, reader_model
from invented import indexed

from index.datatypes import Filter
from index.retriever import Retriever
from qa.datatypes import Draft
from qa.feature_rows import CONFIDENCE_FEATURES, PREMISE_FEATURES, RANKING_FEATURES, TOPIC_FEATURES
from qa.premises import premise_of
from qa.questions import analyse
from qa.reader import Reader
from qa.reading import Reading

CLOSED = {"article_id": "loket", "title": "Loket Melur", "text": "Loket Melur ditutup sejak Senin. Penyebabnya atap bocor karena hujan."}
HEEDS_PREMISES = dataclasses.replace(
    reader_model(linear(RANKING_FEATURES, 0.0, cue_reason=1.0), linear(CONFIDENCE_FEATURES, 1.0), linear(TOPIC_FEATURES, 9.0)),
    decision=linear(CONFIDENCE_FEATURES, -2.0),
    premise=linear(PREMISE_FEATURES, 0.0, answer=1.0, premise=1.0),
)


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("Mengapa loket Melur ditutup?", "Loket Melur ditutup."),
        ("Kenapa sih loket Melur ditutup?", "Loket Melur ditutup."),
        ("Apa alasan camat Melur diganti?", "Camat Melur diganti."),
        ("Apa yang menyebabkan loket Melur ditutup?", "Loket Melur ditutup."),
        ("kok loket melur tutup?", "Loket melur tutup."),
        ("loket melur ditutup kenapa ya?", "Loket melur ditutup."),
        ("Loket Melur ditutup, mengapa?", "Loket Melur ditutup."),
        ("Loket Melur ditutup karena apa?", "Loket Melur ditutup."),
        ("Atas dasar apa loket Melur ditutup?", "Loket Melur ditutup."),
    ],
)
def test_question_for_a_reason_takes_something_for_granted(question: str, stated: str) -> None:
    assert premise_of(question) == stated


@pytest.mark.parametrize(
    "question", ["", "?", "Mengapa?", "mengapa begitu?", "Siapa camat Melur?", "Why was the office closed?", "Bagaimana loket Melur ditutup?"]
)
def test_other_questions_take_nothing_for_granted(question: str) -> None:
    assert premise_of(question) is None


class ListeningReader(FlatReader):
    """Keeps what it was asked to decide, and says the same of it each time."""

    def __init__(self, answers: float = 0.0) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers = answers

    def decide(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.asked += [(asked, text) for _, text in passages]
        return [Reading(self.answers, r.first, r.last, r.offsets) for r in super().decide(asked, passages)]


def drafted(folder: Path, question: str, reader: ListeningReader) -> Draft:
    index = indexed(folder, CLOSED)
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20, Filter())
    draft = Reader(index, HEEDS_PREMISES, reader).compose(analyse(question), hits)
    index.close()
    return draft


def test_article_is_asked_whether_it_bears_the_premise_out(tmp_path: Path) -> None:
    reader = ListeningReader()
    drafted(tmp_path, "Mengapa loket Melur ditutup?", reader)
    assert reader.asked == [("Loket Melur ditutup.", CLOSED["text"])]


@pytest.mark.parametrize("answers", [-3.0, 0.0, 3.0])
def test_premise_that_is_not_borne_out_lowers_the_confidence(tmp_path: Path, answers: float) -> None:
    confidence = drafted(tmp_path, "Mengapa loket Melur ditutup?", ListeningReader(answers)).confidence
    assert confidence == pytest.approx(1 / (1 + np.exp(-(1.0 + answers))), abs=1e-3)


def test_other_questions_are_as_sure_as_before(tmp_path: Path) -> None:
    reader = ListeningReader(-9.0)
    assert drafted(tmp_path, "Kapan loket Melur ditutup?", reader).confidence == pytest.approx(1 / (1 + np.exp(-1.0)), abs=1e-3)
    assert reader.asked == []


def test_question_for_yes_or_no_is_decided_and_has_a_confidence_of_its_own(tmp_path: Path) -> None:
    reader = ListeningReader(2.0)
    draft = drafted(tmp_path, "Apakah loket Melur ditutup?", reader)
    assert {asked for asked, _ in reader.asked} == {"Apakah loket Melur ditutup?"}
    assert draft.confidence == pytest.approx(1 / (1 + np.exp(2.0)), abs=1e-3)


@pytest.mark.parametrize(("question", "short"), [("Apakah loket Melur ditutup?", None), ("Kapan loket Melur ditutup?", "Senin")])
def test_sentence_that_decides_is_quoted_and_no_bare_answer(tmp_path: Path, question: str, short: str | None) -> None:
    draft = drafted(tmp_path, question, ListeningReader(2.0))
    assert draft.quotes
    assert draft.short_answer == short
