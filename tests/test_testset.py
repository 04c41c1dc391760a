"""The test sets hold what the contract says of their files, and evidence that stands in their articles."""

import json
import lzma
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from index.articles import read_sources
from qa.metrics import contains_accepted
from qa.testset import GoldQuestion, read_gold
from training.fit_examples import EVERYDAY_ARTICLES, EVERYDAY_QUESTIONS
from training.sources import read_rows

REPOSITORY = Path(__file__).resolve().parents[1]
TESTSET = REPOSITORY / "tests" / "testset"
NAMES = ("semarang", "news_dev", "everyday", "local", "unseen")


@cache
def questions(name: str) -> tuple[GoldQuestion, ...]:
    return read_gold(TESTSET / f"{name}.jsonl").questions


@cache
def texts(name: str) -> dict[str, str]:
    """The texts of the collection that a test set asks about, by article id."""
    if name == "semarang":
        return {i: a.text for i, a in read_sources([REPOSITORY / "seeds"]).articles.items()}
    with lzma.open(TESTSET / f"{name}.corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
        return {row["article_id"]: row["text"] for row in map(json.loads, lines)}


def unlike(name: str, holds: Callable[[GoldQuestion], bool]) -> list[str]:
    """Ids of the questions for which something does not hold."""
    return [q.id for q in questions(name) if not holds(q)]


@pytest.mark.parametrize(
    ("name", "least", "unanswerable", "articles"),
    [("semarang", 150, 40, 5), ("news_dev", 200, 60, 60), ("everyday", 150, 50, 20), ("local", 250, 90, 45), ("unseen", 100, 30, 12)],
)
def test_test_set_is_large_enough(name: str, least: int, unanswerable: int, articles: int) -> None:
    asked = questions(name)
    sources = {e.article_id for q in asked for e in q.evidence}
    assert (len(asked) >= least, sum(not q.answerable for q in asked) >= unanswerable, len(sources) >= articles) == (True, True, True)


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique(name: str) -> None:
    assert len({q.id for q in questions(name)}) == len(questions(name))


@pytest.mark.parametrize("name", NAMES)
def test_questions_are_unique(name: str) -> None:
    assert len({q.question.casefold() for q in questions(name)}) == len(questions(name))


@pytest.mark.parametrize("name", NAMES)
def test_lines_hold_the_fields_of_the_contract_and_no_other(name: str) -> None:
    lines = (TESTSET / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    assert {frozenset(json.loads(line)) for line in lines} == {frozenset({"id", "question", "language", "category", "answers", "evidence", "answerable"})}


@pytest.mark.parametrize("name", NAMES)
def test_questions_are_stripped(name: str) -> None:
    assert unlike(name, lambda q: q.question == q.question.strip()) == []


@pytest.mark.parametrize("name", NAMES)
def test_evidence_stands_word_for_word_in_its_article(name: str) -> None:
    held = texts(name)
    assert unlike(name, lambda q: all(e.quote in held.get(e.article_id, "") for e in q.evidence)) == []


@pytest.mark.parametrize("name", NAMES)
def test_answerable_question_has_an_accepted_answer_inside_its_evidence(name: str) -> None:
    assert unlike(name, lambda q: not q.answerable or contains_accepted([e.quote for e in q.evidence], q.answers)) == []


@pytest.mark.parametrize("name", NAMES)
def test_unanswerable_question_has_no_answer(name: str) -> None:
    assert unlike(name, lambda q: q.answerable or not q.answers) == []


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_asked_in(name: str) -> None:
    assert {q.language for q in questions(name)} == {"id", "en"}


def test_no_two_sets_share_a_question() -> None:
    asked = [{q.question.casefold() for q in questions(name)} for name in NAMES]
    assert len(set().union(*asked)) == sum(map(len, asked))


def test_everyday_questions_for_fitting_are_about_other_articles_than_the_test_set() -> None:
    fitted, tested = ({row["text"] for row in read_rows(file)} for file in (EVERYDAY_ARTICLES, TESTSET / "everyday.corpus.jsonl.xz"))
    assert (len(fitted) >= 60, fitted & tested) == (True, set())
    assert {r["question"].casefold() for r in read_rows(EVERYDAY_QUESTIONS)}.isdisjoint(q.question.casefold() for q in questions("everyday"))


def test_everyday_questions_for_fitting_have_their_answers_in_their_articles() -> None:
    held = {row["article_id"]: row["text"] for row in read_rows(EVERYDAY_ARTICLES)}
    rows = list(read_rows(EVERYDAY_QUESTIONS))
    wrong = [r["id"] for r in rows if any(e["quote"] not in held[e["article_id"]] for e in r["evidence"]) or r["answerable"] != bool(r["answers"])]
    assert (len(rows) > 500, wrong) == (True, [])


def test_example_questions_of_the_page_are_not_those_of_the_test_set() -> None:
    examples = read_sources([REPOSITORY / "seeds"]).example_questions
    assert {e.casefold() for e in examples}.isdisjoint(q.question.casefold() for q in questions("semarang"))
