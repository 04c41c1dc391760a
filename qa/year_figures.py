"""Of several figures in one sentence the one that is told of the asked year: "Rp486 miliar, naik dari Rp452 miliar pada tahun lalu"."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from index.datatypes import Span
from qa.evidence import Sentence
from qa.fact_values import comparable
from qa.questions import Kind, Question
from qa.spans import candidate_spans
from qa.timeline import years_from_now, years_named

# A figure behind one of these is the change, not the value; "dari" names the value before.
_CHANGE = re.compile(r"(?:naik|turun|bertambah|berkurang|meningkat|menurun|selisih)\b(?!\s+(?:dari|menjadi)\b)", re.IGNORECASE)
_BEFORE = re.compile(r"(?:(?:naik|turun|meningkat|menurun)\s+)?dari\b", re.IGNORECASE)
# Several values told one after the other, or a part of a whole.
_UNCLEAR = re.compile(r"\bmasing-masing\b|\bberturut-turut\b|^Dari \d", re.IGNORECASE)
# Where a sentence goes over to another time.
_BORDER = re.compile(
    r"[,;]\s+|\s+(?=(?:sedangkan|sementara|adapun|naik|turun|bertambah|berkurang|meningkat|menurun|selisih|dibanding\w*|ketimbang|menjadi|dari|dan)\b)",
    re.IGNORECASE,
)


def figure_of_year(question: Question, sentence: str, published: date | None, year: int) -> Span | None:
    """Return the place of the figure that a sentence tells of a year; None when it tells one figure only, or not which one is of that year.

    `published` is the day of the article, from which "tahun lalu" counts; what is told of no year is of its own.
    """
    if question.kind is not Kind.AMOUNT or _UNCLEAR.search(sentence):
        return None
    told = _one_measure(sentence, list(_told(question, sentence, published)))
    named = [span for years, span in told if year in years]
    if len(told) < 2 or len(named) > 1 or any(len(years) > 1 for years, _ in told):
        return None
    plain = [span for years, span in told if not years]
    of_own_year = published is not None and year == published.year and len(plain) == 1 < len(told)
    return named[0] if named else plain[0] if of_own_year else None


def short_answer_of(question: Question, best: Sentence, years: Iterable[str]) -> str | None:
    """Return the short answer in a sentence; of several figures the one of the only year among `years`."""
    asked = {int(year) for year in years}
    found = figure_of_year(question, best.text, best.article.published, asked.pop()) if len(asked) == 1 else None
    if found:
        return best.text[slice(*found)]
    return best.article.text[slice(*best.short)] if best.short else None


def tells_of(years: Iterable[str], sentence: Sentence) -> bool:
    """Whether a sentence names one of the years, or counts it from the day of its article ("tahun lalu")."""
    day = sentence.article.published
    counted = {str(day.year + step) for step in years_from_now(sentence.text)} if day else set()
    return any(year in sentence.text or year in counted for year in years)


def _told(question: Question, sentence: str, published: date | None) -> Iterator[tuple[set[int], Span]]:
    """The first figure of each clause with the years that the clause names; a clause without a figure gives its years to the next."""
    figures = sorted((strength, Span(*span)) for span, strength in candidate_spans(question, sentence) if not years_named(sentence[slice(*span)]))
    carried: set[int] = set()
    for clause in _clauses(sentence):
        text = sentence[slice(*clause)]
        years = {int(y) for y in years_named(text)} | ({published.year + step for step in years_from_now(text)} if published else set())
        found = next((span for _, span in figures if clause.start <= span.start and span.end <= clause.end), None)
        if found and not _CHANGE.match(text):
            # "Pada 2024 naik dari X menjadi Y": the year is that of Y.
            yield years | (set() if _BEFORE.match(text) else carried), found
            carried = carried if _BEFORE.match(text) and not years else set()
        else:
            carried = carried | years


def _clauses(sentence: str) -> Iterator[Span]:
    start = 0
    for border in _BORDER.finditer(sentence):
        yield Span(start, border.start())
        start = border.end()
    yield Span(start, len(sentence))


def _one_measure(sentence: str, told: list[tuple[set[int], Span]]) -> list[tuple[set[int], Span]]:
    """The figures that count the same as the first one."""
    return [(years, span) for years, span in told if comparable(sentence[slice(*span)], sentence[slice(*told[0][1])])]
