"""The body of a question, checked strictly; the service, the form and the command line share it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from index.datatypes import Filter
from qa.datatypes import Composer, Request
from qa.fields import FieldsError

QUESTION_CHARS = 1000
TOP_K_MAX = 50
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_VISIBLE = r"[^\s\u0000-\u001f\u007f-\u009f]"  # at least one character that is neither a space nor a control character
_CONTROL = {code: " " for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}


def _question(value: object) -> str:
    """Check length after strip; control characters (they come with pasted text) count as spaces."""
    if not isinstance(value, str):
        raise PydanticCustomError("question_type", "expected a string of 1 to 1,000 characters")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise PydanticCustomError("question_surrogate", "holds half of a surrogate pair; send whole Unicode characters")
    text = value.translate(_CONTROL).strip()
    if not text:
        raise PydanticCustomError("question_empty", "is empty; write a question of 1 to 1,000 characters")
    if len(text) > QUESTION_CHARS:
        raise PydanticCustomError("question_too_long", "has {chars} characters; shorten it to at most 1,000", {"chars": len(text)})
    return text


def _day(value: object) -> object:
    """Accept exactly YYYY-MM-DD: pydantic alone would also take times, numbers and '20260102'."""
    if value is None:
        return None
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # a day that no calendar has, such as 2026-02-30: the same message as any other
    raise PydanticCustomError("date_invalid", "expected a calendar date as 'YYYY-MM-DD', for example '2026-01-02'")


def _day_schema(*examples: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "examples": [*examples]})


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


# Of a query: forms send an empty field when no day was chosen. (flask-openapi3 cannot read a list of examples here.)
_SENT_DAY_SCHEMA = WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}]})
SentDay = Annotated[date | None, BeforeValidator(_day), BeforeValidator(_none_if_empty), _SENT_DAY_SCHEMA]
Day = Annotated[date | None, BeforeValidator(_day), _day_schema("2026-01-02")]
Question = Annotated[
    str,
    BeforeValidator(_question),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": QUESTION_CHARS, "pattern": _VISIBLE}),
]
PublisherName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Body(BaseModel):
    """A request body: types are strict (`"5"` is no integer, `true` is no integer)."""

    model_config = ConfigDict(strict=True, extra="forbid")


class AskRequest(Body):
    """A question and how to answer it."""

    question: Question = Field(
        description="The question, 1 to 1,000 characters after strip. English is recognised; all else is read as Indonesian.",
        examples=["Siapa wali kota saat ini?"],
    )
    top_k: int = Field(10, ge=1, le=TOP_K_MAX, description="How many passages to return, 1 to 50; never how deep is read.", examples=[5])
    as_of: Day = Field(None, description="Answer as on this day: articles published later do not count.")
    published_from: Day = Field(None, description="First day of publication that counts (inclusive).")
    published_to: Day = Field(None, description="Last day of publication that counts (inclusive).")
    publishers: Annotated[list[PublisherName], Field(max_length=100)] | None = Field(
        None, description="Only these publishers, whole names, upper and lower case alike. An empty list matches nothing.", examples=[["Kabar Kota"]]
    )
    composer: Literal["extractive", "llm"] | None = Field(
        None, description="Who chooses the quotes; null is the server's default. `llm` needs a configured language model.", examples=["extractive"]
    )

    def to_request(self) -> Request:
        """Return the question in the words of `qa`."""
        publishers = None if self.publishers is None else tuple(self.publishers)
        only = Filter(self.published_from, self.published_to, publishers)
        composer = None if self.composer is None else Composer(self.composer)
        return Request(self.question, self.top_k, only, self.as_of, composer)


def request_from(fields: Mapping[str, object]) -> Request:
    """Return a checked request; raises `qa.fields.FieldsError`, which names each field at fault."""
    try:
        return AskRequest.model_validate(dict(fields)).to_request()
    except ValidationError as error:
        raise FieldsError.of(error) from error
