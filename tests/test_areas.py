"""Whose city or office a text speaks about."""

import pytest

from qa.areas import areas_spoken_of, asked_areas, asked_districts


@pytest.mark.parametrize(
    ("text", "term", "spoken_of"),
    [
        ("Wali Kota Tirtaloka, Rendra Wiskara, hadir.", "tirtaloka", True),
        ("Wali Kota Tirtaloka, Rendra Wiskara, hadir.", "rendra", True),
        ("Pemkot Tirtaloka membuka loket.", "tirtaloka", True),
        ("BUPATI MELUR hadir.", "melur", True),
        ("Warga satu kecamatan. Dewan menyetujui anggaran Kota Tirtaloka.", "tirtaloka", True),
        ("Acara digelar di Hotel Anggrek, Melur.", "melur", False),
        ("Gubernur datang dari pelabuhan lama dekat Melur.", "melur", False),
    ],
)
def test_an_area_is_spoken_of_within_four_words_of_its_marker(text: str, term: str, spoken_of: bool) -> None:
    assert (term in areas_spoken_of(text)) is spoken_of


@pytest.mark.parametrize(
    ("question", "areas"),
    [
        ("Berapa jumlah PPPK Kota Tirtaloka Januari 2025?", ["tirtaloka"]),
        ("siapa wali kota tirtaloka", ["tirtaloka"]),
        ("siapa bupati batu", ["batu"]),
        ("camat sama lurah boleh ikut kerja dari rumah", []),
        ("kapan wali kota juga datang", []),
    ],
)
def test_months_and_words_that_are_written_small_name_no_area(question: str, areas: list[str]) -> None:
    assert asked_areas(question) == areas


@pytest.mark.parametrize(
    ("question", "districts"),
    [
        ("Siapa camat Kemelur Utara di kota Tirtaloka?", ["kemelur utara"]),
        ("siapa lurah kemelur?", ["kemelur"]),
        ("Siapa wali kota Tirtaloka?", []),
        ("camat sama lurah boleh ikut?", []),
        ("Who heads the Kemelur kecamatan?", ["kemelur"]),
    ],
)
def test_districts_are_named_whole(question: str, districts: list[str]) -> None:
    assert asked_districts(question) == districts


@pytest.mark.parametrize("question", ["Siapa Kepala Dinas Kesehatan Kab. Kemelur?", "Siapa camat Kec. Kemelur?", "Siapa Bupati Kab Kemelur?"])
def test_an_area_stands_behind_an_abbreviation_too(question: str) -> None:
    assert "melur" in asked_areas(question)
