"""Articles and terms survive the way into rows and back."""

import random
from datetime import date

import pytest
from fakes import random_text

from index.articles import make_article
from index.datatypes import Article, Filter, Span
from index.milvus_columns import LONGEST_BYTES
from index.milvus_rows import article_from_rows, article_rows, articles_of, condition, spelled, summary_of, terms_text
from index.text import terms


def article(text: str, **known: object) -> Article:
    return make_article(text, "uji.txt", article_id="uji", known=known)


@pytest.mark.parametrize("seed", range(20))
def test_an_article_comes_back_as_it_was(seed: int) -> None:
    made = article("Warga. " + random_text(seed), publisher="Kabar Ångström", published=date(2024, 2, 29))
    rows = article_rows(made)
    random.Random(seed).shuffle(rows)
    assert article_from_rows(rows) == made


def test_excluded_spans_come_back_as_spans() -> None:
    made = article("Camat membuka taman.\nBaca juga: yang lain\nSelesai.")
    assert made.excluded
    assert all(isinstance(span, Span) for span in article_from_rows(article_rows(made)).excluded)


def test_no_row_is_larger_than_milvus_takes() -> None:
    rows = article_rows(article('😀\u2028"\\ warga ' * 30_000))
    assert len(rows) > 3
    assert max(len(row["content"].encode()) for row in rows) <= LONGEST_BYTES


def test_articles_are_put_together_from_rows_in_any_order() -> None:
    long, short = article("warga 😀 " * 30_000), make_article("Pasar ramai.", "b.txt", article_id="b", known={})
    rows = [*article_rows(short), *article_rows(long)][::-1]
    assert {a.article_id: a for a in articles_of(rows)} == {"uji": long, "b": short}


def test_a_summary_is_that_of_the_article() -> None:
    made = article("Camat membuka taman.", title="Taman", url="https://contoh.com/taman", published=date(2024, 2, 29), published_is_estimate=True)
    found = summary_of(article_rows(made)[0])
    assert (found.title, found.published, found.published_is_estimate, found.url) == ("Taman", date(2024, 2, 29), True, "https://contoh.com/taman")


@pytest.mark.parametrize(("term", "expected"), [("layan", "layan"), ("1900", "1900"), ("5,9", "5x2cx9"), ("jum'at", "jumx27xat"), ("ł", "x142x")])
def test_terms_are_spelled_in_letters_and_digits(term: str, expected: str) -> None:
    assert spelled(term) == expected


@pytest.mark.parametrize("seed", range(5))
def test_no_two_terms_are_spelled_alike(seed: int) -> None:
    found = set(terms(random_text(seed, 20_000)))
    assert len({spelled(t) for t in found}) == len(found)


def test_a_word_without_end_is_spelled_short() -> None:
    assert len(spelled("a" * 10_000)) < 100
    assert spelled("a" * 10_000) != spelled("a" * 10_001)


def test_a_text_without_terms_is_not_empty() -> None:
    assert terms_text([]) != ""


def test_a_filter_without_restriction_is_no_condition() -> None:
    assert condition(Filter()) == ""


def test_no_name_of_a_publisher_stands_in_a_condition() -> None:
    assert "OR" not in condition(Filter(publishers=('"] OR day > 0 OR publisher_key in ["',)))
