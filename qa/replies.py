"""Answers and articles as the JSON of the contract; `qa/schemas.py` describes it."""

import json
from typing import Any

from index.datatypes import Article, Hit
from qa.datatypes import Abstention, Answer
from qa.schemas import AbstentionReply, AnswerReply, ArticleReply, CitationReply, CoverageReply, DatedFactReply, IndexReply, PartReply, PassageReply


def reply_json(answer: Answer) -> str:
    """Return an answer as the contract's JSON text, indented."""
    return json.dumps(answer_to_json(answer), ensure_ascii=False, indent=2)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the contract's JSON object; dates become strings."""
    reply = AnswerReply(
        request_id=answer.request_id,
        question=answer.question,
        language="en" if answer.language == "en" else "id",
        answer=answer.answer,
        short_answer=answer.short_answer,
        confidence=answer.confidence,
        composer=answer.composer,
        abstained=answer.abstained,
        abstention=_abstention(answer.abstention),
        citations=[CitationReply.model_validate(c, from_attributes=True) for c in answer.citations],
        timeline=[DatedFactReply.model_validate(f, from_attributes=True) for f in answer.timeline],
        passages=[_passage(hit) for hit in answer.passages],
        index=IndexReply.model_validate(answer.index, from_attributes=True),
        timing_ms=dict(answer.timing_ms),
        unmentioned=list(answer.unmentioned),
        parts=[PartReply.model_validate(p, from_attributes=True) for p in answer.parts],
    )
    return reply.model_dump(mode="json")


def article_to_json(article: Article) -> dict[str, Any]:
    """Return an article as the contract's JSON object."""
    return ArticleReply.model_validate(article, from_attributes=True).model_dump(mode="json")


def _passage(hit: Hit) -> PassageReply:
    p = hit.passage
    return PassageReply(
        passage_id=p.passage_id,
        article_id=p.article_id,
        text=p.text,
        start=p.start,
        end=p.end,
        score=hit.score,
        rank=hit.rank,
        also_in=list(hit.also_in),
    )


def _abstention(abstention: Abstention | None) -> AbstentionReply | None:
    if abstention is None:
        return None
    return AbstentionReply(
        reason=abstention.reason,
        message=abstention.message,
        nearest=[_passage(hit) for hit in abstention.nearest],
        coverage=CoverageReply.model_validate(abstention.coverage, from_attributes=True),
    )
