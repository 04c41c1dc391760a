import dataclasses
import gc
import json
import math
import weakref
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader, HashingEncoder, linear, reader_model
from invented import ARTICLES, DAFTAR, indexed

from index.datatypes import Filter
from index.encoder import SentenceTransformersEncoder
from index.errors import IndexUnavailableError
from index.local import LocalIndex
from index.retriever import Retriever
from qa.citations import cite
from qa.datatypes import Draft, Reason
from qa.evidence import Sentence
from qa.feature_rows import CONFIDENCE_FEATURES, RANKING_FEATURES, SPEAKS_AGAINST, SPEAKS_FOR, TOPIC_FEATURES
from qa.linear_models import MODEL, ReaderModel, linear_model, load_model
from qa.questions import Kind, analyse
from qa.quoting import LONGEST_LIST, MOST_SENTENCES, choose
from qa.reader import HARDLY_SURE, READ_FIRST, Reader, RecentDrafts
from qa.reading import Reading

Compose = Callable[[str], Draft]


# The sentence that holds most of the question's words is best; what falls behind by more than 0.2 of them is left out.
MODEL_BY_WORDS = reader_model(
    linear(RANKING_FEATURES, 0.0, covered=1.0), linear(CONFIDENCE_FEATURES, -2.0, score=4.0), linear(TOPIC_FEATURES, 0.0, nearest=4.0), 0.2
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    opened = indexed(tmp_path_factory.mktemp("reader"), *ARTICLES)
    yield opened
    opened.close()


def composer(index: LocalIndex, model: ReaderModel = MODEL_BY_WORDS) -> Compose:
    encoder = HashingEncoder(256)
    retriever = Retriever(index, encoder, 0.5)
    return lambda question: Reader(index, model, FlatReader()).compose(analyse(question), retriever.retrieve(question, 20, Filter()))


def by_words_with_confidence(log_odds: float) -> ReaderModel:
    """Ranks by the question's words, four points for all of them, and is as sure of everything."""
    sure = linear(CONFIDENCE_FEATURES, log_odds)
    return dataclasses.replace(MODEL_BY_WORDS, ranking=linear(RANKING_FEATURES, 0.0, covered=4.0), confidence=sure, second_sentence=3.0)


def test_sure_answer_quotes_less(index: LocalIndex) -> None:
    question = "Siapa yang meminta pegawai datang tepat waktu?"
    sure, unsure = (composer(index, by_words_with_confidence(x))(question) for x in (5.0, 0.0))
    assert len(sure.quotes) < len(unsure.quotes)


@pytest.fixture(scope="module")
def compose(index: LocalIndex) -> Compose:
    return composer(index)


class CountingReader(FlatReader):
    """Counts the passages that it reads."""

    def __init__(self) -> None:
        self.passages = 0

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.passages += len(passages)
        return super().read(question, passages)


class FirstWordReader(FlatReader):
    """Sure that the first word of any passage or sentence is the answer."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return [dataclasses.replace(r, first=r.first * 0 - 0.1, last=r.last * 0 - 0.1) for r in super().read(question, passages)]


class LastWordReader(FlatReader):
    """Sure that the last word of any passage or sentence is the answer."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        flat = super().read(question, passages)
        sure = [np.where(np.arange(len(r.first)) == len(r.first) - 1, -0.01, -9.0).astype(np.float32) for r in flat]
        return [dataclasses.replace(r, first=s, last=s) for r, s in zip(flat, sure, strict=True)]


def short_answer_at_the_end(folder: Path, text: str, question: str) -> str | None:
    """The short answer from an article with one sentence whose last word the reader points at."""
    index = indexed(folder, {"article_id": "satu", "title": "Satu", "text": text})
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20, Filter())
    draft = Reader(index, MODEL_BY_WORDS, LastWordReader()).compose(analyse(question), hits)
    index.close()
    return draft.short_answer


@pytest.mark.parametrize(("question", "short"), [("Siapa lurah Melur?", "Rendra Wiskara"), ("Siapa yang datang menyambut lurah Melur?", "Sasmita")])
def test_the_name_beside_the_office_goes_before_the_reader_s(tmp_path: Path, question: str, short: str) -> None:
    assert short_answer_at_the_end(tmp_path, "Lurah Melur Rendra Wiskara menyambut Sasmita.", question) == short


