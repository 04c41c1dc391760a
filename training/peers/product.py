"""This product's first stage, as its settings have it (ENCODER, DENSE_WEIGHT): encoder and BM25, stored on disk."""

from collections.abc import Sequence
from pathlib import Path

from index import inference
from index.build import build_index
from index.encoder import SentenceTransformersEncoder
from index.local import open_index
from index.retriever import Retriever
from index.settings import IndexSettings
from training.peers.child import TOP_K, Found, run_as_child


class Product:
    """`index.retriever.Retriever` over a new index."""

    def __init__(self, threads: int) -> None:
        inference.MOST_THREADS = threads  # else it takes a thread for each core of the machine
        self._settings = IndexSettings()
        self._encoder = SentenceTransformersEncoder(self._settings.encoder)
        self._encoder.encode(["a"])  # whatever it loads only now belongs to loading, as with the peers

    def build(self, corpus: Path, scratch: Path) -> Sequence[int]:
        """See `System.build`."""
        build_index([corpus], scratch, self._encoder)
        index = open_index(scratch, self._encoder)
        self._retriever = Retriever(index, self._encoder, self._settings.dense_weight, deduplicate=self._settings.deduplicate)
        return [len(p.text) for p in index.store.passages(range(index.manifest.passages))]

    def search(self, question: str) -> list[Found]:
        """See `System.search`."""
        hits = self._retriever.retrieve(question, TOP_K)
        return [Found(article_id=h.passage.article_id, text=h.passage.text, also_in=list(h.also_in)) for h in hits]


if __name__ == "__main__":
    run_as_child(Product)
