"""The collection's articles as a list: searched, filtered by date and publisher, cut into pages."""

from collections.abc import Sequence

from index.datatypes import ArticleSummary, Filter, SearchIndex
from index.text import terms
from qa.schemas import ArticleListItem, ArticleListReply, ArticlesQuery

ARTICLES_PER_PAGE = 50
SEARCH_DEPTH = 400
"""Passages that a search looks at; an article has some ten, so about a page of articles at least."""


def list_articles(index: SearchIndex, query: ArticlesQuery) -> ArticleListReply:
    """Return the asked page: newest first, or best match first when words were searched for."""
    found = _searched(index, query) if query.search.strip() else _filtered(index.article_summaries(), query.to_filter())
    first = (query.page - 1) * ARTICLES_PER_PAGE
    shown = [ArticleListItem.model_validate(s, from_attributes=True) for s in found[first : first + ARTICLES_PER_PAGE]]
    return ArticleListReply(articles=shown, total=len(found), page=query.page, pages=max(1, -(-len(found) // ARTICLES_PER_PAGE)))


def _filtered(summaries: Sequence[ArticleSummary], only: Filter) -> list[ArticleSummary]:
    return [s for s in summaries if only.accepts(s.publisher, s.published)] if only.restricts else [*summaries]


def _searched(index: SearchIndex, query: ArticlesQuery) -> list[ArticleSummary]:
    """Return the articles of the passages that hold the words, in the order of each one's best passage."""
    hits = index.lexical_search([*dict.fromkeys(terms(query.search))], SEARCH_DEPTH, query.to_filter())
    order = dict.fromkeys(hit.passage_id.rpartition("#")[0] for hit in hits)
    summaries = {s.article_id: s for s in index.article_summaries()} if order else {}
    return [summaries[article_id] for article_id in order if article_id in summaries]
