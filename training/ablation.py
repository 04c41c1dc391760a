"""What each stage of answering gains: `python -m training.ablation --data DIR`.

Rows: the first stage alone; with the reader; with the check of what the question names; with a comparison to what else was read;
with a second look at the best sentence; with the topic model; with what questions for a reason take for granted; with dated facts, which is the product
as it stands (quoting less when sure). Each stage has linear models of its own, fitted by `training.fit_models`'s
functions to the values that the stage may use, and judged by five-fold cross-validation over the questions, on
`news_dev`. A stage's threshold is the lowest one at which at most a fifth of the other folds' unanswerable questions would
be answered, so that stages are compared at about the same price. Differences are to the row before, with paired
bootstrap intervals over questions; one that holds 0 is no gain.

What the reader said is kept in `--work`, as by `training.fit_reader`: the first run takes half an hour more.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold
from tqdm import tqdm

from index.encoder import SentenceTransformersEncoder
from index.local import open_index
from index.retriever import Retriever
from index.settings import IndexSettings
from qa.calibration import aurc
from qa.datatypes import Draft
from qa.evidence import Sentence
from qa.feature_rows import CONFIDENCE_FEATURES, RANKING_FEATURES, SPEAKS_AGAINST, SPEAKS_FOR, TOPIC_FEATURES
from qa.intervals import Estimate, Floats, Picks, auroc, bootstrap_estimate, mean_estimate, paired_difference
from qa.linear_models import ReaderModel, linear_model, load_model
from qa.metrics import contains_accepted
from qa.questions import Question
from qa.reader import Reader
from qa.reading import reader_in_the_box
from qa.report import MOST_HALLUCINATED, interval, signed_interval
from training.fit_decisions import Premises
from training.fit_models import Read, fit_confidence, fit_ranking, fit_topic
from training.fit_reader import FOLDS, READ_DEPTH, SEED, Look, SecondLook, judge, kept_reads

SOURCE = "news_dev"
SECOND_SENTENCE = 3.0
# What is known without reading: where a passage stands, and which words of the question a sentence and its article hold.
FIRST_RANKING = ("fused", "first_passage", "covered")
FIRST_CONFIDENCE = ("score", "margin", "article_margin")
# What the other sentences that were read say about the best one.
COMPARED = ("seconded", "covered_near_gap", "covered_article_gap")
# The one value of confidence that costs another reading.
LOOK = "reread"
# Stands for the encoder of the kept reads, so that a stage's topic model counts or not.
ENCODER = "of the kept reads"


class Stage(NamedTuple):
    """What a row may use: values that rank sentences, values that tell confidence, and the topic model."""

    name: str
    ranking: frozenset[str]
    confidence: frozenset[str]
    topic: bool


STAGES = (
    Stage("first stage only: best sentence by fused score and words", frozenset(FIRST_RANKING), frozenset(FIRST_CONFIDENCE), False),
    Stage("+ reader and forms of answers", frozenset(RANKING_FEATURES) - frozenset(SPEAKS_AGAINST), frozenset(SPEAKS_FOR) - {LOOK, *COMPARED}, False),
    Stage("+ entity check: names, areas, numbers, years", frozenset(RANKING_FEATURES), frozenset(CONFIDENCE_FEATURES) - {LOOK, *COMPARED}, False),
    Stage("+ comparison with what else was read", frozenset(RANKING_FEATURES), frozenset(CONFIDENCE_FEATURES) - {LOOK}, False),
    Stage("+ second look at the best sentence", frozenset(RANKING_FEATURES), frozenset(CONFIDENCE_FEATURES), False),
    Stage("+ topic model", frozenset(RANKING_FEATURES), frozenset(CONFIDENCE_FEATURES), True),
)
PREMISED = "+ premises of questions for a reason"
DATED = "+ dated facts (the product)"


@dataclass(frozen=True)
class Outcome:
    """A row's results, each of shape (questions,); where `drafted` is False no threshold would show anything."""

    confidence: Floats
    threshold: Floats
    right: npt.NDArray[np.bool_]
    drafted: npt.NDArray[np.bool_]
    answerable: npt.NDArray[np.bool_]

    @property
    def answered(self) -> npt.NDArray[np.bool_]:
        """Which questions are answered at the threshold."""
        found: npt.NDArray[np.bool_] = self.drafted & (self.confidence >= self.threshold)
        return found

    @property
    def accepted(self) -> list[float]:
        """1 for each answerable question with an accepted answer, else 0."""
        return [float(x) for x in (self.answered & self.right)[self.answerable]]

    @property
    def hallucinated(self) -> list[float]:
        """1 for each unanswerable question that is answered, else 0."""
        return [float(x) for x in self.answered[~self.answerable]]

    def auroc(self, picks: Picks) -> float:
        """Return the AUROC of confidence, answerable against unanswerable, over some questions; NaN where one kind is missing."""
        confidence, has = self.confidence[picks], self.answerable[picks]
        value = auroc(confidence[has].tolist(), confidence[~has].tolist())
        return float("nan") if value is None else value

    def aurc(self, picks: Picks) -> float:
        """Return the area under the risk-coverage curve of the drafts of some questions."""
        drafted = picks[self.drafted[picks]]
        return aurc(self.confidence[drafted], self.right[drafted].astype(float))


