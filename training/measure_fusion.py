"""How much should the encoder weigh against BM25? `python -m training.measure_fusion --data DIR`.

Asks the answerable development questions (Indonesian and English apart) and the validation questions against one
collection of all their articles and paragraphs, for several weights: share of questions with evidence in the first 1,
12 and 20 passages.
"""

import argparse
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from index.build import build_index
from index.datatypes import Hit
from index.encoder import SentenceTransformersEncoder
from index.local import open_index
from index.retriever import Retriever
from index.text import detect_language
from qa.metrics import contains_accepted
from training.fit_examples import NEWS_CORPUS, Example, news_dev_examples, write_corpus

WEIGHTS = (0.0, 0.4, 0.6, 0.7, 0.8, 0.9, 0.93, 0.95, 0.97, 1.0)
DEPTH = 20


def main() -> None:
    """Print one row for each weight and kind of question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/*.jsonl.xz")
    options = parser.parse_args()
    encoder = SentenceTransformersEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        examples = [e for e in [*news_dev_examples(), *write_corpus(options.data, Path(scratch) / "corpus.jsonl")] if e.answers]
        build_index([Path(scratch) / "corpus.jsonl", NEWS_CORPUS], Path(scratch) / "index", encoder)
        with closing(open_index(Path(scratch) / "index", encoder)) as index:
            for weight in WEIGHTS:
                retriever = Retriever(index, encoder, weight)
                ranks = [(_kind(e), _rank(retriever.retrieve(e.question, DEPTH), e)) for e in examples]
                for kind in sorted({k for k, _ in ranks}):
                    found = np.array([r for k, r in ranks if k == kind])
                    print(f"{weight:.1f} {kind:12} n={len(found):4} " + " ".join(f"@{k} {np.mean(found <= k):.3f}" for k in (1, 12, 20)), flush=True)


def _kind(example: Example) -> str:
    return f"{example.source} {detect_language(example.question)}" if example.source == "news_dev" else example.source


def _rank(hits: list[Hit], example: Example) -> int:
    """Rank of the first passage of an article with evidence that holds an accepted answer."""
    return next((h.rank for h in hits if h.passage.article_id in example.articles and contains_accepted([h.passage.text], example.answers)), DEPTH + 1)


if __name__ == "__main__":
    main()
