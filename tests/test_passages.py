"""Passages: exact offsets, excluded spans never crossed, every sentence covered, one sentence of overlap."""

from itertools import pairwise
from pathlib import Path

import pytest
from fakes import random_text

from index.articles import make_article
from index.datatypes import Article, Span
from index.passages import LONGEST_PASSAGE_CHARS, quotable_regions, split_article
from index.sentences import split_sentences

SEEDS = sorted((Path(__file__).resolve().parents[1] / "seeds").glob("*.txt"))
SIX = "Satu dua. Tiga empat. Lima enam. Tujuh delapan. Sembilan sepuluh. Sebelas duabelas."


def article_of(text: str, excluded: tuple[Span, ...] | None = None) -> Article:
    if excluded is None:
        return make_article(text, "test", article_id="a", known={})
    return Article("a", "Judul", text, "0" * 64, excluded=excluded)


def texts(article: Article, sentences: int = 4, overlap: int = 1) -> list[str]:
    return [p.text for p in split_article(article, sentences, overlap)]


def test_a_passage_holds_the_given_number_of_sentences_and_begins_with_the_last_of_the_one_before() -> None:
    assert texts(article_of(SIX), 3, 1) == [
        "Satu dua. Tiga empat. Lima enam.",
        "Lima enam. Tujuh delapan. Sembilan sepuluh.",
        "Sembilan sepuluh. Sebelas duabelas.",
    ]


def test_without_overlap_each_sentence_stands_in_one_passage() -> None:
    assert texts(article_of(SIX), 4, 0) == ["Satu dua. Tiga empat. Lima enam. Tujuh delapan.", "Sembilan sepuluh. Sebelas duabelas."]


def test_an_overlap_as_long_as_the_passage_still_advances() -> None:
    assert texts(article_of("Satu dua. Tiga empat. Lima enam."), 2, 2) == ["Satu dua. Tiga empat.", "Tiga empat. Lima enam."]


def test_no_passage_follows_the_one_that_reached_the_end() -> None:
    assert texts(article_of("Satu dua. Tiga empat. Lima enam. Tujuh delapan."), 4, 1) == ["Satu dua. Tiga empat. Lima enam. Tujuh delapan."]


def test_a_passage_ends_before_an_excluded_span() -> None:
    text = "Satu dua.\nBaca juga: Taman Baru\nTiga empat. Lima enam."
    assert texts(article_of(text)) == ["Satu dua.", "Tiga empat. Lima enam."]


def test_ids_count_through_the_article_across_excluded_spans() -> None:
    passages = split_article(article_of("Satu dua.\nBaca juga: Taman Baru\nTiga empat."))
    assert [(p.passage_id, p.article_id, p.ordinal) for p in passages] == [("a#0", "a", 0), ("a#1", "a", 1)]


def test_two_passages_with_the_same_text_keep_two_ids() -> None:
    passages = split_article(article_of("Satu dua.\nBaca juga: Taman Baru\nSatu dua."))
    assert [(p.passage_id, p.text) for p in passages] == [("a#0", "Satu dua."), ("a#1", "Satu dua.")]


def test_a_passage_stays_within_its_longest_length() -> None:
    sentence = "Warga " + "taman " * 80 + "ramai."  # 6 + 480 + 6 = 492 characters, so two fit into 1,200 and three do not
    passages = split_article(article_of(" ".join([sentence] * 4)))
    assert [p.end - p.start for p in passages] == [985, 985, 985]


def test_an_article_of_only_boilerplate_has_no_passage() -> None:
    assert split_article(article_of("Share\nBaca juga: Taman Baru\n© 2024 Warta")) == []


@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        ((), [(0, 9)]),
        ((Span(3, 5),), [(0, 3), (5, 9)]),
        ((Span(0, 2), Span(7, 9)), [(2, 7)]),
        ((Span(2, 4), Span(4, 6)), [(0, 2), (6, 9)]),
        ((Span(0, 9),), []),
    ],
)
def test_the_quotable_regions_are_what_is_not_excluded(excluded: tuple[Span, ...], expected: list[tuple[int, int]]) -> None:
    assert quotable_regions("123456789", excluded) == expected


def assert_sound(article: Article) -> None:
    """Offsets, excluded spans, coverage and order of all passages of one article."""
    passages = split_article(article)
    spans = [Span(p.start, p.end) for p in passages]
    assert all(article.text[p.start : p.end] == p.text for p in passages)
    assert all(p.end <= s or e <= p.start for p in passages for s, e in article.excluded)
    assert all(p.end - p.start <= LONGEST_PASSAGE_CHARS for p in passages)
    assert all(before.start < after.start and before.end < after.end for before, after in pairwise(spans))
    sentences = [s for region in quotable_regions(article.text, article.excluded) for s in split_sentences(article.text, *region)]
    assert [s for s in sentences if not any(start <= s.start and s.end <= end for start, end in spans)] == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_the_passages_of_a_seed_are_sound(path: Path) -> None:
    assert_sound(article_of(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("seed", range(60))
def test_the_passages_of_random_text_are_sound(seed: int) -> None:
    assert_sound(article_of(random_text(seed)))


@pytest.mark.parametrize("seed", range(60))
def test_the_passages_between_random_excluded_spans_are_sound(seed: int) -> None:
    text = random_text(seed)
    cuts = range(seed, len(text) - 20, 90 + seed)
    assert_sound(article_of(text, tuple(Span(cut, cut + 7) for cut in cuts)))
