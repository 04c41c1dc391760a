"""The one analyzer: normalise, tokenize, stem. Articles and questions pass through the same steps.

`ANALYZER_VERSION` is part of the index's manifest: change it whenever a term could come out differently.
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

ANALYZER_VERSION = 1
WORDS = Path(__file__).resolve().parent / "words"

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_local = threading.local()


def terms(text: str) -> list[str]:
    """Return the stems of a text in order, numbers with their thousands points removed.

    >>> terms("Pelayanan publik menjangkau 1.900 pegawai")
    ['layan', 'publik', 'jangkau', '1900', 'gawa']
    """
    return [term_of(token) for token in tokens(text)]


def question_terms(question: str) -> list[str]:
    """Return the stems of a question after chat spelling was written out, without words that only ask."""
    written_out = tokens(write_out(question))
    # Words, not stems: "permohonan" has the stem of "mohon" and yet says what is asked about.
    asked = words("interrogatives.tsv")
    return [term_of(t) for t in written_out if t not in asked] or [term_of(t) for t in written_out]


def tokens(text: str) -> list[str]:
    """Return lower-case tokens without accents; '1.900' becomes '1900'."""
    return [t.replace(".", "") if _THOUSANDS.fullmatch(t) else t for t in _TOKEN.findall(normalise(text))]


def normalise(text: str) -> str:
    """Return the text in lower case, with straight apostrophes, without accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def write_out(question: str) -> str:
    """Return the question with chat spelling ("brp", "yg") written out; other words stay as they are."""
    chat = words("chat.tsv")
    return re.sub(r"[^\W_]+", lambda m: chat.get(m[0].lower(), m[0]), question)


@cache
def words(name: str) -> dict[str, str]:
    """Return a word list of `index/words` as {first column: second column}; '#' starts a comment."""
    lines = (WORDS / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


@lru_cache(maxsize=200_000)
def term_of(token: str) -> str:
    """Return the stem of one token."""
    # A stemmer keeps state while it works, so each thread has its own.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("indonesian")
    stem: str = _local.stemmer.stemWord(token)
    return stem
