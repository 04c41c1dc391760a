"""The HTML side: what templates need, and the front page with its permalinks. No state, no cookies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import g, render_template, request, url_for
from markupsafe import Markup, escape
from pydantic import ValidationError

from index.datatypes import Article, Hit, SearchIndex, Span
from qa import __version__
from qa.asking import QUESTION_CHARS, AskRequest
from qa.datatypes import Answer
from qa.texts import LANGUAGES, TEXTS, format_day

CONFIDENCE_WORDS = ((0.8, "high"), (0.6, "medium"), (0.0, "low"))
"""Lowest calibrated confidence of each word; below the abstention threshold nothing is shown at all."""

MAX_RANGES = 50
_MARKER = re.compile(r"\[([0-9]{1,3})\]")
_STATEMENT = re.compile(r"(?<=[0-9]\])\s+(?!\[)")  # a new statement begins after the last marker of another
_FORM_FIELDS = ("question", "published_from", "published_to", "as_of")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a paragraph; `mark` is its element id when it is highlighted ('' continues a mark)."""

    text: str
    mark: str | None = None


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


def _other_language_url(lang: str) -> str:
    """Return this page in the other language; the front page when there is no page here."""
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    if request.endpoint is None or request.method != "GET":
        return url_for("home", lang=other)
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return quote(request.path) + "?" + urlencode([*pairs, ("lang", other)])


def statements(answer: str, citations: int) -> list[Markup]:
    """Return the answer's statements, each ending with its markers, ready for the page."""
    return [with_marker_links(s, citations) for s in _STATEMENT.split(answer) if s.strip()]


def with_marker_links(answer: str, citations: int) -> Markup:
    """Return the answer's text, escaped, with each `[n]` of a known source as a link to its card."""
    parts = _MARKER.split(answer)
    result = Markup("")
    for number, part in enumerate(parts):
        if number % 2 == 0:
            result += escape(part)
        elif 1 <= int(part) <= citations:
            result += Markup('<a class="marker" href="#sumber-{0}">[{0}]</a>').format(int(part))
        else:
            result += escape(f"[{part}]")
    return result


def confidence_word(confidence: float) -> str:
    """Return 'high', 'medium' or 'low'."""
    return next(word for least, word in CONFIDENCE_WORDS if confidence >= least)


def web_url(url: str | None) -> str | None:
    """Return the URL when it is safe to link: only http and https, whatever an article file says."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def valid_ranges(starts: Sequence[int], ends: Sequence[int], length: int) -> list[Span]:
    """Return the ranges that lie in a text of `length` code points, in order, overlapping ones joined."""
    spans = sorted(Span(s, e) for s, e in zip(starts[:MAX_RANGES], ends, strict=False) if 0 <= s < e <= length)
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def paragraphs(text: str, spans: Sequence[Span]) -> list[list[Piece]]:
    """Return the non-empty lines of a text, cut at the borders of highlighted spans (sorted, disjoint)."""
    seen: set[int] = set()
    return [_pieces(text, Span(*line.span()), spans, seen) for line in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _pieces(text: str, line: Span, spans: Sequence[Span], seen: set[int]) -> list[Piece]:
    pieces: list[Piece] = []
    position = line.start
    for number, span in enumerate(spans, 1):
        start, end = max(span.start, position), min(span.end, line.end)
        if start >= end:
            continue
        pieces.append(Piece(text[position:start]))
        pieces.append(Piece(text[start:end], "" if number in seen else _mark_id(number)))
        seen.add(number)
        position = end
    return [p for p in (*pieces, Piece(text[position : line.end])) if p.text]


def _mark_id(number: int) -> str:
    return "kutipan" if number == 1 else f"kutipan-{number}"


def article_page(article: Article, spans: Sequence[Span]) -> str:
    """Return an article's page with ranges highlighted."""
    return render(
        "article.html",
        article=article,
        paragraphs=paragraphs(article.text, spans),
        highlighted=bool(spans),
        url=web_url(article.url),
    )


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
        statements=statements(answer.answer, len(answer.citations)) if answer else [],
        confidence=confidence_word(answer.confidence) if answer else "",
        hits=[(hit, index.article(hit.passage.article_id)) for hit in hits],
        examples=index.example_questions(),
        coverage=index.coverage(),
        quote_link=quote_link,
        web_url=web_url,
        max_chars=QUESTION_CHARS,
    )


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
