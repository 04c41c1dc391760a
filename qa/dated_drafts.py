"""Drafts that tell how a fact changed: the value of the asked time first, then the others."""

from collections.abc import Sequence

from qa.datatypes import DatedValue, Draft, Reason
from qa.evidence import Sentence
from qa.fact_values import comparable
from qa.feature_rows import Row
from qa.objections import reason_against
from qa.questions import Kind, Question
from qa.quoting import MOST_SENTENCES, quote_of
from qa.timeline import Dated, When, held_at, history
from qa.year_figures import short_answer_of, tells_of

# Kinds of question whose answer changes with time.
CHANGING = (Kind.PERSON, Kind.AMOUNT)
# Log-odds; sentences of two articles that state the same thing hardly differ.
SAME_THING_MARGIN = 2.0
# They also hold nearly the same share (0..1, by rarity) of the question's words.
SAME_THING_WORDS = 0.1


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
        found[article.article_id] = Dated(article.text[slice(*sentence.short)], article.published, number, tells_of(years, sentence))
    of_one_measure = [f for f in found.values() if comparable(f.value, next(iter(found.values())).value)]
    facts = history(of_one_measure)
    return facts if len(facts) > 1 else []


def years_of(when: When) -> frozenset[str]:
    """Return the years that a time begins and ends in, as they are written."""
    return frozenset(str(day.year) for day in (when.start, when.end) if day)


def told_by_time(question: Question, facts: Sequence[Dated], sentences: Sequence[Sentence], when: When, confidence: float) -> Draft:
    """The value of the asked time first, then the others as the history of the thing."""
    chosen = held_at(facts, when)
    if chosen is None:
        return Draft((), None, 0.0, Reason.OUTSIDE_PERIOD)
    quotes = {f.number: quote_of(sentences[f.number], sentences[f.number].span) for f in facts}
    others = [quotes[f.number] for f in reversed(facts) if f is not chosen][:MOST_SENTENCES]
    told = tuple(DatedValue(f.value, f.published, quotes[f.number], f.published == facts[-1].published) for f in facts)
    short = short_answer_of(question, sentences[chosen.number], years_of(when)) if chosen.mentions_period else chosen.value
    return Draft((quotes[chosen.number], *others), short, confidence, reason_against(question, sentences[chosen.number]), told)
