"""Generations of an index on disk: `INDEX/<generation>/` and the file `INDEX/CURRENT` that names the served one.

A generation is written whole into a hidden folder, renamed to its name, and promoted by one atomic replacement
of `CURRENT`; a reader sees the old generation or the new one, never a mixture. A backup is a copy of a generation's
folder; such a copy is itself an index that can be served, but not written to.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import MISSING, asdict, fields
from pathlib import Path

from index.datatypes import Encoder, IndexManifest
from index.errors import IndexDamagedError, IndexMissingError, IndexNotWrittenError, IndexOutdatedError
from index.locks import unless_in_use
from index.passages import PASSAGE_VERSION
from index.text import ANALYZER_VERSION

FORMAT_VERSION = 2
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
WRITING = ".writing-"
REMOVING = ".removing-"
# The one before is kept, so that a reader that has just read CURRENT can still open what it names.
KEPT_GENERATIONS = 2
REBUILD = "build it again: python -m index build SOURCE..."
MEND = f"mend it with python -m index check --repair, or {REBUILD}"


def current_generation(folder: Path) -> Path:
    """Return the folder of the served generation; raise `IndexMissingError` when nothing was built.

    A folder that is itself a generation (a backup) is returned as it is.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        if (folder / MANIFEST).is_file():
            return folder
        raise _no_pointer(folder) from None
    except UnicodeDecodeError:
        raise IndexDamagedError(f"The file {str(folder / CURRENT)!r} names no generation; {MEND}") from None
    generation = folder / name
    if not name or name != generation.name or not generation.is_dir():
        raise IndexDamagedError(f"The index in {str(folder)!r} names a generation {name!r} that is not there; {MEND}")
    return generation


def generations(folder: Path) -> list[Path]:
    """Return the folders of all whole generations under `folder`, oldest first (their names begin with the time)."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if not p.name.startswith(".") and (p / MANIFEST).is_file())


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
        raise IndexDamagedError(f"The manifest {str(path)!r} is missing or unreadable; {MEND}") from None
    if version != FORMAT_VERSION:
        raise IndexOutdatedError(f"The index in {str(generation)!r} has format version {version!r}, this program needs {FORMAT_VERSION}; {REBUILD}")
    try:
        # A field with a default is younger than the format: an index without it was written when there was only that.
        return IndexManifest(**{f.name: content[f.name] for f in fields(IndexManifest) if f.name in content or f.default is MISSING})
    except KeyError as error:
        raise IndexDamagedError(f"The manifest {str(path)!r} lacks {error.args[0]!r}; {MEND}") from None


def refuse_others(made: IndexManifest, place: str, encoder: Encoder) -> None:
    """Raise `IndexOutdatedError` when another encoder, analyzer or passage size made the index at `place`."""
    if made.encoder_fingerprint != encoder.fingerprint:
        raise IndexOutdatedError(
            f"The index in {place!r} was made by the encoder {made.encoder!r} ({made.encoder_fingerprint}), not by {encoder.name!r} "
            f"({encoder.fingerprint}); {REBUILD}"
        )
    if (made.analyzer_version, made.passage_version) != (ANALYZER_VERSION, PASSAGE_VERSION):
        raise IndexOutdatedError(f"The index in {place!r} was made by another version of this program; {REBUILD}")


def made_by(generation: Path) -> str | None:
    """Return the fingerprint of the encoder that made a generation of any format version; None when it cannot be told."""
    try:
        return str(json.loads((generation / MANIFEST).read_text(encoding="utf-8"))["encoder_fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_manifest(manifest: IndexManifest, generation: Path) -> None:
    """Write `manifest.json`; it comes last, so a folder without it is unfinished."""
    (generation / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


@contextmanager
def writing(folder: Path, generation: str) -> Iterator[Path]:
    """Give a folder to write a generation into; promote it when the block ends well, remove it when it fails or wrote no manifest.

    Raises `IndexNotWrittenError` when the disk is full or cannot be written; the old generation then stays served.
    Called while the build lock is held.
    """
    unfinished = folder / f"{WRITING}{generation}"
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
        if not (unfinished / MANIFEST).is_file():
            return
        _sync(unfinished)
        unfinished.rename(folder / generation)
        _sync_one(folder)  # the folder has its name before anything names it
        promote(folder, generation)
    except OSError as error:
        raise not_written(folder, error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _prune(folder, generation)


def promote(folder: Path, generation: str) -> None:
    """Make a whole generation the served one, by one atomic replacement; raises `OSError`."""
    pointer = folder / f"{WRITING}{CURRENT}"
    with pointer.open("w", encoding="utf-8") as handle:
        handle.write(generation + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    pointer.replace(folder / CURRENT)
    _sync_one(folder)


def leftovers(folder: Path) -> list[Path]:
    """Return what a write or removal that was cut off has left; whoever holds the build lock may remove it."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.name.startswith((WRITING, REMOVING)))


def tidy(folder: Path) -> list[str]:
    """Remove what cut-off writes left, and return its names, and outlived generations; called while the build lock is held.

    Raises `IndexNotWrittenError` when the folder cannot be read or written.
    """
    try:
        found = leftovers(folder)
        for path in found:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if (folder / CURRENT).is_file():  # a build that was killed after its promotion removed nothing
            _prune(folder, (folder / CURRENT).read_text(encoding="utf-8", errors="replace").strip())
    except OSError as error:
        raise not_written(folder, error) from error
    return [path.name for path in found]


def refuse_backup(folder: Path) -> None:
    """Raise `IndexNotWrittenError` when the folder is a single generation, in which no other can be made."""
    if (folder / MANIFEST).is_file():
        raise IndexNotWrittenError(
            f"The folder {str(folder)!r} is a single generation (a backup), which is only read; copy it into an index folder to go on from there."
        )


def _no_pointer(folder: Path) -> IndexMissingError | IndexDamagedError:
    if found := generations(folder):
        return IndexDamagedError(f"The index in {str(folder)!r} has {len(found)} generations but no file {CURRENT!r} that names one; {MEND}")
    return IndexMissingError(f"There is no index in {str(folder)!r}; {REBUILD}")


def not_written(folder: Path, error: OSError) -> IndexNotWrittenError:
    """Return the error for the user: what the system said, and how much room there is."""
    free = shutil.disk_usage(folder).free / 2**20 if folder.is_dir() else 0
    return IndexNotWrittenError(
        f"The index in {str(folder)!r} could not be written ({error.strerror or error}); {free:.1f} MiB are free there. "
        "The index stays as it was; free space or choose another folder with --index-url."
    )


def _prune(folder: Path, served: str) -> None:
    """Remove outlived generations that nobody reads; what cannot be removed now is tried again by the next build."""
    with suppress(OSError):
        others = [p for p in generations(folder) if p.name != served]
        for path in others[: max(0, len(others) - (KEPT_GENERATIONS - 1))]:
            _remove(path)


def _remove(generation: Path) -> None:
    with suppress(OSError), unless_in_use(generation / MANIFEST) as unused:
        if unused:  # renamed first, so that a removal that is cut off leaves no half generation
            gone = generation.rename(generation.with_name(f"{REMOVING}{generation.name}"))
            shutil.rmtree(gone, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Make the files durable before their folder gets its name."""
    for path in folder.rglob("*"):
        _sync_one(path)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
