"""Does a generation in Milvus still hold what it says, and what have cut-off builds left there?"""

from collections.abc import Iterator
from contextlib import closing

import numpy as np

from index.check import SAMPLED_VECTORS, VECTOR_TOLERANCE, article_problems, passage_problems, term_problems
from index.datatypes import Article, Encoder, Passage
from index.draft import encoded_text
from index.milvus import MilvusIndex, all_generations, is_finished, open_milvus
from index.milvus_build import drop_generation
from index.milvus_client import MilvusServer
from index.settings import IndexSettings


def check_milvus(settings: IndexSettings, encoder: Encoder) -> list[str]:
    """Return one sentence for each mismatch in the served generation, and for each unfinished one; an empty list means all is sound.

    Raises the errors of `IndexUnavailableError` when it cannot be opened at all.
    """
    with closing(open_milvus(settings)) as index:
        articles = {a.article_id: a for a in index.articles()}
        found = [
            *_counts(index, articles),
            *article_problems(index.manifest, index),
            *_passages(index, articles),
            *term_problems(index, index),
            *_vectors(index, articles, encoder),
        ]
    with closing(MilvusServer(settings)) as server:
        left = [names for names in all_generations(server) if not is_finished(server, names)]
    hint = "it is still loading, or was cut off; the same build goes on with it, --repair drops it"
    return [*found, *(f"The generation {names.generation!r} is not finished: {hint}." for names in left)]


def drop_unfinished(settings: IndexSettings) -> list[str]:
    """Drop the generations that were never finished and return one sentence for each; a build that runs meanwhile fails."""
    with closing(MilvusServer(settings)) as server:
        left = [names for names in all_generations(server) if not is_finished(server, names)]
        for names in left:
            drop_generation(server, names)
    return [f"Dropped the generation {names.generation!r}, which was never finished." for names in left]


def _counts(index: MilvusIndex, articles: dict[str, Article]) -> Iterator[str]:
    passages = sum(1 for _ in index.all_passages())
    for what, expected, found in (("articles", index.manifest.articles, len(articles)), ("passages", index.manifest.passages, passages)):
        if expected != found:
            yield f"The manifest says {expected} {what}, {found} are there; build again: python -m index build SOURCE..."


def _passages(index: MilvusIndex, articles: dict[str, Article]) -> Iterator[str]:
    stored: dict[str, list[tuple[int, Passage, str]]] = {article_id: [] for article_id in articles}
    for row in index.all_passages():
        if row[1].article_id in stored:
            stored[row[1].article_id].append(row)
        else:
            yield f"The passage {row[1].passage_id!r} (row {row[0]}) is not what its article holds at its offsets."
    for article_id, rows in stored.items():
        yield from passage_problems(articles[article_id], rows)


def _vectors(index: MilvusIndex, articles: dict[str, Article], encoder: Encoder) -> Iterator[str]:
    """Encode a sample of passages again and compare."""
    made = index.manifest
    if made.encoder_fingerprint != encoder.fingerprint:
        yield f"The vectors were made by the encoder {made.encoder!r}, not by {encoder.name!r}; build it again, or set ENCODER to the one that made them."
        return
    passages = sorted((p for _, p, _ in index.all_passages() if p.article_id in articles), key=lambda p: p.passage_id)
    sample = passages[:: max(1, len(passages) // SAMPLED_VECTORS)]
    stored = index.vectors([p.passage_id for p in sample])
    again = encoder.encode([encoded_text(articles[p.article_id], p) for p in sample])
    for passage, one, other in zip(sample, stored, again, strict=True):
        if not np.allclose(one, other, atol=VECTOR_TOLERANCE):
            yield f"The vector of the passage {passage.passage_id!r} is not the one its text encodes to."
