"""Articles to a new generation: split → encode → write → promote, streamed through the new generation's folder."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from index.articles import Corpus
from index.datatypes import Article, Encoder, IndexManifest, Passage
from index.dense import Kind, kind_for, write_vectors
from index.draft import Draft, DraftPassage, content_sha256, encoded_sha256
from index.duplicates import find_stories
from index.errors import ArticleError, IndexUnavailableError, SourceError
from index.generations import FORMAT_VERSION, current_generation, write_manifest, writing
from index.lexical import LexicalRow, write_terms
from index.local import LocalIndex
from index.passages import PASSAGE_VERSION, split_article
from index.progress import Stages
from index.text import ANALYZER_VERSION
from index.vectorising import Vectorising, known_signatures, known_vectors

_Thing = TypeVar("_Thing")
Cut = Callable[[Article], list[Passage]]
Fill = Callable[[Corpus, Path], None]
"""Puts articles, example questions and errors into a corpus; the folder takes files of its own, which it removes."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did and how long its stages took; `changed` is False when the old generation already held exactly this content.

    `promoted` is False when only a shard was loaded, which a build without `--shard` promotes.
    """

    manifest: IndexManifest
    folder: Path | str
    encoded: int
    reused: int
    changed: bool
    errors: tuple[ArticleError, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    promoted: bool = True


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How a build is done: with progress bars or not, how articles are cut, how long to wait while another build runs.

    `vector_index` names a kind of `index.dense.Kind`, or is `auto`: by size. `shard` (i, n) loads the i-th of n parts only,
    which a Milvus index can.
    """

    progress: bool = False
    cut: Cut = split_article
    wait_seconds: float = 0.0
    vector_index: str = "auto"
    shard: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Remake:
    """Write a generation even if the served one holds the same, with the vectors of `known_from`, if any."""

    known_from: Path | None


class NewGeneration:
    """One generation in the making. Called while the build lock is held."""

    def __init__(self, folder: Path, encoder: Encoder, options: BuildOptions) -> None:
        """Write below the index folder `folder`."""
        self._folder, self._encoder, self._options = folder, encoder, options
        self._stages = Stages(options.progress)
        self._name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")

    def write(self, fill: Fill, remake: Remake | None = None) -> BuildReport:
        """Write and promote it; when the served one holds the same content, that one stays and is reported.

        Raises `SourceError` when there is nothing to search, and `IndexNotWrittenError`.
        """
        with writing(self._folder, self._name) as target, ExitStack() as opened:
            with self._stages.of("read", "articles") as count:
                draft = opened.enter_context(closing(Draft(target, self._folder, count)))
                corpus = Corpus(draft)
                fill(corpus, target)
            if not draft:
                raise SourceError(no_articles(corpus.errors))
            digest = content_sha256(draft.articles(), corpus.example_questions)
            if remake is None and (old := self._unchanged(digest)):
                return BuildReport(old, self._folder, 0, old.passages, False, tuple(corpus.errors), self._stages.seconds)
            made = self._manifest(len(draft), self._split(draft), digest)
            vectorising = Vectorising(self._encoder, known_vectors(remake.known_from if remake else self._served(), self._encoder))
            self._write_vectors(draft, vectorising, made, target)
            self._write_terms(draft, made, target)
            self._write_stories(draft)
            draft.finish(corpus.example_questions)
            opened.close()
            write_manifest(made, target)
        return BuildReport(made, self._folder, vectorising.encoded, vectorising.reused, True, tuple(corpus.errors), self._stages.seconds)

    def _split(self, draft: Draft) -> int:
        """Cut every article, and return how many passages there are."""
        with self._stages.of("split", "articles", len(draft)) as count:
            passages = draft.add_passages((p, encoded_sha256(a, p)) for a in _counted(draft.articles(), count) for p in self._options.cut(a))
        if not passages:
            raise SourceError("Every sentence of the sources was recognised as boilerplate, so there is nothing to search; give articles with text.")
        return passages

    def _write_vectors(self, draft: Draft, vectorising: Vectorising, made: IndexManifest, target: Path) -> None:
        """Stage "encode" is the encoder's part, "vectors" the index's, which takes each batch as it comes."""
        with self._stages.of("vectors", "passages", made.passages) as count:
            write_vectors(vectorising.batches(_counted(draft.passages(), count)), target, Kind(made.vector_index))
        self._stages.seconds["encode"] = vectorising.seconds
        self._stages.seconds["vectors"] -= vectorising.seconds

    def _write_terms(self, draft: Draft, made: IndexManifest, target: Path) -> None:
        with self._stages.of("words", "passages", made.passages) as count:
            write_terms(map(_lexical_row, _counted(draft.passages(), count)), target)

    def _write_stories(self, draft: Draft) -> None:
        """Find near-duplicates; signatures of texts that the served generation holds are taken over."""
        with self._stages.of("near-duplicates", "articles", len(draft)) as count:
            draft.add_stories(*find_stories(_counted(draft.articles(), count), draft.__getitem__, known_signatures(self._served())))

    def _served(self) -> Path | None:
        try:
            return current_generation(self._folder)
        except IndexUnavailableError:
            return None

    def _unchanged(self, digest: str) -> IndexManifest | None:
        """The manifest of the served generation when it is sound and a new one would hold the same, else None."""
        try:
            with closing(LocalIndex(current_generation(self._folder))) as old:
                made = old.manifest
                wanted = self._manifest(made.articles, made.passages, digest)
                return made if made == replace(wanted, generation=made.generation, created=made.created, encoder=made.encoder) else None
        except IndexUnavailableError:
            return None

    def _manifest(self, articles: int, passages: int, digest: str) -> IndexManifest:
        return IndexManifest(
            format_version=FORMAT_VERSION,
            generation=self._name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            articles=articles,
            passages=passages,
            encoder=self._encoder.name,
            encoder_fingerprint=self._encoder.fingerprint,
            dimension=self._encoder.dimension,
            analyzer_version=ANALYZER_VERSION,
            passage_version=PASSAGE_VERSION,
            content_sha256=digest,
            vector_index=kind_for(passages, self._options.vector_index),
        )


def no_articles(errors: Sequence[ArticleError]) -> str:
    """Return what to say when there is nothing to index."""
    listed = "".join(f"\n  {e}" for e in errors[:20])
    return f"No article is left to index, so the index stays as it was; give at least one file or corpus .jsonl line with text.{listed}"


def _lexical_row(passage: DraftPassage) -> LexicalRow:
    day = passage.published.toordinal() if passage.published else 0
    return LexicalRow(passage.row, passage.text, passage.title, passage.publisher, day)


def _counted(things: Iterable[_Thing], count: Callable[[int], object]) -> Iterator[_Thing]:
    for thing in things:
        yield thing
        count(1)
