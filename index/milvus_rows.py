"""Articles and passages as rows of Milvus, and back. Knows no server.

A generation is three collections: passages (vectors, BM25, text), articles (whole texts, and the manifest), and in how many
passages each term occurs. A column of text holds at most 65,535 bytes, so an article is as many rows as it needs.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from index.datatypes import Article, ArticleSummary, Coverage, Filter, IndexManifest, Passage, Span, article_of
from index.milvus_client import Row
from index.milvus_columns import LONGEST_BYTES, Column
from index.text import terms

UNDATED = 0
NO_ARTICLE = -1
"""The day of the manifest's rows, so that no filter takes them for an article."""

_LONGEST_TERM_CHARS = 128
_LISTED_TITLE_CHARS = 2000  # a list entry must fit in one row
_FILTERS = (Column("day", "number", indexed="INVERTED"), Column("publisher_key", "text", 64, indexed="INVERTED"))
_KEY = Column("key", "key", 256)
# A collection without any vector is not allowed.
_NO_VECTOR = Column("no_vector", "vector", 2, indexed="FLAT")
BM25 = Column("bm25", "bm25", of="terms", indexed="SPARSE_INVERTED_INDEX")
PASSAGE_COLUMNS = ("key", "article_id", "ordinal", "first", "last", "text")
SUMMARY_COLUMNS = ("key", "summary")
MANIFEST = "!manifest"  # no article can have this id
_NO_TERM = "x"


def vector_column(dimension: int, index_type: str) -> Column:
    """Return the column of the passages' vectors."""
    return Column("vector", "vector", dimension, indexed=index_type)


def layout(dimension: int, index_type: str) -> tuple[list[Column], list[Column], list[Column]]:
    """Return the columns of the collections of a generation: passages, articles, terms."""
    text = LONGEST_BYTES
    numbers = [Column(n, "number") for n in ("ordinal", "first", "last")]
    passage = [_KEY, Column("article_id", "text", 128), *numbers, *_FILTERS, Column("text", "text", text), Column("terms", "text", text)]
    encoded = [Column("encoded_sha256", "text", 64), vector_column(dimension, index_type), BM25]
    article = [_KEY, Column("part", "number", indexed="INVERTED"), Column("parts", "number"), *_FILTERS]
    whole = [Column("summary", "text", text), Column("content", "text", text), _NO_VECTOR]
    return [*passage, *encoded], [*article, *whole], [_KEY, Column("passages", "number"), _NO_VECTOR]


def passage_row(article: Article, passage: Passage, encoded_sha256: str, vector: Any) -> Row:
    """Return the row of a passage; its title's terms count as those of its text."""
    found = [*terms(article.title), *terms(passage.text)]
    return {
        "key": passage.passage_id,
        "article_id": passage.article_id,
        "ordinal": passage.ordinal,
        "first": passage.start,
        "last": passage.end,
        "text": passage.text if _fits(passage.text) else "",
        "terms": terms_text(found),
        "encoded_sha256": encoded_sha256,
        "vector": vector,
        **_filter_values(article),
    }


def passage_of(row: Row) -> Passage:
    """Return the passage of a row; its text is empty when only its article could hold it."""
    return Passage(row["key"], row["article_id"], row["ordinal"], row["first"], row["last"], row["text"])


def article_rows(article: Article) -> list[Row]:
    """Return the rows of an article: the first has what lists and filters need, all of them together the whole."""
    known = {**asdict(article), "published": article.published.isoformat() if article.published else None}
    listed = {"title": article.title[:_LISTED_TITLE_CHARS], **{k: known[k] for k in ("publisher", "published", "published_is_estimate", "url")}}
    summary = json.dumps(listed, ensure_ascii=False)
    return _parts(article.article_id, json.dumps(known, ensure_ascii=False), summary=summary, **_filter_values(article))


def article_from_rows(rows: Iterable[Row]) -> Article:
    """Return the article that its rows together hold."""
    known = json.loads(_joined(rows))
    known["published"] = _day(known["published"])
    known["excluded"] = tuple(Span(*s) for s in known["excluded"])
    return Article(**known)


def articles_of(rows: Iterable[Row]) -> Iterator[Article]:
    """Yield the articles of all rows of their collection, in any order."""
    waiting: dict[str, list[Row]] = {}
    for row in rows:
        article_id = article_of(row["key"])
        parts = waiting.setdefault(article_id, [])
        parts.append(row)
        if len(parts) == row["parts"] and article_id != MANIFEST:
            yield article_from_rows(waiting.pop(article_id))


def summary_of(row: Row) -> ArticleSummary:
    """Return an article without its text."""
    known = json.loads(row["summary"])
    return ArticleSummary(article_of(row["key"]), **{**known, "published": _day(known["published"])})


