"""Generations of an index on disk: `INDEX/<generation>/` and the file `INDEX/CURRENT` that names the served one.

A generation is written whole into a hidden folder, renamed to its name, and promoted by one atomic replacement
of `CURRENT`; a reader sees the old generation or the new one, never a mixture. A backup is a copy of a folder.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path

from index.datatypes import IndexManifest
from index.errors import IndexDamagedError, IndexLockedError, IndexMissingError, IndexOutdatedError, SourceError

FORMAT_VERSION = 1
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
LOCK = "build.lock"
WRITING = ".writing-"
# The one before is kept, so that a reader that has just read CURRENT can still open what it names.
KEPT_GENERATIONS = 2
REBUILD = "build it again: python -m index build SOURCE..."


def current_generation(folder: Path) -> Path:
    """Return the folder of the served generation; raise `IndexMissingError` when nothing was built."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        raise IndexMissingError(f"There is no index in {str(folder)!r}; {REBUILD}") from None
    except UnicodeDecodeError:
        raise IndexDamagedError(f"The file {str(folder / CURRENT)!r} names no generation; {REBUILD}") from None
    generation = folder / name
    if not name or not generation.is_dir():
        raise IndexDamagedError(f"The index in {str(folder)!r} names a generation {name!r} that is not there; {REBUILD}")
    return generation


def read_manifest(folder: Path) -> IndexManifest:
    """Return the manifest of the served generation under `folder`; raises the errors of `IndexUnavailableError`."""
    return manifest_of(current_generation(folder))


def manifest_of(generation: Path) -> IndexManifest:
    """Return a generation's manifest; refuse one that is damaged or of another format version."""
    path = generation / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["format_version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise IndexDamagedError(f"The manifest {str(path)!r} is missing or unreadable; {REBUILD}") from None
    if version != FORMAT_VERSION:
        raise IndexOutdatedError(f"The index in {str(generation)!r} has format version {version!r}, this program needs {FORMAT_VERSION}; {REBUILD}")
    try:
        return IndexManifest(**{f.name: content[f.name] for f in fields(IndexManifest)})
    except KeyError as error:
        raise IndexDamagedError(f"The manifest {str(path)!r} lacks {error.args[0]!r}; {REBUILD}") from None


def write_manifest(manifest: IndexManifest, generation: Path) -> None:
    """Write `manifest.json`; it comes last, so a folder without it is unfinished."""
    (generation / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


@contextmanager
def writing(folder: Path, generation: str) -> Iterator[Path]:
    """Give a folder to write a generation into; promote it when the block ends well, remove it when it fails."""
    unfinished = folder / f"{WRITING}{generation}"
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        _sync(unfinished)
        unfinished.rename(folder / generation)
        _promote(folder, generation)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _prune(folder, generation)


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Hold the build lock of an index folder; raise `IndexLockedError` with the holder when it is taken."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / LOCK).open("a+", encoding="utf-8")  # held open while the lock is
    except OSError as error:
        raise SourceError(f"The index folder {str(folder)!r} cannot be written ({error.strerror}); choose another with --index-url.") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise IndexLockedError(f"Another build (process {holder}) is writing {str(folder)!r}; wait until it has ended.") from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _promote(folder: Path, generation: str) -> None:
    pointer = folder / f"{CURRENT}.new"
    with pointer.open("w", encoding="utf-8") as handle:
        handle.write(generation + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    pointer.replace(folder / CURRENT)
    _sync_one(folder)


def _prune(folder: Path, served: str) -> None:
    """Remove unfinished and outlived generations; called while the build lock is held."""
    generations = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != served)
    unfinished = [p for p in folder.iterdir() if p.name.startswith(WRITING)]
    outlived = generations[: max(0, len(generations) - (KEPT_GENERATIONS - 1))]
    for path in [*unfinished, *outlived]:
        if path.name.startswith(WRITING) or (path / MANIFEST).is_file():
            shutil.rmtree(path, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Make the files durable before their folder gets its name."""
    for path in folder.rglob("*"):
        if path.is_file():
            _sync_one(path)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
