"""Title, publisher, date and author, read from an article's own text."""

from datetime import date
from pathlib import Path

import pytest

from index.metadata import dateline_of, find_author, find_date, find_publisher, find_title, parse_date, read_metadata, shorten

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
STORY = "KOTA MELATI, contoh.com – Wali kota meresmikan taman baru di tepi sungai itu."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("5 Desember 2024", date(2024, 12, 5)),
        ("5 Pebruari 2024", date(2024, 2, 5)),
        ("3 Nopember 2023", date(2023, 11, 3)),
        ("1 Agt 2024", date(2024, 8, 1)),
        ("1 Agst 2024", date(2024, 8, 1)),
        ("17 AGUSTUS 2024", date(2024, 8, 17)),
        ("9 Mei 2024", date(2024, 5, 9)),
        ("2/1/2026", date(2026, 1, 2)),
        ("02-01-2026", date(2026, 1, 2)),
        ("2026-01-02", date(2026, 1, 2)),
        ("29 Februari 2024", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_day_first(written: str, expected: date) -> None:
    assert parse_date(written) == expected


@pytest.mark.parametrize("written", ["31/02/2024", "2024-02-30", "29 Februari 2023", "13/2024", "Maret 2024", "12 Maret", "kemarin", ""])
def test_what_is_no_full_date_is_none(written: str) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize(
    "line",
    [
        "Senin, 3 Maret 2025",
        "Senin 03-03-2025,13:46 WIB",
        "Dipublikasikan pada: 3 Maret 2025",
        "Terbit: Senin, 3 Maret 2025 pukul 10.30 WIB",
        "2025-03-03",
        "03/03/2025 - 10:30 WIB",
    ],
)
def test_a_line_of_the_header_with_only_a_date_is_the_date_of_publication(line: str) -> None:
    assert find_date(f"Taman Baru Kota Melati Dibuka\n{line}\n\n{STORY}") == (date(2025, 3, 3), False)


@pytest.mark.parametrize(
    "words",
    [
        "Senin (3/3/2025)",
        "Senin, 3 Maret 2025",
        "Senin 3 Maret 2025",
        "senin (03-03-2025)",
        "Jumat (7/3/2025)",
        "Jum'at (7/3/2025)",
        "Jum’at (7/3/2025)",
        "Ahad (9/3/2025)",
        "Minggu (9/3/2025)",
    ],
)
def test_a_date_with_its_weekday_in_the_story_is_an_estimate(words: str) -> None:
    found, is_estimate = find_date(f"{STORY}\nWarga datang pada {words} pagi.")
    assert found is not None
    assert (found.year, found.month, is_estimate) == (2025, 3, True)


@pytest.mark.parametrize(
    "words",
    [
        "Selasa (3/3/2025)",  # a Monday
        "Senin (3/3)",
        "Senin, 3 Maret",
        "tanggal 3 Maret 2025",
        "Senin (31/2/2025)",
        "tahun 2025",
    ],
)
def test_a_date_without_year_or_right_weekday_in_the_story_is_no_date(words: str) -> None:
    assert find_date(f"{STORY}\nWarga datang pada {words} pagi.") == (None, False)


def test_the_first_date_whose_weekday_agrees_is_taken() -> None:
    text = f"{STORY}\nWarga datang Selasa (3/3/2025). Panen digelar Rabu (5/3/2025) dan Kamis (6/3/2025)."
    assert find_date(text) == (date(2025, 3, 5), True)


def test_a_date_of_publication_goes_before_a_date_in_the_story() -> None:
    text = f"Taman Baru Kota Melati Dibuka\nRabu, 5 Maret 2025\n{STORY}\nWarga datang Senin (3/3/2025)."
    assert find_date(text) == (date(2025, 3, 5), False)


def test_a_date_line_below_the_story_is_no_date_of_publication() -> None:
    assert find_date(f"{STORY}\nWarga datang.\n3 Maret 2025") == (None, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STORY, "contoh.com"),
        ("KOTA MELATI (WARTAMELATI.ID) – Taman dibuka.", "WARTAMELATI.ID"),
        ("WARTAMELATI.ID | MELATI — Taman dibuka.", "WARTAMELATI.ID"),
        ("WARTAMELATI.COM, MELATI - Taman dibuka.\n\nSumber: Warta Melati", "Warta Melati"),
        ("CONTOH.COM, MELATI - Taman dibuka.\n\nSumber: Warta Melati", "CONTOH.COM"),
        ("Taman dibuka Laksmi.\n\nSumber: Warta Melati", "Warta Melati"),
        ("Taman dibuka Laksmi.\r\n\r\nSumber : Warta Melati \r\n", "Warta Melati"),
        ("Taman dibuka Laksmi.\nSumber: wartamelati.com", "wartamelati.com"),
    ],
)
def test_the_publisher_is_read_from_the_dateline_or_the_source_line(text: str, expected: str) -> None:
    assert find_publisher(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "MELATI - Taman dibuka Laksmi.",
        "Menurut narasumber: Laksmi Wirya\nTaman dibuka.",
        "Sumber:\nTaman dibuka",
        "Sumber air itu jernih.",
        "Laman contoh.com memuat jadwal – lengkap dengan peta.",
        "",
    ],
)
def test_a_text_that_names_no_publisher_has_none(text: str) -> None:
    assert find_publisher(text) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (STORY, "KOTA MELATI, contoh.com – "),
        ("MELATI – Taman dibuka.", "MELATI – "),
        ("MELATI -- Taman dibuka.", "MELATI -- "),
        ("Melati, Senin - Taman dibuka.", "Melati, Senin - "),
        ("Taman – yang baru – dibuka.", ""),
        ("Wali Kota - Taman dibuka.", ""),
        ("Taman dibuka.", ""),
    ],
)
def test_a_dateline_names_a_place_or_domain_before_a_dash(line: str, expected: str) -> None:
    assert dateline_of(line) == expected


