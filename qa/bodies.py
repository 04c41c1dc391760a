"""Reading a JSON request body: every way in which it can be wrong has its own clear error."""

import json
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from qa.fields import FieldError, FieldsError
from qa.problems import NotJsonError

Model = TypeVar("Model", bound=BaseModel)


def read_body(model: type[Model]) -> Model:
    """Return the request's body as `model`.

    Raises 415 and 413 of werkzeug, `NotJsonError` (400) and `FieldsError` (422).
    """
    if not request.is_json:
        raise UnsupportedMediaType
    value = _parse(_read())
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise FieldsError.of(error) from error


def _read() -> bytes:
    """Return the raw body; werkzeug cuts a chunked one off at the limit without a word, so that is checked here."""
    raw = request.get_data(cache=False)
    chunked = request.content_length is None
    if chunked and len(raw) == request.max_content_length and request.environ["wsgi.input"].read(1):
        raise RequestEntityTooLarge
    return raw


def _parse(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJsonError(f"The body is not UTF-8: byte {error.start} does not fit. Send JSON in UTF-8.") from error
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError as error:
        raise NotJsonError("The body is nested too deeply. Send a flat JSON object.") from error
    except ValueError as error:  # also integers of thousands of digits, which json refuses as a plain ValueError
        raise NotJsonError(f"The body is not JSON: {error}. Send one JSON object.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated key: which of two questions was meant cannot be known."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            message = "is given twice; keep one"
            raise FieldsError([FieldError(field=key if key.isprintable() else ascii(key), message=message)])
        result[key] = value
    return result


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
