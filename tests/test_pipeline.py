import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from fakes import HashingEncoder, ScriptedComposer
from invented import APEL, ARTICLES, DAFTAR, LOKET, UNDATED, indexed

from index.datatypes import Article, Filter
from index.local import LocalIndex
from qa.datatypes import Answer, Composer, Draft, DraftPart, Part, Quote, Reason, Request
from qa.pipeline import Pipeline, answer_text, spell_date
from qa.prompts import framing
from qa.settings import Settings

MAYOR = "Siapa wali kota Tirtaloka?"
OPENING = "Wali Kota Tirtaloka Rendra Wiskara membuka loket terpadu pada Jumat 2 Januari 2026."
SERVED = "Loket itu melayani 1.250 warga setiap hari."
ASSEMBLY = "Wali Kota Tirtaloka, Sasmita Barunadi, memimpin apel pegawai di halaman Balai Lembayung."

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    many = [
        {"article_id": f"kabar-{n:02}", "title": f"Kabar {n}", "publisher": "Suara Melur", "published": f"2024-05-{n:02}", "text": f"Kabar pasar jilid {n}."}
        for n in range(1, 31)
    ]
    only_boilerplate = {"article_id": "iklan", "title": "Iklan", "publisher": "Papan Iklan", "published": "2022-01-01", "text": "Baca juga: Bazar Murah"}
    opened = indexed(tmp_path_factory.mktemp("pipeline"), *ARTICLES, *many, only_boilerplate)
    yield opened
    opened.close()


def quote_of(article: Article, text: str) -> Quote:
    start = article.text.index(text)
    return Quote(article.article_id, f"{article.article_id}#0", start, start + len(text), text)


def draft_of(index: LocalIndex, *texts: tuple[str, str], **values: Any) -> Draft:
    quotes = tuple(quote_of(index.article(article_id), text) for article_id, text in texts)
    return Draft(**({"quotes": quotes, "short_answer": None, "confidence": 0.9} | values))


def settings(**values: Any) -> Settings:
    return Settings(**({"min_confidence": 0.0, "language_model": None, "composer": Composer.EXTRACTIVE} | values))


@pytest.fixture
def ask(index: LocalIndex) -> Ask:
    """Ask the extractive reader, which answers however unsure it is unless a test says otherwise."""

    def ask(question: str, *, min_confidence: float = 0.0, **options: Any) -> Answer:
        pipeline = Pipeline(index, HashingEncoder(256), settings(min_confidence=min_confidence))
        return pipeline.answer_question(Request(question, **options), "r-1")

    return ask


@pytest.fixture
def scripted(index: LocalIndex) -> Ask:
    """Ask a composer that proposes the given draft."""

    def scripted(draft: Draft, question: str = MAYOR, *, min_confidence: float = 0.5, **options: Any) -> Answer:
        pipeline = Pipeline(index, HashingEncoder(256), settings(min_confidence=min_confidence), ScriptedComposer(draft))
        return pipeline.answer_question(Request(question, composer=Composer.LLM, **options), "r-1")

    return scripted


def reason_of(answer: Answer) -> Reason | None:
    return answer.abstention.reason if answer.abstention else None


# Answers


def test_answer_has_citations_and_no_abstention(ask: Ask) -> None:
    answer = ask(MAYOR)
    assert (bool(answer.citations), answer.abstention, answer.abstained) == (True, None, False)


def test_answer_repeats_its_request(ask: Ask) -> None:
    answer = ask(MAYOR)
    assert (answer.request_id, answer.question, answer.language, answer.composer) == ("r-1", MAYOR, "id", Composer.EXTRACTIVE)


@pytest.mark.parametrize(
    "question", [MAYOR, "Berapa warga dilayani loket?", "Apa saja program kebersihan?", "Siapa memimpin pengerukan Sungai Kemuning?", "pasar"]
)
def test_every_citation_is_a_verbatim_part_of_its_article(index: LocalIndex, ask: Ask, question: str) -> None:
    citations = ask(question).citations
    assert all(index.article(c.article_id).text[c.start : c.end] == c.quote for c in citations)


