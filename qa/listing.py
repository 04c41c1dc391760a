"""The collection's articles as a list: searched, filtered by date and publisher, cut into pages."""

from collections.abc import Sequence

from index.datatypes import Article, ArticleSummary, SearchIndex, article_of
from index.text import terms
from qa.schemas import ArticleListItem, ArticleListReply, ArticlesQuery

ARTICLES_PER_PAGE = 50
SEARCH_DEPTH = 400
"""Passages that a search looks at; an article has some ten, so about a page of articles at least."""


def list_articles(index: SearchIndex, query: ArticlesQuery) -> ArticleListReply:
    """Return the asked page: newest first, or best match first when words were searched for."""
    total, shown = _searched(index, query) if query.search.strip() else _filtered(index, query)
    items = [ArticleListItem.model_validate(s, from_attributes=True) for s in shown]
    return ArticleListReply(articles=items, total=total, page=query.page, pages=max(1, -(-total // ARTICLES_PER_PAGE)))


def _filtered(index: SearchIndex, query: ArticlesQuery) -> tuple[int, Sequence[ArticleSummary]]:
    only = query.to_filter()
    return index.count_matching(only), index.article_summaries(only, (query.page - 1) * ARTICLES_PER_PAGE, ARTICLES_PER_PAGE)


def _searched(index: SearchIndex, query: ArticlesQuery) -> tuple[int, Sequence[Article]]:
    """Return the articles of the passages that hold the words, in the order of each one's best passage."""
    hits = index.lexical_search([*dict.fromkeys(terms(query.search))], SEARCH_DEPTH, query.to_filter())
    found = list(dict.fromkeys(article_of(hit.passage_id) for hit in hits))
    first = (query.page - 1) * ARTICLES_PER_PAGE
    return len(found), [index.article(article_id) for article_id in found[first : first + ARTICLES_PER_PAGE]]