@pytest.mark.parametrize(("log_odds", "read"), [(5.0, READ_FIRST), (-5.0, READ_FIRST + 3)])
def test_further_passages_are_read_when_the_first_do_not_answer(tmp_path: Path, log_odds: float, read: int) -> None:
    rows = [{"article_id": f"a{n}", "text": f"Lurah nomor {n} membuka loket."} for n in range(READ_FIRST + 3)]
    index, counting = indexed(tmp_path, *rows), CountingReader()
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve("Siapa membuka loket?", 20, Filter())
    Reader(index, by_words_with_confidence(log_odds), counting).compose(analyse("Siapa membuka loket?"), hits)
    assert (len(hits), counting.passages) == (READ_FIRST + 3, read)
    index.close()


@pytest.mark.parametrize("question", ["Siapa lurah Melur?", "Berapa loket sekarang?"])
def test_of_what_changes_every_passage_is_read(tmp_path: Path, question: str) -> None:
    rows = [{"article_id": f"a{n}", "text": f"Lurah nomor {n} membuka loket."} for n in range(READ_FIRST + 3)]
    index, counting = indexed(tmp_path, *rows), CountingReader()
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20, Filter())
    Reader(index, by_words_with_confidence(5.0), counting).compose(analyse(question), hits)
    assert counting.passages >= READ_FIRST + 3
    index.close()


@pytest.mark.parametrize(("remembered", "fresh"), [(0, 3), (1, 3), (2, 2)])
def test_recent_questions_are_read_once(index: LocalIndex, remembered: int, fresh: int) -> None:
    counting = CountingReader()
    reader = RecentDrafts(Reader(index, MODEL_BY_WORDS, counting), remembered)
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve("pegawai", 1)
    drafts = [reader.compose(analyse(q), hits) for q in ("Siapa pegawai?", "Di mana pegawai?", "Siapa pegawai?")]
    once = CountingReader()
    Reader(index, MODEL_BY_WORDS, once).compose(analyse("Siapa pegawai?"), hits)
    assert drafts[0] == drafts[2]
    assert counting.passages == fresh * once.passages


def test_remembering_reader_is_freed_without_waiting_for_the_collector(index: LocalIndex) -> None:
    # A generation that is no longer served must give its memory back at once.
    reader = Reader(index, MODEL_BY_WORDS, FlatReader())
    RecentDrafts(reader, 10).compose(analyse("Siapa pegawai?"), Retriever(index, HashingEncoder(256), 0.5).retrieve("pegawai", 1))
    gone = weakref.ref(reader)
    gc.disable()
    try:
        del reader
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("other", [{"asked_on": date(2020, 1, 1)}, {"text": "Siapa pegawai itu?"}])
def test_question_of_another_day_or_wording_is_read_anew(index: LocalIndex, other: dict[str, object]) -> None:
    counting = CountingReader()
    reader = RecentDrafts(Reader(index, MODEL_BY_WORDS, counting), 10)
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve("pegawai", 1)
    asked = analyse("Siapa pegawai?")
    read = []
    for question in (asked, dataclasses.replace(asked, **other), asked):  # type: ignore[arg-type]
        reader.compose(question, hits)
        read.append(counting.passages)
    assert read[0] < read[1] == read[2]


def test_sentence_with_the_words_of_the_question_is_quoted_first(compose: Compose) -> None:
    assert compose("Siapa yang meminta pegawai datang tepat waktu?").quotes[0].text == "Ia meminta pegawai datang tepat waktu."


def test_short_answer_is_part_of_the_first_quote(compose: Compose) -> None:
    draft = compose("Berapa warga dilayani loket setiap hari?")
    assert (draft.short_answer, draft.quotes[0].text) == ("1.250 warga", "Loket itu melayani 1.250 warga setiap hari.")


def test_question_without_a_span_of_its_kind_has_no_short_answer(compose: Compose) -> None:
    assert compose("Mengapa loket melayani warga setiap hari?").short_answer is None


def test_without_hits_the_draft_is_empty(index: LocalIndex) -> None:
    reader = Reader(index, MODEL_BY_WORDS, FlatReader())
    assert reader.compose(analyse("Siapa wali kota?"), []) == Draft((), None, 0.0, Reason.NO_EVIDENCE)


def test_confidence_is_the_logistic_of_the_weighted_values(compose: Compose) -> None:
    # The best sentence holds all words, so its score is 1: 1 / (1 + exp(-(-2 + 4))) = 0.8808
    assert compose("Loket melayani warga setiap hari?").confidence == pytest.approx(0.8808, abs=1e-4)


