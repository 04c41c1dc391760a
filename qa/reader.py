"""The extractive reader: ranks the sentences of the retrieved passages, picks the quotes and a short answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.datatypes import Article, Hit, SearchIndex, Span
from index.metadata import dateline_of
from index.sentences import is_bullet
from index.text import spell_out
from qa.article_view import view_of
from qa.datatypes import DatedValue, Draft, Quote, Reason
from qa.evidence import Sentence, gather
from qa.feature_rows import Row, confidence_row, ranking_row, reread, topic_row
from qa.forms import contact_form
from qa.linear_models import ReaderModel
from qa.offices import is_about_another_office
from qa.questions import Kind, Question, analyse
from qa.reading import ReadsPassages, Remembered
from qa.timeline import Dated, When, comparable, held_at, history, tells_of_another_year, when_asked, without_time

MOST_SENTENCES = 3
# Log-odds; about one in e**3 sentences that far behind the best is the better one.
HOLDER_MARGIN = 3.0
LONGEST_LIST = 12
# At this confidence further sentences must score within `SURE_MARGIN` of the best. On news_dev, all 18 passages read, .850 of the answerable
# questions are answered rightly, with 1.95 quotes; without this .863 and 2.23; at .8 .841 and 1.79.
SURE = 0.9
SURE_MARGIN = 1.5
# So many passages are read for every question, the others only when these do not answer with a confidence of `ENOUGH`. On news_dev .841 of the
# answerable questions are answered rightly at .6, .846 at .75, .850 when all 18 are always read; as many unanswerable ones each time.
READ_FIRST = 8
ENOUGH = 0.75
# Kinds of question whose answer changes with time.
CHANGING = (Kind.PERSON, Kind.AMOUNT)
# Log-odds; sentences of two articles that state the same thing hardly differ.
SAME_THING_MARGIN = 2.0
# They also hold nearly the same share (0..1, by rarity) of the question's words.
SAME_THING_WORDS = 0.1


# An article that never names the office asked about, or only the other kind of area of that name, and a sentence with a figure of another year than the
# one asked about: they score so much less (log-odds) and are believed no more than this. Of 1,253 right drafts that were believed, `news_dev`'s and written
# ones, none was of such an article; a figure of another year was told by 1 right draft that was believed, and for 4 unanswerable questions.
RULED_OUT = 6.0
HARDLY_SURE = 0.05


class Reader:
    """Composes drafts from verbatim sentences."""

    def __init__(self, index: SearchIndex, model: ReaderModel, passages: ReadsPassages) -> None:
        """Read articles from `index` by `passages`; rank their sentences by `model`."""
        self._index = index
        self._passages = passages
        self._model = model

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return the quotes that answer best, with a calibrated confidence; no quotes when there are no sentences.

        The hits behind the first `READ_FIRST` are read only when those do not answer with confidence.
        """
        reader = Reader(self._index, self._model, Remembered(self._passages))
        draft = reader._draft(question, hits[:READ_FIRST])
        return draft if len(hits) <= READ_FIRST or draft.confidence >= ENOUGH else reader._draft(question, hits)

    def _draft(self, question: Question, hits: Sequence[Hit]) -> Draft:
        timeless = without_time(question.text)
        if timeless != question.text and (dated := self._dated(replace(analyse(timeless), asked_on=question.asked_on), hits, question.text)):
            return dated
        sentences, scores = self.rank(question, hits)
        if not sentences:
            return Draft((), None, 0.0, Reason.NO_EVIDENCE)
        best = sentences[0]
        confidence = self._confidence(question, sentences, scores)
        if (facts := dated_facts(question, sentences, scores)) and timeless == question.text:
            return _told_by_time(question, facts, sentences, When(), confidence)
        short = best.article.text[slice(*best.short)] if best.short and not _one_of_a_list(question, best) else None
        margin = min(SURE_MARGIN, self._model.second_sentence) if confidence >= SURE else self._model.second_sentence
        return Draft(tuple(choose(sentences, scores, margin)), short, confidence, _reason(question, best))

    def _dated(self, timeless: Question, hits: Sequence[Hit], asked: str) -> Draft | None:
        """The draft for a question about a time when the articles know several values, else None."""
        sentences, scores = self.rank(timeless, hits)
        if not sentences:
            return None
        when = when_asked(asked, timeless.asked_on or date.today())
        facts = dated_facts(timeless, sentences, scores, _years(when))
        # Whom somebody followed is often told in so many words ("X menggantikan Y"), by one article.
        if not facts or (when.order is not None and held_at(facts, when) is None):
            return None
        return _told_by_time(timeless, facts, sentences, when, self._confidence(timeless, sentences, scores))

    def _confidence(self, question: Question, sentences: Sequence[Sentence], scores: Row) -> float:
        best = sentences[0]
        if is_about_another_office(question, view_of(best.article)) or _lacks_contact(question, best) or _of_another_year(question, best):
            return HARDLY_SURE
        row = confidence_row(sentences, scores, reread(question, best, self._passages))
        return self._model.confidence_of(row, topic_row(sentences), self._index.manifest.encoder_fingerprint)

    def rank(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Sentence], Row]:
        """Return the sentences of the hits, best first, with their scores, shape (sentences,)."""
        sentences = gather(question, hits, self._index, self._passages)
        if not sentences:
            return [], np.zeros(0)
        scores = self._model.ranking.score(np.stack([ranking_row(s) for s in sentences]))
        articles = {s.article.article_id: s.article for s in sentences}
        other = {i: is_about_another_office(question, view_of(article)) for i, article in articles.items()}
        scores -= RULED_OUT * np.array([other[s.article.article_id] or _of_another_year(question, s) for s in sentences])
        order = _newest_holder_first(np.argsort(-scores, kind="stable"), sentences, scores)
        return [sentences[int(n)] for n in order], scores[order]


