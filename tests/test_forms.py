"""The form of an answer: which sentences can answer a question by their form alone."""

import pytest

from qa.forms import contact_form, expected_form


def has_form(question: str, sentence: str) -> bool:
    form = expected_form(question)
    assert form is not None
    return form.search(sentence) is not None


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("berapa persen warga hadir?", "naik 12 persen"),
        ("berapa persentase warga?", "ada 85,5% warga"),
        ("what percentage is it?", "seratus persen"),
        ("berapa anggaran loket?", "sebesar rp5,9 miliar"),
        ("anggarannya berapa?", "sebesar rp. 5.000"),
        ("harga tiket berapa?", "10 ribu rupiah"),
        ("how much was paid?", "us$ 300"),
        ("jam berapa apel?", "dimulai pukul 07.30"),
        ("what time is it?", "mulai 07:30"),
        ("tanggal berapa apel?", "pada 13 maret"),
        ("tanggal berapa apel?", "senin (13/3/2023)"),
        ("tahun berapa balai dibangun?", "dibangun 1987"),
        ("bulan apa apel?", "pada maret"),
        ("hari apa apel?", "pada jum’at"),
        ("berapa lama loket ditutup?", "selama tiga tahun"),
        ("berapa lama loket ditutup?", "selama setahun"),
        ("how long was it?", "12 hari"),
        ("kapan apel?", "kemarin"),
        ("when was the assembly?", "pada 2023"),
        ("berapa pegawai hadir?", "diikuti 480 pegawai"),
        ("berapa banyak warga hadir?", "ratusan warga"),
        ("berapa jumlah warga?", "ada 1.250 orang warga"),
        ("berapakah kursi itu?", "dua puluh lima kursi"),
        ("berapa warga dilayani?", "seribu warga"),
        ("berapa besar kenaikannya?", "sebanyak 12"),
        ("berapa kali apel digelar?", "dua kali"),
        ("how many residents?", "1.250 warga"),
        ("how many residents?", "tujuh warga"),
        ("how many residents?", "seribu warga"),
        ("berapa warga hadir?", "seorang warga"),
        ("gaji ke-13 cair tanggal berapa?", "cair 3 juni"),
        ("anggaran itu disahkan tahun berapa?", "disahkan pada 2024"),
        ("tunjangan dibayar jam berapa?", "pukul 09.00"),
        ("berapa pegawai yang menerima tunjangan?", "diterima 480 pegawai"),
        ("penerima tunjangan berapa orang?", "diterima 480 orang"),
        ("berapa pegawai yang pensiun?", "sebanyak 412 aparatur sipil negara"),
        ("berapa asn yang pensiun?", "sebanyak 412 pegawai"),
        ("berapa lama cuti?", "paling lama 14 (empat belas) hari"),
        ("berapa persen potongannya?", "sebesar 5 (lima) persen"),
        ("berapa apbd tirtaloka?", "sebesar rp5 miliar"),
        ("berapa bobot wawancara?", "wawancara 35 persen"),
        ("berapa yang dialokasikan untuk guru?", "160 untuk guru"),
        ("berapa yang dibayar untuk gaji?", "sebesar rp5 miliar"),
    ],
)
def test_sentence_has_the_form_asked_for(question: str, sentence: str) -> None:
    assert has_form(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("berapa persen warga hadir?", "sebesar rp5 miliar"),
        ("berapa anggaran loket?", "naik 12 persen"),
        ("how much was paid?", "lima orang"),
        ("jam berapa apel?", "pada 13 maret"),
        ("jam berapa apel?", "32 jam 30 menit"),
        ("tanggal berapa apel?", "pada tahun 2023"),
        ("tahun berapa balai dibangun?", "untuk 1250 warga"),
        ("bulan apa apel?", "pada 2023"),
        ("hari apa apel?", "pada maret"),
        ("berapa lama loket ditutup?", "lama sekali"),
        ("kapan apel?", "di halaman balai"),
        ("berapa pegawai hadir?", "melayani 480 warga"),
        ("berapa pegawai hadir?", "pegawai hadir"),
        ("how many residents?", "warga hadir"),
        ("berapa warga hadir?", "semua warga"),
        ("berapa pegawai hadir?", "seluruh pegawai"),
    ],
)
def test_sentence_of_another_form_does_not_have_it(question: str, sentence: str) -> None:
    assert not has_form(question, sentence)


@pytest.mark.parametrize("question", ["siapa wali kota tirtaloka?", "mengapa loket ditutup?", "di mana apel digelar?", "who is the mayor?", ""])
def test_other_questions_may_be_answered_in_any_form(question: str) -> None:
    assert expected_form(question) is None


@pytest.mark.parametrize(
    ("question", "contact"),
    [
        ("berapa nomor telepon loket?", "hubungi 0811-2345-678"),
        ("nomor wa pengaduan kota", "melalui (0298) 123456"),
        ("what is the emergency phone number?", "call center 112"),
        ("nomor darurat kota?", "hubungi 112 bila ada kebakaran"),
        ("nomor call center kota?", "Call Center 112 siap melayani warga"),
        ("kontak posko banjir", "hubungi 0298-321456"),
        ("apa surel dinas?", "kirim ke loket@tirtaloka.go.id"),
        ("nomor darurat kota?", "nomornya 112\ndamkar siap"),
        ("apa alamat email dinas?", "kirim ke loket@tirtaloka.go.id"),
        ("alamat situs pendaftaran", "daftar di loket.tirtaloka.go.id"),
    ],
)
def test_a_contact_has_its_form(question: str, contact: str) -> None:
    form = contact_form(question)
    assert form is not None
    assert form.search(contact)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("nomor telepon loket berapa", "surat nomor 800/417/ORG"),
        ("apa email dinas?", "melalui surat"),
        ("nomor wa pengaduan kota", "menerima 173 pengaduan"),
        ("nomor darurat?", "Sebanyak 173 di antaranya"),
        ("nomor darurat?", "173,5 ton"),
    ],
)
def test_other_numbers_and_words_are_no_contact(question: str, other: str) -> None:
    form = contact_form(question)
    assert form is not None
    assert not form.search(other)


def test_other_questions_ask_for_no_contact() -> None:
    assert contact_form("berapa nomor antrean warga?") is None
