"""Spoken verbs in their written form."""

from collections.abc import Callable
from pathlib import Path

import pytest
from invented import indexed

from index.colloquial import formal, written_form
from qa.questions import analyse_for


def nothing(_: str) -> bool:
    return False


def has(*words: str) -> Callable[[str], bool]:
    return lambda word: word in words


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("ngurus", "mengurus"),
        ("nerima", "menerima"),
        ("nunggu", "menunggu"),
        ("nyari", "mencari"),
        ("nyewa", "menyewa"),
        ("milih", "memilih"),
        ("mecat", "memecat"),
        ("ngebayar", "membayar"),
        ("ngelaporin", "melaporkan"),
        ("dibatalin", "dibatalkan"),
        ("gantiin", "gantikan"),
        ("daftarin", "mendaftarkan"),
        ("naikin", "menaikkan"),
        ("urusin", "mengurusi"),
    ],
)
def test_a_spoken_verb_has_a_written_form(spoken: str, written: str) -> None:
    assert written_form(spoken) == written


@pytest.mark.parametrize("word", "main lain makan masuk nanti izin ingin dingin mesin disiplin nomor mundur nilai mobil masih minta bin in xqztin".split())
def test_any_other_word_has_none(word: str) -> None:
    assert written_form(word) is None


def test_only_the_spoken_verbs_of_a_question_change() -> None:
    assert formal("siapa yang nerima gaji Nerima?", nothing) == "siapa yang menerima gaji Nerima?"


def test_what_the_collection_has_stays() -> None:
    assert formal("siapa yang nerima gaji?", has("nerima")) == "siapa yang nerima gaji?"


def test_english_questions_stay() -> None:
    assert formal("who is the mayor of nerima?", nothing) == "who is the mayor of nerima?"


def test_a_question_to_a_collection_is_analysed_with_written_verbs(tmp_path: Path) -> None:
    index = indexed(tmp_path, {"article_id": "satu", "title": "Satu", "text": "Loket itu dibuka hari ini."})
    question = analyse_for(index, "Min, siapa yang ngurus loket?")
    index.close()
    assert question.text == "Siapa yang mengurus loket?"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("siapa lurah melur", "siapa lurah melur?"),
        ("siapa lurah melur,", "siapa lurah melur?"),
        ("siapa lurah melur? 🙏", "siapa lurah melur? 🙏"),
        ("sebutkan loket melur.", "sebutkan loket melur."),
    ],
)
def test_a_question_gets_its_mark(tmp_path: Path, message: str, asked: str) -> None:
    index = indexed(tmp_path, {"article_id": "satu", "title": "Satu", "text": "Lurah melur membuka loket."})
    question = analyse_for(index, message)
    index.close()
    assert question.text == asked


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("siapa kadisdukcapil sekarang?", "siapa kepala disdukcapil sekarang?"),
        ("Siapa Kadisdukcapil sekarang?", "Siapa kepala disdukcapil sekarang?"),
        ("siapa kadishub sekarang?", "siapa kepala dinas perhubungan sekarang?"),
        ("siapa kabag hukum?", "siapa kepala bagian hukum?"),
        ("kapan kapolres dilantik?", "kapan kapolres dilantik?"),
        ("siapa kaur desa?", "siapa kaur desa?"),
        ("apa itu kapasitas kapal?", "apa itu kapasitas kapal?"),
    ],
)
def test_the_head_of_an_office_is_written_out(question: str, written: str) -> None:
    assert formal(question, has("disdukcapil", "polres", "pasitas", "ur", "pal")) == written


def test_a_head_that_the_collection_calls_so_stays() -> None:
    assert formal("siapa kabag hukum?", has("kabag")) == "siapa kabag hukum?"


def test_the_collection_is_asked_about_words_that_would_change_only() -> None:
    asked: list[str] = []
    formal("siapa yang nerima gaji di Melur?", lambda word: bool(asked.append(word)))
    assert asked == ["nerima"]
