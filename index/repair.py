"""Mends what can be mended in an index folder, and says what cannot and why.

From the least to the most: what a cut-off write left is removed; parts of the served generation that do not fit its
stored articles are made again from them; when the articles themselves are damaged, the newest sound generation is
served again. The damaged generation is kept until later builds outlive it.
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.build import BuildOptions, rebuild, write_access
from index.check import article_problems, check_generation, vector_problems
from index.datatypes import Encoder
from index.dense import DenseIndex
from index.errors import IndexDamagedError, IndexOutdatedError, IndexUnavailableError
from index.generations import REBUILD, current_generation, generations, manifest_of, not_written, promote
from index.local import LocalIndex
from index.store import Store

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Repair:
    """Sentences on what was mended, and on what is still wrong, with its cure."""

    done: tuple[str, ...]
    left: tuple[str, ...] = ()


def repair_index(folder: Path, encoder: Encoder, wait_seconds: float = 0.0) -> Repair:
    """Mend the index under `folder`.

    Raises `IndexMissingError` when nothing was ever built there, `IndexLockedError` when a build is running, and
    `IndexNotWrittenError` when the folder cannot be written.
    """
    if not generations(folder):
        current_generation(folder)
    with write_access(folder, wait_seconds) as removed:
        done = tuple(f"Removed {name!r}, which a cut-off write had left." for name in removed)
        mended = _mend(folder, encoder)
    return Repair((*done, *mended.done), mended.left)


def _mend(folder: Path, encoder: Encoder) -> Repair:
    try:
        served = current_generation(folder)
    except IndexUnavailableError as error:
        return _go_back(folder, encoder, None, [str(error)])
    try:
        if _is_of_another(served, encoder):
            return Repair((), (f"The generation {served.name!r} was made by another encoder than {encoder.name!r}; set ENCODER to that one, or {REBUILD}",))
        problems = _problems(served, encoder)
    except IndexOutdatedError as error:
        return Repair((), (str(error),))
    except IndexDamagedError as error:
        return _go_back(folder, encoder, served, [str(error)])
    if not problems:
        return Repair(())
    return _remake(folder, encoder, served, problems) if _articles_are_sound(served) else _go_back(folder, encoder, served, problems)


def _remake(folder: Path, encoder: Encoder, served: Path, problems: list[str]) -> Repair:
    reuse = _vectors_are_sound(served, encoder)
    made = rebuild(served, folder, encoder, reuse, BuildOptions(vector_index=_kind_of(served))).manifest
    return Repair((f"Made the generation {made.generation!r} from the articles of {served.name!r}, which was damaged: {_some(problems)}",))


def _kind_of(generation: Path) -> str:
    """The kind that was built, whatever the size: a setting may have chosen it."""
    return manifest_of(generation).vector_index


def _go_back(folder: Path, encoder: Encoder, served: Path | None, problems: list[str]) -> Repair:
    """Serve the newest sound generation again."""
    for older in reversed([g for g in generations(folder) if g != served]):
        try:
            if _problems(older, encoder):
                continue
        except IndexUnavailableError:
            continue
        try:
            promote(folder, older.name)
        except OSError as error:
            raise not_written(folder, error) from error
        lost = "what was added or removed since is not in it; build or add it again."
        return Repair((f"Set back to the generation {older.name!r}; {lost} The reason: {_some(problems)}",))
    return Repair((), (f"There is no sound generation to go back to; {REBUILD} The reason: {_some(problems)}",))


def _problems(generation: Path, encoder: Encoder) -> list[str]:
    """What is wrong with a generation; raises when not even its manifest can be read."""
    manifest_of(generation)
    try:
        return check_generation(LocalIndex(generation), encoder)
    except IndexUnavailableError as error:
        return [str(error)]


def _is_of_another(generation: Path, encoder: Encoder) -> bool:
    return manifest_of(generation).encoder_fingerprint != encoder.fingerprint


def _articles_are_sound(generation: Path) -> bool:
    try:
        with closing(Store(generation)) as store:
            return not any(article_problems(manifest_of(generation), store))
    except IndexUnavailableError:
        return False


def _vectors_are_sound(generation: Path, encoder: Encoder) -> bool:
    try:
        dense = DenseIndex(generation)
        with closing(Store(generation)) as store:
            return not any(vector_problems(manifest_of(generation), store, dense, encoder))
    except IndexUnavailableError:
        return False


def _some(problems: Iterable[str]) -> str:
    listed = list(problems)
    more = f" And {len(listed) - SHOWN} more." if len(listed) > SHOWN else ""
    return " ".join(listed[:SHOWN]) + more