class RecentDrafts:
    """Composes as a reader does and keeps its last drafts in memory. Safe to use from several threads.

    Drafts, not answers: what is shown is read again from the stored article each time.
    """

    def __init__(self, reader: Reader, kept: int) -> None:
        """Keep the last `kept` drafts of `reader`."""
        self._compose = lru_cache(kept)(reader.compose)

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return what the reader returns."""
        # "Tahun lalu" counts from today, so a draft lasts for a day.
        return self._compose(replace(question, asked_on=question.asked_on or date.today()), tuple(hits))


def _newest_holder_first(order: npt.NDArray[np.int64], sentences: Sequence[Sentence], scores: Row) -> npt.NDArray[np.int64]:
    """Let the newest article speak first among sentences that equally name the holder of an office.

    Office holders change, and a question without a date asks for today's. Only sentences that name somebody right beside
    all the words of the question count ("Wali Kota X Nama Orang"), and only near the top.
    """
    top = scores[order[0]]
    holders = [n for n in order if sentences[n].values["apposed"] >= 1 and top - scores[n] <= HOLDER_MARGIN]
    if len(holders) < 2 or sentences[order[0]].values["apposed"] < 1:
        return order
    newest = max(holders, key=lambda n: sentences[n].published)
    return np.array([newest, *(n for n in order if n != newest)])


def dated_facts(question: Question, sentences: Sequence[Sentence], scores: Row, years: frozenset[str] = frozenset()) -> list[Dated]:
    """Return the different values that articles of different days give, oldest first; empty when there is only one.

    An article speaks by its best sentence, if that scores nearly as well as the best of all and lacks nothing asked for.
    """
    if question.kind not in CHANGING:
        return []
    found: dict[str, Dated] = {}
    for number, (sentence, score) in enumerate(zip(sentences, scores, strict=True)):
        article = sentence.article
        if scores[0] - score > SAME_THING_MARGIN or article.published is None or article.article_id in found or sentence.short is None:
            continue
        if any(sentence.values[v] > sentences[0].values[v] for v in ("names_missing", "areas_missing", "rarest_missing")):
            continue
        if sentence.values["covered_near"] < sentences[0].values["covered_near"] - SAME_THING_WORDS:
            continue
        if sentence.values["apposed"] < sentences[0].values["apposed"]:  # "Nama Orang mewakili wali kota" names no mayor
            continue
        mentions = any(year in sentence.text for year in years)
        found[article.article_id] = Dated(article.text[slice(*sentence.short)], article.published, number, mentions)
    of_one_measure = [f for f in found.values() if comparable(f.value, next(iter(found.values())).value)]
    facts = history(of_one_measure)
    return facts if len(facts) > 1 else []


def _years(when: When) -> frozenset[str]:
    return frozenset(str(day.year) for day in (when.start, when.end) if day)


def _told_by_time(question: Question, facts: Sequence[Dated], sentences: Sequence[Sentence], when: When, confidence: float) -> Draft:
    """The value of the asked time first, then the others as the history of the thing."""
    chosen = held_at(facts, when)
    if chosen is None:
        return Draft((), None, 0.0, Reason.OUTSIDE_PERIOD)
    quotes = {f.number: _quote(sentences[f.number].article, sentences[f.number].hit, sentences[f.number].span) for f in facts}
    others = [quotes[f.number] for f in reversed(facts) if f is not chosen][:MOST_SENTENCES]
    told = tuple(DatedValue(f.value, f.published, quotes[f.number], f.published == facts[-1].published) for f in facts)
    return Draft((quotes[chosen.number], *others), chosen.value, confidence, _reason(question, sentences[chosen.number]), told)


def choose(sentences: Sequence[Sentence], scores: Row, margin: float) -> list[Quote]:
    """Return the best sentence, completed to its list, and others that score at most `margin` less.

    `sentences` come best first with their scores, shape (len(sentences),).
    """
    spans = _complete(sentences[0])
    quotes = [_quote(sentences[0].article, sentences[0].hit, span) for span in spans]
    for sentence, score in zip(sentences[1:], scores[1:], strict=True):
        if len(quotes) >= max(MOST_SENTENCES, len(spans)) or scores[0] - score > margin:
            break
        quote = _quote(sentence.article, sentence.hit, sentence.span)
        if quote not in quotes and not _repeats(quote, quotes):
            quotes.append(quote)
    return quotes


def _complete(best: Sentence) -> list[Span]:
    """The sentence with what belongs to it: all items of its list, or the sentence before that introduces it."""
    view = view_of(best.article)
    at = view.position.get(best.span)
    if at is None:
        return [best.span]
    text = [best.article.text[slice(*s)] for s in view.sentences]
    first = last = at
    if is_bullet(text[at]) or (text[at].endswith(":") and at + 1 < len(text) and is_bullet(text[at + 1])):
        while first > 0 and is_bullet(text[first]) and at - first < LONGEST_LIST:
            first -= 1
        while last + 1 < len(text) and is_bullet(text[last + 1]) and last - first < LONGEST_LIST:
            last += 1
    return view.sentences[first : last + 1]


def _of_another_year(question: Question, sentence: Sentence) -> bool:
    """Whether a figure is asked for and the sentence tells that of another year."""
    return question.kind is Kind.AMOUNT and tells_of_another_year(question.text, sentence.text)


def _lacks_contact(question: Question, best: Sentence) -> bool:
    """Whether a telephone number or an address is asked for and neither the sentence nor the one after it holds any."""
    form = contact_form(spell_out(question.text).lower())
    if form is None:
        return False
    view = view_of(best.article)
    end = view.sentences[min(view.position[best.span] + 1, len(view.sentences) - 1)].end if best.span in view.position else best.span.end
    return form.search(best.article.text, best.span.start, end) is None


def _one_of_a_list(question: Question, best: Sentence) -> bool:
    """Whether all items are asked for and stand in lines of their own: one of them would be a wrong short answer."""
    return question.kind is Kind.LIST and len(_complete(best)) > 1


def _quote(article: Article, hit: Hit, span: Span) -> Quote:
    """The sentence as a quote, without the dateline before it ("KOTA, contoh.com – "): the source is named anyway."""
    start = span.start + len(dateline_of(article.text[slice(*span)]))
    return Quote(article.article_id, hit.passage.passage_id, start, span.end, article.text[start : span.end])


def _repeats(quote: Quote, quotes: Sequence[Quote]) -> bool:
    """Whether the same words are quoted already, from this article or from another one."""
    return any(quote.text == other.text for other in quotes)


def _reason(question: Question, best: Sentence) -> Reason:
    """Why the best sentence may not answer: what the question names is not in its article, or it is just too weak."""
    if best.values["years_missing"] or _of_another_year(question, best):
        return Reason.OUTSIDE_PERIOD
    another = is_about_another_office(question, view_of(best.article))
    return Reason.WRONG_ENTITY if another or any(best.values[v] for v in ("names_missing", "areas_missing")) else Reason.LOW_CONFIDENCE
