"""Words of the web page: `prompts/page.<language>.toml`, one flat table for each language."""

import tomllib
from datetime import date

from qa.datatypes import Answer
from qa.prompts import framing
from qa.settings import PROMPTS

LANGUAGES = ("id", "en")


def _load(language: str) -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads((PROMPTS / f"page.{language}.toml").read_text(encoding="utf-8"))
    return texts


TEXTS: dict[str, dict[str, str]] = {language: _load(language) for language in LANGUAGES}


def unmentioned_note(answer: Answer, language: str) -> str:
    """Return one sentence on the names of the question that no cited or near article mentions; '' when there are none."""
    if not answer.unmentioned:
        return ""
    named = ", ".join(f"“{name}”" for name in answer.unmentioned)
    return TEXTS[language]["unmentioned_nearest" if answer.abstained else "unmentioned"].format(names=named)


def format_day(day: date | None, language: str) -> str:
    """Return a day in words, '2 Januari 2026'; '' for None."""
    return "" if day is None else f"{day.day} {framing(language).months[day.month - 1]} {day.year}"
