"""Measures the shipped reader with the gold passage given: `python -m training.measure_reader --data DIR`.

Rows: always abstaining, the sentence that BM25 likes best, and the int8 model of the box. A context is read in passages of
about four sentences; the one that answers best speaks. F1 and EM of the answerable rows are those of the best span; over
all rows (SQuAD 2.0: an unanswerable row is right when abstained on) at the threshold of the no-answer score that is best
for each on these same rows, so these are upper bounds. Intervals are bootstrap intervals over rows.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.datatypes import Span
from index.sentences import split_sentences
from qa.intervals import Floats, auroc_estimate, mean_estimate
from qa.metrics import exact_match, token_f1
from qa.reading import MODEL, PassageReader
from qa.report import interval
from training.evaluate_reader import Reading, validation
from training.reader_data import Bm25, windows_of

Reads = Callable[[Sequence[dict[str, Any]]], list[Reading]]


def read_by_model(reader: PassageReader, rows: Sequence[dict[str, Any]]) -> list[Reading]:
    """Return the best span of each row's context and the logit that it answers."""
    found = []
    for row in rows:
        windows = windows_of(row["context"], 0)
        readings = reader.read(row["question"], [("", w.passage) for w in windows])
        best = max(zip(readings, windows, strict=True), key=lambda pair: pair[0].answers, default=None)
        span = best[0].best(Span(0, len(best[1].passage))) if best else None
        found.append(Reading(best[1].passage[slice(*span[0])] if best and span else "", best[0].answers if best else -99.0))
    return found


def read_by_words(rows: Sequence[dict[str, Any]]) -> list[Reading]:
    """Return the sentence of each context that BM25 ranks first among its sentences, and its score as the no-answer score."""
    found = []
    for row in rows:
        sentences = [row["context"][slice(*s)] for s in split_sentences(row["context"])]
        # A passage of nothing keeps the average length above 0 in a context of symbols alone.
        scores = Bm25([*sentences, "-"]).scores([row["question"]])[0][: len(sentences)]
        best = int(scores.argmax()) if sentences else 0
        found.append(Reading(sentences[best], float(scores[best])) if sentences else Reading("", 0.0))
    return found


def never_read(rows: Sequence[dict[str, Any]]) -> list[Reading]:
    """Return no answer for any row."""
    return [Reading("", 0.0) for _ in rows]


def cells(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> list[str]:
    """Return answerable F1 and EM, overall F1 and EM, and the AUROC of the no-answer score, each with its interval."""
    gold = [[a["text"] for a in row["answers"]] for row in rows]
    logits = np.array([r.answer_logit for r in readings])
    has = np.array([bool(g) for g in gold])
    scores = [np.array([score(r.text, g) for r, g in zip(readings, gold, strict=True)]) for score in (token_f1, exact_match)]
    answerable = [interval(mean_estimate(values[has].tolist())) for values in scores]
    if has.all():
        return [*answerable, "–", "–", "–"]
    overall = [interval(mean_estimate(_at_best_threshold(values, has, logits).tolist())) for values in scores]
    return [*answerable, *overall, interval(auroc_estimate(logits[has].tolist(), logits[~has].tolist()))]


def _at_best_threshold(values: Floats, has: npt.NDArray[np.bool_], logits: Floats) -> Floats:
    """Return each row's score when only the logits above a threshold are answered, at the one with the best mean."""
    candidates = [np.where(logits > t, np.where(has, values, 0.0), ~has) for t in (-np.inf, *np.unique(logits))]
    return max(candidates, key=lambda scored: float(scored.mean()))


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--without-adapter", action="store_true", help="measure the network as it was before its adapter was trained")
    options = parser.parse_args()
    reader = PassageReader(options.model, adapter=not options.without_adapter)
    readers: dict[str, Reads] = {"always abstains": never_read, "best BM25 sentence": read_by_words, "reader in the box": partial(read_by_model, reader)}
    print("| rows | n (answerable) | | answerable F1 | answerable EM | F1 | EM | AUROC of no answer | ms a row |\n" + "|---" * 9 + "|")
    for source, rows in validation(options.data).items():
        for name, read in readers.items():
            started = time.perf_counter()
            readings = read(rows)
            ms = (time.perf_counter() - started) / len(rows) * 1000
            shown = [source, f"{len(rows)} ({sum(bool(r['answers']) for r in rows)})", name, *cells(rows, readings), f"{ms:.1f}"]
            print(f"| {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main()
