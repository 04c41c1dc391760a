"""The whole list of which the reader pointed at a part."""

import pytest

from qa.enumerations import whole_list


@pytest.mark.parametrize(
    ("sentence", "pointed", "whole"),
    [
        ("Syaratnya meliputi KTP, ijazah, dan pasfoto.", "ijazah", "KTP, ijazah, dan pasfoto"),
        ("Dokumen itu antara lain KTP, ijazah, transkrip nilai, serta surat lamaran.", "KTP", "KTP, ijazah, transkrip nilai, serta surat lamaran"),
        (
            "Aturan itu tidak berlaku bagi RSUD Kenanga, puskesmas, Satpol PP, serta kantor lurah.",
            "kantor lurah",
            "RSUD Kenanga, puskesmas, Satpol PP, serta kantor lurah",
        ),
        ("Pemenangnya yakni Kecamatan Mawar, Melati dan Kenanga, kata camat.", "Melati dan Kenanga", "Kecamatan Mawar, Melati dan Kenanga"),
        ("Ia memeriksa gudang, loket, dan arsip.", "loket", "loket, dan arsip"),
        ("Hadir pula Suwanda & Rahayu.", "Rahayu", "Rahayu"),
        ("Camat meresmikan loket, dan warga senang karena antrean pendek.", "loket", "loket"),
        ("Piagam diserahkan oleh Suwanda Prakasa, dan diterima Rahayu yang mewakili camat.", "Suwanda Prakasa", "Suwanda Prakasa"),
        ("Yang hadir yakni camat, dinas pasar, dan diskusi pelajar.", "camat", "camat, dinas pasar, dan diskusi pelajar"),
        ("Wali kota, Suwanda Prakasa, membuka loket.", "Suwanda Prakasa", "Suwanda Prakasa"),
        ("Harganya naik, karena hujan, dan turun lagi.", "naik", "naik"),
        ("Loket", "Loket", "Loket"),
        (
            "Ada tiga, yakni Taman Mawar (TM) di utara, Pasar Baru, dan Kebun (dekat kali).",
            "Pasar Baru",
            "Taman Mawar (TM) di utara, Pasar Baru, dan Kebun (dekat kali)",
        ),
        (
            "Ada tiga, yakni Taman Mawar di utara, Pasar Baru di Jalan Kali, dan Kebun.",
            "Jalan Kali, dan Kebun",
            "Taman Mawar di utara, Pasar Baru di Jalan Kali, dan Kebun",
        ),
        ("Warga datang dari Kota Mawar dan Melati.", "Kota Mawar", "Kota Mawar dan Melati"),
        ("Ia tinggal, bekerja di Kota Mawar.", "Kota Mawar", "Kota Mawar"),
        ("Yang hadir yakni Sekda Drs. H. Suwanda, Rahayu, dan Sasmita.", "Rahayu", "Sekda Drs. H. Suwanda, Rahayu, dan Sasmita"),
        ("Ada tiga (gudang, loket, dan arsip).", "loket", "gudang, loket, dan arsip"),
    ],
)
def test_a_part_of_a_list_becomes_the_whole_list(sentence: str, pointed: str, whole: str) -> None:
    start = sentence.index(pointed)
    first, last = whole_list(sentence, start, start + len(pointed))
    assert sentence[first:last] == whole


@pytest.mark.parametrize("sentence", ["a, b", "dan", ", dan ,", "a dan b", "x: , dan y", "()", "a & b & c"])
def test_any_text_gives_a_span_around_the_given_one(sentence: str) -> None:
    for start in range(len(sentence)):
        for end in range(start + 1, len(sentence) + 1):
            first, last = whole_list(sentence, start, end)
            assert 0 <= first <= start < end <= last <= len(sentence)
