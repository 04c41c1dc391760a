"""What speaks against a sentence whatever the reader says of it, and why nothing is answered then."""

import re
from collections.abc import Sequence

from index.text import spell_out
from qa.article_view import view_of
from qa.datatypes import Reason
from qa.evidence import Sentence
from qa.forms import contact_form
from qa.offices import is_about_another_office
from qa.questions import Kind, Question
from qa.timeline import tells_of_another_year

_PLACE_AND_DAY = re.compile(r"[A-Z][\w .-]{1,40}, \d{1,2} [A-Z][a-z]+ (?:19|20)\d{2}\.?")


def ruled_out(question: Question, sentences: Sequence[Sentence]) -> list[bool]:
    """Return for each sentence whether its article is about another office, or it tells the figure of another year, or nothing at all."""
    articles = {s.article.article_id: s.article for s in sentences}
    another = {i: is_about_another_office(question, view_of(article)) for i, article in articles.items()}
    return [another[s.article.article_id] or _is_of_another_year(question, s) or _says_nothing(s) for s in sentences]


def cannot_answer(question: Question, best: Sentence) -> bool:
    """Whether the best sentence should hardly be believed: another office, another year, or no number or address of the asked form."""
    another = is_about_another_office(question, view_of(best.article))
    return another or _is_of_another_year(question, best) or _lacks_contact(question, best)


def reason_against(question: Question, best: Sentence) -> Reason:
    """Return why the best sentence may not answer: what the question names is not in its article, or it is just too weak."""
    if best.values["years_missing"] or _is_of_another_year(question, best):
        return Reason.OUTSIDE_PERIOD
    another = is_about_another_office(question, view_of(best.article))
    return Reason.WRONG_ENTITY if another or any(best.values[v] for v in ("names_missing", "areas_missing")) else Reason.LOW_CONFIDENCE


def _is_of_another_year(question: Question, sentence: Sentence) -> bool:
    """Whether a figure is asked for and the sentence tells that of another year."""
    return question.kind is Kind.AMOUNT and tells_of_another_year(question.text, sentence.text)


def _says_nothing(sentence: Sentence) -> bool:
    """Whether the sentence is the place and day at the end of a letter or announcement."""
    return _PLACE_AND_DAY.fullmatch(sentence.text) is not None


def _lacks_contact(question: Question, best: Sentence) -> bool:
    """Whether a telephone number or an address is asked for and neither the sentence nor the one after it holds any."""
    form = contact_form(spell_out(question.text).lower())
    if form is None:
        return False
    view = view_of(best.article)
    end = view.sentences[min(view.position[best.span] + 1, len(view.sentences) - 1)].end if best.span in view.position else best.span.end
    return form.search(best.article.text, best.span.start, end) is None
