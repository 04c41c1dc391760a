"""The short answer in a sentence: what the reader points at, or the span that was found by its form."""

import re

from index.datatypes import Span
from index.text import terms
from qa.enumerations import whole_list
from qa.holders import is_title
from qa.questions import Kind, Question
from qa.spans import tidied
from qa.yes_no import decides

# Log-probability above which the reader's span is the short answer, even where a span of the asked form was found.
SURE_SPAN = -4.0
# The same where no span of the asked form was found, or none is known for the question's kind.
LIKELY_SPAN = -5.0
# The same where a list is asked for: it may begin and end at any item, so less falls to the likeliest two. On news_dev word overlap (F1)
# of the 25 lists rises from .458 to .505.
LIKELY_LIST = -7.0
# Who asks for one end of a time wants that end, else the whole of it.
_ONE_END = re.compile(
    r"\b(?:sampai|hingga|batas|terakhir|akhir|selambat\w*|paling|ditutup|tutup|berakhir|mulai|dimulai|dibuka|awal|tahun (?:apa|berapa)|deadline|until|clos\w*"
    r"|end\w*|start\w*|beg\w*|open\w*|(?:what|which) year)\b",
    re.IGNORECASE,
)


# "kata Rendra seusai pelantikan": the reader's answer may end within what tells when or where.
_BEHIND_A_NAME = re.compile(r"(?:\s+(?:seusai|usai|saat|ketika|kemarin|pada|di|dalam|kepada|melalui|lewat|menjelang|sebelum|setelah|sesudah|selaku|yang))+$")


class ShortAnswers:
    """Chooses the short answers in the sentences of one article; all spans are places in its text."""

    def __init__(self, question: Question, text: str) -> None:
        """Choose for `question` from the article's `text`."""
        self._question = question
        self._text = text

    def chosen(self, sentence: Span, formed: Span | None, pointed: tuple[Span, float] | None, *, holder: bool) -> Span | None:
        """Return what the reader points at when it is sure enough, else the span that was `formed` by its kind; of a list all items.

        `pointed` comes with its log-probability; `holder` says that the formed span is the name right beside the office asked for.
        """
        short = formed
        if pointed and not self._is_not_the_name(pointed[0], formed, holder=holder) and pointed[1] > self._least_sure(formed):
            short = self._shown(pointed[0], formed)
        if short and self._question.kind is Kind.LIST:
            first, last = whole_list(self._text[slice(*sentence)], short.start - sentence.start, short.end - sentence.start)
            return Span(sentence.start + first, sentence.start + last)
        if short and self._question.kind is Kind.YES_NO and not decides(self._text[slice(*short)]):
            return None
        return short

    def _shown(self, pointed: Span, formed: Span | None) -> Span | None:
        """What the reader points at as it is shown: tidied, the whole of a range of days, and not an echo of the question."""
        short = tidied(self._text, pointed)
        if short and self._question.kind is Kind.PERSON and (behind := _BEHIND_A_NAME.search(self._text[slice(*short)])):
            short = Span(short.start, short.start + behind.start())
        if short is None or self._question.kind is Kind.YES_NO:
            return short or formed
        within = formed is not None and formed.start <= short.start and short.end <= formed.end
        if within and self._question.kind is Kind.TIME and not _ONE_END.search(self._question.text):
            return formed
        said = terms(self._text[slice(*short)])
        return formed if said and set(said) <= {*self._question.terms} else short

    def _least_sure(self, formed: Span | None) -> float:
        """The log-probability that the reader's span must exceed; `formed` is the one found by its form."""
        if formed:
            return SURE_SPAN
        return LIKELY_LIST if self._question.kind is Kind.LIST else LIKELY_SPAN

    def _is_not_the_name(self, pointed: Span, name: Span | None, *, holder: bool) -> bool:
        """Whether a person is asked for and the reader's answer is a degree, one word of the name that the form of the sentence shows, or beside it
        another name than that of the `holder` of the office.
        """
        if self._question.kind is not Kind.PERSON:
            return False
        found = self._text[slice(*pointed)]
        if name is None:
            return is_title(found)
        within = name.start <= pointed.start and pointed.end <= name.end
        return is_title(found) or (within and len(found.split()) == 1) or (holder and (pointed.end <= name.start or name.end <= pointed.start))