def test_list_is_quoted_from_its_introduction_to_its_last_item_without_the_boilerplate_inside(compose: Compose) -> None:
    quotes = [q.text for q in compose("Sebutkan program kompos warga untuk sampah dapur").quotes]
    assert quotes == [
        "Tiga program kebersihan itu adalah:",
        "- Bank Sampah Melati untuk sampah plastik,",
        "- Kompos Warga untuk sampah dapur, dan",
        "- Jumat Bersih untuk selokan.",
    ]


@pytest.mark.parametrize(
    ("question", "short"), [("Sebutkan program kompos warga untuk sampah dapur", False), ("Apa program kompos warga untuk sampah dapur?", True)]
)
def test_one_line_of_a_list_is_no_short_answer_for_all_of_it(index: LocalIndex, question: str, short: bool) -> None:
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20, Filter())
    draft = Reader(index, MODEL_BY_WORDS, FirstWordReader()).compose(analyse(question), hits)
    assert (draft.short_answer is not None) is short


def test_introduction_that_ends_in_a_colon_brings_its_items(compose: Compose) -> None:
    quotes = [q.text for q in compose("Tiga program kebersihan itu?").quotes]
    assert quotes[1:3] == ["- Bank Sampah Melati untuk sampah plastik,", "- Kompos Warga untuk sampah dapur, dan"]


@pytest.mark.parametrize(
    "question",
    [
        "Apa saja program kebersihan?",
        "Di mana Bazar Murah dibuka?",
        "Baca juga bazar murah alun-alun Lembayung?",
        "Bagikan artikel ini?",
        "Kompos warga sampah dapur?",
    ],
)
def test_every_quote_passes_the_gate(index: LocalIndex, compose: Compose, question: str) -> None:
    quotes = compose(question).quotes
    assert [c.quote for c in cite(quotes, index)] == [q.text for q in quotes]


def bulleted(items: int) -> dict[str, str]:
    lines = [f"- kegiatan nomor {n} gandasuli{n}" for n in range(items)]
    return {"article_id": "panjang", "title": "Daftar Panjang", "text": "\n".join(["Kegiatan tahun ini adalah:", *lines])}


@pytest.mark.parametrize("asked", [0, 15, 29])
def test_long_list_is_cut_but_keeps_the_item_asked_for(tmp_path: Path, asked: int) -> None:
    index = indexed(tmp_path, bulleted(30))
    quotes = [q.text for q in composer(index)(f"gandasuli{asked}").quotes]
    index.close()
    assert f"- kegiatan nomor {asked} gandasuli{asked}" in quotes
    assert len(quotes) <= LONGEST_LIST + 1


def test_same_words_in_two_articles_are_quoted_once(tmp_path: Path) -> None:
    text = "Loket gandasuli dibuka Senin."
    index = indexed(tmp_path, *({"article_id": i, "title": i, "text": text} for i in ("asli", "salinan")))
    quotes = composer(index)("Kapan loket gandasuli dibuka?").quotes
    index.close()
    assert [q.text for q in quotes] == [text]


def test_no_more_than_three_single_sentences_are_quoted(tmp_path: Path) -> None:
    articles = [{"article_id": f"a{n}", "title": f"Kabar {n}", "text": f"Loket gandasuli dibuka jilid {n}."} for n in range(6)]
    index = indexed(tmp_path, *articles)
    quotes = composer(index)("Loket gandasuli dibuka?").quotes
    index.close()
    assert len(quotes) == MOST_SENTENCES == 3


def test_sentence_that_is_clearly_weaker_is_not_added(compose: Compose) -> None:
    assert len(compose("Siapa yang meminta pegawai datang tepat waktu?").quotes) == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Apa yang dikeruk sepanjang tiga kilometer?", Reason.LOW_CONFIDENCE),
        ("Apa yang dikeruk di Gandasuli sepanjang tiga kilometer?", Reason.WRONG_ENTITY),
        ("Apa yang dikeruk pada 2019 sepanjang tiga kilometer?", Reason.OUTSIDE_PERIOD),
    ],
)
def test_draft_says_what_may_be_wrong_with_it(compose: Compose, question: str, reason: Reason) -> None:
    assert compose(question).reason is reason


