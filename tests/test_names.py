"""Which words of a question are names, and by which spellings an article knows them."""

import pytest

from index.datatypes import Article, Span
from qa.article_view import ArticleView
from qa.names import is_blend, is_variant, missing_names, proper_names


def view(text: str, title: str = "Kabar", publisher: str | None = None) -> ArticleView:
    return ArticleView(Article("a", title, text, "0" * 64, publisher=publisher))


def test_boilerplate_knows_no_names() -> None:
    text = "Loket dibuka.\nBaca juga: Bazar di Lembayung"
    advert = Span(text.index("Baca"), len(text))
    assert missing_names(["Lembayung"], ArticleView(Article("a", "Kabar", text, "0" * 64, excluded=(advert,)))) == ["Lembayung"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Siapa wali kota Tirtaloka?", ["Tirtaloka"]),
        ("Apa jabatan Rendra Wiskara?", ["Rendra", "Wiskara"]),
        ("Siapa Kepala Dinas Kesehatan Kabupaten Kediri pada Maret 2024?", ["Kediri"]),
        ("Apa kata Sekretariat DPRD dan Pemkot soal RAPBD?", []),
        ("Semarang dipimpin siapa?", ["Semarang"]),
        ("Tirtaloka dipimpin siapa?", []),
        ("Kota mana yang terbaik?", []),
        ("brp gaji guru di makassar", ["makassar"]),
        ("brp anggaran bpbd dan dprd", []),
        ("SIAPA WALI KOTA MAKASSAR?", []),
        ("Apa itu TLK?", []),
        ("Di Ruang 5A, siapa Ali?", ["Ali"]),
        ("", []),
    ],
)
def test_names_have_a_capital_that_other_words_do_not_have(question: str, names: list[str]) -> None:
    assert proper_names(question) == names


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Tirtaloka", "Warga Tirtaloka datang."),
        ("Rahmayadi", "Pasangan Rahmyadi menang."),
        ("Makassar", "Warga Makasar datang."),
        ("Soekarno", "Patung Sukarno dipugar."),
        ("Jokowi", "Presiden Joko Widodo datang."),
        ("Sulteng", "Gubernur Sulawesi Tengah datang."),
        ("Jabodetabek", "Wilayah Jabodetabek hujan."),
    ],
)
def test_an_article_knows_a_name_by_other_spellings(name: str, text: str) -> None:
    assert missing_names([name], view(text)) == []


def test_two_names_may_be_one_word_in_the_article() -> None:
    assert missing_names(["Jawa", "Tengah", "Tirtaloka"], view("Gubernur Jateng datang.")) == ["Tirtaloka"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Magelang", "Warga Malang datang."),
        ("Malang", "Warga Magelang datang."),
        ("Badung", "Warga Bandung datang."),
        ("Kediri", "Wali Kota Madiun datang."),
        ("Ali", "Alun-alun dibuka."),
    ],
)
def test_another_place_or_person_is_another_name(name: str, text: str) -> None:
    assert missing_names([name], view(text)) == [name]


def test_title_and_publisher_count() -> None:
    assert missing_names(["Tirtaloka", "Lembayung"], view("Loket dibuka.", "Loket Tirtaloka", "Warta Lembayung")) == []


@pytest.mark.parametrize(
    ("word", "parts", "blend"),
    [
        ("jateng", ["jawa", "tengah"], True),
        ("jokowi", ["joko", "widodo"], True),
        ("jabotabek", ["jakarta", "bogor", "tangerang", "bekasi"], True),
        ("jawa", ["jawa", "tengah"], False),
        ("jt", ["jawa", "tengah"], False),
        ("", [], True),
    ],
)
def test_a_blend_takes_two_letters_or_more_of_each_word(word: str, parts: list[str], blend: bool) -> None:
    assert is_blend(word, parts) is blend


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("malang", "magelang", False), ("bandung", "badung", False), ("mohammad", "muhammad", True), ("djoko", "joko", True), ("rahmayadi", "rahmyadi", True)],
)
def test_two_well_known_names_are_one_only_when_their_consonants_agree(one: str, other: str, same: bool) -> None:
    assert is_variant(one, other) is same
