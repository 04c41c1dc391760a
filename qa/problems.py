"""Errors to replies: one table of statuses, RFC 9457 bodies for programs, a page for browsers."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from index.errors import IndexUnavailableError, InputError, ServiceError, UnknownArticleError
from qa.errors import ComposerNotConfiguredError, FeedbackUnavailableError, ForeignFormError, LanguageModelError
from qa.fields import FieldError, FieldsError
from qa.logs import place_of
from qa.schemas import Problem

log = logging.getLogger("qa")

STATUSES: dict[type[ServiceError], HTTPStatus] = {
    UnknownArticleError: HTTPStatus.NOT_FOUND,
    ComposerNotConfiguredError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ForeignFormError: HTTPStatus.FORBIDDEN,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    IndexUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    LanguageModelError: HTTPStatus.SERVICE_UNAVAILABLE,
    FeedbackUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Each error class to its status; a subclass counts as its nearest listed ancestor, anything else is a 500."""

DETAILS = {
    400: "The request could not be read. Check its syntax and send it again.",
    404: "Nothing is here. GET /docs lists the addresses of this service.",
    405: "This address does not take that method. The Allow header lists those it takes.",
    413: "The body is larger than {limit} bytes. Send less.",
    415: "The body must be JSON. Send it with the header 'Content-Type: application/json'.",
    429: "Too many requests from this address. Wait as long as the Retry-After header says.",
}
HIDDEN = "The service failed. Try again; if it stays so, tell the operator the request id."

DISCARDED_BYTES = 8 << 20
"""A client that sends more than this is cut off without reading why."""

FORMS = ("send_feedback",)
"""Endpoints that browsers send forms to: their errors are pages too."""

PageOf = Callable[[int], str]
"""Renders the HTML error page of a status."""


class NotJsonError(Exception):
    """The body cannot be read as JSON; the message says why."""


def wants_html() -> bool:
    """Whether a browser is asking for a page: text/html is preferred over JSON (`*/*` gets JSON)."""
    accept = request.accept_mimetypes
    return accept["text/html"] > accept["application/json"]


def register(app: Flask, page_of: PageOf) -> None:
    """Make every error of the app a problem or, for a browser's GET, a page."""

    def reply(status: int, detail: str, errors: list[FieldError] | None = None) -> Response:
        if (request.method in ("GET", "HEAD") or request.endpoint in FORMS) and wants_html():
            response = Response(page_of(status), status, mimetype="text/html")
        else:
            response = problem_response(status, detail, errors)
        response.vary.add("Accept")
        return response

    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            discard_body()
        detail = DETAILS.get(status, HIDDEN if status >= 500 else str(error.description))
        response = reply(status, detail.format(limit=f"{request.max_content_length or 0:,}"))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        return response

    def any_error(error: Exception) -> Response:
        status = status_of(error)
        g.error_kind = type(error).__name__ if isinstance(error, ServiceError) else "unexpected"
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            request_id = g.get("request_id", "?")
            log.error("request %s failed\n%s", request_id, place_of(error), extra={"request_id": request_id})
            return reply(status, HIDDEN)
        return reply(status, str(error), fields_of(error))

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, any_error)


def discard_body() -> None:
    """Read on to the end of a body that is too large, within limits: a client that still writes sees no reply."""
    left = DISCARDED_BYTES
    while left > 0 and (chunk := request.environ["wsgi.input"].read(min(left, 65536))):
        left -= len(chunk)


def status_of(error: Exception) -> HTTPStatus:
    """Return the status of an error by the one table."""
    if isinstance(error, NotJsonError):
        return HTTPStatus.BAD_REQUEST
    known = (STATUSES[c] for c in type(error).__mro__ if c in STATUSES)
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)


def fields_of(error: Exception) -> list[FieldError] | None:
    """Return the fields at fault, for the errors that know them."""
    if isinstance(error, FieldsError):
        return error.errors
    if isinstance(error, ComposerNotConfiguredError):
        return [FieldError(field="composer", message=str(error))]
    return None


def problem_response(status: int, detail: str, errors: list[FieldError] | None = None) -> Response:
    """Return an RFC 9457 problem."""
    problem = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=g.get("request_id"),
        errors=errors,
    )
    response = jsonify(problem.model_dump(exclude_none=True))
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
