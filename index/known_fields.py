"""What a file, a corpus line or `corpus.toml` says about an article: which fields there are and what they take."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import ArticleError

SIDECAR = "corpus.toml"
FIELDS = frozenset({"title", "publisher", "published", "published_is_estimate", "author", "url"})


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Corrections and example questions from `corpus.toml` beside the files of a folder."""

    corrections: Mapping[str, Mapping[str, Any]]
    example_questions: tuple[str, ...] = ()


def checked(known: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the known fields with `published` as a date; raise `ArticleError` for a value of the wrong kind."""
    result = dict(known)
    for name, value in known.items():
        if name == "published":
            result[name] = _as_date(value, source)
        elif name == "published_is_estimate":
            if not isinstance(value, bool):
                raise ArticleError(f"{source}: {name} is {value!r}; it takes true or false.")
        elif not isinstance(value, str):
            raise ArticleError(f"{source}: {name} is {value!r}; it takes a string.")
    return result


def read_sidecar(root: Path, errors: list[ArticleError]) -> Sidecar:
    """Read the folder's `corpus.toml`; a bad one is added to the errors and leaves nothing corrected."""
    path = root / SIDECAR
    if not path.is_file():
        return Sidecar({})
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        questions = content.get("example_questions", [])
        if not isinstance(questions, list) or not all(isinstance(q, str) for q in questions):
            raise ArticleError(f"{path}: example_questions takes a list of strings.")
        articles = content.get("articles", {})
        if not isinstance(articles, dict):
            raise ArticleError(f'{path}: articles is {articles!r}; it takes tables such as [articles."file.txt"].')
        corrections = {name: _correction(name, table, path) for name, table in articles.items()}
        return Sidecar(corrections, tuple(questions))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        errors.append(ArticleError(f"{path}: not a TOML file ({error}); its corrections are left out."))
    except OSError as error:
        errors.append(ArticleError(f"{path}: the file cannot be read ({error.strerror}); its corrections are left out."))
    except ArticleError as error:
        errors.append(error)
    return Sidecar({})


def _correction(name: str, table: Any, path: Path) -> dict[str, Any]:
    if not isinstance(table, dict) or (unknown := set(table) - FIELDS):
        wrong = repr(sorted(unknown)) if isinstance(table, dict) else repr(table)
        raise ArticleError(f"{path}: the entry {name!r} has {wrong}; it takes {', '.join(sorted(FIELDS))}.")
    return checked(table, f"{path}: {name}")


def _as_date(value: Any, source: str) -> date:
    if type(value) is date:  # a datetime, which TOML can hold, is a date too
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ArticleError(f"{source}: published is {value!r}; it takes a date as YYYY-MM-DD, for example '2026-01-31'.")
