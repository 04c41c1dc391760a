"""Fakes that behave like the real thing, only smaller and faster."""

import hashlib
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index import draft
from index.datatypes import Article, Hit, Passage, Vectors
from index.text import terms
from qa.datatypes import Draft, Quote
from qa.feature_rows import PREMISE_FEATURES
from qa.linear_models import LinearModel, ReaderModel
from qa.questions import Question
from qa.reading import Reading


class HashingEncoder:
    """A bag of stems hashed into `dimension` buckets: texts that share words are near each other."""

    def __init__(self, dimension: int = 64, name: str = "hashing") -> None:
        self.name = name
        self.dimension = dimension
        self.fingerprint = f"hashing-{dimension}"
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for n, text in enumerate(texts):
            for term in terms(text):
                vectors[n, int(hashlib.md5(term.encode()).hexdigest(), 16) % self.dimension] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return unit

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def corpus_file(path: Path, *rows: Mapping[str, object]) -> Path:
    """Write a corpus file of one JSON object a line and return its path."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_store(folder: Path, articles: Iterable[Article], passages: Iterable[tuple[Passage, str]], questions: Sequence[str]) -> None:
    """Write the article store of a generation."""
    with closing(draft.Draft(folder, folder)) as writing:
        writing.add_articles(articles)
        writing.add_passages(passages)
        writing.finish(questions)


def random_text(seed: int, length: int = 1500) -> str:
    """News-like noise: words, abbreviations, quotes, odd white space and characters outside the basic plane."""
    pieces = (
        "warga Kota taman dr. S.H. Rp5,9 1.900 No. 12 “ ” \" ' ( ) … ! ? . , : ; – - • a) 1. É 😀 ß ½ \u00a0 \r\n \n \n\n \t \u2028 \ufeff Baca\u0020juga: "
        "Share Iklan Senin (3/3/2025) Terkini"
    ).split(" ")
    choose = random.Random(seed)
    return "".join(choose.choice(pieces) + choose.choice(["", " ", " ", " ", "\n"]) for _ in range(length // 5))


class ScriptedComposer:
    """A composer that proposes a prepared draft whatever is asked, and remembers how many hits it saw each time."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.seen: list[int] = []

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        self.seen.append(len(hits))
        return self.draft


class QuotingComposer:
    """A composer that quotes the best hits from their beginning to their end, as certain as can be."""

    def __init__(self, most: int = 3) -> None:
        self.most = most

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        passages = [hit.passage for hit in hits[: self.most]]
        return Draft(tuple(Quote(p.article_id, p.passage_id, p.start, p.end, p.text) for p in passages), None, 1.0 if passages else 0.0)


class FlatReader:
    """A reader of passages without an opinion: any may answer, and the answer may begin and end at any word."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return [self._flat(text) for _, text in passages]

    def decide(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return self.read(asked, passages)

    @staticmethod
    def _flat(text: str) -> Reading:
        offsets = np.array([m.span() for m in re.finditer(r"\S+", text)], dtype=np.int64).reshape(-1, 2)
        even = np.full(len(offsets), -np.log(max(1, len(offsets))), dtype=np.float32)
        return Reading(0.0, even, even, offsets)


def linear(names: tuple[str, ...], bias: float, **weights: float) -> LinearModel:
    """A linear model that looks at the named values only."""
    assert set(weights) <= set(names)
    return LinearModel(names, np.zeros(len(names)), np.ones(len(names)), np.array([weights.get(n, 0.0) for n in names]), bias)


def reader_model(ranking: LinearModel, confidence: LinearModel, topic: LinearModel, second_sentence: float = 0.0) -> ReaderModel:
    """Models that treat questions for yes or no as all others and take no notice of what a question takes for granted."""
    return ReaderModel(ranking, confidence, confidence, linear(PREMISE_FEATURES, 0.0, answer=1.0), topic, second_sentence, "another")
