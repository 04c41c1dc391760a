"""BM25 over our own stems: order, filters that do not score, frequencies, and what a damaged folder does."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from index.datatypes import Filter
from index.errors import IndexDamagedError
from index.lexical import FOLDER, LexicalIndex, LexicalRow, write_terms
from index.text import terms

ANY = Filter()
# row, text, title, publisher, published
ROWS = (
    ("Wali kota meresmikan taman.", "Peresmian", "Warta Melati", date(2024, 1, 1)),
    ("Taman itu taman terbesar.", "Luas", "Kabar Anggrek", date(2025, 1, 1)),
    ("Pasar ramai pembeli.", "Taman", None, None),
    ("Sungai jernih kembali.", "Sungai", "Warta Melati", None),
    ("Jalan mulus kembali.", "Jalan", None, date(2025, 6, 1)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("lexical")
    write_terms((LexicalRow(n, text, title, publisher, day.toordinal() if day else 0) for n, (text, title, publisher, day) in enumerate(ROWS)), target)
    return target


@pytest.fixture(scope="module")
def lexical(folder: Path) -> LexicalIndex:
    return LexicalIndex(folder)


def found(lexical: LexicalIndex, question: str, only: Filter = ANY, limit: int = 10) -> list[int]:
    return [row for row, _ in lexical.search(terms(question), limit, only)]


def test_every_row_with_the_term_in_text_or_title_is_found(lexical: LexicalIndex) -> None:
    assert sorted(found(lexical, "taman")) == [0, 1, 2]


def test_a_row_that_holds_the_term_twice_comes_before_one_that_holds_it_once(lexical: LexicalIndex) -> None:
    order = found(lexical, "taman")
    assert order.index(1) < order.index(0)


def test_a_rarer_term_counts_more(lexical: LexicalIndex) -> None:
    assert found(lexical, "kembali sungai")[0] == 3


def test_forms_of_a_word_find_each_other(lexical: LexicalIndex) -> None:
    assert found(lexical, "diresmikan") == [0]


def test_scores_are_positive_and_fall(lexical: LexicalIndex) -> None:
    scores = [score for _, score in lexical.search(terms("taman wali kota"), 10, ANY)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_the_score_of_a_text_term_is_bm25(lexical: LexicalIndex) -> None:
    # "jernih": in 1 of 5 texts of 4, 4, 3, 3, 3 terms. idf = ln(1 + 4.5/1.5) = ln 4 = 1.38629; k1 = 1.2, b = 0.75:
    # tf = 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3/3.4)) = 2.2 / 2.09412 = 1.05056.
    ((row, score),) = lexical.search(terms("jernih"), 10, ANY)
    assert row == 3
    assert score == pytest.approx(1.38629 * 1.05056, abs=1e-4)


def test_at_most_limit_rows_are_found(lexical: LexicalIndex) -> None:
    assert len(found(lexical, "taman", limit=2)) == 2


@pytest.mark.parametrize(("question", "limit"), [("taman", 0), ("", 10), ("gajah", 10)])
def test_nothing_is_found_without_limit_terms_or_match(lexical: LexicalIndex, question: str, limit: int) -> None:
    assert found(lexical, question, limit=limit) == []


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Filter(publishers=("Warta Melati",)), [0]),
        (Filter(publishers=("WARTA melati",)), [0]),
        (Filter(publishers=("Warta",)), []),
        (Filter(publishers=("Kabar Anggrek", "Warta Melati")), [0, 1]),
        (Filter(publishers=()), []),
        (Filter(publishers=("",)), []),
        (Filter(published_from=date(2024, 1, 1)), [0, 1]),
        (Filter(published_from=date(2024, 1, 2)), [1]),
        (Filter(published_to=date(2024, 1, 1)), [0]),
        (Filter(published_to=date(2023, 12, 31)), []),
        (Filter(date(2024, 6, 1), date(2025, 6, 1), ("Warta Melati",)), []),
    ],
)
def test_only_rows_that_pass_the_filter_are_found(lexical: LexicalIndex, only: Filter, expected: list[int]) -> None:
    assert sorted(found(lexical, "taman", only)) == expected


def test_a_filter_changes_no_score(lexical: LexicalIndex) -> None:
    without = dict(lexical.search(terms("taman"), 10, ANY))
    filtered = dict(lexical.search(terms("taman"), 10, Filter(published_from=date(2024, 1, 1), publishers=("Kabar Anggrek",))))
    assert filtered == {1: pytest.approx(without[1])}


@pytest.mark.parametrize(("term", "expected"), [("taman", 2), ("kembali", 2), ("meresmikan", 1), ("gajah", 0)])
def test_the_document_frequency_counts_texts(lexical: LexicalIndex, term: str, expected: int) -> None:
    assert lexical.document_frequency(terms(term)[0]) == expected


def test_the_size_is_the_number_of_rows(lexical: LexicalIndex) -> None:
    assert len(lexical) == 5


@pytest.mark.parametrize("suffix", ["meta.json", ".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm"])
@pytest.mark.parametrize("damage", ["missing", "empty"])
def test_a_missing_or_empty_file_is_damage(tmp_path: Path, folder: Path, suffix: str, damage: str) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (path,) = (tmp_path / FOLDER).glob(f"*{suffix}")
    path.unlink()
    if damage == "empty":
        path.write_bytes(b"")
    with pytest.raises(IndexDamagedError, match="check --repair"):
        LexicalIndex(tmp_path)


def test_a_missing_folder_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=FOLDER):
        LexicalIndex(tmp_path / "nothing")
