"""Locks: one writer, who is named; readers keep what they read; a killed process keeps nothing."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import IndexLockedError, IndexNotWrittenError
from index.locks import LOCK, build_lock, is_being_written, mark_in_use, unless_in_use

HOLDER = "import sys, pathlib; from index.locks import build_lock\nwith build_lock(pathlib.Path(sys.argv[1])):\n print('held', flush=True); sys.stdin.read()"


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
    with pytest.raises(IndexNotWrittenError, match=r"file/index.*cannot be written"), build_lock(tmp_path / "file" / "index"):
        pass


def test_a_builder_that_waits_gets_the_lock_when_it_is_free(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    end = threading.Timer(0.5, holder.kill)
    end.start()
    with build_lock(tmp_path, wait_seconds=60):
        assert (tmp_path / LOCK).read_text(encoding="utf-8") == str(os.getpid())
    end.join()


def test_a_builder_waits_no_longer_than_it_was_told(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(IndexLockedError, match=rf"process {holder.pid}\).*--wait SECONDS"), build_lock(tmp_path, wait_seconds=0.3):
        pass


def test_a_running_build_is_seen(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    assert is_being_written(tmp_path)


def test_no_build_is_seen_after_its_end(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        pass
    assert not is_being_written(tmp_path)


def test_no_build_is_seen_where_nothing_was_built(tmp_path: Path) -> None:
    assert not is_being_written(tmp_path / "none")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    return tmp_path / "file"


def test_a_file_can_be_used_by_several_readers(file: Path) -> None:
    with mark_in_use(file), mark_in_use(file), unless_in_use(file) as unused:
        assert not unused


def test_a_file_is_free_after_its_last_reader(file: Path) -> None:
    mark_in_use(file).close()
    with unless_in_use(file) as unused:
        assert unused


def test_a_reader_of_a_file_that_is_being_removed_is_refused(file: Path) -> None:
    with unless_in_use(file), pytest.raises(FileNotFoundError):
        mark_in_use(file)


def test_a_reader_of_a_file_that_is_gone_is_refused(file: Path) -> None:
    file.unlink()
    with pytest.raises(FileNotFoundError):
        mark_in_use(file)
