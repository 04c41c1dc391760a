"""The first passage before and after reading: `python -m training.measure_reranking --testset FILE --index-url file:DIR`.

Retrieves as the service does, reads the first `READ_DEPTH` passages, and orders these by the best sentence of each.
Prints recall at 1, MRR@10 and nDCG@10 of both orders by category, with paired bootstrap intervals of the differences.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from index.datatypes import Hit
from index.encoder import SentenceTransformersEncoder
from index.local import open_index
from index.retriever import Retriever
from qa.evidence import Sentence
from qa.intervals import mean_estimate, paired_difference
from qa.linear_models import load_model
from qa.metrics import retrieval_scores
from qa.questions import analyse_for
from qa.reader import Reader
from qa.reading import reader_in_the_box
from qa.report import interval, signed_interval
from qa.results import MEASURES
from qa.settings import Settings
from qa.testset import GoldQuestion, locate_evidence, read_gold

SHOWN = ("success_at_1", "rr_at_10", "ndcg_at_10")
_LABELS = {measure.name: measure.label for measure in MEASURES}
Scored = Mapping[str, Mapping[str, float]]


def by_best_sentence(hits: Sequence[Hit], sentences: Sequence[Sentence]) -> list[Hit]:
    """Return the hits in the order of each one's best sentence; `sentences` come best first, hits without one stay last.

    A sentence that several hits hold counts for the first of them.
    """
    place: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        place.setdefault(sentence.hit.passage.passage_id, number)
    return sorted(hits, key=lambda hit: place.get(hit.passage.passage_id, len(sentences)))


class Rankings(NamedTuple):
    """{question id: hits} as the first stage ordered them, and after reading."""

    before: dict[str, list[Hit]]
    after: dict[str, list[Hit]]


def rankings_of(questions: Sequence[GoldQuestion], retriever: Retriever, reader: Reader, depth: int) -> Rankings:
    """Retrieve and read `depth` passages for every question."""
    found = Rankings({}, {})
    for q in tqdm(questions, unit="question", disable=None):
        question = analyse_for(retriever.index, q.question)
        hits = retriever.retrieve(question.text, depth)
        found.before[q.id] = hits
        found.after[q.id] = by_best_sentence(hits, reader.rank(question, hits)[0])
    return found


def table(questions: Sequence[GoldQuestion], before: Scored, after: Scored) -> Iterator[str]:
    """Yield the lines of the table: a category, a measure, its mean before and after, and the paired difference."""
    yield "| questions | n | measure | first stage | after reading | difference |"
    yield "|---|---|---|---|---|---|"
    groups = {c: [q.id for q in questions if q.category == c] for c in dict.fromkeys(q.category for q in questions)}
    for category, ids in (groups | {"all": [q.id for q in questions]}).items():
        for name in SHOWN:
            first, second = ([scored[i][name] for i in ids] for scored in (before, after))
            means = f"{interval(mean_estimate(first))} | {interval(mean_estimate(second))}"
            yield f"| {category} | {len(ids)} | {_LABELS[name]} | {means} | {signed_interval(paired_difference(first, second))} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and print the table; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--testset", type=Path, required=True)
    parser.add_argument("--index-url", required=True)
    options = parser.parse_args(arguments)
    settings = Settings(index_url=options.index_url)
    gold = read_gold(options.testset)
    questions = [q for q in gold.questions if q.answerable]
    encoder = SentenceTransformersEncoder(settings.encoder)
    with closing(open_index(settings.index_folder, encoder)) as index:
        evidence = locate_evidence(gold, index)
        reader = Reader(index, load_model(), reader_in_the_box())
        found = rankings_of(questions, Retriever(index, encoder, settings.dense_weight), reader, settings.read_depth)
    asked = {q.id: evidence[q.id] for q in questions}
    print(f"{len(questions)} answerable questions of {gold.name}, {index.manifest.passages} passages, {settings.read_depth} read")
    print("\n".join(table(questions, retrieval_scores(found.before, asked), retrieval_scores(found.after, asked))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
