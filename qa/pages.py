"""The HTML side: what templates need, and the front page with its permalinks. No state, no cookies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from flask import current_app, g, render_template, request, url_for
from pydantic import ValidationError

from index.datatypes import Article, Hit, SearchIndex, Span
from qa import __version__
from qa.asking import QUESTION_CHARS, AskRequest
from qa.datatypes import Answer, Citation
from qa.excerpts import paragraphs, quote_url, web_url
from qa.listing import ARTICLES_PER_PAGE
from qa.prompts import LANGUAGES
from qa.schemas import ArticleListReply, ArticlesQuery
from qa.settings import Settings
from qa.texts import TEXTS, format_day, part_lines, unmentioned_note

CONFIDENCE_WORDS = ((0.8, "high"), (0.6, "medium"), (0.0, "low"))
"""Lowest calibrated confidence of each word; below the abstention threshold nothing is shown at all."""

ANSWER_REFERRER_POLICY = "same-origin"
"""Of an answer's page: with "no-referrer" browsers would not say that its feedback form is our own."""

_FORM_FIELDS = ("question", "published_from", "published_to", "as_of")


@dataclass(frozen=True, slots=True)
class Form:
    """What the visitor typed, and the message beside each field that cannot be used."""

    values: dict[str, str]
    publishers: tuple[str, ...]
    errors: dict[str, str]

    @property
    def filtered(self) -> bool:
        """Whether any filter is set, so that the filters are shown open."""
        return bool(self.publishers) or any(self.values[f] for f in _FORM_FIELDS[1:])


def language() -> str:
    """Return the interface language of this request: Indonesian unless ?lang=en."""
    wanted = request.args.get("lang", LANGUAGES[0])
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def render(template: str, **values: Any) -> str:
    """Render a template with the words of the request's language and the helpers below."""
    lang = language()
    return render_template(
        template,
        t=TEXTS[lang],
        lang=lang,
        link=link,
        day=lambda value: format_day(value, lang),
        other_language=_other_language_url(lang),
        version=__version__,
        **values,
    )


def link(endpoint: str, **values: Any) -> str:
    """Return a URL of this site that keeps the language."""
    lang = language()
    return url_for(endpoint, lang=None if lang == LANGUAGES[0] else lang, **values)


def quote_link(article_id: str, start: int, end: int) -> str:
    """Return the URL of an article opened at a highlighted range."""
    return link("article", article_id=article_id, start=start, end=end, _anchor="kutipan")


def permalink(form: Form) -> str:
    """Return the absolute address that asks the form's question again."""
    asked = {name: form.values[name] for name in _FORM_FIELDS if form.values[name]}
    spoken = {"lang": language()} if language() != LANGUAGES[0] else {}
    # Not by url_for: it leaves a "?" at the end as it is, which programs that find links in text take for punctuation.
    return urljoin(request.url_root, url_for("home")) + "?" + urlencode({**asked, "publishers": form.publishers, **spoken}, doseq=True)


def _other_language_url(lang: str) -> str:
    """Return this page in the other language; the front page when there is no page here."""
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    if request.endpoint is None or request.method != "GET":
        return url_for("home", lang=other)
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return quote(request.path) + "?" + urlencode([*pairs, ("lang", other)])


def statements(answer: str, citations: Sequence[Citation]) -> list[list[str | Citation]]:
    """Return the answer's statements, each as its text and the citation whose marker ends it.

    A marker counts behind its quote only: an article may hold "[1]" itself.
    """
    found: list[list[str | Citation]] = []
    rest = answer
    for citation in citations:
        before, quoted, after = rest.partition(" ".join(citation.quote.split()))
        closing, marker, behind = after.partition(f"[{citation.marker}]")
        if quoted and marker:
            found.append([(before + quoted + closing).lstrip(), citation])
            rest = behind
    return [*found, [rest.strip()]] if rest.strip() else found


def footnoted(answer: Answer, address: str) -> str:
    """Return a cited answer as plain text with footnotes, for the clipboard; `address` is its permalink."""
    texts, lang = TEXTS[language()], language()
    short = part_lines(answer, lang) or ([f"{texts['short_answer']}: {answer.short_answer}"] if answer.short_answer else [])
    said = ["".join(p if isinstance(p, str) else f"[{p.marker}]" for p in s) for s in statements(answer.answer, answer.citations)]
    notes = [f"[{c.marker}] {_footnote(c, texts, lang)}" for c in answer.citations]
    return "\n".join([answer.question, *short, "", *said, "", *notes, "", f"{texts['footnote_retrieved']} {address}"])


def _footnote(citation: Citation, texts: dict[str, str], lang: str) -> str:
    published = format_day(citation.published, lang) or texts["unknown_date"]
    estimate = f" ({texts['estimated']})" if citation.published_is_estimate else ""
    where = web_url(citation.url) or urljoin(request.url_root, quote_link(citation.article_id, citation.start, citation.end))
    return f"{citation.title}. {citation.publisher or texts['unknown_publisher']}, {published}{estimate}. {where}"


