"""Metrics against examples worked out by hand."""

import math
from datetime import date

import numpy as np
import pytest

from index.datatypes import Article, Hit, Passage, Span
from qa.datatypes import Citation
from qa.intervals import (
    auroc,
    auroc_estimate,
    bootstrap_estimate,
    mean_estimate,
    paired_difference,
)
from qa.metrics import (
    LocatedQuote,
    citation_precision,
    citation_recall,
    contains_accepted,
    covers,
    exact_match,
    first_relevant_rank,
    is_verbatim,
    locate,
    normalise,
    relevant_ids,
    retrieval_scores,
    token_f1,
)

SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def hit(article_id: str, start: int, end: int, rank: int = 1, also_in: tuple[str, ...] = (), text: str = "") -> Hit:
    return Hit(Passage(f"{article_id}#{start}", article_id, start, start, end, text), 1.0, rank, also_in=also_in)


def citation(article_id: str, start: int, end: int, quote: str = "x", sha256: str = "", also_in: tuple[str, ...] = ()) -> Citation:
    return Citation(1, article_id, f"{article_id}#0", "T", None, date(2025, 1, 1), False, None, quote, start, end, sha256, also_in)


def gold(article_id: str, *spans: tuple[int, int], text: str = "gold") -> LocatedQuote:
    return LocatedQuote(article_id, text, tuple(Span(*span) for span in spans))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Wali\tKota\nSemarang. ", "wali kota semarang"),
        ("naik 5,9 persen", "naik 5,9 persen"),
        ("1.900 ASN, 27,6%.", "1.900 asn 27,6"),
        ("Rp1,5 miliar", "rp 1,5 miliar"),
        ("Rp. 50.000,-", "rp 50.000"),
        ("13/3/2023", "13 3 2023"),
        ("S.H., M.H.", "sh mh"),
        ("Jum’at", "jumat"),
        ("undang-undang", "undang undang"),
        ("…", ""),
    ],
)
def test_normalise(text: str, words: str) -> None:
    assert normalise(text) == words


@pytest.mark.parametrize(
    ("given", "accepted", "expected"),
    [
        ("Mbak Ita", ["Hevearita", "mbak ita."], 1.0),
        ("Mbak", ["Mbak Ita"], 0.0),
        ("TNI Polri", ["TNI&Polri"], 1.0),
        ("Polri TNI", ["TNI&Polri"], 0.0),
        (None, ["x"], 0.0),
        ("", ["x"], 0.0),
        ("x", [], 0.0),
    ],
)
def test_exact_match(given: str | None, accepted: list[str], expected: float) -> None:
    assert exact_match(given, accepted) == expected


@pytest.mark.parametrize(
    ("given", "accepted", "expected"),
    [
        ("wali kota semarang", ["kota semarang"], 0.8),  # 2 common, precision 2/3, recall 1
        ("kota kota", ["kota"], 2 / 3),  # a repeated word counts once
        ("polri dan tni", ["TNI&Polri"], 0.8),
        ("a b", ["c", "a b c", "a"], 0.8),  # the best accepted answer counts
        ("a", ["b"], 0.0),
        (None, ["a"], 0.0),
        ("a", [], 0.0),
    ],
)
def test_token_f1(given: str | None, accepted: list[str], expected: float) -> None:
    assert token_f1(given, accepted) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("texts", "accepted", "expected"),
    [
        (["Tumbuh 5,9 persen [1]"], ["5,9"], True),
        (["Tumbuh 5,9 persen"], ["5"], False),
        (["Sebanyak 1.900 ASN"], ["900"], False),
        (["Ada apel [1]."], ["1"], False),  # a marker is no answer
        (["semarangan"], ["semarang"], False),
        (["PKL, parkir, dan drainase"], ["PKL&parkir&drainase"], True),
        (["PKL dan parkir"], ["PKL&parkir&drainase"], False),
        (["PKL dan parkir"], ["PKL&drainase", "parkir & PKL"], True),
        (["", "Mbak Ita"], ["mbak ita"], True),
        ([None, None], ["x"], False),
        (["apa pun"], [], False),
        (["apa pun"], ["-"], False),  # an accepted answer without words is never contained
        (["akhir Wali", "Kota awal"], ["Wali Kota"], False),  # never across two texts
    ],
)
def test_contains_accepted(texts: list[str | None], accepted: list[str], expected: bool) -> None:
    assert contains_accepted(texts, accepted) is expected


def test_locate_returns_every_place_even_overlapping_ones() -> None:
    assert locate("aa", "aaa b aa") == (Span(0, 2), Span(1, 3), Span(6, 8))


def test_locate_takes_the_quote_literally() -> None:
    assert locate("a.c", "abc a.c") == (Span(4, 7),)