def test_the_title_is_the_first_headline_of_the_header() -> None:
    assert find_title(f"Berita Kota\n\nTaman Baru Kota Melati Dibuka\n\n{STORY}") == "Taman Baru Kota Melati Dibuka"


def test_boilerplate_above_the_headline_is_no_title() -> None:
    assert find_title(f"  Baca juga: Pasar Anggrek Ramai Pembeli\nTaman Baru Kota Melati Dibuka\n{STORY}") == "Taman Baru Kota Melati Dibuka"


def test_without_a_headline_the_title_is_the_first_sentence_without_its_dateline() -> None:
    assert find_title(STORY) == "Wali kota meresmikan taman baru di tepi sungai itu"


def test_without_a_headline_an_indented_boilerplate_line_is_no_title() -> None:
    assert find_title(f"   Baca juga: Pasar Anggrek Ramai Pembeli\n{STORY}") == "Wali kota meresmikan taman baru di tepi sungai itu"


@pytest.mark.parametrize("line", ["Senin, 3 Maret 2025 10.30 WIB", "Reporter: Laksmi Wirya Melati Kenanga", "Taman Baru Dibuka"])
def test_a_date_a_byline_or_three_words_are_no_title(line: str) -> None:
    assert find_title(f"{line}\n{STORY}") == "Wali kota meresmikan taman baru di tepi sungai itu"


@pytest.mark.parametrize("mark", ".:;,")
def test_a_line_that_ends_like_a_clause_is_no_headline(mark: str) -> None:
    assert find_title(f"Kabar hari ini untuk warga{mark}\nTaman Baru Kota Melati Dibuka\n{STORY}") == "Taman Baru Kota Melati Dibuka"


def test_a_text_of_three_words_is_its_own_title() -> None:
    assert find_title("Taman dibuka Laksmi.\n") == "Taman dibuka Laksmi"


