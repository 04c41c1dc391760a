"""Figures that are none of what is asked for."""

import pytest

from qa.forms import asks_for_count
from qa.mismatches import counts_nothing, tells_no_sum, tells_of_another_number


@pytest.mark.parametrize(
    ("asked", "told", "another"),
    [
        ("Berapa tunjangan pelaksana kelas 5?", "Pelaksana kelas 7 | Rp5.650.000", True),
        ("Berapa tunjangan pelaksana kelas 7?", "Pelaksana kelas 7 | Rp5.650.000", False),
        ("Berapa yang lulus tahap 2?", "Pada tahap II lulus 40 orang.", False),
        ("Berapa yang lulus tahap kedua?", "Pada tahap I lulus 40 orang.", True),
        ("How many passed phase 2?", "Pada tahap I lulus 40 orang.", True),
        ("Berapa gaji gol. III?", "Golongan IV menerima Rp4 juta.", True),
        ("Berapa gaji golongan III?", "Golongan III dan IV menerima Rp4 juta.", False),
        ("Berapa tunjangan kelas 5?", "Kelas 1 sampai 7 menerima Rp2 juta.", False),
        ("Berapa tunjangan kelas 5?", "Pelaksana menerima Rp2 juta.", False),
        ("Berapa tunjangan?", "Kelas 7 menerima Rp2 juta.", False),
        ("Berapa siswa kelas 12?", "Siswa kelas XII berjumlah 40.", False),
        ("Berapa siswa kelas 12?", "Siswa kelas XI berjumlah 40.", True),
        ("Berapa pelamar gelombang 6?", "Gelombang keenam diikuti 40 orang.", False),
        ("Berapa gaji golongan 3?", "Golongan I Rp1 juta, II Rp2 juta, dan III Rp3 juta.", False),
        ("Apa isi pasal 10?", "Pasal 8 hingga Pasal 12 mengatur cuti.", False),
        ("Berapa gaji golongan III?", "Golongan IIIa menerima Rp3 juta.", False),
        ("Berapa lama periode 2?", "Periode 5 tahun dapat diperpanjang.", False),
    ],
)
def test_another_grade_or_stage_is_told_by_its_number(asked: str, told: str, another: bool) -> None:
    assert tells_of_another_number(asked, told) is another


@pytest.mark.parametrize(
    ("asked", "told", "nothing"),
    [
        ("Ada berapa orang yang mendaftar?", "Pendaftaran berlangsung 20 Agustus–6 September 2024.", True),
        ("Berapa pegawai yang hadir?", "Apel digelar pukul 07.30 pada Senin (13/3).", True),
        ("Berapa pegawai yang hadir?", "Apel 20 Agustus 2024 diikuti 90 pegawai.", False),
        ("Berapa pegawai yang hadir?", "Tidak ada yang hadir pada 20 Agustus.", False),
        ("Berapa pegawai yang hadir?", "Seluruh pegawai hadir.", False),
        ("Berapa formasi yang dibuka?", "1. Guru kelas", True),
        ("Berapa formasi yang dibuka?", "Rincian formasi:", False),
        ("Berapa lama pendaftaran dibuka?", "Pendaftaran berlangsung 20 Agustus–6 September 2024.", False),
        ("Jam berapa apel digelar?", "Apel digelar pukul 07.30.", False),
        ("Berapa pelaku yang ditangkap? Berapa orang?", "Kedua pelaku ditangkap.", False),
        ("Berapa penerima bantuan?", "Penerima naik menjadi 1950, katanya.", False),
        ("Berapa rumah yang rusak?", "Yang rusak 45%.", False),
        ("Berapa petugas yang hadir?", "Selusin petugas hadir.", False),
    ],
)
def test_days_and_hours_count_nothing(asked: str, told: str, nothing: bool) -> None:
    assert counts_nothing(asked, told) is nothing


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("berapa pegawai yang pensiun?", True),
        ("pada 2025, berapa guru yang pensiun?", True),
        ("ada berapa orang yang lulus?", True),
        ("posisi berapa kota itu?", False),
        ("berapa lama ujiannya?", False),
        ("berapa hari cutinya?", False),
        ("berapa anggaran untuk pegawai?", False),
        ("siapa kepala dinas?", False),
    ],
)
def test_things_are_counted(question: str, expected: bool) -> None:
    assert asks_for_count(question) is expected


@pytest.mark.parametrize(
    ("asked", "told", "none"),
    [
        ("Berapa anggaran pelatihan itu?", "Pelatihan diikuti 40 orang.", True),
        ("Berapa anggaran pelatihan itu?", "Pelatihan menelan 3 miliar.", False),
        ("Berapa potongan tunjangan?", "Tunjangan dipotong 3 persen.", False),
        ("Biaya pendaftaran berapa?", "Pendaftaran gratis.", False),
        ("Berapa anggaran pelatihan itu?", "Rincian anggaran:", False),
        ("How much did the city spend on training?", "Pelatihan diikuti 40 orang.", True),
        ("Berapa honorer yang dites?", "Sebanyak 1.027 tenaga honorer dites.", False),
        ("Nomor berapa keputusan tentang denda itu?", "Keputusan Nomor 970 mengatur denda.", False),
        ("Berapa pegawai yang menerima tunjangan?", "Sebanyak 40 pegawai menerimanya.", False),
        ("Berapa gaji golongan III?", "III/a | 2.785.700", False),
        ("Berapa tarif parkir motor?", "Sepeda motor 2.000, mobil 4.000.", False),
        ("Denda parkir berapa?", "Denda 50 rb.", False),
        ("Berapa guru penerima insentif?", "Sebanyak 40 guru.", False),
        ("Berapa kali insentif dibayarkan?", "Dibayarkan dua kali.", False),
        ("Denda diatur pasal berapa?", "Pasal 10.", False),
        ("How many officers received allowances?", "Sebanyak 50 orang menerima.", False),
    ],
)
def test_a_sum_is_asked_for_and_none_is_told(asked: str, told: str, none: bool) -> None:
    assert tells_no_sum(asked, told) is none


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Berapa orang yang mendaftar?", "Setelah tiga tahun pendaftaran dibuka."),
        ("Berapa pegawai yang lembur?", "Petugas mendapat Rp 25 ribu per jam."),
        ("How many people passed?", "Berdasarkan Keputusan Nomor 571 Tahun 2023, seleksi dibuka."),
    ],
)
def test_sums_spans_and_regulations_count_nobody(asked: str, told: str) -> None:
    assert counts_nothing(asked, told)
