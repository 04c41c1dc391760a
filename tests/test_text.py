"""The analyzer: what becomes a term, and what a question is searched by."""

import threading

import pytest

from index.text import detect_language, normalise, question_terms, spell_out, terms, tokens, translate, words, write_out


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
        ("Kpn taman dibuka", "kapan taman dibuka"),
        ("dmn org2 itu", "dimana org2 itu"),
        ("brp2 taman", "berapa taman"),
        ("siapa camatnya", "siapa camatnya"),
        ("spandap", "spandap"),
        ("Taman Kota", "Taman Kota"),
    ],
)
def test_chat_spelling_is_written_out_and_other_words_stay(question: str, expected: str) -> None:
    assert write_out(question) == spell_out(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Siapa camat Melati?", "camat Melati"),
        ("brp warga yg hadir?", "warga yang hadir"),
        ("Who is the mayor of Melati?", "wali kota Melati"),
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


@pytest.mark.parametrize("name", ["chat.tsv", "english.tsv", "interrogatives.tsv"])
def test_a_word_list_holds_lower_case_words_and_no_comments(name: str) -> None:
    entries = words(name)
    assert len(entries) > 40
    assert all(entry == entry.lower().strip() and not entry.startswith("#") for entry in entries)


def test_every_english_word_has_its_indonesian_words() -> None:
    assert [english for english, indonesian in words("english.tsv").items() if not tokens(indonesian)] == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is the mayor of Melati?", "Who is the wali kota of Melati?"),
        ("WHO IS THE MAYOR?", "WHO IS THE wali kota?"),
        ("Who is the deputy mayor?", "Who is the wakil wali kota?"),
        ("Where is the city council?", "Where is the dprd?"),
        ("Who is the mayoress?", "Who is the mayoress?"),
        ("Mayor, governor", "wali kota, gubernur"),
        ("", ""),
    ],
)
def test_english_words_are_translated_and_longer_phrases_first(question: str, expected: str) -> None:
    assert translate(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is the mayor of Melati?", "Who is the wali kota of Melati?"),
        ("Siapa mayor Melati?", "Siapa mayor Melati?"),
        ("Apa itu Smart City Melati?", "Apa itu Smart City Melati?"),
        ("Siapa mayor yg hadir?", "Siapa mayor yang hadir?"),
    ],
)
def test_only_a_question_in_english_is_translated(question: str, expected: str) -> None:
    assert write_out(question) == expected


def test_spelling_out_translates_nothing() -> None:
    assert spell_out("Who is the mayor of Melati?") == "Who is the mayor of Melati?"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Siapa wali kota Tirtaloka?", "id"),
        ("Who is the mayor of Tirtaloka?", "en"),
        ("How many residents does the counter serve?", "en"),
        ("Apa itu Smart City Tirtaloka?", "id"),
        ("brp pegawai yg hadir", "id"),
        ("Tirtaloka", "id"),
        ("Sinten bupatipun?", "id"),
        ("Wer ist der Bürgermeister?", "id"),
        ("WHO IS THE MAYOR?", "en"),
        ("Can PPPK staff transfer to Tirtaloka?", "en"),
        ("any fee for transfer to tirtaloka", "en"),
        ("kuota tahap I tirtaloka", "id"),
        ("12", "id"),
    ],
)
def test_language_is_english_only_when_english_words_prevail(text: str, language: str) -> None:
    assert detect_language(text) == language


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


@pytest.mark.parametrize("question", ["Apa temuan BPK soal taman?", "Siapa ketua TP PKK?", "Berapa staf HR kantor itu?", "Kapan PD Pasar dibuka?"])
def test_acronyms_are_no_chat_spelling(question: str) -> None:
    assert spell_out(question) == question


@pytest.mark.parametrize(
    ("question", "term"), [("Siapa presiden AS?", "as"), ("Who is the US president?", "us"), ("Siapa direktur IT kantor itu?", "it"), ("Apa itu WHO?", "who")]
)
def test_acronym_that_looks_like_an_asking_word_is_searched_for(question: str, term: str) -> None:
    assert term in question_terms(question)


@pytest.mark.parametrize("question", ["SIAPA PRESIDEN AS?", "SIAPA yang menang as roda?", "Who told us?"])
def test_asking_words_are_not_searched_for(question: str) -> None:
    assert not {"siapa", "as", "us"}.intersection(question_terms(question))


@pytest.mark.parametrize(
    "question", ["Anggaran smart city 2024", "Pemenang Smart City Award 2023?", "Lokasi Kemelur City Run", "Program WHO", "Mayor Sus Danu"]
)
def test_english_names_make_no_english_question(question: str) -> None:
    assert detect_language(question) == "id"
