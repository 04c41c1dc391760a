"""Scores of one question's retrieval, answer and citations: pure functions, no files and no clock.

Every score lies in 0..1 and higher is better. `qa.intervals` averages them over questions, so that every mean has
an interval and two runs can be paired.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, Measure, Success, nDCG

from index.datatypes import Article, Hit, Span
from qa.datatypes import Citation

# Names in reports, and the measure of ir-measures behind each; 10 is the contract's default top_k.
RETRIEVAL: dict[str, Measure] = {
    "success_at_1": Success @ 1,
    "success_at_5": Success @ 5,
    "success_at_10": Success @ 10,
    "rr_at_10": RR @ 10,
    "ndcg_at_10": nDCG @ 10,
}

_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_RUPIAH = re.compile(r"\brp\.?\s*(?=\d)")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2018\u2019`](?=\w)")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class LocatedQuote:
    """A gold quote and every place where it stands in its article (code points, end exclusive)."""

    article_id: str
    text: str
    spans: tuple[Span, ...]


# Answers


def normalise(text: str) -> str:
    """Return words in lower case joined by one space, without punctuation (after SQuAD; Indonesian has no articles).

    Separators inside a number stay, so "5" is never found in "5,9". Initials lose their points.

    >>> normalise("Rp1.900,-  untuk S.H. dan Jum'at (5,9%)")
    'rp 1.900 untuk sh dan jumat 5,9'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = _INITIALS.sub(lambda match: match[0].replace(".", "") + " ", folded)
    return " ".join(_WORD.findall(_APOSTROPHE.sub("", _RUPIAH.sub("rp ", folded))))


def answer_parts(accepted: str) -> list[str]:
    """Return the normalised parts of an accepted answer; `&` joins parts that must all appear."""
    return [normalise(part) for part in accepted.split("&")]


def exact_match(short_answer: str | None, accepted: Sequence[str]) -> float:
    """Return 1.0 when the short answer equals an accepted one (parts joined by a space), else 0.0; None is 0.0."""
    given = normalise(short_answer or "")
    return float(bool(given) and any(given == " ".join(answer_parts(a)) for a in accepted))


def token_f1(short_answer: str | None, accepted: Sequence[str]) -> float:
    """Return the best F1 of word counts with any accepted answer (Rajpurkar et al. 2016); None is 0.0."""
    given = normalise(short_answer or "").split()
    return max((_word_f1(given, " ".join(answer_parts(a)).split()) for a in accepted), default=0.0)


def contains_accepted(texts: Sequence[str | None], accepted: Sequence[str]) -> bool:
    """Return whether all parts of one accepted answer stand, at word borders, in the texts; `[1]` markers don't count."""
    haystacks = [f" {normalise(_MARKER.sub(' ', text))} " for text in texts if text]
    return any(all(_found(part, haystacks) for part in answer_parts(a)) for a in accepted)


def _found(part: str, haystacks: Sequence[str]) -> bool:
    return bool(part) and any(f" {part} " in haystack for haystack in haystacks)


def _word_f1(given: Sequence[str], gold: Sequence[str]) -> float:
    common = sum((Counter(given) & Counter(gold)).values())
    return 2 * common / (len(given) + len(gold)) if common else 0.0


# Evidence


def locate(quote: str, text: str) -> tuple[Span, ...]:
    """Return every place of the quote in the text, overlapping ones too; empty when it is not there."""
    if not quote:
        return ()
    return tuple(Span(m.start(), m.start() + len(quote)) for m in re.finditer(f"(?={re.escape(quote)})", text))


def is_verbatim(citation: Citation, article: Article) -> bool:
    """Return whether the article's text, hashed anew, is the one cited and holds the quote at its offsets."""
    in_place = 0 <= citation.start < citation.end and article.text[citation.start : citation.end] == citation.quote
    return in_place and hashlib.sha256(article.text.encode()).hexdigest() == citation.sha256


