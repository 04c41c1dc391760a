"""Lists within a sentence: a question for all items gets all of them, when the reader pointed at some.

An enumeration is a run of short items between commas whose last one follows "dan", "serta" or the like.
"""

import re

MOST_WORDS = 9
"""Of an item; what is longer is a clause."""
_NEXT = re.compile(r"(?P<last>\s*,?\s+(?:dan|serta|maupun|hingga|atau|and|or)\s+|\s*&\s*)|(?P<comma>\s*,\s+)")
_BEFORE = re.compile(r"(?:\s*,?\s+(?:dan|serta|maupun|hingga|atau|and|or)|\s*&|\s*,)\s+$")
_BORDER = re.compile(
    r"[,;:!?]\s|(?<!\bDrs)(?<!\bDra)(?<!\bDr)(?<!\bdr)(?<!\bIr)(?<!\bH)(?<!\bHj)(?<!\bProf)(?<!\bNo)(?<!\bJl)\.\s|[()“”\"]|[.!?]$|\s(?:dan|serta|maupun|hingga|atau|and|or)\s|\s&\s"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_JOINED = re.compile(r"\s(?:dan|serta|maupun|hingga|atau|and|or)\s|&")
_PREPOSITION = re.compile(r"(?:di|ke|pada)\s+")
_IN_AN_ITEM = re.compile(r"\w\s+(?:di|ke|dari|pada)\s+$")
# What introduces a list in its own segment: the first item stands behind it.
_INTRODUCES = re.compile(
    r"(?:\b(?:yakni|yaitu|ialah|adalah|antara lain|antaranya|meliputi|mencakup|terdiri (?:dari|atas)|berupa|berisi|seperti|bagi|kepada|untuk|"
    r"oleh|dari|dengan|dihadiri|diikuti|membawa|melampirkan|apabila|jika|namely|including|such as|are|were)\b|:)\s+",
    re.IGNORECASE,
)
# An item does not begin like a clause or like the words about who said it, and holds no subordinate clause.
_CLAUSE = re.compile(
    r"(?:yang|kata|ujar|ucap|jelas|tutur|ungkap|tambah|sambung|lanjut|imbuh|terang|papar|saat|menurut|lalu|kemudian|ia|dia|mereka|kami|kita)\w*\b"
    r"|.*\b(?:karena|sehingga|namun|tetapi|tapi|sedangkan|sementara|agar|ketika|setelah|sebelum|meski\w*|jika|bila)\b",
    re.IGNORECASE,
)

# What was done to somebody ("diterima", "dipimpin") is another statement, not a further item; these nouns begin alike.
_PASSIVE = re.compile(r"di(?!nas|rektur|rektorat|siplin|alog|skusi|stribusi|strik|gital|nding|ploma|agnos|mensi|ri\b)[a-z]{4,}")


def whole_list(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the enumeration in `sentence` that `start` to `end` is part of; the same span when it is part of none.

    >>> text = "Syaratnya meliputi KTP, ijazah, dan pasfoto."
    >>> text[slice(*whole_list(text, 24, 30))]
    'KTP, ijazah, dan pasfoto'
    """
    plain = _without_brackets(sentence, start, end)
    first, last = _to_the_left(plain, _start_of_item(plain, start)), _to_the_right(plain, end)
    if not _JOINED.search(sentence[first:last]):
        return start, end
    preposition = _PREPOSITION.match(sentence, first, start)
    return (preposition.end() if preposition else first), last


def _without_brackets(sentence: str, start: int, end: int) -> str:
    """The sentence with letters for what stands in brackets: that belongs to the item before it. As it is when the span begins or ends within some."""
    if any(m.start() < edge < m.end() for m in _BRACKETS.finditer(sentence) for edge in (start, end)):
        return sentence
    return _BRACKETS.sub(lambda m: "x" * len(m[0]), sentence)


def _to_the_right(sentence: str, end: int) -> int:
    """The end of the last item, which a conjunction stands before; `end` itself when none follows."""
    at = end
    while found := _NEXT.match(sentence, at):
        border = _BORDER.search(sentence, found.end())
        at = border.start() if border else len(sentence)
        if not _is_item(sentence[found.end() : at]):
            return end
        if found["last"]:
            return at
    return end


def _start_of_item(sentence: str, start: int) -> int:
    """Where the item begins of which the span is only the place ("pasar di Jalan Mawar" from "Jalan Mawar" on); else `start` itself."""
    before = sentence[:start]
    if not _IN_AN_ITEM.search(before):
        return start
    ends = [m.end() for pattern in (_BORDER, _INTRODUCES) for m in pattern.finditer(before)]
    item = before[max(ends, default=start) :].lstrip()
    return start - len(item) if _is_item(item) else start


def _to_the_left(sentence: str, start: int) -> int:
    """The start of the first item; what stands at the sentence's start without an introduction is none."""
    first = start
    while found := _BEFORE.search(sentence[:first]):
        segment_start = max((m.end() for m in _BORDER.finditer(sentence, 0, found.start())), default=0)
        segment = sentence[segment_start : found.start()]
        introduced = list(_INTRODUCES.finditer(segment))
        item = segment[introduced[-1].end() :] if introduced else segment
        if not _is_item(item) or (segment_start == 0 and not introduced):
            return first
        first = found.start() - len(item)
        if introduced:
            return first
    return first


def _is_item(text: str) -> bool:
    item = text.strip()
    return 0 < len(item.split()) <= MOST_WORDS and not _CLAUSE.match(item) and not _PASSIVE.match(item)
