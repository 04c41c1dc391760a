"""Which cell of a row is the short answer."""

from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader, HashingEncoder
from invented import indexed

from index.datatypes import Span
from index.retriever import Retriever
from qa.cells import answering_cell
from qa.evidence import gather
from qa.objections import ruled_out
from qa.questions import analyse
from qa.quoting import choose

FORMATION = "| No | Jabatan | Jumlah Formasi | Pendidikan | Penempatan |"
NURSE = "| 2 | Perawat terampil | 35 | D3 Keperawatan | RSUD Melur |"
POSTS = "| Jabatan | Nama | Jabatan sebelumnya |"
HEALTH = "| Kepala Dinas Kesehatan | Lestari Puspa | Direktur RSUD |"
HOURS = "| Hari | Jam buka | Jam tutup |"


def cell(question: str, names: str | None, row: str, found: str = "") -> str | None:
    at = Span(row.index(found), row.index(found) + len(found)) if found else None
    chosen = answering_cell(analyse(question), names, row, at)
    return row[slice(*chosen)] if chosen else None


@pytest.mark.parametrize(
    ("question", "names", "row", "answer"),
    [
        ("Berapa formasi perawat?", FORMATION, NURSE, "35"),
        ("Apa pendidikan untuk perawat terampil?", FORMATION, NURSE, "D3 Keperawatan"),
        ("Di mana perawat ditempatkan?", FORMATION, NURSE, "RSUD Melur"),
        ("Siapa Kepala Dinas Kesehatan?", POSTS, HEALTH, "Lestari Puspa"),
        ("Jam berapa loket tutup hari Jumat?", HOURS, "| Jumat | 08.00 | 11.30 |", "11.30"),
        ("Jam berapa loket buka hari Jumat?", HOURS, "| Jumat | 08.00 | 11.30 |", "08.00"),
        ("Siapa kepala dinas kesehatan?", "Nama | Dinas", "Melati Wirya | Dinas Kesehatan Kota Tirtaloka", "Melati Wirya"),
        ("Kapan jadwal seleksi administrasi?", "Tahapan seleksi | Tanggal", "Seleksi administrasi dan verifikasi | 5-9 Mei 2025", "5-9 Mei 2025"),
        ("Kapan tes wawancara peserta dimulai?", "Peserta | Tes | Tanggal", "Guru | Wawancara | 5 Mei", "5 Mei"),
        ("Berapa pegawai kecamatan Melur pada 2024?", "Kecamatan | 2023 | 2024", "Melur | 500 | 512", "512"),
        ("Berapa kelas di sekolah Melur?", "Kelas | Sekolah | Guru", "12 | Sekolah Melur | 40", "12"),
        ("Berapa tarif parkir mobil?", None, "Mobil | Rp5.000", "Rp5.000"),
    ],
)
def test_the_column_that_the_question_names_answers(question: str, names: str | None, row: str, answer: str) -> None:
    assert cell(question, names, row) == answer


def test_what_the_reader_found_is_cut_to_its_cell() -> None:
    assert cell("Perawat dibayar apa?", None, "Perawat | upah harian | Melur", "upah harian | Melur") == "upah harian"


def test_a_row_that_only_repeats_the_question_has_no_answer() -> None:
    assert cell("Berapa jumlah formasi jabatan guru?", None, "Jabatan | Jumlah") is None


TABLE = {
    "article_id": "formasi",
    "title": "Formasi Melur",
    "text": f"Loket Melur dibuka.\n\n{FORMATION}\n|---|---|---|---|---|\n| 1 | Guru kelas | 80 | S1 | SD |\n{NURSE}\n\nPelamar membaca syarat.",
}


def test_a_row_is_quoted_under_its_header_without_the_other_rows(tmp_path: Path) -> None:
    question = analyse("Berapa formasi perawat?")
    index = indexed(tmp_path, TABLE)
    sentences = gather(question, Retriever(index, HashingEncoder(256), 0.5).retrieve(question.text, 20), index, FlatReader())
    first = next(s for s in sentences if "Perawat" in s.text)
    rows = [first, *(s for s in sentences if s is not first and "|" in s.text)]
    quotes = choose(rows, np.zeros(len(rows)), 1.0, question.kind)
    index.close()
    assert [q.text for q in quotes] == [FORMATION.strip("| "), NURSE.strip("| ")]
    assert first.short
    assert first.article.text[slice(*first.short)] == "35"
    assert [s.text for s, out in zip(sentences, ruled_out(question, sentences), strict=True) if out and "|" in s.text] == [FORMATION]


def test_a_single_line_with_a_stroke_is_quoted_as_a_sentence(tmp_path: Path) -> None:
    text = "KABARMELUR.COM | TIRTALOKA — Pemkot membuka 80 formasi guru. Pelamar membaca syarat."
    question = analyse("Berapa formasi guru?")
    index = indexed(tmp_path, {"article_id": "kabar", "title": "Formasi", "text": text})
    sentences = gather(question, Retriever(index, HashingEncoder(256), 0.5).retrieve(question.text, 20), index, FlatReader())
    index.close()
    assert choose(sentences, np.zeros(len(sentences)), 1.0, question.kind)[0].text == "Pemkot membuka 80 formasi guru."
