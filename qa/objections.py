"""What speaks against a sentence whatever the reader says of it, and why nothing is answered then."""

import re
from collections.abc import Sequence

from index.text import spell_out
from qa.article_view import view_of
from qa.datatypes import Reason
from qa.evidence import Sentence
from qa.forms import contact_form
from qa.mismatches import counts_nothing, tells_no_sum, tells_of_another_number
from qa.offices import is_about_another_office
from qa.parts import asks_for_several
from qa.questions import Kind, Question
from qa.timeline import tells_of_another_year

_PLACE_AND_DAY = re.compile(
    r"(?:(?:Ditetapkan|Dikeluarkan|Dibuat) (?:di|pada) )?[A-Z][\w.-]{0,30}(?: [A-Z][\w.-]{0,30}){0,4}, \d{1,2} [A-Z][a-z]+ (?:19|20)\d{2}\.?"
)


# Headings and ends of documents, each on a line of its own.
_OF_A_DOCUMENT = re.compile(
    r"(?:pasal|bab|bagian|paragraf)\s+[\dIVXivx]+\.?|tentang|ttd\.?|nip\.?\s*[\d ]+|(?:ditetapkan|dikeluarkan|dibuat) di [\w ]{2,40}|pada tanggal .{2,40}",
    re.IGNORECASE,
)


def ruled_out(question: Question, sentences: Sequence[Sentence]) -> list[bool]:
    """Return for each sentence whether its article is about another office, or it tells the figure of another year, grade or stage,
    nothing at all, or no number or address where one is asked for that another sentence of the article tells.
    """
    articles = {s.article.article_id: s.article for s in sentences}
    another = {i: is_about_another_office(question, view_of(article)) for i, article in articles.items()}
    form = contact_form(spell_out(question.text).lower())
    telling = {s.article.article_id for s in sentences if form and form.search(s.text)}
    return [
        another[s.article.article_id]
        or _is_of_another_year(question, s)
        or _says_nothing(s)
        or _is_another_figure(question, s)
        or (form is not None and s.article.article_id in telling and not _leads_to(form, s))
        for s in sentences
    ]


def cannot_answer(question: Question, best: Sentence) -> bool:
    """Whether the best sentence should hardly be believed: another office, year, grade or stage, or no number or address of the asked form."""
    another = is_about_another_office(question, view_of(best.article))
    return another or _is_of_another_year(question, best) or _is_another_figure(question, best) or _lacks_contact(question, best)


def reason_against(question: Question, best: Sentence) -> Reason:
    """Return why the best sentence may not answer: what the question names is not in its article, or it is just too weak."""
    if best.values["years_missing"] or _is_of_another_year(question, best):
        return Reason.OUTSIDE_PERIOD
    another = is_about_another_office(question, view_of(best.article))
    return Reason.WRONG_ENTITY if another or any(best.values[v] for v in ("names_missing", "areas_missing")) else Reason.LOW_CONFIDENCE


def _is_of_another_year(question: Question, sentence: Sentence) -> bool:
    """Whether a figure is asked for and the sentence tells that of another year; or a day, of which the whole article knows other years only."""
    figure = question.kind is Kind.AMOUNT or (question.kind is Kind.TIME and sentence.values["years_missing"] > 0)
    return figure and tells_of_another_year(question.text, sentence.text)


def _is_another_figure(question: Question, sentence: Sentence) -> bool:
    """Whether the sentence tells of another grade or stage than the one asked about, only days or sums where something is counted, or no sum of money.

    Of a question for several things it may answer another part.
    """
    return not asks_for_several(question.text) and any(
        differs(question.text, sentence.text) for differs in (tells_of_another_number, counts_nothing, tells_no_sum)
    )


def _says_nothing(sentence: Sentence) -> bool:
    """Whether the sentence is a heading, also of a table, the place and day at the end of a document, or a question itself, as in lists of questions and
    answers.
    """
    text = sentence.text
    asks = text.endswith("?") and not text.startswith(('"', "“"))
    names_only = view_of(sentence.article).is_header(sentence.span)
    return asks or names_only or _PLACE_AND_DAY.fullmatch(text) is not None or _OF_A_DOCUMENT.fullmatch(text) is not None


def _lacks_contact(question: Question, best: Sentence) -> bool:
    """Whether a telephone number or an address is asked for and the sentence leads to none."""
    form = contact_form(spell_out(question.text).lower())
    return form is not None and not _leads_to(form, best)


def _leads_to(contact: re.Pattern[str], sentence: Sentence) -> bool:
    """Whether the sentence or the one after it holds a number or address of that form."""
    view = view_of(sentence.article)
    end = view.sentences[min(view.position[sentence.span] + 1, len(view.sentences) - 1)].end if sentence.span in view.position else sentence.span.end
    return contact.search(sentence.article.text, sentence.span.start, end) is not None