class Judgement(NamedTuple):
    """One question's draft in one row."""

    confidence: float
    threshold: float
    right: bool
    drafted: bool
    answerable: bool


def fit_stage(reads: Sequence[Read], stage: Stage, look: Look) -> ReaderModel:
    """Return the stage's models; values it may not use have no weight, and the topic model counts where `encoder` is set."""
    used = _mask(RANKING_FEATURES, stage.ranking)
    ranking = linear_model(_usable(fit_ranking([replace(r, rows=r.rows * used) for r in reads], np.random.default_rng(SEED))), RANKING_FEATURES)
    drafts = [judge(r, ranking, SECOND_SENTENCE, look) for r in reads]
    used = _mask(CONFIDENCE_FEATURES, stage.confidence)
    confidence = linear_model(_usable(fit_confidence([replace(d, row=d.row * used) for d in drafts])), CONFIDENCE_FEATURES)
    topic = linear_model(fit_topic(drafts), TOPIC_FEATURES)
    shipped = load_model()
    return ReaderModel(ranking, confidence, shipped.decision, shipped.premise, topic, SECOND_SENTENCE, ENCODER if stage.topic else "")


def _mask(names: Sequence[str], kept: frozenset[str]) -> Floats:
    return np.array([name in kept for name in names], float)


def _usable(content: dict[str, Any]) -> dict[str, Any]:
    # A value that is always 0 has a scale of 0, and no weight; any scale will do.
    return content | {"scale": [scale or 1.0 for scale in content["scale"]]}


def never_look(_: Question, __: Sentence) -> float:
    """Return 0: the stage makes no use of a second look, so none is paid for."""
    return 0.0


def judge_stage(reads: Sequence[Read], model: ReaderModel, look: Look, threshold: float = 0.0, premises: Premises | None = None) -> list[Judgement]:
    """Return the draft of each read by the stage's models; `premises` tells what articles bear out of what questions take for granted."""
    found = []
    for read in reads:
        draft = judge(read, model.ranking, model.second_sentence, look)
        confidence = model.confidence_of(draft.row, draft.topic, ENCODER, premise=premises.of(read, model.ranking) if premises else None)
        found.append(Judgement(confidence, threshold, draft.right, True, bool(draft.example.answers)))
    return found


def threshold_of(judged: Sequence[Judgement]) -> float:
    """Return the lowest threshold at which at most `MOST_HALLUCINATED` of the unanswerable questions are answered."""
    confidences = sorted((j.confidence for j in judged if not j.answerable), reverse=True)
    first_refused = confidences[int(MOST_HALLUCINATED * len(confidences))]
    return float(np.nextafter(first_refused, 1))