@pytest.mark.parametrize(("place", "reason"), [("Melur", Reason.LOW_CONFIDENCE), ("Gandasuli", Reason.WRONG_ENTITY)])
def test_draft_with_a_history_says_too_what_may_be_wrong_with_it(tmp_path: Path, place: str, reason: Reason) -> None:
    holders = {"2021-03-01": "Rendra Wiskara", "2024-03-01": "Suwanda Prakasa"}
    index = indexed(
        tmp_path,
        *(
            {"title": "Apel", "text": f"Wali Kota Melur {name} memimpin apel pagi bersama para pegawai di halaman kantor.", "published": day}
            for day, name in holders.items()
        ),
    )
    draft = composer(index)(f"Siapa wali kota {place}?")
    index.close()
    assert (len(draft.history), draft.reason) == (2, reason)


@pytest.fixture(scope="module")
def ranked(index: LocalIndex) -> tuple[list[Sentence], np.ndarray]:
    question, encoder = "Siapa yang meminta pegawai datang tepat waktu?", HashingEncoder(256)
    hits = Retriever(index, encoder, 0.5).retrieve(question, 20, Filter())
    return Reader(index, MODEL_BY_WORDS, FlatReader()).rank(analyse(question), hits)


def test_sentences_are_ranked_by_their_score(ranked: tuple[list[Sentence], np.ndarray]) -> None:
    sentences, scores = ranked
    # The ranking model looks at "covered" only, with weight 1.
    assert scores.tolist() == sorted((s.values["covered"] for s in sentences), reverse=True)


def test_every_score_belongs_to_its_sentence(ranked: tuple[list[Sentence], np.ndarray]) -> None:
    assert [s.values["covered"] for s in ranked[0]] == ranked[1].tolist()


def test_equal_sentences_keep_the_order_of_the_hits(ranked: tuple[list[Sentence], np.ndarray]) -> None:
    sentences, scores = ranked
    equal = [s.hit.rank for s, score in zip(sentences, scores, strict=True) if score == 0]
    assert len(set(equal)) > 1
    assert equal == sorted(equal)


def test_without_hits_nothing_is_ranked(index: LocalIndex) -> None:
    sentences, scores = Reader(index, MODEL_BY_WORDS, FlatReader()).rank(analyse("Siapa wali kota?"), [])
    assert (sentences, scores.tolist()) == ([], [])


def single_sentences(ranked: tuple[list[Sentence], np.ndarray]) -> list[Sentence]:
    """Sentences that belong to no list."""
    return [s for s in ranked[0] if s.article.article_id != DAFTAR["article_id"]]


@pytest.mark.parametrize(
    ("scores", "quotes"),
    [([3.0, 2.5, 2.4, 0.0], 2), ([3.0, 2.6, 2.5, 0.0], 3), ([3.0, 2.0, 1.0, 0.0], 1), ([3.0, 3.0, 3.0, 3.0], MOST_SENTENCES), ([3.0], 1)],
)
def test_sentences_within_the_margin_are_quoted(ranked: tuple[list[Sentence], np.ndarray], scores: list[float], quotes: int) -> None:
    sentences = single_sentences(ranked)[: len(scores)]
    assert [q.text for q in choose(sentences, np.array(scores), 0.5, Kind.THING)] == [s.text for s in sentences[:quotes]]


def test_no_margin_leaves_only_equal_sentences(ranked: tuple[list[Sentence], np.ndarray]) -> None:
    assert len(choose(single_sentences(ranked)[:3], np.array([3.0, 3.0, 2.9]), 0.0, Kind.THING)) == 2


def test_same_sentence_is_chosen_once(ranked: tuple[list[Sentence], np.ndarray]) -> None:
    best = single_sentences(ranked)[0]
    assert [q.text for q in choose([best, best], np.array([3.0, 3.0]), 1.0, Kind.THING)] == [best.text]


def test_score_is_the_weighted_sum_of_scaled_values() -> None:
    model = linear_model({"names": ["a", "b"], "mean": [1, 2], "scale": [2, 4], "weight": [3, -1], "bias": 0.5}, ("a", "b"))
    # 3 * (5 - 1) / 2 - (10 - 2) / 4 + 0.5 = 4.5 and 3 * 0 - 0 + 0.5
    assert model.score(np.array([[5.0, 10.0], [1.0, 2.0]])).tolist() == [4.5, 0.5]


def test_probability_is_the_logistic_of_the_score() -> None:
    model = linear_model({"names": ["a"], "mean": [0], "scale": [1], "weight": [1], "bias": 0}, ("a",))
    assert [model.probability(np.array([x])) for x in (0.0, 1.0, -1.0)] == pytest.approx([0.5, 0.73106, 0.26894], abs=1e-5)


