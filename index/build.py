"""Sources to a new generation: read → clean → split → encode → write → promote.

Vectors of passages whose encoded text did not change are taken from the old generation, so a second build of
unchanged files encodes nothing; when the whole content is unchanged, the old generation simply stays.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.articles import Corpus, read_sources
from index.datatypes import Article, Encoder, IndexManifest, Passage, Vectors
from index.dense import DenseIndex, write_vectors
from index.duplicates import find_stories
from index.errors import ArticleError, IndexUnavailableError, SourceError, UnknownArticleError
from index.generations import FORMAT_VERSION, current_generation, made_by, refuse_backup, tidy, write_manifest, writing
from index.lexical import LexicalRow, write_terms
from index.local import LocalIndex, open_served
from index.locks import build_lock
from index.passages import PASSAGE_VERSION, split_article
from index.store import Store, write_store, write_stories
from index.text import ANALYZER_VERSION

BATCH = 2048
Cut = Callable[[Article], list[Passage]]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `changed` is False when the old generation already held exactly this content.

    `promoted` is False when only a shard was loaded, which a build without `--shard` promotes.
    """

    manifest: IndexManifest
    folder: Path | str
    encoded: int
    reused: int
    changed: bool
    errors: tuple[ArticleError, ...] = ()
    promoted: bool = True


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How a build is done: with progress bars or not, how articles are cut, how long to wait while another build runs.

    `shard` (i, n) loads the i-th of n parts only, which a Milvus index can.
    """

    progress: bool = False
    cut: Cut = split_article
    wait_seconds: float = 0.0
    shard: tuple[int, int] | None = None


@dataclass
class _Content:
    """Everything that a generation is made of, before it is written.

    `known_from` is the generation whose vectors are taken over; `even_if_unchanged` writes one that holds what the old one does.
    """

    articles: dict[str, Article]
    example_questions: Sequence[str]
    errors: list[ArticleError] = field(default_factory=list)
    options: BuildOptions = BuildOptions()
    even_if_unchanged: bool = False
    known_from: Path | None = None


def build_index(sources: Sequence[Path], folder: Path, encoder: Encoder, options: BuildOptions = BuildOptions()) -> BuildReport:
    """Make the index under `folder` mirror the sources exactly.

    Raises `SourceError` when no article could be read, `IndexLockedError` when another build is running, and
    `IndexNotWrittenError` when the disk is full or read-only; the old generation stays each time.
    """
    with write_access(folder, options.wait_seconds):
        corpus = read_sources(list(sources))
        return _write(_Content(corpus.articles, corpus.example_questions, corpus.errors, options), folder, encoder)


def add_articles(sources: Sequence[Path] | Corpus, folder: Path, encoder: Encoder, options: BuildOptions = BuildOptions()) -> BuildReport:
    """Add the articles of the sources (or what was read from them) to the index; an article read again from its old source is replaced.

    Raises `SourceError` when nothing could be read, and the errors of `IndexUnavailableError` when there is no index.
    """
    current_generation(folder)  # an error before anything is made there
    with write_access(folder, options.wait_seconds), closing(open_served(folder)) as old:
        merged = with_added(old.store.articles(), old.example_questions(), sources)
        return _write(_Content(merged.articles, merged.example_questions, merged.errors, options), folder, encoder)


def remove_articles(article_ids: Sequence[str], folder: Path, encoder: Encoder, options: BuildOptions = BuildOptions()) -> BuildReport:
    """Remove articles; raise `UnknownArticleError` for an id that is not there, `SourceError` when none would be left."""
    current_generation(folder)
    with write_access(folder, options.wait_seconds), closing(open_served(folder)) as old:
        kept = without(old.store.articles(), article_ids)
        return _write(_Content(kept, old.example_questions(), [], options), folder, encoder)


def with_added(articles: Iterable[Article], questions: Sequence[str], sources: Sequence[Path] | Corpus) -> Corpus:
    """Return the articles with those of the sources, see `add_articles`; raises `SourceError` when nothing could be read."""
    new = sources if isinstance(sources, Corpus) else read_sources(list(sources))
    if not new.articles:
        raise SourceError(f"No article could be read from the sources. {no_articles(new.errors)}")
    merged = {a.article_id: a for a in articles}
    for article in new.articles.values():
        _replace(merged, article, new)
    return Corpus(merged, new.errors, [*questions, *(q for q in new.example_questions if q not in questions)])


def without(articles: Iterable[Article], article_ids: Sequence[str]) -> dict[str, Article]:
    """Return the other articles by id; raise `UnknownArticleError` for an id that is not there."""
    kept = {a.article_id: a for a in articles}
    for article_id in article_ids:
        if kept.pop(article_id, None) is None:
            raise UnknownArticleError(f"There is no article {article_id!r} to remove; nothing was removed.")
    return kept


def rebuild(generation: Path, folder: Path, encoder: Encoder, reuse_vectors: bool) -> BuildReport:
    """Make a new generation of the articles that an old one stores, while write access is held (for repairs)."""
    with closing(Store(generation)) as old:
        articles, questions = {a.article_id: a for a in old.articles()}, old.example_questions()
    known_from = generation if reuse_vectors else None
    return _write(_Content(articles, questions, even_if_unchanged=True, known_from=known_from), folder, encoder)


@contextmanager
def write_access(folder: Path, wait_seconds: float = 0.0) -> Iterator[list[str]]:
    """Be the only writer of an index folder; gives the names of what a killed one left, which is removed first."""
    refuse_backup(folder)
    with build_lock(folder, wait_seconds):
        yield tidy(folder)


def encoded_text(article: Article, passage: Passage) -> str:
    """Return the text of a passage as the encoder sees it: the title names the story that the passage belongs to."""
    return f"{article.title}\n{passage.text}"


def _replace(merged: dict[str, Article], article: Article, new: Corpus) -> None:
    old = merged.get(article.article_id)
    if old is None or _file_of(old.source) == _file_of(article.source) or old.sha256 == article.sha256:
        merged[article.article_id] = article
        return
    new.errors.append(
        ArticleError(
            f"{article.source}: the article id {article.article_id!r} is already used by {old.source} for another text; remove that one first or rename."
        )
    )


def _file_of(source: str) -> str:
    """The file that a source names, without the line: lines of a corpus file move when others are put before them."""
    return re.sub(r":\d+$", "", source)


def _write(content: _Content, folder: Path, encoder: Encoder) -> BuildReport:
    articles = [content.articles[i] for i in sorted(content.articles)]
    if not articles:
        raise SourceError(no_articles(content.errors))
    digest = content_sha256(articles, content.example_questions)
    if not content.even_if_unchanged:
        if old := _unchanged(folder, encoder, digest):
            return BuildReport(old, folder, 0, old.passages, False, tuple(content.errors))
        content.known_from = _served(folder)
    return _write_generation(content, articles, digest, folder, encoder)


def _write_generation(content: _Content, articles: Sequence[Article], digest: str, folder: Path, encoder: Encoder) -> BuildReport:
    options = content.options
    passages = [(a, p) for a in tqdm(articles, "split", unit=" articles", disable=not options.progress) for p in options.cut(a)]
    if not passages:
        raise SourceError("Every sentence of the sources was recognised as boilerplate, so there is nothing to search; give articles with text.")
    hashes = [hashlib.sha256(encoded_text(a, p).encode()).hexdigest() for a, p in passages]
    known = _known_vectors(content.known_from, encoder, set(hashes)) if content.known_from else {}
    vectors, encoded = _vectors(passages, hashes, known, encoder, options.progress)
    generation = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f") + "-" + digest[:8]
    manifest = _manifest(generation, len(articles), len(passages), encoder, digest)
    with writing(folder, generation) as target:
        write_vectors(vectors, target)
        write_terms(_lexical_rows(passages), target)
        write_store(target, articles, zip((p for _, p in passages), hashes, strict=True), content.example_questions)
        write_stories(target, *find_stories(articles, _known_signatures(content.known_from)))
        write_manifest(manifest, target)
    return BuildReport(manifest, folder, encoded, len(passages) - encoded, True, tuple(content.errors))


def _known_signatures(generation: Path | None) -> dict[str, bytes]:
    """Signatures of an old generation by the sha256 of the text."""
    if generation is None:
        return {}
    try:
        with closing(Store(generation)) as store:
            return store.signatures()
    except IndexUnavailableError:
        return {}


def _vectors(
    passages: Sequence[tuple[Article, Passage]], hashes: Sequence[str], known: Mapping[str, Vectors], encoder: Encoder, progress: bool
) -> tuple[Vectors, int]:
    """Return vectors of all passages, shape (passages, dimension), and how many had to be encoded; `known` are by hash."""
    vectors = np.zeros((len(passages), encoder.dimension), dtype=np.float32)
    missing = [n for n, h in enumerate(hashes) if h not in known]
    for n, h in enumerate(hashes):
        if h in known:
            vectors[n] = known[h]
    with tqdm(total=len(missing), desc="encode", unit=" passages", disable=not progress or not missing) as bar:
        for first in range(0, len(missing), BATCH):
            batch = missing[first : first + BATCH]
            vectors[batch] = encoder.encode([encoded_text(*passages[n]) for n in batch])
            bar.update(len(batch))
    return vectors, len(missing)


def _known_vectors(generation: Path, encoder: Encoder, wanted: set[str]) -> dict[str, Vectors]:
    """Vectors of an old generation by hash of the encoded text; none when another encoder made it or it is unusable."""
    try:
        with closing(Store(generation)) as store:
            dense = DenseIndex(generation)
            if made_by(generation) != encoder.fingerprint or len(dense) != len(store):
                return {}
            rows = {h: row for row, _, h in store.all_passages() if h in wanted}
        return dict(zip(rows, dense.vectors(np.array(list(rows.values()), dtype=np.int64)), strict=True))
    except IndexUnavailableError:
        return {}


def _served(folder: Path) -> Path | None:
    try:
        return current_generation(folder)
    except IndexUnavailableError:
        return None


def _unchanged(folder: Path, encoder: Encoder, digest: str) -> IndexManifest | None:
    """The manifest of the old generation when it is sound and a new one would hold the same, else None."""
    try:
        with closing(LocalIndex(current_generation(folder))) as old:
            made = old.manifest
            same = (made.content_sha256, made.encoder_fingerprint, made.analyzer_version, made.passage_version)
            return made if same == (digest, encoder.fingerprint, ANALYZER_VERSION, PASSAGE_VERSION) else None
    except IndexUnavailableError:
        return None


def _lexical_rows(passages: Iterable[tuple[Article, Passage]]) -> Iterable[LexicalRow]:
    for row, (article, passage) in enumerate(passages):
        day = article.published.toordinal() if article.published else 0
        yield LexicalRow(row, passage.text, article.title, article.publisher, day)


def _manifest(generation: str, articles: int, passages: int, encoder: Encoder, digest: str) -> IndexManifest:
    return IndexManifest(
        format_version=FORMAT_VERSION,
        generation=generation,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        articles=articles,
        passages=passages,
        encoder=encoder.name,
        encoder_fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        analyzer_version=ANALYZER_VERSION,
        passage_version=PASSAGE_VERSION,
        content_sha256=digest,
    )


def content_sha256(articles: Sequence[Article], questions: Sequence[str]) -> str:
    """Hash of everything that a reader could see; two equal hashes mean the same collection."""
    digest = hashlib.sha256()
    for article in articles:
        digest.update(repr(article).encode())
    digest.update(repr(list(questions)).encode())
    return digest.hexdigest()


def no_articles(errors: Sequence[ArticleError]) -> str:
    """Return what to say when there is nothing to index."""
    listed = "".join(f"\n  {e}" for e in errors[:20])
    return f"No article is left to index, so the index stays as it was; give at least one file or corpus .jsonl line with text.{listed}"
