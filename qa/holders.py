"""Names beside an office: who holds it, and who held it and left.

"Wali Kota X Nama Orang" and "Nama Orang, Wali Kota X" name the holder; "menggantikan Wali Kota X Nama Orang" and "Nama Orang dicopot" name who left.
"""

import re

from index.sentences import ABBREVIATIONS
from index.short_forms import long_terms
from index.text import terms, translate, words
from qa.questions import Kind, Question

_WORD = re.compile(r"[^\W_]+")
_NEXT_TO = re.compile(r"[^\W_][)\xa0 ,]*$")
# Words that stand before a person's name and are no part of it.
_OFFICE = frozenset(
    """wali kota walikota bupati gubernur presiden menteri kepala ketua dinas badan kantor camat lurah sekretaris direktur wakil plt pj plh penjabat
    pejabat pelaksana tugas harian dr drs ir asisten staf anggota dprd dpr kota kabupaten provinsi pemerintah pemkot pemprov pemkab bpk bapak ibu mantan
    komisi bidang bagian daerah humas kementerian polda polres kapolri kapolda kapolres deputi menko mendagri menpan""".split()
)
_KINDS_OF_AREA = frozenset({"kota", "kabupaten", "provinsi"})
_TITLES = frozenset("dr drs dra ir prof h hj kh ust ustaz".split())
# Abbreviations of several letters that stand before or instead of a name, or are no degree.
_NO_DEGREES = frozenset("an ub up al sd da cq rm ra".split())
_DEGREES = frozenset(a.replace(".", "") for a in ABBREVIATIONS if "." in a) - _NO_DEGREES
# "Wali Kota Prof. Dr. Ir. H. Melati"; a longer row of titles is none.
_MOST_TITLES = 6
_LAST_WORD = re.compile(r"([^\W\d_]+)\.?[)\xa0 ,]*$")
# So many words of an office at most stand between "menggantikan" and the name.
_LONGEST_OFFICE = 10
_REPLACED = frozenset("menggantikan mantan eks bekas".split())
_LEAVES = re.compile(
    r"(?:\s*\([^()]{1,20}\))?(?:,[^,.;]{0,60},|,)?\s+(?:yang\s+)?(?:(?:telah|sudah|resmi|secara|baru|kini|lalu|kemudian|pun)\s+){0,3}"
    r"(?:dicopot|diberhentikan|dinonaktifkan|dipecat|diganti|digantikan|dimutasi|dipindahkan(?! ke (?:rumah sakit|rs\w*|puskesmas)\b)|purna ?tugas"
    r"|(?:memasuki (?:masa )?)?pensiun|lengser|mengundurkan diri|mundur(?! dari (?:pencalonan|bursa|lomba|kontes\w*|pilkada|pemilihan)\b)"
    r"|meninggal|wafat|berpulang|tutup usia)\b"
)
# "X dilantik sebagai", ", M.Si., kini menjabat"; not "X, sebelumnya camat".
_SAID_TO_BE = re.compile(
    r"(?:,\s+[A-Z][\w.]{0,8})*,?\s+(?:(?:yang|resmi|telah|sudah|kini|baru|akhirnya|kembali|saja|dilantik|ditunjuk|diangkat|dipercaya|ditetapkan|terpilih|didapuk|dikukuhkan"
    r"|digeser|bergeser|dimutasi|dipindahkan|naik|promosi)\s+){0,4}(?:sebagai|menjadi|selaku|menjabat(?: sebagai)?)\s+"
)
_ASKS_WHO_LEFT = re.compile(
    r"\b(?:mantan|eks|bekas|dicopot|diberhentikan|dinonaktifkan|dipecat|diganti|digantikan|dimutasi|dipindahkan|purna ?tugas|pensiun|lengser|mengundurkan"
    r"|mundur|meninggal|wafat|berpulang|sebelum(?:nya)?|terdahulu|pendahulu(?:nya)?|former(?:ly)?|previous(?:ly)?|predecessor|ex|resign(?:ed|s)?|dismissed|fired|removed"
    r"|replaced|retired|died|stepped down)\b",
    re.IGNORECASE,
)
_FILLERS = frozenset("yang jadi menjadi menjabat sebagai itu nama namanya sih ya kini sekarang saat ini baru masih current currently now new the of".split())


def is_office(word: str) -> bool:
    """Whether a word in small letters belongs to an office and to no name."""
    return word in _OFFICE or word in words("short_forms.tsv")


def is_title(text: str) -> bool:
    """Whether a text is nothing but titles and degrees.

    >>> is_title("S.Sos., M.Si"), is_title("SH, MH"), is_title("dr. Melati"), is_title("Jan")
    (True, True, False, False)
    """
    found = text.split()
    return bool(found) and all(_is_title(word) for word in found)


