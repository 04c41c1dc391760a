"""Generations: one atomic promotion, nothing left behind by a failure, one writer, clear refusals."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.datatypes import IndexManifest
from index.errors import IndexDamagedError, IndexLockedError, IndexMissingError, IndexOutdatedError, SourceError
from index.generations import (
    CURRENT,
    FORMAT_VERSION,
    KEPT_GENERATIONS,
    LOCK,
    MANIFEST,
    build_lock,
    current_generation,
    manifest_of,
    read_manifest,
    write_manifest,
    writing,
)

MADE = IndexManifest(FORMAT_VERSION, "g1", "2025-03-03T10:00:00+00:00", 1, 2, "hashing", "hashing-8", 8, 1, "1:4/1/1200", "ab" * 32)


def promote(folder: Path, name: str) -> None:
    with writing(folder, name) as target:
        (target / "sub").mkdir()
        (target / "sub" / "file").write_text(name, encoding="utf-8")
        write_manifest(replace(MADE, generation=name), target)


def visible(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_a_written_generation_is_served(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    assert current_generation(tmp_path) == tmp_path / "g1"


def test_its_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    assert read_manifest(tmp_path) == MADE


def test_its_files_are_there_and_nothing_else(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    assert visible(tmp_path) == {"g1", CURRENT}
    assert (tmp_path / "g1" / "sub" / "file").read_text(encoding="utf-8") == "g1"


def test_the_old_generation_is_served_until_the_block_ends(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    with writing(tmp_path, "g2") as target:
        write_manifest(MADE, target)
        assert current_generation(tmp_path).name == "g1"
    assert current_generation(tmp_path).name == "g2"


def test_a_generation_in_the_making_is_hidden(tmp_path: Path) -> None:
    with writing(tmp_path, "g1") as target:
        assert target.name.startswith(".")
        write_manifest(MADE, target)


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt(), MemoryError()])
def test_a_failure_while_writing_keeps_the_old_generation_and_leaves_nothing(tmp_path: Path, failure: BaseException) -> None:
    promote(tmp_path, "g1")

    def write_half() -> None:
        with writing(tmp_path, "g2") as target:
            (target / "half").write_text("half", encoding="utf-8")
            raise failure

    with pytest.raises(type(failure)):
        write_half()
    assert current_generation(tmp_path).name == "g1"
    assert visible(tmp_path) == {"g1", CURRENT}


def test_a_first_failure_leaves_no_index(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="disk full"), writing(tmp_path, "g1"):
        raise OSError("disk full")
    assert visible(tmp_path) == set()
    with pytest.raises(IndexMissingError):
        current_generation(tmp_path)


def test_a_writer_that_was_killed_leaves_the_old_generation_served(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    program = "import os, sys, pathlib; from index.generations import writing\nwith writing(pathlib.Path(sys.argv[1]), 'g2'): os.kill(os.getpid(), 9)"
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert ended.returncode == -9
    assert current_generation(tmp_path).name == "g1"


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".writing-g1" / "lexical").mkdir(parents=True)
    promote(tmp_path, "g2")
    assert visible(tmp_path) == {"g2", CURRENT}


def test_the_served_generation_and_the_one_before_are_kept(tmp_path: Path) -> None:
    for name in ("g1", "g2", "g3", "g4"):
        promote(tmp_path, name)
    assert KEPT_GENERATIONS == 2
    assert visible(tmp_path) == {"g3", "g4", CURRENT}


def test_a_folder_that_is_no_generation_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "a-folder-of-the-user").mkdir()
    for name in ("g1", "g2", "g3"):
        promote(tmp_path, name)
    assert "a-folder-of-the-user" in visible(tmp_path)


def test_nothing_built_is_missing_and_says_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match=r"python -m index build"):
        current_generation(tmp_path / "nothing")


@pytest.mark.parametrize("content", [b"", b"\n", b"g9\n", b"\xff\xfe"])
def test_a_pointer_to_no_generation_is_damage(tmp_path: Path, content: bytes) -> None:
    promote(tmp_path, "g1")
    (tmp_path / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"python -m index build"):
        current_generation(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"7", b"{}", b"\xff"])
def test_a_manifest_that_cannot_be_read_is_damage_and_is_named(tmp_path: Path, content: bytes | None) -> None:
    promote(tmp_path, "g1")
    path = tmp_path / "g1" / MANIFEST
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexDamagedError, match=MANIFEST):
        manifest_of(tmp_path / "g1")


def test_a_manifest_that_lacks_a_field_is_damage_and_names_it(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    path = tmp_path / "g1" / MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["dimension"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="'dimension'"):
        manifest_of(tmp_path / "g1")


@pytest.mark.parametrize("version", [FORMAT_VERSION - 1, FORMAT_VERSION + 1, "1"])
def test_another_format_is_refused_with_its_cure(tmp_path: Path, version: object) -> None:
    promote(tmp_path, "g1")
    (tmp_path / "g1" / MANIFEST).write_text(json.dumps({"format_version": version}), encoding="utf-8")
    with pytest.raises(IndexOutdatedError, match=rf"format version {version!r}.*needs {FORMAT_VERSION}.*python -m index build"):
        manifest_of(tmp_path / "g1")


HOLDER = (
    "import sys, pathlib; from index.generations import build_lock\nwith build_lock(pathlib.Path(sys.argv[1])):\n print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the build lock of `tmp_path`."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def test_a_second_builder_is_refused_and_told_who_holds_the_lock(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(IndexLockedError, match=rf"process {holder.pid}\)"), build_lock(tmp_path):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()
    with build_lock(tmp_path):
        assert (tmp_path / LOCK).read_text(encoding="utf-8") == str(os.getpid())


def test_the_lock_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with build_lock(tmp_path):
            pass


def test_the_lock_is_free_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="disk full"), build_lock(tmp_path):
        raise OSError("disk full")
    with build_lock(tmp_path):
        pass


def test_the_lock_makes_the_folder(tmp_path: Path) -> None:
    with build_lock(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()


def test_a_place_where_no_folder_can_be_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match=r"file/index.*cannot be written"), build_lock(tmp_path / "file" / "index"):
        pass
