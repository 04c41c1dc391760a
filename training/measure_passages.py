"""Which passage size serves best? `python -m training.measure_passages`.

Indexes the development articles with passages of several sizes and asks the answerable development questions: how often
an evidence quote lies in the first 1, 5 and 20 passages, how often the reader's quotes hold an accepted answer, and how
many characters it read for that. Larger passages find more at a given rank only because they are larger, so the
reader's column decides.
"""

import json
import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from index.build import BuildOptions, build_index
from index.datatypes import Hit
from index.encoder import SentenceTransformersEncoder
from index.generations import current_generation
from index.local import LocalIndex
from index.passages import split_article
from index.retriever import Retriever
from index.settings import IndexSettings
from qa.linear_models import load_model
from qa.metrics import contains_accepted
from qa.questions import analyse_for
from qa.reader import Reader
from qa.reading import reader_in_the_box

TESTSET = Path(__file__).resolve().parents[1] / "tests" / "testset"
SIZES = ((2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (8, 2))
DEPTH = 20


def main() -> None:
    """Print one row for each size."""
    rows = map(json.loads, (TESTSET / "news_dev.jsonl").read_text(encoding="utf-8").splitlines())
    questions = [r for r in rows if r["answerable"]]
    encoder = SentenceTransformersEncoder()
    print(f"{len(questions)} questions\nsentences overlap passages  @1    @5    @20   reader  chars read")
    for sentences, overlap in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            cut = partial(split_article, sentences=sentences, overlap=overlap)
            build_index([TESTSET / "news_dev.corpus.jsonl.xz"], Path(scratch), encoder, BuildOptions(cut=cut))
            index = LocalIndex(current_generation(Path(scratch)))
            found, right, chars = _measure(questions, index, encoder)
            print(f"{sentences:9} {overlap:7} {index.manifest.passages:8}  " + "  ".join(f"{f:.3f}" for f in (*found, right)) + f"   {chars:8.0f}")
            index.close()


def _measure(questions: list[dict], index: LocalIndex, encoder: SentenceTransformersEncoder) -> tuple[list[float], float, float]:  # type: ignore[type-arg]  # JSON rows
    retriever = Retriever(index, encoder, IndexSettings().dense_weight)
    reader = Reader(index, load_model(), reader_in_the_box())
    ranks, right, chars = [], [], []
    for row in questions:
        question = analyse_for(index, row["question"])
        hits = retriever.retrieve(question.text, DEPTH)
        ranks.append(next((h.rank for h in hits if any(_holds(h, e) for e in row["evidence"])), DEPTH + 1))
        draft = reader.compose(question, hits)
        right.append(contains_accepted([q.text for q in draft.quotes], row["answers"]))
        chars.append(sum(len(h.passage.text) for h in hits))
    return [float(np.mean(np.array(ranks) <= k)) for k in (1, 5, 20)], float(np.mean(right)), float(np.mean(chars))


def _holds(hit: Hit, evidence: dict[str, str]) -> bool:
    return hit.passage.article_id == evidence["article_id"] and evidence["quote"] in hit.passage.text


if __name__ == "__main__":
    main()
