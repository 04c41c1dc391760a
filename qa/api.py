"""The endpoints for programs: /ask, /verify, /articles; the last two show a page when a browser asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from flask import Response, g, jsonify, request
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel

from index.datatypes import SearchIndex
from qa import pages, replies, schemas
from qa.bodies import read_body
from qa.datatypes import Answer, Request
from qa.excerpts import valid_ranges
from qa.listing import list_articles
from qa.monitoring import Meters
from qa.openapi import html_too, problems
from qa.problems import wants_html
from qa.verify import verify_reply

VERIFY_BYTES = 1 << 20
"""A reply of /ask with 50 passages is larger than /ask's own limit of 64 KiB."""

_ANSWERS = Tag(name="answers", description="Ask, and check what was answered.")
_ARTICLES = Tag(name="articles", description="What answers are drawn from.")


class Answering(Protocol):
    """What the service needs of a pipeline."""

    @property
    def index(self) -> SearchIndex:
        """The collection that is answered from."""

    def answer_question(self, request: Request, request_id: str) -> Answer:
        """Return an answer or an abstention."""


def with_body(model: type[BaseModel]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Pass the checked body as `body`, and let flask-openapi3 document it but not parse it.

    Its own parser turns invalid JSON, a wrong content type and a missing body into one and the same 422.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked() -> Any:
            return view(body=read_body(model))

        vars(checked)["__delay_validate_request__"] = True  # the mark that flask-openapi3 looks for
        return checked

    return decorate


def register(app: OpenAPI, pipeline: Answering, meters: Meters) -> None:
    """Add the endpoints to the app."""
    _register_answers(app, pipeline, meters)
    _register_articles(app, pipeline)


def _register_answers(app: OpenAPI, pipeline: Answering, meters: Meters) -> None:
    errors = problems(400, 413, 415, 422, 503)

    @app.before_request
    def allow_whole_replies() -> None:
        if request.endpoint == "verify":
            request.max_content_length = VERIFY_BYTES

    @app.post("/ask", tags=[_ANSWERS], operation_id="ask", responses={200: schemas.AnswerReply, **errors})
    @with_body(schemas.AskRequest)
    def ask(body: schemas.AskRequest) -> Response:
        """Answer a question with verbatim quotes, or abstain."""
        answer = pipeline.answer_question(body.to_request(), g.request_id)
        meters.answer(answer)
        return jsonify(replies.answer_to_json(answer))

    @app.post("/verify", tags=[_ANSWERS], operation_id="verify", responses={200: schemas.VerifyReply, **errors})
    @with_body(schemas.VerifyRequest)
    def verify(body: schemas.VerifyRequest) -> Response:
        """Check every citation of a reply against the stored articles."""
        return jsonify(verify_reply(pipeline.index, body).model_dump(mode="json"))


def _register_articles(app: OpenAPI, pipeline: Answering) -> None:
    one: ResponseDict = {200: html_too(schemas.ArticleReply), **problems(404, 422, 503)}
    many: ResponseDict = {200: html_too(schemas.ArticleListReply), **problems(422, 503)}

    @app.get("/articles/<article_id>", tags=[_ARTICLES], operation_id="article", responses=one, endpoint="article")
    def article(path: schemas.ArticlePath, query: schemas.ArticleQuery) -> Response:
        """Return one article; for a browser, a page with the given ranges highlighted."""
        found = pipeline.index.article(path.article_id)
        if not wants_html():
            return _cached(jsonify(replies.article_to_json(found)))
        spans = valid_ranges(query.start, query.end, len(found.text))
        return _cached(Response(pages.article_page(found, spans), mimetype="text/html"))

    @app.get("/articles", tags=[_ARTICLES], operation_id="articles", responses=many, endpoint="articles")
    def articles(query: schemas.ArticlesQuery) -> Response:
        """Return the collection's articles, newest first, or those that fit a search; a page unless JSON is preferred."""
        listing = list_articles(pipeline.index, query)
        if request.accept_mimetypes["application/json"] > request.accept_mimetypes["text/html"]:
            return _cached(jsonify(listing.model_dump(mode="json")))
        return _cached(Response(pages.articles_page(pipeline.index, query, listing), mimetype="text/html"))


def _cached(response: Response) -> Response:
    """Let clients keep a copy and ask whether it is still right; the ETag is of this very body."""
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    response.make_conditional(request)
    return response
