"""Markdown with front matter to a `Document`: the text stays as it is, the front matter is named as no story. Home of PyYAML."""

import re
from datetime import date, datetime
from typing import Any

import yaml

from index.datatypes import Document
from index.errors import ArticleError
from index.metadata import parse_date

LONGEST_FRONT_MATTER_CHARS = 16_384
_FRONT = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_HEADING = re.compile(r"^#{1,2}[ \t]+(?P<title>[^\n]+?)[ \t#]*$", re.M)
# The keys that site generators use for what we know by one name; the first that is there counts.
_KEYS = {
    "title": ("title", "judul"),
    "author": ("author", "authors", "penulis"),
    "publisher": ("publisher", "site", "penerbit", "sumber"),
    "published": ("date", "published", "tanggal"),
    "url": ("url", "canonical_url", "canonical", "link"),
}


def read_markdown(text: str, source: str) -> Document:
    """Return the text with what its front matter says; `start` is where the story begins.

    Raises `ArticleError` when the front matter is no YAML mapping or a value is of the wrong kind.
    """
    match = _FRONT.match(text)
    start = match.end() if match else 0
    known = _known(match["yaml"], source) if match else {}
    if "title" not in known and (heading := _HEADING.search(text, start)):
        known["title"] = heading["title"]
    return Document(text, known, start)


def _known(front: str, source: str) -> dict[str, Any]:
    if len(front) > LONGEST_FRONT_MATTER_CHARS:
        raise ArticleError(f"{source}: the front matter is {len(front)} characters long; it takes at most {LONGEST_FRONT_MATTER_CHARS}.")
    try:
        values = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise ArticleError(f"{source}: the front matter is not YAML ({reason}); put values with a colon in quotation marks.") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ArticleError(f"{source}: the front matter holds no keys; it takes lines such as 'title: …' and 'date: 2026-01-31'.")
    found = {name: next((values[k] for k in keys if values.get(k) is not None), None) for name, keys in _KEYS.items()}
    return {name: _value(name, value, source) for name, value in found.items() if value is not None}


def _value(name: str, value: Any, source: str) -> Any:
    if name == "published":
        return _day(value, source)
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(p, str | int | float) for p in parts):
        raise ArticleError(f"{source}: {name} in the front matter is {value!r}; it takes a text.")
    return ", ".join(str(p) for p in parts)


def _day(value: Any, source: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    found = value if isinstance(value, date) else _iso_day(value) or parse_date(value) if isinstance(value, str) else None
    if found is None:
        raise ArticleError(f"{source}: the date in the front matter is {value!r}; it takes a day as YYYY-MM-DD, for example 2026-01-31.")
    return found


def _iso_day(value: str) -> date | None:
    try:
        return datetime.fromisoformat(value.strip()).date()
    except ValueError:
        return None
