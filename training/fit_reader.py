"""Fit the two linear models of the reader: `python -m training.fit_reader --data DIR`.

Ranking: which sentence of the retrieved passages holds the answer (pairwise logistic regression). Confidence: whether
the chosen quotes hold an accepted answer (logistic regression). Both are fitted on training questions asked against one
collection of all their paragraphs with the IndoSum articles among them, and reported on validation questions.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from index.build import build_index
from index.datatypes import Encoder, Hit, SearchIndex
from index.encoder import SentenceTransformersEncoder
from index.local import open_index
from index.retriever import Retriever
from index.settings import IndexSettings
from qa.evidence import CONFIDENCE_FEATURES, RANKING_FEATURES, Row, Sentence, confidence_row, gather, ranking_row
from qa.metrics import contains_accepted
from qa.questions import Question, analyse
from qa.reader import MODEL, Reader, ReaderModel, load_model
from training.sources import read_rows

SEED = 20261122
READ_DEPTH = 20
NEGATIVES = 12
NEWS_DEV = Path(__file__).resolve().parents[1] / "tests" / "testset"


@dataclass(frozen=True)
class Example:
    """A question with its accepted answers (none: unanswerable) and the id of the article that holds them."""

    question: str
    answers: tuple[str, ...]
    articles: frozenset[str]
    source: str


@dataclass(frozen=True)
class Read:
    """What the reader saw for one example: candidate sentences, their rows, and which of them hold an answer."""

    example: Example
    question: Question
    hits: Sequence[Hit]
    sentences: Sequence[Sentence]
    rows: Row
    holds: Sequence[bool]


def main() -> None:
    """Fit, report and write `qa/model/evidence.json`."""
    options = _options()
    rng = random.Random(SEED)  # noqa: S311  # sampling, no secret
    encoder = SentenceTransformersEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        examples = _write_corpus(options.data, Path(scratch) / "corpus.jsonl")
        folder = Path(scratch) / "index"
        news = NEWS_DEV / "news_dev.corpus.jsonl.xz"
        print(build_index([Path(scratch) / "corpus.jsonl", news], folder, encoder).manifest)
        index = open_index(folder, encoder)
        train = _sample(examples["train"], options.questions, rng)
        reads = {"train": _read_all(train, index, encoder), "valid": _read_all(examples["valid"], index, encoder)}
        reads["news_dev"] = _read_all(_news_dev(), index, encoder)
        _fit_and_report(reads, index, encoder, options.out)


def fit_ranking(reads: Iterable[Read], rng: np.random.Generator) -> dict[str, Any]:
    """Return the ranking model: logistic regression on differences of rows (holds an answer - does not)."""
    differences = []
    for read in reads:
        positives = np.flatnonzero(read.holds)
        negatives = np.flatnonzero(~np.asarray(read.holds, dtype=bool))
        if len(positives) and len(negatives):
            # Half of the negatives from the front of the ranking, half from anywhere.
            chosen = np.unique(np.concatenate([negatives[: NEGATIVES // 2], rng.choice(negatives, NEGATIVES // 2)]))
            differences += [read.rows[p] - read.rows[n] for p in positives[:2] for n in chosen]
    rows = np.array(differences)
    scale = rows.std(axis=0) + 1e-9
    signs = rng.choice([-1, 1], len(rows))
    model = LogisticRegression(fit_intercept=False, C=1.0, max_iter=1000).fit(rows / scale * signs[:, None], signs > 0)
    return _as_json(RANKING_FEATURES, np.zeros(rows.shape[1]), scale, model.coef_[0], 0.0)


def fit_confidence(rows: Row, right: Sequence[bool], weights: Row) -> dict[str, Any]:
    """Return the confidence model for rows of shape (n, features) and whether each draft was right."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=2000).fit((rows - mean) / scale, np.asarray(right), sample_weight=weights)
    return _as_json(CONFIDENCE_FEATURES, mean, scale, model.coef_[0], float(model.intercept_[0]))


def _fit_and_report(reads: dict[str, list[Read]], index: SearchIndex, encoder: Encoder, out: Path) -> None:
    rng = np.random.default_rng(SEED)
    content = json.loads(out.read_text(encoding="utf-8"))
    content["ranking"] = fit_ranking([*reads["train"], *reads["news_dev"]], rng)
    _write(out, content)
    drafts = {name: _drafts(group, load_model(out), index, encoder) for name, group in reads.items()}
    fit_on = [*drafts["train"], *drafts["news_dev"]]
    # The development questions are the kind that is asked; together they weigh as much as the training questions.
    weights = np.array([1.0] * len(drafts["train"]) + [len(drafts["train"]) / len(drafts["news_dev"])] * len(drafts["news_dev"]))
    content["confidence"] = fit_confidence(np.stack([r for r, _, _ in fit_on]), [right for _, right, _ in fit_on], weights)
    _write(out, content)
    model = load_model(out)
    for name, group in drafts.items():
        _report(name, group, model)
    for part in ("ranking", "confidence"):
        print(part, {n: round(w, 2) for n, w in zip(content[part]["names"], content[part]["weight"], strict=True)})


