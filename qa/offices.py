"""Whether an article speaks of the office and the kind of area that a question asks about.

A regent is no mayor, a deputy is not the one he stands in for, and the regency of a name is another place than its city.
"""

import re

from index.text import normalise, spell_out, translate
from qa.article_view import ArticleView
from qa.names import may_be_a_name
from qa.questions import Kind, Question

# Offices of an area, deputies first, and the forms by which an article may name them; words in small letters with single spaces.
_OFFICES = {
    "wakil wali kota": r"wakil wali ?kota|wawali(?:kota)?|wawalkot|wawako|wakilnya|wakil",
    "wakil bupati": r"wakil bupati|wabup|wakilnya|wakil",
    "wakil gubernur": r"wakil gubernur|wagub|wakilnya|wakil",
    "wali kota": r"(?<!wakil )wali ?kota|walkot|wako",
    "bupati": r"(?<!wakil )bupati",
    "gubernur": r"(?<!wakil )gubernur",
    "sekretaris daerah": r"sekretaris (?:daerah|kota|kabupaten|provinsi)|sekda\w*|sekkot|sekkab|sekprov",
    "wakil ketua dprd": r"wakil ketua (?:dprd|dewan)|wakilnya|wakil",
    "ketua dprd": r"(?<!wakil )ketua (?:dprd|dewan)",
    "camat": r"camat",
    "lurah": r"lurah",
}
_SHORT_FORMS = {"walikota": "wali kota", "wawali": "wakil wali kota", "wabup": "wakil bupati", "wagub": "wakil gubernur", "sekda": "sekretaris daerah"}
_ASKED = re.compile(rf"\b(?:{'|'.join(_OFFICES)})\b")
_HELD = re.compile(r"\b(?:wali ?kota|bupati|gubernur|camat|lurah|kepala|ketua|direktur|sekretaris|sekda|rektor|menteri|presiden|komandan|kapol\w+|plt|pj)\b")
_CITY, _REGENCY = "city", "regency"
_KINDS = {"kota": _CITY, "walikota": _CITY, "pemkot": _CITY, "kabupaten": _REGENCY, "kab": _REGENCY, "bupati": _REGENCY, "pemkab": _REGENCY}
_WORD = re.compile(r"[^\W\d_]+")


def asks_for_holder(question: Question) -> bool:
    """Whether the holder of an office is asked for, who changes: the newest article may know another one."""
    return question.kind is Kind.PERSON and _HELD.search(_spoken(question)) is not None


def is_about_another_office(question: Question, view: ArticleView) -> bool:
    """Whether the article never names the office whose holder is asked for, or knows the area only as a city where a regency is asked about."""
    asked = _spoken(question)
    return (question.kind is Kind.PERSON and not _names_office(asked, view)) or _is_other_kind_of_area(asked, view)


def _spoken(question: Question) -> str:
    """The words of the question, in Indonesian and small letters."""
    return " ".join(_WORD.findall(normalise(translate(question.text) if question.language == "en" else spell_out(question.text))))


def _names_office(asked: str, view: ArticleView) -> bool:
    """Whether the article names the first office that is asked about; also when none is."""
    office = _ASKED.search(_in_full(asked))
    return office is None or re.search(rf"\b(?:{_OFFICES[office[0]]})\b", " ".join(view.spoken)) is not None


def _in_full(asked: str) -> str:
    return " ".join(_SHORT_FORMS.get(word, word) for word in asked.split())


def _is_other_kind_of_area(asked: str, view: ArticleView) -> bool:
    wanted, told = kinds_of_areas(asked.split()), kinds_of_areas(view.spoken)
    return any(name in told and not kinds & told[name] for name, kinds in wanted.items())


def kinds_of_areas(words: list[str]) -> dict[str, set[str]]:
    """Return what each name is called that stands after "kota", "bupati", "pemkab" …; "kota dan kabupaten X" calls X both.

    >>> kinds_of_areas(["wali", "kota", "tirtaloka"])
    {'tirtaloka': {'city'}}
    """
    found: dict[str, set[str]] = {}
    for at, word in enumerate(words[1:], 1):
        if word not in _KINDS and (kind := _KINDS.get(words[at - 1])) and may_be_a_name(word):
            also = _KINDS.get(words[at - 3]) if at >= 3 and words[at - 2] in ("dan", "atau", "maupun") else None
            found.setdefault(word, set()).update(k for k in (kind, also) if k)
    return found
