"""Fit the linear models of the reader: `python -m training.fit_reader --data DIR`.

Ranking: which sentence of the retrieved passages holds the answer (pairwise logistic regression). Confidence: whether
the chosen quotes hold an accepted answer (logistic regression). Topic: whether the collection is about the question at
all (logistic regression on the other questions and those of `off_topic_questions.txt`). Encoder and reader have seen the
training questions, so their values are too good on them; all models are therefore fitted on the validation, written and
development questions, asked against one collection of all their paragraphs and articles and against small ones, and
reported by five-fold cross-validation over the questions.
"""

import argparse
import json
import pickle
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from tqdm import tqdm

from index.build import build_index
from index.datatypes import Encoder, SearchIndex, Span
from index.encoder import SentenceTransformersEncoder
from index.local import open_index
from index.retriever import Retriever
from index.settings import IndexSettings
from qa.evidence import Sentence, gather
from qa.feature_rows import CONFIDENCE_FEATURES, RANKING_FEATURES, TOPIC_FEATURES, confidence_row, ranking_row, reread, topic_row
from qa.linear_models import MODEL, LinearModel, linear_model
from qa.metrics import contains_accepted
from qa.questions import Question, analyse_for
from qa.quoting import choose
from qa.reading import PassageReader, ReadsPassages
from qa.settings import Settings
from training.fit_examples import (
    NEWS_CORPUS,
    Example,
    batches,
    everyday_corpus,
    everyday_examples,
    news_dev_examples,
    off_topic_examples,
    small_corpus,
    write_civic,
    write_corpus,
    written_examples,
)
from training.fit_models import EVERYDAY, Judged, Read, fit_confidence, fit_ranking, fit_topic

SEED = 20261122
READ_DEPTH: int = Settings.model_fields["read_depth"].default
FOLDS = 5


Look = Callable[[Question, Sentence], float]


class SecondLook:
    """What the reader says of a sentence between its neighbours; each is read once, whichever ranking puts it first."""

    def __init__(self, passages: ReadsPassages) -> None:
        """Read by `passages`."""
        self._passages = passages
        self._known: dict[tuple[str, str, Span], float] = {}

    def __call__(self, question: Question, sentence: Sentence) -> float:
        """Return what `qa.evidence.reread` returns."""
        key = (question.text, sentence.article.sha256, sentence.span)
        if key not in self._known:
            self._known[key] = reread(question, sentence, self._passages)
        return self._known[key]


def main() -> None:
    """Fit, report and write `qa/model/evidence.json`; what `training.fit_decisions` fits is kept as it was, to be fitted again."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        reads = kept_reads(options.data, options.work or Path(scratch))
    look = SecondLook(PassageReader())
    _report(_cross_validate(reads, options.second_sentence, look))
    before = json.loads(MODEL.read_text(encoding="utf-8"))
    kept = {part: before[part] for part in ("decision", "premise")}
    content = kept | _fit(reads, options.second_sentence, look) | {"encoder": SentenceTransformersEncoder().fingerprint}
    options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for part in ("ranking", "confidence", "topic"):
        print(part, {n: round(w, 2) for n, w in zip(content[part]["names"], content[part]["weight"], strict=True)})


def kept_reads(data: Path, work: Path) -> list[Read]:
    """Return what an earlier run has read, else reads and keeps it."""
    file = work / "reads.pkl"
    if not file.exists():
        reads = read_everything(data, work)
        file.write_bytes(pickle.dumps(reads))
        return reads
    found: list[Read] = pickle.loads(file.read_bytes())  # noqa: S301  # this command wrote the file
    return found


def read_everything(data: Path, work: Path) -> list[Read]:
    """Ask all questions, some against everything and some against small collections; the indices stay in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    models = SentenceTransformersEncoder(), PassageReader()
    others, written = write_corpus(data, work / "corpus.jsonl"), written_examples()
    # Enough to keep the ranking general; each read takes half a second.
    some = [*[e for e in others if e.source == "wiki_native"][::2], *[e for e in others if e.source == "facqa"][::3]]
    off_topic = off_topic_examples()
    sources = [work / "corpus.jsonl", NEWS_CORPUS, write_civic(work / "civic.jsonl")]
    reads = read_all([*news_dev_examples(), *written[::4], *some, *off_topic], sources, work / "all", models)
    small = [replace(e, source="news_small") for e in news_dev_examples()] + [replace(e, source="written_small") for e in written[2::4]]
    cut = batches(small)
    for number, batch in enumerate(cut):
        corpus = small_corpus(batch, work / f"small{number}.jsonl")
        others_too = [replace(e, source="off_topic_small") for e in off_topic[number :: len(cut)]]
        reads += read_all([*batch, *others_too], [corpus], work / f"small{number}", models)
    for batch in batches(everyday_examples()):
        name = f"everyday-{batch[0].batch}"
        reads += read_all(batch, [everyday_corpus(batch[0].batch, work / f"{name}.jsonl")], work / name, models)
    return reads


