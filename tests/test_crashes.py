"""Whatever ends a build, the old generation answers, the next build succeeds and the check finds nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fakes import HashingEncoder, corpus_file
from faulty_builds import Builder, Fault, builder

from index.build import build_index
from index.check import check_index
from index.datatypes import Filter
from index.generations import generations, leftovers, read_manifest
from index.local import open_index
from index.text import terms

TESTS = Path(__file__).resolve().parent
STRESS = os.environ.get("STRESS") == "1"
KILLS = 50 if STRESS else 5
EVERY = 1 if STRESS else 5  # of the file operations
ENCODER = HashingEncoder(256)
CONSTANT = {"article_id": "tetap", "title": "Loket", "text": "Loket terpadu melayani warga setiap hari."}
ALONE = ("unshare", "--user", "--map-root-user", "--mount", "--")


def corpus(path: Path, edition: int, articles: int = 3) -> Path:
    """Articles of an edition: some as in every one, some of this one alone."""
    changing = ({"article_id": f"a{n}", "title": f"Kabar {n}", "text": f"Kabar nomor {n} edisi {edition if n % 3 == 0 else 0}. " * 3} for n in range(articles))
    return corpus_file(path, CONSTANT, *changing)


def assert_it_answers(folder: Path) -> None:
    index = open_index(folder, ENCODER)
    (best, *_) = index.dense_search(ENCODER.encode(["loket terpadu"])[0], 1, Filter())
    assert index.passages([best.passage_id])[0].text == CONSTANT["text"]
    assert [s.passage_id for s in index.lexical_search(terms("terpadu"), 9, Filter())] == ["tetap#0"]
    assert index.article("tetap").text == CONSTANT["text"]
    index.close()


def assert_sound(folder: Path) -> None:
    assert check_index(folder, ENCODER) == []
    assert len(generations(folder)) <= 2


@pytest.fixture(scope="module")
def faulty() -> Iterator[Builder]:
    with builder() as running:
        yield running


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three editions of the articles."""
    folder = tmp_path_factory.mktemp("editions")
    return [corpus(folder / f"{n}.jsonl", n) for n in range(3)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, editions: list[Path]) -> Path:
    """An index with two generations, so that the next build also removes one."""
    folder = tmp_path_factory.mktemp("base") / "index"
    for edition in editions[:2]:
        build_index([edition], folder, ENCODER)
    return folder


@pytest.fixture
def folder(tmp_path: Path, base: Path) -> Path:
    return shutil.copytree(base, tmp_path / "index")


