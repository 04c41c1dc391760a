"""Generations: one atomic promotion, nothing left behind by a failure, one writer, clear refusals."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.datatypes import IndexManifest
from index.errors import IndexDamagedError, IndexMissingError, IndexNotWrittenError, IndexOutdatedError
from index.generations import (
    CURRENT,
    FORMAT_VERSION,
    KEPT_GENERATIONS,
    MANIFEST,
    current_generation,
    manifest_of,
    read_manifest,
    refuse_backup,
    tidy,
    write_manifest,
    writing,
)
from index.locks import mark_in_use

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


@pytest.mark.parametrize(
    ("failure", "shown"), [(OSError(28, "disk full"), IndexNotWrittenError), (KeyboardInterrupt(), KeyboardInterrupt), (MemoryError(), MemoryError)]
)
def test_a_failure_while_writing_keeps_the_old_generation_and_leaves_nothing(tmp_path: Path, failure: BaseException, shown: type[BaseException]) -> None:
    promote(tmp_path, "g1")

    def write_half() -> None:
        with writing(tmp_path, "g2") as target:
            (target / "half").write_text("half", encoding="utf-8")
            raise failure

    with pytest.raises(shown):
        write_half()
    assert current_generation(tmp_path).name == "g1"
    assert visible(tmp_path) == {"g1", CURRENT}


def test_a_first_failure_leaves_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotWrittenError, match=r"\(disk full\).*MiB are free.*--index-url"), writing(tmp_path, "g1"):
        raise OSError(28, "disk full")
    assert visible(tmp_path) == set()
    with pytest.raises(IndexMissingError):
        current_generation(tmp_path)


def test_a_writer_that_was_killed_leaves_the_old_generation_served(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    program = "import os, sys, pathlib; from index.generations import writing\nwith writing(pathlib.Path(sys.argv[1]), 'g2'): os.kill(os.getpid(), 9)"
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert ended.returncode == -9
    assert current_generation(tmp_path).name == "g1"


def test_what_cut_off_writes_left_is_removed_and_named(tmp_path: Path) -> None:
    promote(tmp_path, "g2")
    (tmp_path / ".writing-g1" / "lexical").mkdir(parents=True)
    (tmp_path / ".writing-CURRENT").write_text("g1", encoding="utf-8")
    (tmp_path / ".removing-g0").mkdir()
    assert tidy(tmp_path) == [".removing-g0", ".writing-CURRENT", ".writing-g1"]
    assert visible(tmp_path) == {"g2", CURRENT}


def test_a_generation_in_use_is_kept_until_nobody_reads_it(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    with mark_in_use(tmp_path / "g1" / MANIFEST):
        for name in ("g2", "g3", "g4"):
            promote(tmp_path, name)
        assert visible(tmp_path) == {"g1", "g3", "g4", CURRENT}
    promote(tmp_path, "g5")
    assert visible(tmp_path) == {"g4", "g5", CURRENT}


def test_a_copied_generation_is_itself_served(tmp_path: Path) -> None:
    promote(tmp_path / "index", "g1")
    copied = shutil.copytree(tmp_path / "index" / "g1", tmp_path / "backup")
    assert current_generation(copied) == copied


def test_a_copied_generation_is_not_written_to(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    with pytest.raises(IndexNotWrittenError, match=r"g1' is a single generation \(a backup\)"):
        refuse_backup(tmp_path / "g1")


def test_generations_without_a_pointer_are_damage_with_its_cure(tmp_path: Path) -> None:
    promote(tmp_path, "g1")
    (tmp_path / CURRENT).unlink()
    with pytest.raises(IndexDamagedError, match=r"1 generations but no file 'CURRENT'.*check --repair"):
        current_generation(tmp_path)


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


@pytest.mark.parametrize("content", [b"", b"\n", b"g9\n", b"\xff\xfe", b"../index\n", b".\n"])
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
