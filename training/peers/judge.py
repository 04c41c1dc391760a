"""From what the processes wrote to ranks and measures: one judge for all systems, pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.datatypes import Hit, Passage, Span
from qa.intervals import Estimate, mean_estimate
from qa.metrics import LocatedQuote, covers, locate
from qa.testset import GoldQuestion
from training.peers.child import Found, Measurement

Ranks = Mapping[str, int | None]
"""Of each question, by id, the rank (from 1) of the first passage that holds gold evidence; None when none does."""


@dataclass(frozen=True)
class Row:
    """One system of the comparison: what its process measured, and how well it ranked."""

    name: str
    measured: Measurement
    ranks: Ranks

    def question_ms(self, quantile: float) -> float:
        """Return a quantile of the time of a question in milliseconds."""
        return float(np.quantile(self.measured["question_ms"], quantile))

    def recall(self, k: int, ids: Iterable[str] | None = None) -> Estimate | None:
        """Return the share of questions (all, or those of `ids`) with evidence in the first `k` passages."""
        ranks = [self.ranks[i] for i in (self.ranks if ids is None else ids)]
        return mean_estimate([float(r is not None and r <= k) for r in ranks])


def gold_of(questions: Sequence[GoldQuestion], texts: Mapping[str, str]) -> dict[str, list[LocatedQuote]]:
    """Return the gold quotes of each question by its id, with their places in the articles' texts."""
    return {q.id: [LocatedQuote(e.article_id, e.quote, locate(e.quote, texts[e.article_id])) for e in q.evidence] for q in questions}


def ranks_of(rankings: Mapping[str, Sequence[Found]], gold: Mapping[str, Sequence[LocatedQuote]], texts: Mapping[str, str]) -> Ranks:
    """Return the ranks of the gold questions; raises `ValueError` when a passage does not stand in its article."""
    return {i: next((rank for rank, found in enumerate(rankings[i], start=1) if _holds(found, quotes, texts)), None) for i, quotes in gold.items()}


def _holds(found: Found, quotes: Sequence[LocatedQuote], texts: Mapping[str, str]) -> bool:
    places = locate(found["text"], texts[found["article_id"]])
    if not places:
        raise ValueError(f"The passage {found['text'][:80]!r} does not stand word for word in article {found['article_id']!r}, so it cannot be judged.")
    return any(covers(_hit(found, place), quote) for place in places for quote in quotes)


def _hit(found: Found, place: Span) -> Hit:
    passage = Passage(f"{found['article_id']}#{place.start}", found["article_id"], 0, place.start, place.end, found["text"])
    return Hit(passage, score=0.0, rank=1, also_in=tuple(found["also_in"]))