@pytest.fixture(scope="module")
def operations(faulty: Builder, base: Path, editions: list[Path], tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many file operations the build of the last edition has."""
    copied = shutil.copytree(base, tmp_path_factory.mktemp("count") / "index")
    ended = faulty.build(editions[2], copied)
    assert ended.status == 0
    return ended.operations


def test_file_operations_of_a_build_are_seen(operations: int) -> None:
    assert operations > 40  # five files and the lexical folder, each made, made durable and, of the oldest generation, removed


def test_a_build_killed_at_any_file_operation_leaves_an_index_that_answers_and_builds(
    faulty: Builder, operations: int, base: Path, editions: list[Path], tmp_path: Path
) -> None:
    for n in range(1, operations + 1, EVERY):
        folder = shutil.copytree(base, tmp_path / str(n))
        assert faulty.build(editions[2], folder, Fault(kill_at=n)).status == -signal.SIGKILL
        assert_it_answers(folder)
        build_index([editions[2]], folder, ENCODER)
        assert_it_answers(folder)
        assert_sound(folder)


def test_a_build_whose_file_operations_fail_says_so_and_leaves_an_index_that_answers_and_builds(
    faulty: Builder, operations: int, base: Path, editions: list[Path], tmp_path: Path
) -> None:
    for n in range(1 + EVERY // 2, operations + 1, EVERY):
        folder = shutil.copytree(base, tmp_path / str(n))
        ended = faulty.build(editions[2], folder, Fault(fail_at=n))
        assert ended.status in (0, 1), (n, ended)  # done (what failed was not needed) or refused with a message, never a crash
        assert_it_answers(folder)
        build_index([editions[2]], folder, ENCODER)
        assert_it_answers(folder)
        assert_sound(folder)


def test_builds_killed_at_random_moments_leave_an_index_that_answers_and_builds(faulty: Builder, tmp_path: Path) -> None:
    folder, choose, killed, edition = tmp_path / "index", random.Random(2026), 0, 0
    source = tmp_path / "c.jsonl"
    for edition in (0, 1):
        began = time.monotonic()
        faulty.build(corpus(source, edition, articles=600), folder)
        seconds = time.monotonic() - began  # of the second, which encodes what changed as all others will
    while killed < KILLS:
        edition += 1
        assert edition < 4 * KILLS, "too many builds end before they are killed"
        ended = faulty.build(corpus(source, edition, articles=600), folder, Fault(kill_after_seconds=choose.uniform(0, seconds)))
        killed += ended.status == -signal.SIGKILL
        assert_it_answers(folder)
        build_index([source], folder, ENCODER)
        assert_it_answers(folder)
        assert_sound(folder)
    print(f"{killed} of {edition - 1} builds were killed, each within {seconds:.2f} s")


@pytest.mark.parametrize("share", [0.01, 0.2, 0.4, 0.6, 0.8, 0.95])
def test_a_file_that_may_not_grow_is_a_clear_error_and_the_old_generation_stays(faulty: Builder, folder: Path, tmp_path: Path, share: float) -> None:
    before = read_manifest(folder)
    source = corpus(tmp_path / "c.jsonl", 7, articles=400)
    ended = faulty.build(source, folder, Fault(file_bytes=int(share * 400 * 256 * 4)))  # the largest file are the vectors
    assert (ended.status, "could not be written" in ended.said, "The index stays as it was" in ended.said) == (1, True, True), ended
    assert read_manifest(folder) == before
    assert leftovers(folder) == []
    assert_it_answers(folder)
    assert_sound(folder)


@cache
def with_own_mounts() -> tuple[str, ...]:
    """The command prefix of a process that may mount; skips where the system does not permit it."""
    if shutil.which("unshare") is None or subprocess.run([*ALONE, "true"], capture_output=True, timeout=30).returncode != 0:
        pytest.skip("this system does not permit a mount namespace (unshare --user --mount)")
    return ALONE


FULL_DISK = """
import json, shutil, subprocess, sys
from pathlib import Path
from fakes import HashingEncoder
from index.build import build_index
from index.errors import IndexNotWrittenError
from test_crashes import assert_it_answers, assert_sound, corpus
scratch, disk = map(Path, sys.argv[1:])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(disk)], check=True)
small, large = corpus(scratch / "small.jsonl", 1), corpus(scratch / "large.jsonl", 2, articles=2000)
build_index([small], disk / "index", HashingEncoder(256))
taken = shutil.disk_usage(disk).used
build_index([large], disk / "other", HashingEncoder(256))
needed = shutil.disk_usage(disk).used - taken
shutil.rmtree(disk / "other")
failed = []
for eighth in range(1, 8):
    subprocess.run(["mount", "-o", f"remount,size={taken + needed * eighth // 8}", str(disk)], check=True)
    try:
        build_index([large], disk / "index", HashingEncoder(256))
    except IndexNotWrittenError as error:
        failed.append(str(error))
    assert_it_answers(disk / "index")
    assert_sound(disk / "index")
subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
build_index([large], disk / "index", HashingEncoder(256))
assert_sound(disk / "index")
print(json.dumps(failed))
"""

READ_ONLY = """
import json, subprocess, sys
from pathlib import Path
from fakes import HashingEncoder
from index.build import add_articles, build_index, remove_articles
from index.errors import IndexNotWrittenError
from index.repair import repair_index
from test_crashes import assert_it_answers, assert_sound, corpus
scratch, disk = map(Path, sys.argv[1:])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(disk)], check=True)
build_index([corpus(scratch / "one.jsonl", 1)], disk / "index", HashingEncoder(256))
subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
other, encoder = corpus(scratch / "two.jsonl", 2), HashingEncoder(256)
failed = []
for write in (
    lambda: build_index([other], disk / "index", encoder),
    lambda: build_index([other], disk / "new", encoder),
    lambda: add_articles([other], disk / "index", encoder),
    lambda: remove_articles(["tetap"], disk / "index", encoder),
    lambda: repair_index(disk / "index", encoder),
):
    try:
        write()
    except IndexNotWrittenError as error:
        failed.append(str(error))
assert_it_answers(disk / "index")
assert_sound(disk / "index")
print(json.dumps(failed))
"""


def run_with_a_disk(program: str, scratch: Path) -> list[str]:
    """Run a program that mounts a small disk of its own, and return the errors it met."""
    prefix = with_own_mounts()
    (scratch / "disk").mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    command = [*prefix, sys.executable, "-c", program, str(scratch), str(scratch / "disk")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    failed: list[str] = json.loads(ended.stdout)
    return failed


def test_a_full_disk_is_a_clear_error_at_every_stage_and_the_old_generation_stays(tmp_path: Path) -> None:
    failed = run_with_a_disk(FULL_DISK, tmp_path)
    assert len(failed) == 7
    assert all("could not be written" in said and "MiB are free" in said for said in failed), failed


def test_a_read_only_disk_is_a_clear_error_and_the_old_generation_stays(tmp_path: Path) -> None:
    failed = run_with_a_disk(READ_ONLY, tmp_path)
    assert len(failed) == 5
    assert all("cannot be written (Read-only file system)" in said for said in failed), failed
