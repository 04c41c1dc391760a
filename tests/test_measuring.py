"""The measuring commands of training, on small made-up samples."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FlatReader, HashingEncoder
from invented import ARTICLES, indexed

from index.local import LocalIndex
from index.retriever import Retriever
from qa.evidence import gather
from qa.metrics import contains_accepted
from qa.questions import analyse
from qa.testset import locate_evidence, read_gold
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