def test_locate_counts_code_points() -> None:
    assert locate("ASN", "👏🏽 ASN") == (Span(3, 6),)


def test_locate_finds_no_empty_quote() -> None:
    assert locate("", "abc") == ()


@pytest.mark.parametrize(
    ("start", "end", "quote", "sha256", "expected"),
    [
        (1, 3, "bc", SHA256_OF_ABC, True),
        (0, 2, "bc", SHA256_OF_ABC, False),
        (1, 3, "bc", "0" * 64, False),
        (0, 0, "", SHA256_OF_ABC, False),
        (-2, 3, "bc", SHA256_OF_ABC, False),
    ],
)
def test_is_verbatim(start: int, end: int, quote: str, sha256: str, expected: bool) -> None:
    article = Article("a", "T", "abc", SHA256_OF_ABC)
    assert is_verbatim(citation("a", start, end, quote, sha256), article) is expected


def test_is_verbatim_hashes_the_stored_text_anew() -> None:
    altered = Article("a", "T", "xbc", SHA256_OF_ABC)
    assert not is_verbatim(citation("a", 1, 3, "bc", SHA256_OF_ABC), altered)


def test_citation_precision_is_the_share_on_gold_quotes() -> None:
    citations = [citation("a", 0, 10), citation("a", 20, 30), citation("b", 0, 10), citation("a", 9, 20)]
    assert citation_precision(citations, [gold("a", (5, 15))]) == 0.5


def test_citations_that_only_touch_do_not_overlap() -> None:
    assert citation_precision([citation("a", 0, 5)], [gold("a", (5, 15))]) == 0.0


def test_citation_precision_is_none_without_citations() -> None:
    assert citation_precision([], [gold("a", (0, 1))]) is None


def test_citation_recall_is_the_share_of_gold_quotes() -> None:
    quotes = [gold("a", (0, 10)), gold("a", (50, 60), (90, 99)), gold("b", (0, 10))]
    assert citation_recall([citation("a", 8, 12), citation("a", 95, 96)], quotes) == pytest.approx(2 / 3)


def test_citation_recall_is_zero_without_citations_and_none_without_gold() -> None:
    assert (citation_recall([], [gold("a", (0, 1))]), citation_recall([citation("a", 0, 1)], [])) == (0.0, None)


def test_a_citation_of_a_reprint_counts_by_its_text() -> None:
    reprint = citation("b", 70, 90, quote="Apel digelar Senin.", also_in=("a",))
    assert citation_precision([reprint], [gold("a", (0, 19), text="Apel digelar Senin.")]) == 1.0


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 15, True), (0, 14, False), (12, 40, True), (10, 20, True), (16, 40, False)],
)
def test_a_passage_covers_a_quote_by_half_its_characters(start: int, end: int, expected: bool) -> None:
    assert covers(hit("a", start, end), gold("a", (10, 20))) is expected


def test_a_passage_of_another_article_covers_nothing() -> None:
    assert not covers(hit("b", 0, 100), gold("a", (10, 20)))


def test_a_reprinted_passage_covers_the_quote_it_holds() -> None:
    assert covers(hit("b", 0, 100, also_in=("a",), text="Lalu gold."), gold("a", (10, 14)))


def test_first_relevant_rank() -> None:
    ranking = [hit("b", 0, 50), hit("a", 0, 5), hit("a", 5, 30)]
    assert first_relevant_rank(ranking, [gold("a", (10, 20))]) == 3


def test_first_relevant_rank_is_none_when_nothing_covers() -> None:
    assert first_relevant_rank([hit("b", 0, 50)], [gold("a", (10, 20))]) is None


def test_of_passages_that_share_a_quote_the_first_is_judged() -> None:
    ranking = [hit("a", 10, 30), hit("a", 0, 20)]
    assert relevant_ids(ranking, [gold("a", (10, 20))]) == {"a#10"}


def test_a_quote_not_retrieved_leaves_a_stand_in() -> None:
    assert relevant_ids([hit("a", 0, 20)], [gold("a", (0, 9)), gold("b", (0, 9))]) == {"a#0", "not retrieved: quote 2"}


def test_retrieval_scores_by_hand() -> None:
    ranking = [hit("b", 0, 9), hit("a", 0, 20), hit("c", 0, 9)]
    scores = retrieval_scores({"q": ranking}, {"q": [gold("a", (0, 9)), gold("z", (0, 9))]})["q"]
    # Evidence at rank 2 of two quotes: DCG 1/log2(3), ideal 1 + 1/log2(3).
    gain = 1 / math.log2(3)
    expected = {"success_at_1": 0, "success_at_5": 1, "success_at_10": 1, "rr_at_10": 0.5, "ndcg_at_10": gain / (1 + gain)}
    assert scores == pytest.approx(expected)


