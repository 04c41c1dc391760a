"""The words of the page: none is missing in a language, none is left over."""

import re
from dataclasses import replace
from datetime import date

import pytest
from fakes_service import FakePipeline

from index.settings import REPOSITORY
from qa.datatypes import DatedFact, Part, Request
from qa.prompts import LANGUAGES, variables_of
from qa.texts import TEXTS, dated_line, part_lines, unmentioned_note

# Names put together from a prefix and a value: t['reason_' ~ reason].
_PREFIXES = ("reason_", "confidence_", "problem_", "error_", "measure_", "column_", "plot_", "kind_", "word_", "feedback_right", "feedback_wrong")


def used_names() -> set[str]:
    files = [*(REPOSITORY / "qa" / "templates").glob("*.html"), *(REPOSITORY / "qa").glob("*.py")]
    return {name for f in files for name in re.findall(r"\bt\.(\w+)|['\"](\w+)['\"]", f.read_text(encoding="utf-8")) for name in name if name}


def test_no_word_is_left_over() -> None:
    assert {key for key in TEXTS["id"] if not key.startswith(_PREFIXES)} - used_names() == set()


def test_every_word_a_template_names_exists() -> None:
    named = {name for f in (REPOSITORY / "qa" / "templates").glob("*.html") for name in re.findall(r"\bt\.(\w+)", f.read_text(encoding="utf-8"))}
    assert named - {"get"} - TEXTS["id"].keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_a_method_of_dict(language: str) -> None:
    """`t.copy` in a template would be the method."""
    assert [key for key in TEXTS[language] if hasattr({}, key)] == []


def test_both_languages_fill_in_the_same_values() -> None:
    assert {k: variables_of(v) for k, v in TEXTS["id"].items()} == {k: variables_of(v) for k, v in TEXTS["en"].items()}


@pytest.mark.parametrize(
    ("question", "language", "note"),
    [
        ("giliran pegawai Kotaloka", "id", "Perhatikan: artikel yang dikutip tidak menyebut “Kotaloka”."),
        ("giliran pegawai Kotaloka", "en", "Please note: the quoted articles do not mention “Kotaloka”."),
        ("resep rendang Kotaloka", "id", "Artikel yang paling dekat tidak menyebut “Kotaloka”."),
        ("giliran pegawai", "id", ""),
    ],
)
def test_names_that_are_not_mentioned_are_told_in_one_sentence(question: str, language: str, note: str) -> None:
    assert unmentioned_note(FakePipeline().answer_question(Request(question), "r-1"), language) == note


def test_each_part_is_a_line_with_its_answer_and_marker() -> None:
    answer = FakePipeline().answer_question(Request("Siapa wali kota?"), "r")
    parts = (Part("Siapa?", "Rendra Wiskara", 1), Part("mengapa?", None, 2), Part("berapa?", None, None))
    assert part_lines(replace(answer, parts=parts), "id") == [
        "Siapa? Rendra Wiskara [1]",
        "mengapa? mungkin dijawab oleh kutipan [2]",
        "berapa? tidak ditemukan dalam artikel yang dikutip",
    ]
    assert part_lines(answer, "id") == []


def test_the_value_of_the_asked_time_comes_with_the_others() -> None:
    answer = FakePipeline().answer_question(Request("Siapa wali kota?"), "r")
    facts = tuple(DatedFact(v, day, n, n == 3) for n, (v, day) in enumerate((("A", date(2020, 1, 2)), ("B", date(2022, 1, 2)), ("C", None)), start=1))
    assert (
        dated_line(replace(answer, timeline=facts, short_answer="B")) == "B (per 2 Januari 2022) [2]; sebelumnya A (2 Januari 2020) [1]; sebelumnya C (–) [3]"
    )
    assert dated_line(replace(answer, timeline=facts[:2], short_answer="A")) == "A (per 2 Januari 2020) [1]; kemudian B (2 Januari 2022) [2]"
