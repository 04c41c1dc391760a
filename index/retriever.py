"""Question to ranked passages: encoder and BM25 fused."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from index.datatypes import Encoder, Filter, Hit, Scored, SearchIndex, Vectors, article_of
from index.text import question_terms, write_out

# How many passages each leg proposes before fusion.
CANDIDATES = 50
# Where copies of stories fill the candidates, more are proposed, up to this many.
MOST_CANDIDATES = 16 * CANDIDATES
# Share of the article's best passage in the score of its others: the passage that answers may name neither the place nor the matter
# that the first one of its article names. On 2,066 written questions and 227 of news_dev .4 finds the answer in the first eight passages
# for .844 and .943 instead of .827 and .934 (+.016 [+.010, +.024] and +.009 [.000, +.022]); .2 gains less, .5 and .6 as much.
ARTICLE_SHARE = 0.4
# More questions at a time wait for each other; each takes milliseconds.
SIDE_BY_SIDE = 4


class Retriever:
    """Hybrid retrieval over one index.

    The fused score is `dense_weight` times the cosine plus the rest times BM25, each divided by the best of its leg for
    this question, so it lies in 0..1. A candidate that only BM25 proposed gets its exact cosine too. `ARTICLE_SHARE` of a score comes
    from the best passage of the article. Of near-duplicate articles the one with the best passage stands for all.
    """

    def __init__(self, index: SearchIndex, encoder: Encoder, dense_weight: float, *, deduplicate: bool = True) -> None:
        """Retrieve from `index`, whose vectors were made by `encoder`; `dense_weight` lies in 0..1."""
        self.index = index
        self.encoder = encoder
        self.dense_weight = dense_weight
        self.deduplicate = deduplicate
        self._beside = ThreadPoolExecutor(SIDE_BY_SIDE, "dense")

    def retrieve(self, question: str, top_k: int, only: Filter = Filter()) -> list[Hit]:  # noqa: B008  # a frozen value
        """Return at most `top_k` hits that pass the filter, best first."""
        vector = self.encoder.encode_questions([write_out(question)])[0]
        terms = question_terms(question)
        depth = max(CANDIDATES, top_k)
        while True:
            # Side by side: both leave Python for most of their time, and the slower one of a million passages takes 7 ms.
            leg = self._beside.submit(self.index.dense_search, vector, depth, only)
            lexical = self.index.lexical_search(terms, depth, only)
            dense = leg.result()
            fused = self._fuse(vector, dense, lexical)
            ranked = sorted(fused, key=lambda i: (-fused[i].score, i))
            copies = self.index.copies(list(dict.fromkeys(map(article_of, ranked)))) if self.deduplicate else {}
            kept = _each_story_once(ranked, copies)
            if len(kept) >= top_k or len(dense) < depth or depth >= MOST_CANDIDATES:
                return self._hits(kept[:top_k], fused, self._passing(copies, only))
            depth *= 4

    def _passing(self, copies: Mapping[str, tuple[str, ...]], only: Filter) -> Mapping[str, tuple[str, ...]]:
        """The copies that pass the filter: a reply as of a day names none that was printed later."""
        if not only.restricts or not copies:
            return copies
        others = {i: self.index.article(i) for i in dict.fromkeys(i for ids in copies.values() for i in ids)}
        return {of: tuple(i for i in ids if only.accepts(others[i].publisher, others[i].published)) for of, ids in copies.items()}

    def _fuse(self, vector: Vectors, dense: Sequence[Scored], lexical: Sequence[Scored]) -> dict[str, "_Fused"]:
        cosine = dict(dense)
        bm25 = dict(lexical)
        only_lexical = [i for i in bm25 if i not in cosine]
        cosine |= dict(zip(only_lexical, self.index.dense_scores(vector, only_lexical), strict=True))
        best_cosine = max([c for c in cosine.values() if c > 0], default=1.0)
        best_bm25 = max(bm25.values(), default=1.0)
        found = {}
        for passage_id, c in cosine.items():
            b = bm25.get(passage_id, 0.0)
            found[passage_id] = _Fused(self.dense_weight * max(c, 0.0) / best_cosine + (1 - self.dense_weight) * b / best_bm25, c, b)
        return _lifted(found)

    def _hits(self, kept: Sequence[str], fused: Mapping[str, "_Fused"], copies: Mapping[str, tuple[str, ...]]) -> list[Hit]:
        passages = self.index.passages(kept)
        return [Hit(p, (f := fused[p.passage_id]).score, rank, f.dense, f.lexical, copies.get(p.article_id, ())) for rank, p in enumerate(passages, start=1)]


class _Fused(NamedTuple):
    """What a candidate scores: fused, by cosine and by BM25."""

    score: float
    dense: float
    lexical: float


def _lifted(found: Mapping[str, _Fused]) -> dict[str, _Fused]:
    """The same with each score lifted towards that of its article's best passage."""
    best: dict[str, float] = {}
    for passage_id, fused in found.items():
        article_id = article_of(passage_id)
        best[article_id] = max(best.get(article_id, 0.0), fused.score)
    return {i: f._replace(score=(1 - ARTICLE_SHARE) * f.score + ARTICLE_SHARE * best[article_of(i)]) for i, f in found.items()}


def _each_story_once(ranked: Sequence[str], copies: Mapping[str, Sequence[str]]) -> list[str]:
    """The passages, best first, without those of articles whose copy has a better one."""
    passed_over: set[str] = set()
    kept = []
    for passage_id in ranked:
        article_id = article_of(passage_id)
        if article_id not in passed_over:
            kept.append(passage_id)
            passed_over.update(copies.get(article_id, ()))
    return kept