def test_model_fitted_to_the_same_features_in_another_order_is_refused() -> None:
    with pytest.raises(ValueError, match="other features"):
        linear_model({"names": ["b", "a"], "mean": [0, 0], "scale": [1, 1], "weight": [1, 1], "bias": 0}, ("a", "b"))


def test_quotes_name_a_passage_of_their_article(compose: Compose) -> None:
    quotes = compose("Apa saja program kebersihan Tirtaloka?").quotes
    assert {q.passage_id.split("#")[0] for q in quotes} == {DAFTAR["article_id"]}


def test_weights_in_the_box_fit_this_code() -> None:
    model = load_model()
    assert (model.ranking.names, model.confidence.names, model.topic.names) == (RANKING_FEATURES, CONFIDENCE_FEATURES, TOPIC_FEATURES)
    assert model.topic.weight.min() > 0


def test_topic_model_in_the_box_was_fitted_to_the_encoder_in_the_box() -> None:
    assert load_model().encoder == SentenceTransformersEncoder().fingerprint


def test_distance_from_the_topic_lowers_confidence_if_the_encoder_is_the_fitted_one(index: LocalIndex) -> None:
    question = "Berapa warga dilayani loket setiap hari?"
    fitted = dataclasses.replace(MODEL_BY_WORDS, encoder=index.manifest.encoder_fingerprint)
    sure, less_sure = (composer(index, model)(question).confidence for model in (MODEL_BY_WORDS, fitted))
    nearest = max(h.dense for h in Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20))
    assert less_sure == pytest.approx(sure / (1 + math.exp(-4 * nearest)))


def test_cosines_of_another_encoder_have_no_say() -> None:
    model = dataclasses.replace(MODEL_BY_WORDS, confidence=linear(CONFIDENCE_FEATURES, 0.0, nearest=2.0, answers=1.0), encoder="fitted")
    near, far = (np.array([{"nearest": cosine, "answers": 1.0}.get(n, 0.0) for n in CONFIDENCE_FEATURES]) for cosine in (0.9, 0.1))
    assert model.confidence_of(near, np.array([0.9]), "another") == model.confidence_of(far, np.array([0.1]), "another") == pytest.approx(0.73106, abs=1e-5)
    assert model.confidence_of(near, np.array([0.9]), "fitted") > model.confidence_of(far, np.array([0.1]), "fitted")


@pytest.mark.parametrize(("names", "sign"), [(SPEAKS_FOR, 1), (SPEAKS_AGAINST, -1)])
def test_no_weight_in_the_box_turns_its_sign_around(names: tuple[str, ...], sign: int) -> None:
    model = load_model().confidence
    weights = dict(zip(model.names, model.weight.tolist(), strict=True))
    assert [n for n in names if sign * weights[n] < 0] == []


def damage(**changes: object) -> str:
    content = json.loads(MODEL.read_text(encoding="utf-8"))
    return json.dumps({**content, "ranking": {**content["ranking"], **changes}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{}",
        '{"ranking": {}}',
        '{"ranking": 1, "confidence": 2, "second_sentence": 3}',
        "\udcff",
        damage(names=["lain"]),
        damage(names=None),
        damage(weight=[1.0]),
        damage(mean=None),
        damage(scale=[0.0] * len(RANKING_FEATURES)),
        damage(weight=[float("nan")] * len(RANKING_FEATURES)),
        damage(weight="banyak"),
        damage(bias="tidak tahu"),
    ],
)
def test_damaged_weights_are_refused_with_the_file_and_the_cure(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexUnavailableError, match=r"evidence\.json' cannot be used .*restore the file from the repository"):
        load_model(path)


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="cannot be used"):
        load_model(tmp_path / "tidak-ada.json")


def test_an_article_about_another_office_is_hardly_believed(index: LocalIndex) -> None:
    sure = composer(index, by_words_with_confidence(6.0))
    draft = sure("Siapa bupati Tirtaloka yang membuka loket terpadu?")
    assert (draft.confidence, draft.reason) == (HARDLY_SURE, Reason.WRONG_ENTITY)
    assert sure("Siapa wali kota Tirtaloka yang membuka loket terpadu?").confidence > 0.9


