"""What the README tells people to type exists: make targets, commands and their options, routes, imports, files."""

import ast
import contextlib
import importlib
import io
import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fakes_service import FakePipeline
from werkzeug.exceptions import HTTPException

from index.__main__ import main as index_main
from qa.__main__ import main as qa_main
from qa.app import create_app
from qa.asking import request_from
from qa.fields import FieldsError
from qa.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[1]
README = REPOSITORY / "README.md"
MAINS: dict[str, Callable[[Sequence[str]], int]] = {"index": index_main, "qa": qa_main}
_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.M | re.S)
_ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=.*", re.S)

Command = tuple[str, ...]


def readme() -> str:
    return README.read_text(encoding="utf-8")


def blocks(*languages: str) -> list[str]:
    return [body for language, body in _BLOCK.findall(readme()) if language in languages]


def commands() -> list[Command]:
    """Every simple command of the shell examples, split into words; of `console` blocks only the lines typed after `$ `."""
    typed = [*blocks("sh", "bash", "shell"), *("\n".join(re.findall(r"^\$ (.*)", b, re.M)) for b in blocks("console"))]
    return [command for block in typed for command in simple_commands(block)]


def simple_commands(block: str) -> Iterator[Command]:
    """Commands of a block; a quotation or a backslash continues a line, operators such as `|` and `&&` part commands."""
    pending = ""
    for line in block.splitlines():
        pending += line
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        try:
            lexer = shlex.shlex(pending, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            words = list(lexer)
        except ValueError:  # a quotation that the next line closes
            pending += "\n"
            continue
        pending = ""
        yield from parted(words)
    assert not pending.strip(), f"unfinished command {pending!r}"


def parted(words: list[str]) -> Iterator[Command]:
    command: list[str] = []
    for word in [*words, ";"]:
        if set(word) <= set("|&;<>()"):
            if command:
                yield tuple(command)
            command = []
        else:
            command.append(word)


def split_assignments(command: Command) -> tuple[list[str], Command]:
    """Names set before a command, and the command."""
    names: list[str] = []
    rest = list(command)
    while rest and (match := _ASSIGNMENT.fullmatch(rest[0])):
        names.append(match[1])
        rest.pop(0)
    return names, tuple(rest)


def make_calls() -> list[tuple[list[str], list[str]]]:
    """(targets, variables) of every `make` example."""
    calls = []
    for command in commands():
        names, words = split_assignments(command)
        if words[:1] == ("make",):
            given = [m[1] for w in words[1:] if (m := _ASSIGNMENT.fullmatch(w))]
            calls.append(([w for w in words[1:] if not _ASSIGNMENT.fullmatch(w) and not w.startswith("-")], names + given))
    return calls


def own_calls() -> list[tuple[str, Command]]:
    """(package, arguments) of every `python -m index|qa` and `tanya-asn` example."""
    calls: list[tuple[str, Command]] = []
    for command in commands():
        _, words = split_assignments(command)
        if words and words[0] == "tanya-asn":
            calls.append(("qa", words[1:]))
        elif words and re.fullmatch(r"(?:\S*/)?python3?", words[0]) and words[1:2] == ("-m",) and words[2] in MAINS:
            calls.append((words[2], words[3:]))
    return calls


@cache
def help_of(package: str, *arguments: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), pytest.raises(SystemExit):
        MAINS[package]([*arguments, "--help"])
    return shown.getvalue()


def own_urls() -> list[tuple[str, str, str | None]]:
    """(method, path, body) of every `curl` example that talks to this service."""
    calls: list[tuple[str, str, str | None]] = []
    for command in commands():
        _, words = split_assignments(command)
        urls = [w for w in words if re.match(r"(?:https?://)?(?:127\.0\.0\.1|localhost)[:/]", w)]
        if words[:1] == ("curl",) and urls:
            body = next((words[n + 1] for n, w in enumerate(words) if w in ("-d", "--data", "--json", "--data-raw", "--data-binary")), None)
            method = next((words[n + 1] for n, w in enumerate(words) if w in ("-X", "--request")), "GET" if body is None else "POST")
            url = urls[0] if "://" in urls[0] else f"http://{urls[0]}"
            calls.append((method, unquote(urlsplit(url).path) or "/", body))
    return calls


def test_there_are_examples_of_every_kind() -> None:
    assert all([make_calls(), own_calls(), own_urls()])


def test_make_targets_of_the_examples_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.M))
    assert {t for called, _ in make_calls() for t in called} - targets == set()


