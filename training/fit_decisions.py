"""Fit what rests on the decider: `python -m training.fit_decisions`, after `training.fit_reader`.

Three things in `qa/model/evidence.json`; all else in it stays as it is. For questions for yes or no: the ranking's weights of the values that only they have
(`yes_no_…`), and how likely the chosen quotes decide. For questions for a reason: how likely the quotes answer, given that and whether their article
bears out what the question takes for granted. Fitted on written questions that the decider was not trained on and on the everyday ones, each asked against
a small collection, and reported by cross-validation over collections.
"""

import argparse
import json
import pickle
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from index.encoder import SentenceTransformersEncoder
from index.sentences import split_sentences
from qa.feature_rows import CONFIDENCE_FEATURES, PREMISE_FEATURES, RANKING_FEATURES, borne_out, premise_row
from qa.linear_models import MODEL, LinearModel, linear_model
from qa.questions import Kind, analyse
from qa.reading import PassageReader, ReadsPassages
from training.fit_examples import CORPORA, Example, batches, everyday_corpus, everyday_examples, small_corpus, written_examples
from training.fit_models import Judged, Read, fit_decision, fit_premise, fit_yes_no_ranking
from training.fit_reader import FOLDS, SEED, SecondLook, judge, read_all
from training.news_questions import article_key
from training.sources import read_rows
from training.train_decider import FILE, UNTOLD

ARTICLES_TOGETHER = 12
"""The written questions for yes or no are asked against so many articles."""


class Fitted(NamedTuple):
    """The three models."""

    ranking: dict[str, Any]
    decision: dict[str, Any]
    premise: dict[str, Any]


class Asked(NamedTuple):
    """What was read for the questions for yes or no, and for those for a reason."""

    yes_no: list[Read]
    reasons: list[Read]


def main() -> None:
    """Fit, report and write `qa/model/evidence.json`."""
    options = _options()
    passages = PassageReader()
    with tempfile.TemporaryDirectory() as scratch:
        asked = kept(options.work or Path(scratch), passages)
    content = json.loads(options.out.read_text(encoding="utf-8"))
    look, premises = SecondLook(passages), Premises(passages)
    report("as it was", asked, lambda _: Fitted(content["ranking"], content["confidence"], NO_CORRECTION), content, look, premises)
    report("fitted to the other collections", asked, lambda others: fit(others, content, look, premises), content, look, premises)
    fitted = fit(asked, content, look, premises)
    content |= {"ranking": fitted.ranking, "decision": fitted.decision, "premise": fitted.premise}
    options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for part in ("ranking", "decision", "premise"):
        print(part, {n: round(w, 2) for n, w in zip(content[part]["names"], content[part]["weight"], strict=True)})


NO_CORRECTION = {"names": list(PREMISE_FEATURES), "bias": 0.0, "mean": [0.0, 0.0], "scale": [1.0, 1.0], "weight": [1.0, 0.0]}
"""A premise model that leaves the confidence as it is."""


class Premises:
    """Whether articles bear out what questions take for granted; each is asked once."""

    def __init__(self, passages: ReadsPassages) -> None:
        """Read by `passages`."""
        self._passages = passages
        self._known: dict[tuple[str, str], float | None] = {}

    def of(self, read: Read, ranking: LinearModel) -> float | None:
        """Return what `qa.feature_rows.borne_out` returns for the sentence that the ranking puts first."""
        order = np.argsort(-ranking.score(read.rows), kind="stable")
        key = (read.question.text, read.sentences[int(order[0])].article.article_id)
        if key not in self._known:
            self._known[key] = borne_out(read.question, [read.sentences[int(n)] for n in order], self._passages)
        return self._known[key]


def kept(work: Path, passages: PassageReader) -> Asked:
    """Return what an earlier run has read, else reads and keeps it."""
    work.mkdir(parents=True, exist_ok=True)
    file = work / "decisions.pkl"
    if not file.exists():
        file.write_bytes(pickle.dumps(read_examples(work, passages)))
    found: Asked = pickle.loads(file.read_bytes())  # noqa: S301  # this command wrote the file
    return found


def read_examples(work: Path, passages: PassageReader) -> Asked:
    """Ask every question against the small collection that it was written about; the indices stay in `work`."""
    models = SentenceTransformersEncoder(), passages
    reads: list[Read] = []
    for batch in batches([*yes_no_examples(), *(e for e in written_examples() if analyse(e.question).kind is Kind.REASON)]):
        name = f"decisions-{batch[0].batch}"
        reads += read_all(batch, [small_corpus(batch, work / f"{name}.jsonl")], work / name, models)
    for batch in batches([e for e in everyday_examples() if analyse(e.question).kind in (Kind.YES_NO, Kind.REASON)]):
        name = f"decisions-everyday-{batch[0].batch}"
        reads += read_all(batch, [everyday_corpus(batch[0].batch, work / f"{name}.jsonl")], work / name, models)
    return Asked([r for r in reads if r.question.kind is Kind.YES_NO], [r for r in reads if r.question.kind is Kind.REASON])


