"""A news page to a `Document`: the story's text, title, date, author, publisher, canonical address. Home of trafilatura and lxml."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Document as Extracted

from index.datatypes import Document
from index.errors import ArticleError

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*(?P<name>[A-Za-z0-9_.:-]{2,40})", re.I)
_LOWER = "translate(concat(' ', @class, ' ', @id), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
# Parts that sites themselves name as something else than the story; trafilatura knows most of the English names, few of the Indonesian ones.
_NAMES = (
    "comment komentar disqus related terkait rekomendasi recommend baca-juga bacajuga baca_juga linksisip share sosmed newsletter paywall cookie consent "
    "breadcrumb subscribe langganan author-box penulis-bio paging pagination popular terpopuler trending sidebar smart-banner wa-channel"
).split()
_NOT_STORY = etree.XPath(
    "//noscript | //template | //*[@hidden or @aria-hidden='true' or contains(translate(@style, ' ', ''), 'display:none')] | "
    f"//*[self::div or self::section or self::aside or self::ul or self::form or self::table][{' or '.join(f'contains({_LOWER}, {n!r})' for n in _NAMES)}]"
)
# Less than this (or half of what else is found) is no story: then the parts that were taken away belonged to it.
_STORY_CHARS = 400
# Dates of the page's own fields only: a guess at any date of its text would look like a fact.
_DATES = {"original_date": True, "extensive_search": False}
# Two line breaks part paragraphs; the extractor loses some of a text that has no others.
_BREAKS = re.compile(r"(?:<br\s*/?>\s*){2,}", re.I)
_INLINE = frozenset("a abbr b big br cite code em font i img mark q s small span strong sub sup time tt u wbr".split())
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_BYLINE = re.compile(r"\s*(?:oleh|penulis|reporter|by|laporan)\s*:?\s+", re.I)
_WORD = r"(?:[A-ZÀ-Þ][\w'’.-]*|bin|binti|van|de)"
_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{0,4}}(?:[,;] {_WORD}(?: {_WORD}){{0,4}})*")
_WEEKDAY = re.compile(r"[\s,|–-]*\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)\b.*", re.I | re.S)


def declared_charset(raw: bytes) -> str | None:
    """Return the character set that a page names in its first 4,096 bytes."""
    match = _CHARSET.search(raw[:4096])
    return match["name"].decode("ascii") if match else None


def read_html(page: str, source: str) -> Document:
    """Return the story of a page and what the page says about it.

    Raises `ArticleError` when the page holds no story, as pages do that write their text by script.
    """
    tree = _tree(page, source)
    found = _extracted(tree)
    text = (found.text or "").strip() if found else ""
    if found is None or not text:
        raise ArticleError(f"{source}: no story was found in the page; save it after it has loaded in a browser, or give its text as .txt.")
    return Document(text, _known(found))


def extract_alone(page: str) -> str:
    """Return the text that trafilatura finds with its defaults, comments left out: what the product is measured beside."""
    found = bare_extraction(page, include_comments=False)
    return found.text or "" if isinstance(found, Extracted) else ""


def _tree(page: str, source: str) -> HtmlElement:
    # A page that was decoded must not be decoded again by what an XML declaration says.
    plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", _BREAKS.sub("<p>", _CONTROL.sub("", page)), count=1)
    try:
        tree = document_fromstring(plain.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8", remove_comments=True))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ArticleError(f"{source}: the page holds no HTML ({error}); give a saved web page.") from None
    for element in list(tree.iter("div", "td", "article", "section", "main")):
        _wrap_bare_text(element)
    return tree


def _wrap_bare_text(element: HtmlElement) -> None:
    """Put text that stands bare among the paragraphs of an element into paragraphs of its own: the extractor else loses some of it."""
    if element.find("p") is None:
        return
    runs = [element.makeelement("p")]
    runs[0].text, element.text = element.text, None
    for child in list(element):
        if child.tag in _INLINE:
            runs[-1].append(child)
        else:
            runs.append(element.makeelement("p"))
            runs[-1].text, child.tail = child.tail, None
            child.addnext(runs[-1])
    element.insert(0, runs[0])
    for run in runs:
        if not run.text_content().strip():
            element.remove(run)


def _extracted(tree: HtmlElement) -> Extracted | None:
    """What trafilatura finds; the parts that are no story are taken away first, when enough is left then.

    It is asked to rather keep too much: a line that is kept can be excluded afterwards, a sentence that is lost cannot be had back.
    """
    known = bare_extraction(_copy(tree), with_metadata=True, include_comments=False, favor_recall=True, date_extraction_params=_DATES)
    pruned = _copy(tree)
    for element in _NOT_STORY(pruned):
        _drop(element)
    story = bare_extraction(pruned, include_comments=False, favor_recall=True)
    if not isinstance(known, Extracted):
        return None
    if isinstance(story, Extracted) and len(story.text or "") >= min(_STORY_CHARS, len(known.text or "") / 2):
        known.text = story.text
    return known


def _copy(tree: HtmlElement) -> HtmlElement:
    copied: HtmlElement = document_fromstring(etree.tostring(tree, encoding="utf-8"), parser=HTMLParser(encoding="utf-8"))
    return copied


def _drop(element: HtmlElement) -> None:
    """Take an element out of its tree, its tail kept; body and html stay, whatever their class is."""
    if element.getparent() is not None and element.tag not in ("body", "html", "head", "main", "article"):
        element.drop_tree()


def _known(found: Extracted) -> dict[str, Any]:
    known: dict[str, Any] = {"title": _tidy(found.title), "author": _author(found.author), "publisher": _publisher(found), "published": _day(found.date)}
    url = found.url or ""
    known["url"] = url if urlsplit(url).scheme in ("http", "https") else None
    return {name: value for name, value in known.items() if value}


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def _author(written: str | None) -> str | None:
    """The name or names, without "Oleh" and the date that some sites write into the same line; None when it reads like a sentence."""
    name = _WEEKDAY.sub("", _BYLINE.sub("", _tidy(written), count=1)).strip(" ,;|-–")
    return name if _NAME.fullmatch(name) else None


def _publisher(found: Extracted) -> str | None:
    name = _tidy(found.sitename)
    return name.removeprefix("@") or None


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None
