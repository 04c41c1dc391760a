"""Question to ranked passages: encoder and BM25 fused."""

from collections.abc import Sequence

from index.datatypes import Encoder, Filter, Hit, Scored, SearchIndex, Vectors
from index.text import question_terms, write_out

# How many passages each leg proposes before fusion.
CANDIDATES = 50


class Retriever:
    """Hybrid retrieval over one index.

    The fused score is `dense_weight` times the cosine plus the rest times BM25, each divided by the best of its leg for
    this question, so it lies in 0..1. A candidate that only BM25 proposed gets its exact cosine too.
    """

    def __init__(self, index: SearchIndex, encoder: Encoder, dense_weight: float) -> None:
        """Retrieve from `index`, whose vectors were made by `encoder`; `dense_weight` lies in 0..1."""
        self.index = index
        self.encoder = encoder
        self.dense_weight = dense_weight

    def retrieve(self, question: str, top_k: int, only: Filter = Filter()) -> list[Hit]:  # noqa: B008  # a frozen value
        """Return at most `top_k` hits that pass the filter, best first."""
        vector = self.encoder.encode_questions([write_out(question)])[0]
        depth = max(CANDIDATES, top_k)
        dense = self.index.dense_search(vector, depth, only)
        lexical = self.index.lexical_search(question_terms(question), depth, only)
        return self._fuse(vector, dense, lexical)[:top_k]

    def _fuse(self, vector: Vectors, dense: Sequence[Scored], lexical: Sequence[Scored]) -> list[Hit]:
        cosine = dict(dense)
        bm25 = dict(lexical)
        only_lexical = [i for i in bm25 if i not in cosine]
        cosine |= dict(zip(only_lexical, self.index.dense_scores(vector, only_lexical), strict=True))
        best_cosine = max([c for c in cosine.values() if c > 0], default=1.0)
        best_bm25 = max(bm25.values(), default=1.0)
        fused = {i: self.dense_weight * max(c, 0.0) / best_cosine + (1 - self.dense_weight) * bm25.get(i, 0.0) / best_bm25 for i, c in cosine.items()}
        order = sorted(fused, key=lambda i: (-fused[i], i))
        passages = self.index.passages(order)
        return [Hit(p, fused[p.passage_id], rank, cosine[p.passage_id], bm25.get(p.passage_id, 0.0)) for rank, p in enumerate(passages, start=1)]
