"""Questions that call a thing by another name than articles do: "Pulau Dewata" is Bali, "lembaga antirasuah" the KPK.

`words/epithets.tsv` lists the usual ones of Indonesian news.
"""

import re
from functools import cache

from index.text import words

EPITHETS = "epithets.tsv"


def usual_names(question: str) -> str:
    """Return the question with each epithet of the list replaced by the usual name; a possessive "-nya" stays.

    >>> usual_names("Siapa gubernur Pulau Dewata?")
    'Siapa gubernur Bali?'
    """
    names = words(EPITHETS)

    def usual(found: re.Match[str]) -> str:
        phrase = " ".join(found[1].split())
        return (names.get(phrase) or names[phrase.lower()]) + (found[2] or "")

    return _epithets().sub(usual, question)


@cache
def _epithets() -> re.Pattern[str]:
    longest_first = sorted(words(EPITHETS), key=len, reverse=True)
    phrases = "|".join(rf"(?-i:{spaced})" if spaced != spaced.lower() else spaced for spaced in map(_spaced, longest_first))
    # "Wali kota atlas" would be the mayor of a city.
    return re.compile(rf"(?<!\bwali )\b({phrases})(nya)?\b", re.IGNORECASE)


def _spaced(phrase: str) -> str:
    return r"\s+".join(map(re.escape, phrase.split()))
