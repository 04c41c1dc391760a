"""Bytes to text: which character set is taken, and what is refused."""

import pytest

from index.decoding import decode
from index.errors import ArticleError

NEWS = "Wali Kota meresmikan kafé “Melati” – dengan biaya €5 juta…\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_news_text_is_read_in_the_character_sets_that_editors_write(charset: str) -> None:
    assert decode(NEWS.encode(charset), "x") == NEWS


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("cp1251", "Мэр города открыл новый парк на берегу реки, сообщает пресс-служба администрации. Жители пришли рано утром."),
        ("shift_jis", "市長は川沿いの新しい公園を開園した。市民は朝早くから訪れ、子どもたちは広場で遊んでいた。"),
        ("gb18030", "市长在河边开放了新的公园。市民一大早就来了，孩子们在广场上玩耍，老人们在树下聊天。"),
    ],
)
def test_other_scripts_are_recognised_by_their_content(charset: str, text: str) -> None:
    assert decode(text.encode(charset), "x") == text


def test_a_declared_character_set_is_believed() -> None:
    assert decode("Мир".encode("koi8-r"), "x", "koi8-r") == "Мир"


def test_latin_1_means_what_browsers_make_of_it() -> None:
    assert decode("“Melati” – 1".encode("cp1252"), "x", "iso-8859-1") == "“Melati” – 1"


def test_utf_8_wins_over_a_wrong_declaration() -> None:
    assert decode("Kafé".encode(), "x", "iso-8859-1") == "Kafé"


@pytest.mark.parametrize("declared", ["no-such-set", "rot13", "base64", "utf-7\x00", "utf-16"])
def test_a_declaration_that_does_not_fit_is_passed_over(declared: str) -> None:
    assert decode("Kafé “M”".encode("cp1252"), "x", declared) == "Kafé “M”"


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ("Café “Melati” dibuka".encode() + b"\xff", "byte 25 is not UTF-8"),
        (b"Taman \xed\xa0\x80", "byte 6 is not UTF-8"),
        (b"\xff\xfeT", "is not UTF-16"),
        (b"PK\x03\x04abc", r"control character '\x03' at 2"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no other character set fits"),
        (bytes(range(256)) * 4, "no other character set fits"),
    ],
)
def test_what_is_damaged_or_binary_is_refused(raw: bytes, named: str) -> None:
    with pytest.raises(ArticleError) as caught:
        decode(raw, "x")
    assert named in str(caught.value)
