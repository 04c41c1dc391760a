"""Files and corpus lines to `Article`s. One unusable file never stops the others."""

import hashlib
import json
import lzma
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from index.boilerplate import find_boilerplate
from index.datatypes import Article
from index.errors import ArticleError, SourceError
from index.metadata import read_metadata

SIDECAR = "corpus.toml"
TEXT_SUFFIXES = (".txt",)
CORPUS_SUFFIXES = (".jsonl", ".jsonl.xz")
_ARTICLE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CORRECTABLE = {"title", "publisher", "published", "published_is_estimate", "author", "url"}
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass
class Corpus:
    """What was read from the sources: articles by id, files that could not be used, example questions."""

    articles: dict[str, Article] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Corrections and example questions from `corpus.toml` beside the files of a folder."""

    corrections: Mapping[str, Mapping[str, Any]]
    example_questions: tuple[str, ...] = ()


def read_sources(sources: list[Path]) -> Corpus:
    """Read files, folders (recursively) and corpus JSONL; raise `SourceError` for a path that does not exist."""
    corpus = Corpus()
    for source in sources:
        if not source.exists():
            raise SourceError(f"The source {str(source)!r} does not exist; name a text file, a corpus .jsonl file or a folder of them.")
        root = source if source.is_dir() else source.parent
        sidecar = _read_sidecar(root, corpus)
        corpus.example_questions += [q for q in sidecar.example_questions if q not in corpus.example_questions]
        for path in _files(source):
            _read_file(path, root, sidecar, corpus)
    return corpus


def make_article(text: str, source: str, *, article_id: str, known: Mapping[str, Any]) -> Article:
    """Build an article; what `known` does not say is read from the text itself.

    Raises `ArticleError` when the id is malformed or the text has no letters.
    """
    if not _ARTICLE_ID.fullmatch(article_id):
        raise ArticleError(f"{source}: the article id {article_id!r} is not usable; it takes 1 to 128 of the characters A-Z a-z 0-9 . _ -")
    if not any(c.isalpha() for c in text):
        raise ArticleError(f"{source}: the text is empty; an article needs at least one sentence.")
    found = read_metadata(text)
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
        excluded=find_boilerplate(text),
        source=source,
    )


def _files(source: Path) -> Iterator[Path]:
    """The readable files of a source in a stable order; hidden files and README files are no articles."""
    if source.is_file():
        yield source
        return
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(source).parts)
        if path.is_file() and not hidden and path.stem.upper() != "README" and path.name.lower().endswith(TEXT_SUFFIXES + CORPUS_SUFFIXES):
            yield path


def _read_file(path: Path, root: Path, sidecar: Sidecar, corpus: Corpus) -> None:
    try:
        if path.name.lower().endswith(CORPUS_SUFFIXES):
            _read_corpus_file(path, corpus)
        elif path.name.lower().endswith(TEXT_SUFFIXES):
            relative = path.relative_to(root).as_posix()
            known = sidecar.corrections.get(relative, {})
            corpus.add(make_article(_decode(path), str(path), article_id=_slug(relative), known=known))
        else:
            raise ArticleError(f"{path}: files of the type {path.suffix!r} are not read; use .txt or corpus .jsonl.")
    except ArticleError as error:
        corpus.errors.append(error)
    except OSError as error:
        corpus.errors.append(ArticleError(f"{path}: the file cannot be read ({error.strerror}); check its permissions."))


def _read_corpus_file(path: Path, corpus: Corpus) -> None:
    for number, line in enumerate(_decode(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            corpus.add(_article_of_line(line, f"{path}:{number}"))
        except ArticleError as error:
            corpus.errors.append(error)


def _article_of_line(line: str, source: str) -> Article:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"{source}: the line is not JSON ({error}); a corpus file holds one object a line.") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ArticleError(f'{source}: the line has no string field \'text\'; a corpus line is an object such as {{"text": "…"}}.')
    known = {k: v for k, v in row.items() if k in _CORRECTABLE and v is not None}
    text = row["text"]
    for name, value in (("text", text), *known.items()):
        if isinstance(value, str) and _SURROGATE.search(value):
            raise ArticleError(f"{source}: {name} holds half of a surrogate pair, which is no character; write the file again as UTF-8.")
    article_id = row.get("article_id") or hashlib.sha256(text.encode()).hexdigest()[:16]
    return make_article(text, source, article_id=str(article_id), known=_checked(known, source))


def _checked(known: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The known metadata with `published` as a date; `ArticleError` for a value of the wrong kind."""
    checked = dict(known)
    for name, value in known.items():
        if name == "published":
            checked[name] = _as_date(value, source)
        elif name == "published_is_estimate":
            if not isinstance(value, bool):
                raise ArticleError(f"{source}: {name} is {value!r}; it takes true or false.")
        elif not isinstance(value, str):
            raise ArticleError(f"{source}: {name} is {value!r}; it takes a string.")
    return checked


def _as_date(value: Any, source: str) -> date:
    if type(value) is date:  # a datetime, which TOML can hold, is a date too
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ArticleError(f"{source}: published is {value!r}; it takes a date as YYYY-MM-DD, for example '2026-01-31'.")


def _read_sidecar(root: Path, corpus: Corpus) -> Sidecar:
    path = root / SIDECAR
    if not path.is_file():
        return Sidecar({})
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        questions = content.get("example_questions", [])
        if not isinstance(questions, list) or not all(isinstance(q, str) for q in questions):
            raise ArticleError(f"{path}: example_questions takes a list of strings.")
        articles = content.get("articles", {})
        if not isinstance(articles, dict):
            raise ArticleError(f'{path}: articles is {articles!r}; it takes tables such as [articles."file.txt"].')
        corrections = {name: _correction(name, table, path) for name, table in articles.items()}
        return Sidecar(corrections, tuple(questions))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        corpus.errors.append(ArticleError(f"{path}: not a TOML file ({error}); its corrections are left out."))
    except OSError as error:
        corpus.errors.append(ArticleError(f"{path}: the file cannot be read ({error.strerror}); its corrections are left out."))
    except ArticleError as error:
        corpus.errors.append(error)
    return Sidecar({})


def _correction(name: str, table: Any, path: Path) -> dict[str, Any]:
    if not isinstance(table, dict) or (unknown := set(table) - _CORRECTABLE):
        wrong = repr(sorted(unknown)) if isinstance(table, dict) else repr(table)
        raise ArticleError(f"{path}: the entry {name!r} has {wrong}; it takes {', '.join(sorted(_CORRECTABLE))}.")
    return _checked(table, f"{path}: {name}")


def _decode(path: Path) -> str:
    """The file's text, unchanged: line ends and white space stay as they are."""
    try:
        raw = lzma.decompress(path.read_bytes()) if path.suffix.lower() == ".xz" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except lzma.LZMAError as error:
        raise ArticleError(f"{path}: the file is not a whole .xz file ({error}); compress it again.") from None
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 text.") from None
    if found := _BINARY.search(text):
        raise ArticleError(f"{path}: the file holds the control character {found[0]!r} at {found.start()}, so it looks binary; give a text file.")
    return text


def _slug(relative: str) -> str:
    stem = relative.rsplit(".", 1)[0]
    return re.sub(r"[^A-Za-z0-9._]+", "-", stem).strip("-")[:128] or "article"