class Asking:
    """The reader as the service runs it, dated facts too, over the collection of the kept reads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self.passages = reader_in_the_box()

    def judge(self, reads: Sequence[Read], model: ReaderModel, threshold: float) -> list[Judgement]:
        """Retrieve, read and compose each question anew."""
        index = self._retriever.index
        reader = Reader(index, replace(model, encoder=index.manifest.encoder_fingerprint), self.passages)
        return [self._judgement(r, reader, threshold) for r in tqdm(reads, "dated facts", mininterval=10)]

    def _judgement(self, read: Read, reader: Reader, threshold: float) -> Judgement:
        draft: Draft = reader.compose(read.question, self._retriever.retrieve(read.question.text, READ_DEPTH))
        right = bool(read.example.answers) and contains_accepted([" ".join(q.text for q in draft.quotes)], read.example.answers)
        return Judgement(draft.confidence, threshold, right, bool(draft.quotes), bool(read.example.answers))


def cross_validate(reads: Sequence[Read], asking: Asking) -> dict[str, Outcome]:
    """Return {row: its outcome on the questions of `SOURCE`}, each question judged by models that have not seen it."""
    second_look, premises = SecondLook(asking.passages), Premises(asking.passages)
    rows: dict[str, list[Judgement]] = {name: [] for name in (*(s.name for s in STAGES), PREMISED, DATED)}
    for train, test in GroupKFold(FOLDS).split(reads, groups=[r.example.question for r in reads]):
        seen = [reads[n] for n in train]
        asked = [reads[n] for n in test if reads[n].example.source == SOURCE]
        for stage in STAGES:
            look = second_look if LOOK in stage.confidence else never_look
            model = fit_stage(seen, stage, look)
            threshold = threshold_of(judge_stage([r for r in seen if r.example.source == SOURCE], model, look))
            rows[stage.name] += judge_stage(asked, model, look, threshold)
        # The last stage's models and threshold: the shipped model lowers the confidence of false premises, dated facts change what is said.
        rows[PREMISED] += judge_stage(asked, model, look, threshold, premises)
        rows[DATED] += asking.judge(asked, model, threshold)
    return {name: _outcome(judged) for name, judged in rows.items()}


def _outcome(judged: Sequence[Judgement]) -> Outcome:
    confidence, threshold, right, drafted, answerable = (np.array(column) for column in zip(*judged, strict=True))
    return Outcome(confidence, threshold, right, drafted, answerable)


def table(rows: dict[str, Outcome]) -> Iterator[str]:
    """Yield the table's lines: each row's four measures, and below each the differences to the row before."""
    yield "| row | accepted answer | unanswerable answered | AUROC | AURC |"
    yield "|---|---|---|---|---|"
    before: Outcome | None = None
    for name, row in rows.items():
        n = len(row.confidence)
        means = [mean_estimate(row.accepted), mean_estimate(row.hallucinated), bootstrap_estimate(row.auroc, n), bootstrap_estimate(row.aurc, n)]
        yield f"| {name} | {' | '.join(map(interval, means))} |"
        if before is not None:
            yield f"| difference | {' | '.join(map(signed_interval, differences(before, row)))} |"
        before = row


def differences(first: Outcome, second: Outcome) -> list[Estimate | None]:
    """Return second minus first for each of the four measures, paired over questions."""
    n = len(first.confidence)
    return [
        paired_difference(first.accepted, second.accepted),
        paired_difference(first.hallucinated, second.hallucinated),
        bootstrap_estimate(lambda picks: second.auroc(picks) - first.auroc(picks), n),
        bootstrap_estimate(lambda picks: second.aurc(picks) - first.aurc(picks), n),
    ]


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/*.jsonl.xz")
    parser.add_argument("--work", type=Path, default=Path("var/ablation"), help="folder that keeps the indices and what was read")
    options = parser.parse_args()
    reads = kept_reads(options.data, options.work)
    encoder = SentenceTransformersEncoder()
    with closing(open_index(options.work / "all", encoder)) as index:
        rows = cross_validate(reads, Asking(Retriever(index, encoder, IndexSettings().dense_weight)))
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
