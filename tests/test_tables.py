"""Tables in articles: rows, cells, headers, and how they are read as sentences."""

import pytest

from index.datatypes import Span
from index.lists import introduction, kind_among, lines_beside
from index.sentences import split_sentences
from index.tables import LONGEST_ROW_CHARS, LONGEST_TABLE_ROWS, cells, header, inside, is_row, is_rule

NOTICE = "Rincian formasi:\n| Jabatan | Jumlah |\n|---|:--:|\n| guru kelas | 50 |\n| drg. Melur | 20 |\nPendaftaran dibuka."
LINES = ["Rincian formasi:", "| Jabatan | Jumlah |", "| guru kelas | 50 |", "| drg. Melur | 20 |", "Pendaftaran dibuka."]


def texts(row: str) -> list[str]:
    return [row[slice(*cell)] for cell in cells(row)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("| Guru | 50 |", ["Guru", "50"]),
        ("Guru | 50", ["Guru", "50"]),
        ("Guru\t50\tSD Melur", ["Guru", "50", "SD Melur"]),
        ("|  | Jumlah | Asal |", ["", "Jumlah", "Asal"]),
        ("| Guru || SD |", ["Guru", "", "SD"]),
        ("| Guru |", []),
        ("|||", []),
        ("Guru: 50", []),
        ("", []),
        (r"| Guru \| honorer | 50 |", [r"Guru \| honorer", "50"]),
        ("Wali kota datang. Ia membuka loket | Kabar", []),
        (f"{'x' * LONGEST_ROW_CHARS} | y", []),
    ],
)
def test_a_row_has_two_cells_at_least(row: str, found: list[str]) -> None:
    assert texts(row) == found


@pytest.mark.parametrize(
    ("line", "expected"), [("|---|:--:|", True), ("--- | ---", True), ("+----+----+", True), ("| - | - |", False), ("-----", False), ("| a--b |", False)]
)
def test_a_rule_holds_nothing(line: str, expected: bool) -> None:
    assert is_rule(line) is expected


def test_a_line_with_a_stroke_is_a_row_only_beside_another() -> None:
    alone = "TIRTALOKA | Kabar Melur\nWali kota datang. Ia pulang."
    assert not is_row(alone, Span(0, 23))
    assert is_row(NOTICE, Span(17, 37))


def test_rows_are_sentences_and_rules_are_none() -> None:
    assert [NOTICE[slice(*s)] for s in split_sentences(NOTICE)] == LINES


def test_a_row_in_small_letters_does_not_continue_the_one_before() -> None:
    text = "jabatan | jumlah\nguru | 50\nbidan | 20"
    assert [text[slice(*s)] for s in split_sentences(text)] == ["jabatan | jumlah", "guru | 50", "bidan | 20"]


def test_a_quote_leaves_out_the_strokes_around_a_row() -> None:
    row = "| Guru | 50 |"
    assert row[slice(*inside(row))] == "Guru | 50"
    assert "Guru | 50"[slice(*inside("Guru | 50"))] == "Guru | 50"


@pytest.mark.parametrize(
    ("lines", "at", "found"),
    [
        (LINES, 2, 1),
        (LINES, 3, 1),
        (LINES, 1, None),
        (LINES, 0, None),
        (["Senin | 08.00", "Sabtu | 09.00"], 1, None),
        (["Nama | Asal", "Melati | Melur"], 1, 0),
        (["Melati Wirya | Camat Tirta", "Kenanga | Lurah Melur", "Mawar | Camat Melur"], 1, None),
        (["Kecamatan | 2023 | 2024", "Melur | 500 | 512"], 1, 0),
        (["Baris | Isi", *["a | b"] * LONGEST_TABLE_ROWS], LONGEST_TABLE_ROWS, None),
        (["Nama | Asal", "Melati | Melur", "Kenanga | Tirta"], 1, 0),
        (["Nama | Asal", "Melati | Melur | 5"], 1, None),
    ],
)
def test_the_first_row_names_the_columns_when_it_holds_no_figure(lines: list[str], at: int, found: int | None) -> None:
    assert header(lines, at) == found


def test_a_table_is_a_list_that_its_header_introduces() -> None:
    assert [kind_among(LINES, n) for n in range(5)] == [None, "row", "row", "row", None]
    assert [introduction(LINES, n) for n in range(5)] == [None, 0, 1, 1, None]
    assert lines_beside(LINES, 2) == range(1, 4)


def test_a_single_line_with_a_stroke_is_no_row_of_a_list() -> None:
    assert kind_among(["TIRTALOKA | Kabar Melur — Wali kota datang.", "Ia pulang."], 0) is None


def test_rows_without_a_header_are_introduced_as_a_list_is() -> None:
    assert introduction(["Jam layanan:", "Senin | 08.00", "Sabtu | 09.00"], 2) == 0
