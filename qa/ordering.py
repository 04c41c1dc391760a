"""Which sentence speaks first where the ranking leaves it open: the newest holder of an office, the asked line of a list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from index.datatypes import Span
from index.text import spell_out, terms
from qa.article_view import view_of
from qa.evidence import Sentence
from qa.feature_rows import Row
from qa.questions import Kind, Question
from qa.weekdays import weekdays

# Log-odds; about one in e**3 sentences that far behind the best is the better one.
HOLDER_MARGIN = 3.0
# Kinds of question that one line of a list answers.
SHORT_ANSWERS = (Kind.PERSON, Kind.TIME, Kind.PLACE, Kind.AMOUNT, Kind.THING)
# Of a line of a list, without its mark ("b. Paspor: 40 orang").
_LABEL = re.compile(r"(?:\(?\w{1,2}[.)]\s+|[^\w\s]\s+)?([^:\n]{2,80}):\s")
# What the reader says of one line of a list and means the list.
OF_THE_LIST = ("answers", "points", "span_sure")
# An introduction holds this much more of the question (0..1, by rarity) than that of the list that the reader chose.
ANOTHER_LIST = 0.1


def newest_holder_first(order: npt.NDArray[np.int64], sentences: Sequence[Sentence], scores: Row) -> npt.NDArray[np.int64]:
    """Let the newest article speak first among sentences that equally name the holder of an office.

    Office holders change, and a question without a date asks for today's. Only sentences that name somebody right beside
    all the words of the question count ("Wali Kota X Nama Orang"), and only near the top.
    """
    top = scores[order[0]]
    holders = [n for n in order if sentences[n].values["apposed"] >= 1 and top - scores[n] <= HOLDER_MARGIN]
    if len(holders) < 2 or sentences[order[0]].values["apposed"] < 1:
        return order
    newest = max(holders, key=lambda n: sentences[n].published)
    return np.array([newest, *(n for n in order if n != newest)])


def asked_line_first(question: Question, sentences: list[Sentence]) -> list[Sentence]:
    """When the best sentence is a line of a list, let the list speak whose introduction holds most of what is asked for, and of it the asked line.

    The lines of lists look alike to the reader ("Sabtu: 09.00", "4. Nama, jabatan"): what it says of the best one counts for the list, and only one
    line is of the day, office or place asked about.
    """
    if question.kind not in (*SHORT_ANSWERS, Kind.LIST):
        return sentences
    if not (question.kind is Kind.LIST and _holds_a_list(sentences[0])):
        sentences = _asked_list_first(sentences)
    best = sentences[0]
    lines = view_of(best.article).lines_beside(best.span) if question.kind is not Kind.LIST else set()
    alike = [s for s in sentences if s.article is best.article and s.span in lines and _fits(s) and s.values["form"] >= best.values["form"]]
    fits = _fitting_line(question)
    asked = max(alike, key=fits, default=best)
    return _promoted(asked, sentences) if fits(asked) > fits(best) else sentences


def _fitting_line(question: Question) -> Callable[[Sentence], tuple[bool, float]]:
    """How well a line fits: whether it is of the asked weekday ("Senin s.d. Kamis" of a Rabu), then by the words it holds of the question.

    Of a label ("Pengumuman hasil seleksi: 23 Mei") only what is asked for speaks for it.
    """
    days, asked = weekdays(spell_out(question.text)), set(question.terms)

    def fits(line: Sentence) -> tuple[bool, float]:
        label = set(terms(found[1])) if (found := _LABEL.match(line.text)) else set()
        of_label = len(asked & label) / len(label) if label else 1.0
        return bool(days & weekdays(line.text)), line.values["covered"] * of_label

    return fits


def _holds_a_list(line: Sentence) -> bool:
    """Whether the short answer in the line is an enumeration."""
    return line.short is not None and ", " in line.article.text[slice(*line.short)]


def _asked_list_first(sentences: list[Sentence]) -> list[Sentence]:
    best = sentences[0]
    view = view_of(best.article)
    if not view.lines_beside(best.span):
        return sentences
    lines = [s for s in sentences if s.article is best.article and view.lines_beside(s.span)]
    asked = max(lines, key=lambda s: s.values["covered_introduction"])
    better = asked.values["covered_introduction"] > best.values["covered_introduction"] + ANOTHER_LIST
    if not better or asked.values["form"] < best.values["form"]:
        return sentences
    theirs, own = view.lines_beside(asked.span), view.lines_beside(best.span)
    # A line may hold what no introduction does ("IPK paling rendah 2,75").
    return _promoted(asked, sentences) if _held(lines, theirs) > _held(lines, own) else sentences


def _held(lines: Sequence[Sentence], of_list: set[Span]) -> float:
    """How much of the question the best line of a list holds, with what introduces it."""
    return max((s.values["covered"] + s.values["covered_introduction"] for s in lines if s.span in of_list), default=0.0)


def _fits(line: Sentence) -> bool:
    """Whether the line holds something of the asked kind, or at least of the asked form."""
    return line.short is not None or line.values["form"] == 1


def _promoted(asked: Sentence, sentences: list[Sentence]) -> list[Sentence]:
    """The sentences with this one first; what the reader says of the best one it says of this one too."""
    believed = {name: max(sentences[0].values[name], asked.values[name]) for name in OF_THE_LIST}
    return [replace(asked, values=asked.values | believed), *(s for s in sentences if s is not asked)]