def yes_no_examples() -> list[Example]:
    """Return the written questions for yes or no that the decider was not trained on, in batches of `ARTICLES_TOGETHER` articles.

    An accepted answer is any sentence of the evidence.
    """
    ids = {article_key(row["text"]): row["article_id"] for corpus in CORPORA for row in read_rows(corpus)}
    rows = [row for row in read_rows(FILE) if row["part"] == "valid" and row["form"] == "question"]
    order = {key: n for n, key in enumerate(dict.fromkeys(row["article"] for row in rows))}
    return [Example(row["text"], _accepted(row), frozenset([ids[row["article"]]]), "written", f"y{order[row['article']] // ARTICLES_TOGETHER}") for row in rows]


def _accepted(row: dict[str, Any]) -> tuple[str, ...]:
    """The sentences of the evidence; an ampersand would part what must all be said."""
    evidence = "" if row["label"] == UNTOLD else row["evidence"]
    return tuple(evidence[slice(*span)].partition("&")[0] for span in split_sentences(evidence))


def fit(asked: Asked, content: dict[str, Any], look: SecondLook, premises: Premises) -> Fitted:
    """Fit the three models; `content` holds those that stay."""
    ranking = fit_yes_no_ranking(asked.yes_no, linear_model(content["ranking"], RANKING_FEATURES), np.random.default_rng(SEED))
    judged = [judge(r, linear_model(ranking, RANKING_FEATURES), content["second_sentence"], look) for r in asked.yes_no]
    return Fitted(ranking, fit_decision(judged), _fit_premise(asked.reasons, content, look, premises))


def _fit_premise(reasons: Sequence[Read], content: dict[str, Any], look: SecondLook, premises: Premises) -> dict[str, Any]:
    ranking, confidence = linear_model(content["ranking"], RANKING_FEATURES), linear_model(content["confidence"], CONFIDENCE_FEATURES)
    rows, answered = [], []
    for read in reasons:
        draft, premise = judge(read, ranking, content["second_sentence"], look), premises.of(read, ranking)
        if premise is not None and (draft.right or not read.example.answers):
            rows.append(premise_row(confidence.log_odds(draft.row), premise))
            answered.append(float(draft.right))
    return fit_premise(np.stack(rows), np.array(answered))


class Outcome(NamedTuple):
    """A question's confidence, whether its draft is right, and whether it has an answer."""

    confidence: float
    right: bool
    answerable: bool


def report(name: str, asked: Asked, fit_on: Callable[[Asked], Fitted], content: dict[str, Any], look: SecondLook, premises: Premises) -> None:
    """Print how the questions of each fold fare with models that `fit_on` makes of the others."""
    yes_no: list[tuple[str, Outcome]] = []
    reasons: list[tuple[str, Outcome]] = []
    folds = [list(GroupKFold(FOLDS).split(reads, groups=[r.example.source + r.example.batch for r in reads])) for reads in asked]
    for (train_y, test_y), (train_r, test_r) in zip(*folds, strict=True):
        fitted = fit_on(Asked([asked.yes_no[n] for n in train_y], [asked.reasons[n] for n in train_r]))
        ranking, decision = linear_model(fitted.ranking, RANKING_FEATURES), linear_model(fitted.decision, CONFIDENCE_FEATURES)
        for read in (asked.yes_no[n] for n in test_y):
            draft = judge(read, ranking, content["second_sentence"], look)
            yes_no.append((read.example.source, _outcome(read, draft, decision.log_odds(draft.row))))
        confidence, premise_model = linear_model(content["confidence"], CONFIDENCE_FEATURES), linear_model(fitted.premise, PREMISE_FEATURES)
        for read in (asked.reasons[n] for n in test_r):
            draft, premise = judge(read, ranking, content["second_sentence"], look), premises.of(read, ranking)
            log_odds = confidence.log_odds(draft.row)
            corrected = log_odds if premise is None else premise_model.log_odds(premise_row(log_odds, premise))
            reasons.append((read.example.source, _outcome(read, draft, corrected)))
    for kind, outcomes in (("yes or no", yes_no), ("reasons", reasons)):
        for source in sorted({s for s, _ in outcomes}):
            print(f"{kind}, {source}, {name}: {_line([o for s, o in outcomes if s == source])}", flush=True)


def _outcome(read: Read, draft: Judged, log_odds: float) -> Outcome:
    return Outcome(float(1 / (1 + np.exp(-log_odds))), draft.right, bool(read.example.answers))


def _line(outcomes: Sequence[Outcome]) -> str:
    has = [o for o in outcomes if o.answerable]
    lacks = [o for o in outcomes if not o.answerable]
    auroc = roc_auc_score([o.answerable for o in outcomes], [o.confidence for o in outcomes])
    right, answered = np.mean([o.right and o.confidence >= 0.5 for o in has]), np.mean([o.confidence >= 0.5 for o in lacks])
    wrong = np.mean([not o.right and o.confidence >= 0.5 for o in has])
    drafts = np.mean([o.right for o in has])
    told = f"{len(has)} answerable, drafts right {drafts:.3f}, at .50 right {right:.3f}, wrong {wrong:.3f}"
    return f"{told}; {len(lacks)} not, answered {answered:.3f}; AUROC {auroc:.3f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="folder that keeps the indices and what was read, for the next run with the same networks")
    parser.add_argument("--out", type=Path, default=MODEL)
    return parser.parse_args()


if __name__ == "__main__":
    main()
