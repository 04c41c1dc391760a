"""What readers say of answers: a small SQLite file of its own, and its entries as test-set lines.

An entry holds the question, what was answered and the reader's verdict; never an address, a name or a time of day.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from qa.errors import FeedbackFullError, FeedbackUnavailableError

CATEGORY = "feedback"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    number INTEGER PRIMARY KEY, received TEXT NOT NULL, verdict TEXT NOT NULL, comment TEXT NOT NULL, question TEXT NOT NULL,
    language TEXT NOT NULL, filters TEXT NOT NULL, abstained INTEGER NOT NULL, short_answer TEXT, quotes TEXT NOT NULL, generation TEXT NOT NULL
) STRICT
"""
_INSERT = "INSERT INTO feedback SELECT NULL,?,?,?,?,?,?,?,?,?,? WHERE (SELECT count(*) FROM feedback) < ?"
_BUSY_SECONDS = 5.0


class Verdict(StrEnum):
    """What a reader says of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    WRONG_QUOTE = "wrong_quote"


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quote of the judged answer, as the article held it when the verdict came."""

    article_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict. `filters` are those of the question, by name; `short_answer` stands in one of the quotes."""

    received: date
    verdict: Verdict
    comment: str
    question: str
    language: str
    filters: dict[str, Any]
    abstained: bool
    short_answer: str | None
    quotes: tuple[StoredQuote, ...]
    generation: str


class FeedbackStore:
    """At most `limit` entries in one SQLite file, which is made when the first entry comes."""

    def __init__(self, path: Path, limit: int) -> None:
        """Keep entries at `path`; nothing is written yet."""
        self.path = path
        self.limit = limit

    def add(self, entry: Feedback) -> None:
        """Store an entry; raise `FeedbackFullError` at the limit, `FeedbackUnavailableError` when the file cannot be written."""
        with self._opened(writing=True) as connection:
            connection.execute(_SCHEMA)
            added = connection.execute(_INSERT, (*_row(entry), self.limit)).rowcount
        if not added:
            raise FeedbackFullError(f"The feedback file holds {self.limit} entries, its limit. Export them, remove the file, or raise FEEDBACK_LIMIT.")

    def entries(self) -> list[Feedback]:
        """Return all entries in the order they came; none when there is no file yet."""
        if not self.path.exists():
            return []
        with self._opened(writing=False) as connection:
            return [_entry(row) for row in connection.execute("SELECT * FROM feedback ORDER BY number")]

    @contextmanager
    def _opened(self, writing: bool) -> Iterator[sqlite3.Connection]:
        try:
            if writing:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.touch(mode=0o600)  # what readers wrote is the operator's alone to read
            uri = f"{self.path.absolute().as_uri()}?mode={'rwc' if writing else 'ro'}"
            with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as connection, connection:
                yield connection
        except (sqlite3.DatabaseError, OSError) as error:
            # Without the path: visitors see this sentence too, and the operator knows the setting.
            verb = "written" if writing else "read"
            reason = error.strerror if isinstance(error, OSError) else error
            raise FeedbackUnavailableError(f"The file of FEEDBACK_FILE cannot be {verb}: {reason}. Name another place.") from error


def _row(entry: Feedback) -> tuple[object, ...]:
    quotes = json.dumps([[q.article_id, q.quote] for q in entry.quotes], ensure_ascii=False)
    filters = json.dumps(entry.filters, ensure_ascii=False)
    said = (entry.received.isoformat(), entry.verdict.value, entry.comment, entry.question, entry.language)
    return (*said, filters, int(entry.abstained), entry.short_answer, quotes, entry.generation)


def _entry(row: tuple[Any, ...]) -> Feedback:
    _, received, verdict, comment, question, language, filters, abstained, short_answer, quotes, generation = row
    found = tuple(StoredQuote(*q) for q in json.loads(quotes))
    said = (date.fromisoformat(received), Verdict(verdict), comment, question, language)
    return Feedback(*said, json.loads(filters), bool(abstained), short_answer, found, generation)


def lines_for_testset(entries: Sequence[Feedback]) -> list[dict[str, Any]]:
    """Return the answers that readers called right as test-set lines (contract, "Files"), each question once.

    Left out are questions that any reader called wrong, and those asked with filters, which a test set cannot say.
    """
    contested = {_key(e) for e in entries if e.verdict is not Verdict.RIGHT}
    confirmed = {_key(e): e for e in entries if e.verdict is Verdict.RIGHT and not e.filters and (e.abstained or e.quotes)}
    usable = [e for key, e in confirmed.items() if key not in contested]
    return [_line(number, e) for number, e in enumerate(usable, start=1)]


def review_lines(entries: Sequence[Feedback]) -> list[dict[str, Any]]:
    """Return every entry as a JSON object, for a person to read and correct."""
    return [{**asdict(e), "received": e.received.isoformat(), "quotes": [asdict(q) for q in e.quotes]} for e in entries]


def _key(entry: Feedback) -> str:
    return " ".join(entry.question.casefold().split())


def _line(number: int, entry: Feedback) -> dict[str, Any]:
    # Without a short answer the quote itself is what the reader called right.
    answers = [entry.short_answer] if entry.short_answer else [q.quote for q in entry.quotes[:1]]
    return {
        "id": f"{CATEGORY}-{number:04}",
        "question": entry.question,
        "language": entry.language,
        "category": CATEGORY,
        "answers": [] if entry.abstained else [a.replace("&", " ") for a in answers],
        "evidence": [] if entry.abstained else _evidence(entry),
        "answerable": not entry.abstained,
    }


def _evidence(entry: Feedback) -> list[dict[str, str]]:
    """The quotes that hold the short answer: the reader vouched for the answer, not for what stands beside it."""
    holding = [q for q in entry.quotes if entry.short_answer and entry.short_answer in q.quote]
    return [asdict(q) for q in holding or entry.quotes]
