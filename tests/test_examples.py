"""The examples of the README and of docs/api.md are run: the API's against a live server, the others on the seeds."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import running
from test_docs import _BLOCK, MAINS, Command, own_calls, readme

from index.retriever import Retriever

REPOSITORY = Path(__file__).resolve().parents[1]
API = REPOSITORY / "docs" / "api.md"
NEW = "Wali Kota Tirtaloka membuka loket terpadu pada Senin pagi.\n"


def api_blocks(language: str) -> list[str]:
    return [body for name, body in _BLOCK.findall(API.read_text(encoding="utf-8")) if name == language]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running() as (port, _):
        yield port


def run(port: int, folder: Path, *command: str) -> str:
    """Run an example whose server listens elsewhere and return what it printed."""
    here = [word.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for word in command]
    done = subprocess.run(here, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def node() -> str:
    found = shutil.which("node") or shutil.which("nodejs")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("node is not installed (Debian: apt-get install nodejs)")
    if found is None:
        pytest.skip("no node: install it to run the JavaScript examples (Debian: apt-get install nodejs)")
    return found


def curl() -> None:
    if shutil.which("curl") is None and os.environ.get("CI") == "true":
        pytest.fail("curl is not installed (Debian: apt-get install curl)")
    if shutil.which("curl") is None:
        pytest.skip("no curl: install it to run the shell examples")


# --- docs/api.md ----------------------------------------------------------------------------------------------


def test_there_are_examples_in_three_languages() -> None:
    assert [len(api_blocks(language)) for language in ("sh", "python", "javascript")] == [3, 2, 2]


@pytest.mark.parametrize("code", api_blocks("python"), ids=["ask", "check"])
def test_python_examples_of_the_api_run(port: int, tmp_path: Path, code: str) -> None:
    said = run(port, tmp_path, sys.executable, "-c", code)
    assert "[1] " in said
    assert "Rendra Wiskara" in said or "stands in layanan-2026" in said


@pytest.mark.parametrize("code", api_blocks("javascript"), ids=["ask", "check"])
def test_javascript_examples_of_the_api_run(port: int, tmp_path: Path, code: str) -> None:
    said = run(port, tmp_path, node(), "--input-type=module", "-e", code)
    assert "[1] " in said
    assert "Rendra Wiskara" in said or "stands in layanan-2026" in said


def test_a_question_with_curl_is_answered(port: int, tmp_path: Path) -> None:
    curl()
    reply = json.loads(run(port, tmp_path, "sh", "-c", api_blocks("sh")[0]))
    assert (reply["short_answer"], len(reply["passages"])) == ("Rendra Wiskara", 3)


def test_a_reply_with_curl_is_verified(port: int, tmp_path: Path) -> None:
    curl()
    assert json.loads(run(port, tmp_path, "sh", "-c", api_blocks("sh")[1]))["verified"]


def test_the_other_addresses_reply_to_curl(port: int, tmp_path: Path) -> None:
    curl()
    asked, listed, ready, counts = (run(port, tmp_path, "sh", "-c", line) for line in api_blocks("sh")[2].splitlines())
    assert [e["field"] for e in json.loads(asked)["errors"]] == ["question", "top_k"]
    assert json.loads(listed)["total"] == 2
    assert json.loads(ready)["status"] == "ready"
    assert "qa_requests_total" in counts


# --- README ---------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader of the README has it: articles, more of them, and an index to be made."""
    shutil.copytree(REPOSITORY / "seeds", tmp_path / "path" / "to" / "articles")
    (tmp_path / "more" / "articles").mkdir(parents=True)
    (tmp_path / "more" / "articles" / "loket.txt").write_text(NEW)
    monkeypatch.setenv("INDEX_URL", f"file:{tmp_path / 'index'}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def runnable() -> list[tuple[str, Command]]:
    """The README's own commands in their order that end by themselves and need nothing but this machine.

    `serve`, `eval`, adding from the web and building in Milvus are run by other tests.
    """
    elsewhere = ("https://", "milvus+")
    return [(package, words) for package, words in own_calls() if words[0] not in ("serve", "eval") and not any(w.startswith(elsewhere) for w in words)]


def test_every_command_of_the_readme_runs_in_its_order(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown_first = [call for call in runnable() if call[1][0] == "ask" and len(call[1]) == 2]  # those of the first example, which need an index
    rest = [call for call in runnable() if call not in shown_first]
    failed = []
    for package, words in [*rest, *shown_first]:
        given = ["loket" if w == "ARTICLE_ID" else str(desk / w) if w in ("path/to/articles", "more/articles") else w for w in words]
        status, said = MAINS[package](given), capsys.readouterr()
        failed += [(words, said.err)] if status else []
        if "--json" in words:  # the README sends it to a file
            (desk / "answer.json").write_text(said.out)
    assert failed == []


def test_the_first_example_of_the_readme_says_what_the_readme_shows(
    seeds_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INDEX_URL", f"file:{seeds_folder}")
    (shown,) = (body for name, body in _BLOCK.findall(readme()) if name == "console")
    for question, output in re.findall(r'^\$ python -m qa ask "(.*?)"\n(.*?)(?=\n\$|\Z)', shown, re.M | re.S):
        assert MAINS["qa"](["ask", question]) == 0
        assert capsys.readouterr().out.strip() == output.strip()


def test_the_python_example_of_the_readme_finds_documents(seeds_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEX_URL", f"file:{seeds_folder}")
    (code,) = (body for name, body in _BLOCK.findall(readme()) if name == "python")
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)  # our own document
    retriever, documents = names["retriever"], names["documents"]
    assert isinstance(retriever, Retriever)
    retriever.index.close()
    assert isinstance(documents, list)
    assert len(documents) == 5


def test_the_curl_example_of_the_readme_is_answered(port: int, tmp_path: Path) -> None:
    curl()
    (line,) = (line for name, body in _BLOCK.findall(readme()) if name == "sh" for line in body.splitlines() if line.startswith("curl "))
    assert json.loads(run(port, tmp_path, "sh", "-c", line))["request_id"]
