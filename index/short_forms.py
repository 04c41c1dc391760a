"""Short words for offices and bodies, and their long forms: "sekda" is the "sekretaris daerah", "pemkot" the "pemerintah kota".

Articles and those who ask use one or the other; `words/short_forms.tsv` lists them.
"""

from collections.abc import Sequence
from functools import cache

from index.text import term_of, terms, words


def long_terms(stems: Sequence[str]) -> list[str]:
    """Return the stems with those of short forms replaced by the stems of the long ones.

    >>> long_terms(["sekda", "melur"])
    ['sekretaris', 'daerah', 'melur']
    """
    known = _long_forms()
    return [t for stem in stems for t in known.get(stem, (stem,))]


def all_terms(stems: Sequence[str]) -> set[str]:
    """Return the stems of a sentence in order, with those of the long forms of its short words and the short ones of its long forms.

    >>> sorted(all_terms(["sekretaris", "daerah", "hadir"]))
    ['daerah', 'hadir', 'sekda', 'sekretaris']
    """
    known, held = _long_forms(), set(stems)
    held.update(t for stem in stems for t in known.get(stem, ()))
    for first in held.intersection(_by_first()):
        held.update(short for short in _by_first()[first] if _follow(known[short], stems))
    return held


def _follow(wanted: tuple[str, ...], stems: Sequence[str]) -> bool:
    """Whether the wanted stems stand in the sentence one after the other; "dan" between them is passed over."""
    spoken = [s for s in stems if s != "dan"]
    return any(tuple(spoken[n : n + len(wanted)]) == wanted for n, stem in enumerate(spoken) if stem == wanted[0])


@cache
def _long_forms() -> dict[str, tuple[str, ...]]:
    return {term_of(short): tuple(terms(long)) for short, long in words("short_forms.tsv").items()}


@cache
def _by_first() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for short, long in _long_forms().items():
        found.setdefault(long[0], []).append(short)
    return found
