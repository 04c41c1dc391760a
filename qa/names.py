"""The proper names that a question insists on, and which of them an article does not know.

A question about another city is not answered by an article about this one. But articles write names in other ways than those who ask: a
letter differs ("Rahmayadi", "Rahmyadi"), two words become one ("Jawa Tengah", "Jateng"), one becomes two ("Jokowi", "Joko Widodo"). And many
words have a capital that name nothing: offices, months. The lexicon tells names from such words by how often it sees them with a capital.
"""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from index.lexicon import capital_share, frequencies
from index.spelling import VOWELS, typed_without_capitals
from index.text import normalise, terms, words
from qa.article_view import ArticleView

# Words that are written with a capital less often than this are names only by accident ("Kota", "Gunung", "Harapan").
NAME_SHARE = 0.7
# A word in small letters is a name when it is hardly ever seen without a capital.
SURE_SHARE = 0.96
# What the lexicon says of words that it has seen less often counts for nothing.
SEEN_OFTEN = 20
SHORTEST = 3
# Similarity (0..100, `rapidfuzz.fuzz.ratio`) from which a word of the article may be the same name in another spelling; 75 and 88 did no better.
SAME_NAME = 82
SHORTEST_MISSPELLED = 5
# Two names that the lexicon has seen so often are two names, however near ("Malang", "Magelang"), unless they differ in vowels only.
WELL_KNOWN = 60
# A blend takes so many letters or more of each of its words.
SHORTEST_PART = 2
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
# They are no names, being written without a capital as often as not.
_DIRECTIONS = ("utara", "timur", "selatan", "barat", "tengah", "tenggara")
_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"))
_DOUBLED = re.compile(r"(.)\1+")


def proper_names(question: str) -> list[str]:
    """Return the names in a question as they are written, in order; acronyms are none, nor is anything in a question all in capitals.

    >>> proper_names("Siapa Kepala Dinas Kesehatan di Kediri?")
    ['Kediri']
    """
    if question.isupper():
        return []
    small = typed_without_capitals(question)
    return [found[0] for found in _WORD.finditer(question) if _is_name(found[0], after_others=found.start() > 0, in_small_letters=small)]


def _is_name(word: str, *, after_others: bool, in_small_letters: bool) -> bool:
    small = normalise(word)
    if len(small) < SHORTEST or word.isupper() or not small.isalpha() or small in words("interrogatives.tsv") or small in words("not_names.tsv"):
        return False
    if word[0].isupper() and after_others:
        return may_be_a_name(small)
    # The first word has a capital anyway, and on a phone no word has one.
    known, share = frequencies().get(small, 0) >= SEEN_OFTEN, capital_share(small) or 0.0
    return (word[0].isupper() or in_small_letters) and known and share >= SURE_SHARE


def may_be_a_name(word: str) -> bool:
    """Whether a word in small letters is usually written with a capital, or is too rare for the lexicon to tell."""
    return frequencies().get(word, 0) < SEEN_OFTEN or (capital_share(word) or 0.0) >= NAME_SHARE


def missing_names(names: Sequence[str], view: ArticleView) -> list[str]:
    """Return those of the names of a question that the article does not know by any spelling."""
    spelled = [normalise(name) for name in names]
    unknown = [at for at, name in enumerate(spelled) if name not in view.words and not view.all.intersection(terms(name))]
    return [names[at] for at in unknown if not (_misspelled(spelled[at], view) or _blended(spelled[at], view) or _part_of_a_blend(at, spelled, view))]


def _misspelled(name: str, view: ArticleView) -> bool:
    if len(name) < SHORTEST_MISSPELLED:
        return False
    near = process.extract(name, view.words, scorer=fuzz.ratio, processor=modern, score_cutoff=SAME_NAME, limit=None)
    return any(is_variant(name, word) for word, _, _ in near)


def is_variant(name: str, other: str) -> bool:
    """Whether two words that look alike are one name: one of them is hardly known, or they differ in vowels, doubled letters and old spelling only.

    >>> is_variant("malang", "magelang"), is_variant("mohammad", "muhammad")
    (False, True)
    """
    known = frequencies()
    return min(known.get(name, 0), known.get(other, 0)) < WELL_KNOWN or _skeleton(name) == _skeleton(other)


def modern(word: str) -> str:
    """Return a word in the spelling of 1972: "soekarno" is "sukarno"."""
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    return word


def _skeleton(word: str) -> str:
    return _DOUBLED.sub(r"\1", "".join(c for c in modern(word) if c not in VOWELS))


def _blended(name: str, view: ArticleView) -> bool:
    """Whether the name is made of the beginnings of two or three words that follow each other in the article."""
    spoken = view.spoken
    starts = [at for at, word in enumerate(spoken) if word[:SHORTEST_PART] == name[:SHORTEST_PART]]
    return any(is_blend(name, spoken[at : at + n]) for at in starts for n in (2, 3))


def _part_of_a_blend(at: int, names: Sequence[str], view: ArticleView) -> bool:
    """Whether the article makes one word of the name at this place and the one beside it, or a direction ("Jawa Tengah")."""
    pairs = [pair for first in (at - 1, at) if first >= 0 and len(pair := names[first : first + 2]) > 1]
    pairs += [(names[at], direction) for direction in _DIRECTIONS]
    beginnings = {pair[0][:SHORTEST_PART] for pair in pairs}
    alike = [word for word in view.words if word[:SHORTEST_PART] in beginnings]
    return any(is_blend(word, pair) for pair in pairs for word in alike)


def is_blend(word: str, parts: Sequence[str]) -> bool:
    """Whether a word is made of the beginnings of all the parts, in order.

    >>> is_blend("jateng", ["jawa", "tengah"])
    True
    """
    if not parts:
        return not word
    longest = min(len(parts[0]), len(word))
    return any(word.startswith(parts[0][:n]) and is_blend(word[n:], parts[1:]) for n in range(longest, SHORTEST_PART - 1, -1))
