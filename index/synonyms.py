"""Words that say the same: a question for the "ongkos" is answered by an article that tells the "biaya".

`words/synonyms.txt` lists groups of them. A rare word of a question is replaced by a more usual one of its group only for an article that
uses that one and not the word itself, in the form in which it stands there. Usual words are left alone: the models know what they mean.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from index.lexicon import frequencies
from index.text import WORDS, term_of, tokens

SYNONYMS = "synonyms.txt"
LONGEST_MEMBER_WORDS = 3
# So many places of a word in an article are looked at.
MOST_FORMS = 200
# A word that the lexicon has seen more often is none that a question is rephrased for. Of 1,937 answerable validation questions 12 more are answered
# rightly, of 829 unanswerable ones 1 more is answered; with 400 as many, with 1 more (before 200 groups were narrowed). Without the limit as many were
# lost as won on two development collections.
RARE = 150
Words = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_VERB = re.compile(r"(?P<active>me(?:ng|ny|[mnlrw])?)[a-z]{3,}|di(?!nas|rektur|sdik|stri)[a-z]{4,}")
_FORM = re.compile(r"(?P<before>pe(?:ng|ny|[mnlr])?|ter|ber|ke|se)?[a-z]{3,}?(?P<behind>(?<!k)an|nya)?")


@dataclass(frozen=True, slots=True)
class Rephrased:
    """A question in the words of an article: its text, and {stem of the question: stems that stand for it}."""

    text: str
    stems: Mapping[str, Words]


class Wording:
    """The words of a text in order, by their stems."""

    def __init__(self, text: str) -> None:
        """Take the words of `text`."""
        self._words = tokens(text)
        self._stems = [term_of(word) for word in self._words]
        self._at: dict[str, list[int]] = {}
        for at, stem in enumerate(self._stems):
            self._at.setdefault(stem, []).append(at)

    def forms_of(self, words: Words) -> tuple[Words, ...]:
        """Return what stands in the text with the stems of `words`, one after the other; each once, in order, at most `MOST_FORMS` places looked at."""
        wanted, length = [term_of(w) for w in words], len(words)
        places = self._at.get(wanted[0], [])[:MOST_FORMS]
        return tuple(dict.fromkeys(tuple(self._words[at : at + length]) for at in places if self._stems[at : at + length] == wanted))


def rephrase(question: str, wording: Wording) -> Rephrased:
    """Return a question with the words that an article does not use replaced by those of the same meaning that it does.

    >>> rephrase("Berapa ongkos ujian?", Wording("Biaya ujian Rp5.000.")).text
    'Berapa biaya ujian?'
    """
    found = list(_WORD.finditer(question))
    text, last, at = "", 0, 0
    replaced: dict[str, Words] = {}
    known: dict[Words, Words] = {}
    while at < len(found):
        asked, used = _longest(found[at : at + LONGEST_MEMBER_WORDS], wording, known)
        beside = {m[0].lower() for m in (*found[max(0, at - 1) : at], *found[at + len(asked) : at + len(asked) + 1])}
        if used and beside.isdisjoint(used):  # "vonis hakim" is no "putusan hakim hakim"
            text += question[last : found[at].start()] + " ".join(used)
            last = found[at + len(asked) - 1].end()
            replaced |= dict.fromkeys(map(term_of, asked), tuple(map(term_of, used)))
        at += len(asked)
    return Rephrased(text + question[last:], replaced)


def _longest(found: Sequence[re.Match[str]], wording: Wording, known: dict[Words, Words]) -> tuple[Words, Words]:
    """The most words from the first on that the article has others for, and those; the first word and none when there are none.

    `known` keeps what was found for other words of the question.
    """
    for length in range(len(found), 0, -1):
        asked = tuple(m[0].lower() for m in found[:length])
        # A capital within the question makes a name.
        named = any(m[0][0].isupper() and m.start() > 0 for m in found[:length])
        if named:
            continue
        if asked not in known:
            known[asked] = _used(asked, wording)
        if known[asked]:
            return asked, known[asked]
    return (found[0][0].lower(),), ()


def _used(asked: Words, wording: Wording) -> Words:
    """What the article says instead; nothing when it uses these words too, or none of their group."""
    others = _others(asked)
    if not others or wording.forms_of(asked):
        return ()
    return next((form for other in others for form in wording.forms_of(other) if _fits(form, other, asked)), ())


def _fits(form: Words, member: Words, asked: Words) -> bool:
    """Whether a form of a member may stand for what is asked: "dikurangi" for "dipangkas", though the list has "mengurangi | memangkas"."""
    if _rarity(form) <= _rarity(asked):
        return False
    alike = all(map(_same_form, form, member))
    return alike and (len(form) > 1 or len(asked) > 1 or _is_passive(form[0]) is _is_passive(asked[0]))


@lru_cache(maxsize=4096)
def _others(asked: Words) -> tuple[Words, ...]:
    """The other members of the groups of a word or phrase that is rare."""
    known = _groups().get(tuple(map(term_of, asked)), ())
    if not known or _rarity(asked) > RARE:
        return ()
    return tuple(dict.fromkeys(other for member, group in known if all(map(_same_form, asked, member)) for other in group if other != member))


def _rarity(words: Words) -> int:
    """How often the lexicon has seen the rarest of the words."""
    return min(frequencies().get(word, 0) for word in words)


def _same_form(one: str, other: str) -> bool:
    """Whether two words of one stem are of one form: both verbs, active or passive, or with the same affixes."""
    verbs = bool(_VERB.fullmatch(one)), bool(_VERB.fullmatch(other))
    return verbs == (True, True) or (verbs == (False, False) and _affixes(one) == _affixes(other))


def _affixes(word: str) -> tuple[str | None, str | None]:
    found = _FORM.fullmatch(word)
    return ((found["before"] or "")[:2], (found["behind"] or "").replace("nya", "")) if found else (None, None)


def _is_passive(word: str) -> bool:
    found = _VERB.fullmatch(word)
    return found is not None and not found["active"]


@cache
def _groups() -> dict[Words, list[tuple[Words, tuple[Words, ...]]]]:
    """{stems of a member: the member and its group, for each group that it is in}."""
    found: dict[Words, list[tuple[Words, tuple[Words, ...]]]] = {}
    for line in (WORDS / SYNONYMS).read_text(encoding="utf-8").splitlines():
        group = () if line.startswith("#") or not line.strip() else tuple(tuple(tokens(member)) for member in line.split("|"))
        for member in group:
            found.setdefault(tuple(map(term_of, member)), []).append((member, group))
    return found