def test_an_article_about_the_office_goes_before_one_that_holds_more_words(tmp_path: Path) -> None:
    mayor = {"article_id": "kota", "title": "Kota", "text": "Wali Kota Melur Rendra Wiskara membuka loket pajak malam hari."}
    regent = {"article_id": "kabupaten", "title": "Kabupaten", "text": "Bupati Melur Sasmita Barunadi membuka pasar."}
    both = indexed(tmp_path, mayor, regent)
    draft = composer(both, by_words_with_confidence(6.0))("Siapa bupati Melur yang membuka loket pajak malam hari?")
    both.close()
    assert draft.quotes[0].article_id == "kabupaten"


def test_a_number_that_is_no_telephone_number_is_hardly_believed(tmp_path: Path) -> None:
    letter = {"article_id": "surat", "title": "Surat", "text": "Nomor surat loket terpadu itu 800/417/ORG."}
    office = {"article_id": "loket", "title": "Loket", "text": "Nomor telepon loket Melur ada dua. Warga menghubungi 0298-321456 setiap hari."}
    both = indexed(tmp_path, letter, office)
    compose = composer(both, by_words_with_confidence(6.0))
    without, told = compose("Berapa nomor telepon surat loket terpadu?"), compose("Berapa nomor telepon loket Melur?")
    both.close()
    assert (without.confidence, told.confidence > 0.9) == (HARDLY_SURE, True)


def test_whom_somebody_followed_is_read_where_the_articles_of_other_days_do_not_say(tmp_path: Path) -> None:
    """A question for the one before X asks for no time before the collection where two articles name other holders."""
    first = {"article_id": "satu", "title": "Satu", "published": "2024-01-02", "text": "Kepala Dinas Pasar Melur Rendra Wiskara membuka loket."}
    later = {"article_id": "dua", "title": "Dua", "published": "2025-01-02", "text": "Kepala Dinas Pasar Melur Sasmita Barunadi menutup loket."}
    index = indexed(tmp_path, first, later)
    draft = composer(index, by_words_with_confidence(6.0))("Siapa Kepala Dinas Pasar Melur sebelum Harsa Mandalika?")
    index.close()
    assert draft.reason is not Reason.OUTSIDE_PERIOD
    assert draft.quotes


def test_a_figure_of_the_asked_year_goes_before_one_of_another_year(tmp_path: Path) -> None:
    text = "Penumpang bus sekolah Melur pada 2024 rata-rata 870 orang per hari. Pada 2025 ada 910 penumpang."
    index = indexed(tmp_path, {"article_id": "bus", "title": "Bus", "text": text})
    draft = composer(index, by_words_with_confidence(6.0))("Berapa rata-rata penumpang bus sekolah Melur per hari pada tahun 2025?")
    other = composer(index, by_words_with_confidence(6.0))("Berapa rata-rata penumpang bus sekolah Melur per hari tahun 2026?")
    index.close()
    assert draft.quotes[0].text == "Pada 2025 ada 910 penumpang."
    assert (other.confidence, other.reason) == (HARDLY_SURE, Reason.OUTSIDE_PERIOD)


@pytest.mark.parametrize(("asked", "told"), [("2028", False), ("2026", True)])
def test_a_yearly_count_does_not_hold_for_later_years(tmp_path: Path, asked: str, *, told: bool) -> None:
    first = {"article_id": "satu", "title": "Satu", "published": "2025-01-02", "text": "Pegawai Melur yang pensiun pada 2025 ada 133 orang."}
    later = {"article_id": "dua", "title": "Dua", "published": "2026-01-02", "text": "Pegawai Melur yang pensiun pada 2026 ada 241 orang."}
    index = indexed(tmp_path, first, later)
    draft = composer(index, by_words_with_confidence(6.0))(f"Berapa orang pegawai Melur yang pensiun pada tahun {asked}?")
    index.close()
    assert (draft.confidence > HARDLY_SURE) is told


def test_an_echo_of_the_question_is_no_short_answer(tmp_path: Path) -> None:
    assert short_answer_at_the_end(tmp_path, "Surat itu tentang loket Melur.", "Apa nama loket Melur?") is None


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Kapan tes Melur digelar?", "4 s.d. 5 Juni 2025"),
        ("Kapan tes Melur tahun 2025 digelar?", "4 s.d. 5 Juni 2025"),
        ("Sampai kapan tes Melur digelar?", "2025"),
        ("Tahun berapa tes Melur digelar?", "2025"),
    ],
)
def test_of_a_range_of_days_all_of_it_is_shown(tmp_path: Path, question: str, short: str) -> None:
    assert short_answer_at_the_end(tmp_path, "Tes Melur digelar pada 4 s.d. 5 Juni 2025", question) == short