def test_make_run_and_make_test_are_shown() -> None:
    assert {"run", "test"} <= {t for called, _ in make_calls() for t in called}


def test_variables_of_the_examples_are_known() -> None:
    """To make, to the settings, or to the tests (CI, CHROMIUM)."""
    in_make = set(re.findall(r"\b([A-Z][A-Z_]+)\b", (REPOSITORY / "Makefile").read_text()))
    in_tests = {"CI", "CHROMIUM"}
    set_before = {n for command in commands() for n in split_assignments(command)[0] if split_assignments(command)[1]}
    used = set_before | {n for _, names in make_calls() for n in names}
    assert used - in_make - in_tests - {name.upper() for name in Settings.model_fields} == set()


def test_commands_of_the_examples_exist() -> None:
    assert [f"{package} {words[:1]}" for package, words in own_calls() if words and not words[0].startswith("-") and words[0] not in help_of(package)] == []


def test_options_of_the_examples_exist() -> None:
    unknown = [
        f"{package} {' '.join(words)}"
        for package, words in own_calls()
        for option in words
        if option.startswith("--") and option.partition("=")[0] not in re.findall(r"--[a-z-]+", help_of(package, words[0]))
    ]
    assert unknown == []


def test_files_that_the_examples_evaluate_or_index_exist() -> None:
    """Sources of `index build` and test sets of `qa eval` that are named as parts of the repository."""
    named = {w for _, words in own_calls() for w in words if w.startswith(("seeds", "tests/"))}
    assert {w for w in named if not (REPOSITORY / w).exists()} == set()


def test_urls_of_the_examples_are_routes() -> None:
    routes = create_app(Settings(), FakePipeline()).url_map.bind("127.0.0.1")
    missing = []
    for method, path, _ in own_urls():
        try:
            routes.match(path, method=method)
        except HTTPException as error:
            missing.append(f"{method} {path}: {error.name}")
    assert missing == []


def test_questions_of_the_examples_are_accepted() -> None:
    refused = []
    for _, path, body in own_urls():
        if path == "/ask" and body is not None and not body.startswith("@"):
            try:
                request_from(json.loads(body))
            except (ValueError, FieldsError) as error:
                refused.append(f"{body}: {error}")
    assert refused == []


def test_python_examples_import_what_exists() -> None:
    missing = []
    for block in blocks("python", "py"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in MAINS:
                module = importlib.import_module(node.module)
                missing += [f"{node.module}.{alias.name}" for alias in node.names if not hasattr(module, alias.name)]
    assert missing == []


def test_json_examples_are_json() -> None:
    for block in blocks("json"):
        json.loads(block)


DOCUMENTS = [path for pattern in ("*.md", "docs/*.md", "*/model/README.md") for path in sorted(REPOSITORY.glob(pattern))]


def anchors(document: Path) -> set[str]:
    """The names that a page gives its headings: small letters, words joined by hyphens."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", document.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_linked_files_and_headings_exist(document: Path) -> None:
    prose = _BLOCK.sub("", document.read_text(encoding="utf-8"))
    links = [target.partition("#") for target in re.findall(r"\]\(([^)\s]+)", prose) if not re.match(r"[a-z]+:", target)]
    missing = []
    for path, _, heading in links:
        target = document.parent / unquote(path) if path else document
        if not target.exists() or (heading and heading not in anchors(target)):
            missing.append(f"{path}#{heading}")
    assert missing == []


def test_tests_that_the_threat_model_names_exist() -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", (REPOSITORY / "docs" / "threat-model.md").read_text(encoding="utf-8")))
    assert named
    assert {name for name in named if not (REPOSITORY / "tests" / name).exists()} == set()


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("make run PORT=9000  # another port\n", [("make", "run", "PORT=9000")]),
        ("cd x && make test | tee log\n", [("cd", "x"), ("make", "test"), ("tee", "log")]),
        ("curl -d '{\n\"a\": 1}' \\\n  http://127.0.0.1:8000/ask\n", [("curl", "-d", '{\n"a": 1}', "http://127.0.0.1:8000/ask")]),
        ("# only a comment\n\n", []),
    ],
)
def test_shell_examples_are_split_into_commands(block: str, expected: list[Command]) -> None:
    assert list(simple_commands(block)) == expected
