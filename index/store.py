"""Articles and passages of a generation in SQLite, as they are read; `index.draft` writes them."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from index.datatypes import Article, ArticleSummary, Coverage, Filter, Passage, Span
from index.dense import Rows
from index.errors import IndexDamagedError, UnknownArticleError
from index.filtering import ArticleColumns, Column

FILE = "articles.sqlite"
SCHEMA = """
CREATE TABLE article (
    article_id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, sha256 TEXT NOT NULL,
    publisher TEXT, published TEXT, published_is_estimate INTEGER NOT NULL,
    author TEXT, url TEXT, excluded TEXT NOT NULL, source TEXT NOT NULL
) STRICT;
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL REFERENCES article,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, encoded_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX passage_of_article ON passage (article_id, ordinal);
CREATE INDEX article_columns ON article (article_id, published, publisher);
CREATE TABLE story (article_id TEXT PRIMARY KEY REFERENCES article, story TEXT NOT NULL) STRICT;
CREATE TABLE signature (sha256 TEXT PRIMARY KEY, minhash BLOB NOT NULL) STRICT;
CREATE INDEX articles_of_story ON story (story);
CREATE TABLE example_question (ordinal INTEGER PRIMARY KEY, question TEXT NOT NULL) STRICT;
"""
ARTICLE_COLUMNS = "article_id, title, text, sha256, publisher, published, published_is_estimate, author, url, excluded, source"
_SUMMARY = "article_id, title, publisher, published, published_is_estimate, url"
_PASSAGE = "passage_id, article_id, ordinal, start, end, text"
# Both tables in the order of article ids, each from an index that holds all of it.
_COLUMNS = "SELECT article_id, rowid, published, publisher FROM article ORDER BY article_id"
_COUNTS = "SELECT article_id, count(*) FROM passage GROUP BY article_id ORDER BY article_id"
_MOST_VARIABLES = 900  # SQLite's smallest default limit of bound values is 999


class Store:
    """Reads `articles.sqlite`; every thread has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        """Open the file; raise `IndexDamagedError` when it is missing or no database."""
        self._path = folder / FILE
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._reading = threading.Lock()
        self._known: ArticleColumns | None = None
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
        found = self.find(article_id)
        if found is None:
            raise UnknownArticleError(f"There is no article {article_id!r} in this collection; the list of articles names those there are.")
        return found

    def find(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        row = self._one(f"SELECT {ARTICLE_COLUMNS} FROM article WHERE article_id = ?", article_id)
        return None if row is None else article_from_row(row)

    def articles(self) -> Iterator[Article]:
        """Yield all articles in the order of their ids."""
        return map(article_from_row, self._each(f"SELECT {ARTICLE_COLUMNS} FROM article ORDER BY article_id"))

    def summaries(self, only: Filter, first: int, limit: int | None) -> list[ArticleSummary]:
        """Return articles that pass without texts, newest first, undated ones last, at most `limit` from the `first`-th (from 0) on."""
        keys = self._columns().listed(only, first, limit).tolist()
        found = {r[0]: _summary(r[1:]) for r in self._all_of(f"SELECT rowid, {_SUMMARY} FROM article WHERE rowid IN", keys)}
        return [found[key] for key in keys]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of the rows, in the order asked."""
        found = {r[0]: Passage(*r[1:]) for r in self._all_of(f"SELECT row, {_PASSAGE} FROM passage WHERE row IN", rows)}
        return [found[row] for row in rows]

    def ids_of(self, rows: Sequence[int]) -> list[str]:
        """Return the passage ids of the rows, in the order asked."""
        found: dict[int, str] = dict(self._all_of("SELECT row, passage_id FROM passage WHERE row IN", rows))
        return [found[row] for row in rows]

    def rows_of(self, passage_ids: Sequence[str]) -> list[int]:
        """Return the rows of passage ids, in the order asked; `ValueError` for an unknown one."""
        found = {r[0]: int(r[1]) for r in self._all_of("SELECT passage_id, row FROM passage WHERE passage_id IN", passage_ids)}
        if missing := [i for i in passage_ids if i not in found]:
            raise ValueError(f"no passage {missing[0]!r}")
        return [found[i] for i in passage_ids]

    def all_passages(self) -> Iterator[tuple[int, Passage, str]]:
        """Yield (row, passage, hash of the encoded text) in the order of rows."""
        return ((r[0], Passage(*r[1:7]), r[7]) for r in self._each(f"SELECT row, {_PASSAGE}, encoded_sha256 FROM passage ORDER BY row"))

    def passages_of(self, article_id: str) -> list[tuple[int, Passage, str]]:
        """Return the same of one article, in the order of its ordinals."""
        found = self._all(f"SELECT row, {_PASSAGE}, encoded_sha256 FROM passage WHERE article_id = ? ORDER BY ordinal", article_id)
        return [(r[0], Passage(*r[1:7]), r[7]) for r in found]

    def orphans(self) -> list[tuple[int, str]]:
        """Return row and id of the passages whose article is not there."""
        return self._all("SELECT row, passage_id FROM passage WHERE article_id NOT IN (SELECT article_id FROM article) ORDER BY row")

    def allowed_rows(self, only: Filter) -> Rows | None:
        """Return the rows of all passages whose article passes the filter; None when it restricts nothing."""
        if not only.restricts:
            return None
        return self._columns().rows(only)

    def count_matching(self, only: Filter) -> int:
        """Return how many articles pass the filter; without one the database is asked, so that a damaged one shows."""
        return self._columns().count(only) if only.restricts else int(self._all("SELECT count(*) FROM article")[0][0])

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
        return self._columns().coverage()

    def example_questions(self) -> list[str]:
        """Return the example questions in their order."""
        return [q for (q,) in self._all("SELECT question FROM example_question ORDER BY ordinal")]

    def _columns(self) -> ArticleColumns:
        """Read once, by the first who needs them; of a million passages that took 2.3 seconds of CPU."""
        with self._reading:
            if self._known is None:
                counts = dict(self._each(_COUNTS))
                self._known = ArticleColumns(Column(key, day, name, counts.get(i, 0)) for i, key, day, name in self._each(_COLUMNS))
            return self._known

    def _all_of(self, query: str, values: Sequence[object]) -> Iterator[tuple]:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        for first in range(0, len(values), _MOST_VARIABLES):
            batch = values[first : first + _MOST_VARIABLES]
            yield from self._all(f"{query} ({','.join('?' * len(batch))})", *batch)

    def _all(self, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        return list(self._each(query, *values))

    def _each(self, query: str, *values: object) -> Iterator[tuple]:  # type: ignore[type-arg]  # sqlite3 rows are untyped
        try:
            yield from self._connection().execute(query, values)
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


def article_row(a: Article) -> tuple[object, ...]:
    """Return an article as the values of `ARTICLE_COLUMNS`."""
    published = a.published.isoformat() if a.published else None
    excluded = json.dumps([list(s) for s in a.excluded])
    return (a.article_id, a.title, a.text, a.sha256, a.publisher, published, int(a.published_is_estimate), a.author, a.url, excluded, a.source)


def article_from_row(row: tuple) -> Article:  # type: ignore[type-arg]  # sqlite3 rows are untyped
    """Return the article of the values of `ARTICLE_COLUMNS`."""
    article_id, title, text, sha256, publisher, published, estimate, author, url, excluded, source = row
    spans = tuple(Span(*s) for s in json.loads(excluded))
    return Article(article_id, title, text, sha256, publisher, _date(published), bool(estimate), author, url, spans, source)


def _summary(row: tuple) -> ArticleSummary:  # type: ignore[type-arg]  # sqlite3 rows are untyped
    article_id, title, publisher, published, estimate, url = row
    return ArticleSummary(article_id, title, publisher, _date(published), bool(estimate), url)


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
