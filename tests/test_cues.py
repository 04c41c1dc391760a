"""Words that show that a sentence explains, lists or defines, counted only when such an answer was asked for."""

import pytest

from qa.cues import cue, items
from qa.questions import Kind


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Kind.REASON, "Loket ditutup karena listrik padam."),
        (Kind.REASON, "Akibat banjir, apel ditunda."),
        (Kind.REASON, "Alasannya, halaman becek."),
        (Kind.REASON, "KARENA listrik padam, loket ditutup."),
        (Kind.REASON, "Loket ditutup menyusul banjir."),
        (Kind.MANNER, "Warga mendaftar melalui loket."),
        (Kind.MANNER, "Caranya, warga membawa kartu."),
        (Kind.LIST, "Tiga program itu adalah:"),
        (Kind.LIST, "Program itu antara lain kompos."),
        (Kind.THING, "Loket itu bernama Melati."),
        (Kind.THING, "Melati merupakan loket terpadu."),
    ],
)
def test_sentence_with_a_cue_for_what_was_asked_has_it(kind: Kind, sentence: str) -> None:
    assert cue(kind, kind, sentence) == 1.0


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Kind.REASON, "Loket dibuka Senin."),
        (Kind.REASON, "Sebabah hadir di balai."),
        (Kind.REASON, "Karena itu loket ramai."),
        (Kind.MANNER, "Loket dibuka Senin."),
        (Kind.LIST, "Loket dibuka Senin."),
        (Kind.THING, "Loket dibuka Senin."),
    ],
)
def test_sentence_without_a_cue_has_none(kind: Kind, sentence: str) -> None:
    assert cue(kind, kind, sentence) == 0.0


@pytest.mark.parametrize("asked", [k for k in Kind if k is not Kind.REASON])
def test_cue_for_another_kind_of_question_does_not_count(asked: Kind) -> None:
    assert cue(Kind.REASON, asked, "Loket ditutup karena listrik padam.") == 0.0


@pytest.mark.parametrize(
    ("sentence", "value"),
    [("Kompos.", 0.0), ("Kompos, selokan.", 0.2), ("a, b, c, d, e, f", 1.0), ("a, b, c, d, e, f, g, h", 1.0), ("", 0.0)],
)
def test_commas_make_a_list_up_to_five(sentence: str, value: float) -> None:
    assert items(Kind.LIST, sentence) == value


@pytest.mark.parametrize("asked", [k for k in Kind if k is not Kind.LIST])
def test_commas_do_not_count_when_no_list_was_asked_for(asked: Kind) -> None:
    assert items(asked, "a, b, c") == 0.0
