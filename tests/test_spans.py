from itertools import pairwise

import pytest

from index.datatypes import Span
from qa.questions import analyse
from qa.spans import candidate_spans, closeness, short_answer, tidied


def answer(question: str, sentence: str) -> str | None:
    found = short_answer(analyse(question), sentence)
    return sentence[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Wali Kota Tirtaloka, Rendra Wiskara, membuka loket.", "Rendra Wiskara"),
        ("Wali Kota Tirtaloka Rendra Wiskara membuka loket.", "Rendra Wiskara"),
        ("Loket dibuka oleh Wali Kota Sasmita Barunadi.", "Sasmita Barunadi"),
        ("Loket dibuka oleh dr. Sari Wulangi.", "Sari Wulangi"),
        ("Kepala DPK Kota Kemelur, Sari Wulangi, hadir.", "Sari Wulangi"),
        ("Kepala Badan Kabupaten Kemelur Sari Wulangi hadir.", "Sari Wulangi"),
        ("Loket dibuka oleh Drs. H. Bramanta Suroya kemarin.", "H. Bramanta Suroya"),
        ("Loket dibuka Penjabat Wali Kota Tirtaloka Ir. Sari Wulangi.", "Sari Wulangi"),
        ("Loket dibuka Plt. Camat Joni bin Rahmatullah.", "Joni bin Rahmatullah"),
        ("Loket dibuka oleh I’anatul Ma’ruf pagi itu.", "I’anatul Ma’ruf"),
        ("Loket dibuka oleh Élise Øland.", "Élise Øland"),
        ("Menurut Rendra loket dibuka.", "Rendra"),
    ],
)
def test_person_is_a_name_without_its_office(sentence: str, short: str) -> None:
    assert answer("Siapa wali kota Tirtaloka?", sentence) == short


@pytest.mark.parametrize(
    "sentence",
    [
        "Ia membuka loket.",
        "Loket dibuka.",
        "Wali Kota membuka loket.",
        "PENGUMUMAN PENTING TLK.",
        "loket dibuka ramai-ramai",
        "Loket dibuka di DPK Kota Kemelur.",
        "Loket dibuka Mei.",
    ],
)
def test_sentence_without_a_name_answers_no_question_for_a_person(sentence: str) -> None:
    assert answer("Siapa yang hadir?", sentence) is None


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Loket dibuka Jumat 2 Januari 2026 pagi.", "Jumat 2 Januari 2026"),
        ("Loket dibuka Jumat, 2 Januari 2026.", "Jumat, 2 Januari 2026"),
        ("Loket dibuka Senin (13/3/2023) di balai.", "Senin (13/3/2023)"),
        ("Loket dibuka Kamis (5/12).", "Kamis (5/12)"),
        ("Loket dibuka (24 Mei 2025).", "24 Mei 2025"),
        ("Loket dibuka Jum’at 9 Mei 2025 pukul 09.30 WIB di balai.", "Jum’at 9 Mei 2025 pukul 09.30 WIB"),
        ("Loket dibuka pada Maret 2024.", "Maret 2024"),
        ("Pendaftaran: 20 Agustus - 6 September 2024", "20 Agustus - 6 September 2024"),
        ("Pegawai libur 24 sampai dengan 27 Maret 2025.", "24 sampai dengan 27 Maret 2025"),
        ("Loket melayani pukul 08.00 hingga 15.00 WIB.", "pukul 08.00 hingga 15.00 WIB"),
        ("Loket dibuka tanggal 17-8-2025 di balai.", "17-8-2025"),
        ("Loket berdiri sejak 1987.", "1987"),
        ("Loket dibuka pukul 07.30 WIB.", "pukul 07.30 WIB"),
        ("Loket dibuka besok.", "besok"),
        ("Loket dibuka di 12 Desa pada Maret 2024.", "Maret 2024"),
    ],
)
def test_time_is_the_whole_date_or_hour(sentence: str, short: str) -> None:
    assert answer("Kapan loket dibuka?", sentence) == short


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Anggaran loket Rp5,9 miliar.", "Rp5,9 miliar"),
        ("Anggaran loket Rp 1.500.000.", "Rp 1.500.000"),
        ("Anggaran loket Rp. 750 juta per tahun.", "Rp. 750 juta"),
        ("Anggaran loket US$ 2,5 juta.", "US$ 2,5 juta"),
        ("Anggaran loket naik 12 persen.", "12 persen"),
        ("Anggaran loket naik 0,16% tahun ini.", "0,16%"),
        ("Anggaran loket naik 12 persen tahun lalu.", "12 persen"),
        ("Anggaran loket untuk 1.250 warga.", "1.250 warga"),
        ("Anggaran loket cukup bagi 3\xa0juta orang.", "3\xa0juta orang"),
        ("Anggaran loket untuk tiga kelurahan.", "tiga kelurahan"),
        ("Anggaran loket bernilai 85,96.", "85,96"),
    ],
)
def test_amount_carries_its_currency_and_unit(sentence: str, short: str) -> None:
    assert answer("Berapa anggaran loket?", sentence) == short


