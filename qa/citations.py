"""The gate: a quote is shown only when the stored article, read again now, holds it at its offsets."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz

from index.datatypes import Article, Filter, SearchIndex, Span
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


def cite(quotes: Sequence[Quote], index: SearchIndex) -> tuple[Citation, ...]:
    """Return citations for the quotes that verify, numbered from 1 in order of use; the others are dropped."""
    citations: list[Citation] = []
    for quote in quotes:
        try:
            article = index.article(quote.article_id)
        except UnknownArticleError:
            continue
        if not _repeated(quote, citations) and is_verbatim(article, quote):
            citations.append(replace(_citation(len(citations) + 1, article, quote), also_in=_also_in(quote, index)))
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


def check_citation(claim: CitationClaim, index: SearchIndex) -> Status:
    """Re-check a citation of an earlier answer.

    `found`: the article, unchanged, holds the quote at its offsets. `misattributed`: the quote exists, but elsewhere in
    this article or in another one. `not_found`: no article of the collection holds it; of more than `MOST_ARTICLES_READ` articles only the
    likeliest are read, so that nobody can keep a large collection busy with made-up quotes.
    """
    try:
        article = index.article(claim.article_id)
    except UnknownArticleError:
        article = None
    if article and claim.sha256 == article.sha256 and _stands_at_its_place(claim, article):
        return Status.FOUND
    return Status.MISATTRIBUTED if claim.quote.strip() and _held_somewhere(claim.quote, index) else Status.NOT_FOUND


def _stands_at_its_place(claim: CitationClaim, article: Article) -> bool:
    return 0 <= claim.start < claim.end and article.text[claim.start : claim.end] == claim.quote


def _held_somewhere(quote: str, index: SearchIndex) -> bool:
    """Whether an article holds the quote: those that BM25 finds for its words are read, and in a collection that is not too large all."""
    words = terms(quote)[:MOST_SEARCHED_TERMS]
    likely = [i.rpartition("#")[0] for i, _ in index.lexical_search(words, SEARCHED_PASSAGES, Filter())] if words else []
    if any(quote in index.article(i).text for i in dict.fromkeys(likely)):
        return True
    if index.manifest.articles > MOST_ARTICLES_READ:
        return False
    return any(quote in index.article(s.article_id).text for s in index.article_summaries())


def _also_in(quote: Quote, index: SearchIndex) -> tuple[str, ...]:
    """The near-duplicates of the quote's article that hold it word for word: others may say something else at this place."""
    copies = index.copies([quote.article_id]).get(quote.article_id, ())
    return tuple(i for i in copies if quote.text in index.article(i).text)


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