def _fit(reads: Sequence[Read], second_sentence: float, look: SecondLook) -> dict[str, Any]:
    """Fit all models, the others on what the ranking chooses."""
    content: dict[str, Any] = {"second_sentence": second_sentence, "ranking": fit_ranking(reads, np.random.default_rng(SEED))}
    ranking = linear_model(content["ranking"], RANKING_FEATURES)
    drafts = [judge(r, ranking, second_sentence, look) for r in reads]
    return content | {"confidence": fit_confidence(drafts), "topic": fit_topic(drafts)}


def judge(read: Read, ranking: LinearModel, second_sentence: float, look: Look) -> Judged:
    """Return the draft that the ranking gives; `look` is asked about its best sentence."""
    scores = ranking.score(read.rows)
    order = np.argsort(-scores, kind="stable")
    sentences, scores = [read.sentences[int(n)] for n in order], scores[order]
    quotes = choose(sentences, scores, second_sentence, read.question.kind)
    right = bool(read.example.answers) and contains_accepted([" ".join(q.text for q in quotes)], read.example.answers)
    return Judged(read.example, confidence_row(sentences, scores, look(read.question, sentences[0])), topic_row(sentences), len(quotes), right)


def _cross_validate(reads: Sequence[Read], second_sentence: float, look: SecondLook) -> list[tuple[float, Judged]]:
    """Return (confidence, draft) of every example, each judged by models that have not seen it."""
    judged: list[tuple[float, Judged]] = []
    for train, test in GroupKFold(FOLDS).split(reads, groups=[_fold_of(r.example) for r in reads]):
        content = _fit([reads[n] for n in train], second_sentence, look)
        ranking = linear_model(content["ranking"], RANKING_FEATURES)
        confidence, topic = linear_model(content["confidence"], CONFIDENCE_FEATURES), linear_model(content["topic"], TOPIC_FEATURES)
        drafts = [judge(reads[n], ranking, second_sentence, look) for n in test]
        judged += [(confidence.probability(d.row) * topic.probability(d.topic), d) for d in drafts]
    return judged


def _fold_of(example: Example) -> str:
    """What is kept together: a question, asked of two collections, and all questions to one collection of the everyday ones."""
    return f"everyday {example.batch}" if example.source == EVERYDAY else example.question


def _report(judged: Sequence[tuple[float, Judged]]) -> None:
    """Print, for each source, how often a draft is right, and right and hallucinated shares at several thresholds."""
    for source in sorted({d.example.source for _, d in judged}):
        answerable = [(p, d) for p, d in judged if d.example.source == source and d.example.answers]
        unanswerable = [p for p, d in judged if d.example.source == source and not d.example.answers]
        line = f"{source:12}"
        if answerable:
            line += f" right={np.mean([d.right for _, d in answerable]):.3f} quotes={np.mean([d.quotes for _, d in answerable]):.2f}"
        if answerable and unanswerable:
            truth = [1] * len(answerable) + [0] * len(unanswerable)
            line += f" AUROC={roc_auc_score(truth, [p for p, _ in answerable] + unanswerable):.3f}"
        for threshold in np.arange(0.3, 0.9, 0.05):
            line += f"\n   {threshold:.2f}:" + (f" right {np.mean([p >= threshold and d.right for p, d in answerable]):.3f}" if answerable else "")
            line += f" hallucinated {np.mean(np.array(unanswerable) >= threshold):.3f}" if unanswerable else ""
        print(line)


def read_all(examples: Sequence[Example], sources: list[Path], folder: Path, models: tuple[Encoder, PassageReader]) -> list[Read]:
    """Index the sources and read every example's question; those without any sentence are left out."""
    encoder, passages = models
    build_index(sources, folder, encoder)
    with closing(open_index(folder, encoder)) as index:
        retriever = Retriever(index, encoder, IndexSettings().dense_weight)
        reads = [_read(e, retriever, index, passages) for e in tqdm(examples, "read", mininterval=10)]
    return [r for r in reads if r.sentences]


def _read(example: Example, retriever: Retriever, index: SearchIndex, passages: PassageReader) -> Read:
    question = analyse_for(index, example.question)
    sentences = gather(question, retriever.retrieve(question.text, READ_DEPTH), index, passages)
    rows = np.stack([ranking_row(s) for s in sentences]) if sentences else np.zeros((0, len(RANKING_FEATURES)))
    holds = [s.article.article_id in example.articles and contains_accepted([s.text], example.answers) for s in sentences]
    return Read(example, question, sentences, rows, np.array(holds, dtype=bool))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/*.jsonl.xz")
    parser.add_argument("--second-sentence", type=float, default=3.0, help="further sentences are quoted when they score within this of the best")
    parser.add_argument("--work", type=Path, help="folder that keeps the indices and what was read, for the next run with the same reader")
    parser.add_argument("--out", type=Path, default=MODEL)
    return parser.parse_args()


if __name__ == "__main__":
    main()
