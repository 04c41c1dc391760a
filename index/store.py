"""Articles and passages of a generation in SQLite; written once, then only read."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np

from index.datatypes import Article, ArticleSummary, Coverage, Filter, Passage, Span
from index.dense import Rows
from index.errors import IndexDamagedError, UnknownArticleError

FILE = "articles.sqlite"
_SCHEMA = """
CREATE TABLE article (
    article_id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, sha256 TEXT NOT NULL,
    publisher TEXT, publisher_key TEXT, published TEXT, published_is_estimate INTEGER NOT NULL,
    author TEXT, url TEXT, excluded TEXT NOT NULL, source TEXT NOT NULL
) STRICT;
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL REFERENCES article,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, encoded_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX passage_of_article ON passage (article_id, ordinal);
CREATE TABLE story (article_id TEXT PRIMARY KEY REFERENCES article, story TEXT NOT NULL) STRICT;
CREATE TABLE signature (sha256 TEXT PRIMARY KEY, minhash BLOB NOT NULL) STRICT;
CREATE INDEX articles_of_story ON story (story);
CREATE INDEX article_by_date ON article (published);
CREATE TABLE example_question (ordinal INTEGER PRIMARY KEY, question TEXT NOT NULL) STRICT;
"""
_ARTICLE = "article_id, title, text, sha256, publisher, published, published_is_estimate, author, url, excluded, source"
_SUMMARY = "article_id, title, publisher, published, published_is_estimate, url"
_PASSAGE = "passage_id, article_id, ordinal, start, end, text"
_MOST_VARIABLES = 900  # SQLite's smallest default limit of bound values is 999


def write_store(folder: Path, articles: Iterable[Article], passages: Iterable[tuple[Passage, str]], questions: Sequence[str]) -> None:
    """Write a generation's articles, its passages (each with the hash of the text that was encoded) and questions; raises `OSError`."""
    try:
        with closing(sqlite3.connect(folder / FILE)) as connection, connection:
            # One transaction, and no waiting for the disk: `generations.writing` makes all files durable before it promotes them.
            connection.executescript("PRAGMA synchronous = OFF; BEGIN;" + _SCHEMA)
            connection.executemany("INSERT INTO article VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", map(_article_row, articles))
            rows = ((n, p.passage_id, p.article_id, p.ordinal, p.start, p.end, p.text, h) for n, (p, h) in enumerate(passages))
            connection.executemany("INSERT INTO passage VALUES (?,?,?,?,?,?,?,?)", rows)
            connection.executemany("INSERT INTO example_question VALUES (?,?)", enumerate(questions))
    except sqlite3.OperationalError as error:
        raise OSError(f"{FILE}: {error}") from error


def write_stories(folder: Path, stories: Iterable[Sequence[str]], signatures: Mapping[str, bytes]) -> None:
    """Write groups of near-duplicates, each named by its first article, and the signatures by the sha256 of their text; raises `OSError`."""
    try:
        with closing(sqlite3.connect(folder / FILE)) as connection, connection:
            connection.executescript("PRAGMA synchronous = OFF; BEGIN;")
            connection.executemany("INSERT INTO story VALUES (?,?)", ((article_id, story[0]) for story in stories for article_id in story))
            connection.executemany("INSERT INTO signature VALUES (?,?)", signatures.items())
    except sqlite3.OperationalError as error:
        raise OSError(f"{FILE}: {error}") from error


