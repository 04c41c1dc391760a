"""The decider's training cases, and the models that rest on it."""

import json
import lzma
import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from qa.feature_rows import CONFIDENCE_FEATURES, PREMISE_FEATURES, RANKING_FEATURES
from qa.linear_models import linear_model
from qa.reading import MODEL
from training import train_decider
from training.fit_decisions import yes_no_examples
from training.fit_examples import Example
from training.fit_models import Judged, Read, fit_decision, fit_premise, fit_yes_no_ranking
from training.news_questions import CIVIC, article_key, read_questions
from training.sources import read_rows
from training.train_decider import FILE, UNTOLD, entailment_cases, holding, written_cases


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Training data with one pair of each label and no other articles than the made-up ones."""
    rows = [{"premise": "Loket Melur tutup.", "hypothesis": "Loket tidak melayani.", "label": label} for label in "ecn"]
    for name, content in (("nli/indonli.train", rows), ("text/indosum_articles", [])):
        target = tmp_path / f"{name}.jsonl.xz"
        target.parent.mkdir()
        target.write_bytes(lzma.compress("".join(json.dumps(row) + "\n" for row in content).encode()))
    return tmp_path


def test_pairs_are_decided_unless_neutral_and_borne_out_only_when_entailed(data: Path) -> None:
    found = {(case.form, n, case.holds) for seed in range(20) for n, case in enumerate(entailment_cases(data, "train", random.Random(seed)))}
    asked = {(n, holds) for form, n, holds in found if form == "pair asked"}
    stated = {(n, holds) for form, n, holds in found if form == "pair stated"}
    assert asked == {(0, True), (1, True), (2, False)}
    assert stated == {(0, True), (1, False), (2, False)}


def test_written_cases_show_their_evidence(data: Path) -> None:
    cases = list(written_cases(data, "valid", random.Random(1)))
    told = [case for case in cases if case.example.start is not None]
    evidence = {row["evidence"] for row in read_rows(FILE) if row["evidence"]}
    assert {case.example.passage[case.example.start : case.example.end] for case in told} <= evidence
    assert not any(case.holds for case in cases if case.example.start is None)
    assert 0.2 < np.mean([case.holds for case in cases]) < 0.6


def test_contradicted_statements_are_not_borne_out(data: Path) -> None:
    denied = {row["text"].casefold() for row in read_rows(FILE) if row["form"] == "claim" and row["label"] == "tidak"}
    cases = [case for case in written_cases(data, "valid", random.Random(1)) if case.example.question.casefold() in denied]
    assert cases
    assert not any(case.holds for case in cases)


def test_written_questions_are_about_articles_of_their_part() -> None:
    text_of = {article_key(row["text"]): row["text"] for row in read_rows(CIVIC)}
    valid = {row["article"] for row in read_questions("valid")}
    for row in read_rows(FILE):
        assert (row["article"] in valid) == (row["part"] == "valid")
        assert (row["evidence"] is None) == (row["label"] == UNTOLD)
        assert row["evidence"] is None or row["evidence"] in text_of[row["article"]]


def test_windows_hold_the_whole_evidence() -> None:
    body = "Satu kalimat. Dua kalimat. Tiga kalimat."
    cut = train_decider.windows_of(body, 0, 2)
    assert all("Dua kalimat." in window.passage for window in holding("Dua kalimat.", body, cut))
    assert holding(body, body, cut) == []


def test_yes_no_examples_accept_each_sentence_of_their_evidence() -> None:
    examples = yes_no_examples()
    text_of = {row["article_id"]: row["text"] for row in read_rows(CIVIC)}
    assert any(e.answers for e in examples)
    assert any(not e.answers for e in examples)
    assert all(answer in text_of[article] for e in examples for article in e.articles for answer in e.answers)


def read_of(values: list[dict[str, float]], holds: list[bool]) -> Read:
    rows = np.array([[v.get(name, 0.0) for name in RANKING_FEATURES] for v in values])
    return Read(Example("?", ("ya",), frozenset(), "everyday"), None, [], rows, np.array(holds))  # type: ignore[arg-type]  # neither is looked at


def test_only_what_questions_for_yes_or_no_have_is_fitted_again() -> None:
    size = len(RANKING_FEATURES)
    before = linear_model({"names": list(RANKING_FEATURES), "mean": [0.0] * size, "scale": [1.0] * size, "weight": [0.5] * size, "bias": 0.0}, RANKING_FEATURES)
    reads = [read_of([{"yes_no_points": 1.0 + n / 50}, {"yes_no_points": 0.0}], [True, False]) for n in range(40)]
    after = linear_model(fit_yes_no_ranking(reads, before, np.random.default_rng(1)), RANKING_FEATURES)
    changed = {name for name, old, new in zip(RANKING_FEATURES, before.weight, after.weight, strict=True) if old != new}
    assert changed == {name for name in RANKING_FEATURES if name.startswith("yes_no_")}
    assert after.weight[RANKING_FEATURES.index("yes_no_points")] > 1


def test_premise_speaks_for_an_answer_and_never_against_it() -> None:
    rng = np.random.default_rng(1)
    answered = np.repeat([1.0, 0.0], 50)
    rows = np.stack([rng.normal(answered, 1.0), rng.normal(2 * answered, 1.0)], axis=1)
    for sign in (1, -1):
        model = linear_model(fit_premise(rows * [1, sign], answered), PREMISE_FEATURES)
        assert model.weight.min() >= 0
        assert (model.weight[1] > 0) == (sign > 0)


def test_wrong_drafts_of_answerable_questions_say_nothing_about_decisions() -> None:
    def judged(answers: tuple[str, ...], right: bool, value: float) -> Judged:
        return Judged(Example("?", answers, frozenset(), "everyday"), np.full(len(CONFIDENCE_FEATURES), value), np.zeros(1), 1, right)

    used = [judged(("ya",), True, 1.0 + n) for n in range(5)] + [judged((), False, -1.0 - n) for n in range(5)]
    assert fit_decision([*used, judged(("ya",), False, 99.0)]) == fit_decision(used)


def test_correction_by_the_premise_lets_as_many_right_answers_through() -> None:
    rng = np.random.default_rng(2)
    answered = np.repeat([1.0, 0.0], 60)
    rows = np.stack([rng.normal(answered, 1.0), rng.normal(2 * answered - 1, 1.0)], axis=1)
    corrected = linear_model(fit_premise(rows, answered), PREMISE_FEATURES).score(rows)
    assert (corrected[answered > 0] >= 0).sum() == (rows[answered > 0, 0] >= 0).sum()
    assert (corrected[answered == 0] >= 0).sum() < (rows[answered == 0, 0] >= 0).sum()


def test_training_moves_the_terms_and_saves_them_in_bytes(tmp_path: Path) -> None:
    example = train_decider.Example("Apakah loket Melur tutup?", "", "Loket Melur tutup.", 0, 18)
    tokenizer = Tokenizer.from_file(str(MODEL / "reader-tokenizer.json"))
    made = train_decider.encoded(tokenizer, [train_decider.Case(example, holds, "written question") for holds in (True, False)])
    train_decider.train(train_decider.start(), [made] * 2, made, tmp_path / "decider.safetensors")
    stored = load_file(tmp_path / "decider.safetensors")
    assert {value.dtype for name, value in stored.items() if not name.endswith("_scale")} == {np.dtype(np.int8)}
    assert any(np.abs(value).max() > 0 for name, value in stored.items() if name.endswith(".up"))
