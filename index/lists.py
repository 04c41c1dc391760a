"""Lists and tables in articles: which lines belong to one, and what introduces them.

A passage may begin in the midst of a list. Its lines ("Sabtu: 09.00 - 12.00", "4. Fotokopi ijazah") say little without the line before the list
that says what they are.
"""

import re
from collections.abc import Sequence

from index.tables import header, is_row_among

# "Senin - Kamis: 08.00" is one of labelled lines, and what ends with a semicolon one of plain ones.
_FORMS = {
    "number": re.compile(r"\(?\d{1,2}[.)]\s"),
    "letter": re.compile(r"[a-zA-Z][.)]\s"),
    "roman": re.compile(r"(?:[ivx]{2,5}|[IVX]{2,5})[.)]\s"),
    # Steps told in sentences.
    "step": re.compile(r"(?:Pertama|Kedua|Ketiga|Keempat|Kelima|Keenam|Ketujuh|Kedelapan|Kesembilan|Kesepuluh|Terakhir)[,:]\s"),
    "mark": re.compile(r"[-•*–—▪◦·●○■►➢✓✔]\s"),
    # Not "T: …" and "Jawab: …" of questions and answers.
    "label": re.compile(r"(?!(?:Tanya|Jawab|Pertanyaan|Jawaban)\s*:)[^\s:.!?\"“][^:.!?\"“\n]{2,60}:\s+\S"),
    "plain": re.compile(r"[^\n]*[;,]$"),
}
# Further from a line neither its introduction nor lines beside it are looked for.
LONGEST_LIST_LINES = 40


def kind_of_line(line: str) -> str | None:
    """Return how a sentence marks itself as a line of a list; None when it does not.

    >>> kind_of_line("4. Fotokopi ijazah;"), kind_of_line("Sabtu: 09.00 - 12.00"), kind_of_line("Loket dibuka.")
    ('number', 'label', None)
    """
    return next((kind for kind, form in _FORMS.items() if form.match(line)), None)


def kind_among(sentences: Sequence[str], at: int) -> str | None:
    """Return how sentence `at` is a line of a list, "row" for one of a table; None when it is none.

    >>> kind_among(["Senin | 08.00", "Sabtu | 09.00"], 1)
    'row'
    """
    return "row" if is_row_among(sentences, at) else kind_of_line(sentences[at])


def introduction(sentences: Sequence[str], at: int) -> int | None:
    """Return the number of the sentence that introduces the list which sentence `at` is a line of, of a table its header; None outside lists.

    >>> introduction(["Jam layanan:", "Senin: 08.00", "Sabtu: 09.00"], 2)
    0
    """
    kind = kind_among(sentences, at)
    if kind == "row" and (names_columns := header(sentences, at)) is not None:
        return names_columns
    for n in range(at - 1, max(-1, at - LONGEST_LIST_LINES), -1) if kind else ():
        line, other = sentences[n], kind_among(sentences, n)
        if other == kind:  # also one that introduces lines of its own: "5. Sanksi:", "a. teguran", "6. …"
            continue
        if line.endswith(":"):
            return n
        if line[-1] not in '.;,!?"”':  # a heading
            return n
        if other is None:
            return None
    return None


def lines_beside(sentences: Sequence[str], at: int) -> range:
    """Return the numbers of the lines of the list that sentence `at` is a line of, this one too; empty outside lists.

    At most `LONGEST_LIST_LINES` on either side: a register may have thousands.
    """
    kind = kind_among(sentences, at)
    if kind is None:
        return range(0)
    first = last = at
    while first > max(0, at - LONGEST_LIST_LINES) and kind_among(sentences, first - 1) == kind:
        first -= 1
    while last + 1 < min(len(sentences), at + LONGEST_LIST_LINES + 1) and kind_among(sentences, last + 1) == kind:
        last += 1
    return range(first, last + 1)
