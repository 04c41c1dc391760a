"""The analyzer: what becomes a term, and what a question is searched by."""

import threading

import pytest

from index.text import normalise, question_terms, terms, tokens, words, write_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Taman Kota", ["taman", "kota"]),
        ("e-mail/ponsel", ["e", "mail", "ponsel"]),
        ("Élan Café", ["elan", "cafe"]),
        ("ﬁlm Ａ", ["film", "a"]),
        ("Jum'at", ["jum'at"]),
        ("taman_kota", ["taman", "kota"]),
        ("“Taman”, (kota)!", ["taman", "kota"]),
        ("", []),
        (" \u00a0\n–…", []),
    ],
)
def test_tokens_are_lower_case_words_without_accents(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.900", ["1900"]),
        ("1.234.567", ["1234567"]),
        ("Rp5,9 triliun", ["rp", "5,9", "triliun"]),
        ("85,96", ["85,96"]),
        ("19.30", ["19.30"]),
        ("1.900,50", ["1.900,50"]),
        ("12.", ["12"]),
        ("6/12/2025", ["6", "12", "2025"]),
        ("02-01-2026", ["02", "01", "2026"]),
        ("100%", ["100"]),
    ],
)
def test_a_number_is_one_token_and_loses_only_thousands_points(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_curly_apostrophe_is_a_straight_one() -> None:
    assert terms("Jum’at Qur’an") == terms("Jum'at Qur'an")


def test_upper_case_and_full_width_forms_are_one_text() -> None:
    assert normalise("ＴＡＭＡＮ") == normalise("taman") == "taman"


@pytest.mark.parametrize(
    ("one", "other"),
    [("pelayanan", "melayani"), ("menjangkau", "jangkau"), ("diresmikan", "meresmikan"), ("wargamu", "warga"), ("penghargaannya", "penghargaan")],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(("one", "other"), [("taman", "tanam"), ("kota", "kata"), ("1.900", "1.901")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_terms_keep_order_and_repetition() -> None:
    assert terms("kota taman kota") == ["kota", "taman", "kota"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("brp jml warga yg hadir?", "berapa jumlah warga yang hadir?"),
        ("KPN taman dibuka", "kapan taman dibuka"),
        ("dmn org2 itu", "dimana org2 itu"),
        ("brp2 taman", "berapa taman"),
        ("siapa camatnya", "siapa camatnya"),
        ("spandap", "spandap"),
        ("Taman Kota", "Taman Kota"),
    ],
)
def test_chat_spelling_is_written_out_and_other_words_stay(question: str, expected: str) -> None:
    assert write_out(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Siapa camat Melati?", "camat Melati"),
        ("brp warga yg hadir?", "warga yang hadir"),
        ("Who is the mayor of Melati?", "mayor Melati"),
        ("Berapa permohonan yang masuk?", "permohonan yang masuk"),
        ("Bagaimana pertolongan datang?", "pertolongan datang"),
        ("Apa penjelasan camat?", "penjelasan camat"),
    ],
)
def test_a_question_is_searched_without_the_words_that_only_ask(question: str, expected: str) -> None:
    assert question_terms(question) == terms(expected)


@pytest.mark.parametrize("question", ["Apa?", "Siapa kah", "brp"])
def test_a_question_of_only_asking_words_keeps_them(question: str) -> None:
    assert question_terms(question) == terms(write_out(question)) != []


def test_a_question_without_words_has_no_terms() -> None:
    assert question_terms("?! …") == []


@pytest.mark.parametrize("name", ["chat.tsv", "interrogatives.tsv"])
def test_a_word_list_holds_lower_case_words_and_no_comments(name: str) -> None:
    entries = words(name)
    assert len(entries) > 40
    assert all(entry == entry.lower().strip() and not entry.startswith("#") for entry in entries)


def test_every_chat_spelling_stands_for_a_word_that_is_no_chat_spelling() -> None:
    chat = words("chat.tsv")
    assert [long for long in chat.values() if not long or (long in chat and chat[long] != long)] == []


def test_threads_stem_alike() -> None:
    text = "Pelayanan publik menjangkau penghargaan perubahan pertanggungjawaban " * 20
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(terms(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [terms(text)] * 8