@pytest.mark.parametrize("question", [MAYOR, "Berapa warga dilayani loket?", "Apel dimulai pukul berapa?", "Di mana apel digelar?"])
def test_short_answer_stands_in_a_quote(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.short_answer is not None
    assert any(answer.short_answer in c.quote for c in answer.citations)


def test_markers_appear_in_the_text_in_their_order(index: LocalIndex, scripted: Ask) -> None:
    answer = scripted(draft_of(index, ("apel-2023", ASSEMBLY), ("loket-2026", OPENING), ("loket-2026", SERVED)))
    assert answer.answer == (
        f"Menurut Warta Lembayung (13 Maret 2023): “{ASSEMBLY}” [1] Menurut Kabar Tirtaloka (2 Januari 2026): “{OPENING}” [2] “{SERVED}” [3]"
    )


def test_english_question_is_framed_in_english(index: LocalIndex, scripted: Ask) -> None:
    answer = scripted(draft_of(index, ("loket-2026", SERVED)), "How many residents does the counter serve?")
    assert (answer.language, answer.answer) == ("en", f"According to Kabar Tirtaloka (2 January 2026): “{SERVED}” [1]")


def test_undated_article_without_publisher_is_called_so(index: LocalIndex, scripted: Ask) -> None:
    quote = "Pengerukan dipimpin Harsa Mandalika."
    answer = scripted(draft_of(index, ("sungai-tanpa-tanggal", quote)))
    assert answer.answer == f"Menurut artikel tanpa nama penerbit (tanpa tanggal): “{quote}” [1]"


def test_line_breaks_of_a_quote_are_spaces_in_the_text_only(index: LocalIndex, scripted: Ask) -> None:
    quote = "- Bank Sampah Melati untuk sampah plastik,\n- Kompos Warga untuk sampah dapur, dan"
    answer = scripted(draft_of(index, ("daftar-2025", quote)))
    assert (answer.citations[0].quote, quote.replace("\n", " ") in answer.answer) == (quote, True)


def test_text_of_no_citation_is_empty() -> None:
    assert answer_text([], framing("id")) == ""


@pytest.mark.parametrize(
    ("day", "language", "spelled"), [(date(2026, 1, 2), "id", "2 Januari 2026"), (date(2025, 12, 31), "en", "31 December 2025"), (None, "id", "–")]
)
def test_date_is_spelled_in_words(day: date | None, language: str, spelled: str) -> None:
    assert spell_date(day, framing(language)) == spelled


def test_same_question_twice_has_the_same_answer(ask: Ask) -> None:
    one, other = ask(MAYOR), ask(MAYOR)
    assert (one.answer, one.citations, one.passages, one.confidence) == (other.answer, other.citations, other.passages, other.confidence)


def test_timing_names_the_steps_and_their_total(ask: Ask) -> None:
    timing = ask(MAYOR).timing_ms
    steps = [timing[name] for name in ("retrieve", "read", "verify", "compose")]
    assert 0 < sum(steps) <= timing["total"] + 0.01


def test_answer_names_the_index_it_came_from(index: LocalIndex, ask: Ask) -> None:
    assert ask(MAYOR).index == index.manifest


# The gate


@pytest.mark.parametrize(
    "lie",
    [
        Quote("loket-2026", "loket-2026#0", 0, 83, "Wali Kota Tirtaloka Gandasuli Melur membuka loket terpadu pada Jumat 2 Januari 2026."),
        Quote("loket-2026", "loket-2026#0", 1, 84, OPENING),
        Quote("apel-2023", "apel-2023#0", 0, 83, OPENING),
        Quote("tidak-ada", "tidak-ada#0", 0, 83, OPENING),
        Quote("loket-2026", "loket-2026#0", -10, 10**9, OPENING),
        Quote("loket-2026", "loket-2026#0", 128, 180, "Baca juga: Bazar Murah Dibuka di Alun-alun Lembayung"),
    ],
)
def test_quote_that_does_not_verify_is_never_shown(scripted: Ask, lie: Quote) -> None:
    answer = scripted(Draft((lie,), "Gandasuli Melur", 1.0, Reason.LOW_CONFIDENCE))
    assert (answer.citations, answer.short_answer, answer.abstained) == ((), None, True)
    assert lie.text not in answer.answer


def test_lie_beside_a_true_quote_is_left_out(index: LocalIndex, scripted: Ask) -> None:
    lie = Quote("loket-2026", "loket-2026#0", 0, 27, "Gandasuli Melur wali kotanya")
    true = quote_of(index.article("loket-2026"), SERVED)
    answer = scripted(Draft((lie, true), "Gandasuli Melur", 1.0))
    assert ([c.quote for c in answer.citations], answer.short_answer) == ([SERVED], None)


def test_short_answer_that_only_an_unverified_quote_holds_is_left_out(index: LocalIndex, scripted: Ask) -> None:
    lie = Quote("loket-2026", "loket-2026#0", 0, 5, "9.999 warga")
    answer = scripted(Draft((lie, quote_of(index.article("loket-2026"), SERVED)), "9.999", 1.0))
    assert answer.short_answer is None


# Abstentions


@pytest.mark.parametrize(
    ("question", "options", "reason"),
    [
        ("halo", {}, Reason.NOT_A_QUESTION),
        ("???", {}, Reason.NOT_A_QUESTION),
        ("halo", {"only": Filter(publishers=("Tidak Ada",))}, Reason.NOT_A_QUESTION),
        (MAYOR, {"only": Filter(publishers=("Tidak Ada",))}, Reason.NO_MATCH_FOR_FILTER),
        (MAYOR, {"only": Filter(publishers=())}, Reason.NO_MATCH_FOR_FILTER),
        (MAYOR, {"only": Filter(publishers=("Kabar",))}, Reason.NO_MATCH_FOR_FILTER),
        (MAYOR, {"only": Filter(published_from=date(2027, 1, 1))}, Reason.NO_MATCH_FOR_FILTER),
        (MAYOR, {"only": Filter(published_from=date(2026, 1, 1)), "as_of": date(2025, 12, 31)}, Reason.NO_MATCH_FOR_FILTER),
        (MAYOR, {"as_of": date(1999, 12, 31)}, Reason.OUTSIDE_PERIOD),
        (MAYOR, {"only": Filter(publishers=("Papan Iklan",))}, Reason.NO_EVIDENCE),
    ],
)
def test_question_that_nothing_can_answer_is_abstained_with_its_reason(ask: Ask, question: str, options: dict[str, Any], reason: Reason) -> None:
    assert reason_of(ask(question, **options)) is reason


@pytest.mark.parametrize("reason", [Reason.NO_EVIDENCE, Reason.LOW_CONFIDENCE, Reason.WRONG_ENTITY, Reason.OUTSIDE_PERIOD])
def test_reason_of_a_draft_below_the_threshold_is_passed_on(index: LocalIndex, scripted: Ask, reason: Reason) -> None:
    answer = scripted(draft_of(index, ("loket-2026", SERVED), confidence=0.49, reason=reason))
    assert reason_of(answer) is reason


def test_draft_without_a_reason_below_the_threshold_has_low_confidence(index: LocalIndex, scripted: Ask) -> None:
    assert reason_of(scripted(draft_of(index, ("loket-2026", SERVED), confidence=0.49))) is Reason.LOW_CONFIDENCE


def test_draft_at_the_threshold_is_answered(index: LocalIndex, scripted: Ask) -> None:
    assert not scripted(draft_of(index, ("loket-2026", SERVED), confidence=0.5, reason=Reason.LOW_CONFIDENCE)).abstained


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Apa yang dikeruk sepanjang tiga kilometer?", Reason.LOW_CONFIDENCE),
        ("Apa yang dikeruk di Gandasuli sepanjang tiga kilometer?", Reason.WRONG_ENTITY),
        ("Apa yang dikeruk pada 2019 sepanjang tiga kilometer?", Reason.OUTSIDE_PERIOD),
    ],
)
def test_unsure_reader_says_why(ask: Ask, question: str, reason: Reason) -> None:
    assert reason_of(ask(question, min_confidence=1.0)) is reason