def _drafts(group: list[Read], model: ReaderModel, index: SearchIndex, encoder: Encoder) -> list[tuple[Row, bool, Example]]:
    """Confidence row, whether the quotes hold an accepted answer, and the example, for each read question."""
    reader = Reader(index, encoder, model)
    result = []
    for read in group:
        if not read.sentences:
            continue
        scores = model.ranking.score(read.rows)
        order = [int(n) for n in np.argsort(-scores, kind="stable")]
        best, others = read.sentences[order[0]], [float(scores[n]) for n in order[1:]]
        quotes = reader.choose(read.sentences, scores, order)
        right = bool(read.example.answers) and contains_accepted([" ".join(q.text for q in quotes)], read.example.answers)
        result.append((confidence_row(read.question, best, float(scores[order[0]]), others, read.hits), right, read.example))
    return result


def _report(name: str, group: list[tuple[Row, bool, Example]], model: ReaderModel) -> None:
    for source in sorted({e.source for _, _, e in group}):
        rows = [(model.confidence.probability(r), right, e) for r, right, e in group if e.source == source]
        answerable = [(p, right) for p, right, e in rows if e.answers]
        unanswerable = [p for p, _, e in rows if not e.answers]
        line = f"{name:9} {source:10} n={len(rows)} right={np.mean([r for _, r in answerable]):.3f}"
        if unanswerable:
            truth = [1] * len(answerable) + [0] * len(unanswerable)
            line += f" AUROC={roc_auc_score(truth, [p for p, _ in answerable] + unanswerable):.3f}"
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
            kept = np.mean([p >= threshold and r for p, r in answerable])
            line += f" | {threshold}: right {kept:.2f}" + (f" halluc {np.mean(np.array(unanswerable) >= threshold):.2f}" if unanswerable else "")
        print(line)


def _read_all(examples: Sequence[Example], index: SearchIndex, encoder: Encoder) -> list[Read]:
    retriever = Retriever(index, encoder, IndexSettings().dense_weight)
    return [_read(e, retriever, index, encoder) for e in tqdm(examples, "read", mininterval=10)]


def _read(example: Example, retriever: Retriever, index: SearchIndex, encoder: Encoder) -> Read:
    question = analyse(example.question)
    hits = retriever.retrieve(question.text, READ_DEPTH)
    sentences = gather(question, hits, index, encoder)
    rows = np.stack([ranking_row(s) for s in sentences]) if sentences else np.zeros((0, len(RANKING_FEATURES)))
    holds = [s.article.article_id in example.articles and contains_accepted([s.text], example.answers) for s in sentences]
    return Read(example, question, hits, sentences, rows, holds)


def _write_corpus(data: Path, target: Path) -> dict[str, list[Example]]:
    """Write every paragraph once as a corpus line; return the examples of the train and valid files."""
    ids: dict[str, str] = {}
    examples: dict[str, list[Example]] = {"train": [], "valid": []}
    for split, name in (("train", "wiki_native.train"), ("train", "facqa.train"), ("valid", "wiki_native.valid"), ("valid", "facqa.valid")):
        for row in read_rows(data / "qa" / f"{name}.jsonl.xz"):
            article = ids.setdefault(row["context"], f"p{len(ids)}")
            answers = tuple(dict.fromkeys(a["text"] for a in row["answers"]))
            examples[split].append(Example(row["question"].strip(), answers, frozenset([article]), name.split(".")[0]))
    lines = (json.dumps({"article_id": i, "text": text}, ensure_ascii=False) for text, i in ids.items())
    target.write_text("\n".join(lines), encoding="utf-8")
    return examples


def _news_dev() -> list[Example]:
    rows = map(json.loads, (NEWS_DEV / "news_dev.jsonl").read_text(encoding="utf-8").splitlines())
    return [Example(r["question"], tuple(r["answers"]), frozenset(e["article_id"] for e in r["evidence"]), "news_dev") for r in rows]


def _sample(examples: list[Example], count: int, rng: random.Random) -> list[Example]:
    return rng.sample(examples, min(count, len(examples)))


def _as_json(names: Sequence[str], mean: Row, scale: Row, weight: Row, bias: float) -> dict[str, Any]:
    rounded = {"mean": mean, "scale": scale, "weight": weight}
    return {"names": list(names), "bias": round(bias, 6), **{k: [round(float(v), 6) for v in values] for k, values in rounded.items()}}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/*.jsonl.xz")
    parser.add_argument("--questions", type=int, default=3000, help="how many training questions are read")
    parser.add_argument("--out", type=Path, default=MODEL)
    return parser.parse_args()


if __name__ == "__main__":
    main()
