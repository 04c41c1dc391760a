"""The child of `index.extraction`: `python -m index.extraction_worker` reads requests on its input and answers each by a line of JSON.

A request is a line of JSON (kind, source, charset, bytes, memory) and that many bytes.
"""

import json
import os
import resource
import sys
import warnings
from typing import Any, BinaryIO

from index.datatypes import Document
from index.decoding import decode
from index.errors import ArticleError
from index.feeds import read_feed
from index.html import declared_charset, read_html
from index.pdf import read_pdf

DEEPEST = 5_000
"""Python's limit of recursion while reading: saved pages nest some hundreds deep, and one that nests deeper is refused, not fatal."""

LONGEST_TEXT_CHARS = 20_000_000


def main() -> None:
    """Answer requests until the input ends."""
    requests = sys.stdin.buffer
    # Libraries that print must not write between the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    while header := requests.readline():
        request = json.loads(header)
        replies.write(json.dumps(_answered(request, requests)).encode() + b"\n")
        replies.flush()


def _answered(request: dict[str, Any], requests: BinaryIO) -> dict[str, Any]:
    source = request["source"]
    try:
        _limit_memory(request["memory"])
        return _read(request["kind"], requests.read(request["bytes"]), source, request["charset"])
    except ArticleError as error:
        return {"error": str(error)}
    except MemoryError:
        message = f"{source}: reading the file takes more than {request['memory'] >> 20} MiB of memory; it may be damaged or made to harm."
        return {"error": message, "ends": True}  # what is left of the request may stand unread, and memory is not given back
    except RecursionError:
        return {"error": f"{source}: the file nests its parts too deep to be read; save it again with another program."}
    except Exception as error:  # whatever a library does on a hostile file, it is this file's error and not the build's
        # lxml reports memory that is used up by errors of its own, so the next file gets a fresh child.
        return {"error": f"{source}: the file cannot be read ({type(error).__name__}: {error}); save it again with another program.", "ends": True}


def _read(kind: str, raw: bytes, source: str, charset: str | None) -> dict[str, Any]:
    if kind == "feed":
        return {"entries": read_feed(raw, source)}
    document = read_pdf(raw, source) if kind == "pdf" else _html(raw, source, charset)
    if len(document.text) > LONGEST_TEXT_CHARS:
        raise ArticleError(
            f"{source}: the file holds {len(document.text)} characters of text; at most {LONGEST_TEXT_CHARS} are read, so split it into articles."
        )
    known = {**document.known}
    if "published" in known:
        known["published"] = known["published"].isoformat()
    return {"text": document.text, "known": known}


def _html(raw: bytes, source: str, charset: str | None) -> Document:
    return read_html(decode(raw, source, charset or declared_charset(raw)), source)


def _limit_memory(most_bytes: int) -> None:
    """Bound the address space, once; macOS does not know the limit and is left without."""
    if sys.platform.startswith("linux"):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    sys.setrecursionlimit(DEEPEST)
    main()
