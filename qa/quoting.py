"""Which sentences are quoted for an answer: the best one with its list, and others that answer nearly as well."""

from collections.abc import Sequence
from itertools import chain

from index.datatypes import Span
from index.lists import introduction, kind_among, lines_beside
from index.metadata import dateline_of
from index.tables import inside
from qa.article_view import view_of
from qa.datatypes import Quote
from qa.evidence import Sentence
from qa.feature_rows import Row
from qa.questions import Kind, Question

MOST_SENTENCES = 3
LONGEST_LIST = 12
# Lines of these kinds answer for themselves, unless all of a list are asked for.
ALONE = ("label", "plain", "row", "step")


def choose(sentences: Sequence[Sentence], scores: Row, margin: float, kind: Kind) -> list[Quote]:
    """Return the best sentence, completed to its list, and others that score at most `margin` less.

    `sentences` come best first with their scores, shape (len(sentences),). Other rows of its table are about something else.
    """
    introducing, lines = _with_its_list(sentences[0], kind)
    table = view_of(sentences[0].article).rows_beside(sentences[0].span)
    spans = [*introducing, *lines]
    quotes = [quote_of(sentences[0], span) for span in spans]
    for sentence, score in zip(sentences[1:], scores[1:], strict=True):
        if len(quotes) >= max(MOST_SENTENCES, len(spans)) or scores[0] - score > margin:
            break
        of_table = sentence.article is sentences[0].article and sentence.span in table
        further = [] if of_table else _with_what_it_introduces(sentence, kind, MOST_SENTENCES - len(quotes))
        quotes += [quote for span in further if not is_shown(quote := quote_of(sentence, span), quotes)]
    return quotes


def _with_what_it_introduces(sentence: Sentence, kind: Kind, room: int) -> list[Span]:
    """The sentence, with its list when it introduces one: it says nothing without. None when there is no room for the list, unless one is asked for."""
    if not sentence.text.endswith(":"):
        return [sentence.span]
    spans = [*chain(*_with_its_list(sentence, kind))]
    return spans if kind is Kind.LIST or len(spans) <= room else []


def _with_its_list(best: Sentence, kind: Kind) -> tuple[list[Span], list[Span]]:
    """What introduces the sentence's list, if anything, and its lines; one line `ALONE` when it answers for itself, as does a sentence outside lists."""
    view = view_of(best.article)
    at = view.position.get(best.span)
    if at is None:
        return [], [best.span]
    if view.texts[at].endswith(":") and at + 1 < len(view.texts) and introduction(view.texts, at + 1) == at:
        at += 1
    form, introducing = kind_among(view.texts, at), introduction(view.texts, at)
    if form is None or (form in ("plain", "row") and introducing is None):
        return [], [best.span]
    beside = lines_beside(view.texts, at)
    whole = form not in ALONE or kind is Kind.LIST or (form == "step" and kind is Kind.MANNER)
    shown = beside if whole else range(at, at + 1)
    first = max(shown.start, at - LONGEST_LIST + 1)
    lines = [view.sentences[n] for n in range(first, min(shown.stop, first + LONGEST_LIST))]
    return ([] if introducing is None else [view.sentences[introducing]]), lines


def is_one_of_a_list(question: Question, best: Sentence) -> bool:
    """Whether all items are asked for and stand in lines of their own: one of them would be a wrong short answer."""
    return question.kind is Kind.LIST and len(_with_its_list(best, question.kind)[1]) > 1


def quote_of(sentence: Sentence, span: Span) -> Quote:
    """Return a span of the sentence's article as a quote, without the dateline before it ("KOTA, contoh.com – "), which names the source that is named
    anyway, and without the strokes at the ends of a table's row.
    """
    article = sentence.article
    text = article.text[slice(*span)]
    within = inside(text) if view_of(article).is_row(span) else Span(len(dateline_of(text)), len(text))
    start, end = span.start + within.start, span.start + within.end
    return Quote(article.article_id, sentence.hit.passage.passage_id, start, end, article.text[start:end])


def is_shown(quote: Quote, quotes: Sequence[Quote]) -> bool:
    """Whether the quotes show a part of this one, or its words from another place."""
    return any(quote.text == q.text or (quote.article_id == q.article_id and q.start < quote.end and quote.start < q.end) for q in quotes)