@pytest.mark.parametrize("sentence", ["Loket dibuka Senin (13/3/2023).", "Loket dibuka (Maret 2023).", "Loket itu ramai."])
def test_date_in_brackets_is_no_amount(sentence: str) -> None:
    assert answer("Berapa anggarannya?", sentence) is None


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Apel digelar di Balai Lembayung.", "Balai Lembayung"),
        ("Apel digelar di halaman Balai Lembayung, Senin.", "halaman Balai Lembayung"),
        ("Apel pindah ke Lapangan Kemuning.", "Lapangan Kemuning"),
    ],
)
def test_place_stands_after_its_preposition(sentence: str, short: str) -> None:
    assert answer("Di mana apel digelar?", sentence) == short


def test_place_does_not_run_through_a_whole_clause() -> None:
    assert answer("Di mana apel digelar?", "Apel digelar di sana dan ia bertemu dengan Harsa.") is None


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Layanan bernama Tata Layanan Kota (TLK) dibuka.", "Tata Layanan Kota"),
        ("Layanan TLK (Tata Layanan Kota) dibuka.", "Tata Layanan Kota"),
    ],
)
def test_meaning_of_an_acronym_stands_beside_it(sentence: str, short: str) -> None:
    assert answer("Apa kepanjangan TLK?", sentence) == short


@pytest.mark.parametrize("question", ["Mengapa loket dibuka?", "Bagaimana loket dibuka?", "Apa yang dibuka?", "Apa saja programnya?"])
def test_explanations_and_lists_have_no_short_answer(question: str) -> None:
    assert answer(question, "Rendra Wiskara membuka loket Rp5 juta pada 2 Mei 2025.") is None


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Siapa Rendra Wiskara?", "Tamu itu Rendra Wiskara."),
        ("Siapa yang hadir pada 2026?", "Pada 2026 tamu hadir."),
        ("Kapan pada 2026 loket dibuka?", "Loket dibuka 2026."),
        ("Berapa dari 480 pegawai yang hadir?", "480 pegawai hadir."),
    ],
)
def test_words_of_the_question_itself_are_no_answer(question: str, sentence: str) -> None:
    assert answer(question, sentence) is None


def test_span_nearest_to_the_words_of_the_question_wins() -> None:
    sentence = "Rumah sakit menerima 3 kendaraan, dan setelah itu menurut catatan panitia loket melayani 450 warga."
    assert answer("Berapa yang dilayani loket?", sentence) == "450 warga"


@pytest.mark.parametrize("question", ["Siapa yang hadir?", "Kapan dibuka?", "Berapa harganya?", "Di mana tempatnya?", "Apa kepanjangan TLK?"])
def test_candidates_do_not_overlap(question: str) -> None:
    sentence = "Jumat 2 Januari 2026, Rendra Wiskara di Balai Lembayung (Tata Layanan Kota) membagi Rp5,9 miliar bagi 1.250 warga."
    spans = sorted(span for span, _ in candidate_spans(analyse(question), sentence))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize("sentence", ["", " ", ".", "(", "di ", "😀"])
@pytest.mark.parametrize("question", ["Siapa?", "Kapan?", "Berapa?", "Di mana?", "Apa artinya?"])
def test_sentence_without_content_answers_nothing(question: str, sentence: str) -> None:
    assert answer(question, sentence) is None


