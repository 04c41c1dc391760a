"""Words of the web page: `prompts/page.<language>.toml`, one flat table for each language."""

import tomllib
from datetime import date

from qa.datatypes import Answer
from qa.prompts import LANGUAGES, framing
from qa.settings import PROMPTS


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


def part_lines(answer: Answer, language: str) -> list[str]:
    """Return one line for each thing that was asked for: "Kapan loket dibuka? 2 Januari 2026 [1]"; none for a question for one thing."""
    texts, lines = TEXTS[language], []
    for part in answer.parts:
        told = f"{part.short_answer or texts['part_quoted']} [{part.marker}]" if part.marker else texts["part_untold"]
        lines.append(f"{part.question} {told}")
    return lines


def dated_line(answer: Answer) -> str:
    """Return the value of the asked time with its date, and the others beside it: "X (per 2 Januari 2026) [1]; sebelumnya Y (…) [2]"."""
    words = framing(answer.language)
    chosen = next((f for f in answer.timeline if f.value == answer.short_answer), answer.timeline[-1])
    others = sorted((f for f in answer.timeline if f is not chosen), key=lambda f: f.published or date.min, reverse=True)
    parts = [words.fill("history.chosen", value=chosen.value, date=format_day(chosen.published, answer.language) or "–", marker=chosen.marker)]
    for fact in others:
        name = "history.later" if (fact.published or date.min) > (chosen.published or date.min) else "history.earlier"
        parts.append(words.fill(name, value=fact.value, date=format_day(fact.published, answer.language) or "–", marker=fact.marker))
    return "; ".join(parts)


def format_day(day: date | None, language: str) -> str:
    """Return a day in words, '2 Januari 2026'; '' for None."""
    return "" if day is None else f"{day.day} {framing(language).months[day.month - 1]} {day.year}"
