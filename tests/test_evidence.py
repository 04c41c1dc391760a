import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader, HashingEncoder
from invented import ARTICLES, DAFTAR, indexed

from index.datatypes import Filter
from index.local import LocalIndex
from index.retriever import Retriever
from qa.evidence import UNKNOWN_FORM, Sentence, Weights, gather, term_weights
from qa.feature_rows import CONFIDENCE_FEATURES, HARDLY, RANKING_FEATURES, SPEAKS_AGAINST, SPEAKS_FOR, confidence_row, ranking_row, reread
from qa.questions import analyse
from qa.reading import Reading

Gather = Callable[..., list[Sentence]]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    opened = indexed(tmp_path_factory.mktemp("evidence"), *ARTICLES)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def gathered(index: LocalIndex) -> Gather:
    retriever = Retriever(index, HashingEncoder(256), 0.5)

    def gathered(question: str, only: Filter = Filter()) -> list[Sentence]:  # noqa: B008  # a frozen value
        return gather(analyse(question), retriever.retrieve(question, 20, only), index, FlatReader())

    return gathered


def sentence_of(sentences: list[Sentence], words: str) -> Sentence:
    (found,) = [s for s in sentences if words in s.text]
    return found


def test_without_hits_there_is_no_evidence(index: LocalIndex) -> None:
    assert gather(analyse("Siapa wali kota?"), [], index, FlatReader()) == []


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
        ("Loket melayani warga?", "1.250 warga", "covered_article", 1.0),
        ("Loket melayani warga?", "1.250 warga", "rarest_missing", 0.0),
        ("Loket melayani gandasuli?", "1.250 warga", "rarest_missing", 1.0),
        ("Apa jabatan Rendra di Tirtaloka?", "membuka loket", "names_covered", 1.0),
        ("Apa jabatan Rendra di Gandasuli?", "membuka loket", "names_covered", 0.5),
        ("Apa jabatan walikota?", "membuka loket", "names_covered", 1.0),
        ("Apa jabatan Rendra di Tirtaloka?", "membuka loket", "names_missing", 0.0),
        ("Apa jabatan Rendra di Kotaloka?", "1.250 warga", "names_missing", 1.0),
        ("Apa jabatan Gandasuli di Kotaloka?", "1.250 warga", "names_missing", 2.0),
        ("siapa bupati melur?", "membuka loket", "areas_missing", 1.0),
        ("siapa lurah kemuning?", "Sungai Kemuning dikeruk", "areas_missing", 0.0),
        ("siapa lurah melur?", "membuka loket", "areas_missing", 1.0),
        ("Siapa camat Kemuning Utara?", "Sungai Kemuning dikeruk", "areas_missing", 1.0),
        ("Apa yang dibuka di Kotaloka?", "membuka loket", "names_missing", 1.0),
        ("siapa wali kota tirtaloka?", "membuka loket", "areas_missing", 0.0),
        ("Apa yang dibuka?", "membuka loket", "names_missing", 0.0),
        ("Apa jabatan Gandasuli Wiratama Kotaloka?", "membuka loket", "names_missing", 2.0),
        ("Loket apa yang melayani 1250 warga?", "1.250 warga", "numbers_missing", 0.0),
        ("Loket apa yang melayani 900 warga?", "1.250 warga", "numbers_missing", 1.0),
        ("Loket apa yang melayani 900 dari 901 warga?", "1.250 warga", "numbers_missing", 2.0),
        ("Loket apa yang melayani 900 warga?", "1.250 warga", "years_missing", 0.0),
        ("Loket apa yang melayani 9.000 warga?", "1.250 warga", "years_missing", 0.0),
        ("Loket apa yang dibuka 2026?", "1.250 warga", "years_missing", 0.0),
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
        ("Apa saja program kebersihan?", "Program itu dimulai", "length", math.log(5)),
        ("Apa saja program kebersihan?", "Tiga program kebersihan itu", "cue_list", 1.0),
        ("Apa saja program kebersihan?", "Tiga program kebersihan itu", "cue_reason", 0.0),
        ("Apa saja program kebersihan?", "Bank Sampah", "items", 0.2),
        ("Mengapa kompos dibuat?", "Kompos Warga", "cue_reason", 1.0),
        ("Bagaimana kompos dibuat?", "Kompos Warga", "cue_manner", 1.0),
        ("Apa nama program itu?", "Tiga program kebersihan itu", "cue_thing", 1.0),
        ("Berapa warga dilayani loket?", "1.250 warga", "form", 1.0),
        ("Berapa warga dilayani loket?", "12 persen", "form", 0.0),
        ("Berapa anggaran loket?", "12 persen", "form", 1.0),
        ("How many residents does the counter serve?", "tidak menunggu lama", "form", 0.0),
        ("Mengapa loket dibuka?", "12 persen", "form", UNKNOWN_FORM),
        ("Siapa wali kota Tirtaloka?", "membuka loket", "apposed", 1.0),
        ("Siapa yang membuka loket?", "1.250 warga", "apposed", 0.0),
        ("Apa saja program kebersihan?", "Dinas Kebersihan", "position", 1.0),
        ("Apa saja program kebersihan?", "Tiga program kebersihan itu", "position", 0.5),
    ],
)
def test_sentence_has_its_value(gathered: Gather, question: str, words: str, name: str, value: float | None) -> None:
    found = sentence_of(gathered(question), words)
    if value is None:  # some of the terms weigh, and how much is the collection's affair
        assert 0 < found.values[name] < 1
    else:
        assert found.values[name] == pytest.approx(value)


