"""The extractive reader: ranks the sentences of the retrieved passages, picks the quotes and a short answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np

from index.datatypes import Hit, SearchIndex
from qa.datatypes import Draft, DraftPart, Reason
from qa.dated_drafts import dated_facts, told_by_time, years_of
from qa.evidence import Sentence, gather
from qa.feature_rows import Row, borne_out, confidence_row, ranking_row, reread, topic_row
from qa.linear_models import ReaderModel
from qa.objections import cannot_answer, reason_against, ruled_out
from qa.offices import asks_for_holder
from qa.ordering import asked_line_first, newest_holder_first
from qa.parts import parts_of
from qa.questions import Kind, Question, analyse
from qa.quoting import choose, is_one_of_a_list, is_shown, quote_of
from qa.reading import ReadsPassages, Remembered
from qa.timeline import Dated, When, asks_for_now, held_at, tells_of_another_year, when_asked, without_time, years_named
from qa.year_figures import short_answer_of

# At this confidence further sentences must score within `SURE_MARGIN` of the best. On news_dev, all 18 passages read, .850 of the answerable
# questions are answered rightly, with 1.95 quotes; without this .863 and 2.23; at .8 .841 and 1.79.
SURE = 0.9
SURE_MARGIN = 1.5
# So many passages are read for every question, the others only when these do not answer with a confidence of `ENOUGH`. On news_dev .841 of the
# answerable questions are answered rightly at .6, .846 at .75, .850 when all 18 are always read; as many unanswerable ones each time.
READ_FIRST = 8
ENOUGH = 0.75
# An article that never names the office asked about, or only the other kind of area of that name, and a sentence with a figure of another year than the
# one asked about: they score so much less (log-odds) and are believed no more than this. Of 1,253 right drafts that were believed, `news_dev`'s and written
# ones, none was of such an article; a figure of another year was told by 1 right draft that was believed, and for 4 unanswerable questions.
RULED_OUT = 6.0
HARDLY_SURE = 0.05
# An article that does not know a year or a name of the question scores so much less (log-odds, for each, at most two names) than one that does. It matters
# where articles tell of one subject in several years or places; of 2,194 answerable validation questions, which are seldom of that kind, 1 is lost and 1 won.
UNKNOWN = 2.0
# Log-probability above which a sentence answers one part of a question for several things. Of the 43 answerable ones among `training`'s everyday questions
# 34 instead of 30 are answered in all parts, with .28 more quotes each; 36 when the parts are asked of all articles, with .42 more, many of them from
# articles about something else. From -1 to -20 it makes no difference to the former.
ANSWERS_A_PART = -5.0
# Confidence above which the bare answer to a part is shown: of the 50 that were above on those questions 37 are right, of the 18 below 2.
SURE_OF_A_PART = 0.7
# For yes or no a longer share of the sentence is no bare answer: the page would show it twice.
WHOLE = 0.6
# Below this probability that the collection is about the question, an abstention says that no article is.
ANOTHER_TOPIC = 0.5


class Reader:
    """Composes drafts from verbatim sentences."""

    def __init__(self, index: SearchIndex, model: ReaderModel, passages: ReadsPassages) -> None:
        """Read articles from `index` by `passages`; rank their sentences by `model`."""
        self._index = index
        self._passages = passages
        self._model = model

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return the quotes that answer best, with a calibrated confidence; no quotes when there are no sentences.

        The hits behind the first `READ_FIRST` are read only when those do not answer with confidence, and for what changes: the newest may come last.
        """
        reader = Reader(self._index, self._model, Remembered(self._passages))
        return reader._with_parts(question, hits, reader._sure_enough(question, hits))

    def _sure_enough(self, question: Question, hits: Sequence[Hit]) -> Draft:
        if asks_for_holder(question) or asks_for_now(question.text):
            return self._draft(question, hits)
        draft = self._draft(question, hits[:READ_FIRST])
        return draft if len(hits) <= READ_FIRST or draft.confidence >= ENOUGH else self._draft(question, hits)

    def _with_parts(self, question: Question, hits: Sequence[Hit], draft: Draft) -> Draft:
        """The draft with a quote for each part of a question for several things ("siapa … dan kapan …") that none of its quotes answers yet.

        A part often names nothing ("dan kapan ia dilantik?"), so it is asked of the article that the draft quotes first. Only who holds an office now
        is asked of all: the newest article tells it.
        """
        asked = [replace(analyse(part), asked_on=question.asked_on) for part in parts_of(question.text)]
        if not asked or not draft.quotes:
            return draft
        of_article = [h for h in hits if h.passage.article_id == draft.quotes[0].article_id]
        parts = tuple(self._holder(part, hits) or self._part(part, of_article) for part in asked)
        quotes = list(draft.quotes)
        for quote in (part.quote for part in parts if part.quote):
            quotes += [] if is_shown(quote, quotes) else [quote]
        return replace(draft, quotes=tuple(quotes), parts=parts)

    def _holder(self, question: Question, hits: Sequence[Hit]) -> DraftPart | None:
        """What all articles tell of who holds an office; None for any other part, and when they do not tell it surely."""
        draft = self._draft(question, hits) if asks_for_holder(question) else None
        return DraftPart(question.text, draft.quotes[0], draft.short_answer) if draft and draft.confidence >= SURE_OF_A_PART else None

    def _part(self, question: Question, of_article: Sequence[Hit]) -> DraftPart:
        """What the article tells of one part; its bare answer only where that is sure."""
        sentences, scores = self.rank(question, of_article)
        if not sentences or sentences[0].values["points"] <= ANSWERS_A_PART:
            return DraftPart(question.text, None, None)
        sure = self._confidence(question, sentences, scores) >= SURE_OF_A_PART
        return DraftPart(question.text, quote_of(sentences[0], sentences[0].span), _short(question, sentences[0]) if sure else None)

    def _draft(self, question: Question, hits: Sequence[Hit]) -> Draft:
        timeless = without_time(question.text)
        if timeless != question.text and (
            dated := self._dated(replace(analyse(timeless), kind=question.kind, asked_on=question.asked_on), hits, question.text)
        ):
            return dated
        sentences, scores = self.rank(question, hits)
        if not sentences:
            return Draft((), None, 0.0, Reason.NO_EVIDENCE)
        best = sentences[0]
        confidence = self._confidence(question, sentences, scores)
        if (facts := dated_facts(question, sentences, scores)) and timeless == question.text:
            return told_by_time(question, facts, sentences, When(), confidence)
        short = _short(question, best)
        margin = min(SURE_MARGIN, self._model.second_sentence) if confidence >= SURE else self._model.second_sentence
        return Draft(tuple(choose(sentences, scores, margin, question.kind)), short, confidence, self._reason(question, sentences))

    def _dated(self, timeless: Question, hits: Sequence[Hit], asked: str) -> Draft | None:
        """The draft for a question about a time when the articles know several values, else None."""
        sentences, scores = self.rank(timeless, hits)
        if not sentences:
            return None
        when = when_asked(asked, timeless.asked_on or date.today())
        facts = dated_facts(timeless, sentences, scores, years_of(when))
        # Whom somebody followed is often told in so many words ("X menggantikan Y"), by one article.
        if not facts or (when.order is not None and held_at(facts, when) is None):
            return None
        if timeless.kind is Kind.AMOUNT and _is_of_an_earlier_year(facts, sentences, when, asked):
            return None
        return told_by_time(timeless, facts, sentences, when, self._confidence(timeless, sentences, scores))

    def _reason(self, question: Question, sentences: Sequence[Sentence]) -> Reason:
        """Why the best sentence may not answer; when nothing else is wrong, the collection may not be about the question at all."""
        reason = reason_against(question, sentences[0])
        about = self._model.about(topic_row(sentences), self._index.manifest.encoder_fingerprint)
        return Reason.NO_EVIDENCE if reason is Reason.LOW_CONFIDENCE and about < ANOTHER_TOPIC else reason

    def _confidence(self, question: Question, sentences: Sequence[Sentence], scores: Row) -> float:
        if cannot_answer(question, sentences[0]):
            return HARDLY_SURE
        row = confidence_row(sentences, scores, reread(question, sentences[0], self._passages))
        return self._model.confidence_of(
            row,
            topic_row(sentences),
            self._index.manifest.encoder_fingerprint,
            decides=question.kind is Kind.YES_NO,
            premise=borne_out(question, sentences, self._passages),
        )

    def rank(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Sentence], Row]:
        """Return the sentences of the hits, best first, and the scores in descending order, shape (sentences,).

        Where another sentence than the best ranked speaks first (`qa.ordering`), it has the best one's score.
        """
        sentences = gather(question, hits, self._index, self._passages)
        if not sentences:
            return [], np.zeros(0)
        scores = self._model.ranking.score(np.stack([ranking_row(s) for s in sentences]))
        scores -= RULED_OUT * np.array(ruled_out(question, sentences)) + UNKNOWN * _unknown(question, sentences)
        order = newest_holder_first(np.argsort(-scores, kind="stable"), sentences, scores)
        return asked_line_first(question, [sentences[int(n)] for n in order]), scores[order]


def _short(question: Question, best: Sentence) -> str | None:
    """The bare answer in the best sentence; None where that is one line of a list that is asked for whole, or all of a sentence that decides."""
    if is_one_of_a_list(question, best):
        return None
    short = short_answer_of(question, best, years_named(question.text))
    whole = short is not None and question.kind is Kind.YES_NO and len(short) > WHOLE * len(best.text)
    return None if whole else short


def _unknown(question: Question, sentences: Sequence[Sentence]) -> Row:
    """How many of the question's names, and whether its only year, the article of each sentence does not know, less those that no article knows.

    Of several years each may be told by an article of its own.
    """
    one_year = len(set(years_named(question.text))) == 1
    missing = np.array([[one_year * s.values["years_missing"], s.values["names_missing"]] for s in sentences])
    lacking: Row = (missing - missing.min(axis=0)).sum(axis=1)
    return lacking


def _is_of_an_earlier_year(facts: Sequence[Dated], sentences: Sequence[Sentence], when: When, asked: str) -> bool:
    """Whether a time after the newest of the figures is asked for and that one is told of a year: a fare may hold still, a yearly count does not."""
    return when.start is not None and when.start > facts[-1].published and tells_of_another_year(asked, sentences[facts[-1].number].text)


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
