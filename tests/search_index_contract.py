"""What every `SearchIndex` must do, as tests to inherit from.

A test module of an implementation subclasses `SearchIndexContract` and has a fixture `index`: the implementation, filled
from `contract_corpus(...)` by `ENCODER`.
"""

import threading
from datetime import date
from pathlib import Path

import pytest
from fakes import HashingEncoder, corpus_file

from index.datatypes import Article, ArticleSummary, Filter, Passage, SearchIndex
from index.errors import UnknownArticleError
from index.text import terms

ENCODER = HashingEncoder(512)
ANY = Filter()
TAMAN = "Camat membuka taman bagi warga.\r\nTaman itu luas 😀. Anak bermain. Warga antre. Sore pun tiba di taman."
ROWS = (
    {"article_id": "jalan", "title": "Jalan", "text": "Jalan mulus bagi warga.", "publisher": "Warta Melati"},
    {"article_id": "pasar", "title": "Pasar", "text": "Pasar ramai oleh warga.", "publisher": "Kabar Ångström", "published": "2024-01-01"},
    {"article_id": "rilis", "title": "Rilis", "text": "Balai dipakai warga untuk rapat desa."},
    {"article_id": "rilis-salinan", "title": "Rilis", "text": "Balai dipakai warga untuk rapat desa kami."},
    {"article_id": "salinan", "title": "Pasar", "text": "Pasar ramai oleh warga.", "published": "2025-06-01", "published_is_estimate": True},
    {"article_id": "sungai", "title": "Sungai", "text": "Sungai jernih bagi warga."},
    {"article_id": "taman", "title": "Taman", "text": TAMAN, "publisher": "Warta Melati", "published": "2025-03-03", "url": "https://contoh.com/taman"},
    {"article_id": "zz-iklan", "title": "Iklan", "text": "Share\nIklan\n", "publisher": "Iklan Kota"},
)
PASSAGES = {"jalan#0", "pasar#0", "rilis#0", "rilis-salinan#0", "salinan#0", "sungai#0", "taman#0", "taman#1"}
QUESTIONS = ["Siapa yang membuka taman?", "Apa yang ramai?"]

# Every filter with the articles that pass it. Undated articles fail a date filter, those without publisher a publisher filter.
FILTERS: dict[str, tuple[Filter, set[str]]] = {
    "any": (ANY, {"jalan", "pasar", "rilis", "rilis-salinan", "salinan", "sungai", "taman", "zz-iklan"}),
    "no publishers": (Filter(publishers=()), set()),
    "empty publisher": (Filter(publishers=("",)), set()),
    "one publisher": (Filter(publishers=("Warta Melati",)), {"jalan", "taman"}),
    "in other case": (Filter(publishers=("WARTA melati",)), {"jalan", "taman"}),
    "beyond ASCII in other case": (Filter(publishers=("kabar ÅNGSTRÖM",)), {"pasar"}),
    "part of a name": (Filter(publishers=("Warta",)), set()),
    "a wildcard": (Filter(publishers=("Warta*", "Warta%", "*")), set()),
    "a quotation mark": (Filter(publishers=("' OR 1=1 --", '" or true')), set()),
    "unknown publisher": (Filter(publishers=("Tidak Ada",)), set()),
    "two publishers": (Filter(publishers=("Warta Melati", "Kabar Ångström")), {"jalan", "pasar", "taman"}),
    "from its first day": (Filter(published_from=date(2025, 3, 3)), {"salinan", "taman"}),
    "from the day after": (Filter(published_from=date(2025, 3, 4)), {"salinan"}),
    "to its last day": (Filter(published_to=date(2025, 3, 3)), {"pasar", "taman"}),
    "to the day before": (Filter(published_to=date(2025, 3, 2)), {"pasar"}),
    "all of time": (Filter(date(1, 1, 1), date(9999, 12, 31)), {"pasar", "salinan", "taman"}),
    "one day": (Filter(date(2024, 1, 1), date(2024, 1, 1)), {"pasar"}),
    "the wrong way round": (Filter(date(2025, 6, 1), date(2024, 1, 1)), set()),
    "dates and publisher": (Filter(date(2024, 6, 1), date(2025, 6, 1), ("Warta Melati",)), {"taman"}),
    "an article without passages": (Filter(publishers=("Iklan Kota",)), {"zz-iklan"}),
}
filters = pytest.mark.parametrize(("only", "expected"), FILTERS.values(), ids=FILTERS)