def test_a_long_first_sentence_is_cut_at_a_word_within_the_limit() -> None:
    assert shorten("satu dua tiga empat", limit=10) == "satu dua…"


def test_a_short_sentence_is_kept_without_its_stop_and_with_single_spaces() -> None:
    assert shorten("satu \n dua.") == "satu dua"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{STORY}\nReporter: Laksmi Wirya\nEditor: Kenanga", "Laksmi Wirya"),
        (f"Taman Baru\nReporter : Laksmi Wirya\r\n{STORY}", "Laksmi Wirya"),
        (f"Penulis: Laksmi\n{STORY}", "Laksmi"),
        (f"By: Laksmi Wirya\n{STORY}", "Laksmi Wirya"),
        (f"{STORY}\nWarga datang.\nLaksmi Wirya", "Laksmi Wirya"),
        (f"{STORY}\nWarga datang.\nLaksmi Wirya\n\nShare\n", "Laksmi Wirya"),
    ],
)
def test_the_author_is_read_from_a_byline_or_a_bare_name_on_the_last_line(text: str, expected: str) -> None:
    assert find_author(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}\nEditor: Laksmi Wirya",
        f"{STORY}\nStandby: Petugas siaga",
        f"{STORY}\nPenulis:\nWarga datang ke taman.",
        f"{STORY}\nWarga datang.\nMereka antre.",
        f"{STORY}\nWarga datang.\nLaksmi",
        f"{STORY}\nWarga datang.\nTAMAN MELATI",
        "Laksmi Wirya",
    ],
)
def test_a_text_without_a_byline_has_no_author(text: str) -> None:
    assert find_author(text) is None


@pytest.mark.parametrize(
    ("name", "publisher", "published", "is_estimate"),
    [
        ("festival-asn-2025-obyektif", "obyektif.tv", date(2025, 12, 6), True),
        ("pakta-integritas-2026-disway", "Diswayjateng.com", date(2026, 1, 2), False),
        ("tiga-penghargaan-2024-suarabaru", "SUARABARU.ID", date(2024, 12, 5), True),
        ("asn-melayani-2023-tribunjateng", "Tribun Jateng", date(2023, 3, 13), True),
        ("asn-progresif-2025-nukilan", "NUKILAN.ID", date(2025, 5, 24), True),
    ],
)
def test_publisher_and_date_of_a_seed_are_read_from_its_text(name: str, publisher: str, published: date, is_estimate: bool) -> None:
    found = read_metadata((SEEDS / f"{name}.txt").read_text(encoding="utf-8"))
    assert (found.publisher, found.published, found.published_is_estimate) == (publisher, published, is_estimate)


@pytest.mark.parametrize(
    ("name", "title", "author"),
    [
        ("asn-melayani-2023-tribunjateng", "Mbak Ita Tegaskan ASN Kota Semarang Harus Melayani Bukan Dilayani", None),
        ("asn-progresif-2025-nukilan", "ASN Progresif, Gerakan Baru ASN Muda Dorong Reformasi Birokrasi", "Akil"),
        ("festival-asn-2025-obyektif", "Lebih dari 1.900 Aparatur Sipil Negara (ASN) Pemerintah Kota Semarang menunjukkan wajah baru…", None),
        (
            "pakta-integritas-2026-disway",
            "ASN Pemkot Semarang Teken Pakta Integritas di Hari Pertama Kerja, Wali Kota Minta Kerja Cepat dan Berdampak",
            "Wahyu Sulistiyawan",
        ),
        ("tiga-penghargaan-2024-suarabaru", "Kinerja Pemerintah Kota atau Pemkot Semarang kembali menuai prestasi", "Hery Priyno"),
    ],
)
def test_title_and_author_of_a_seed_are_read_from_its_text(name: str, title: str, author: str | None) -> None:
    found = read_metadata((SEEDS / f"{name}.txt").read_text(encoding="utf-8"))
    assert (found.title, found.author) == (title, author)
