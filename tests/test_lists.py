"""Lists in articles: their lines, and what introduces them."""

import pytest

from index.lists import LONGEST_LIST_LINES, introduction, kind_of_line, lines_beside

HOURS = ["Loket pindah.", "Jam layanan:", "Senin - Kamis: 08.00 - 15.00", "Sabtu: 09.00 - 12.00", "Loket tutup pada hari libur."]
NEEDS = ["A. SYARAT UMUM", "1. Warga negara;", "2. Sehat.", "B. BERKAS", "1. Pasfoto;", "2. Ijazah.", "Berkas dikirim."]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("4. Fotokopi ijazah;", "number"),
        ("(2) Fotokopi ijazah", "number"),
        ("b) Fotokopi ijazah", "letter"),
        ("- Fotokopi ijazah", "mark"),
        ("Sabtu: 09.00 - 12.00 WITA", "label"),
        ("Senin–Kamis : 08.30–14.00", "label"),
        ("fotokopi ijazah;", "plain"),
        ("ii. Fotokopi ijazah", "roman"),
        ("➢ Fotokopi ijazah", "mark"),
        ("Pertama, isi formulir.", "step"),
        ("Pertama kali dibuka.", None),
        ("J: Cuti tahunan.", None),
        ("Jawab: Cuti tahunan.", None),
        ("Pukul 09.00: loket dibuka.", None),
        ("Ia berkata, “Loket: dibuka.”", None),
        ("Loket dibuka.", None),
        ("Jam layanan:", None),
    ],
)
def test_a_line_marks_itself_as_one_of_a_list(line: str, kind: str | None) -> None:
    assert kind_of_line(line) == kind


@pytest.mark.parametrize(
    ("sentences", "at", "found"),
    [
        (HOURS, 2, 1),
        (HOURS, 3, 1),
        (HOURS, 4, None),
        (NEEDS, 2, 0),
        (NEEDS, 5, 3),
        (NEEDS, 6, None),
        (["Loket dibuka.", "- Pasfoto"], 1, None),
        (["- Pasfoto", "- Ijazah"], 1, None),
        (["5. Sanksi berupa:", "a. teguran;", "b. denda.", "6. Loket."], 3, None),
        (["5. Sanksi berupa:", "a. teguran;", "b. denda.", "6. Loket."], 2, 0),
    ],
)
def test_a_list_is_introduced_by_a_heading_or_a_colon(sentences: list[str], at: int, found: int | None) -> None:
    assert introduction(sentences, at) == found


@pytest.mark.parametrize(("sentences", "at", "lines"), [(HOURS, 3, range(2, 4)), (HOURS, 0, range(0)), (NEEDS, 1, range(1, 3)), (NEEDS, 5, range(4, 6))])
def test_lines_of_one_list_stand_together(sentences: list[str], at: int, lines: range) -> None:
    assert list(lines_beside(sentences, at)) == list(lines)


def test_an_introduction_is_not_looked_for_without_end() -> None:
    assert introduction(["Syarat:", *["- satu"] * 200], 200) is None


def test_of_a_register_only_the_lines_near_by_are_looked_at() -> None:
    assert len(lines_beside(["- baris"] * 5000, 2500)) == 2 * LONGEST_LIST_LINES + 1