def test_same_pipeline_without_a_threshold_shows_what_was_held_back(index: LocalIndex) -> None:
    unsure = ScriptedComposer(draft_of(index, ("loket-2026", OPENING), confidence=0.1))
    pipeline = Pipeline(index, HashingEncoder(256), settings(min_confidence=0.5), unsure)
    request = Request(MAYOR, composer=Composer.LLM)
    answers = [p.answer_question(request, "r-1") for p in (pipeline, pipeline.with_min_confidence(0.0))]
    assert [(a.abstained, a.confidence) for a in answers] == [(True, 0.1), (False, 0.1)]


@pytest.fixture
def abstained(index: LocalIndex, scripted: Ask) -> Answer:
    return scripted(draft_of(index, ("loket-2026", SERVED), confidence=0.1, short_answer="1.250"), top_k=3)


def test_abstention_states_nothing(abstained: Answer) -> None:
    assert (abstained.short_answer, abstained.citations, abstained.timeline) == (None, (), ())


def test_answer_of_an_abstention_is_its_message(abstained: Answer) -> None:
    assert abstained.abstention is not None
    assert abstained.answer == abstained.abstention.message


def test_abstention_says_what_the_collection_covers(abstained: Answer) -> None:
    # 4 articles about Tirtaloka, 30 short ones and an advertisement of 2022, the first dated one.
    assert abstained.answer.endswith("Koleksi ini berisi 35 artikel dari 1 Januari 2022 sampai 2 Januari 2026.")


