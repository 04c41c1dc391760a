"""The gate: a quote is shown only when the stored article, read again now, holds it at its offsets."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz

from index.datatypes import Article, Filter, SearchIndex, Span, article_of
from index.errors import UnknownArticleError
from index.sentences import trim
from index.text import terms
from qa.datatypes import Citation, Quote

# A quote that a language model copied with other quotation marks or spaces still aligns above this (0..100);
# what is shown then is the article's own text, never the model's.
LEAST_ALIGNMENT = 95.0
SHORTEST_LOCATED_CHARS = 12
# Reading 5,000 articles takes about a quarter of a second.
MOST_ARTICLES_READ = 5_000
SEARCHED_PASSAGES = 100
MOST_SEARCHED_TERMS = 64


class Status(StrEnum):
    """What became of one citation when it was checked."""

    FOUND = "found"
    MISATTRIBUTED = "misattributed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class CitationClaim:
    """What somebody says an article holds."""

    marker: int
    article_id: str
    quote: str
    start: int
    end: int
    sha256: str


def cite(quotes: Sequence[Quote], index: SearchIndex, only: Filter = Filter()) -> tuple[Citation, ...]:  # noqa: B008  # a frozen value
    """Return citations for the quotes that verify, numbered from 1 in order of use; the others are dropped.

    They name the copies of their article that pass `only`.
    """
    citations: list[Citation] = []
    for quote in quotes:
        try:
            article = index.article(quote.article_id)
        except UnknownArticleError:
            continue
        if not _repeated(quote, citations) and is_verbatim(article, quote):
            citations.append(replace(_citation(len(citations) + 1, article, quote), also_in=_also_in(quote, index, only)))
    return tuple(citations)


def is_verbatim(article: Article, quote: Quote) -> bool:
    """Whether the article holds the quote at its offsets, outside boilerplate, and is itself unchanged."""
    in_range = 0 <= quote.start < quote.end <= len(article.text)
    clean = all(quote.end <= s.start or quote.start >= s.end for s in article.excluded)
    same = in_range and article.text[quote.start : quote.end] == quote.text
    return same and clean and hashlib.sha256(article.text.encode()).hexdigest() == article.sha256


def locate(quote: str, article: Article, within: Span) -> Span | None:
    """Return where the article holds a quote, exactly or but for marks and spaces; None when it does not.

    `within` is searched first; outside it only exact matches count, inside it near ones too (RapidFuzz's best partial alignment).
    """
    wanted = quote.strip().strip("\"“”'")
    if not wanted:
        return None
    exact = article.text.find(wanted, *within)
    if exact < 0:
        exact = article.text.find(wanted)
    if exact >= 0:
        return Span(exact, exact + len(wanted))
    if len(wanted) < SHORTEST_LOCATED_CHARS:
        return None
    region = article.text[within.start : within.end]
    found = fuzz.partial_ratio_alignment(wanted, region, score_cutoff=LEAST_ALIGNMENT)
    if found is None or found.dest_end <= found.dest_start:
        return None
    return trim(article.text, Span(within.start + found.dest_start, within.start + found.dest_end))


def check_citations(claims: Sequence[CitationClaim], index: SearchIndex) -> list[Status]:
    """Re-check the citations of an earlier answer; return the status of each, in order.

    `found`: the article, unchanged, holds the quote at its offsets. `misattributed`: the quote exists, but elsewhere in
    this article or in another one. `not_found`: no article of the collection holds it. All quotes that are not where they should be are
    looked for in one reading, and of more than `MOST_ARTICLES_READ` articles only the likeliest are read, so that nobody can keep the service
    busy with made-up quotes.
    """
    in_place = [_stands_at_its_place(claim, index) for claim in claims]
    held = _held_somewhere({c.quote for c, found in zip(claims, in_place, strict=True) if not found and c.quote.strip()}, index)
    return [Status.FOUND if found else Status.MISATTRIBUTED if c.quote in held else Status.NOT_FOUND for c, found in zip(claims, in_place, strict=True)]


def _stands_at_its_place(claim: CitationClaim, index: SearchIndex) -> bool:
    try:
        article = index.article(claim.article_id)
    except UnknownArticleError:
        return False
    return claim.sha256 == article.sha256 and 0 <= claim.start < claim.end and article.text[claim.start : claim.end] == claim.quote


def _held_somewhere(quotes: set[str], index: SearchIndex) -> set[str]:
    """Those of the quotes that an article holds: the ones that BM25 finds for their words are read, and in a collection that is not too large all."""
    held = {quote for quote in quotes if any(quote in index.article(i).text for i in _likely(quote, index))}
    if index.manifest.articles > MOST_ARTICLES_READ:
        return held
    missing = quotes - held
    for summary in index.article_summaries() if missing else ():
        text = index.article(summary.article_id).text
        missing -= {quote for quote in missing if quote in text}
        if not missing:
            break
    return quotes - missing


def _likely(quote: str, index: SearchIndex) -> list[str]:
    """Ids of the articles that BM25 finds for the quote's words."""
    words = terms(quote)[:MOST_SEARCHED_TERMS]
    return list(dict.fromkeys(article_of(i) for i, _ in index.lexical_search(words, SEARCHED_PASSAGES, Filter()))) if words else []


def _also_in(quote: Quote, index: SearchIndex, only: Filter) -> tuple[str, ...]:
    """The near-duplicates of the quote's article that pass the filter and hold it word for word: others may say something else at this place."""
    copies = [index.article(i) for i in index.copies([quote.article_id]).get(quote.article_id, ())]
    return tuple(a.article_id for a in copies if only.accepts(a.publisher, a.published) and quote.text in a.text)


def _repeated(quote: Quote, citations: Sequence[Citation]) -> bool:
    return any(c.article_id == quote.article_id and c.start <= quote.start and quote.end <= c.end for c in citations)


def _citation(marker: int, article: Article, quote: Quote) -> Citation:
    return Citation(
        marker=marker,
        article_id=article.article_id,
        passage_id=quote.passage_id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        published_is_estimate=article.published_is_estimate,
        url=article.url,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        sha256=article.sha256,
    )
