"""The command line of the answering side: exit statuses and what is said."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from invented import LOKET, indexed

from qa.__main__ import DONE, FAILED, USAGE, main


@pytest.fixture
def url(tmp_path: Path) -> str:
    with closing(indexed(tmp_path, LOKET)):
        return f"file:{tmp_path / 'index'}"


def saved(folder: Path, **reply: object) -> str:
    path = folder / "answer.json"
    path.write_text(json.dumps(reply), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "named"), [(["ask", ""], "question"), (["ask", "Siapa camat?", "--as-of", "2026-13-40"], "as_of"), (["ask", "x" * 1001], "question")]
)
def test_a_question_that_cannot_be_used_is_a_mistake_of_usage(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == USAGE
    assert f"Cannot use {named}: " in capsys.readouterr().err


def test_the_language_model_as_composer_needs_a_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COMPOSER", "llm")
    assert main(["ask", "Siapa camat?"]) == USAGE
    assert "LANGUAGE_MODEL names no model" in capsys.readouterr().err


def test_a_citation_that_stands_is_found(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(indexed(tmp_path / "other", LOKET)) as index:
        article = index.article(str(LOKET["article_id"]))
    cited = {"marker": 1, "article_id": article.article_id, "quote": article.text[:20], "start": 0, "end": 20, "sha256": article.sha256}
    assert main(["verify", saved(tmp_path, citations=[cited], abstained=False), "--index-url", url]) == DONE
    assert capsys.readouterr().out == "[1] found\nEvery citation was found.\n"
    assert main(["verify", saved(tmp_path, citations=[cited | {"quote": "Karangan."}], abstained=False), "--index-url", url]) == FAILED


@pytest.mark.parametrize(("abstained", "status", "said"), [(True, DONE, "The reply abstained"), (False, FAILED, "without any citation")])
def test_a_reply_without_citations_verifies_only_when_it_abstained(
    url: str, tmp_path: Path, abstained: bool, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", saved(tmp_path, citations=[], abstained=abstained), "--index-url", url]) == status
    assert said in capsys.readouterr().out


def test_more_citations_than_a_reply_has_are_refused(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cited = {"marker": 1, "article_id": "a", "quote": "x", "start": 0, "end": 1, "sha256": ""}
    assert main(["verify", saved(tmp_path, citations=[cited] * 101, abstained=False), "--index-url", url]) == FAILED
    assert "citations" in capsys.readouterr().err
