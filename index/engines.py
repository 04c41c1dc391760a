"""Which engine an index address means: a folder (`file:`) or a Milvus server. The one place that chooses.

Everything is imported when it is called: a server's master must not load faiss or gRPC before it forks.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.datatypes import Encoder, SearchIndex
from index.errors import IndexUnavailableError, InputError
from index.settings import REPOSITORY, IndexSettings

if TYPE_CHECKING:
    from index.articles import Corpus
    from index.build import BuildOptions, BuildReport

CHECK_SECONDS = 60
"""Longest time for looking whether a server holds an index; most of it goes into importing."""


def open_index(settings: IndexSettings, encoder: Encoder) -> SearchIndex:
    """Open the served generation for questions encoded by `encoder`; raises the errors of `IndexUnavailableError`."""
    if settings.milvus:
        from index.milvus import open_milvus_for

        return open_milvus_for(settings, encoder)
    from index.local import open_index as open_local

    return open_local(settings.index_folder, encoder)


def open_served(settings: IndexSettings) -> SearchIndex:
    """Open the served generation, whatever encoder made it; raises the errors of `IndexUnavailableError`."""
    if settings.milvus:
        from index.milvus import open_milvus

        return open_milvus(settings)
    from index.local import open_served as open_local

    return open_local(settings.index_folder)


def newest(settings: IndexSettings) -> Callable[[], str]:
    """Return a cheap function that names the promoted generation and raises the errors of `IndexUnavailableError`."""
    if settings.milvus:
        from index.milvus import served_names
        from index.milvus_client import MilvusServer

        server = MilvusServer(settings)
        return lambda: served_names(server).generation
    from index.generations import read_manifest

    return lambda: read_manifest(settings.index_folder).generation


def check_served(settings: IndexSettings) -> None:
    """Raise the error of `IndexUnavailableError` that opening the index would; safe before a fork.

    A Milvus server is asked by a process of its own, because gRPC does not survive a fork.
    """
    if not settings.milvus:
        from index.generations import read_manifest

        read_manifest(settings.index_folder)
        return
    command = [sys.executable, "-m", "index", "stats", "--index-url", settings.index_url]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=CHECK_SECONDS, check=False, cwd=REPOSITORY)  # noqa: S603  # ourselves
    except subprocess.TimeoutExpired:
        raise IndexUnavailableError(f"The index {settings.index_url!r} did not answer within {CHECK_SECONDS} seconds; check INDEX_URL.") from None
    if asked.returncode:
        raise IndexUnavailableError(asked.stderr.strip())


def build_index(sources: Sequence[Path], settings: IndexSettings, encoder: Encoder, options: "BuildOptions") -> "BuildReport":
    """Make the index mirror the sources exactly; see `index.build.build_index` and `index.milvus_build.build_milvus`."""
    if settings.milvus:
        from index.milvus_build import build_milvus

        _refuse_waiting(options.wait_seconds)
        return build_milvus(sources, settings, encoder, options)
    if options.shard:
        raise InputError(f"--shard loads parts of a Milvus index; {settings.index_url!r} is a folder, which one build writes. Leave --shard out.")
    from index.build import build_index as build_local

    return build_local(sources, settings.index_folder, encoder, options)


def add_articles(sources: "Sequence[Path] | Corpus", settings: IndexSettings, encoder: Encoder, options: "BuildOptions") -> "BuildReport":
    """Add the articles of the sources; see `index.build.add_articles`."""
    if settings.milvus:
        from index.milvus_build import add_to_milvus

        _refuse_waiting(options.wait_seconds)
        return add_to_milvus(sources, settings, encoder, options)
    from index.build import add_articles as add_local

    return add_local(sources, settings.index_folder, encoder, options)


def remove_articles(article_ids: Sequence[str], settings: IndexSettings, encoder: Encoder, options: "BuildOptions") -> "BuildReport":
    """Remove articles; see `index.build.remove_articles`."""
    if settings.milvus:
        from index.milvus_build import remove_from_milvus

        _refuse_waiting(options.wait_seconds)
        return remove_from_milvus(article_ids, settings, encoder, options)
    from index.build import remove_articles as remove_local

    return remove_local(article_ids, settings.index_folder, encoder, options)


def check_index(settings: IndexSettings, encoder: Encoder) -> list[str]:
    """Return one sentence for each mismatch; raises the errors of `IndexUnavailableError`."""
    if settings.milvus:
        from index.milvus_check import check_milvus

        return check_milvus(settings, encoder)
    from index.check import check_index as check_local

    return check_local(settings.index_folder, encoder)


def repair_index(settings: IndexSettings, encoder: Encoder, wait_seconds: float) -> tuple[list[str], list[str]]:
    """Mend what can be mended; return sentences on what was done, and on what is left."""
    if settings.milvus:
        from index.milvus_check import drop_unfinished

        _refuse_waiting(wait_seconds)
        return drop_unfinished(settings), []
    from index.repair import repair_index as repair_local

    mended = repair_local(settings.index_folder, encoder, wait_seconds)
    return list(mended.done), list(mended.left)


def _refuse_waiting(seconds: float) -> None:
    if seconds:
        raise InputError(
            f"--wait {seconds:g} waits for another build of a folder; a Milvus index has no lock, builds of it do not disturb each other. Leave --wait out."
        )
