"""Words by which a sentence shows that it explains, lists or defines."""

import re

from qa.questions import Kind

CUES: dict[Kind, re.Pattern[str]] = {
    Kind.REASON: re.compile(
        r"\b(?:(?:karena|sebab)(?! itu\b)|disebabkan|dikarenakan|akibat|lantaran|alasan\w*|agar|supaya|mengingat|pasalnya|dipicu|demi|sehingga|gara-gara|untuk"
        r"|menyusul|imbas|buntut|penyebab\w*)\b",
        re.I,
    ),
    Kind.MANNER: re.compile(r"\b(?:dengan|melalui|cara\w*|agar|supaya|untuk|guna|sehingga|yakni|yaitu|lewat|secara)\b", re.I),
    Kind.LIST: re.compile(r"\b(?:yakni|yaitu|antara lain|meliputi|adalah|di antaranya|termasuk|seperti|serta|terdiri)\b", re.I),
    Kind.THING: re.compile(r"\b(?:adalah|yakni|yaitu|merupakan|bernama|berupa|disebut)\b", re.I),
}
MOST_COMMAS = 5


def cue(kind: Kind, asked: Kind, sentence: str) -> float:
    """Return 1 when a question of kind `kind` was asked and the sentence holds a cue for it, else 0."""
    return float(kind is asked and CUES[kind].search(sentence) is not None)


def items(asked: Kind, sentence: str) -> float:
    """Return how much the sentence looks like a list (0..1) when one was asked for, else 0.

    Its commas count; a sentence that ends with a colon introduces a list.
    """
    if asked is not Kind.LIST:
        return 0.0
    return 1.0 if sentence.rstrip().endswith(":") else min(sentence.count(","), MOST_COMMAS) / MOST_COMMAS
