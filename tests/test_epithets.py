"""Other names of things, replaced by the usual ones before a question is analysed."""

from pathlib import Path

import pytest
from invented import indexed

from index.epithets import EPITHETS, usual_names
from index.text import words
from qa.questions import analyse_for


@pytest.mark.parametrize(
    ("question", "usual"),
    [
        ("Siapa gubernur Pulau Dewata?", "Siapa gubernur Bali?"),
        ("siapa yang diperiksa lembaga antirasuah", "siapa yang diperiksa KPK"),
        ("Berapa calon abdi negara yang lulus?", "Berapa CPNS yang lulus?"),
        ("Duitnya dari mana?", "uangnya dari mana?"),
        ("Apa kabar Negeri  Paman\nSam?", "Apa kabar Amerika Serikat?"),
    ],
)
def test_an_epithet_becomes_the_usual_name(question: str, usual: str) -> None:
    assert usual_names(question) == usual


@pytest.mark.parametrize("question", ["Siapa wali kota delta?", "Siapa wali kota Tirtaloka?", "Berapa buildingnya?", "", "Apa itu abdinegara?"])
def test_any_other_question_stays(question: str) -> None:
    assert usual_names(question) == question


def test_no_usual_name_is_an_epithet_itself() -> None:
    assert [name for name in words(EPITHETS).values() if usual_names(name) != name] == []


def test_epithets_are_written_in_small_letters_or_as_titles_with_single_spaces() -> None:
    assert [e for e in words(EPITHETS) if " ".join(e.split()) not in (e.lower(), e.title()) or e != " ".join(e.split())] == []


def test_a_question_to_a_collection_is_analysed_with_usual_names(tmp_path: Path) -> None:
    index = indexed(tmp_path, {"article_id": "satu", "title": "Satu", "text": "Loket itu dibuka hari ini."})
    question = analyse_for(index, "brp abdi negara di Pulau Dewata?")
    index.close()
    assert (question.text, question.proper_names) == ("berapa ASN di Bali?", ("Bali",))


def test_an_epithet_that_is_also_two_words_counts_with_capitals_only() -> None:
    assert usual_names("Mengapa kota hujan deras kemarin?") == "Mengapa kota hujan deras kemarin?"
    assert usual_names("Siapa camat di Kota Hujan?") == "Siapa camat di Bogor?"
