"""Corpus files: one article a line as JSON, plain or compressed with xz, read line by line."""

import hashlib
import json
import lzma
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from index.errors import ArticleError
from index.known_fields import FIELDS, checked

CORPUS_SUFFIXES = (".jsonl", ".jsonl.xz")
LONGEST_LINE_BYTES = 64 << 20
"""Some articles of 20 MB as JSON; a compressed file can unpack to a thousand times its size, so a line must end somewhere."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """One line of a corpus file, checked; `source` names file and line."""

    text: str
    source: str
    article_id: str
    known: Mapping[str, Any]


def corpus_lines(path: Path, errors: list[ArticleError]) -> Iterator[CorpusLine]:
    """Yield the usable lines; what is wrong with others is added to the errors.

    Raises `ArticleError` when the file is no whole .xz file, is binary or has an endless line; `OSError` as files do.
    """
    for number, line in enumerate(_raw_lines(path), start=1):
        if line.strip():
            try:
                yield _line(line.removeprefix(_MARK) if number == 1 else line, f"{path}:{number}")
            except ArticleError as error:
                errors.append(error)


def _raw_lines(path: Path) -> Iterator[bytes]:
    compressed = path.suffix.lower() == ".xz"
    file: IO[bytes]
    with lzma.open(path) if compressed else path.open("rb") as file:
        try:
            while line := file.readline(LONGEST_LINE_BYTES + 1):
                if len(line) > LONGEST_LINE_BYTES:
                    raise ArticleError(f"{path}: a line is longer than {LONGEST_LINE_BYTES} bytes; a corpus file holds one article a line.")
                yield line
        except (lzma.LZMAError, EOFError) as error:
            raise ArticleError(f"{path}: the file is not a whole .xz file ({error}); compress it again.") from None


def _line(line: bytes, source: str) -> CorpusLine:
    row = _object(line, source)
    known = {k: v for k, v in row.items() if k in FIELDS and v is not None}
    text = row["text"]
    for name, value in (("text", text), *known.items()):
        if isinstance(value, str) and _SURROGATE.search(value):
            raise ArticleError(f"{source}: {name} holds half of a surrogate pair, which is no character; write the file again as UTF-8.")
    article_id = row.get("article_id") or hashlib.sha256(text.encode()).hexdigest()[:16]
    return CorpusLine(text, source, str(article_id), checked(known, source))


def _object(line: bytes, source: str) -> dict[str, Any]:
    if found := _CONTROL.search(line):
        raise ArticleError(f"{source}: the line holds the control byte {found[0]!r}, so the file looks binary; give a corpus file of text.")
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ArticleError(f"{source}: byte {error.start} of the line is not UTF-8; JSON is written in UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"{source}: the line is not JSON ({error}); a corpus file holds one object a line.") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ArticleError(f'{source}: the line has no string field \'text\'; a corpus line is an object such as {{"text": "…"}}.')
    return row