def citation_precision(citations: Sequence[Citation], gold: Sequence[LocatedQuote]) -> float | None:
    """Return the share of citations that overlap a gold quote in the same article; None without citations."""
    if not citations:
        return None
    return sum(any(_overlaps(c, quote) for quote in gold) for c in citations) / len(citations)


def citation_recall(citations: Sequence[Citation], gold: Sequence[LocatedQuote]) -> float | None:
    """Return the share of gold quotes that a citation overlaps; None without gold quotes."""
    if not gold:
        return None
    return sum(any(_overlaps(c, quote) for c in citations) for quote in gold) / len(gold)


def _overlaps(citation: Citation, gold: LocatedQuote) -> bool:
    if citation.article_id == gold.article_id:
        return any(_shared_chars(citation.start, citation.end, span) > 0 for span in gold.spans)
    # The same sentences printed by another publisher are the same evidence; offsets differ there, so compare text.
    return gold.article_id in citation.also_in and (citation.quote in gold.text or gold.text in citation.quote)


def _shared_chars(start: int, end: int, span: Span) -> int:
    return min(end, span.end) - max(start, span.start)


# Retrieval


def covers(hit: Hit, gold: LocatedQuote) -> bool:
    """Return whether the passage holds at least half of the gold quote's characters, in the same article."""
    passage = hit.passage
    if passage.article_id == gold.article_id:
        return any(2 * _shared_chars(passage.start, passage.end, s) >= s.end - s.start for s in gold.spans)
    return gold.article_id in hit.also_in and gold.text in passage.text


def first_relevant_rank(hits: Sequence[Hit], gold: Sequence[LocatedQuote]) -> int | None:
    """Return the rank (from 1) of the first passage that covers a gold quote; None when there is none."""
    return next((rank for rank, hit in enumerate(hits, start=1) if any(covers(hit, q) for q in gold)), None)


def relevant_ids(hits: Sequence[Hit], gold: Sequence[LocatedQuote]) -> set[str]:
    """Return the judgements of one question: for each gold quote the first passage that covers it.

    Neighbouring passages share a sentence. Were each of them relevant, finding the second one late would lower
    nDCG below not finding it at all; so a repeated quote neither helps nor hurts. A quote that no passage covers
    gets a stand-in id that no ranking holds, so that missing evidence costs nDCG.
    """
    found = (next((h.passage.passage_id for h in hits if covers(h, quote)), None) for quote in gold)
    return {passage_id or f"not retrieved: quote {number}" for number, passage_id in enumerate(found, start=1)}


def retrieval_scores(rankings: Mapping[str, Sequence[Hit]], gold: Mapping[str, Sequence[LocatedQuote]]) -> dict[str, dict[str, float]]:
    """Return {question id: {name in RETRIEVAL: score}} for every question that has gold quotes.

    success_at_k is 1.0 when the top k hold evidence (recall@k of open question answering), rr_at_10 the
    reciprocal rank behind MRR@10. Computed by ir-measures.
    """
    asked = {question_id: quotes for question_id, quotes in gold.items() if quotes}
    qrels = {q: dict.fromkeys(relevant_ids(rankings.get(q, ()), quotes), 1) for q, quotes in asked.items()}
    run = {q: _scored(rankings.get(q, ())) for q in asked}
    scores: dict[str, dict[str, float]] = {q: dict.fromkeys(RETRIEVAL, 0.0) for q in asked}
    names = {measure: name for name, measure in RETRIEVAL.items()}
    for result in ir_measures.iter_calc(list(names), qrels, run):
        scores[result.query_id][names[result.measure]] = float(result.value)
    return scores


def _scored(hits: Sequence[Hit]) -> dict[str, float]:
    # The order alone decides: fused scores can tie, and trec_eval would then sort by passage id.
    return {hit.passage.passage_id: float(len(hits) - place) for place, hit in enumerate(hits)}
