"""Who writes and who reads an index folder. Locks of the operating system: a killed process lets go of its own.

One process writes at a time. Every reader marks its generation as in use, so that a writer does not remove the files of
a generation that a service still answers from, however many builds have passed.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from index.errors import IndexLockedError, IndexNotWrittenError

LOCK = "build.lock"
POLL_SECONDS = 0.1


@contextmanager
def build_lock(folder: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the build lock of an index folder.

    Raises `IndexLockedError` with the holder when another process still has it after `wait_seconds`, and
    `IndexNotWrittenError` when the folder cannot be written.
    """
    with _lock_file(folder) as handle:
        _acquire(handle, folder, wait_seconds)
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def is_being_written(folder: Path) -> bool:
    """Whether a build is running there; needs no right to write."""
    try:
        with (folder / LOCK).open(encoding="utf-8") as handle:
            return not _try(handle, fcntl.LOCK_SH)
    except OSError:
        return False


def mark_in_use(file: Path) -> IO[str]:
    """Hold a file as in use until the returned handle is closed; raises `OSError` when it is gone or going."""
    handle = file.open(encoding="utf-8")
    try:
        free = _try(handle, fcntl.LOCK_SH)
        if not free or os.fstat(handle.fileno()).st_nlink == 0:  # the writer got there first and removes it
            raise FileNotFoundError(f"{file} is being removed")
    except OSError:
        handle.close()
        raise
    return handle


@contextmanager
def unless_in_use(file: Path) -> Iterator[bool]:
    """Give whether nobody uses the file; nobody can begin to within the block."""
    with file.open(encoding="utf-8") as handle:
        yield _try(handle, fcntl.LOCK_EX)


def _lock_file(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise IndexNotWrittenError(
            f"The index folder {str(folder)!r} cannot be written ({error.strerror}); nothing was changed. Make it writable or choose another with --index-url."
        ) from None


def _acquire(handle: IO[str], folder: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + max(wait_seconds, POLL_SECONDS)  # a check looks at the lock for a moment, which is no build
    while not _try(handle, fcntl.LOCK_EX):
        if time.monotonic() >= deadline:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise IndexLockedError(
                f"Another build (process {holder}) is writing {str(folder)!r}; wait until it has ended, or let this one wait for it with --wait SECONDS."
            )
        time.sleep(POLL_SECONDS)


def _try(handle: IO[str], kind: int) -> bool:
    """Take a lock; False when somebody else holds it. A file system without locks raises `OSError`."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
