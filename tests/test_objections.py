"""What speaks against a sentence whatever the reader says of it."""

from pathlib import Path

import pytest
from fakes import FlatReader, HashingEncoder
from invented import indexed

from index.retriever import Retriever
from qa.evidence import Sentence, gather
from qa.objections import cannot_answer, ruled_out
from qa.questions import analyse


def sentences_of(folder: Path, text: str, question: str) -> list[Sentence]:
    index = indexed(folder, {"article_id": "satu", "title": "Satu", "published": "2024-05-06", "text": text})
    found = gather(analyse(question), Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 5), index, FlatReader())
    index.close()
    return found


@pytest.mark.parametrize(
    "line",
    [
        "Apakah loket dibuka?",
        "Tirtaloka, 5 Maret 2025",
        "Ditetapkan di Tirtaloka",
        "pada tanggal 5 Maret 2025",
        "Pasal 7",
        "BAB IV",
        "TENTANG",
        "ttd.",
        "NIP. 1970 0101",
    ],
)
def test_headings_ends_of_documents_and_questions_say_nothing(tmp_path: Path, line: str) -> None:
    question = "Kapan loket dibuka?"
    sentences = sentences_of(tmp_path, f"Loket dibuka Senin.\n\n{line}", question)
    assert [s.text for s, out in zip(sentences, ruled_out(analyse(question), sentences), strict=True) if out] == [line]


@pytest.mark.parametrize(
    "line", ["“Apakah loket dibuka?” tanya warga.", "Rendra lahir di Melur, 9 Agustus 1975.", "Pasal 7 mengatur loket.", "Tentang loket ada aturan."]
)
def test_other_sentences_may_say_something(tmp_path: Path, line: str) -> None:
    question = "Kapan loket dibuka?"
    sentences = sentences_of(tmp_path, f"Loket dibuka Senin.\n\n{line}", question)
    assert not any(ruled_out(analyse(question), sentences))


@pytest.mark.parametrize(
    ("question", "refused"), [("Kapan seleksi 2025 dibuka?", True), ("Kapan seleksi 2024 dibuka?", False), ("Kapan seleksi dibuka?", False)]
)
def test_a_day_of_a_year_that_the_article_does_not_know_is_no_answer(tmp_path: Path, question: str, *, refused: bool) -> None:
    (sentence,) = sentences_of(tmp_path, "Seleksi dibuka 20 Agustus 2024.", question)
    assert cannot_answer(analyse(question), sentence) is refused


def test_a_sentence_without_the_number_goes_behind_the_one_that_tells_it(tmp_path: Path) -> None:
    question = "Apa email loket Melur?"
    sentences = sentences_of(tmp_path, "Email loket Melur baru.\n\nWarga antre.\n\nLoket menerima surat di loket@melur.go.id.", question)
    assert [s.text for s, out in zip(sentences, ruled_out(analyse(question), sentences), strict=True) if not out][-1].endswith("loket@melur.go.id.")
    assert any(ruled_out(analyse(question), sentences))
