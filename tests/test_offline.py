"""Building and asking need no network and no home folder: run in a network namespace that has no interface up."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
ALONE = ("unshare", "--user", "--map-root-user", "--net", "--")
DIAL = "import socket; socket.create_connection(('1.1.1.1', 53), timeout=5)"


def namespaces_are_permitted() -> bool:
    return shutil.which("unshare") is not None and subprocess.run([*ALONE, "true"], capture_output=True, timeout=30).returncode == 0


@cache
def without_network() -> tuple[str, ...]:
    """The command prefix that cuts the network off; skips where the system does not permit it.

    With CI=true a missing `unshare` is a failure, for .ci installs it; a kernel that forbids namespaces still skips.
    """
    if not sys.platform.startswith("linux"):
        pytest.skip("network namespaces exist on Linux only")
    if shutil.which("unshare") is None and os.environ.get("CI") == "true":
        pytest.fail("unshare is not installed (Debian: apt-get install util-linux)")
    if not namespaces_are_permitted():
        pytest.skip("this system does not permit a network namespace (unshare --user --net)")
    return ALONE


def run_alone(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python without network; the environment holds nothing but an empty home and the path."""
    prefix = without_network()
    home.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    return subprocess.run([*prefix, sys.executable, *command], cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder with an index of the seeds that was built without network, and what the build said."""
    folder = tmp_path_factory.mktemp("offline")
    return folder, run_alone(folder / "home", "-m", "index", "build", "seeds", "--index-url", f"file:{folder / 'index'}")


@pytest.fixture(scope="module")
def asked(built: tuple[Path, subprocess.CompletedProcess[str]]) -> subprocess.CompletedProcess[str]:
    folder, _ = built
    return run_alone(folder / "home", "-m", "qa", "ask", "Siapa wali kota Semarang?", "--json", "--index-url", f"file:{folder / 'index'}")


def test_namespace_really_has_no_network(tmp_path: Path) -> None:
    done = run_alone(tmp_path / "home", "-c", DIAL)
    assert "Network is unreachable" in done.stderr


def test_index_is_built_without_network(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = built
    assert (done.returncode, done.stdout.startswith("5 articles, ")) == (0, True), done.stderr


def test_question_is_answered_without_network(asked: subprocess.CompletedProcess[str]) -> None:
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["index"]["encoder"] == "in-the-box"


def test_nothing_is_printed_beside_the_reply(asked: subprocess.CompletedProcess[str]) -> None:
    assert asked.stderr == ""


def test_nothing_is_left_in_the_home_folder(built: tuple[Path, subprocess.CompletedProcess[str]], asked: subprocess.CompletedProcess[str]) -> None:
    folder, _ = built
    assert asked.returncode == 0
    assert [p.name for p in (folder / "home").iterdir()] == []
