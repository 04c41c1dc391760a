"""Hybrid retrieval: the fused score by hand, filters first, stable ranks, and the face for LangChain."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from fakes import HashingEncoder, corpus_file

from index.build import build_index
from index.datatypes import Encoder, Filter, Passage, Scored, SearchIndex, Vectors
from index.langchain_retriever import SemarangRetriever
from index.local import LocalIndex, open_index
from index.retriever import ARTICLE_SHARE, CANDIDATES, Retriever

ENCODER = HashingEncoder(512)


class ScoredIndex:
    """An index whose legs return the scores it was given; it remembers what it was asked."""

    def __init__(self, dense: dict[str, float], lexical: dict[str, float], cosines: dict[str, float] | None = None) -> None:
        self.dense, self.lexical, self.cosines = dense, lexical, dense | (cosines or {})
        self._asked: list[tuple[object, ...]] = []
        self.stories: list[tuple[str, ...]] = []

    @property
    def asked(self) -> list[tuple[object, ...]]:
        """What was asked, by leg: they run side by side, in any order."""
        return sorted(self._asked, key=lambda question: str(question[0]))

    def dense_search(self, vector: Vectors, limit: int, only: Filter) -> list[Scored]:
        self._asked.append(("dense", vector.tolist(), limit, only))
        return self._best(self.dense, limit)

    def lexical_search(self, terms: Sequence[str], limit: int, only: Filter) -> list[Scored]:
        self._asked.append(("lexical", list(terms), limit, only))
        return self._best(self.lexical, limit)

    def dense_scores(self, vector: Vectors, passage_ids: Sequence[str]) -> list[float]:
        return [self.cosines[i] for i in passage_ids]

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {i: tuple(other for other in story if other != i) for story in self.stories for i in story if i in article_ids}

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        return [Passage(i, i.split("#")[0], 0, 0, 1, "x") for i in passage_ids]

    def _best(self, scores: dict[str, float], limit: int) -> list[Scored]:
        return [Scored(i, s) for i, s in sorted(scores.items(), key=lambda item: -item[1])[:limit]]


def retriever_of(index: ScoredIndex, dense_weight: float = 0.5) -> Retriever:
    return Retriever(cast(SearchIndex, index), ENCODER, dense_weight)


# a: only dense; b: both; c: only lexical, with a cosine of its own.
BOTH = ({"a#0": 0.8, "b#0": 0.4}, {"b#0": 6.0, "c#0": 3.0}, {"c#0": 0.2})


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (0.5, {"b#0": 0.5 * 0.5 + 0.5 * 1, "a#0": 0.5 * 1, "c#0": 0.5 * 0.25 + 0.5 * 0.5}),
        (0.7, {"a#0": 0.7, "b#0": 0.7 * 0.5 + 0.3 * 1, "c#0": 0.7 * 0.25 + 0.3 * 0.5}),
        (1.0, {"a#0": 1.0, "b#0": 0.5, "c#0": 0.25}),
        (0.0, {"b#0": 1.0, "c#0": 0.5, "a#0": 0.0}),
    ],
)
def test_the_fused_score_is_the_weighted_sum_of_both_legs_over_their_best(weight: float, expected: dict[str, float]) -> None:
    hits = retriever_of(ScoredIndex(*BOTH), weight).retrieve("taman", 10)
    assert [h.passage.passage_id for h in hits] == list(expected)
    assert [h.score for h in hits] == pytest.approx(list(expected.values()))


def test_other_passages_of_an_article_get_a_share_of_its_best_score() -> None:
    index = ScoredIndex({"a#0": 1.0, "b#0": 0.8, "a#1": 0.75}, {})
    hits = retriever_of(index, 1.0).retrieve("taman", 10)
    assert [(h.passage.passage_id, h.score) for h in hits] == [
        ("a#0", 1.0),
        ("a#1", pytest.approx((1 - ARTICLE_SHARE) * 0.75 + ARTICLE_SHARE)),
        ("b#0", pytest.approx(0.8)),
    ]


def test_a_hit_carries_the_raw_scores_of_both_legs() -> None:
    hits = retriever_of(ScoredIndex(*BOTH)).retrieve("taman", 10)
    assert {h.passage.passage_id: (h.dense, h.lexical) for h in hits} == {"a#0": (0.8, 0.0), "b#0": (0.4, 6.0), "c#0": (0.2, 3.0)}


def test_ranks_count_from_one() -> None:
    assert [h.rank for h in retriever_of(ScoredIndex(*BOTH)).retrieve("taman", 10)] == [1, 2, 3]


@pytest.mark.parametrize("top_k", [0, 1, 2, 3, 50])
def test_at_most_top_k_hits_are_returned(top_k: int) -> None:
    assert len(retriever_of(ScoredIndex(*BOTH)).retrieve("taman", top_k)) == min(top_k, 3)


def test_top_k_changes_no_score_and_no_order() -> None:
    retriever = retriever_of(ScoredIndex(*BOTH))
    assert retriever.retrieve("taman", 2) == retriever.retrieve("taman", 10)[:2]


def test_a_negative_cosine_counts_as_zero() -> None:
    hits = retriever_of(ScoredIndex({"a#0": 0.5, "b#0": -0.5}, {})).retrieve("taman", 10)
    assert [(h.passage.passage_id, h.score, h.dense) for h in hits] == [("a#0", 0.5, 0.5), ("b#0", 0.0, -0.5)]


@pytest.mark.parametrize("cosine", [0.0, -0.3])
def test_without_any_positive_cosine_only_bm25_counts(cosine: float) -> None:
    hits = retriever_of(ScoredIndex({"a#0": cosine, "b#0": cosine}, {"b#0": 2.0})).retrieve("taman", 10)
    assert [(h.passage.passage_id, h.score) for h in hits] == [("b#0", 0.5), ("a#0", 0.0)]


def test_ties_are_ordered_by_passage_id() -> None:
    index = ScoredIndex({"c#0": 0.5, "a#1": 0.5, "b#0": 0.5, "a#0": 0.5}, {})
    assert [h.passage.passage_id for h in retriever_of(index).retrieve("taman", 10)] == ["a#0", "a#1", "b#0", "c#0"]


def test_nothing_found_is_no_hit() -> None:
    assert retriever_of(ScoredIndex({}, {})).retrieve("taman", 10) == []


@pytest.mark.parametrize(("top_k", "depth"), [(1, CANDIDATES), (CANDIDATES, CANDIDATES), (CANDIDATES + 7, CANDIDATES + 7)])
def test_both_legs_are_asked_deep_enough_and_with_the_filter(top_k: int, depth: int) -> None:
    index, only = ScoredIndex({}, {}), Filter(publishers=("Warta",))
    retriever_of(index).retrieve("taman", top_k, only)
    assert [(leg, limit, asked) for leg, _, limit, asked in index.asked] == [("dense", depth, only), ("lexical", depth, only)]


def test_chat_spelling_is_written_out_for_both_legs() -> None:
    chat, plain = ScoredIndex({}, {}), ScoredIndex({}, {})
    retriever_of(chat).retrieve("brp warga yg hadir", 5)
    retriever_of(plain).retrieve("berapa warga yang hadir", 5)
    assert chat.asked == plain.asked


def test_english_question_is_translated_for_both_legs() -> None:
    index = ScoredIndex({}, {})
    retriever_of(index).retrieve("Who is the mayor of Melati?", 5)
    (_, vector, *_), (_, terms, *_) = index.asked
    assert (vector, terms) == (ENCODER.encode(["Who is the wali kota of Melati?"])[0].tolist(), ["wali", "kota", "lati"])


# Near-duplicates


def ids(index: ScoredIndex, top_k: int = 5, *, deduplicate: bool = True) -> list[str]:
    hits = Retriever(cast(SearchIndex, index), ENCODER, 1.0, deduplicate=deduplicate).retrieve("taman", top_k)
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))
    return [h.passage.passage_id for h in hits]


@pytest.fixture
def reprinted() -> ScoredIndex:
    """An index where b is a copy of a, and has the best passage."""
    found = ScoredIndex({"b#0": 0.9, "a#0": 0.8, "c#0": 0.7, "a#1": 0.6, "b#1": 0.5}, {})
    found.stories = [("a", "b")]
    return found


def test_of_a_story_the_article_with_the_best_passage_is_ranked(reprinted: ScoredIndex) -> None:
    assert ids(reprinted) == ["b#0", "c#0", "b#1"]


def test_a_hit_names_the_copies_of_its_article(reprinted: ScoredIndex) -> None:
    assert [h.also_in for h in retriever_of(reprinted).retrieve("taman", 5)] == [("a",), (), ("a",)]


def test_copies_are_ranked_too_when_asked_for(reprinted: ScoredIndex) -> None:
    assert ids(reprinted, deduplicate=False) == ["b#0", "a#0", "c#0", "a#1", "b#1"]


def test_copies_that_fill_the_candidates_leave_room_for_others() -> None:
    copies = [f"a{n}" for n in range(CANDIDATES + 5)]
    index = ScoredIndex({f"{i}#0": 0.9 for i in copies} | {"z#0": 0.1}, {})
    index.stories = [tuple(copies)]
    assert ids(index, 2) == ["a0#0", "z#0"]


# On a real index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    folder = tmp_path_factory.mktemp("retriever")
    rows = [
        {"article_id": "taman", "title": "Taman", "text": "Camat membuka taman kota.", "publisher": "Warta Melati", "published": "2025-03-03"},
        {"article_id": "sungai", "title": "Sungai", "text": "Sungai jernih kembali.", "publisher": "Kabar Anggrek"},
        *({"article_id": f"pasar-{n}", "title": "Pasar", "text": "Camat membuka pasar kota."} for n in range(60)),
    ]
    build_index([corpus_file(folder / "c.jsonl", *rows)], folder / "index", ENCODER)
    opened = open_index(folder / "index", ENCODER)
    yield opened
    opened.close()


def test_the_passage_asked_about_comes_first(index: LocalIndex) -> None:
    assert Retriever(index, ENCODER, 0.5).retrieve("Siapa yang membuka taman?", 5)[0].passage.passage_id == "taman#0"


def test_the_filter_comes_before_the_candidates_are_chosen(index: LocalIndex) -> None:
    # 60 passages match better than the only one of this publisher, more than either leg proposes.
    hits = Retriever(index, ENCODER, 0.5).retrieve("camat membuka pasar", 5, Filter(publishers=("kabar anggrek",)))
    assert [h.passage.passage_id for h in hits] == ["sungai#0"]


@pytest.mark.parametrize("only", [Filter(publishers=()), Filter(publishers=("Tidak Ada",)), Filter(published_from=date(2026, 1, 1))])
def test_a_filter_that_matches_nothing_finds_nothing(index: LocalIndex, only: Filter) -> None:
    assert Retriever(index, ENCODER, 0.5).retrieve("camat membuka taman", 5, only) == []


def test_equal_passages_keep_their_order_from_call_to_call(index: LocalIndex) -> None:
    retriever = Retriever(index, ENCODER, 0.5)
    assert retriever.retrieve("pasar", 50) == retriever.retrieve("pasar", 50)


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("Berapa nilai Indeks Profesionalitas ASN Kota Semarang?", "tiga-penghargaan-2024-suarabaru"),
        ("Apa saja tiga gerakan PSR?", "festival-asn-2025-obyektif"),
        ("Kapan ASN Pemkot Semarang menandatangani pakta integritas?", "pakta-integritas-2026-disway"),
        ("What is ASN Progresif?", "asn-progresif-2025-nukilan"),
    ],
)
def test_an_example_question_finds_its_seed_first(seeds_index: LocalIndex, encoder: Encoder, question: str, article_id: str) -> None:
    assert Retriever(seeds_index, encoder, 0.5).retrieve(question, 5)[0].passage.article_id == article_id


# LangChain


def test_langchain_gets_documents_with_text_and_metadata(index: LocalIndex) -> None:
    (document,) = SemarangRetriever(retriever=Retriever(index, ENCODER, 1.0), top_k=1).invoke("taman")
    assert (document.id, document.page_content) == ("taman#0", "Camat membuka taman kota.")
    assert document.metadata == {
        "article_id": "taman",
        "title": "Taman",
        "publisher": "Warta Melati",
        "published": "2025-03-03",
        "start": 0,
        "end": 25,
        "sha256": index.article("taman").sha256,
        "score": 1.0,
        "rank": 1,
    }


def test_langchain_gets_none_for_an_unknown_date(index: LocalIndex) -> None:
    (document,) = SemarangRetriever(retriever=Retriever(index, ENCODER, 0.5), top_k=1).invoke("sungai jernih")
    assert (document.metadata["article_id"], document.metadata["published"]) == ("sungai", None)


def test_langchain_gets_the_same_ranking_as_the_retriever(index: LocalIndex) -> None:
    retriever = Retriever(index, ENCODER, 0.5)
    documents = SemarangRetriever(retriever=retriever, top_k=7).invoke("camat membuka taman")
    assert [d.id for d in documents] == [h.passage.passage_id for h in retriever.retrieve("camat membuka taman", 7)]


def test_langchain_passes_the_filter_on(index: LocalIndex) -> None:
    retriever = SemarangRetriever(retriever=Retriever(index, ENCODER, 0.5), only=Filter(publishers=("Kabar Anggrek",)))
    assert [d.id for d in retriever.invoke("camat membuka taman")] == ["sungai#0"]


def test_no_path_of_this_machine_reaches_langchain(index: LocalIndex, tmp_path: Path) -> None:
    (document,) = SemarangRetriever(retriever=Retriever(index, ENCODER, 0.5), top_k=1).invoke("taman")
    assert str(tmp_path.parent.parent) not in repr(document)
