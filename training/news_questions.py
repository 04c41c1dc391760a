"""Questions written about IndoSum articles and about made-up ones, as training examples.

`news_questions.jsonl.xz` holds one question a line: {"article": first 16 hex digits of the body's sha256, "kind", "question",
"answer", "evidence", "part", "wave"}. Answer and evidence are copied from the body; both are null where the article does not
answer (near misses, other entities or times, false premises). No article of `tests/testset/news_dev.jsonl` is among them. The part
"valid" is not trained on: confidence is fitted on it. A language model wrote the questions, articles in hand, and a program
checked every span. It also made up the articles of `civic_articles.jsonl.xz` ({"article_id", "text"} a line): news of the
civil service of other cities, since IndoSum has little of it; persons, events and figures in them are invented. The first two waves made the
reader, the others its adapter; the fourth and fifth are about other local news too.
"""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.text import question_terms, terms
from training.reader_data import WINDOW_SENTENCES, Example, Window, windows_of
from training.sources import read_rows

FILE = Path(__file__).resolve().parent / "news_questions.jsonl.xz"
CIVIC = FILE.with_name("civic_articles.jsonl.xz")
FIRST_TEXT_ID = 3_000_000


def article_key(body: str) -> str:
    """Return the name that `news_questions.jsonl` gives an article."""
    return hashlib.sha256(body.encode("utf-8")).hexdigest()[:16]


def read_questions(part: str, path: Path = FILE) -> list[dict[str, Any]]:
    """Return the questions of a part, "train" or "valid"."""
    return [row for row in read_rows(path) if row["part"] == part]


def news_examples(data: Path, waves: dict[int, float], rng: random.Random) -> tuple[list[tuple[Example, Window]], list[Window]]:
    """Return examples for a share of each wave's training questions, and all windows of their articles, most without an answer."""
    asked: dict[str, list[dict[str, Any]]] = {}
    rows = [row for row in read_questions("train") if row["wave"] in waves]
    if min(waves.values()) < 1:
        rows = [row for row in rows if rng.random() < waves[row["wave"]]]
    for row in rows:
        asked.setdefault(row["article"], []).append(row)
    found: list[tuple[Example, Window]] = []
    pool: list[Window] = []
    for number, body in enumerate(bodies(data)):
        for row in asked.get(article_key(body), []):
            cut = windows_of(body, FIRST_TEXT_ID + number, rng.choice(WINDOW_SENTENCES))
            pool += cut
            found += [(_example(row, body, window, rng), window) for window in _windows(row, body, cut, rng)]
    return found, pool


def valid_rows(data: Path) -> list[dict[str, Any]]:
    """Return the questions of the part "valid" as rows of a question file: {"question", "context", "answers"}."""
    body_of = {article_key(body): body for body in bodies(data)}
    return [
        {"question": row["question"], "context": body_of[row["article"]], "answers": [{"text": row["answer"]}] if row["answer"] else []}
        for row in read_questions("valid")
    ]


def bodies(data: Path) -> Iterator[str]:
    """Yield the articles that questions were written about: IndoSum's, then the made-up ones."""
    yield from (row["body"] for row in read_rows(data / "text/indosum_articles.jsonl.xz"))
    yield from (row["text"] for row in read_rows(CIVIC))


def _windows(row: dict[str, Any], body: str, cut: list[Window], rng: random.Random) -> Iterator[Window]:
    """The window that holds the evidence; for an unanswerable question the two that look most as if they did."""
    if row["answer"] is None:
        wanted = set(question_terms(row["question"]))
        yield from sorted(cut, key=lambda w: -len(wanted & set(terms(w.passage))) - rng.random())[:2]
        return
    start = body.index(row["evidence"]) + row["evidence"].index(row["answer"])
    holding = [w for w in cut if w.start <= start and start + len(row["answer"]) <= w.start + len(w.passage)]
    if holding:
        yield rng.choice(holding)


def _example(row: dict[str, Any], body: str, window: Window, rng: random.Random) -> Example:
    header = body[:90].rsplit(" ", 1)[0] if rng.random() < 0.6 else ""
    if row["answer"] is None:
        return Example(row["question"], header, window.passage, None, None)
    start = body.index(row["evidence"]) + row["evidence"].index(row["answer"]) - window.start
    return Example(row["question"], header, window.passage, start, start + len(row["answer"]))
