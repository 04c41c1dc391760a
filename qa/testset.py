"""Reading a test set (contract, "Files") and finding its evidence in the index, with errors that name the line."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from index.datatypes import SearchIndex
from index.errors import InputError
from qa.metrics import LocatedQuote, answer_parts, locate

Filled = Annotated[str, Field(pattern=r"\S")]
_MOST_SHOWN = 10
_LONGEST_SHOWN_CHARS = 100


@dataclass(frozen=True)
class Evidence:
    """A sentence that answers the question, word for word as its article has it."""

    article_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")]
    quote: Filled


@dataclass(frozen=True)
class GoldQuestion:
    """One line of a test set; `&` inside an accepted answer joins parts that must all appear."""

    id: Filled
    question: Annotated[Filled, Field(max_length=1000)]
    language: Literal["id", "en"]
    category: Filled
    answers: tuple[Filled, ...]
    evidence: tuple[Evidence, ...]
    answerable: bool


@dataclass(frozen=True)
class GoldSet:
    """A test set: the file's name, the SHA-256 of its bytes (hex), and its questions in order."""

    name: str
    sha256: str
    questions: tuple[GoldQuestion, ...]


_LINE = TypeAdapter(GoldQuestion)
_CURES = {
    "": "Write one JSON object on each line.",
    "id": "Give each question a name of its own.",
    "question": "Write a question of 1 to 1,000 characters.",
    "language": "Write 'id' or 'en'.",
    "category": "Name the kind of question, for example 'fact'.",
    "answers": "List the accepted answers as strings; leave the list empty when the question is not answerable.",
    "evidence": "List objects with 'article_id' and 'quote'; leave the list empty when nothing answers the question.",
    "answerable": "Write true or false, without quotation marks.",
}


def read_gold(path: Path) -> GoldSet:
    """Read a test set; raise `InputError` naming file, line, field, value and cure of every bad line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"The test set {str(path)!r} cannot be read ({error.strerror}). Name a JSON Lines file.") from error
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    first_lines: dict[str, int] = {}
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        question, found = _read_line(line)
        if question is not None:
            found += _repeated(question, first_lines.setdefault(question.id, number), number)
            questions.append(question)
        problems += [f"{path.name}, line {number}: {problem}" for problem in found]
    _refuse(problems)
    if not questions:
        raise InputError(f"The test set {str(path)!r} holds no question. {_CURES['']}")
    return GoldSet(path.name, hashlib.sha256(raw).hexdigest(), tuple(questions))


def locate_evidence(gold: GoldSet, index: SearchIndex) -> dict[str, tuple[LocatedQuote, ...]]:
    """Return {question id: its gold quotes with their places}.

    Raises `InputError` naming every article that the index lacks, or every quote that its article does not hold.
    """
    known = {summary.article_id for summary in index.article_summaries()}
    needed = {evidence.article_id for question in gold.questions for evidence in question.evidence}
    if missing := sorted(needed - known):
        raise InputError(
            f"The index lacks {len(missing)} of the {len(needed)} articles of {gold.name!r}: {_listed(missing)}. "
            "Build the index from the articles that the test set was written for."
        )
    texts = {article_id: index.article(article_id).text for article_id in needed}
    located = {question.id: _located(question, texts) for question in gold.questions}
    _refuse(
        [
            f"{gold.name}, question {question_id!r}: the quote {_short(quote.text)} does not stand in article "
            f"{quote.article_id!r}. Copy it character by character, or index the version of the article it was taken from."
            for question_id, quotes in located.items()
            for quote in quotes
            if not quote.spans
        ]
    )
    return located


def _located(question: GoldQuestion, texts: dict[str, str]) -> tuple[LocatedQuote, ...]:
    return tuple(LocatedQuote(e.article_id, e.quote, locate(e.quote, texts[e.article_id])) for e in question.evidence)


def _read_line(line: bytes) -> tuple[GoldQuestion | None, list[str]]:
    try:
        question = _LINE.validate_json(line, strict=True)
    except ValidationError as error:
        return None, [_problem(e["type"], e["loc"], e["msg"], e["input"]) for e in error.errors()]
    return question, _contradictions(question)


def _problem(kind: str, place: Sequence[int | str], message: str, value: Any) -> str:  # pydantic types inputs as Any
    field = ".".join(map(str, place))
    cure = _CURES[str(place[0]) if place else ""]
    if kind == "missing":
        return f"the field {field!r} is missing. {cure}"
    what = f"the field {field!r}" if field else "the line"
    return f"{what} is {_short(value)}: {message[:1].lower()}{message[1:]}. {cure}"


def _contradictions(question: GoldQuestion) -> list[str]:
    found = [
        f"the field 'answers' holds {answer!r}, of which a part has no letter or digit. Write words around each '&'."
        for answer in question.answers
        if not all(answer_parts(answer))
    ]
    if question.answerable and not (question.answers and question.evidence):
        empty = "answers" if not question.answers else "evidence"
        found.append(f"the field {empty!r} is [] though 'answerable' is true. {_CURES[empty]}")
    if not question.answerable and question.answers:
        found.append(f"the field 'answers' is {_short(list(question.answers))} though 'answerable' is false. {_CURES['answers']}")
    return found


def _repeated(question: GoldQuestion, first_line: int, line: int) -> list[str]:
    if first_line == line:
        return []
    return [f"the field 'id' is {question.id!r}, as on line {first_line}. {_CURES['id']}"]


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        rest = len(problems) - _MOST_SHOWN
        more = [f"… and {rest} more."] if rest > 0 else []
        raise InputError("\n".join([*problems[:_MOST_SHOWN], *more]))


def _listed(names: Iterable[str]) -> str:
    shown = [repr(name) for name in names]
    rest = len(shown) - _MOST_SHOWN
    return ", ".join(shown[:_MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _short(value: object) -> str:
    shown = repr(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
    return shown if len(shown) <= _LONGEST_SHOWN_CHARS else shown[: _LONGEST_SHOWN_CHARS - 1] + "…"
