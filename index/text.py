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

_ENGLISH = frozenset(
    """the is are was were who whom whose what when where why how which did does do has have had of by from about tell me
    many much according between during please can could should must will would there any for with if my they their""".split()
)
# They stand in Indonesian questions too ("smart city", "Mayor" is a rank), so they count beside other English words only.
_ENGLISH_TOO = frozenset({"mayor", "city"})
_INDONESIAN = frozenset(
    """siapa kapan berapa bagaimana mengapa kenapa apa apakah mana dimana yang dan di ke dari pada untuk dengan adalah itu ini tidak
    oleh dalam sebutkan tahun kota saja jelaskan""".split()
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_IN_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b|(?<=s)['’](?=\s)")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")  # combining marks are among these; most of a text is not
_local = threading.local()


def terms(text: str) -> list[str]:
    """Return the stems of a text in order, numbers with their thousands points removed.

    >>> terms("Pelayanan publik menjangkau 1.900 pegawai")
    ['layan', 'publik', 'jangkau', '1900', 'gawa']
    """
    return [term_of(token) for token in tokens(text)]


def question_terms(question: str) -> list[str]:
    """Return the stems of a question after chat spelling was written out, without words that only ask."""
    written = write_out(question)
    # Words, not stems: "permohonan" has the stem of "mohon" and yet says what is asked about.
    asked = words("interrogatives.tsv").keys() - acronyms(written)
    written_out = tokens(written)
    return [term_of(t) for t in written_out if t not in asked] or [term_of(t) for t in written_out]


def acronyms(question: str) -> set[str]:
    """Return in small letters the words of a question that are acronyms by their capitals though they only ask in small letters ("AS", "WHO").

    >>> acronyms("Siapa presiden AS?"), acronyms("SIAPA PRESIDEN AS?")
    ({'as'}, set())
    """
    asking = words("interrogatives.tsv")
    return set() if question.isupper() else {w.lower() for w in _IN_CAPITALS.findall(question) if asking.get(w.lower())}


def without_acronyms(question: str) -> str:
    """Return the question without what `acronyms` finds, so that "WHO" asks for nobody."""
    found = acronyms(question)
    return _IN_CAPITALS.sub(lambda m: "" if m[0].lower() in found else m[0], question) if found else question


def tokens(text: str) -> list[str]:
    """Return lower-case tokens without accents; '1.900' becomes '1900'."""
    return [t.replace(".", "") if _THOUSANDS.fullmatch(t) else t for t in _TOKEN.findall(normalise(text))]


def normalise(text: str) -> str:
    """Return the text in lower case, with straight apostrophes, without accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return _NOT_ASCII.sub(_without_marks, decomposed).casefold()


def _without_marks(found: re.Match[str]) -> str:
    return "".join(c for c in found[0] if not unicodedata.combining(c))


def detect_language(text: str) -> str:
    """Return 'en' when English function words outnumber Indonesian ones, else 'id'."""
    found = tokens(text if text.isupper() else _IN_CAPITALS.sub(" ", text))
    english = sum(t in _ENGLISH for t in found)
    english += sum(t in _ENGLISH_TOO for t in found) if english else 0
    return "en" if english > sum(t in _INDONESIAN for t in found) else "id"


def write_out(question: str) -> str:
    """Return the question with chat spelling written out and, when it is English, known words translated."""
    plain = spell_out(question)
    return translate(plain) if detect_language(plain) == "en" else plain


def spell_out(question: str) -> str:
    """Return the question with chat spelling ("brp", "yg") written out; other words stay as they are, and so do acronyms ("HR", "TP PKK")."""
    chat, loud = words("chat.tsv"), question.isupper()
    return re.sub(r"[^\W_]+", lambda m: m[0] if not loud and len(m[0]) > 1 and m[0].isupper() else chat.get(m[0].lower(), m[0]), question)


def translate(question: str) -> str:
    """Return an English question with the words and phrases of `english.tsv` in Indonesian, and without possessives.

    >>> translate("Who is Semarang's mayor?")
    'Who is Semarang wali kota?'
    """
    known = words("english.tsv")
    return _english_phrases().sub(lambda m: known[m[0].lower()], _POSSESSIVE.sub("", question))


@cache
def _english_phrases() -> re.Pattern[str]:
    longest_first = sorted(words("english.tsv"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


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