def test_abstention_shows_the_nearest_passages(abstained: Answer) -> None:
    assert abstained.abstention is not None
    assert (len(abstained.abstention.nearest), abstained.abstention.nearest) == (3, abstained.passages)


def test_collection_without_dates_is_covered_by_its_number(tmp_path_factory: pytest.TempPathFactory) -> None:
    opened = indexed(tmp_path_factory.mktemp("undated"), UNDATED)
    answer = Pipeline(opened, HashingEncoder(256), settings()).answer_question(Request("halo"), "r")
    opened.close()
    assert answer.answer.endswith("Koleksi ini berisi 1 artikel.")


# top_k, filters, as_of


@pytest.mark.parametrize("top_k", [1, 2, 10, 30])
def test_top_k_limits_the_passages(ask: Ask, top_k: int) -> None:
    assert len(ask("Kabar pasar apa?", top_k=top_k).passages) == top_k


@pytest.mark.parametrize("question", [MAYOR, "Kabar pasar apa?", "Apa saja program kebersihan?"])
@pytest.mark.parametrize("top_k", [1, 50])
def test_top_k_leaves_the_answer(ask: Ask, question: str, top_k: int) -> None:
    one, other = ask(question, top_k=10), ask(question, top_k=top_k)
    assert (one.answer, one.confidence, one.citations) == (other.answer, other.confidence, other.citations)


@pytest.mark.parametrize("top_k", [1, 10, 50])
def test_top_k_never_changes_how_much_is_read(index: LocalIndex, top_k: int) -> None:
    composer = ScriptedComposer(Draft((), None, 0.0))
    pipeline = Pipeline(index, HashingEncoder(256), settings(read_depth=20), composer)
    pipeline.answer_question(Request("Kabar pasar apa?", top_k=top_k, composer=Composer.LLM), "r")
    assert composer.seen == [20]


def test_passages_are_ranked_from_one_with_the_best_first(ask: Ask) -> None:
    passages = ask(MAYOR).passages
    assert [p.rank for p in passages] == list(range(1, len(passages) + 1))
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"only": Filter(publishers=("kabar tirtaloka",))}, {LOKET["article_id"], DAFTAR["article_id"]}),
        ({"only": Filter(publishers=("WARTA LEMBAYUNG",))}, {APEL["article_id"]}),
        ({"only": Filter(published_from=date(2026, 1, 2), published_to=date(2026, 1, 2))}, {LOKET["article_id"]}),
        ({"only": Filter(published_from=date(2025, 6, 20))}, {LOKET["article_id"], DAFTAR["article_id"]}),
        ({"as_of": date(2023, 3, 13)}, {APEL["article_id"]}),
        ({"as_of": date(2026, 1, 1), "only": Filter(published_from=date(2025, 1, 1))}, {DAFTAR["article_id"]}),
        ({"as_of": date(2026, 12, 31), "only": Filter(published_from=date(2025, 1, 1), published_to=date(2025, 12, 31))}, {DAFTAR["article_id"]}),
    ],
)
def test_only_articles_that_pass_the_filter_are_read(ask: Ask, options: dict[str, Any], expected: set[str]) -> None:
    answer = ask(MAYOR, top_k=50, **options)
    assert {p.passage.article_id for p in answer.passages} == expected
    assert {c.article_id for c in answer.citations} <= expected


