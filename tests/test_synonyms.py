"""Words of a question for which an article uses others of the same meaning."""

import pytest

from index.lexicon import frequencies
from index.synonyms import RARE, Wording, rephrase
from index.text import WORDS, term_of, tokens


@pytest.mark.parametrize(
    ("question", "article", "rephrased"),
    [
        ("Berapa ongkos ujian?", "Biaya ujian Rp5.000.", "Berapa biaya ujian?"),
        ("Berapa ongkos ujian?", "Ongkos dan biaya ujian Rp5.000.", "Berapa ongkos ujian?"),
        ("Berapa ongkos ujian?", "Ujian dibuka Senin.", "Berapa ongkos ujian?"),
        ("Hari apa ahli kejiwaan bertugas?", "Psikolog bertugas tiap Rabu.", "Hari apa psikolog bertugas?"),
        ("Mengapa anggaran dipangkas?", "Anggaran dikurangi karena transfer turun.", "Mengapa anggaran dikurangi?"),
        ("Mengapa anggaran dipangkas?", "Pemkot mengurangi anggaran.", "Mengapa anggaran dipangkas?"),
        ("Berapa pegawai yang kepergok?", "Sebanyak 27 pegawai kedapatan berbelanja dan mendapat teguran.", "Berapa pegawai yang kedapatan?"),
        ("Berapa biaya ujian?", "Ongkos ujian Rp5.000.", "Berapa biaya ujian?"),
        ("Siapa Ongkos itu?", "Biaya ujian Rp5.000.", "Siapa Ongkos itu?"),
        ("ongkos ujian?", "Biaya ujian Rp5.000.", "biaya ujian?"),
        ("", "Biaya ujian Rp5.000.", ""),
    ],
)
def test_a_rare_word_gives_way_to_the_one_that_the_article_uses(question: str, article: str, rephrased: str) -> None:
    assert rephrase(question, Wording(article)).text == rephrased


def test_each_stem_of_a_phrase_is_replaced() -> None:
    stems = rephrase("Hari apa ahli kejiwaan bertugas?", Wording("Psikolog bertugas tiap Rabu.")).stems
    assert stems == {term_of("ahli"): (term_of("psikolog"),), term_of("kejiwaan"): (term_of("psikolog"),)}


def test_a_word_is_not_said_twice() -> None:
    assert rephrase("Berapa ongkos biaya ujian?", Wording("Biaya ujian Rp5.000.")).text == "Berapa ongkos biaya ujian?"


def test_a_repeated_word_of_a_long_article_takes_no_time_for_each_place() -> None:
    wording = Wording("pembiayaan " * 9000 + "biaya")
    assert len(wording.forms_of(("biaya",))) == 1


def test_the_list_has_groups_of_words_that_occur_once_in_each() -> None:
    lines = [line for line in (WORDS / "synonyms.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    groups = [[member.strip() for member in line.split("|")] for line in lines]
    assert all(len(group) > 1 and len(set(group)) == len(group) and all(1 <= len(tokens(m)) <= 3 for m in group) for group in groups)
    assert len(lines) == len(set(lines))


def test_usual_words_are_left_alone() -> None:
    assert frequencies()["biaya"] > RARE > frequencies()["ongkos"]
