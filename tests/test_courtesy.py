"""The question in a message, without greetings, requests and thanks."""

import pytest

from qa.courtesy import bare_question


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Halo min, mau tanya dong, kapan pasar dibuka? Makasih ya", "Kapan pasar dibuka?"),
        ("Mohon informasinya, siapa wali kota Tirtaloka? Terima kasih sebelumnya.", "Siapa wali kota Tirtaloka?"),
        ("Assalamualaikum wr wb, selamat pagi bapak/ibu, izin bertanya kapan loket dibuka? terima kasih", "Kapan loket dibuka?"),
        ("min brp org yg datang?", "brp org yg datang?"),
        ("Pak, berapa gajinya?", "Berapa gajinya?"),
        ("kapan loket dibuka, pak?", "kapan loket dibuka?"),
        ("Berapa gajinya mohon infonya", "Berapa gajinya"),
        ("Tolong sebutkan syaratnya", "Sebutkan syaratnya"),
        ("Mohon jelaskan mengapa tunjangan dipotong", "Jelaskan mengapa tunjangan dipotong"),
        ("Apakah kamu tahu siapa sekda Tirtaloka?", "Siapa sekda Tirtaloka?"),
        ("siapa wali kota tirtaloka sih min", "siapa wali kota tirtaloka sih"),
        ("Could you please tell me who the mayor is? Thanks a lot!", "Who the mayor is?"),
        ("Good morning, I would like to know when the market opens", "When the market opens"),
        ("Do you know who the regent is?", "Who the regent is?"),
    ],
)
def test_what_is_said_around_a_question_is_left_out(message: str, question: str) -> None:
    assert bare_question(message) == question


@pytest.mark.parametrize(
    "question",
    [
        "Siapa wali kota Tirtaloka?",
        "Ibu kota Jawa Tengah apa?",
        "Min Aung Hlaing siapa?",
        "Bu Risma jadi apa?",
        "Mas Gibran siapa?",
        "Selamat Hari ASN diucapkan siapa?",
        "Tanya jawab apa yang diadakan BKN?",
        "Who thanked the mayor?",
        "Where is he?",
        "Misi dan visi wali kota apa?",
        "WR Supratman siapa?",
        "Minta bantuan ke mana?",
        "Di mana ruang laktasi ibu?",
        "Siapa yang minta penjelasannya?",
        "Berapa formasi untuk tenaga admin?",
        "Siapa pemenang lomba Mas dan Mbak?",
        "Hi-Tech Mall kapan ditutup?",
        "Tolong-menolong itu apa?",
    ],
)
def test_words_of_the_question_itself_stay(question: str) -> None:
    assert bare_question(question) == question


@pytest.mark.parametrize("long", ["." * 990 + "aa", "?" * 990 + " xx", "a" + " " * 990 + "bb"])
def test_long_runs_of_marks_are_read_at_once(long: str) -> None:
    assert bare_question(long) == long


@pytest.mark.parametrize("greeting", ["halo", "Terima kasih", "Selamat pagi, min", "tolong", "?!", ""])
def test_where_nothing_is_asked_the_message_stays(greeting: str) -> None:
    assert bare_question(greeting) == greeting


def test_sentences_before_the_question_that_name_nothing_are_left_out() -> None:
    assert bare_question("Saya sedang menulis laporan. Siapa wali kota Tirtaloka?") == "Siapa wali kota Tirtaloka?"


def test_sentences_with_a_name_or_a_number_stay() -> None:
    for message in ("Saya tinggal di Surabaya. Jam berapa loket dibuka?", "Anak saya umur 6. Kapan ia masuk sekolah?"):
        assert bare_question(message) == message


def test_messages_without_a_question_keep_all_sentences() -> None:
    assert bare_question("Loket ditutup. Warga kecewa.") == "Loket ditutup. Warga kecewa."
