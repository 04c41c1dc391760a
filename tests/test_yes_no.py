"""Questions that "ya" or "tidak" would answer."""

import pytest

from qa.questions import Kind, analyse
from qa.yes_no import decides


@pytest.mark.parametrize(
    "question",
    [
        "Apakah pedagang harus bayar?",
        "Apakah kain seragam dibelikan pemerintah?",
        "apakah wali kota yang baru beli mobil dinas",
        "Kalau sudah punya kartu, apakah masih boleh memakai yang lama?",
        "loket hari Minggu buka gak?",
        "guru boleh gak minta pindah",
        "Bisakah warga menonton wawancara?",
        "Apa benar dana desa bisa hilang?",
        "Nonton festival harus beli tiket?",
        "PPPK dapat THR atau tidak?",
        "Can part-time employees become full-time later?",
        "Did residents feel that services got worse?",
        "loket melur tutup hari Sabtu kan",
        "Masihkah loket Melur melayani warga?",
        "Melanggarkah lurah yang absen itu?",
        "telat urus akta kena denda gak di Melur",
        "Apakah camat menyetujui keringanan yang diminta warga?",
        "Apakah pegawai yang melanggar aturan itu dikenai sanksi?",
        "Apakah formasi 2023 lebih banyak daripada 2022?",
        "Apakah semua pegawai hadir?",
        "Apakah lurah itu mundur karena alasan keluarga?",
        "jembatan melur jadi dibiayai provinsi ya",
    ],
)
def test_a_question_for_yes_or_no_is_of_its_own_kind(question: str) -> None:
    assert analyse(question).kind is Kind.YES_NO


@pytest.mark.parametrize(
    "question",
    [
        "Apakah makanan khas daerah itu?",
        "Apakah nama teknologi yang dapat digantikan itu?",
        "Satelit apakah yang disewa sejak pertengahan tahun?",
        "Apa yang boleh dibawa?",
        "Berapa orang yang tidak hadir?",
        "Siapa yang belum dilantik?",
        "Seberapa panjang jalan yang harus selesai?",
        "Kok bisa proyek dibayar lebih?",
        "Kok bukan sekretarisnya yang ditunjuk?",
        "jadwal bus sekolah",
        "jadwal bus yang harus dinaiki ya",
        "ambil nomor bisa lewat aplikasi apa ya?",
        "Apakah penyebab kantor itu dibubarkan?",
        "Apakah gereja terbesar di kota itu?",
        "Apakah alat yang digunakan untuk mengukur hujan?",
        "Darimanakah lurah itu berasal?",
        "Langkah apa saja yang diambil camat?",
        "Which rules must they follow?",
    ],
)
def test_any_other_question_is_none(question: str) -> None:
    assert analyse(question).kind is not Kind.YES_NO


@pytest.mark.parametrize("sentence", ["Pedagang tidak dipungut biaya.", "Warga BOLEH masuk.", "Tiketnya gratis."])
def test_a_sentence_may_decide(sentence: str) -> None:
    assert decides(sentence)


def test_a_sentence_that_only_tells_decides_nothing() -> None:
    assert not decides("Loket melayani 480 warga setiap hari.")