class Store:
    """Reads `articles.sqlite`; every thread has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        """Open the file; raise `IndexDamagedError` when it is missing or no database."""
        self._path = folder / FILE
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        try:
            self._one("SELECT count(*) FROM passage")
        except IndexDamagedError:
            self.close()
            raise

    def __len__(self) -> int:
        """Return the number of passages."""
        return int(self._all("SELECT count(*) FROM passage")[0][0])

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()

    def article(self, article_id: str) -> Article:
        """Return one article; raise `UnknownArticleError` when there is none."""
        row = self._one(f"SELECT {_ARTICLE} FROM article WHERE article_id = ?", article_id)
        if row is None:
            raise UnknownArticleError(f"There is no article {article_id!r} in this collection; the list of articles names those there are.")
        return _article(row)

    def articles(self) -> Iterator[Article]:
        """Yield all articles in the order of their ids."""
        return map(_article, self._all(f"SELECT {_ARTICLE} FROM article ORDER BY article_id"))

    def summaries(self) -> list[ArticleSummary]:
        """Return all articles without texts, newest first, undated ones last."""
        rows = self._all(f"SELECT {_SUMMARY} FROM article ORDER BY published IS NULL, published DESC, article_id")
        return [ArticleSummary(i, title, publisher, _date(published), bool(estimate), url) for i, title, publisher, published, estimate, url in rows]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of the rows, in the order asked."""
        found = {r[0]: Passage(*r[1:]) for r in self._all_of(f"SELECT row, {_PASSAGE} FROM passage WHERE row IN", rows)}
        return [found[row] for row in rows]

    def rows_of(self, passage_ids: Sequence[str]) -> list[int]:
        """Return the rows of passage ids, in the order asked; `ValueError` for an unknown one."""
        found = {r[0]: int(r[1]) for r in self._all_of("SELECT passage_id, row FROM passage WHERE passage_id IN", passage_ids)}
        if missing := [i for i in passage_ids if i not in found]:
            raise ValueError(f"no passage {missing[0]!r}")
        return [found[i] for i in passage_ids]

    def all_passages(self) -> Iterator[tuple[int, Passage, str]]:
        """Yield (row, passage, hash of the encoded text) in the order of rows."""
        return ((r[0], Passage(*r[1:7]), r[7]) for r in self._all(f"SELECT row, {_PASSAGE}, encoded_sha256 FROM passage ORDER BY row"))

    def allowed_rows(self, only: Filter) -> Rows | None:
        """Return the rows of all passages whose article passes the filter; None when it restricts nothing."""
        if not only.restricts:
            return None
        condition, values = _condition(only)
        rows = self._all(f"SELECT row FROM passage JOIN article USING (article_id) WHERE {condition} ORDER BY row", *values)
        return np.array([r[0] for r in rows], dtype=np.int64)

    def count_matching(self, only: Filter) -> int:
        """Return how many articles pass the filter."""
        condition, values = _condition(only)
        return int(self._all(f"SELECT count(*) FROM article WHERE {condition}", *values)[0][0])

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return, for those of the articles that have near-duplicates, the ids of the others in order."""
        query = "SELECT a.article_id, b.article_id FROM story a JOIN story b USING (story) WHERE a.article_id <> b.article_id AND a.article_id IN"
        found: dict[str, list[str]] = {}
        for article_id, other in self._all_of(query, article_ids):
            found.setdefault(article_id, []).append(other)
        return {article_id: tuple(sorted(others)) for article_id, others in found.items()}

    def signatures(self) -> dict[str, bytes]:
        """Return the stored signatures by the sha256 of the text."""
        return dict(self._all("SELECT sha256, minhash FROM signature"))

    def coverage(self) -> Coverage:
        """Return counts, publishers and the first and last date."""
        count, first, last = self._all("SELECT count(*), min(published), max(published) FROM article")[0]
        publishers = self._all("SELECT DISTINCT publisher FROM article WHERE publisher IS NOT NULL ORDER BY publisher")
        return Coverage(count, tuple(p for (p,) in publishers), _date(first), _date(last))

    def example_questions(self) -> list[str]:
        """Return the example questions in their order."""
        return [q for (q,) in self._all("SELECT question FROM example_question ORDER BY ordinal")]

    def _all_of(self, query: str, values: Sequence[object]) -> Iterator[tuple]:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        for first in range(0, len(values), _MOST_VARIABLES):
            batch = values[first : first + _MOST_VARIABLES]
            yield from self._all(f"{query} ({','.join('?' * len(batch))})", *batch)

    def _all(self, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        try:
            return self._connection().execute(query, values).fetchall()
        except sqlite3.ProgrammingError:  # ours: a wrong number of values, a closed store
            raise
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(f"The article store {str(self._path)!r} cannot be read ({error}); mend it with python -m index check --repair.") from error

    def _one(self, query: str, *values: object) -> tuple | None:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        return next(iter(self._all(query, *values)), None)

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            # Immutable: a generation never changes once promoted, so no lock files are needed (read-only folders work).
            uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            self._local.connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._connections.append(self._local.connection)
        connection: sqlite3.Connection = self._local.connection
        return connection


def _condition(only: Filter) -> tuple[str, list[object]]:
    """SQL that holds what `Filter.accepts` says; NULL dates and publishers fail by SQL's own rules."""
    parts: list[str] = ["1"]
    values: list[object] = []
    if only.published_from is not None:
        parts.append("published >= ?")
        values.append(only.published_from.isoformat())
    if only.published_to is not None:
        parts.append("published <= ?")
        values.append(only.published_to.isoformat())
    if only.publishers is not None:
        parts.append("publisher_key IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([p.casefold() for p in only.publishers]))
    return " AND ".join(parts), values


def _article_row(a: Article) -> tuple[object, ...]:
    published = a.published.isoformat() if a.published else None
    key = a.publisher.casefold() if a.publisher else None
    excluded = json.dumps([list(s) for s in a.excluded])
    return (a.article_id, a.title, a.text, a.sha256, a.publisher, key, published, int(a.published_is_estimate), a.author, a.url, excluded, a.source)


def _article(row: tuple) -> Article:  # type: ignore[type-arg]  # sqlite3 rows are untyped
    article_id, title, text, sha256, publisher, published, estimate, author, url, excluded, source = row
    spans = tuple(Span(*s) for s in json.loads(excluded))
    return Article(article_id, title, text, sha256, publisher, _date(published), bool(estimate), author, url, spans, source)


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
