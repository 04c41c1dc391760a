"""Questions made from plain sentences: a date, number, name, place, cause or list is taken out and asked for.

News has few questions with answers; these teach the forms of news sentences. Words are dropped so that the
question is no copy of its sentence.
"""

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = r"[A-Z][\w'’.-]+(?: (?:[A-Z][\w'’.-]*|bin|binti|van|de))*"
_OFFICES = r"(?:Wakil )?(?:Wali ?[Kk]ota|Bupati|Gubernur|Presiden|Menteri|Kepala|Ketua|Direktur|Sekretaris|Kapolres|Kapolda|Kapolri|Juru Bicara|Anggota|Deputi|Camat|Rektor|Pelatih|Manajer)"
_MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"


class Pattern(NamedTuple):
    """A way to ask: `asks` are question words, `find` has one group `answer`."""

    asks: tuple[str, ...]
    find: re.Pattern[str]
    clause: str
    """Which words around the answer are asked with: before, around or after."""


PATTERNS: tuple[Pattern, ...] = (
    Pattern(("Kapan", "Tanggal berapa", "Kapankah", "Hari apa"), re.compile(rf"(?:[Pp]ada |, )?(?P<answer>(?:(?:Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu),? ?)?(?:\(\d+/\d+(?:/\d+)?\)|\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?))"), "around"),
    Pattern(("Tahun berapa", "Kapan"), re.compile(r"(?:pada |sejak |di )?(?P<answer>tahun (?:19|20)\d\d)"), "around"),
    Pattern(("Berapa", "Berapakah", "Berapa banyak", "Berapa jumlah"), re.compile(r"(?<![\d/.:,\-] )(?<![\d/.:,\-])(?P<answer>Rp ?\d[\d.,]*(?: ribu| juta| miliar| triliun)?|\d[\d.,]*(?:%| (?:ribu |juta |miliar |triliun )?(?!tahun lalu|dan |atau |yang |pada |sampai |hingga |di |bertahan)[a-z]{4,12}))(?![\d/:\-])"), "around"),
    Pattern(("Di mana", "Di manakah", "Dimana", "Di kota mana"), re.compile(rf"\b[Dd]i (?P<answer>{_NAME}(?:, {_NAME}){{0,2}})"), "around"),
    Pattern(("Mengapa", "Kenapa", "Apa alasan", "Apa sebab"), re.compile(r",? (?P<answer>(?:karena|sebab|lantaran|akibat) [^.;]{15,140})"), "before"),
    Pattern(("Untuk apa", "Apa tujuan", "Untuk apakah"), re.compile(r" (?P<answer>(?:untuk|agar|supaya|guna) [^.;,]{15,120})"), "before"),
    Pattern(("Bagaimana cara", "Bagaimana", "Dengan cara apa"), re.compile(r" (?P<answer>(?:dengan cara|melalui|dengan) [^.;,]{15,120})"), "before"),
    Pattern(("Apa saja", "Sebutkan", "Siapa saja"), re.compile(r"(?:yaitu|yakni|antara lain|seperti|meliputi|di antaranya)[ :]+(?P<answer>[^.;]{3,60}(?:, [^.;,]{3,60})+,? (?:dan|serta|hingga) [^.;,]{3,60})"), "before"),
    Pattern(("Apa",), re.compile(r"(?:adalah|merupakan|ialah) (?P<answer>[^.;,]{8,100})"), "before"),
    Pattern(("Apa yang dikatakan tentang", "Apa kata {who} tentang", "Bagaimana tanggapan atas", "Apa pendapat soal"), re.compile(r"(?P<answer>[\"“][^\"”]{30,250}[\"”])"), "after"),
)  # fmt: skip
_OFFICE_HOLDER = re.compile(rf"(?P<office>{_OFFICES}(?: (?:[A-Z][\w()-]+|dan|untuk)){{1,6}}?),? (?P<answer>(?:[A-Z][a-z'’.-]+ ?){{2,3}})(?=[ ,.])")
_SAYS = re.compile(rf"(?:kata|ujar|ucap|tutur|jelas|ungkap|tegas|imbuh|papar) (?P<answer>{_NAME})")


def ask_about(sentence: str, rng: random.Random) -> Iterator[tuple[str, int, int]]:
    """Yields (question, start, end) with the answer's code points in the sentence."""
    for found in _OFFICE_HOLDER.finditer(sentence):
        office, start = found["office"].strip(" ,"), found.start("answer")
        asked = rng.choice((f"Siapa {office}?", f"Siapakah nama {office}?", f"{office} dijabat oleh siapa?", f"Siapa yang menjabat {office}?"))
        yield asked, start, start + len(found["answer"].rstrip())
    for found in _SAYS.finditer(sentence):
        said = kept(sentence[: found.start()], rng, 14)
        if said.count(" ") >= 4:
            yield rng.choice(("Siapa yang mengatakan ", "Siapa yang menyatakan bahwa ", "Menurut siapa ")) + said + "?", *found.span("answer")
    for pattern in PATTERNS:
        for found in pattern.find.finditer(sentence):
            question = _question(pattern, sentence, found, rng)
            if question.count(" ") >= 3:
                yield question, *found.span("answer")


def _question(pattern: Pattern, sentence: str, found: "re.Match[str]", rng: random.Random) -> str:
    before, after = sentence[: found.start()], sentence[found.end() :]
    if pattern.clause == "after":
        clause = kept(found["answer"] + " " + after, rng, 7, 0.6)
    elif pattern.clause == "before":
        clause = kept(before.rsplit(". ", 1)[-1], rng, 13)
    else:
        clause = " ".join((kept(before, rng, 10, last=True), kept(after, rng, 5)))
    ask = rng.choice(pattern.asks).replace("{who} ", "")
    return f"{ask} {clause.strip()}?" if rng.random() < 0.8 else f"{clause.strip()} {ask.lower()}?"


def kept(clause: str, rng: random.Random, most: int, share: float = 0.75, last: bool = False) -> str:
    """Returns up to `most` words of a clause, each kept with probability `share`."""
    words = re.sub(r"[\"“”()]", "", clause).split()
    words = [w for w in words if rng.random() < share]
    return " ".join(words[-most:] if last else words[:most]).strip(" ,.;:-")
