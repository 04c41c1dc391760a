"""Values of sentences as rows of numbers, for the linear models of `qa/model/evidence.json`.

One model ranks sentences, one turns the row of the best sentence into the probability that it answers the question, and a
third one says how likely the collection is about the question's topic at all.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.article_view import view_of
from qa.evidence import Sentence, reading_of
from qa.premises import premise_of
from qa.questions import Kind, Question
from qa.reading import ReadsPassages
from qa.rewording import reworded

# Cosines and matches by meaning are not among them: beside the reader they gained nothing.
RANKING_FEATURES = (
    "answers", "points", "fused", "first_passage", "covered", "covered_near", "covered_title", "covered_article", "names_covered",
    "names_missing", "has_span", "span_expected", "span_close", "apposed", "form", "cue_reason", "cue_manner", "cue_list", "cue_thing",
    "items", "length", "is_bullet", "is_heading", "position", "recent", "yes_no_decides", "yes_no_fused", "yes_no_covered", "yes_no_points",
)  # fmt: skip
# What may speak for an answer, and what may only speak against one: the fit may not turn these signs around, so it
# cannot learn habits of those who wrote the questions (that unanswerable ones are short, say).
SPEAKS_FOR = ("answers", "points", "span_sure", "score", "margin", "article_margin", "reread", "seconded", "nearest", "first_passage")
SPEAKS_AGAINST = (
    "names_missing", "any_name_missing", "areas_missing", "numbers_missing", "years_missing", "covered_near_gap", "covered_article_gap",
)  # fmt: skip
CONFIDENCE_FEATURES = (*SPEAKS_FOR, *SPEAKS_AGAINST)
# How near the best passage is. A question about another topic finds a little everywhere, and the reader alone is easily taken in
# by "how to" questions. BM25 and the margin to the next article told topics apart better in a large mixed collection, but in a
# small one about a single subject the words are common and several articles say the same.
TOPIC_FEATURES = ("nearest",)
# Log-odds that the quotes answer a question for a reason, and that their article bears out what it takes for granted.
PREMISE_FEATURES = ("answer", "premise")
# Below this log-probability it makes no difference how little another sentence answers.
HARDLY = -10.0
Row = npt.NDArray[np.float64]


def ranking_row(sentence: Sentence) -> Row:
    """Return the values that rank a sentence, in the order of `RANKING_FEATURES`."""
    return np.array([sentence.values[name] for name in RANKING_FEATURES])


def reread(question: Question, sentence: Sentence, passages: ReadsPassages) -> float:
    """Return the reader's log-odds of an answer when it sees the sentence between its neighbours alone.

    Passages are cut without regard to the question; where one begins late or ends early, the reader is easily misled.
    """
    view = view_of(sentence.article)
    at = view.position.get(sentence.span)
    around = [sentence.span] if at is None else view.sentences[max(0, at - 1) : at + 2]
    text = sentence.article.text[around[0].start : around[-1].end]
    return reading_of(question, passages)(reworded(question, view).text, [(view.heading(around[0].start), text)])[0].answers


def borne_out(question: Question, sentences: Sequence[Sentence], passages: ReadsPassages) -> float | None:
    """Return the log-odds that the best sentence's article bears out what a question for a reason takes for granted; None for any other question.

    The likeliest of its passages speaks: the reason often stands far from the statement.
    """
    stated = premise_of(question.text) if question.kind is Kind.REASON and question.language != "en" else None
    if stated is None:
        return None
    article = sentences[0].article
    read = {s.hit.passage.passage_id: s.hit.passage for s in sentences if s.article.article_id == article.article_id}
    view = view_of(article)
    return max(r.answers for r in passages.decide(stated, [(view.heading(p.start), p.text) for p in read.values()]))


def premise_row(answer: float, premise: float) -> Row:
    """Return the values that correct the confidence of an answer to a question for a reason, in the order of `PREMISE_FEATURES`."""
    return np.array([answer, premise])


def confidence_row(sentences: Sequence[Sentence], scores: Row, seen_again: float) -> Row:
    """Return the values that decide whether the best sentences answer, in the order of `CONFIDENCE_FEATURES`.

    `sentences` come best first, with their ranking scores, shape (len(sentences),); `seen_again` is what `reread` gives for the best.
    """
    best = sentences[0]
    values = best.values | {
        "reread": seen_again,
        "score": float(scores[0]),
        "margin": float(scores[0] - scores[1]) if len(sentences) > 1 else 1.0,
        "article_margin": article_margin(sentences, scores),
        "seconded": seconded(sentences),
        "covered_near_gap": gap(sentences, "covered_near"),
        "covered_article_gap": gap(sentences, "covered_article"),
        "any_name_missing": float(best.values["names_missing"] > 0),
    }
    return np.array([values[name] for name in CONFIDENCE_FEATURES])


def gap(sentences: Sequence[Sentence], name: str) -> float:
    """Return by how much a value of the best sentence falls behind the highest among all.

    Where the reader chose a sentence although another one, or another article, holds more of what was asked, it was often taken in: the article
    about the thing is silent, and one about another thing has something of the asked form.
    """
    return max(s.values[name] for s in sentences) - sentences[0].values[name]


def seconded(sentences: Sequence[Sentence]) -> float:
    """Return the log-probability that another sentence of the best one's article answers, at least `HARDLY`."""
    best = sentences[0]
    return max([HARDLY, *(s.values["points"] for s in sentences[1:] if s.article.article_id == best.article.article_id)])


def topic_row(sentences: Sequence[Sentence]) -> Row:
    """Return the values that decide whether the collection is about the question's topic, in the order of `TOPIC_FEATURES`."""
    return np.array([sentences[0].values[name] for name in TOPIC_FEATURES])


def article_margin(sentences: Sequence[Sentence], scores: Row) -> float:
    """Return by how much the best sentence's score exceeds that of the best one of another article, 3 when there is none."""
    article = sentences[0].article.article_id
    elsewhere = [float(x) for x, s in zip(scores, sentences, strict=True) if s.article.article_id != article]
    return float(scores[0]) - max(elsewhere, default=float(scores[0]) - 3.0)