def confidence_word(confidence: float) -> str:
    """Return 'high', 'medium' or 'low'."""
    return next(word for least, word in CONFIDENCE_WORDS if confidence >= least)


def article_page(article: Article, spans: Sequence[Span]) -> str:
    """Return an article's page with ranges highlighted; the link to the publisher opens at the first of them."""
    url = quote_url(article.url, article.text[slice(*spans[0])]) if spans else web_url(article.url)
    return render(
        "article.html",
        article=article,
        paragraphs=paragraphs(article.text, spans),
        highlighted=bool(spans),
        url=url,
    )


def articles_page(index: SearchIndex, query: ArticlesQuery, listing: ArticleListReply) -> str:
    """Return the list of articles with its search form."""
    asked = query.model_dump(mode="json", exclude={"page"}, exclude_defaults=True)
    return render("articles.html", listing=listing, query=query, asked=asked, coverage=index.coverage(), per_page=ARTICLES_PER_PAGE)


def about_page(index: SearchIndex, settings: Settings) -> str:
    """Return what the service is, what it is not, and what the collection covers."""
    return render("about.html", coverage=index.coverage(), manifest=index.manifest, settings=settings)


def error_page(status: int) -> str:
    """Return the page of an error, in the visitor's language."""
    key = f"problem_{status}" if f"problem_{status}" in TEXTS["id"] else "problem_other"
    return render("error.html", key=key, status=status, request_id=g.get("request_id", ""))


def read_form() -> tuple[Form, AskRequest | None]:
    """Return the form as sent and, when a usable question was sent, the request in it."""
    values = {field: request.args.get(field, "") for field in _FORM_FIELDS}
    publishers = tuple(dict.fromkeys(p for p in request.args.getlist("publishers") if p))
    if "question" not in request.args:
        return Form(values, publishers, {}), None
    sent: dict[str, Any] = {k: v.strip() for k, v in values.items() if v.strip() or k == "question"}
    try:
        asked = AskRequest.model_validate(sent | ({"publishers": [*publishers]} if publishers else {}))
    except ValidationError as error:
        return Form(values, publishers, _messages(error)), None
    return Form({**values, "question": asked.question}, publishers, {}), asked


def _messages(error: ValidationError) -> dict[str, str]:
    texts = TEXTS[language()]
    return {str(e["loc"][0]): texts.get(f"error_{e['type']}", texts["error_other"]) for e in error.errors()}


def _active_filters(asked: AskRequest | None) -> list[str]:
    """Return the filters of a question in words."""
    if asked is None:
        return []
    lang = language()
    days = (("from", asked.published_from), ("to", asked.published_to), ("as_of", asked.as_of))
    named = [f"{TEXTS[lang][key].lower()} {format_day(day, lang)}" for key, day in days if day is not None]
    return [*named, *(asked.publishers or ())]


def home_page(index: SearchIndex, form: Form, asked: AskRequest | None, answer: Answer | None) -> str:
    """Return the front page: the form and, when a question was asked, its answer."""
    hits = _shown_hits(answer)
    return render(
        "home.html",
        form=form,
        active=_active_filters(asked),
        answer=answer,
        statements=statements(answer.answer, answer.citations) if answer else [],
        permalink=permalink(form) if answer else "",
        copy_text=footnoted(answer, permalink(form)) if answer and answer.citations else "",
        verdicts=_verdicts(answer) if answer and current_app.config["FEEDBACK"] else {},
        quote_places=[f"{c.article_id}:{c.start}:{c.end}:{c.sha256}" for c in answer.citations] if answer else [],
        confidence=confidence_word(answer.confidence) if answer else "",
        unmentioned=unmentioned_note(answer, language()) if answer else "",
        hits=[(hit, index.article(hit.passage.article_id)) for hit in hits],
        examples=index.example_questions(),
        coverage=index.coverage(),
        quote_link=quote_link,
        quote_url=quote_url,
        title_of=lambda article_id: index.article(article_id).title,
        max_chars=QUESTION_CHARS,
    )


def _verdicts(answer: Answer) -> dict[str, str]:
    """Return the verdicts that fit the answer: {value: name of its words}."""
    if answer.abstained:
        return {"right": "feedback_right_abstained", "wrong": "feedback_wrong_abstained"}
    return {"right": "feedback_right", "wrong": "feedback_wrong", "wrong_quote": "feedback_wrong_quote"}


def _shown_hits(answer: Answer | None) -> Sequence[Hit]:
    """Return the passages worth showing: the nearest of an abstention, else those not quoted already."""
    if answer is None:
        return ()
    if answer.abstention is not None:
        return answer.abstention.nearest[:3]
    quoted = [(c.article_id, c.start, c.end) for c in answer.citations]
    return [h for h in answer.passages if not any(_holds(h, *q) for q in quoted)][:4]


def _holds(hit: Hit, article_id: str, start: int, end: int) -> bool:
    p = hit.passage
    return p.article_id == article_id and start < p.end and p.start < end
