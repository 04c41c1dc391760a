"""The collection as a LangChain retriever. A module of its own, because importing LangChain takes a second."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.datatypes import Filter, Hit
from index.retriever import Retriever


class SemarangRetriever(BaseRetriever):
    """The collection as a LangChain retriever: documents carry the article's metadata and exact offsets."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    top_k: int = 10
    only: Filter = Filter()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002  # LangChain passes it
        return [self._document(hit) for hit in self.retriever.retrieve(query, self.top_k, self.only)]

    def _document(self, hit: Hit) -> Document:
        passage = hit.passage
        article = self.retriever.index.article(passage.article_id)
        metadata = {
            "article_id": article.article_id,
            "title": article.title,
            "publisher": article.publisher,
            "published": article.published.isoformat() if article.published else None,
            "start": passage.start,
            "end": passage.end,
            "sha256": article.sha256,
            "score": hit.score,
            "rank": hit.rank,
        }
        return Document(id=passage.passage_id, page_content=passage.text, metadata=metadata)