def span_of(sentence: str, words: str) -> tuple[int, int]:
    start = sentence.index(words)
    return start, start + len(words)


def test_a_degree_is_nobody_s_name() -> None:
    assert answer("Siapa lurah Rendra Wiskara?", "Berkas diserahkan lurah Rendra Wiskara, S.Sos., M.Si.") is None


def test_holder_of_the_office_wins_over_a_nearer_name() -> None:
    sentence = "Wali Kota Tirtaloka Rendra Wiskara hadir bersama Harsa Mandalika dari kota wali Tirtaloka."
    assert answer("Siapa wali kota Tirtaloka?", sentence) == "Rendra Wiskara"


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("loket 450", 1 / (1 + 6 / 20)),  # "loket" begins 6 characters before "450"
        ("450 di loket", 1 / (1 + 4 / 20)),  # and here 4 after its end
        ("450 warga", 1 / 11),  # no word of the question: as if 200 characters away
    ],
)
def test_span_is_close_by_the_characters_to_the_nearest_word_of_the_question(sentence: str, value: float) -> None:
    assert closeness(analyse("Berapa loket?"), sentence, span_of(sentence, "450")) == pytest.approx(value)


@pytest.mark.parametrize(
    ("around", "shown"),
    [
        ("Ia <AS (42>), katanya.", "AS"),  # a bracket that stays open
        ("Ia <Dinas Contoh (DC)>, katanya.", "Dinas Contoh (DC)"),
        ("Terjadi Kamis <(42>).", "42"),
        ("Ketua Dewa Ketut <Som>a hadir.", "Soma"),  # a token that ends within a word
        ("Ketua <Dewa Ketut So>ma hadir.", "Dewa Ketut Soma"),
        ("Ia me<nyapu> jalan.", "menyapu"),
        ("Sudah ada<150 orang>, katanya.", "150 orang"),  # a space that is missing in the article
        ("Ada <1>50 orang.", "150"),
        ("Itu <8 Februari 2018.> Lalu", "8 Februari 2018"),
        ("Itu <Selasa (20/2).>", "Selasa (20/2)"),
        ("Ia <Dr. Contoh, S.H.> katanya", "Dr. Contoh, S.H."),
        ("Ia <Bagian Hukum, > katanya", "Bagian Hukum"),
        ("Ia hadir<.>", None),
        ("Biayanya <Rp3>.203.600 setahun.", "Rp3.203.600"),
        ("Hubungi <loket@melur>.go.id segera.", "loket@melur.go.id"),
        ("Hubungi (<0298) 321456> segera.", "(0298) 321456"),
        ("Camat (<2018–2022)> dan lurah.", "2018–2022"),
        ("Camat <2015–2018) dan lurah (2018–2022)>.", "2015–2018"),
        ("Syarat:\n<2. Pasfoto>", "Pasfoto"),
        ("Syarat:\n<2>. Pasfoto", None),
    ],
)
def test_reader_s_span_is_shown_in_whole_words_without_open_brackets_and_stops(around: str, shown: str | None) -> None:
    start, end = around.index("<"), around.index(">") - 1
    text = around.replace("<", "").replace(">", "")
    found = tidied(text, Span(start, end))
    assert (found and text[slice(*found)]) == shown


@pytest.mark.parametrize("text", ["a\nb", " \n ", "ab. ", "(a", "a)", "1a.", "S.H. x", "\u2009.", ""])
def test_any_span_of_any_text_gives_visible_words_or_nothing(text: str) -> None:
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 1):
            found = tidied(text, Span(start, end))
            assert found is None or text[slice(*found)].strip()


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Sabtu: 09.00 - 12.00 WITA", "09.00 - 12.00 WITA"),
        ("Loket dibuka Senin, 3 Maret 2025 pukul 07.30 WIB.", "pukul 07.30 WIB"),
        ("Loket dibuka 07.30 WIB setiap Senin.", "07.30 WIB"),
        ("Nilai loket 85.96 pada Senin.", "Senin"),
        ("Buka 08.00 s/d 12.00 setiap hari.", "08.00 s/d 12.00"),
    ],
)
def test_who_asks_for_the_hour_gets_the_hour(sentence: str, short: str) -> None:
    assert answer("Jam berapa buka?", sentence) == short
