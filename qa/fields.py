"""What is wrong with the fields of a request, in words; used by the service and the command line."""

from typing import Any

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from index.errors import InputError


class FieldError(BaseModel):
    """One field that cannot be used."""

    field: str = Field(description="Name of the field, for example `publishers.0`; `body` for the body itself.", examples=["top_k"])
    message: str = Field(description="What was sent, what was expected and what to do.", examples=["got 51; input should be less than or equal to 50"])


class FieldsError(InputError):
    """Fields of a request cannot be used; each is named with what was expected."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(" ".join(f"Cannot use {e.field}: {e.message}." for e in errors))
        self.errors = errors

    @classmethod
    def of(cls, error: ValidationError) -> "FieldsError":
        """Return pydantic's findings in our words."""
        details = error.errors(include_url=False, include_context=True)
        return cls([_field_error(d) for d in details])


def _field_error(details: ErrorDetails) -> FieldError:
    field = ".".join(map(_printable, details["loc"])) or "body"
    return FieldError(field=field, message=_message(details))


def _message(details: ErrorDetails) -> str:
    kind, value = details["type"], details.get("input")
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return "is not a field of this request; remove it or correct its name (GET /docs lists the fields)"
    if kind == "model_type":
        return f"expected a JSON object, got {_shown(value)}"
    text = details["msg"][:1].lower() + details["msg"][1:]
    return f"got {_shown(value)}; {text}"


def _shown(value: Any) -> str:
    """Return a short, printable form of what was sent."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _printable(part: str | int) -> str:
    """Return a path element that can be sent as UTF-8, whatever the caller named its field."""
    text = str(part)
    return text[:100] if text.isprintable() else ascii(text)[1:101]
