"""A question in the words of the article that it is read with: one asks for the "ongkos", the article tells the "biaya"."""

from collections.abc import Mapping
from dataclasses import replace

from index.synonyms import Rephrased, rephrase
from qa.article_view import ArticleView
from qa.questions import Question


def reworded(question: Question, view: ArticleView) -> Question:
    """Return the question with the words that the article does not use replaced by those of the same meaning that it does."""
    found = _rephrased(question, view)
    if not found.stems:
        return question
    return replace(question, text=found.text, terms=tuple(dict.fromkeys(found.stems.get(t, t) for t in question.terms)))


def reweighted(weights: Mapping[str, float], question: Question, view: ArticleView) -> dict[str, float]:
    """Return {term of the reworded question: weight}: a word weighs what the one does that it stands for."""
    stems = _rephrased(question, view).stems
    return {stems.get(term, term): weight for term, weight in weights.items()}


def _rephrased(question: Question, view: ArticleView) -> Rephrased:
    return Rephrased(question.text, {}) if question.language == "en" else rephrase(question.text, view.wording)
