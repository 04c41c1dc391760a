"""Bytes to text: UTF-8 first, then what the file declares, then a guess by its content. Home of charset-normalizer."""

import codecs
import re

from charset_normalizer import from_bytes

from index.errors import ArticleError

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# https://encoding.spec.whatwg.org/#names-and-labels: browsers read these labels as windows-1252.
_AS_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
# What Indonesian newsrooms' older systems write, and what their foreign sources do; a free choice among all 90 mistakes short texts for EBCDIC.
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "cp1256", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]
# Letters and marks that a text of Western European or Indonesian language has above ASCII.
_WESTERN = re.compile(r"[\x00-\x7fÀ-ÖØ-öø-ÿ‘’“”‚„–—…•·€£©®™°§«»½¼¾²³ŠšŽžŒœŸ\xa0]*")

# French has some 4 % of such characters; a text of another script that is read as Western consists of them.
_WESTERN_SHARE = 0.25


def decode(raw: bytes, source: str, declared: str | None = None) -> str:
    """Return the text of `raw`, its byte order mark left out; `declared` is the character set that the file or server names.

    Raises `ArticleError` when no character set fits or the text holds control characters, as binary files do.
    """
    text = _unmarked(raw, source) or _declared(raw, declared) or _guessed(raw, source)
    if found := _BINARY.search(text):
        raise ArticleError(f"{source}: the file holds the control character {found[0]!r} at {found.start()}, so it looks binary; give a text file.")
    return text


def _unmarked(raw: bytes, source: str) -> str | None:
    """The text as its byte order mark says, else as UTF-8; None when it is neither."""
    name = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8-sig")
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        if name != "utf-8-sig" or _is_damaged_utf8(raw):
            raise ArticleError(f"{source}: byte {error.start} is not {name.removesuffix('-sig').upper()}; save the file as UTF-8 text.") from None
    return None


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether most bytes above ASCII form UTF-8 or halves of surrogates: another character set would make nonsense of them."""
    lenient = raw.decode("utf-8", "replace")
    good = sum(c > "\x7f" and c != "\ufffd" for c in lenient)
    if good > lenient.count("\ufffd"):
        return True
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _declared(raw: bytes, declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared).name
        if name.startswith(("utf-16", "utf-32")) and b"\x00" not in raw:  # a page that could be read as far as its declaration is neither
            return None
        return raw.decode(_AS_BROWSERS.get(name, name))
    except (LookupError, UnicodeError, ValueError):  # unknown, not a text encoding, or not what the bytes are
        return None


def _guessed(raw: bytes, source: str) -> str:
    """What charset-normalizer finds; windows-1252 first, when it gives only letters and marks that Western texts have."""
    if b"\x00" not in raw:
        western = raw.decode("cp1252", "replace")
        if _WESTERN.fullmatch(western) and sum(c > "\x7f" for c in western) < _WESTERN_SHARE * len(western):
            return western
        if (best := from_bytes(raw, cp_isolation=_CANDIDATES).best()) is not None:
            return str(best)
    raise ArticleError(f"{source}: the bytes are not UTF-8 and no other character set fits them; save the file as UTF-8 text.")
