from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEncoder
from invented import ARTICLES, DAFTAR, indexed

from index.datatypes import Filter, Hit, Passage
from index.local import LocalIndex
from index.retriever import Retriever
from qa.evidence import CONFIDENCE_FEATURES, RANKING_FEATURES, Sentence, Weights, confidence_row, gather, ranking_row, term_weights
from qa.questions import analyse

Gather = Callable[..., list[Sentence]]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    opened = indexed(tmp_path_factory.mktemp("evidence"), *ARTICLES)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def gathered(index: LocalIndex) -> Gather:
    encoder = HashingEncoder(256)

    def gathered(question: str, only: Filter = Filter()) -> list[Sentence]:  # noqa: B008  # a frozen value
        hits = Retriever(index, encoder, 0.5).retrieve(question, 20, only)
        return gather(analyse(question), hits, index, encoder)

    return gathered


def sentence_of(sentences: list[Sentence], words: str) -> Sentence:
    (found,) = [s for s in sentences if words in s.text]
    return found


def test_without_hits_there_is_no_evidence(index: LocalIndex) -> None:
    assert gather(analyse("Siapa wali kota?"), [], index, HashingEncoder(256)) == []


def test_every_sentence_is_a_candidate_once_although_passages_overlap(gathered: Gather) -> None:
    sentences = gathered("Apa program kebersihan Tirtaloka?")
    places = [(s.article.article_id, s.span) for s in sentences]
    # 4 of the loket, 3 of the apel, 6 of the list and 2 of the river: boilerplate is none of them.
    assert (len(places), len(set(places))) == (15, 15)


@pytest.mark.parametrize("boilerplate", ["Baca juga", "Bazar Murah", "Bagikan artikel"])
def test_boilerplate_is_no_candidate(gathered: Gather, boilerplate: str) -> None:
    assert not any(boilerplate in s.text for s in gathered("Di mana Bazar Murah dibuka?"))


def test_sentence_stands_in_its_article_at_its_span(gathered: Gather) -> None:
    assert all(s.article.text[slice(*s.span)] == s.text for s in gathered("Siapa wali kota Tirtaloka?"))


def test_short_answer_is_given_by_its_place_in_the_article(gathered: Gather) -> None:
    found = sentence_of(gathered("Siapa yang memimpin pengerukan sungai?"), "Pengerukan dipimpin")
    assert found.short is not None
    assert found.article.text[slice(*found.short)] == "Harsa Mandalika"


def test_candidates_come_in_the_order_of_the_hits(gathered: Gather) -> None:
    ranks = [s.hit.rank for s in gathered("Siapa wali kota Tirtaloka?")]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("question", "words", "name", "value"),
    [
        ("Loket melayani warga?", "1.250 warga", "covered", 1.0),
        ("Halaman balai?", "Sungai Kemuning dikeruk", "covered", 0.0),
        ("Pegawai datang tepat, apel dimulai pukul?", "Ia meminta pegawai", "covered_near", 1.0),
        ("Berapa kilometer Sungai Kemuning dikeruk?", "Pengerukan dipimpin", "covered_title", None),
        ("Apa jabatan Rendra di Tirtaloka?", "membuka loket", "names_covered", 1.0),
        ("Apa jabatan Rendra di Tirtaloka?", "membuka loket", "names_missing", 0.0),
        ("Apa jabatan Rendra di Lembayung?", "1.250 warga", "names_missing", 1.0),
        ("Apa jabatan Gandasuli di Melur?", "1.250 warga", "names_missing", 2.0),
        ("Loket apa yang melayani 1250 warga?", "1.250 warga", "numbers_covered", 1.0),
        ("Loket apa yang melayani 900 warga?", "1.250 warga", "numbers_covered", 0.0),
        ("Loket apa yang melayani 900 warga?", "1.250 warga", "numbers_missing", 1.0),
        ("Apa yang dikeruk pada 2019?", "Sungai Kemuning dikeruk", "years_missing", 1.0),
        ("Siapa memimpin apel 2023?", "memimpin apel", "years_missing", 0.0),
        ("Siapa memimpin apel 2024?", "memimpin apel", "years_missing", 1.0),
        ("Berapa warga dilayani loket?", "1.250 warga", "has_span", 1.0),
        ("Berapa warga dilayani loket?", "tidak menunggu lama", "has_span", 0.0),
        ("Berapa warga dilayani loket?", "tidak menunggu lama", "span_expected", 1.0),
        ("Mengapa loket dibuka?", "tidak menunggu lama", "span_expected", 0.0),
        ("Apa saja program kebersihan?", "Kompos Warga", "is_bullet", 1.0),
        ("Apa saja program kebersihan?", "Program itu dimulai", "is_bullet", 0.0),
        ("Apa saja program kebersihan?", "Tiga program kebersihan itu", "is_heading", 1.0),
        ("Apa saja program kebersihan?", "Program itu dimulai", "is_heading", 0.0),
        ("Apa saja program kebersihan?", "Program itu dimulai", "short", 1.0),
        ("Apa saja program kebersihan?", "Dinas Kebersihan", "short", 0.0),
        ("Apa saja program kebersihan?", "Dinas Kebersihan", "position", 1.0),
        ("Apa saja program kebersihan?", "Tiga program kebersihan itu", "position", 0.5),
    ],
)
def test_sentence_has_its_value(gathered: Gather, question: str, words: str, name: str, value: float | None) -> None:
    found = sentence_of(gathered(question), words)
    if value is None:  # three of the four terms stand in the title, so most of the weight but not all
        assert 0 < found.values[name] < 1
    else:
        assert found.values[name] == pytest.approx(value)


