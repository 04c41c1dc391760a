"""A text PDF to a `Document`: lines joined to paragraphs, running heads and page numbers left out. Home of pypdf."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from index.datatypes import Document
from index.errors import ArticleError

MOST_PAGES = 1_000
_FEWEST_LETTERS_A_PAGE = 20
"""A page of text has hundreds of letters; a scanned one has none, or a stamp and a page number."""
_RUNNING_PAGES = 3
"""A first or last line that stands on so many pages (and on half of them) is a running head or foot."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:halaman|hal|page)\W*)?\d{1,4}(?:\s*(?:/|dari|of)\s*\d{1,4})?\W*", re.I)
_FILE_NAME = re.compile(r"microsoft \w+ - |untitled|tanpa judul|.*\.(?:docx?|pdf|indd|rtf|odt|pptx?|xlsx?)$", re.I)
_BULLET = re.compile(r"\s*(?:[-•*–—▪◦·]\s|\(?\d{1,2}[.)]\s|[a-zA-Z][.)]\s)")
# Indonesian prefixes: "per-" at the end of a line goes on with "pustakaan".
_PREFIXES = frozenset("ber ter per mem men meng meny pem pen peng peny se di ke me pe".split())
_FULL_LINE = 0.8
"""A line shorter than this share of the file's usual line ends its paragraph."""


def read_pdf(raw: bytes, source: str) -> Document:
    """Return the text of a PDF and its title and author, when they look like ones.

    Raises `ArticleError` when the file is no PDF, is encrypted, has more than 1,000 pages or holds no text (a scan).
    """
    try:
        reader = _opened(raw, source)
        pages = [_lines(page.extract_text()) for page in reader.pages]
        known = _known(reader)
    except DependencyError:
        raise _encrypted(source) from None
    except FileNotDecryptedError:
        raise _encrypted(source) from None
    except PyPdfError as error:
        raise ArticleError(f"{source}: the file is no readable PDF ({error}); open it in a viewer and save it again.") from None
    letters = sum(c.isalpha() for lines in pages for line in lines for c in line)
    if letters < _FEWEST_LETTERS_A_PAGE * max(1, len(pages)):
        raise ArticleError(
            f"{source}: the PDF has {len(pages)} pages and almost no text, so it looks scanned; run text recognition over it first, "
            "for example: ocrmypdf -l ind scan.pdf text.pdf"
        )
    return Document(joined(_without_running_lines(pages)), known)


def joined(pages: Sequence[Sequence[str]]) -> str:
    """Return lines of pages as paragraphs, one a line: a full line goes on in the next, also over the end of a page."""
    paragraphs: list[str] = []
    goes_on = False
    usual = _usual_length([line for lines in pages for line in lines])
    for lines in pages:
        for line in lines:
            if not line:
                goes_on = False
                continue
            if goes_on and not _BULLET.match(line):
                paragraphs[-1] = _glued(paragraphs[-1], line)
            else:
                paragraphs.append(line)
            goes_on = len(line) >= _FULL_LINE * usual
    return "\n".join(paragraphs)


def _opened(raw: bytes, source: str) -> PdfReader:
    if b"%PDF-" not in raw[:1024]:
        raise ArticleError(f"{source}: the file does not begin like a PDF; give a PDF, or name the file by what it is.")
    reader = PdfReader(io.BytesIO(raw), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _encrypted(source)
    if len(reader.pages) > MOST_PAGES:
        raise ArticleError(f"{source}: the PDF has {len(reader.pages)} pages; at most {MOST_PAGES} are read, so split it into articles.")
    return reader


def _encrypted(source: str) -> ArticleError:
    return ArticleError(f"{source}: the PDF is encrypted; save it without its password first, for example: qpdf --decrypt --password=… in.pdf out.pdf")


def _lines(text: str) -> list[str]:
    """Lines of a page without white space at their ends; an empty one parts paragraphs."""
    lines = [" ".join(_CONTROL.sub("", line).split()) for line in text.replace("\xad", "").splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    edges = Counter(key for lines in pages for key in {_key(line) for line in (*lines[:2], *lines[-2:])})
    running = {key for key, count in edges.items() if count >= max(_RUNNING_PAGES, len(pages) / 2)}
    return [_stripped(lines, running) for lines in pages]


def _stripped(lines: list[str], running: set[str]) -> list[str]:
    """A page without the running lines and page numbers at its two ends, at most two at each."""
    flags = [not line or _key(line) in running or _PAGE_NUMBER.fullmatch(line) is not None for line in lines]
    first = next((n for n, flag in enumerate(flags[:2]) if not flag), min(2, len(lines)))
    last = next((n for n, flag in enumerate(flags[:-3:-1]) if not flag), min(2, len(lines)))
    return lines[first : max(first, len(lines) - last)]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line).casefold()


def _usual_length(lines: Sequence[str]) -> int:
    """Length of the file's long lines: the ninth decile, so that headlines and last lines do not count."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _glued(before: str, line: str) -> str:
    """Two lines as one; a word that was parted at the end of a line is whole again, a doubled one keeps its hyphen."""
    parted = re.search(r"([^\W\d_]+)-$", before)
    if not parted or not line[0].islower():
        return f"{before}{line}" if parted else f"{before} {line}"
    rest = re.match(r"[^\W\d_]*", line)
    return before + line if _is_doubled(parted[1].casefold(), rest[0] if rest else "") else before[:-1] + line


def _is_doubled(first: str, second: str) -> bool:
    """Whether two parts are a doubled word ("undang-undang", "warna-warni", "sayur-mayur") or a letter with a word ("e-tilang")."""
    if first in _PREFIXES:
        return False
    return len(first) == 1 or (len(first) > 2 and (first[0] == second[:1] or first[-2:] == second[-2:]))


def _known(reader: PdfReader) -> dict[str, Any]:
    """Title and author of the document's own entry; names of files and of machines' users are none."""
    about = reader.metadata
    title = " ".join(_CONTROL.sub("", (about.title if about else None) or "").split())
    author = " ".join(_CONTROL.sub("", (about.author if about else None) or "").split())
    known = {
        "title": title if len(title.split()) >= 2 and not _FILE_NAME.match(title) else None,
        "author": author if len(author.split()) >= 2 and author[0].isupper() else None,
    }
    return {name: value for name, value in known.items() if value}
