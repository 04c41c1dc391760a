import shutil
from pathlib import Path

import pytest

from qa.datatypes import Reason
from qa.prompts import LANGUAGES, framing, prompt, variables_of
from qa.settings import PROMPTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the prompts that a test may spoil."""
    return Path(shutil.copytree(PROMPTS, tmp_path / "prompts"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_framing_is_complete(language: str) -> None:
    assert len(framing(language).months) == 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_that_say_tidak_ditemukan(language: str, reason: Reason) -> None:
    assert "tidak ditemukan" in framing(language).fill(f"abstention.{reason}").lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_of_its_own(language: str) -> None:
    assert len({framing(language).fill(f"abstention.{r}") for r in Reason}) == len(Reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_statement_shows_its_quote_and_marker(language: str) -> None:
    filled = framing(language).fill("answer.statement", source="Kabar Tirtaloka", quote="“Loket dibuka.”", marker=3)
    assert "“Loket dibuka.”" in filled
    assert filled.endswith("[3]")


def test_braces_in_a_quote_are_shown_as_they_are() -> None:
    assert "{marker} {{x}}" in framing("id").fill("answer.same_source", quote="{marker} {{x}}", marker=1)


@pytest.mark.parametrize(("language", "month"), [("id", "Agustus"), ("en", "August")])
def test_months_are_spelled_in_the_language(language: str, month: str) -> None:
    assert framing(language).months[7] == month


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("{source}", "{sumber}", "answer.statement"),
        (" {quote} [{marker}]", " {quote}", "marker"),
        ("{articles} artikel.", "banyak artikel.", "abstention.coverage_undated"),
        ("penyaring yang dipilih.", "penyaring {filter}.", "abstention.no_match_for_filter"),
        ("{publisher} (tanpa tanggal)", "{} (tanpa tanggal)", "answer.source_undated"),
        ("{publisher} (tanpa tanggal)", "{publisher.__class__} (tanpa tanggal)", "answer.source_undated"),
        ("not_a_question =", "bukan_pertanyaan =", "abstention.not_a_question"),
        ("[abstention]", "[abstensi]", "abstention.no_evidence"),
        ('"Januari", ', "", "11 months"),
        ("months =", "bulan =", "0 months"),
    ],
)
def test_missing_text_or_wrong_variable_is_refused_by_name(folder: Path, old: str, new: str, named: str) -> None:
    spoil(folder, "framing.id.toml", old, new)
    with pytest.raises(ValueError, match=named):
        framing("id", folder)


@pytest.mark.parametrize(("old", "new"), [("{source}", "{source"), ('"{day} {month} {year}"', "7"), ("[answer]", "[answer")])
def test_damaged_framing_is_refused(folder: Path, old: str, new: str) -> None:
    spoil(folder, "framing.en.toml", old, new)
    with pytest.raises(ValueError):  # noqa: PT011  # tomllib and string.Formatter word it themselves
        framing("en", folder)


def test_prompt_with_its_variables_is_returned_without_surrounding_space(tmp_path: Path) -> None:
    (tmp_path / "tanya.txt").write_text("\nJawab: {question}\n\n", encoding="utf-8")
    assert prompt("tanya.txt", frozenset({"question"}), tmp_path) == "Jawab: {question}"


@pytest.mark.parametrize("text", ["Jawab.", "Jawab: {pertanyaan}", "Jawab: {question} {passages}", "{}"])
def test_prompt_with_other_variables_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tanya.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tanya\.txt has the variables .*it needs \['question'\]"):
        prompt("tanya.txt", frozenset({"question"}), tmp_path)


@pytest.mark.parametrize(("text", "names"), [("", set()), ("{a} {b} {a}", {"a", "b"}), ("{{a}}", set()), ("{a:>10}", {"a"})])
def test_variables_are_the_names_in_single_braces(text: str, names: set[str]) -> None:
    assert variables_of(text) == names
