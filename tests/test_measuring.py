"""The measuring commands of training, on small made-up samples."""

import json
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader, HashingEncoder
from invented import ARTICLES, indexed

from index.local import LocalIndex
from index.retriever import Retriever
from qa.evidence import gather
from qa.feature_rows import CONFIDENCE_FEATURES, RANKING_FEATURES, ranking_row
from qa.metrics import contains_accepted
from qa.questions import analyse
from qa.testset import locate_evidence, read_gold
from training.ablation import COMPARED, LOOK, STAGES, Judgement, Outcome, fit_stage, judge_stage, never_look, threshold_of
from training.fit_examples import Example
from training.fit_models import Read
from training.fit_reader import SecondLook
from training.measure_reader import Reading, cells, never_read, read_by_words
from training.measure_reranking import by_best_sentence, table
from training.open_setting import article_id_of, evidence_quote, write_open_setting

CONTEXT = "Danau Biru terletak di Tirtaloka. Kedalamannya 40 meter. Airnya jernih."
OTHER = "Pasar AT&T dibuka 1999. Pedagangnya 12 orang."


def row(number: int, context: str, question: str, *answers: str) -> dict[str, object]:
    found = [{"text": a, "answer_start": context.index(a)} for a in answers]
    return {"id": f"r{number}", "question": question, "context": context, "answers": found}


ROWS = {
    "wiki_native.valid": [
        row(1, CONTEXT, "Berapa kedalaman Danau Biru? ", "40 meter", "40"),
        row(2, CONTEXT, "Siapa pemilik Danau Biru?"),
    ],
    "facqa.valid": [row(1, OTHER, "Pasar apa yang dibuka pada 1999?", "Pasar AT&T")],
    "wiki_native.train": [row(3, "Gunung Melur meletus pada 1850.", "Kapan Gunung Melur meletus?", "1850"), row(4, CONTEXT, "Apa?", "Airnya")],
    "facqa.train": [],
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "qa").mkdir()
    for name, rows in ROWS.items():
        with lzma.open(folder / "qa" / f"{name}.jsonl.xz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    return folder


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()]


# The open setting


def test_a_context_that_stands_twice_is_one_article(files: Path, tmp_path: Path) -> None:
    corpus, _ = write_open_setting(files, tmp_path)
    assert [r["text"] for r in lines(corpus)] == [CONTEXT, OTHER]


def test_paragraphs_of_the_training_files_are_added_on_demand(files: Path, tmp_path: Path) -> None:
    corpus, _ = write_open_setting(files, tmp_path, with_train=True)
    assert [r["text"] for r in lines(corpus)] == [CONTEXT, OTHER, "Gunung Melur meletus pada 1850."]


def test_ids_are_those_of_the_index_and_of_the_rows(files: Path, tmp_path: Path) -> None:
    corpus, testset = write_open_setting(files, tmp_path)
    assert [r["article_id"] for r in lines(corpus)] == [article_id_of(CONTEXT), article_id_of(OTHER)]
    assert [q["id"] for q in lines(testset)] == ["wiki_native-r1", "wiki_native-r2", "facqa-r1"]


def test_the_conversion_is_a_test_set_whose_evidence_stands_in_its_corpus(files: Path, tmp_path: Path) -> None:
    corpus, testset = write_open_setting(files, tmp_path)
    gold = read_gold(testset)
    with_texts = indexed(tmp_path / "index", *lines(corpus))
    quotes = [[q.text for q in located] for located in locate_evidence(gold, with_texts).values()]
    with_texts.close()
    assert quotes == [["Kedalamannya 40 meter."], [], ["Pasar AT&T dibuka 1999."]]


def test_a_row_without_answers_is_unanswerable(files: Path, tmp_path: Path) -> None:
    _, testset = write_open_setting(files, tmp_path)
    assert [q.answerable for q in read_gold(testset).questions] == [True, False, True]


def test_an_ampersand_of_the_source_joins_no_parts(files: Path, tmp_path: Path) -> None:
    _, testset = write_open_setting(files, tmp_path)
    accepted = read_gold(testset).questions[2].answers
    assert contains_accepted(["Pasar AT&T dibuka"], accepted)
    assert not contains_accepted(["T pasar AT"], accepted)


def test_evidence_of_an_answer_across_sentences_is_all_of_them() -> None:
    assert evidence_quote(CONTEXT, "40 meter. Airnya", CONTEXT.index("40")) == "Kedalamannya 40 meter. Airnya jernih."


def test_an_answer_that_is_not_at_its_place_is_refused() -> None:
    with pytest.raises(ValueError, match="'40 meter' does not stand at 3"):
        evidence_quote(CONTEXT, "40 meter", 3)


# Before and after reading


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    opened = indexed(tmp_path_factory.mktemp("measuring"), *ARTICLES)
    yield opened
    opened.close()


def test_hits_follow_their_best_sentences(index: LocalIndex) -> None:
    question = analyse("Siapa wali kota Tirtaloka?")
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question.text, 4)
    sentences = gather(question, hits, index, FlatReader())
    last_first = [s for hit in reversed(hits[:3]) for s in sentences if s.hit == hit]
    assert by_best_sentence(hits, last_first) == [*reversed(hits[:3]), hits[3]]