def _is_title(word: str) -> bool:
    bare = word.strip(".,()").replace(".", "")
    return bare.lower() in _TITLES or (bare.lower() in _DEGREES and not bare.islower())


def asks_who_holds(question: Question) -> bool:
    """Whether the question asks for the holder of the office that it names, not for somebody about him ("siapa suami wali kota?").

    Apart from asking words and areas an office comes first.
    """
    if question.kind is not Kind.PERSON:
        return False
    spoken = [w.lower() for w in _WORD.findall(translate(question.text) if question.language == "en" else question.text)]
    asking = words("interrogatives.tsv")
    said = (w for w in spoken if w not in asking and w not in _FILLERS and not set(terms(w)) <= {*question.areas})
    return is_office(next(said, ""))


def apposed(question: Question, sentence: str, span: tuple[int, int]) -> float:
    """Return how much of the question's wording (0..1) stands right before or right after a person's name; 0 when the sentence says that he left.

    "Wali Kota X Nama Orang" and "Nama Orang, Wali Kota X" say who holds the office that is asked for.
    """
    if question.kind is not Kind.PERSON or not question.terms:
        return 0.0
    before, behind = _without_its_area(question, _words_before(sentence[: span[0]])), sentence[span[1] :]
    share = max(_share_beside(question, beside) for beside in (before, _words_after(behind)))
    return 0.0 if share and _has_left(question, before, behind) else share


def _words_before(text: str) -> list[str]:
    """The words before a name, the nearest first, without the titles right before it; none when a stop or the like stands between."""
    for _ in range(_MOST_TITLES):
        if (last := _LAST_WORD.search(text, max(0, len(text) - 30))) is None or last[1].lower() not in _TITLES:
            break
        text = text[: last.start()]
    return [m[0] for m in _WORD.finditer(text)][::-1] if _NEXT_TO.search(text, max(0, len(text) - 30)) else []


def _without_its_area(question: Question, before: list[str]) -> list[str]:
    """The words before a name without "Kota X" between office and name, unless the question names another area."""
    for last in (1, 2):
        if before[last : last + 1] and before[last].lower() in _KINDS_OF_AREA and before[last + 1 : last + 2] not in (["Wali"], ["wali"]):
            names = {t for word in before[:last] for t in terms(word)}
            asks_for_none = not question.areas and not question.proper_names
            return before[last + 1 :] if asks_for_none or names & set(question.terms) else before
    return before


def _words_after(behind: str) -> list[str]:
    """The words behind a name: those behind its comma, or of the office that it is said to have got ("X dilantik sebagai …")."""
    if said := _SAID_TO_BE.match(behind):
        return _WORD.findall(behind[said.end() :])
    return _WORD.findall(behind) if behind[:1] == "," else []


def _has_left(question: Question, before: list[str], behind: str) -> bool:
    """Whether the sentence says of the name that somebody holds the office no more, and the question does not ask who left it."""
    if _ASKS_WHO_LEFT.search(question.text):
        return False
    return _LEAVES.match(behind) is not None or _follows_one_who_left({*question.terms, *question.areas}, before)


def _follows_one_who_left(asked: set[str], before: list[str]) -> bool:
    """Whether the first of the words before a name, past those of an office and of the question, is "menggantikan", "mantan" or the like."""
    for word in (w.lower() for w in before[:_LONGEST_OFFICE]):
        if word in _REPLACED:
            return True
        if not is_office(word) and not asked.intersection(terms(word)):
            return False
    return False


def _share_beside(question: Question, beside: list[str]) -> float:
    """How much of the question (0..1) the words hold before the first foreign one; all of it when only the area is left out, which local news seldom repeat."""
    asked, found = set(question.terms), set[str]()
    for word in beside:
        held = asked.intersection(long_terms(terms(word)))
        if not held:
            break
        found |= held
    office = _without_area(question)
    # An area alone names no office: "Kepala Dinas Kesehatan Kota X, Nama Orang" is not the "sekda Kota X".
    own = office - _KINDS_OF_AREA - {t for name in question.proper_names for t in terms(name)}
    if own and not own & found:
        return 0.0
    return 1.0 if office and office <= found else len(found) / len(asked)


def _without_area(question: Question) -> set[str]:
    """The question's terms without its areas and the "kota" or "kabupaten" before one; that of "wali kota" is part of the office."""
    left = set(question.terms) - set(question.areas)
    for before, kind, area in zip(("", *question.terms), question.terms, question.terms[1:], strict=False):
        if area in question.areas and kind in _KINDS_OF_AREA and before != "wali":
            left.discard(kind)
    return left