def contract_corpus(folder: Path) -> Path:
    """Write the articles and example questions of the contract into `folder` and return their source."""
    (folder / "corpus.toml").write_text(f"example_questions = {QUESTIONS!r}\n", encoding="utf-8")
    return corpus_file(folder / "contract.jsonl", *ROWS)


def passages_of(articles: set[str]) -> set[str]:
    return {p for p in PASSAGES if p.split("#")[0] in articles}


class SearchIndexContract:
    """Inherit from it in a module that has the fixture `index`."""

    # copies

    def test_copies_name_the_others_of_a_story(self, index: SearchIndex) -> None:
        assert index.copies(["taman", "rilis", "tidak-ada"]) == {"rilis": ("rilis-salinan",)}

    def test_copies_of_nothing_are_none(self, index: SearchIndex) -> None:
        assert index.copies([]) == {}

    # dense_search

    def test_dense_search_without_filter_finds_every_passage_once(self, index: SearchIndex) -> None:
        found = [s.passage_id for s in index.dense_search(ENCODER.encode(["taman"])[0], 100, ANY)]
        assert sorted(found) == sorted(PASSAGES)

    def test_dense_search_gives_falling_scores(self, index: SearchIndex) -> None:
        scores = [s.score for s in index.dense_search(ENCODER.encode(["warga taman"])[0], 100, ANY)]
        assert scores == sorted(scores, reverse=True)

    def test_the_dense_score_is_the_cosine_with_title_and_passage(self, index: SearchIndex) -> None:
        # "Sungai\nSungai jernih bagi warga." has the terms sungai twice, jernih, bagi, warga once: length sqrt(7).
        best = index.dense_search(ENCODER.encode(["sungai"])[0], 1, ANY)[0]
        assert best.passage_id == "sungai#0"
        assert best.score == pytest.approx(2 / 7**0.5, abs=1e-4)

    @pytest.mark.parametrize("limit", [0, 1, 3])
    def test_dense_search_finds_at_most_limit_passages(self, index: SearchIndex, limit: int) -> None:
        assert len(index.dense_search(ENCODER.encode(["warga"])[0], limit, ANY)) == limit

    @filters
    def test_dense_search_finds_only_and_all_that_pass_the_filter(self, index: SearchIndex, only: Filter, expected: set[str]) -> None:
        found = [s.passage_id for s in index.dense_search(ENCODER.encode(["warga"])[0], 100, only)]
        assert sorted(found) == sorted(passages_of(expected))

    def test_dense_search_filters_before_it_limits(self, index: SearchIndex) -> None:
        vector = ENCODER.encode(["jalan mulus"])[0]  # the worst match that passes is still found by a limit of 1
        assert [s.passage_id for s in index.dense_search(vector, 1, Filter(publishers=("Kabar Ångström",)))] == ["pasar#0"]

    # lexical_search

    def test_lexical_search_finds_only_passages_that_hold_a_term(self, index: SearchIndex) -> None:
        assert {s.passage_id for s in index.lexical_search(terms("ramai jernih"), 100, ANY)} == {"pasar#0", "salinan#0", "sungai#0"}

    def test_lexical_search_finds_other_forms_of_a_word(self, index: SearchIndex) -> None:
        assert [s.passage_id for s in index.lexical_search(terms("dibuka"), 100, ANY)] == ["taman#0"]

    def test_lexical_search_finds_every_passage_by_its_title(self, index: SearchIndex) -> None:
        assert {s.passage_id for s in index.lexical_search(terms("taman"), 100, ANY)} == {"taman#0", "taman#1"}

    def test_lexical_search_gives_falling_positive_scores(self, index: SearchIndex) -> None:
        scores = [s.score for s in index.lexical_search(terms("warga taman ramai"), 100, ANY)]
        assert scores == sorted(scores, reverse=True)
        assert min(scores) > 0

    @pytest.mark.parametrize("limit", [0, 1, 3])
    def test_lexical_search_finds_at_most_limit_passages(self, index: SearchIndex, limit: int) -> None:
        assert len(index.lexical_search(terms("warga"), limit, ANY)) == limit

    @pytest.mark.parametrize("question", ["", "gajah", "?!"])
    def test_lexical_search_without_a_known_term_finds_nothing(self, index: SearchIndex, question: str) -> None:
        assert index.lexical_search(terms(question), 100, ANY) == []

    @filters
    def test_lexical_search_finds_only_and_all_that_pass_the_filter(self, index: SearchIndex, only: Filter, expected: set[str]) -> None:
        found = [s.passage_id for s in index.lexical_search(terms("warga taman"), 100, only)]
        assert sorted(found) == sorted(passages_of(expected))

    def test_lexical_search_filters_before_it_limits(self, index: SearchIndex) -> None:
        found = index.lexical_search(terms("taman taman luas warga"), 1, Filter(publishers=("Kabar Ångström",)))
        assert [s.passage_id for s in found] == ["pasar#0"]

    # dense_scores

    def test_dense_scores_are_those_of_dense_search(self, index: SearchIndex) -> None:
        vector = ENCODER.encode(["taman bagi warga"])[0]
        found = index.dense_search(vector, 100, ANY)
        assert index.dense_scores(vector, [s.passage_id for s in found]) == pytest.approx([s.score for s in found], abs=1e-4)

    def test_dense_scores_come_in_the_order_asked(self, index: SearchIndex) -> None:
        vector = ENCODER.encode(["sungai"])[0]
        assert index.dense_scores(vector, ["jalan#0", "sungai#0"]) == pytest.approx(index.dense_scores(vector, ["sungai#0", "jalan#0"])[::-1])

    def test_dense_scores_of_no_passages_are_none(self, index: SearchIndex) -> None:
        assert index.dense_scores(ENCODER.encode(["taman"])[0], []) == []

    def test_dense_scores_of_an_unknown_passage_are_a_programming_error(self, index: SearchIndex) -> None:
        with pytest.raises(ValueError, match="taman#9"):
            index.dense_scores(ENCODER.encode(["taman"])[0], ["taman#0", "taman#9"])

    # document_frequencies

    def test_document_frequencies_count_passages_whose_text_holds_the_term(self, index: SearchIndex) -> None:
        # warga: jalan, pasar, salinan, sungai, taman#0 and taman#1 (its first sentence repeats the last of taman#0).
        assert index.document_frequencies(terms("warga ramai jernih gajah")) == [8, 2, 1, 0]

    def test_document_frequencies_of_nothing_are_none(self, index: SearchIndex) -> None:
        assert index.document_frequencies([]) == []

    # passages and articles

    def test_passages_come_in_the_order_asked_with_exact_offsets(self, index: SearchIndex) -> None:
        end = len("Camat membuka taman bagi warga.\r\nTaman itu luas 😀. Anak bermain. Warga antre.")
        last = len(TAMAN) - len("Warga antre. Sore pun tiba di taman.")
        assert index.passages(["taman#1", "jalan#0", "taman#0"]) == [
            Passage("taman#1", "taman", 1, last, len(TAMAN), "Warga antre. Sore pun tiba di taman."),
            Passage("jalan#0", "jalan", 0, 0, 23, "Jalan mulus bagi warga."),
            Passage("taman#0", "taman", 0, 0, end, TAMAN[:end]),
        ]

    def test_no_passages_asked_are_none_given(self, index: SearchIndex) -> None:
        assert index.passages([]) == []

    @pytest.mark.parametrize("passage_id", ["taman#9", "tidak-ada#0", "", "taman"])
    def test_an_unknown_passage_is_a_programming_error_that_names_it(self, index: SearchIndex, passage_id: str) -> None:
        with pytest.raises(ValueError, match=repr(passage_id)):
            index.passages(["taman#0", passage_id])

    def test_passages_with_the_same_text_keep_their_own_ids(self, index: SearchIndex) -> None:
        assert [(p.article_id, p.text) for p in index.passages(["pasar#0", "salinan#0"])] == [
            ("pasar", "Pasar ramai oleh warga."),
            ("salinan", "Pasar ramai oleh warga."),
        ]

    def test_an_article_comes_back_whole(self, index: SearchIndex) -> None:
        article = index.article("taman")
        assert (article.title, article.text, article.publisher, article.published) == ("Taman", TAMAN, "Warta Melati", date(2025, 3, 3))
        assert (article.url, article.published_is_estimate, article.excluded) == ("https://contoh.com/taman", False, ())

    def test_every_passage_is_the_text_of_its_article_at_its_offsets(self, index: SearchIndex) -> None:
        for passage in index.passages(sorted(PASSAGES)):
            assert index.article(passage.article_id).text[passage.start : passage.end] == passage.text

    def test_an_undated_article_without_publisher_comes_back_so(self, index: SearchIndex) -> None:
        article = index.article("sungai")
        assert (article.publisher, article.published, article.url, article.author) == (None, None, None, None)

    @pytest.mark.parametrize("article_id", ["tidak-ada", "", "TAMAN", "taman#0", "' OR 1=1 --"])
    def test_an_unknown_article_is_an_error_that_names_it(self, index: SearchIndex, article_id: str) -> None:
        with pytest.raises(UnknownArticleError) as caught:
            index.article(article_id)
        assert repr(article_id) in str(caught.value)

    def test_summaries_are_newest_first_and_undated_last(self, index: SearchIndex) -> None:
        assert index.article_summaries() == [
            ArticleSummary("salinan", "Pasar", None, date(2025, 6, 1), True, None),
            ArticleSummary("taman", "Taman", "Warta Melati", date(2025, 3, 3), False, "https://contoh.com/taman"),
            ArticleSummary("pasar", "Pasar", "Kabar Ångström", date(2024, 1, 1), False, None),
            ArticleSummary("jalan", "Jalan", "Warta Melati", None, False, None),
            ArticleSummary("rilis", "Rilis", None, None, False, None),
            ArticleSummary("rilis-salinan", "Rilis", None, None, False, None),
            ArticleSummary("sungai", "Sungai", None, None, False, None),
            ArticleSummary("zz-iklan", "Iklan", "Iklan Kota", None, False, None),
        ]

    @filters
    def test_summaries_are_those_that_pass_the_filter(self, index: SearchIndex, only: Filter, expected: set[str]) -> None:
        assert {s.article_id for s in index.article_summaries(only)} == expected

    @pytest.mark.parametrize(("first", "limit"), [(0, 2), (2, 2), (4, 9), (6, 2), (0, 0), (3, None)])
    def test_a_page_of_summaries_is_a_part_of_all_of_them(self, index: SearchIndex, first: int, limit: int | None) -> None:
        end = None if limit is None else first + limit
        assert index.article_summaries(ANY, first, limit) == index.article_summaries()[first:end]

    def test_a_page_counts_only_what_passes_the_filter(self, index: SearchIndex) -> None:
        assert [s.article_id for s in index.article_summaries(Filter(publishers=("warta melati",)), 1, 1)] == ["jalan"]

    # the collection

    def test_the_manifest_counts_articles_and_passages(self, index: SearchIndex) -> None:
        made = index.manifest
        assert (made.articles, made.passages, made.encoder_fingerprint, made.dimension) == (8, 8, ENCODER.fingerprint, 512)

    def test_coverage_names_counts_publishers_and_dates(self, index: SearchIndex) -> None:
        covered = index.coverage()
        assert (covered.articles, covered.first_published, covered.last_published) == (8, date(2024, 1, 1), date(2025, 6, 1))
        assert covered.publishers == ("Iklan Kota", "Kabar Ångström", "Warta Melati")

    @filters
    def test_count_matching_counts_the_articles_that_pass_the_filter(self, index: SearchIndex, only: Filter, expected: set[str]) -> None:
        assert index.count_matching(only) == len(expected)

    def test_example_questions_come_in_order(self, index: SearchIndex) -> None:
        assert index.example_questions() == QUESTIONS

    def test_threads_search_and_read_at_the_same_time(self, index: SearchIndex) -> None:
        vector = ENCODER.encode(["taman warga"])[0]

        def look() -> tuple[list[tuple[str, float]], list[str], Article]:
            dense = [(s.passage_id, round(s.score, 4)) for s in index.dense_search(vector, 1, ANY)]
            return dense, sorted(s.passage_id for s in index.lexical_search(terms("taman"), 9, ANY)), index.article("taman")

        expected = look()
        found: list[tuple[list[tuple[str, float]], list[str], Article]] = []
        threads = [threading.Thread(target=lambda: found.extend(look() for _ in range(20))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected] * 120
