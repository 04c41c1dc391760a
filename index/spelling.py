"""Questions as they are typed on a phone: writes out words whose vowels were left out ("bnjir", "sltiga", "anggran").

The word lists know the usual abbreviations; any other word may be shortened too: a word that the lexicon does not know, and that has hardly a vowel, stands
for the common word with the same consonants, when one is much commoner than the others.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from index.lexicon import frequencies
from index.text import detect_language, normalise, spell_out, words

VOWELS = frozenset("aeiou")
# A word that stands for another one has at most this share of vowels; most Indonesian words have .4 and more.
FEWEST_VOWELS = 0.34
SHORTEST, LONGEST = 3, 14
# The word meant occurs this often in the lexicon's texts, and this many times as often as the next one.
COMMON = 50
MUCH_COMMONER = 3
_WORD = re.compile(r"[^\W_]+")


def quiet(question: str) -> str:
    """Return a question that is all in capitals in small letters; any other one, and a single word, as it is.

    >>> quiet("SIAPA WALI KOTA KEMELUR?")
    'Siapa wali kota kemelur?'
    """
    return question.capitalize() if question.isupper() and len(_WORD.findall(question)) > 1 else question


def typed_without_capitals(question: str) -> bool:
    """Whether no letter after the first one is a capital."""
    return not any(c.isupper() for c in question[1:])


def plain(question: str, known: Callable[[str], bool]) -> str:
    """Return a question with its shortened words written out, when it is typed as on a phone; any other one as it is.

    `known` says whether the collection has a word; what it has stays as it is. Words in capitals are acronyms and stay, as do
    unknown ones with a capital, unless everything is written in capitals.
    """
    if not is_chat(question):
        return question
    chat, loud = words("chat.tsv"), question.isupper()

    def meant(found: re.Match[str]) -> str:
        word = found[0]
        small = normalise(word)
        if small in chat and (loud or not (word.isupper() and len(word) > 1)):
            return chat[small]
        long = written_out(small) if word == small or loud else None
        return word if long is None or known(small) else long

    return _WORD.sub(meant, question)


def is_chat(question: str) -> bool:
    """Whether a question uses the abbreviations of phone messages; one that names them in capitals ("SD", "PT") does not."""
    chat = words("chat.tsv")
    return (
        any(word in chat for word in _WORD.findall(question if not question.isupper() else question.lower())) and detect_language(spell_out(question)) != "en"
    )


def written_out(word: str) -> str | None:
    """Return the common word that an unknown one in small letters stands for, None when there is none or more than one.

    >>> written_out("bnjir")
    'banjir'
    """
    frequency, by_consonants = frequencies(), _by_consonants()
    if word in frequency or not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or _vowels(word) > FEWEST_VOWELS * len(word):
        return None
    candidates = [w for w in by_consonants.get(_consonants(word), ()) if w[0] == word[0] and _keeps_order(word, w)]
    if not candidates or (len(candidates) > 1 and frequency[candidates[0]] < MUCH_COMMONER * frequency[candidates[1]]):
        return None
    return candidates[0]


@cache
def _by_consonants() -> dict[str, list[str]]:
    """The common words by their consonants, the commonest first."""
    frequency = frequencies()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, times in frequency.items():
        if times >= COMMON and SHORTEST < len(word) <= LONGEST:
            # "ng" is often one letter: "mlg" is Malang, "krg" is kurang.
            for consonants in dict.fromkeys((_consonants(word), _consonants(word).replace("ng", "g"))):
                found[consonants].append(word)
    return {k: sorted(words_found, key=lambda w: -frequency[w]) for k, words_found in found.items()}


def _consonants(word: str) -> str:
    return "".join(c for c in word if c not in VOWELS)


def _vowels(word: str) -> int:
    return sum(c in VOWELS for c in word)


def _keeps_order(short: str, word: str) -> bool:
    """Whether all letters of the short form occur in the word in this order."""
    letters = iter(word)
    return len(short) < len(word) and all(c in letters for c in short)
