import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader

from index.datatypes import Span
from index.errors import IndexUnavailableError
from qa.reading import PassageReader, Reading, Remembered, reader_in_the_box

PASSAGE = "Loket pelayanan di Tirtaloka dibuka pada 12 Maret 2031. Kepala loket itu, Suwanda Prakasa, meminta warga datang pagi."


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    return reader_in_the_box()


def reading(first: list[float], last: list[float]) -> Reading:
    """Tokens of two characters with one between: (0, 2), (3, 5), …"""
    offsets = np.array([(3 * n, 3 * n + 2) for n in range(len(first))])
    return Reading(0.0, np.log(np.array(first, dtype=np.float32)), np.log(np.array(last, dtype=np.float32)), offsets)


def test_probability_within_a_sentence_is_the_sum_over_its_tokens() -> None:
    assert reading([0.1, 0.2, 0.7], [1 / 3] * 3).within(Span(0, 5)) == pytest.approx(math.log(0.3), abs=1e-5)


def test_span_beyond_what_was_read_has_the_least_probability() -> None:
    assert reading([0.5, 0.5], [0.5, 0.5]).within(Span(100, 120)) == -20.0


def test_best_answer_never_ends_before_it_begins() -> None:
    # The likeliest first token is the last one, the likeliest last token the first one.
    found = reading([0.2, 0.2, 0.6], [0.8, 0.15, 0.05]).best(Span(0, 8))
    assert found is not None
    assert found[0] == Span(0, 2)


def test_best_answer_stays_inside_the_span() -> None:
    found = reading([0.1, 0.1, 0.8], [0.1, 0.1, 0.8]).best(Span(0, 5))
    assert found is not None
    assert found[0].end <= 5


def test_no_token_no_answer() -> None:
    assert reading([1.0], [1.0]).best(Span(50, 60)) is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Kapan loket pelayanan di Tirtaloka dibuka?", "12 Maret 2031"), ("Siapa kepala loket itu?", "Suwanda Prakasa")],
)
def test_answer_is_found_in_the_passage(reader: PassageReader, question: str, answer: str) -> None:
    (found,) = reader.read(question, [("Loket baru di Tirtaloka", PASSAGE)])
    best = found.best(Span(0, len(PASSAGE)))
    assert best is not None
    assert answer in PASSAGE[slice(*best[0])]


def test_readings_keep_the_order_of_the_passages(reader: PassageReader) -> None:
    texts = ["Pendek.", PASSAGE, "Sedikit lebih panjang dari yang pertama."]
    found = reader.read("Kapan loket dibuka?", [("", t) for t in texts])
    assert [int(r.offsets[-1, 1]) for r in found] == [len(t) for t in texts]


def test_passage_that_answers_scores_above_one_that_does_not(reader: PassageReader) -> None:
    other = "Klub sepak bola itu menang tiga gol tanpa balas. Pelatih memuji penjaga gawang mudanya."
    yes, no = reader.read("Kapan loket pelayanan di Tirtaloka dibuka?", [("", PASSAGE), ("", other)])
    assert yes.answers > no.answers


def test_passage_that_decides_scores_above_one_that_does_not(reader: PassageReader) -> None:
    undecided = "Loket pelayanan di Tirtaloka dicat hijau. Warga menyukai warna itu."
    decided = "Loket pelayanan di Tirtaloka melayani warga dari Senin sampai Jumat, sedangkan akhir pekan libur."
    yes, no = reader.decide("Apakah loket pelayanan di Tirtaloka buka hari Sabtu?", [("", decided), ("", undecided)])
    assert yes.answers > no.answers


def test_statement_is_borne_out_by_what_says_so_only(reader: PassageReader) -> None:
    (true,), (false,) = (reader.decide(f"Loket pelayanan di Tirtaloka {verb}.", [("", PASSAGE)]) for verb in ("dibuka pada 2031", "ditutup pada 2031"))
    assert true.answers > false.answers


def test_reading_is_the_same_before_and_after_a_decision(reader: PassageReader) -> None:
    passage = [("", PASSAGE)]
    before = reader.read("Kapan loket dibuka?", passage)[0].answers
    reader.decide("Apakah loket dibuka?", passage)
    assert reader.read("Kapan loket dibuka?", passage)[0].answers == before


@pytest.mark.parametrize("text", ["", "   ", "😀", "a" * 5000, "kata " * 3000])
def test_odd_passages_are_read_without_an_error(reader: PassageReader, text: str) -> None:
    (found,) = reader.read("Siapa?", [("", text)])
    assert np.isfinite(found.answers)


def test_no_passages_no_readings(reader: PassageReader) -> None:
    assert reader.read("Siapa?", []) == []


class CountingReader(FlatReader):
    """Counts what it is asked to read."""

    def __init__(self) -> None:
        self.passages: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.passages += passages
        return super().read(question, passages)


def test_each_passage_is_read_once_for_a_question() -> None:
    counting = CountingReader()
    remembered = Remembered(counting)
    for passages in ([("a", "satu"), ("a", "dua")], [("a", "dua"), ("a", "tiga"), ("a", "tiga")]):
        remembered.read("Siapa?", passages)
    assert counting.passages == [("a", "satu"), ("a", "dua"), ("a", "tiga")]


def test_what_is_remembered_keeps_the_order_that_is_asked_for() -> None:
    remembered = Remembered(FlatReader())
    remembered.read("Siapa?", [("", "kata"), ("", "dua kata")])
    assert [len(r.offsets) for r in remembered.read("Siapa?", [("", "dua kata"), ("", "tiga kata lagi"), ("", "kata")])] == [2, 3, 1]


def test_a_decision_is_no_reading_and_made_once_as_well() -> None:
    counting = CountingReader()
    remembered = Remembered(counting)
    remembered.read("Ada?", [("", "kata")]), remembered.decide("Ada?", [("", "kata")]), remembered.decide("Ada?", [("", "kata")])
    assert len(counting.passages) == 2


def test_another_question_is_read_anew() -> None:
    counting = CountingReader()
    remembered = Remembered(counting)
    remembered.read("Siapa?", [("", "kata")]), remembered.read("Berapa?", [("", "kata")])
    assert len(counting.passages) == 2


def test_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="restore the file"):
        PassageReader(tmp_path)
