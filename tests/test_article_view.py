"""An article as the reader sees it: what it holds, also in other words than its own (acronyms, dates)."""

from datetime import date

import pytest

from index.datatypes import Article, Span
from qa.article_view import ArticleView, view_of

TEXT = "Loket dibuka Senin.\nBaca juga: Bazar Murah\nLoket melayani warga.\nPetugas ramah."
ADVERT = Span(TEXT.index("Baca"), TEXT.index("Loket melayani"))


def article(text: str = TEXT, title: str = "Judul", *, publisher: str | None = None, published: date | None = None, excluded: tuple[Span, ...] = ()) -> Article:
    return Article("a", title, text, "0" * 64, publisher=publisher, published=published, excluded=excluded)


def held(text: str) -> set[str]:
    return ArticleView(article(text)).all


@pytest.mark.parametrize(
    ("text", "acronym"),
    [
        ("Badan Pangan Melur bekerja.", "bpm"),
        ("Kantor itu, Badan Pangan Melur, bekerja.", "bpm"),
        ("Kepala Badan Pangan Melur bekerja.", "bpm"),
        ("Badan Pangan Melur bekerja.", "bp"),
        ("Dinas Sampah dan Taman Kota bekerja.", "dstk"),
        ("Badan\nPangan\nMelur bekerja.", "bpm"),
        ("BPM bekerja.", "bpm"),
    ],
)
def test_article_holds_the_acronyms_of_its_names(text: str, acronym: str) -> None:
    assert acronym in held(text)


@pytest.mark.parametrize(
    ("text", "acronym"),
    [
        ("badan pangan melur bekerja.", "bpm"),
        ("Badan pangan Melur bekerja.", "bm"),
        ("Badan. Pangan. Melur bekerja.", "bpm"),
        ("Badan Pangan, Melur bekerja.", "bpm"),
        ("Badan Pangan Melur bekerja.", "b"),
        ("Badan Pangan Melur bekerja.", "mpb"),
        ("Aku Badan Cinta Dinas Era Fajar Guna Hulu", "abcdefgh"),
    ],
)
def test_article_holds_no_other_initials(text: str, acronym: str) -> None:
    assert acronym not in held(text)


def test_acronyms_have_up_to_seven_letters() -> None:
    assert {"abcdefg", "bcdefgh"} <= held("Aku Badan Cinta Dinas Era Fajar Guna Hulu")


@pytest.mark.parametrize("term", ["2026", "01", "02"])
def test_dated_article_holds_its_date(term: str) -> None:
    assert term in ArticleView(article(published=date(2026, 1, 2))).all


def test_undated_article_holds_no_number_of_its_own() -> None:
    assert not any(t[0].isdigit() for t in ArticleView(article()).all)


def test_article_holds_the_stems_of_title_publisher_and_text() -> None:
    assert {"warta", "melur", "judul", "layan"} <= ArticleView(article(publisher="Warta Melur")).all


def test_words_of_boilerplate_are_not_held() -> None:
    assert ArticleView(article()).all - ArticleView(article(excluded=(ADVERT,))).all >= {"bazar", "murah"}


def test_sentences_are_those_outside_the_boilerplate() -> None:
    view = ArticleView(article(excluded=(ADVERT,)))
    assert [view.article.text[slice(*s)] for s in view.sentences] == ["Loket dibuka Senin.", "Loket melayani warga.", "Petugas ramah."]


def test_words_and_terms_belong_to_their_sentence() -> None:
    view = ArticleView(article(excluded=(ADVERT,)))
    assert view.terms[1] == {"loket", "layan", "warga"}


def test_sentences_are_found_by_their_place() -> None:
    view = ArticleView(article())
    assert [view.position[s] for s in view.sentences] == [0, 1, 2, 3]


@pytest.mark.parametrize(("at", "reach", "numbers"), [(0, 0, [0]), (0, 1, [0, 1]), (2, 1, [1, 2, 3]), (3, 2, [1, 2, 3]), (1, 9, [0, 1, 2, 3])])
def test_neighbourhood_ends_with_the_article(at: int, reach: int, numbers: list[int]) -> None:
    assert list(ArticleView(article()).around(at, reach)) == numbers


@pytest.mark.parametrize("text", ["", " \n ", "…"])
def test_article_without_words_holds_its_title(text: str) -> None:
    assert held(text) == {"judul"}


def test_view_of_an_equal_article_is_made_once() -> None:
    assert view_of(article()) is view_of(article())


def test_view_of_an_article_with_other_boilerplate_is_another() -> None:
    assert view_of(article()) is not view_of(article(excluded=(ADVERT,)))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Tarif naik tahun lalu.", {"2024", "2025"}),
        ("Tarif naik tahun depan, dari yang berlaku dua tahun lalu.", {"2023", "2025", "2026"}),
        ("Tarif naik lima tahun lalu.", {"2020", "2025"}),
        ("Pada 2019 tarif naik seperti tahun sebelumnya, dan lagi tahun berikutnya.", {"2019", "2025"}),
        ("Tarif naik 10 tahun yang lalu.", {"2015", "2025"}),
        ("Tarif naik dua puluh lima tahun lalu, dan beberapa tahun lalu.", {"2025"}),
        ("Tarif naik.", {"2025"}),
    ],
)
def test_dated_article_holds_the_years_that_it_names_by_their_distance(text: str, years: set[str]) -> None:
    view = ArticleView(article(text, published=date(2025, 3, 4)))
    assert {term for term in view.all if len(term) == 4 and term.isdigit()} == years