def test_cosine_of_a_sentence_with_the_very_words_of_the_question_is_one(gathered: Gather) -> None:
    found = sentence_of(gathered("Ia meminta pegawai datang tepat waktu."), "Ia meminta")
    assert found.values["cosine"] == pytest.approx(1.0, abs=1e-6)


def test_passage_values_come_from_the_hit(gathered: Gather) -> None:
    found = gathered("Siapa wali kota Tirtaloka?")[0]
    assert (found.values["fused"], found.values["passage_cosine"], found.values["first_passage"]) == (found.hit.score, found.hit.dense, 1.0)


def test_undated_article_counts_as_older_than_any_dated_one(gathered: Gather) -> None:
    assert sentence_of(gathered("Sungai apa dikeruk?"), "Sungai Kemuning dikeruk").published == date.min


def test_term_that_no_passage_holds_weighs_most(tmp_path: Path) -> None:
    index = indexed(tmp_path, {"article_id": "satu", "title": "Satu", "text": "Loket dibuka."})
    weights = term_weights(analyse("loket melur"), index)
    index.close()
    # One passage: log(1 + 1/1.5) / log(1 + 1/0.5) = 0.5108 / 1.0986
    assert weights.of == pytest.approx({"loket": 0.46498, "melur": 1.0}, abs=1e-4)


@pytest.mark.parametrize(
    ("found", "share", "rarest_missing"),
    [(set(), 0.0, 1.0), ({"a"}, 0.25, 1.0), ({"b"}, 0.5, 0.5), ({"a", "b"}, 0.75, 0.5), ({"a", "b", "c", "d"}, 1.0, 0.0)],
)
def test_share_and_rarest_missing_are_weighted(found: set[str], share: float, rarest_missing: float) -> None:
    weights = Weights({"a": 0.5, "b": 1.0, "c": 0.5})
    assert (weights.share(found), weights.rarest_missing(found)) == (share, rarest_missing)


def test_question_without_terms_shares_nothing() -> None:
    assert (Weights({}).share({"a"}), Weights({}).rarest_missing(set())) == (0.0, 0.0)


def test_ranking_row_has_the_named_values_in_order(gathered: Gather) -> None:
    found = gathered("Siapa wali kota Tirtaloka?")[0]
    assert ranking_row(found).tolist() == [found.values[name] for name in RANKING_FEATURES]


def hit(index: LocalIndex, article_id: str, dense: float) -> Hit:
    text = index.article(article_id).text
    return Hit(Passage(f"{article_id}#0", article_id, 0, 0, len(text), text), 1.0, 1, dense)


def confidence_value(question: str, best: Sentence, name: str, others: list[float], hits: list[Hit]) -> float:
    row = confidence_row(analyse(question), best, 3.0, others, hits)
    return float(row[CONFIDENCE_FEATURES.index(name)])


@pytest.mark.parametrize(("others", "margin"), [([], 1.0), ([2.5, 1.0], 0.5), ([3.0], 0.0)])
def test_margin_is_the_lead_over_the_next_sentence(gathered: Gather, others: list[float], margin: float) -> None:
    best = gathered("Sungai apa dikeruk?")[0]
    assert confidence_value("Sungai apa dikeruk?", best, "margin", others, []) == margin


def test_passage_margin_looks_at_other_articles_only(index: LocalIndex, gathered: Gather) -> None:
    best = gathered("Sungai apa dikeruk?")[0]
    hits = [hit(index, best.article.article_id, 0.9), hit(index, "apel-2023", 0.25)]
    assert confidence_value("Sungai apa dikeruk?", best, "passage_margin", [], hits) == pytest.approx(best.hit.dense - 0.25)


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("Who leads the dredging of the river?", "english", 1.0),
        ("Siapa memimpin pengerukan?", "english", 0.0),
        ("Mengapa sungai dikeruk?", "is_explanation", 1.0),
        ("Siapa memimpin pengerukan?", "is_explanation", 0.0),
        ("Siapa memimpin pengerukan?", "few_terms", 1.0),
        ("Siapa memimpin pengerukan Sungai Kemuning?", "few_terms", 0.0),
    ],
)
def test_confidence_knows_the_form_of_the_question(gathered: Gather, question: str, name: str, value: float) -> None:
    assert confidence_value(question, gathered(question)[0], name, [], []) == value


def test_all_values_are_finite(gathered: Gather) -> None:
    rows = [ranking_row(s) for s in gathered("😀 Siapa & berapa 1.250 “x”?")]
    assert np.isfinite(rows).all()


def test_filter_limits_the_candidates(gathered: Gather) -> None:
    only = Filter(published_from=date(2025, 1, 1), published_to=date(2025, 12, 31))
    assert {s.article.article_id for s in gathered("Siapa wali kota Tirtaloka?", only)} == {DAFTAR["article_id"]}
