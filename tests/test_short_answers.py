"""Which span of a sentence is shown as the bare answer."""

import pytest

from index.datatypes import Span
from qa.questions import analyse
from qa.short_answers import ShortAnswers


def shown(question: str, sentence: str, pointed: str) -> str | None:
    """What is shown of a sentence when the reader is sure of the words `pointed`."""
    start = sentence.index(pointed)
    span = ShortAnswers(analyse(question), sentence).chosen(Span(0, len(sentence)), None, (Span(start, start + len(pointed)), -0.01), holder=False)
    return sentence[slice(*span)] if span else None


@pytest.mark.parametrize("behind", ["seusai", "saat", "di", "kemarin pada"])
def test_what_tells_when_or_where_is_no_part_of_a_name(behind: str) -> None:
    sentence = f"“Arsip beres,” kata Rendra Wiskara {behind} pelantikan."
    assert shown("Siapa yang membereskan arsip?", sentence, f"Rendra Wiskara {behind}") == "Rendra Wiskara"


def test_words_of_a_name_and_of_other_answers_stay() -> None:
    assert shown("Siapa yang hadir?", "Hadir Rendra Wiskara dan Sasmita.", "Rendra Wiskara dan Sasmita") == "Rendra Wiskara dan Sasmita"
    assert shown("Apa yang dibuka?", "Loket pada balai dibuka.", "Loket pada") == "Loket pada"
