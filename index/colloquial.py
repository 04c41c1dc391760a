"""Words as they are spoken: "ngurus" is mengurus, "gantiin" is gantikan, "kadinkes" is the head of the "dinkes".

Spoken Indonesian shortens the prefix "me-" to its nasal and says "-in" for "-kan" and "-i" (Sneddon, 2006, "Colloquial Jakartan Indonesian").
Articles write the long forms; a short one that the lexicon hardly knows stands for a long one that it knows well.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from index.lexicon import frequencies
from index.text import detect_language, words

# The long form occurs this often in the lexicon's texts, and this many times as often as the short one.
COMMON = 20
MUCH_COMMONER = 20
SHORTEST = 5
_WORD = re.compile(r"[^\W\d_]+")
# What the spoken prefix may stand for, the likeliest first.
_PREFIXES = (
    (re.compile(r"^nge(?=[bcdfghjklmnprstwyz])"), ("meng", "me", "mem", "men", "")),
    (re.compile(r"^ng(?=[aiueo])"), ("meng", "mengh")),
    (re.compile(r"^ny(?=[aiueo])"), ("meny", "menc", "menj")),
    (re.compile(r"^n(?=[aiueodcjt])"), ("men",)),
    (re.compile(r"^m(?=[aiueobp])"), ("mem",)),
)
# What the written prefix makes of a word's beginning: "ganti" is mengganti, "pakai" memakai.
_NASAL = (("k", "meng"), ("p", "mem"), ("t", "men"), ("s", "meny"))
_FULL = (("aiueogh", "meng"), ("bf", "mem"), ("cdj", "men"), ("lmnrwy", "me"))
_OFFICES = {"dis": "dinas", "bag": "bagian", "bid": "bidang", "ban": "badan", "subbag": "subbagian", "subbid": "subbidang", "kanwil": "kantor wilayah"}
_OBJECT = re.compile(r"in(?P<possessive>nya)?$")


def formal(question: str, known: Callable[[str], bool]) -> str:
    """Return an Indonesian question with its spoken words in their written form; what `known` says the collection has stays as it is."""
    if detect_language(question) == "en":
        return question

    def meant(found: re.Match[str]) -> str:
        word = found[0]
        written = _written(word, known)
        # Asking the collection is a round trip where it lies on a server, so only for words that would change.
        return word if written == word or known(word) else written

    return _WORD.sub(meant, question)


def _written(word: str, known: Callable[[str], bool]) -> str:
    head = head_of_office(word.lower(), known) if word[1:].islower() else None
    return head or (written_form(word) if word.islower() else None) or word


def head_of_office(word: str, known: Callable[[str], bool]) -> str | None:
    """Return "kepala …" for a head's office in one word that the lexicon hardly knows; `known` says which offices the collection has.

    An office that it does not have by its short word is named by the long one.

    >>> head_of_office("kadisdukcapil", lambda word: word == "disdukcapil"), head_of_office("kabag", lambda word: False)
    ('kepala disdukcapil', 'kepala bagian')
    """
    office = word.removeprefix("ka")
    if office == word:
        return None
    if office in _OFFICES:
        return f"kepala {_OFFICES[office]}"
    if len(office) < SHORTEST - 1 or frequencies().get(word, 0) >= COMMON:
        return None
    written = office if known(office) else words("short_forms.tsv").get(office)
    return f"kepala {written}" if written else None


@cache
def written_form(word: str) -> str | None:
    """Return the written form of a spoken verb, None when it is none.

    >>> written_form("nerima"), written_form("gantiin"), written_form("makan")
    ('menerima', 'gantikan', None)
    """
    frequency = frequencies()
    if len(word) < SHORTEST:
        return None
    least = max(COMMON, MUCH_COMMONER * frequency.get(word, 0))
    return next((form for form in _candidates(word) if frequency.get(form, 0) >= least), None)


def _candidates(word: str) -> Iterator[str]:
    """What the word may stand for, the likeliest first."""
    prefixed = [pattern.sub(prefix, word, count=1) for pattern, prefixes in _PREFIXES if pattern.match(word) for prefix in prefixes]
    for form in [*prefixed, word]:
        if found := _OBJECT.search(form):
            base, after = form[: found.start()], found["possessive"] or ""
            yield from (base + ending + after for ending in ("kan", "i"))
            if form == word:
                yield from (_active(base) + ending + after for ending in ("kan", "i"))
    yield from prefixed


def _active(base: str) -> str:
    """The base with the written prefix "me-"."""
    for letter, prefix in _NASAL:
        if base.startswith(letter):
            return prefix + base[1:]
    return next((prefix + base for letters, prefix in _FULL if base[:1] in letters), base)
