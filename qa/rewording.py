"""A question in the words of the article that it is read with: one asks for the "ongkos", the article tells the "biaya"."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from index.synonyms import Rephrased, rephrase
from qa.article_view import ArticleView
from qa.questions import Question


def reworded(question: Question, view: ArticleView) -> Question:
    """Return the question with the words that the article does not use replaced by those of the same meaning that it does."""
    found = _rephrased(question, view)
    if not found.stems:
        return question
    return replace(question, text=found.text, terms=tuple(dict.fromkeys(stem for t in question.terms for stem in found.stems.get(t, (t,)))))


def reweighted(weights: Mapping[str, float], question: Question, view: ArticleView) -> dict[str, float]:
    """Return {term of the reworded question: weight}: the words of a phrase share what the one weighs that they stand for."""
    stems = _rephrased(question, view).stems
    found: dict[str, float] = {}
    for term, weight in weights.items():
        instead = stems.get(term, (term,))
        found |= {stem: max(weight / len(instead), found.get(stem, 0.0)) for stem in instead}
    return found


@lru_cache(maxsize=512)
def _rephrased(question: Question, view: ArticleView) -> Rephrased:
    """What is read with each article, for each of its passages and sentences; for one question few articles are."""
    return Rephrased(question.text, {}) if question.language == "en" else rephrase(question.text, view.wording)
