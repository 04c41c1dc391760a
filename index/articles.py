"""Files and corpus lines to `Article`s: which reader takes which file. One unusable file never stops the others."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.boilerplate import find_boilerplate
from index.corpus_lines import CORPUS_SUFFIXES, corpus_lines
from index.datatypes import Article, Document, Span
from index.decoding import decode
from index.errors import ArticleError, SourceError, printable
from index.extraction import Extractor
from index.known_fields import Sidecar, read_sidecar
from index.markdown import read_markdown
from index.metadata import read_metadata

LARGEST_TEXT_BYTES = 20 << 20
"""A longer text is no article: a book of a thousand pages has some 3 MB."""
_ARTICLE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_Reader = Callable[[Path, Extractor], Document]


@dataclass
class Corpus:
    """What was read from the sources: articles by id (in memory, or where the mapping keeps them), files that could not be used, example questions."""

    articles: MutableMapping[str, Article] = field(default_factory=dict)
    errors: list[ArticleError] = field(default_factory=list)
    example_questions: list[str] = field(default_factory=list)

    def add(self, article: Article) -> None:
        """Take an article; the same id with another text is an error that names both."""
        other = self.articles.setdefault(article.article_id, article)
        if other.sha256 != article.sha256:
            self.errors.append(
                ArticleError(
                    f"{article.source}: the article id {article.article_id!r} is already used by {other.source} for another text; rename one of the two."
                )
            )


def read_sources(sources: list[Path], into: Corpus | None = None) -> Corpus:
    """Read files, folders (recursively) and corpus JSONL into a corpus; raise `SourceError` for a path that does not exist."""
    corpus = Corpus() if into is None else into
    with Extractor() as extractor:
        for source in sources:
            if not source.exists():
                raise SourceError(f"The source {str(source)!r} does not exist; name a file ({', '.join(SUFFIXES)}) or a folder of them.")
            root = source if source.is_dir() else source.parent
            sidecar = read_sidecar(root, corpus.errors)
            corpus.example_questions += [q for q in sidecar.example_questions if q not in corpus.example_questions]
            for path in _files(source):
                _read_file(path, root, sidecar, corpus, extractor)
    return corpus


def make_article(text: str, source: str, *, article_id: str, known: Mapping[str, Any], start: int = 0) -> Article:
    """Build an article; what `known` does not say is read from the text itself, from `start` on.

    Raises `ArticleError` when the id is malformed or the text has no letters.
    """
    if not _ARTICLE_ID.fullmatch(article_id):
        raise ArticleError(f"{source}: the article id {article_id!r} is not usable; it takes 1 to 128 of the characters A-Z a-z 0-9 . _ -")
    story = text[start:]
    if not any(c.isalpha() for c in story):
        raise ArticleError(f"{source}: the text is empty; an article needs at least one sentence.")
    found = read_metadata(story)
    published = known.get("published", found.published)
    is_estimate = known.get("published_is_estimate", found.published_is_estimate and "published" not in known)
    return Article(
        article_id=article_id,
        title=known.get("title") or found.title,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        publisher=known.get("publisher") or found.publisher,
        published=published,
        published_is_estimate=bool(is_estimate),
        author=known.get("author") or found.author,
        url=known.get("url"),
        excluded=_excluded(text, start),
        source=printable(source),
    )


def slug(name: str) -> str:
    """Return a name as an article id: what an id does not take becomes a hyphen."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", name).strip("-")[:128] or "article"


def _excluded(text: str, start: int) -> tuple[Span, ...]:
    front = (Span(0, start),) if start else ()
    return front + tuple(Span(start + s, start + e) for s, e in find_boilerplate(text[start:]))


def _files(source: Path) -> Iterator[Path]:
    """The readable files of a source in a stable order.

    No articles are hidden files, README files, and what a browser saves beside a page (`page_files/` beside `page.html`).
    """
    if source.is_file():
        yield source
        return
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        hidden = any(part.startswith(".") for part in inner.parts)
        if path.is_file() and not hidden and path.stem.upper() != "README" and path.name.lower().endswith(SUFFIXES) and not _saved_beside(path, source):
            yield path


def _saved_beside(path: Path, source: Path) -> bool:
    above = [p for p in path.parents if p != source and p.is_relative_to(source) and p.name.endswith("_files")]
    return any((folder.parent / (folder.name.removesuffix("_files") + suffix)).is_file() for folder in above for suffix in (".html", ".htm"))


def _read_file(path: Path, root: Path, sidecar: Sidecar, corpus: Corpus, extractor: Extractor) -> None:
    try:
        if path.name.lower().endswith(CORPUS_SUFFIXES):
            _read_corpus_file(path, corpus)
        elif reader := _READERS.get(path.suffix.lower()):
            relative = path.relative_to(root).as_posix()
            document = reader(path, extractor)
            known = {**document.known, **sidecar.corrections.get(relative, {})}
            corpus.add(make_article(document.text, str(path), article_id=slug(relative.rsplit(".", 1)[0]), known=known, start=document.start))
        else:
            raise ArticleError(f"{path}: files of the type {path.suffix!r} are not read; use {', '.join(SUFFIXES)}.")
    except ArticleError as error:
        corpus.errors.append(error)
    except OSError as error:
        corpus.errors.append(ArticleError(f"{path}: the file cannot be read ({error.strerror}); check its permissions."))


def _read_corpus_file(path: Path, corpus: Corpus) -> None:
    for line in corpus_lines(path, corpus.errors):
        try:
            corpus.add(make_article(line.text, line.source, article_id=line.article_id, known=line.known))
        except ArticleError as error:
            corpus.errors.append(error)


def _text(path: Path, _: Extractor) -> Document:
    return Document(_decoded(path), {})


def _markdown(path: Path, _: Extractor) -> Document:
    return read_markdown(_decoded(path), str(path))


def _html(path: Path, extractor: Extractor) -> Document:
    return extractor.document("html", path.read_bytes(), str(path))


def _pdf(path: Path, extractor: Extractor) -> Document:
    return extractor.document("pdf", path.read_bytes(), str(path))


def _decoded(path: Path) -> str:
    """The file's text, unchanged: line ends and white space stay as they are."""
    if (size := path.stat().st_size) > LARGEST_TEXT_BYTES:
        raise ArticleError(f"{path}: the file has {size} bytes; a text takes at most {LARGEST_TEXT_BYTES}, so split it into articles.")
    return decode(path.read_bytes(), str(path))


_READERS: dict[str, _Reader] = {".txt": _text, ".md": _markdown, ".html": _html, ".htm": _html, ".pdf": _pdf}
SUFFIXES = (*_READERS, *CORPUS_SUFFIXES)
"""Ends of the names of files that are read, in lower case."""
