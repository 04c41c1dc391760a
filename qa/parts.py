"""Questions that ask for several things at once: "Siapa kepala dinas itu dan kapan ia dilantik?".

The reader was taught questions for one thing: of two it answers one.
"""

import re
from functools import lru_cache

from index.text import spell_out, words

_INDONESIAN = r"(?:siapa|kapan|(?:se)?berapa|di ?mana|ke ?mana|dari mana|mengapa|kenapa|bagaimana|apa)(?:kah)?\b(?!-|\s+(?:pun|adanya)\b)"
_ENGLISH = r"(?:(?:in|at|on|for|to|from|by)\s+)?(?:who|whom|when|where|why|how|what|which)\b"
_AND = r"(?:,\s*|\s+)(?:dan|serta|lalu|kemudian|terus|and|&)\s+|[?;]\s+"
# A part begins with its asking word, or with the one thing it asks about: "dan berapa biayanya", "dan biayanya berapa", "dan jabatan apa".
_THING = r"(?:(?!(?:dan|serta|atau|and)\b)[\w-]+ ){0,3}"
# Behind a mere comma an English "who" tells more of somebody.
_BORDER = re.compile(rf"(?:{_AND})(?={_THING}{_INDONESIAN}|{_ENGLISH})|,\s+(?={_THING}{_INDONESIAN})", re.IGNORECASE)
_ASKS = re.compile(rf"\b(?:{_INDONESIAN}|{_ENGLISH})", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# They name nothing: "hari apa dan tanggal berapa X dibuka?" asks for one thing in two words, "dan di mana saja?" for none of its own.
_EMPTY = frozenset(
    "di ke dari pada yang dan itu ini saja hari tanggal bulan tahun jam pukul nomor the of is are was were did do does in at on for to by".split()
)
MOST_PARTS = 3


def parts_of(question: str) -> list[str]:
    """Return the questions that a question consists of, each with a question mark; none when it asks for one thing.

    >>> parts_of("Siapa kepala dinas itu dan kapan ia dilantik?")
    ['Siapa kepala dinas itu?', 'kapan ia dilantik?']
    """
    parts = [part for piece in _cut(question) if (part := piece.split("?")[0].strip(" ,;.!"))]
    return [f"{part}?" for part in parts] if 2 <= len(parts) <= MOST_PARTS and all(map(_names_something, parts)) else []


@lru_cache(maxsize=1024)
def asks_for_several(question: str) -> bool:
    """Whether a question consists of several; asked of every sentence that is read for it."""
    return bool(parts_of(question))


def _cut(question: str) -> list[str]:
    """The pieces between borders; one that asks nothing ("menurut wali kota, berapa …") belongs to the next."""
    pieces, start = [], 0
    for border in _BORDER.finditer(question):
        if _ASKS.search(spell_out(question[start : border.start()])):
            pieces.append(question[start : border.start()])
            start = border.end()
    return [*pieces, question[start:]]


def _names_something(part: str) -> bool:
    asking = words("interrogatives.tsv")
    return any(w not in asking and w not in _EMPTY for w in _WORD.findall(spell_out(part).lower()))
