"""Whose city, regency, province or office a text speaks about: the names that stand after "kota", "bupati", "pemkot" …"""

import re

from index.lexicon import capital_share, frequencies
from index.spelling import typed_without_capitals
from index.text import normalise, terms, words

_OF_A_DISTRICT = "kecamatan|kec|kelurahan|camat|lurah"
_MARKER = rf"\b(?:kota|kabupaten|kab|provinsi|pemkot|pemkab|pemprov|bupati|wali ?kota|gubernur|{_OF_A_DISTRICT})"
_NAMED = r"\.?\s+(?:of\s+)?(?!(?:kota|kab|kabupaten|kec|kecamatan|kelurahan|provinsi)\b)([^\W\d_]+(?: (?-i:[A-Z])\w+)?)"
_ASKED = re.compile(_MARKER + _NAMED, re.IGNORECASE)
_ASKED_DISTRICT = re.compile(rf"\b(?:{_OF_A_DISTRICT}){_NAMED}", re.IGNORECASE)
_DISTRICT_BEFORE = re.compile(rf"(?<!^)\b([A-Z][^\W\d_]+)\s+(?i:{_OF_A_DISTRICT})\b")
# In English the name may stand before: "the Kemelur mayor", "Kemelur Regency" (the office's word is translated already).
_ASKED_BEFORE = re.compile(rf"(?<!^)\b([A-Z][^\W\d_]+)\s+(?i:{_MARKER})\b")
# Looked ahead: the words behind one marker may hold another ("kecamatan. Anggaran Kota X").
_SPOKEN_OF = re.compile(rf"{_MARKER}\.?(?=((?:[\s,/()]+[^\W\d_]+){{1,4}}))", re.IGNORECASE)
# "kapan wali kota membuka …": a word in lower case with a verb's prefix is no place, nor is a function word.
_VERB = re.compile(r"(?:mem|men|meng|meny|ber|ter)[a-z]{4,}$")
# Share of capitals below which a word typed in small letters names no area ("sama", "boleh" .01; "batu" .11, "solo" .43), and how often the lexicon
# must have seen it to say.
AREA_SHARE, SEEN_OFTEN = 0.1, 20
_FUNCTION_WORDS = frozenset(
    """yang dan itu ini di ke dari untuk pada dengan oleh adalah baru tidak boleh akan sudah telah juga lain se lalu tersebut namun tetapi tapi serta atau
    karena sebab agar supaya saat ketika sebelum sesudah setelah hingga sampai sejak selama dalam antara seperti bahwa jika bila kalau meski sekarang kini
    masih belum hanya saja pun para setiap tiap semua seluruh""".split()
)


def asked_areas(question: str) -> list[str]:
    """Return the stems of the names of the areas or office holders that a question names, in order.

    Names have a capital, unless the question is typed without any; office markers count in any case.

    >>> asked_areas("Siapa bupati Kemelur?")
    ['melur']
    """
    return _named_after(_ASKED, question)


def asked_districts(question: str) -> list[str]:
    """Return the names, in small letters, of parts of a city or regency that a question names: news of the city lists them without "kecamatan".

    >>> asked_districts("Siapa camat Kemelur Utara di kota Tirtaloka?")
    ['kemelur utara']
    """
    found = [m[1] for pattern in (_ASKED_DISTRICT, _DISTRICT_BEFORE) for m in pattern.finditer(question)]
    return [normalise(name) for name in found if _named_after(_ASKED_DISTRICT, f"camat {name}")]


def _named_after(marker: re.Pattern[str], question: str) -> list[str]:
    small = typed_without_capitals(question)
    found = [m[1].split() for m in marker.finditer(question)]
    # "Di kota mana Observatorium X berada?" asks for a city and names none.
    naming = [name for name in found if name[0].lower() not in words("interrogatives.tsv") and name[0].lower() not in _FUNCTION_WORDS]
    named = [w for name in naming for w in name if w[0].isupper() or (small and _may_be_an_area(w))]
    named = [w for w in named if normalise(w) not in words("not_names.tsv")]
    return [t for w in named if w.lower() not in words("interrogatives.tsv") for t in terms(w) if len(t) > 2]


def _may_be_an_area(word: str) -> bool:
    """Whether a word in small letters may name an area: no verb by its prefix, and no word that is usually written without a capital."""
    small = normalise(word)
    return not _VERB.match(word) and (frequencies().get(small, 0) < SEEN_OFTEN or (capital_share(small) or 0.0) >= AREA_SHARE)


def areas_before_offices(question: str) -> list[str]:
    """Return the stems of names that stand before an office or a kind of area, as they do in English.

    >>> areas_before_offices("Who is the Kemelur wali kota?")
    ['melur']
    """
    return [t for m in _ASKED_BEFORE.finditer(question) if m[1].lower() not in words("not_names.tsv") for t in terms(m[1]) if len(t) > 2]


def areas_spoken_of(text: str) -> set[str]:
    """Return the stems of the four words after each marker: "Wali Kota X Nama Orang" speaks of X and of its holder."""
    return {t for m in _SPOKEN_OF.finditer(text) for t in terms(m[1])}
