"""An article as the reader sees it: its sentences as terms, made once and kept for the next question."""

import re
from functools import cached_property, lru_cache

from index.datatypes import Article, Span
from index.lists import introduction, lines_beside
from index.passages import quotable_regions
from index.sentences import split_sentences
from index.short_forms import all_terms
from index.synonyms import Wording
from index.tables import header, is_row_among
from index.text import normalise, terms, tokens
from qa.areas import areas_spoken_of
from qa.timeline import years_from_now

_WORD = re.compile(r"[^\W\d_]+")
_NAMES_IN_A_ROW = re.compile(r"[A-ZÀ-Þ]\w*(?:\s+(?:(?:dan|atau|di|ke)\s+)?[A-ZÀ-Þ]\w*)+")


class ArticleView:
    """An article's sentences as terms; every one of them is compared with the question."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.sentences = [s for region in quotable_regions(article.text, article.excluded) for s in split_sentences(article.text, *region)]
        self.terms = [all_terms(terms(text)) | _years_told(text, article) for text in (article.text[slice(*s)] for s in self.sentences)]
        self.title = all_terms(terms(article.title))
        self.all = set.union(self.title, *self.terms) | set(terms(article.publisher or "")) | _date_terms(article) | _initials(article.text)
        self.areas = areas_spoken_of(f"{article.title}\n{article.text}")
        self.position = {s: n for n, s in enumerate(self.sentences)}

    @cached_property
    def spoken(self) -> list[str]:
        """Title, sentences and publisher as normalised words in order; needed only for names that are not found as terms."""
        return _WORD.findall(normalise("\n".join((self.article.title, *self.texts, self.article.publisher or ""))))

    @cached_property
    def words(self) -> frozenset[str]:
        """The different ones among the words of `spoken`."""
        return frozenset(self.spoken)

    @cached_property
    def wording(self) -> Wording:
        """The words of title and sentences in order."""
        return Wording("\n".join((self.article.title, *self.texts)))

    def speaks(self, phrase: str) -> bool:
        """Whether the article holds the normalised words of `phrase` one after the other."""
        return f" {phrase} " in self._spoken_text

    @cached_property
    def _spoken_text(self) -> str:
        return f" {' '.join(self.spoken)} "

    @cached_property
    def texts(self) -> list[str]:
        """The sentences as they are written."""
        return [self.article.text[slice(*s)] for s in self.sentences]

    def heading(self, start: int) -> str:
        """Return the title and, for text that begins inside a list at `start`, what introduces the list: a reader must know what the lines are of."""
        at = self._starting_at.get(start)
        found = None if at is None else introduction(self.texts, at)
        return self.article.title if found is None else f"{self.article.title} – {self.texts[found]}"

    def introducing(self, at: int | None) -> set[str]:
        """Return the terms of what introduces the list that sentence `at` is a line of, of a table also those of the line before it; none outside lists."""
        found = None if at is None else introduction(self.texts, at)
        if found is None:
            return set()
        return self.terms[found] | _initials(self.texts[found]) | (self.introducing(found) if is_row_among(self.texts, found) else set())

    def is_row(self, span: Span) -> bool:
        """Whether the sentence `span` is the row of a table."""
        at = self.position.get(span)
        return at is not None and is_row_among(self.texts, at)

    def rows_beside(self, span: Span) -> set[Span]:
        """Return the other rows of the table that the sentence `span` is a row of; none outside tables."""
        return self.lines_beside(span) - {span} if self.is_row(span) else set()

    def naming_columns(self, span: Span) -> str | None:
        """Return the row that names the columns of the table that the sentence `span` is a row of; None when none does."""
        at = self.position.get(span)
        found = None if at is None else header(self.texts, at)
        return None if found is None else self.texts[found]

    def is_header(self, span: Span) -> bool:
        """Whether the sentence `span` only names the columns of a table."""
        at = self.position.get(span, len(self.sentences))
        return at + 1 < len(self.sentences) and header(self.texts, at + 1) == at

    def lines_beside(self, span: Span) -> set[Span]:
        """Return the lines of the list that the sentence `span` is a line of, this one too; none outside lists."""
        at = self.position.get(span)
        return set() if at is None else {self.sentences[n] for n in lines_beside(self.texts, at)}

    @cached_property
    def _starting_at(self) -> dict[int, int]:
        return {span.start: n for n, span in enumerate(self.sentences)}

    def around(self, at: int, reach: int) -> range:
        """Return the numbers of the sentences at most `reach` before or after sentence `at`."""
        return range(max(0, at - reach), min(len(self.sentences), at + reach + 1))


@lru_cache(maxsize=1024)
def view_of(article: Article) -> ArticleView:
    """Return the view of an article; the same few articles are read for many questions."""
    return ArticleView(article)


def _initials(text: str) -> set[str]:
    """Acronyms that names in the text could be shortened to: "Badan Pusat Statistik" gives "bps" and "bp", "ps"."""
    found: set[str] = set()
    for name in _NAMES_IN_A_ROW.findall(text):
        letters = "".join(word[0] for word in re.findall(r"[A-ZÀ-Þ]\w*", name)).lower()
        found |= {letters[i:j] for i in range(len(letters)) for j in range(i + 2, min(i + 7, len(letters)) + 1)}
    return found


def _date_terms(article: Article) -> set[str]:
    """Year, and the date as digits: a question may name the date of an article that does not spell it out."""
    return {*tokens(article.published.isoformat()), str(article.published.year)} if article.published else set()


def _years_told(sentence: str, article: Article) -> set[str]:
    """The years of "tahun ini", "dua tahun lalu" in a sentence: a question names them."""
    return {str(article.published.year + step) for step in years_from_now(sentence)} if article.published else set()
