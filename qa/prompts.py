"""Framing texts and prompts: files in `prompts/`, checked for their variables when they are loaded."""

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qa.settings import PROMPTS

LANGUAGES = ("id", "en")
_VARIABLES = {
    "answer.statement": {"source", "quote", "marker"},
    "answer.quoted": {"quote"},
    "answer.same_source": {"quote", "marker"},
    "answer.source_dated": {"publisher", "date"},
    "answer.source_estimated": {"publisher", "date"},
    "answer.source_undated": {"publisher"},
    "answer.unknown_publisher": set(),
    "history.chosen": {"value", "date", "marker"},
    "history.earlier": {"value", "date", "marker"},
    "history.later": {"value", "date", "marker"},
    "abstention.no_evidence": set(),
    "abstention.low_confidence": set(),
    "abstention.wrong_entity": set(),
    "abstention.outside_period": set(),
    "abstention.no_match_for_filter": set(),
    "abstention.not_a_question": set(),
    "abstention.coverage": {"articles", "first", "last"},
    "abstention.coverage_undated": {"articles"},
    "date.format": {"day", "month", "year"},
}


@dataclass(frozen=True)
class Framing:
    """The texts around quotes in one language."""

    texts: dict[str, str]
    months: tuple[str, ...]

    def fill(self, name: str, **values: object) -> str:
        """Return the text `name` with its variables filled in."""
        return self.texts[name].format(**values)


@cache
def framing(language: str, folder: Path = PROMPTS) -> Framing:
    """Load `framing.<language>.toml` of the folder; raise `ValueError` when a text is missing or has other variables."""
    content = tomllib.loads((folder / f"framing.{language}.toml").read_text(encoding="utf-8"))
    texts = {name: _lookup(content, name) for name in _VARIABLES}
    for name, text in texts.items():
        if (found := variables_of(text)) != _VARIABLES[name]:
            raise ValueError(f"framing.{language}.toml: {name} has the variables {sorted(found)}, it needs {sorted(_VARIABLES[name])}")
    months = content["date"].get("months", ())
    if len(months) != 12:
        raise ValueError(f"framing.{language}.toml: date.months names {len(months)} months, it needs 12")
    return Framing(texts, tuple(months))


@cache
def prompt(name: str, variables: frozenset[str], folder: Path = PROMPTS) -> str:
    """Load a prompt file for a language model; raise `ValueError` when its variables are not exactly `variables`."""
    text = (folder / name).read_text(encoding="utf-8").strip()
    if (found := variables_of(text)) != variables:
        raise ValueError(f"{name} has the variables {sorted(found)}, it needs {sorted(variables)}")
    return text


def variables_of(text: str) -> set[str]:
    """Return the names in braces."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def _lookup(content: dict[str, Any], name: str) -> str:
    table, key = name.split(".")
    value = content.get(table, {}).get(key)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing or no text")
    return value
