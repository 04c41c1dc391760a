"""Title, publisher, date and author of a news article, read from its own text."""

import re
from dataclasses import dataclass
from datetime import date

import dateparser

from index.boilerplate import classify_lines, find_boilerplate
from index.passages import quotable_regions
from index.sentences import split_sentences

LONGEST_TITLE_CHARS = 200
SHORTENED_TITLE_CHARS = 100
_HEADER_LINES = 12

_MONTHS = "jan(?:uari)?|[fp]eb(?:ruari)?|mar(?:et)?|apr(?:il)?|mei|juni?|juli?|agu?s?t?(?:ustus)?|sept?(?:ember)?|okt(?:ober)?|no[vp](?:ember)?|des(?:ember)?"
_DATE = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{4}}|\d{{1,2}}\s+(?:{_MONTHS})\s+\d{{4}})"
_WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_WEEKDAY = r"(?P<day>senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)"
_EVENT_DATE = re.compile(rf"\b{_WEEKDAY}\s*,?\s*\(?\s*(?P<date>{_DATE})\b", re.I)
_DATE_LINE = re.compile(
    rf"\W*(?:(?:dipublikasikan|diterbitkan|publikasi|published|tanggal|terbit|tayang|diperbarui|updated?)\s*(?:pada|on)?\s*:?\s*)?"
    rf"(?:{_WEEKDAY}\s*,?\s*)?(?P<date>{_DATE})(?:\W*(?:pukul|jam)?\W*\d{{1,2}}[.:]\d{{2}}(?:[.:]\d{{2}})?)?\W*(?:wib|wita|wit)?\W*$",
    re.I,
)
_DOMAIN = r"[A-Za-z0-9][A-Za-z0-9-]*\.(?:co\.id|or\.id|go\.id|web\.id|my\.id|com|id|tv|net|org|co|info|news)"
_DOMAIN_ONLY = re.compile(_DOMAIN, re.I)
_DATELINE = re.compile(r"(?P<head>[^\n–—]{2,60}?)\s*(?:[–—]|-\s?-|\s-\s)\s*")
_SOURCE_LINE = re.compile(rf"^[^\S\n]*sumber[^\S\n]*:[^\S\n]*(?P<name>{_DOMAIN}|[^\n.]{{2,60}}?)\s*$", re.I | re.M)
_BYLINE = re.compile(
    r"^[^\S\n]*(?:reporter|penulis|oleh|jurnalis|kontributor|pewarta|laporan|author|by)[^\S\n]*:[^\S\n]*(?P<name>[^\n]{2,60}?)\s*$", re.I | re.M
)
_ANY_BYLINE = re.compile(r"\s*(?:reporter|penulis|oleh|jurnalis|kontributor|pewarta|editor|laporan|author|by|sumber|foto)\s*:", re.I)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’.-]*(?:\s+[A-ZÀ-Þ][\w'’.-]*){1,3}$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an article's text says about itself; None where it does not say."""

    title: str
    publisher: str | None
    published: date | None
    published_is_estimate: bool
    author: str | None


def read_metadata(text: str) -> Metadata:
    """Find title, publisher, date and author in an article's text by general rules."""
    published, is_estimate = find_date(text)
    return Metadata(find_title(text), find_publisher(text), published, is_estimate, find_author(text))


def parse_date(written: str) -> date | None:
    """Return the date written in Indonesian or as digits (day first), or None."""
    tidy = written.strip().lower()
    for spelled, known in ((r"\bpeb", "feb"), (r"\bnop", "nov"), (r"\bag[a-z]+", "agustus")):
        tidy = re.sub(spelled, known, tidy)
    order = "YMD" if re.match(r"\d{4}-", tidy) else "DMY"
    parsed = dateparser.parse(tidy, languages=["id"], settings={"DATE_ORDER": order, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]})
    return parsed.date() if parsed else None


def find_date(text: str) -> tuple[date | None, bool]:
    """Return (date, whether it is only an event's date).

    A line of the header that holds nothing but a date is the date of publication; else the first
    date with its weekday in the text is taken for the day of the event, when the weekday agrees.
    """
    for line in _header(text):
        if (match := _DATE_LINE.match(line)) and (found := parse_date(match["date"])):
            return found, False
    for match in _EVENT_DATE.finditer(text):
        found = parse_date(match["date"])
        if found and _weekday_agrees(match["day"], found):
            return found, True
    return None, False


def find_publisher(text: str) -> str | None:
    """Return the publisher named by the dateline or by a `Sumber:` line.

    Where both name the same one ("EXAMPLEPOS.COM" and "Example Pos"), the spelling of the source line is kept.
    """
    source = _SOURCE_LINE.search(text)
    named = source["name"].strip() if source else None
    for line in text.split("\n"):
        if not (dateline := dateline_of(line)):
            continue
        if domain := _DOMAIN_ONLY.search(dateline):
            label = _squash(domain[0].split(".")[0])
            return named if named and _squash(named) == label else domain[0]
    return named


def find_title(text: str) -> str:
    """Return the headline, else the first sentence without its dateline, shortened at a word."""
    for line in _header(text):
        if _is_headline(line):
            return line
    regions = quotable_regions(text, find_boilerplate(text))
    for start, end in (sentence for region in regions for sentence in split_sentences(text, *region)):
        sentence = text[start:end]
        if len(sentence.split()) >= 4 and not _DATE_LINE.match(sentence) and not _ANY_BYLINE.match(sentence):
            return shorten(sentence.removeprefix(dateline_of(sentence)))
    return shorten(text.strip())


def find_author(text: str) -> str | None:
    """Return the name in a byline, else a bare name alone on the last line, else None."""
    if match := _BYLINE.search(text):
        return match["name"]
    excluded = {start for start, _, _ in classify_lines(text)}
    lines = [m[0].strip() for m in re.finditer(r"[^\n]+", text) if m[0].strip() and m.start() not in excluded]
    last = lines[-1] if len(lines) > 2 else ""
    return last if len(last) <= 40 and _NAME.match(last) and not last.isupper() else None


def dateline_of(line: str) -> str:
    """Return the dateline that a line begins with ("KOTA, contoh.com – "), or the empty string."""
    match = _DATELINE.match(line)
    if not match:
        return ""
    parts = [p.strip() for p in re.split(r"[,|()/]", match["head"]) if p.strip()]
    likely = parts and all(_DOMAIN_ONLY.fullmatch(p) or (len(p.split()) <= 3 and all(w[0].isupper() for w in p.split())) for p in parts)
    marked = any(_DOMAIN_ONLY.fullmatch(p) or p.isupper() for p in parts) or len(parts) == 2
    return match[0] if likely and marked else ""


def shorten(sentence: str, limit: int = SHORTENED_TITLE_CHARS) -> str:
    """Return the sentence, cut at a word with an ellipsis when it is longer than `limit` characters."""
    tidy = " ".join(sentence.split())
    if len(tidy) <= limit:
        return tidy.rstrip(".")
    return tidy[:limit].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def _header(text: str) -> list[str]:
    """Lines before the first paragraph of the story, without boilerplate."""
    boilerplate = {start for start, _, _ in classify_lines(text)}
    lines: list[str] = []
    for match in re.finditer(r"[^\n]+", text):
        line = match[0].strip()
        if not line or match.start() in boilerplate:
            continue
        if dateline_of(line) or len(line) > LONGEST_TITLE_CHARS or (line.endswith(".") and len(line.split()) >= 8) or len(lines) >= _HEADER_LINES:
            break
        lines.append(line)
    return lines


def _is_headline(line: str) -> bool:
    plain = not _DATE_LINE.match(line) and not _ANY_BYLINE.match(line)
    return plain and len(line.split()) >= 4 and line[-1] not in ".:;,"


def _weekday_agrees(weekday: str, day: date) -> bool:
    name = weekday.lower().replace("'", "").replace("’", "").replace("ahad", "minggu")
    return _WEEKDAYS[day.weekday()] == name


def _squash(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
