"""Articles and passages of a generation that is being written: `articles.sqlite`, filled in one transaction.

They go to the file as they are read and cut, so a build holds a few of them in memory, however many there are. Nothing
waits for the disk here: `generations.writing` makes all files durable before it promotes them.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from index.datatypes import Article, Passage
from index.generations import not_written
from index.store import ARTICLE_COLUMNS, FILE, SCHEMA, article_from_row, article_row

_CACHE = "PRAGMA cache_size = -65536"
"""64 MiB: the ids of half a million articles, which come in any order."""


class DraftPassage(NamedTuple):
    """A passage with what is known of its article."""

    row: int
    text: str
    encoded_sha256: str
    title: str
    publisher: str | None
    published: date | None


class Draft(MutableMapping[str, Article]):
    """The articles by id, and then their passages. One thread writes and reads it."""

    def __init__(self, folder: Path, index: Path, on_article: Callable[[int], object] = lambda _: None) -> None:
        """Make the file in `folder`, which is part of the index folder `index`; `on_article` is called with 1 for each article.

        Every method raises `IndexNotWrittenError` when the disk is full.
        """
        self._index, self._on_article = index, on_article
        self._connection = sqlite3.connect(folder / FILE, isolation_level=None)
        with self._errors():
            # Whatever fails, the folder is thrown away: nothing is to be rolled back.
            self._connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_CACHE}; BEGIN; {SCHEMA}")

    def __getitem__(self, article_id: str) -> Article:
        """Return an article."""
        for row in self._each(f"SELECT {ARTICLE_COLUMNS} FROM article WHERE article_id = ?", article_id):
            return article_from_row(row)
        raise KeyError(article_id)

    def __setitem__(self, article_id: str, article: Article) -> None:
        """Put an article in the place of any of the same id."""
        if article_id != article.article_id:
            raise ValueError(f"{article_id!r} is not the id of {article.article_id!r}")
        self.add_articles([article])

    def __delitem__(self, article_id: str) -> None:
        """Remove an article."""
        with self._errors():
            if self._connection.execute("DELETE FROM article WHERE article_id = ?", (article_id,)).rowcount == 0:
                raise KeyError(article_id)

    def __iter__(self) -> Iterator[str]:
        """Yield the ids in their order."""
        return (i for (i,) in self._each("SELECT article_id FROM article ORDER BY article_id"))

    def __len__(self) -> int:
        """Return the number of articles."""
        return next(int(n) for (n,) in self._each("SELECT count(*) FROM article"))

    def articles(self) -> Iterator[Article]:
        """Yield the articles in the order of their ids."""
        return map(article_from_row, self._each(f"SELECT {ARTICLE_COLUMNS} FROM article ORDER BY article_id"))

    def add_articles(self, articles: Iterable[Article]) -> None:
        """Put articles in the place of any of the same id."""
        with self._errors():
            for article in articles:
                self._connection.execute(f"INSERT OR REPLACE INTO article ({ARTICLE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", article_row(article))
                self._on_article(1)

    def add_passages(self, passages: Iterable[tuple[Passage, str]]) -> int:
        """Add passages, each with the hash of its encoded text, in the order of their rows, and return how many there are."""
        rows = ((n, p.passage_id, p.article_id, p.ordinal, p.start, p.end, p.text, h) for n, (p, h) in enumerate(passages))
        with self._errors():
            return self._connection.executemany("INSERT INTO passage VALUES (?,?,?,?,?,?,?,?)", rows).rowcount

    def passages(self) -> Iterator[DraftPassage]:
        """Yield the passages in the order of their rows."""
        query = "SELECT row, passage.text, encoded_sha256, title, publisher, published FROM passage JOIN article USING (article_id) ORDER BY row"
        for row, text, encoded, title, publisher, published in self._each(query):
            yield DraftPassage(row, text, encoded, title, publisher, date.fromisoformat(published) if published else None)

    def add_stories(self, stories: Iterable[Sequence[str]], signatures: Mapping[str, bytes]) -> None:
        """Add groups of near-duplicates, each named by its first article, and the signatures by the sha256 of their text."""
        with self._errors():
            self._connection.executemany("INSERT INTO story VALUES (?,?)", ((article_id, story[0]) for story in stories for article_id in story))
            self._connection.executemany("INSERT INTO signature VALUES (?,?)", signatures.items())

    def finish(self, questions: Sequence[str]) -> None:
        """Add the example questions and end the transaction."""
        with self._errors():
            self._connection.executemany("INSERT INTO example_question VALUES (?,?)", enumerate(questions))
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _each(self, query: str, *values: object) -> Iterator[tuple]:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        with self._errors():  # reading can make room in the cache by writing
            yield from self._connection.execute(query, values)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise not_written(self._index, OSError(f"{FILE}: {error}")) from error


def encoded_text(article: Article | DraftPassage, passage: Passage | DraftPassage) -> str:
    """Return the text of a passage as the encoder sees it: the title names the story that the passage belongs to."""
    return f"{article.title}\n{passage.text}"


def encoded_sha256(article: Article, passage: Passage) -> str:
    """Return the hash by which a passage's vector is found again."""
    return hashlib.sha256(encoded_text(article, passage).encode()).hexdigest()


def content_sha256(articles: Iterable[Article], questions: Sequence[str]) -> str:
    """Hash of everything that a reader could see; two equal hashes mean the same collection. `articles` come in the order of their ids."""
    digest = hashlib.sha256()
    for article in articles:
        digest.update(repr(article).encode())
    digest.update(repr(list(questions)).encode())
    return digest.hexdigest()
