"""What a question asks for: its language, the kind of answer, the names, numbers and years it insists on."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from index.colloquial import formal
from index.datatypes import SearchIndex
from index.epithets import usual_names
from index.short_forms import long_terms
from index.spelling import plain, quiet
from index.text import acronyms, detect_language, question_terms, spell_out, term_of, terms, tokens, translate, without_acronyms, words
from qa.areas import areas_before_offices, asked_areas, asked_districts
from qa.courtesy import bare_question
from qa.keywords import as_question
from qa.names import proper_names
from qa.yes_no import asks_yes_or_no


class Kind(StrEnum):
    """The kind of answer asked for."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    AMOUNT = "amount"
    LIST = "list"
    REASON = "reason"
    MANNER = "manner"
    MEANING = "meaning"
    YES_NO = "yes_no"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Question:
    """An analysed question. `terms` are the stems it searches for; `names` are stems of capitalised words and acronyms,
    `areas` those of names after "kota", "bupati" …, `districts` whole names after "kecamatan", "lurah" …; `proper_names` are words, see `qa.names`.
    `asked_on` is the day that "tahun lalu" counts from; None is today.
    """

    text: str
    language: str
    kind: Kind
    terms: tuple[str, ...]
    names: tuple[str, ...]
    areas: tuple[str, ...]
    proper_names: tuple[str, ...]
    numbers: tuple[str, ...]
    asked_on: date | None = None
    districts: tuple[str, ...] = ()


# "Siapa kontraktornya?" is answered by a company as often as by a person.
_ENTERPRISE = r"(?:kontraktor|pelaksana proyek|pengembang|operator|penyelenggara|pengelola|penyedia|vendor|sponsor|contractor|developer|organi[sz]er)"
# An English "who" or "when" asks at the beginning or behind one of these; elsewhere it tells more of somebody ("what happens to those who …").
_ASKING_WORD = r"(?:^|[,;?.!] |\b(?:and|or|of|to|by|for|with|from|about|is|me|us|know|say|tell|exactly|until|since) )"
# In order: the first pattern that matches decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.LIST,
        r"\b(?:sebut(?:kan|in)?|apa (?:saja|aja)|siapa (?:saja|aja)|mana (?:saja|aja)|(?:list|name|mention) (?:the|all|two|three|four|five)|what are(?! the (?:\w+ )?hours)|which \w+s (?:are|were|did))\b",
    ),
    (
        Kind.AMOUNT,  # "tahun berapa" asks for a time, "berapa tahun" for an amount
        r"\b(?:(?<!hari )(?<!tanggal )(?<!tahun )(?<!bulan )(?<!pukul )(?<!jam )(?:se)?berapa(?:kah|an)?|"
        r"how (?:many|much|large|big|high|old|long)|what (?:percentage|score|number|amount|share))\b",
    ),
    (Kind.THING, rf"\b(?:siapa(?:kah)?|who)\b(?: (?:saja|is|are|was|were|the|yang|yg|jadi|menjadi|nama))* {_ENTERPRISE}"),
    (Kind.PERSON, rf"\bsiapa(?:kah)?\b|{_ASKING_WORD}(?:who|whom|whose)\b|\b(?:person|official|man|woman) who\b"),
    (
        Kind.TIME,
        rf"\b(?:kapan(?:kah)?|bilakah|(?:hari|tanggal|tahun|bulan|pukul|jam) (?:apa|berapa)|{_ASKING_WORD}when|what (?:year|date|day|time)|what are the (?:\w+ )?hours|which (?:year|date|day))\b",
    ),
    (
        Kind.PLACE,
        r"\b(?:di ?mana(?:kah)?|ke ?mana(?:kah)?|dari mana|where|which (?:city|building|place|venue)|(?:kota|negara|daerah|provinsi|gedung|tempat|pulau|hotel) (?:apa|mana))\b",
    ),
    (Kind.MEANING, r"\b(?:kepanjangan|singkatan|akronim|arti(?:nya)?|maksud(?:nya)?|stands? for|meaning of|what does .* mean|abbreviation)\b"),
    (
        Kind.REASON,
        r"\b(?:mengapa|kenapa|kok|alasan(?:nya)?|penyebab(?:nya)?|pemicu(?:nya)?|apa (?:pertimbangan|dalih|latar belakang)(?:nya)?(?! (?:pendidikan|keluarga))"
        r"|(?:karena|gara-gara|lantaran|atas dasar) apa|why|what (?:caused|reason|made(?!-)))\b"
        r"|(?:^|[,;?] )apa (?:yang )?(?:sebab|menyebabkan|membuat|mendorong|memicu|melatarbelakangi|menjadi (?:penyebab|pemicu|alasan))(?:nya)?\b",
    ),
    (Kind.MANNER, r"\b(?:bagaimana(?:kah)?|cara(?:nya)?|untuk apa|tujuan(?:nya)?|how|what for|purpose)\b"),
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_GREETINGS = frozenset("halo hai hi hello hey pagi siang sore malam selamat terima kasih makasih thanks thank you test tes ok oke ping assalamualaikum".split())