def test_parts_have_the_markers_of_the_citations_that_tell_them(index: LocalIndex, scripted: Ask) -> None:
    served = quote_of(index.article("loket-2026"), SERVED)
    told, untold = DraftPart("berapa warga?", served, "1.250"), DraftPart("siapa petugasnya?", None, None)
    answer = scripted(draft_of(index, ("kabar-01", "Kabar pasar jilid 1."), ("loket-2026", SERVED), parts=(untold, told)))
    assert answer.parts == (Part("siapa petugasnya?", None, None), Part("berapa warga?", "1.250", 2))


def test_part_whose_quote_does_not_verify_is_untold(index: LocalIndex, scripted: Ask) -> None:
    lie = dataclasses.replace(quote_of(index.article("loket-2026"), SERVED), text="Loket itu melayani 9.999 warga.")
    draft = draft_of(index, ("kabar-01", "Kabar pasar jilid 1."))
    told = DraftPart("kabar apa?", draft.quotes[0], None)
    found = scripted(dataclasses.replace(draft, quotes=(*draft.quotes, lie), parts=(told, DraftPart("berapa?", lie, "9.999"))))
    assert found.parts == (Part("kabar apa?", None, 1), Part("berapa?", None, None))


def test_bare_answer_that_the_quote_of_its_part_lacks_is_left_out(index: LocalIndex, scripted: Ask) -> None:
    draft = draft_of(index, ("loket-2026", SERVED))
    assert scripted(dataclasses.replace(draft, parts=(DraftPart("berapa?", draft.quotes[0], "9.999"),))).parts == (Part("berapa?", None, 1),)


def test_parts_of_an_abstention_are_none(index: LocalIndex, scripted: Ask) -> None:
    draft = draft_of(index, ("loket-2026", SERVED), confidence=0.1)
    assert scripted(dataclasses.replace(draft, parts=(DraftPart("berapa?", draft.quotes[0], "1.250"),))).parts == ()


def test_configured_composer_is_the_default(index: LocalIndex) -> None:
    composer = ScriptedComposer(Draft((), None, 0.0))
    answer = Pipeline(index, HashingEncoder(256), settings(composer=Composer.LLM), composer).answer_question(Request(MAYOR), "r")
    assert (answer.composer, len(composer.seen)) == (Composer.LLM, 1)


def test_names_that_no_cited_article_mentions_are_told(index: LocalIndex, scripted: Ask) -> None:
    draft = draft_of(index, ("loket-2026", SERVED))
    assert scripted(draft, "Berapa warga Kotaloka dan Tirtaloka dilayani Rendra?").unmentioned == ("Kotaloka",)


def test_a_name_that_one_cited_article_mentions_is_mentioned(index: LocalIndex, scripted: Ask) -> None:
    draft = draft_of(index, ("kabar-01", "Kabar pasar jilid 1."), ("loket-2026", SERVED))
    assert scripted(draft, "Apa kabar Rendra?").unmentioned == ()


def test_names_that_no_article_read_mentions_are_told_when_nothing_is_found(index: LocalIndex, scripted: Ask) -> None:
    assert scripted(Draft((), None, 0.0, Reason.WRONG_ENTITY), "Apa kabar Kotaloka dan Tirtaloka?").unmentioned == ("Kotaloka",)


def test_without_articles_no_name_is_unmentioned(index: LocalIndex, scripted: Ask) -> None:
    answer = scripted(Draft((), None, 0.0), "Apa kabar Kotaloka?", only=Filter(publishers=("Tidak Ada",)))
    assert (answer.passages, answer.unmentioned) == ((), ())
