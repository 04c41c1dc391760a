"""PDF: lines become paragraphs again, running heads go, and what holds no text is refused with its cure."""

import io

import pytest
from fakes_pdf import encrypted_pdf, pdf_of, scanned_pdf
from matplotlib.figure import Figure

from index.errors import ArticleError
from index.pdf import MOST_PAGES, joined, read_pdf

STORY = [
    "Wali Kota Tirtaloka Rendra Wiskara membuka loket terpadu pada Jumat di",
    "Balai Lembayung. Loket itu melayani seribu warga setiap hari dan buka",
    "sampai malam.",
    "“Kami ingin warga tidak menunggu lama,” kata Rendra di halaman balai itu",
    "kepada wartawan.",
]
PARAGRAPHS = [" ".join(STORY[:3]), " ".join(STORY[3:])]


def refusal(raw: bytes) -> str:
    with pytest.raises(ArticleError) as caught:
        read_pdf(raw, "scan.pdf")
    assert str(caught.value).startswith("scan.pdf: ")
    return str(caught.value)


def test_lines_of_a_paragraph_are_joined() -> None:
    assert read_pdf(pdf_of([STORY]), "x").text.split("\n") == PARAGRAPHS


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    assert joined([STORY[:2], STORY[2:]]).split("\n") == PARAGRAPHS


def test_running_heads_and_page_numbers_are_left_out() -> None:
    stories = [[line.replace("Tirtaloka", city).replace("balai", f"aula {city}") for line in STORY] for city in ("Melati", "Kenanga", "Dahlia")]
    pages = [[f"Warta Lembayung, {n} Mei", *story, f"Halaman {n}"] for n, story in enumerate(stories, start=1)]
    text = read_pdf(pdf_of(pages), "x").text
    assert [w for w in ("Warta Lembayung", "Halaman", "Mei") if w in text] == []
    assert [line[:21] for line in text.split("\n")].count("“Kami ingin warga tid") == 3


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Mereka datang ber-", "sama keluarga.", "Mereka datang bersama keluarga."),
        ("Kepala per-", "pustakaan hadir.", "Kepala perpustakaan hadir."),
        ("Rancangan undang-", "undang dibahas.", "Rancangan undang-undang dibahas."),
        ("Lampu warna-", "warni dipasang.", "Lampu warna-warni dipasang."),
        ("Harga sayur-", "mayur naik.", "Harga sayur-mayur naik."),
        ("Sistem e-", "tilang diuji.", "Sistem e-tilang diuji."),
        ("Hotel Jakarta-", "Bandung penuh.", "Hotel Jakarta-Bandung penuh."),
        ("Tahun 2024 -", "2025 selesai.", "Tahun 2024 - 2025 selesai."),
    ],
)
def test_only_a_hyphen_that_parts_a_word_goes(first: str, second: str, expected: str) -> None:
    assert joined([[first, second]]) == expected


def test_items_of_a_list_stay_lines() -> None:
    lines = ["Syarat pendaftaran pegawai baru di balai kota:", "1. Fotokopi kartu pegawai yang masih berlaku;", "2. Surat keterangan sehat dari puskesmas itu."]
    assert joined([lines]).split("\n") == lines


def test_title_and_author_of_the_document_are_read() -> None:
    assert read_pdf(pdf_of([STORY], title="Loket Terpadu Dibuka", author="Ratih Wulandari"), "x").known == {
        "title": "Loket Terpadu Dibuka",
        "author": "Ratih Wulandari",
    }


@pytest.mark.parametrize(("title", "author"), [("Microsoft Word - rilis final.docx", "admin"), ("rilis final.pdf", "HP"), ("untitled", ""), ("Rilis", "user")])
def test_names_of_files_and_machines_are_no_title_or_author(title: str, author: str) -> None:
    assert read_pdf(pdf_of([STORY], title=title, author=author), "x").known == {}


def test_a_scanned_file_is_refused_with_its_cure() -> None:
    message = refusal(scanned_pdf())
    assert "looks scanned" in message
    assert "ocrmypdf" in message


def test_an_encrypted_file_is_refused_with_its_cure() -> None:
    assert "qpdf --decrypt" in refusal(encrypted_pdf("rahasia"))


def test_a_file_that_needs_no_password_to_be_read_is_read() -> None:
    assert "Sungai Kemuning" in read_pdf(encrypted_pdf(""), "x").text


def test_a_file_with_too_many_pages_is_refused() -> None:
    assert f"at most {MOST_PAGES} are read" in refusal(pdf_of([["Warga"]] * (MOST_PAGES + 1)))


def test_the_text_of_an_embedded_font_is_read() -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "Sungai Kemuning dikeruk sepanjang tiga kilometer.")
    out = io.BytesIO()
    figure.savefig(out, format="pdf", metadata={"CreationDate": None})
    assert read_pdf(out.getvalue(), "x").text == "Sungai Kemuning dikeruk sepanjang tiga kilometer."
