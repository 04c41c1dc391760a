"""Which line of a list speaks when the ranking puts another one first."""

from pathlib import Path

import pytest
from fakes import FlatReader, HashingEncoder, linear, reader_model
from invented import indexed

from index.datatypes import Filter
from index.local import LocalIndex
from index.retriever import Retriever
from qa.datatypes import Draft
from qa.feature_rows import CONFIDENCE_FEATURES, RANKING_FEATURES, TOPIC_FEATURES
from qa.linear_models import ReaderModel
from qa.questions import analyse
from qa.reader import Reader

NOTICE = {
    "article_id": "pengumuman",
    "title": "Pengumuman Loket Melur",
    "text": (
        "Loket Melur pindah ke balai.\nMAL PELAYANAN MELUR\nSenin - Kamis: 08.00 - 15.30 WITA\nSabtu: 09.00 - 12.00 WITA\n"
        "KANTOR CAMAT\nSenin - Jumat: 07.30 - 14.00 WITA\nSyarat izin usaha:\n1. Fotokopi kartu penduduk;\n2. Surat tanah.\n"
        "Dokumen pelamar:\n1. Pasfoto;\n2. Ijazah.\nTirtaloka, 5 Maret 2025"
    ),
}


def model(**ranking: float) -> ReaderModel:
    return reader_model(linear(RANKING_FEATURES, 0.0, **ranking), linear(CONFIDENCE_FEATURES, 3.0), linear(TOPIC_FEATURES, 3.0))


# The first lines are best; without a time of day a line is none of those asked for.
FIRST_LINES = {"position": 1.0, "form": 4.0, "is_bullet": 3.0}


@pytest.fixture
def notice(tmp_path: Path) -> LocalIndex:
    return indexed(tmp_path, NOTICE)


def asked(index: LocalIndex, question: str) -> Draft:
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20, Filter())
    draft = Reader(index, model(**FIRST_LINES), FlatReader()).compose(analyse(question), hits)
    index.close()
    return draft


def test_the_line_of_the_asked_day_speaks_under_its_heading(notice: LocalIndex) -> None:
    draft = asked(notice, "Jam berapa mal pelayanan Melur dibuka hari Sabtu?")
    assert [q.text for q in draft.quotes] == ["MAL PELAYANAN MELUR", "Sabtu: 09.00 - 12.00 WITA"]


def test_the_list_of_the_asked_office_speaks(notice: LocalIndex) -> None:
    draft = asked(notice, "Jam berapa kantor camat dibuka?")
    assert [q.text for q in draft.quotes] == ["KANTOR CAMAT", "Senin - Jumat: 07.30 - 14.00 WITA"]


def test_an_acronym_names_the_heading_too(notice: LocalIndex) -> None:
    assert asked(notice, "jam berapa mpm buka hari senin?").quotes[0].text == "MAL PELAYANAN MELUR"


def test_of_several_lists_the_one_asked_for_is_quoted_whole(notice: LocalIndex) -> None:
    draft = asked(notice, "Apa saja dokumen yang diminta dari pelamar?")
    assert [q.text for q in draft.quotes] == ["Dokumen pelamar:", "1. Pasfoto;", "2. Ijazah."]
    assert draft.short_answer is None


def test_place_and_day_at_the_end_of_a_letter_answer_nothing(notice: LocalIndex) -> None:
    assert all("5 Maret 2025" not in q.text for q in asked(notice, "Tanggal berapa loket Melur pindah?").quotes)


def test_the_line_whose_days_hold_the_asked_one_speaks(tmp_path: Path) -> None:
    text = "Jam loket Melur:\nJumat: 08.00 - 11.00\nSenin s/d Kamis: 08.00 - 15.00\nSabtu: 09.00 - 12.00"
    index = indexed(tmp_path, {"article_id": "jam", "title": "Jam Loket Melur", "text": text})
    draft = asked(index, "Jam berapa loket Melur tutup hari Rabu?")
    assert [q.text for q in draft.quotes][-1] == "Senin s/d Kamis: 08.00 - 15.00"


def test_of_labelled_lines_the_one_that_is_all_asked_for_speaks(tmp_path: Path) -> None:
    text = "Jadwal seleksi Melur:\nPengumuman hasil seleksi administrasi berkas: 23 Mei\nPelantikan: 5 Juni\nWawancara: 1 Juni"
    index = indexed(tmp_path, {"article_id": "jadwal", "title": "Jadwal", "text": text})
    draft = asked(index, "Kapan pelantikan hasil seleksi?")
    assert [q.text for q in draft.quotes][-1] == "Pelantikan: 5 Juni"


def test_another_list_does_not_speak_for_a_line_that_holds_more(tmp_path: Path) -> None:
    text = "Syarat umum pelamar:\n1. Nilai IPK paling rendah 2,75;\n2. Umur 40 tahun.\n\nJadwal CPNS Melur:\n1. Pendaftaran 20 Agustus;\n2. Tes 5 Oktober."
    index = indexed(tmp_path, {"article_id": "cpns", "title": "CPNS", "text": text})
    draft = asked(index, "Berapa nilai IPK paling rendah untuk CPNS Melur?")
    assert "1. Nilai IPK paling rendah 2,75;" in [q.text for q in draft.quotes]


def test_a_label_that_is_not_asked_for_does_not_speak(tmp_path: Path) -> None:
    text = "Kuota loket Melur dibatasi:\na. Paspor: 40 orang\nb. Kartu penduduk: 150 pemohon per hari\nc. Akta: 60 orang"
    index = indexed(tmp_path, {"article_id": "kuota", "title": "Kuota", "text": text})
    assert asked(index, "Berapa kuota pemohon akta per hari?").short_answer == "60 orang"