class Whole(NamedTuple):
    """What is known of a generation as a whole; `stories` are groups of near-duplicates by article id."""

    manifest: IndexManifest
    coverage: Coverage
    questions: Sequence[str]
    stories: Sequence[Sequence[str]]
    index_type: str


def manifest_rows(whole: Whole) -> list[Row]:
    """Return what is known of a generation as a whole, as rows of its articles; they come last, so one without is unfinished."""
    coverage = whole.coverage
    known = {
        "manifest": asdict(whole.manifest),
        "publishers": coverage.publishers,
        "days": [d.isoformat() if d else None for d in (coverage.first_published, coverage.last_published)],
        "questions": list(whole.questions),
        "stories": [list(s) for s in whole.stories],
        "index_type": whole.index_type,
    }
    return [{**row, "day": NO_ARTICLE} for row in _parts(MANIFEST, json.dumps(known, ensure_ascii=False))]


def manifest_of(rows: Iterable[Row]) -> Whole:
    """Return what the rows say of the generation; raises `ValueError`, `KeyError`, `TypeError`."""
    known = json.loads(_joined(rows))
    manifest = IndexManifest(**known["manifest"])
    first, last = (_day(d) for d in known["days"])
    coverage = Coverage(manifest.articles, tuple(known["publishers"]), first, last)
    return Whole(manifest, coverage, known["questions"], known["stories"], known["index_type"])


def coverage_of(articles: Sequence[Article]) -> Coverage:
    """Return what the articles cover."""
    days = sorted(a.published for a in articles if a.published)
    publishers = tuple(sorted({a.publisher for a in articles if a.publisher is not None}))
    return Coverage(len(articles), publishers, days[0] if days else None, days[-1] if days else None)


def term_row(term: str, passages: int) -> Row:
    """Return in how many passages a term occurs."""
    return {"key": spelled(term), "passages": passages, "no_vector": [0.0, 0.0]}


def part_key(article_id: str, part: int) -> str:
    """Return the key of a part of an article."""
    return f"{article_id}#{part}"


def condition(only: Filter) -> str:
    """Return a filter in Milvus' language; publishers are hashed, so no name can break out of it. `publishers` is not empty."""
    found = []
    if only.published_from is not None or only.published_to is not None:
        first = only.published_from.toordinal() if only.published_from else UNDATED + 1
        found.append(f"day >= {first}")
    if only.published_to is not None:
        found.append(f"day <= {only.published_to.toordinal()}")
    if only.publishers is not None:
        found.append(f"publisher_key in {json.dumps([_publisher_key(p) for p in only.publishers])}")
    return " and ".join(found)


def terms_text(found: Sequence[str]) -> str:
    """Return terms as Milvus analyses them; never empty, because it refuses a text without any."""
    return " ".join(map(spelled, found))[:LONGEST_BYTES].strip() or _NO_TERM


def spelled(term: str) -> str:
    """Return a term in ASCII letters and digits only: "5,9" as "5x2cx9". No two terms are spelled alike.

    A term of ours never mixes letters and digits, so what comes out cannot be another term.
    """
    plain = "".join(c if c.isascii() and c.isalnum() else f"x{ord(c):x}x" for c in term)
    return plain if len(plain) <= _LONGEST_TERM_CHARS else f"x{hashlib.sha256(plain.encode()).hexdigest()}"


def _parts(article_id: str, content: str, **first: object) -> list[Row]:
    pieces = list(_cut(content))
    empty = {"summary": "", "day": UNDATED, "publisher_key": ""}
    return [
        {"key": part_key(article_id, n), "part": n, "parts": len(pieces), "content": piece, "no_vector": [0.0, 0.0], **empty, **({} if n else first)}
        for n, piece in enumerate(pieces)
    ]


def _cut(content: str) -> Iterator[str]:
    """Pieces of at most `LONGEST_BYTES` in UTF-8; a character takes at most four."""
    if _fits(content):
        yield content
        return
    most = LONGEST_BYTES // 4
    yield from (content[n : n + most] for n in range(0, len(content), most))


def _joined(rows: Iterable[Row]) -> str:
    return "".join(row["content"] for row in sorted(rows, key=lambda r: int(r["part"])))


def _fits(text: str) -> bool:
    return len(text.encode()) <= LONGEST_BYTES


def _filter_values(article: Article) -> dict[str, object]:
    key = _publisher_key(article.publisher) if article.publisher is not None else ""
    return {"day": article.published.toordinal() if article.published else UNDATED, "publisher_key": key}


def _publisher_key(publisher: str) -> str:
    return hashlib.sha256(publisher.casefold().encode()).hexdigest()


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