def test_reranking_table_pairs_the_same_questions(files: Path, tmp_path: Path) -> None:
    _, testset = write_open_setting(files, tmp_path)
    questions = [q for q in read_gold(testset).questions if q.answerable]
    names = ("success_at_1", "rr_at_10", "ndcg_at_10")
    before, after = ({q.id: dict.fromkeys(names, value) for q in questions} for value in (0.0, 1.0))
    assert "| all | 2 | R@1 | .000 [.000–.842] | 1.000 [.158–1.000] | +1.000 [+1.000, +1.000] |" in list(table(questions, before, after))


# Reading with the gold passage given


def test_always_abstaining_is_right_on_the_unanswerable_rows() -> None:
    rows = ROWS["wiki_native.valid"]
    assert [c.split(" ")[0] for c in cells(rows, never_read(rows))] == [".000", ".000", ".500", ".500", ".500"]


def test_a_span_that_is_sure_only_where_it_should_be_is_right_on_all_rows() -> None:
    readings = [Reading("40 meter", 2.0), Reading("Danau", -2.0)]
    assert [c.split(" ")[0] for c in cells(ROWS["wiki_native.valid"], readings)] == ["1.000"] * 5


def test_best_sentence_by_words_is_the_one_that_holds_them() -> None:
    assert read_by_words([{"context": CONTEXT, "question": "Di mana Danau Biru terletak?"}])[0].text == "Danau Biru terletak di Tirtaloka."


# Ablation


@pytest.fixture(scope="module")
def reads(index: LocalIndex) -> list[Read]:
    """Answerable and unanswerable questions, each several times so that every model finds both kinds."""
    retriever, found = Retriever(index, HashingEncoder(256), 0.5), []
    asked = [("Siapa wali kota Tirtaloka?", ("Rendra Wiskara",)), ("Berapa warga yang dilayani loket?", ("1.250",)), ("Siapa gubernur Kertabumi?", ())]
    for text, answers in asked * 4:
        question = analyse(text)
        sentences = gather(question, retriever.retrieve(text, 4), index, FlatReader())
        holds = np.array([contains_accepted([s.text], answers) for s in sentences])
        found.append(Read(Example(text, answers, frozenset(), "news_dev"), question, sentences, np.stack([ranking_row(s) for s in sentences]), holds))
    off = [replace(r, example=replace(r.example, source="off_topic", answers=())) for r in found[2::3]]
    return [*found, *off]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_weighs_only_what_it_may_use(stage: object, reads: list[Read]) -> None:
    assert isinstance(stage, type(STAGES[0]))
    model = fit_stage(reads, stage, SecondLook(FlatReader()))
    for linear, names, kept in ((model.ranking, RANKING_FEATURES, stage.ranking), (model.confidence, CONFIDENCE_FEATURES, stage.confidence)):
        assert {n for n, w in zip(names, linear.weight, strict=True) if w} <= kept
        assert linear.weight.any()


def test_only_the_topic_stage_asks_about_the_topic(reads: list[Read]) -> None:
    assert [bool(fit_stage(reads, stage, never_look).encoder) for stage in STAGES] == [False, False, False, False, False, True]


def test_a_second_look_counts_from_its_stage_on() -> None:
    assert [LOOK in stage.confidence for stage in STAGES] == [False, False, False, False, True, True]


def test_a_comparison_with_what_else_was_read_counts_from_its_stage_on() -> None:
    assert [set(COMPARED) <= stage.confidence for stage in STAGES] == [False, False, False, True, True, True]
    assert [set(COMPARED).isdisjoint(stage.confidence) for stage in STAGES] == [True, True, True, False, False, False]


def test_a_stage_judges_every_question(reads: list[Read]) -> None:
    judged = judge_stage(reads, fit_stage(reads, STAGES[1], never_look), never_look)
    assert [j.answerable for j in judged] == [bool(r.example.answers) for r in reads]


def judgements(*confidences: float) -> list[Judgement]:
    return [Judgement(c, 0.0, False, True, False) for c in confidences]


def test_the_threshold_lets_a_fifth_of_the_unanswerable_through() -> None:
    judged = judgements(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0)
    threshold = threshold_of(judged)
    assert sum(j.confidence >= threshold for j in judged) == 2


def outcome(confidence: Sequence[float], drafted: Sequence[bool] = (True, True, True, True)) -> Outcome:
    return Outcome(np.array(confidence), np.full(4, 0.5), np.array([True, False, False, False]), np.array(drafted), np.array([True, True, False, False]))


def test_an_outcome_counts_what_its_threshold_shows() -> None:
    result = outcome([0.9, 0.8, 0.6, 0.1])
    assert (result.accepted, result.hallucinated) == ([1.0, 0.0], [1.0, 0.0])


def test_an_outcome_counts_no_question_without_a_draft() -> None:
    result = outcome([0.9, 0.8, 0.6, 0.7], drafted=(True, True, True, False))
    assert result.hallucinated == [1.0, 0.0]
    assert result.aurc(np.arange(4, dtype=np.int32)) == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
