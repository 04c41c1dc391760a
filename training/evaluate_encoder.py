"""Measures an encoder on the validation files.

`python -m training.evaluate_encoder --data DIR --model var/static`
"""

import argparse
import json
import math
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import ir_measures
import numpy as np
import numpy.typing as npt
import Stemmer
from ir_measures import RR, R, ScoredDoc
from sentence_transformers import SentenceTransformer

from training.pairs import noisy
from training.sources import letters_of, read_questions, read_rows

Scores = npt.NDArray[np.float32]
MEASURES = (R @ 1, R @ 10, RR @ 10)
DENSE_WEIGHT = 0.7
"""Weight of the encoder in the fusion of the table; DESIGN section 4, not tuned here."""


class Retrieval(NamedTuple):
    """Queries, a pool of texts, and for each query the row of its one relevant text."""

    name: str
    queries: list[str]
    pool: list[str]
    relevant: list[int]


def question_retrieval(data: Path, name: str) -> Retrieval:
    """Answerable questions of `qa/<name>.valid` against all distinct contexts of train and valid.

    Contexts that differ only in spacing or punctuation are one: 38 of FacQA's 1,074 are such copies, and
    counting them as wrong cost BM25 .03 of R@1. Questions on a copy of a training context are left out (8
    of FacQA's).
    """
    valid = read_questions(data / f"qa/{name}.valid.jsonl.xz")
    train = read_questions(data / f"qa/{name}.train.jsonl.xz")
    contexts = {letters_of(question.context): question.context for question in train + valid}
    row_of = {letters: row for row, letters in enumerate(contexts)}
    seen = {letters_of(question.context) for question in train}
    asked = [q for q in valid if q.answer_start is not None and letters_of(q.context) not in seen]
    relevant = [row_of[letters_of(question.context)] for question in asked]
    return Retrieval(name, [question.text for question in asked], list(contexts.values()), relevant)


def retrievals(data: Path) -> list[Retrieval]:
    """Two files of questions, the first once more as typed on a phone, and English to Indonesian."""
    wiki = question_retrieval(data, "wiki_native")
    rng = random.Random(7)  # noqa: S311  # fixed typing mistakes, nothing secret
    typed = wiki._replace(name="wiki_native, typed on a phone", queries=[noisy(q, rng) for q in wiki.queries])
    rows = list(read_rows(data / "parallel/en_id.valid.jsonl.xz"))
    translations = Retrieval("English to Indonesian", [r["en"] for r in rows], [r["id"] for r in rows], list(range(len(rows))))
    return [wiki, question_retrieval(data, "facqa"), typed, translations]


def dense_scores(model: SentenceTransformer, task: Retrieval) -> Scores:
    """Cosines, (queries, pool)."""
    queries = model.encode(task.queries, normalize_embeddings=True, convert_to_numpy=True)
    pool = model.encode(task.pool, normalize_embeddings=True, convert_to_numpy=True)
    scores: Scores = queries @ pool.T
    return scores


def bm25_scores(task: Retrieval, k1: float = 1.2, b: float = 0.75) -> Scores:
    """BM25 over Snowball Indonesian stems with Lucene's and tantivy's constants, (queries, pool)."""
    stemmer = Stemmer.Stemmer("indonesian")
    texts = [_stems(text, stemmer) for text in task.pool]
    lengths = np.array([len(text) for text in texts], dtype=np.float32)
    postings: dict[str, list[tuple[int, int]]] = {}
    for row, text in enumerate(texts):
        for stem, count in Counter(text).items():
            postings.setdefault(stem, []).append((row, count))
    scores = np.zeros((len(task.queries), len(texts)), dtype=np.float32)
    for number, query in enumerate(task.queries):
        for stem in _stems(query, stemmer):
            found = np.array(postings.get(stem, []), dtype=np.int64).reshape(-1, 2)
            rows, counts = found[:, 0], found[:, 1]
            weight = math.log(1 + (len(texts) - len(rows) + 0.5) / (len(rows) + 0.5))
            length = k1 * (1 - b + b * lengths[rows] / lengths.mean())
            scores[number, rows] += weight * counts * (k1 + 1) / (counts + length)
    return scores


def _stems(text: str, stemmer: Stemmer.Stemmer) -> list[str]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()
    return list(stemmer.stemWords(words))


def fuse(dense: Scores, lexical: Scores, dense_weight: float = DENSE_WEIGHT) -> Scores:
    """Weighted sum of each query's scores divided by its best one."""
    return dense_weight * _by_maximum(dense) + (1 - dense_weight) * _by_maximum(lexical)


def _by_maximum(scores: Scores) -> Scores:
    scaled: Scores = scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9)
    return scaled


def measure(scores: Scores, relevant: Sequence[int], depth: int = 10) -> dict[str, float]:
    """R@1, R@10 and MRR@10 by ir-measures of the best `depth` of each query."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    run = [ScoredDoc(str(query), str(row), float(scores[query, row])) for query, rows in enumerate(best) for row in rows]
    qrels = [ir_measures.Qrel(str(query), str(row), 1) for query, row in enumerate(relevant)]
    measured = ir_measures.calc_aggregate(MEASURES, qrels, run)
    return {name: float(measured[which]) for name, which in zip(("R@1", "R@10", "MRR@10"), MEASURES, strict=True)}


def speed(model: SentenceTransformer, task: Retrieval) -> dict[str, float]:
    """Milliseconds a question encoded alone (median of 200), and passages a second in batches of 256."""
    seconds = []
    for query in (task.queries * 200)[:200]:
        started = time.perf_counter()
        model.encode([query], normalize_embeddings=True)
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    model.encode(task.pool, batch_size=256, normalize_embeddings=True)
    return {
        "ms_a_question": 1000 * float(np.median(seconds)),
        "passages_a_second": len(task.pool) / (time.perf_counter() - started),
    }


def evaluate(data: Path, model_folder: Path) -> tuple[dict[str, dict[str, dict[str, float]]], dict[str, float]]:
    """Returns task → ranker → measure → value, and the speeds."""
    model = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True).float()
    tasks, table = retrievals(data), {}
    for task in tasks:
        dense, lexical = dense_scores(model, task), bm25_scores(task)
        rankers = {"encoder": dense, "BM25": lexical, "fusion .7/.3": fuse(dense, lexical)}
        table[task.name] = {name: measure(scores, task.relevant) for name, scores in rankers.items()}
    return table, speed(model, tasks[0])


def markdown_table(table: dict[str, dict[str, dict[str, float]]]) -> str:
    """Renders the result as a Markdown table, one line a task and ranker."""
    lines = ["| validation task | ranker | R@1 | R@10 | MRR@10 |", "|---|---|---|---|---|"]
    for task, rankers in table.items():
        for ranker, values in rankers.items():
            lines.append(f"| {task} | {ranker} | " + " | ".join(f"{value:.3f}" for value in values.values()) + " |")
    return "\n".join(lines)


def main() -> None:
    """Prints the table and the speeds; `--json` also writes them to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    table, speeds = evaluate(options.data, options.model)
    print(markdown_table(table))
    print(f"{speeds['ms_a_question']:.2f} ms a question, {speeds['passages_a_second']:.0f} passages a second")
    if options.json:
        options.json.write_text(json.dumps({"tasks": table, "speed": speeds}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
