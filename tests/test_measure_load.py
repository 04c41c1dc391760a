"""The load bench: its arithmetic, and a short run against a real server in a process of its own (locust changes the library)."""

import subprocess
import sys
from pathlib import Path

import pytest
from servers import TESTS

REPOSITORY = TESTS.parent
ARITHMETIC = """
from training.measure_load import Load, best_of, soak_sentence
fast = Load(1, 10.0, [100.0] * 50, [], [500.0])
fuller = Load(2, 10.0, [200.0] * 80, [], [500.0])
slow = Load(4, 10.0, [300.0] * 90, [], [500.0])
failed = Load(8, 10.0, [10.0] * 99, ["status 500"], [500.0])
assert best_of([fast, fuller, slow, failed], 250) is fuller
assert best_of([slow, failed], 250) is None
assert fuller.per_second == 8.0 and slow.percentile(99) == 300.0 and Load(1).percentile(99) == float("inf")
assert "500 MiB at first and 510 MiB at last" in soak_sentence(Load(1, 1.0, [1.0], [], [500.0] * 5 + [510.0] * 5), 1.0)
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=REPOSITORY, capture_output=True, text=True, timeout=300)


def test_the_best_load_is_the_fullest_within_the_limit() -> None:
    assert run("-c", ARITHMETIC).stderr == ""


@pytest.fixture(scope="module")
def said(seeds_folder: Path) -> str:
    words = ("--index-url", f"file:{seeds_folder}", "--clients", "1,2", "--seconds", "2", "--soak-minutes", "0.05")
    done = run("-m", "training.measure_load", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_run_prints_a_row_for_each_number_of_clients(said: str) -> None:
    rows = [line.split("|")[1].strip() for line in said.splitlines() if line.startswith("| ")][1:]
    assert rows == ["1", "2"]


def test_a_soak_has_no_failures(said: str) -> None:
    assert " 0 failed" in said
    assert "MiB at last" in said


def test_a_start_is_measured(seeds_folder: Path) -> None:
    done = run("-m", "training.measure_start", "--index-url", f"file:{seeds_folder}", "--times", "1")
    assert done.returncode == 0, done.stderr
    assert "| 1 | " in done.stdout
    assert "| `qa.app` | " in done.stdout
