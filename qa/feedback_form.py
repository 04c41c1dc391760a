"""The form below an answer: what it sends, who may send it, and the verdict that is stored of it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from flask import redirect, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from index.datatypes import SearchIndex
from index.errors import UnknownArticleError
from qa.asking import Day, PublisherName, Question
from qa.errors import ForeignFormError
from qa.feedback import Feedback, FeedbackStore, StoredQuote, Verdict
from qa.fields import FieldsError
from qa.pages import link, render

COMMENT_CHARS = 1000
MOST_QUOTES = 20
_FILTERS = ("published_from", "published_to", "as_of", "publishers")
_QUOTE = re.compile(r"([A-Za-z0-9._-]{1,128}):([0-9]{1,9}):([0-9]{1,9}):([0-9a-f]{64})", re.ASCII)
_WORD = re.compile(r"\w")


def _one_text(value: object) -> object:
    """Line ends of forms are CR LF; half a surrogate pair cannot be stored as UTF-8."""
    return value.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


class FeedbackForm(BaseModel):
    """The fields of the form. `quotes` are places: the texts are read from the articles, never taken from the sender."""

    model_config = ConfigDict(extra="ignore")

    verdict: Verdict
    comment: Annotated[str, BeforeValidator(_one_text), StringConstraints(strip_whitespace=True, max_length=COMMENT_CHARS)] = ""
    question: Question
    language: Literal["id", "en"] = "id"
    abstained: bool = False
    short_answer: Annotated[str, BeforeValidator(_one_text), StringConstraints(max_length=500)] = ""
    quotes: Annotated[list[str], Field(max_length=MOST_QUOTES)] = []
    published_from: Day = None
    published_to: Day = None
    as_of: Day = None
    publishers: Annotated[list[PublisherName], Field(max_length=100)] = []

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that were set, by name, as strings."""
        return {k: v for k, v in self.model_dump(mode="json", include={*_FILTERS}).items() if v}


def receive(index: SearchIndex, store: FeedbackStore | None) -> Response:
    """Store the verdict of this request's form and lead to the page of thanks.

    Raises `ForeignFormError` for a form of another site, `FieldsError` for fields that cannot be used.
    """
    if store is None:
        raise NotFound
    require_own_page()
    form = read_form(request.form)
    store.add(_entry(form, index))
    return redirect(link("feedback", question=form.question, **form.filters), 303)


def thanks_page() -> str:
    """Return the page that follows a verdict; its address holds the question, so that the way back is known."""
    back = {name: request.args.getlist(name) for name in ("question", *_FILTERS) if request.args.get(name)}
    return render("thanks.html", back=back)


def require_own_page() -> None:
    """Raise `ForeignFormError` unless a page of this very service sent the form.

    There is no session to steal, but another site could fill the file in its visitors' names. Browsers say where a form
    comes from: Sec-Fetch-Site over https and on this machine, else Origin. A program that says neither is refused too.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "")
    own = site == "same-origin" if site is not None else urlsplit(origin).netloc == request.host
    if not own:
        raise ForeignFormError("This form was not sent from a page of this service; open the answer and send it from there.")


def read_form(sent: MultiDict[str, str]) -> FeedbackForm:
    """Return the checked form; empty fields count as not sent. Raises `FieldsError`."""
    lists = {name: [v for v in sent.getlist(name) if v] for name in ("quotes", "publishers")}
    single = {name: value for name, value in sent.items() if value and name not in lists}
    try:
        return FeedbackForm.model_validate(single | lists)
    except ValidationError as error:
        raise FieldsError.of(error) from error


def _entry(form: FeedbackForm, index: SearchIndex) -> Feedback:
    quotes = () if form.abstained else tuple(_stored(form.quotes, index))
    short = form.short_answer if _WORD.search(form.short_answer) and any(form.short_answer in q.quote for q in quotes) else None
    return Feedback(
        received=datetime.now(UTC).date(),
        verdict=form.verdict,
        comment=form.comment,
        question=form.question,
        language=form.language,
        filters=form.filters,
        abstained=form.abstained,
        short_answer=short,
        quotes=quotes,
        generation=index.manifest.generation,
    )


def _stored(places: Iterable[str], index: SearchIndex) -> Iterable[StoredQuote]:
    """Read the quotes again from the articles; a place that no longer fits its article is left out."""
    for place in places:
        if (found := _QUOTE.fullmatch(place)) is None:
            continue
        try:
            article = index.article(found[1])
        except UnknownArticleError:
            continue
        start, end = int(found[2]), int(found[3])
        if found[4] == article.sha256 and 0 <= start < end <= len(article.text):
            yield StoredQuote(article.article_id, article.text[start:end])