def test_passage_values_come_from_the_hit(gathered: Gather) -> None:
    found = gathered("Siapa wali kota Tirtaloka?")[0]
    assert (found.values["fused"], found.values["first_passage"]) == (found.hit.score, 1.0)


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


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("names_missing", "Apa jabatan Rendra di {}?"),
        ("any_name_missing", "Apa jabatan Rendra di {}?"),
    ],
)
@pytest.mark.parametrize(("place", "lacking"), [("Kotaloka", True), ("Tirtaloka", False)])
def test_name_is_lacking_unless_the_article_holds_it(gathered: Gather, name: str, question: str, place: str, lacking: bool) -> None:
    best = sentence_of(gathered(question.format(place)), "membuka loket")
    assert (confidence_value([best], [0.0], name) > 0) is lacking


@pytest.mark.parametrize("name", ["TLB", "TL"])
def test_acronym_of_a_name_in_the_article_is_not_lacking(tmp_path: Path, name: str) -> None:
    index = indexed(tmp_path, {"article_id": "satu", "title": "Satu", "text": "Kantor itu bernama Tirta Loka Baru."})
    question, encoder = f"Apa itu {name}, kantor apa?", HashingEncoder(256)
    sentences = gather(analyse(question), Retriever(index, encoder, 0.5).retrieve(question, 5), index, FlatReader())
    index.close()
    assert sentences[0].values["names_missing"] == 0.0


def test_date_of_publication_is_not_lacking(gathered: Gather) -> None:
    assert sentence_of(gathered("Siapa memimpin apel 2023?"), "memimpin apel").values["numbers_missing"] == 0.0


@pytest.mark.parametrize("question", ["?", "😀", "…"])
def test_question_without_words_matches_nothing(index: LocalIndex, question: str) -> None:
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve("loket", 5)
    sentences = gather(analyse(question), hits, index, FlatReader())
    assert {s.values["covered"] for s in sentences} == {0.0}


NOTHING_NEW = 0.0


def confidence_value(sentences: list[Sentence], scores: list[float], name: str) -> float:
    row = confidence_row(sentences, np.array(scores), NOTHING_NEW)
    return float(row[CONFIDENCE_FEATURES.index(name)])


def of_articles(gathered: Gather, *article_ids: str) -> list[Sentence]:
    """A sentence of each article named, the articles' first ones."""
    sentences = gathered("Sungai dikeruk, loket dibuka, apel dan program?")
    return [next(s for s in sentences if s.article.article_id == i) for i in article_ids]


@pytest.mark.parametrize(("scores", "margin"), [([3.0], 1.0), ([3.0, 2.5], 0.5), ([3.0, 2.5, 1.0], 0.5), ([3.0, 3.0], 0.0)])
def test_margin_is_the_lead_over_the_next_sentence(gathered: Gather, scores: list[float], margin: float) -> None:
    assert confidence_value(of_articles(gathered, *["apel-2023"] * len(scores)), scores, "margin") == margin


@pytest.mark.parametrize(
    ("articles", "margin"),
    [
        (["apel-2023", "loket-2026", "apel-2023"], 0.5),
        (["apel-2023", "apel-2023", "loket-2026"], 2.0),
        (["apel-2023", "apel-2023", "apel-2023"], 3.0),
    ],
)
def test_article_margin_is_the_lead_over_other_articles(gathered: Gather, articles: list[str], margin: float) -> None:
    assert confidence_value(of_articles(gathered, *articles), [3.0, 2.5, 1.0], "article_margin") == margin


def test_score_is_that_of_the_best_sentence(gathered: Gather) -> None:
    assert confidence_value(of_articles(gathered, "apel-2023", "loket-2026"), [3.5, 1.0], "score") == 3.5


