"""The Flask service: `create_app(settings)` gives the web form, the API and what an operator needs."""

import logging
import re
import time
import uuid

from flask import Flask, Response, g, jsonify, make_response, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI

from index.datatypes import Filter
from index.errors import IndexUnavailableError
from qa import __version__, api, limits, openapi, pages, problems, schemas, site
from qa.api import Answering
from qa.monitoring import CONTENT_TYPE, Meters
from qa.settings import Settings
from qa.switching import SwitchingPipeline, open_switching

BODY_BYTES = 64 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # a permalink holds the question: no other site learns it
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATIC_SECONDS = 3600

log = logging.getLogger("qa")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_OPERATION = Tag(name="operation", description="For the operator.")


def create_app(settings: Settings, pipeline: Answering | None = None) -> Flask:
    """Return the service; without a pipeline one is opened from the settings.

    Raises `index.errors.IndexUnavailableError` when there is no index to answer from.
    """
    answering = pipeline if pipeline is not None else _open(settings)
    meters = Meters(settings, lambda: answering.index.manifest)
    app = openapi.new_app(__name__)
    app.config.update(MAX_CONTENT_LENGTH=BODY_BYTES, SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS, LANGUAGE_MODEL=settings.language_model)
    app.json = _Json(app)
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    _register_hooks(app, meters)
    limits.register(app, settings)
    problems.register(app, pages.error_page)
    api.register(app, answering, meters)
    _register_home(app, answering, meters)
    site.register(app, answering, settings)
    _register_operation(app, answering, meters)
    openapi.register(app)
    if isinstance(answering, SwitchingPipeline):
        app.wsgi_app = answering.around(app.wsgi_app)  # type: ignore[assignment, method-assign]  # Flask's own way to add a middleware
    return app


class _Json(DefaultJSONProvider):
    """Fields in the contract's order, Indonesian quotes readable as they are."""

    sort_keys = False
    ensure_ascii = False


def _open(settings: Settings) -> Answering:
    return open_switching(settings)


def _register_hooks(app: Flask, meters: Meters) -> None:
    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        sent = request.headers.get("X-Request-ID", "")
        g.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-ID"] = g.request_id
        meters.request(request.endpoint or "none", _known_method(), response.status_code, seconds)
        if response.status_code >= 500:
            meters.error(g.get("error_kind", "unexpected"))
        _log(response.status_code, 1000 * seconds)
        return response


def _log(status: int, milliseconds: float) -> None:
    """Write one line for a request: of its address the path only, for the query of a permalink is somebody's question."""
    path = ascii(request.path)[1:-1]
    fields = {"request_id": g.request_id, "method": _known_method(), "path": path, "status": status, "duration_ms": round(milliseconds, 1)}
    log.info("%s %s %d %.0f ms %s", fields["method"], path, status, milliseconds, g.request_id, extra=fields)


def _known_method() -> str:
    """Return the method, 'OTHER' for one that a client made up: labels of metrics must stay few."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in known else "OTHER"


def _register_home(app: OpenAPI, pipeline: Answering, meters: Meters) -> None:
    @app.route("/")
    def home() -> Response:
        form, asked = pages.read_form()
        answer = None
        if asked is not None:
            answer = pipeline.answer_question(asked.to_request(), g.request_id)
            meters.answer(answer)
        response = make_response(pages.home_page(pipeline.index, form, asked, answer), 422 if form.errors else 200)
        response.headers["Cache-Control"] = "private, no-cache"
        if answer is not None:
            response.headers["Referrer-Policy"] = pages.ANSWER_REFERRER_POLICY
        return response


def _register_operation(app: OpenAPI, pipeline: Answering, meters: Meters) -> None:
    @app.get("/healthz", tags=[_OPERATION], operation_id="healthz", responses={200: schemas.HealthReply, **openapi.problems()})
    def healthz() -> Response:
        """Say that the process lives, and its version."""
        return _fresh(jsonify(status="ok", version=__version__))

    @app.get("/readyz", tags=[_OPERATION], operation_id="readyz", responses={200: schemas.ReadyReply, **openapi.problems(503)})
    def readyz() -> Response:
        """Say that the index can be read; 503 while it cannot."""
        articles = _count_articles(pipeline)
        return _fresh(jsonify(status="ready", generation=pipeline.index.manifest.generation, articles=articles))

    counts = openapi.plain_text("Counts in Prometheus' text format.")

    @app.get("/metrics", tags=[_OPERATION], operation_id="metrics", responses={200: counts, **openapi.problems()})
    def metrics() -> Response:
        """Give requests, their duration and abstentions by reason."""
        return _fresh(Response(meters.page(), content_type=CONTENT_TYPE))


def _count_articles(pipeline: Answering) -> int:
    try:
        return pipeline.index.count_matching(Filter())
    except IndexUnavailableError:
        raise
    except Exception as error:  # whatever is wrong with the files: not ready, and the log has the reason
        log.exception("the index cannot be read")
        raise IndexUnavailableError("The index cannot be read. Run `python -m index check`.") from error


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
