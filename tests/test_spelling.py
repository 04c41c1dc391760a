"""Words that were shortened on a phone, written out before a question is analysed."""

from collections.abc import Callable

import pytest

from index.spelling import is_chat, plain, quiet, typed_without_capitals, written_out
from index.text import write_out


def nothing(_: str) -> bool:
    return False


def has(*words: str) -> Callable[[str], bool]:
    return lambda word: word in words


@pytest.mark.parametrize(
    ("short", "meant"),
    [("bnjir", "banjir"), ("sltiga", "salatiga"), ("hrga", "harga"), ("anggrn", "anggaran"), ("pgwi", "pegawai"), ("akhirny", "akhirnya")],
)
def test_a_word_without_its_vowels_is_written_out(short: str, meant: str) -> None:
    assert written_out(short) == meant


@pytest.mark.parametrize("word", ["banjir", "grasi", "memaki", "pns", "phk", "kota", "dinsos", "xqzt", "ab", "b4njir", "spandap", ""])
def test_a_known_word_and_one_that_nobody_can_guess_stay(word: str) -> None:
    assert written_out(word) is None


def test_a_question_typed_on_a_phone_is_written_out() -> None:
    assert plain("brp hrga tiket ke sltiga?", nothing) == "berapa harga tiket ke salatiga?"


def test_what_the_collection_has_stays() -> None:
    assert plain("brp hrga tiket?", has("hrga")) == "berapa hrga tiket?"


def test_names_with_a_capital_stay() -> None:
    assert plain("sp pemilik toko Hrga?", nothing) == "siapa pemilik toko Hrga?"


def test_acronyms_stay() -> None:
    assert plain("brp rumah KPN yg dijual?", nothing) == "berapa rumah KPN yang dijual?"


@pytest.mark.parametrize("acronym", ["LBH", "HRS", "MLM", "SDG", "LG", "Kadin", "BKN", "KLU"])
def test_acronyms_of_the_news_are_no_abbreviations(acronym: str) -> None:
    assert write_out(f"Apa kata {acronym}?") == f"Apa kata {acronym}?"


def test_a_shouted_question_is_written_out_too() -> None:
    assert plain("BRP HRGA TIKET?", nothing) == "berapa harga TIKET?"


@pytest.mark.parametrize(
    "question", ["Berapa hrga tiket?", "Siapa wali kota Salatiga?", "How much is the tkt?", "Siapa kepala SDG Center?", "", "?!", "Di mana RMH sakit itu?"]
)
def test_any_other_question_stays_letter_by_letter(question: str) -> None:
    assert plain(question, nothing) == question


@pytest.mark.parametrize(("question", "expected"), [("brp warga yg hadir", True), ("Berapa warga hadir?", False), ("KPN TAMAN DIBUKA", True)])
def test_phone_spelling_is_told_by_its_abbreviations(question: str, expected: bool) -> None:
    assert is_chat(question) is expected


def test_a_question_in_capitals_only_is_written_in_small_letters() -> None:
    assert quiet("SIAPA WALI KOTA TIRTALOKA?") == "Siapa wali kota tirtaloka?"


@pytest.mark.parametrize("question", ["Siapa Wali Kota?", "siapa KPU", "BKPSDM?", "", "2024?"])
def test_any_other_question_keeps_its_capitals(question: str) -> None:
    assert quiet(question) == question


@pytest.mark.parametrize(("question", "without"), [("Siapa wali kota?", True), ("siapa wali kota?", True), ("siapa KPU", False), ("", True)])
def test_capitals_count_behind_the_first_letter(question: str, *, without: bool) -> None:
    assert typed_without_capitals(question) is without
