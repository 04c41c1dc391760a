"""Sources to a new generation: read → clean → split → encode → write → promote.

Vectors of passages whose encoded text did not change are taken from the old generation, so a second build of
unchanged files encodes nothing; when the whole content is unchanged, the old generation simply stays. Everything is
streamed through the folder of the new generation, so a build of a million passages needs little more memory than their
vector index.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from index.articles import Corpus, read_sources
from index.datatypes import Article, Encoder
from index.draft import Draft, encoded_text
from index.errors import ArticleError, SourceError, UnknownArticleError
from index.generations import current_generation, refuse_backup, tidy
from index.local import open_served
from index.locks import build_lock
from index.new_generation import BuildOptions, BuildReport, NewGeneration, Remake, no_articles
from index.store import Store

_DEFAULT = BuildOptions()
__all__ = [
    "BuildOptions",
    "BuildReport",
    "add_articles",
    "build_index",
    "encoded_text",
    "rebuild",
    "remove_articles",
    "with_added",
    "without",
    "write_access",
]


def build_index(sources: Sequence[Path], folder: Path, encoder: Encoder, options: BuildOptions = _DEFAULT) -> BuildReport:
    """Make the index under `folder` mirror the sources exactly.

    Raises `SourceError` when no article could be read, `IndexLockedError` when another build is running, and
    `IndexNotWrittenError` when the disk is full or read-only; the old generation stays each time.
    """

    def fill(corpus: Corpus, _: Path) -> None:
        read_sources(list(sources), corpus)

    with write_access(folder, options.wait_seconds):
        return NewGeneration(folder, encoder, options).write(fill)


def add_articles(sources: Sequence[Path] | Corpus, folder: Path, encoder: Encoder, options: BuildOptions = _DEFAULT) -> BuildReport:
    """Add the articles of the sources (or what was read from them) to the index; an article read again from its old source is replaced.

    Raises `SourceError` when nothing could be read, and the errors of `IndexUnavailableError` when there is no index.
    """
    current_generation(folder)  # an error before anything is made there
    with write_access(folder, options.wait_seconds), closing(open_served(folder)) as old:

        def fill(corpus: Corpus, scratch: Path) -> None:
            with _read(sources, scratch, folder) as new:
                _copy(old.store, corpus)
                for article in new.articles.values():
                    _replace(corpus, article)
                corpus.errors += new.errors
                corpus.example_questions += [q for q in new.example_questions if q not in corpus.example_questions]

        return NewGeneration(folder, encoder, options).write(fill)


def remove_articles(article_ids: Sequence[str], folder: Path, encoder: Encoder, options: BuildOptions = _DEFAULT) -> BuildReport:
    """Remove articles; raise `UnknownArticleError` for an id that is not there, `SourceError` when none would be left."""
    current_generation(folder)
    with write_access(folder, options.wait_seconds), closing(open_served(folder)) as old:

        def fill(corpus: Corpus, _: Path) -> None:
            _copy(old.store, corpus)
            _remove(corpus.articles, article_ids)

        return NewGeneration(folder, encoder, options).write(fill)


def with_added(articles: Iterable[Article], questions: Sequence[str], sources: Sequence[Path] | Corpus) -> Corpus:
    """Return the articles with those of the sources, see `add_articles`; raises `SourceError` when nothing could be read."""
    new = _not_empty(sources if isinstance(sources, Corpus) else read_sources(list(sources)))
    merged = Corpus({a.article_id: a for a in articles}, new.errors, [*questions, *(q for q in new.example_questions if q not in questions)])
    for article in new.articles.values():
        _replace(merged, article)
    return merged


def without(articles: Iterable[Article], article_ids: Sequence[str]) -> dict[str, Article]:
    """Return the other articles by id; raise `UnknownArticleError` for an id that is not there."""
    kept = {a.article_id: a for a in articles}
    _remove(kept, article_ids)
    return kept


def rebuild(generation: Path, folder: Path, encoder: Encoder, reuse_vectors: bool, options: BuildOptions = _DEFAULT) -> BuildReport:
    """Make a new generation of the articles that an old one stores, while write access is held (for repairs)."""
    with closing(Store(generation)) as old:
        return NewGeneration(folder, encoder, options).write(lambda corpus, _: _copy(old, corpus), Remake(generation if reuse_vectors else None))


@contextmanager
def write_access(folder: Path, wait_seconds: float = 0.0) -> Iterator[list[str]]:
    """Be the only writer of an index folder; gives the names of what a killed one left, which is removed first."""
    refuse_backup(folder)
    with build_lock(folder, wait_seconds):
        yield tidy(folder)


@contextmanager
def _read(sources: Sequence[Path] | Corpus, scratch: Path, folder: Path) -> Iterator[Corpus]:
    """Give what the sources hold, kept on disk meanwhile."""
    if isinstance(sources, Corpus):
        yield _not_empty(sources)
        return
    place = scratch / "added"
    place.mkdir()
    with closing(Draft(place, folder)) as draft:
        yield _not_empty(read_sources(list(sources), Corpus(draft)))
    shutil.rmtree(place)


def _not_empty(new: Corpus) -> Corpus:
    if not new.articles:
        raise SourceError(f"No article could be read from the sources. {no_articles(new.errors)}")
    return new


def _copy(old: Store, corpus: Corpus) -> None:
    for article in old.articles():
        corpus.articles[article.article_id] = article
    corpus.example_questions += old.example_questions()


def _remove(articles: MutableMapping[str, Article], article_ids: Sequence[str]) -> None:
    for article_id in article_ids:
        if articles.pop(article_id, None) is None:
            raise UnknownArticleError(f"There is no article {article_id!r} to remove; nothing was removed.")


def _replace(corpus: Corpus, article: Article) -> None:
    old = corpus.articles.get(article.article_id)
    if old is None or _file_of(old.source) == _file_of(article.source) or old.sha256 == article.sha256:
        corpus.articles[article.article_id] = article
        return
    corpus.errors.append(
        ArticleError(
            f"{article.source}: the article id {article.article_id!r} is already used by {old.source} for another text; remove that one first or rename."
        )
    )


def _file_of(source: str) -> str:
    """The file that a source names, without the line: lines of a corpus file move when others are put before them."""
    return re.sub(r":\d+$", "", source)
