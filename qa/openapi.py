"""The OpenAPI document and its page; home of flask-openapi3."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import flask_openapi3_swagger  # type: ignore[import-untyped]  # it ships no types; only its folder is used
from flask import Blueprint, Response, jsonify, make_response, render_template
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from qa import __version__, schemas
from qa.fields import FieldsError
from qa.schemas import Problem

SWAGGER_ASSETS = Path(flask_openapi3_swagger.__file__).parent / "templates" / "swagger"

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets style attributes and has images in data: URLs; scripts stay on this host even here."""

_REASONS = {
    400: "The request is no HTTP, or its body is not JSON or not UTF-8.",
    404: "There is no such article.",
    405: "The address does not take this method.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The body is not application/json.",
    422: "A field cannot be used; `errors` names it.",
    431: "The headers are too large or too many.",
    429: "Too many requests; only where the operator set a limit.",
    500: "The service failed; no detail is shown.",
    503: "The index or the language model cannot be used now.",
}

ASK_EXAMPLE = {"question": "Siapa wali kota saat ini?", "top_k": 5, "published_from": "2024-01-01"}
PARAMETER_EXAMPLES = {"article_id": "loket-2026", "start": [61], "end": [104], "page": 1}

_ETAG = {"description": "Fingerprint of this reply; send it back as If-None-Match.", "schema": {"type": "string"}}
_HEADERS: dict[str, Any] = {
    "X-Request-ID": {
        "description": "Id of the request: the one sent, if it is 1 to 64 letters, digits, `.`, `_` or `-`, else a new one.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
}
_WAIT = {"description": "Seconds to wait before the next request.", "schema": {"type": "integer", "minimum": 0}}
_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag of a copy that the client has; 304 when it is still right.",
    "schema": {"type": "string"},
    "example": '"d0be2dc421be4fcd0172e5afceea3970"',
}


def new_app(import_name: str) -> OpenAPI:
    """Return a Flask app that collects its own OpenAPI 3.1 document."""
    info = Info(
        title="Tanya ASN",
        version=__version__,
        description="Cited answers from dated news articles. Every sentence of an answer is a verbatim quote; "
        "offsets count Unicode code points. Errors are RFC 9457 problems.",
    )
    return OpenAPI(
        import_name,
        info=info,
        doc_ui=False,
        static_url_path="/static",
        validation_error_model=Problem,
        validation_error_callback=_refuse,
    )


def _refuse(error: Any) -> Response:
    """Send the library's validation errors of paths and queries through our own error handler."""
    raise FieldsError.of(error)


def problems(*statuses: int) -> ResponseDict:
    """Return the documentation of these error statuses, and of those that every operation has."""
    every = sorted({*statuses, 400, 405, 414, 429, 431, 500})
    return {status: _problem(status) for status in every}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _REASONS[status], "content": {"application/problem+json": {"schema": schema}}}


def html_too(model: type[BaseModel]) -> dict[str, Any]:
    """Return the documentation of a reply that is JSON for programs and a page for browsers."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": schema}, "text/html": {"schema": {"type": "string"}}}
    return {"description": "JSON, or a page when text/html is preferred.", "content": content}


def plain_text(description: str) -> dict[str, Any]:
    """Return the documentation of a plain-text reply."""
    return {"description": description, "content": {"text/plain": {"schema": {"type": "string"}}}}


def document(app: OpenAPI) -> dict[str, Any]:
    """Return the OpenAPI document.

    The library copies schemas through a model that drops what it does not know (`examples`), and gives every
    operation a 422 of its own shape; both are put right here.
    """
    spec: dict[str, Any] = deepcopy(app.api_doc)
    spec["components"] = {"schemas": _component_schemas()}  # the library adds `securitySchemes: null`, which is not valid
    for path in spec["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            if "application/json" in responses.get("422", {}).get("content", {}):
                del responses["422"]
            _complete(operation)
    for path in ("/articles", "/articles/{article_id}"):
        _may_be_unchanged(spec["paths"][path]["get"])
    spec["paths"]["/ask"]["post"]["requestBody"]["content"]["application/json"]["example"] = ASK_EXAMPLE
    return spec


def _complete(operation: dict[str, Any]) -> None:
    """Add what the library cannot say: headers of replies and examples of parameters."""
    for status, response in operation["responses"].items():
        response["headers"] = {**_HEADERS, **({"Retry-After": _WAIT} if status == "429" else {})}
    for parameter in operation.get("parameters", ()):
        if (example := PARAMETER_EXAMPLES.get(parameter["name"])) is not None:
            parameter["example"] = example


def _may_be_unchanged(operation: dict[str, Any]) -> None:
    """Add the headers by which a client asks whether its copy is still right, and the reply that says so."""
    operation.setdefault("parameters", []).append(_MATCH)
    operation["responses"]["200"]["headers"] = {**_HEADERS, "ETag": _ETAG}
    operation["responses"]["304"] = {"description": "The client's copy is still right.", "headers": {**_HEADERS, "ETag": _ETAG}}


@cache
def _component_schemas() -> dict[str, Any]:
    sent = (schemas.AskRequest, schemas.VerifyRequest)
    replies = (
        schemas.AnswerReply,
        schemas.VerifyReply,
        schemas.ArticleReply,
        schemas.ArticleListReply,
        schemas.HealthReply,
        schemas.ReadyReply,
        schemas.Problem,
    )
    models: list[Any] = [*((m, "validation") for m in sent), *((m, "serialization") for m in replies)]
    _, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    schemas_by_name: dict[str, Any] = definitions["$defs"]
    return schemas_by_name


def register(app: OpenAPI) -> None:
    """Add /openapi.json and /docs, whose scripts and styles come from the installed package."""
    assets = Blueprint("swagger", __name__, static_folder=str(SWAGGER_ASSETS), static_url_path="/docs/assets")
    app.register_blueprint(assets)

    @app.route("/openapi.json")
    def openapi() -> Response:
        return jsonify(document(app))

    @app.route("/docs")
    def docs() -> Response:
        response = make_response(render_template("docs.html"))
        response.headers["Content-Security-Policy"] = DOCS_POLICY
        return response
