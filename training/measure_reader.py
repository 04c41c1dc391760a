"""Measures the shipped reader with the gold passage given: `python -m training.measure_reader --data DIR`.

Rows: always abstaining, the sentence that BM25 likes best, and the int8 model of the box. A context is read in passages of
about four sentences; the one that answers best speaks. The threshold of the overall scores is the best one.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.datatypes import Span
from index.sentences import split_sentences
from qa.reading import MODEL, PassageReader
from training.evaluate_reader import Reading, scores_of, validation
from training.reader_data import Bm25, windows_of


def read_by_model(reader: PassageReader, rows: Sequence[dict[str, Any]]) -> list[Reading]:
    """Returns the best span of each row's context and the logit that it answers."""
    found = []
    for row in rows:
        windows = windows_of(row["context"], 0)
        readings = reader.read(row["question"], [("", w.passage) for w in windows])
        best = max(zip(readings, windows, strict=True), key=lambda pair: pair[0].answers, default=None)
        span = best[0].best(Span(0, len(best[1].passage))) if best else None
        found.append(Reading(best[1].passage[slice(*span[0])] if best and span else "", best[0].answers if best else -99.0))
    return found


def read_by_words(rows: Sequence[dict[str, Any]]) -> list[Reading]:
    """Returns the sentence of each context that BM25 ranks first among all sentences of that context; never abstains."""
    found = []
    for row in rows:
        sentences = [row["context"][slice(*s)] for s in split_sentences(row["context"])]
        best = next(Bm25([*sentences, "-"]).top([row["question"]], 1), [0])[0] if sentences else 0
        found.append(Reading(sentences[best] if best < len(sentences) else "", 0.0))
    return found


def main() -> None:
    """Reads the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    reader = PassageReader(options.model)
    for name, rows in validation(options.data).items():
        print(name, "best BM25 sentence", scores_of(rows, read_by_words(rows)))
        started = time.perf_counter()
        print(name, "reader", scores_of(rows, read_by_model(reader, rows)), f"{(time.perf_counter() - started) / len(rows) * 1000:.1f} ms a question")


if __name__ == "__main__":
    main()