@pytest.mark.parametrize(("covered", "gap"), [([0.5, 0.9, 0.2], 0.4), ([0.9, 0.5, 0.2], 0.0), ([0.5], 0.0)])
def test_a_gap_is_what_another_sentence_holds_more_of_the_question(gathered: Gather, covered: list[float], gap: float) -> None:
    best = gathered("Sungai apa dikeruk?")[0]
    read = [dataclasses.replace(best, values=best.values | {"covered_near": c, "covered_article": 1.0}) for c in covered]
    found = [confidence_value(read, [3.0, 2.0, 1.0][: len(covered)], f"{name}_gap") for name in ("covered_near", "covered_article")]
    assert found == pytest.approx([gap, 0.0])


def test_a_sentence_is_seconded_by_another_one_of_its_article(gathered: Gather) -> None:
    best, other, elsewhere = of_articles(gathered, "apel-2023", "apel-2023", "loket-2026")
    read = [dataclasses.replace(s, values=s.values | {"points": p}) for s, p in ((best, -0.1), (elsewhere, -0.5), (other, -2.0))]
    assert confidence_value(read, [3.0, 2.0, 1.0], "seconded") == -2.0


@pytest.mark.parametrize("points", [[-0.1], [-0.1, -25.0]])
def test_a_sentence_alone_and_one_with_a_hopeless_second_are_the_same(gathered: Gather, points: list[float]) -> None:
    best = gathered("Sungai apa dikeruk?")[0]
    read = [dataclasses.replace(best, values=best.values | {"points": p}) for p in points]
    assert confidence_value(read, [3.0, 2.0][: len(points)], "seconded") == HARDLY


def test_confidence_row_has_a_value_for_each_name(gathered: Gather) -> None:
    best = gathered("Sungai apa dikeruk?")[:1]
    assert confidence_row(best, np.array([1.0]), NOTHING_NEW).shape == (len(CONFIDENCE_FEATURES),)


class ListeningReader(FlatReader):
    """Keeps the texts it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.texts += [text for _, text in passages]
        return super().read(question, passages)


def test_best_sentence_is_read_again_between_its_neighbours(tmp_path: Path) -> None:
    index = indexed(tmp_path, {"article_id": "satu", "title": "Satu", "text": "Awal cerita. Loket dibuka. Warga datang. Hujan turun. Akhirnya sepi."})
    question, encoder = analyse("Kapan warga datang?"), HashingEncoder(256)
    sentences = gather(question, Retriever(index, encoder, 0.5).retrieve(question.text, 5), index, FlatReader())
    index.close()
    reader = ListeningReader()
    reread(question, sentence_of(sentences, "Warga datang"), reader)
    assert reader.texts == ["Loket dibuka. Warga datang. Hujan turun."]


def test_second_reading_counts_for_an_answer(gathered: Gather) -> None:
    best = of_articles(gathered, "apel-2023")
    assert confidence_row(best, np.array([1.0]), 2.5)[CONFIDENCE_FEATURES.index("reread")] == 2.5


def test_no_value_speaks_both_for_and_against() -> None:
    assert len(set(CONFIDENCE_FEATURES)) == len(CONFIDENCE_FEATURES) == len(SPEAKS_FOR) + len(SPEAKS_AGAINST)


def test_all_values_are_finite(gathered: Gather) -> None:
    rows = [ranking_row(s) for s in gathered("😀 Siapa & berapa 1.250 “x”?")]
    assert np.isfinite(rows).all()


def test_filter_limits_the_candidates(gathered: Gather) -> None:
    only = Filter(published_from=date(2025, 1, 1), published_to=date(2025, 12, 31))
    assert {s.article.article_id for s in gathered("Siapa wali kota Tirtaloka?", only)} == {DAFTAR["article_id"]}


def test_the_newest_article_is_the_most_recent_when_the_present_is_asked_for(gathered: Gather) -> None:
    recent = {s.article.article_id: s.values["recent"] for s in gathered("Siapa wali kota Tirtaloka sekarang?")}
    assert recent == pytest.approx({"sungai-tanpa-tanggal": 0.0, "apel-2023": 1 / 3, "daftar-2025": 2 / 3, "loket-2026": 1.0})


def test_no_article_is_recent_when_no_time_is_asked_for(gathered: Gather) -> None:
    assert {s.values["recent"] for s in gathered("Siapa wali kota Tirtaloka?")} == {0.0}


def test_a_sentence_that_decides_counts_for_yes_or_no_only(gathered: Gather) -> None:
    decided = [sentence_of(gathered(q), "tidak menunggu lama").values["yes_no_decides"] for q in ("Apakah warga harus menunggu?", "Siapa yang menunggu?")]
    assert decided == [1.0, 0.0]


def test_for_yes_or_no_a_span_that_decides_nothing_is_no_short_answer(gathered: Gather) -> None:
    assert sentence_of(gathered("Apakah loket itu harus melayani warga?"), "1.250 warga").short is None