def test_retrieval_keeps_the_order_of_tied_scores() -> None:
    ranking = [hit("b", 0, 9), hit("a", 0, 9)]  # both score 1.0; trec_eval alone would sort by id
    assert retrieval_scores({"q": ranking}, {"q": [gold("b", (0, 9))]})["q"]["success_at_1"] == 1.0


def test_retrieval_counts_a_question_without_hits_as_zero() -> None:
    scores = retrieval_scores({"q": []}, {"q": [gold("a", (0, 9))]})["q"]
    assert set(scores.values()) == {0.0}


def test_retrieval_leaves_out_unanswerable_questions() -> None:
    assert retrieval_scores({"q": [hit("a", 0, 9)]}, {"q": []}) == {}


def test_a_passage_beyond_rank_ten_does_not_count() -> None:
    ranking = [hit("b", n, n + 1) for n in range(10)] + [hit("a", 0, 9)]
    assert retrieval_scores({"q": ranking}, {"q": [gold("a", (0, 9))]})["q"]["rr_at_10"] == 0.0


@pytest.mark.parametrize(
    ("positives", "negatives", "expected"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.5], [0.5, 0.1], 0.875),  # of four pairs three are won and one is tied
        ([], [0.5], None),
        ([0.5], [], None),
    ],
)
def test_auroc(positives: list[float], negatives: list[float], expected: float | None) -> None:
    assert auroc(positives, negatives) == expected


def test_auroc_estimate_holds_its_value_and_is_repeatable() -> None:
    positives, negatives = [0.9, 0.8, 0.4, 0.7], [0.1, 0.6, 0.2]
    estimate = auroc_estimate(positives, negatives)
    assert estimate is not None
    assert estimate == auroc_estimate(positives, negatives)
    assert estimate.value == pytest.approx(11 / 12)  # of 12 pairs only 0.4 against 0.6 is lost
    assert estimate.low < estimate.value <= estimate.high <= 1


def test_mean_estimate_lies_inside_its_interval_and_is_repeatable() -> None:
    scores = [0.0, 1.0, 1.0, 0.5] * 20
    estimate = mean_estimate(scores)
    assert estimate is not None
    assert estimate == mean_estimate(scores)
    assert (estimate.value, estimate.n) == (0.625, 80)
    # The standard error of the mean is .415 / sqrt(80) = .046.
    assert estimate.low == pytest.approx(0.625 - 1.96 * 0.0464, abs=0.015)
    assert estimate.high == pytest.approx(0.625 + 1.96 * 0.0464, abs=0.015)


def test_mean_estimate_of_nothing_is_none() -> None:
    assert mean_estimate([]) is None


def test_no_event_among_48_still_leaves_room_for_some() -> None:
    estimate = mean_estimate([0.0] * 48)
    assert estimate is not None
    assert (estimate.low, estimate.high) == (0.0, pytest.approx(0.0740, abs=1e-4))  # Clopper & Pearson


def test_all_right_still_leaves_room_for_an_error() -> None:
    estimate = mean_estimate([1.0] * 48)
    assert estimate is not None
    assert (estimate.low, estimate.high) == (pytest.approx(0.9260, abs=1e-4), 1.0)


def test_bootstrap_of_a_mean_is_the_interval_of_the_mean() -> None:
    scores = np.array([0.0, 1.0, 1.0, 0.5] * 20)
    assert bootstrap_estimate(lambda picks: float(scores[picks].mean()), len(scores)) == mean_estimate(scores.tolist())


def test_a_resample_without_a_value_is_left_out_of_the_interval() -> None:
    scores = np.array([0.0, 1.0])
    estimate = bootstrap_estimate(lambda picks: float("nan") if len(set(picks.tolist())) == 1 else float(scores[picks].mean()), 2)
    assert (estimate.value, estimate.low, estimate.high) == (0.5, 0.5, 0.5)


def test_paired_difference_is_second_minus_first() -> None:
    difference = paired_difference([0.0, 0.0, 1.0, 0.5], [1.0, 1.0, 1.0, 1.0])
    assert difference is not None
    assert difference.value == 0.625
    assert difference.low > 0


def test_paired_difference_of_a_run_with_itself_has_no_width() -> None:
    difference = paired_difference([0.0, 1.0], [0.0, 1.0])
    assert difference is not None
    assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)


def test_paired_difference_needs_the_same_questions() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired_difference([0.0, 1.0], [1.0])


def test_paired_difference_of_nothing_is_none() -> None:
    assert paired_difference([], []) is None
