"""Articles and passages of a generation in the making: a mapping that lies on disk."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.articles import Corpus
from index.datatypes import Article, Passage
from index.draft import Draft, DraftPassage, content_sha256
from index.store import Store

TAMAN = Article("taman", "Taman", "Taman dibuka.\r\n😀", "ab" * 32, "Warta", date(2025, 3, 3), True, url="https://contoh.com", source="c.jsonl:1")
PASAR = Article("pasar", "Pasar", "Pasar ramai.", "cd" * 32)


@pytest.fixture
def draft(tmp_path: Path) -> Iterator[Draft]:
    with closing(Draft(tmp_path, tmp_path)) as opened:
        yield opened


def test_articles_come_back_as_they_were_in_the_order_of_their_ids(draft: Draft) -> None:
    draft.add_articles([TAMAN, PASAR])
    assert (list(draft), list(draft.articles()), draft["taman"], len(draft)) == (["pasar", "taman"], [PASAR, TAMAN], TAMAN, 2)


def test_an_article_set_again_takes_the_place_of_the_old_one(draft: Draft) -> None:
    draft["pasar"] = PASAR
    draft["pasar"] = replace(PASAR, title="Lain")
    assert [a.title for a in draft.articles()] == ["Lain"]


def test_a_removed_article_is_gone(draft: Draft) -> None:
    draft["pasar"] = PASAR
    assert draft.pop("pasar") == PASAR
    assert (len(draft), draft.pop("pasar", None)) == (0, None)


def test_an_unknown_article_is_no_key(draft: Draft) -> None:
    with pytest.raises(KeyError):
        draft["pasar"]
    with pytest.raises(KeyError):
        del draft["pasar"]


def test_an_article_belongs_under_its_own_id(draft: Draft) -> None:
    with pytest.raises(ValueError, match="'lain'"):
        draft["lain"] = PASAR


def test_a_corpus_keeps_its_articles_there_and_refuses_another_text_under_an_id(draft: Draft) -> None:
    corpus = Corpus(draft)
    for article in (PASAR, PASAR, replace(PASAR, text="Pasar sepi.", sha256="ef" * 32, source="b.txt")):
        corpus.add(article)
    assert (list(draft.articles()), len(corpus.errors)) == ([PASAR], 1)


def test_articles_are_counted_as_they_come(tmp_path: Path) -> None:
    seen: list[int] = []
    with closing(Draft(tmp_path, tmp_path, seen.append)) as draft:
        draft.add_articles([TAMAN, PASAR])
    assert sum(seen) == 2


def test_passages_come_with_what_is_known_of_their_articles(draft: Draft) -> None:
    draft.add_articles([TAMAN, PASAR])
    assert draft.add_passages([(Passage("pasar#0", "pasar", 0, 0, 5, "Pasar"), "h0"), (Passage("taman#0", "taman", 0, 0, 5, "Taman"), "h1")]) == 2
    assert list(draft.passages()) == [
        DraftPassage(0, "Pasar", "h0", "Pasar", None, None),
        DraftPassage(1, "Taman", "h1", "Taman", "Warta", date(2025, 3, 3)),
    ]


def test_a_finished_draft_is_a_store(draft: Draft, tmp_path: Path) -> None:
    draft.add_articles([TAMAN, PASAR])
    draft.add_passages([(Passage("pasar#0", "pasar", 0, 0, 5, "Pasar"), "h0")])
    draft.finish(["Apa?"])
    store = Store(tmp_path)
    assert (list(store.articles()), len(store), store.example_questions()) == ([PASAR, TAMAN], 1, ["Apa?"])
    store.close()


def test_the_hash_of_the_content_is_that_of_the_same_articles_in_memory(draft: Draft) -> None:
    draft.add_articles([TAMAN, PASAR])
    assert content_sha256(draft.articles(), ["Apa?"]) == content_sha256([PASAR, TAMAN], ["Apa?"])