def analyse(text: str) -> Question:
    """Analyse a question that was stripped and is not empty."""
    language = detect_language(text)
    # Translated words lose their capitals, so that "Governor" is an office and no name.
    translated = translate(text) if language == "en" else text
    return Question(
        text=text,
        language=language,
        kind=_kind(text if language == "en" else without_acronyms(text)),
        terms=tuple(dict.fromkeys(long_terms(question_terms(text)))),
        names=tuple(dict.fromkeys(_names(translated))),
        areas=tuple(dict.fromkeys(asked_areas(spell_out(translated)) + (areas_before_offices(translated) if language == "en" else []))),
        proper_names=tuple(dict.fromkeys(proper_names(translated))),
        numbers=tuple(dict.fromkeys(t for t in tokens(text) if t[0].isdigit())),
        districts=tuple(dict.fromkeys(asked_districts(spell_out(translated)))),
    )


def _kind(question: str) -> Kind:
    """The kind of answer that a question asks for."""
    spelled = spell_out(question).lower()
    named = next((kind for kind, pattern in _KINDS if re.search(pattern, spelled)), None)
    # "Apakah ia pergi karena alasan keluarga?" asks for no reason.
    of_a_noun = named in (Kind.REASON, Kind.MANNER) and re.match(r"(?:.*[.?!,] )?(?:apakah|benarkah) ", spelled)
    return Kind.YES_NO if (named is None or of_a_noun) and asks_yes_or_no(spelled) else named or Kind.THING


def analyse_for(index: SearchIndex, text: str) -> Question:
    """Analyse a message to a collection: the question in it, as the reader was taught questions.

    What is shortened, spoken or in capitals is written out, keywords become a question, epithets the usual names. A question mark that was left
    out is set: without it the reader believes an answer less (a question of the test set `local`: .46, with it .66).
    """

    def known(word: str) -> bool:
        return index.document_frequencies([term_of(word)])[0] > 0

    written = formal(plain(bare_question(quiet(text)), known), known)
    question = analyse(usual_names(as_question(written)))
    # Keywords ("loket bayar pajak") ask for no yes or no with it.
    return replace(question, text=_with_its_mark(question.text))


def _with_its_mark(asked: str) -> str:
    """The question with a question mark behind its last word when its end has no mark."""
    at_end = asked[-4:]
    return asked if any(mark in at_end for mark in "?？.!") else f"{asked.rstrip(' ,;:-–—')}?"


def is_question(text: str) -> bool:
    """Whether there is anything to look up: at least one word of two letters that is more than a greeting."""
    found = [t for t in tokens(text) if len(t) > 1 and t[0].isalpha()]
    return bool(found) and not all(t in _GREETINGS for t in found)


def _names(text: str) -> list[str]:
    """Stems of words that are written as names: capitals after the first word, or acronyms anywhere."""
    asked = words("interrogatives.tsv").keys() - acronyms(text)
    names: list[str] = []
    for position, match in enumerate(_WORD.finditer(text)):
        word = match[0]
        acronym = len(word) > 1 and word.isupper()
        if (acronym or (position > 0 and word[0].isupper())) and word.lower() not in asked:
            names += [t for t in terms(word) if len(t) > 1]
    return [] if text.isupper() else names
