"""Trains the decider: `python -m training.train_decider --data DIR --out qa/model/decider-adapter.safetensors`.

The reader was taught spans. The decider is the same network, adapter and all, with further terms of low rank (`training/reader_adapter.py`) that teach it two
other things: whether a passage decides a question for yes or no, and, asked with a statement instead of a question, whether it bears the statement out. The
statements are what questions for a reason take for granted (`qa/premises.py`). Saves and measures every `CHECKPOINT_STEPS` steps.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch.nn import functional

from index.text import question_terms, terms
from qa.premises import premise_of
from qa.reading import MODEL
from training.news_questions import article_key, bodies, read_questions
from training.reader_adapter import adapt, folded, load, optimiser_of, reader_of, save_in_bytes
from training.reader_data import WINDOW_SENTENCES, Example, Window, header_of, varied, windows_of
from training.reader_model import Inputs, Reader, autocast, encode, pad
from training.sources import read_rows
from training.train_reader import TOKENS_A_BATCH, without_dropout

FILE = Path(__file__).resolve().with_name("yes_no_questions.jsonl.xz")
"""Written questions and statements about the made-up articles of `civic_articles.jsonl.xz`, one a line: {"article": as in `news_questions.jsonl.xz`,
"form": "question" or "claim", "text", "label": "ya", "tidak" or "tidak_diceritakan", "evidence", "part"}. A language model wrote them, a program checked
the evidence."""
UNTOLD = "tidak_diceritakan"
RANK, FIRST_LAYER = 4, 4
PEAK_RATE = 6e-4
CHECKPOINT_STEPS = 200
SPAN_SHARE = 0.3
"""Weight of the loss for the place of the deciding sentence, beside whether there is one."""
ASKING = (
    "Apakah {low}?", "Apakah {low}?", "Benarkah {low}?", "{text}?", "{low} tidak?",
    "{low} atau tidak?", "apa {low}", "{low} ga sih", "Apa benar {low}?", "{text}, kan?",
)  # fmt: skip
"""Ways to ask whether a statement is so."""


class Case(NamedTuple):
    """`holds`: whether the passage decides the question or bears the statement out; the example's span is its evidence where that is known."""

    example: Example
    holds: bool
    form: str


class Encoded(NamedTuple):
    """A case as token ids."""

    inputs: Inputs
    holds: bool
    form: str


def entailment_cases(data: Path, part: str, rng: random.Random) -> Iterator[Case]:
    """Yields every pair of IndoNLI as a question or as a statement: neutral ones are not decided, only entailed statements are borne out."""
    for row in read_rows(data / f"nli/indonli.{part}.jsonl.xz"):
        stated = row["hypothesis"].strip().rstrip(".!")
        if rng.random() < 0.5:
            asked = rng.choice(ASKING).format(text=stated, low=stated[:1].lower() + stated[1:])
            yield Case(Example(varied(asked, rng), "", row["premise"], None, None), row["label"] != "n", "pair asked")
        else:
            yield Case(Example(f"{stated}.", "", row["premise"], None, None), row["label"] == "e", "pair stated")


def premise_cases(data: Path, part: str, rng: random.Random) -> Iterator[Case]:
    """Yields what the written questions for a reason take for granted: answered ones on the window of their evidence, false premises on the two likeliest."""
    body_of = {article_key(body): body for body in bodies(data)}
    for row in read_questions(part):
        stated = premise_of(row["question"])
        if stated is None or (row["answer"] is None and row["kind"] != "false_premise"):
            continue
        body = body_of[row["article"]]
        cut = windows_of(body, 0, rng.choice(WINDOW_SENTENCES))
        chosen = likeliest(stated, cut, rng)[:2] if row["answer"] is None else holding(row["evidence"], body, cut)[:1]
        for window in chosen:
            yield Case(Example(varied(stated, rng), header_of(cut, window, rng), window.passage, None, None), row["answer"] is not None, "premise")


def written_cases(data: Path, part: str, rng: random.Random) -> Iterator[Case]:
    """Yields the written questions and statements on the window of their evidence and, as not decided, on the likeliest others."""
    body_of = {article_key(body): body for body in bodies(data)}
    for row in (row for row in read_rows(FILE) if row["part"] == part):
        body = body_of[row["article"]]
        cut = windows_of(body, 0, rng.choice(WINDOW_SENTENCES))
        told = [] if row["label"] == UNTOLD else holding(row["evidence"], body, cut)
        for window in rng.sample(told, min(1, len(told))):
            start = body.index(row["evidence"]) - window.start
            example = Example(varied(row["text"], rng), header_of(cut, window, rng), window.passage, start, start + len(row["evidence"]))
            yield Case(example, row["form"] == "question" or row["label"] == "ya", f"written {row['form']}")
        others = [w for w in likeliest(row["text"], cut, rng) if w not in told]
        for window in others[: 2 if row["label"] == UNTOLD else rng.randint(0, 1)]:
            yield Case(Example(varied(row["text"], rng), header_of(cut, window, rng), window.passage, None, None), False, f"written {row['form']}")


def likeliest(asked: str, cut: Sequence[Window], rng: random.Random) -> list[Window]:
    """Returns the windows, those first that hold most words of what is asked."""
    wanted = set(question_terms(asked))
    return sorted(cut, key=lambda w: -len(wanted & set(terms(w.passage))) - rng.random())


def holding(evidence: str, body: str, cut: Sequence[Window]) -> list[Window]:
    """Returns the windows that hold the whole evidence."""
    start = body.index(evidence)
    return [w for w in cut if w.start <= start and start + len(evidence) <= w.start + len(w.passage)]


def cases(data: Path, part: str, rng: random.Random) -> list[Case]:
    """Returns all cases of a part, "train" or "valid"."""
    return [*entailment_cases(data, part, rng), *premise_cases(data, part, rng), *written_cases(data, part, rng)]


def encoded(tokenizer: Tokenizer, made: Sequence[Case]) -> list[Encoded]:
    """Returns the cases as token ids; those whose evidence was cut off are left out."""
    return [Encoded(inputs, c.holds, c.form) for c in made if (inputs := encode(tokenizer, c.example)) is not None]


def start() -> Reader:
    """Returns the shipped network, its adapter folded in, with new terms beside its matrices."""
    reader = reader_of(MODEL / "reader.onnx")
    adapt(reader)
    load(reader, MODEL / "reader-adapter.safetensors")
    adapt(folded(reader), RANK, FIRST_LAYER)
    without_dropout(reader)
    return reader.train()


def loss_of(reader: Reader, batch: Sequence[Encoded]) -> torch.Tensor:
    """Returns the loss of a batch: whether it holds, and where the evidence lies when that is known."""
    with autocast():
        spans, answers = reader(*pad([case.inputs for case in batch]))
    loss = functional.binary_cross_entropy_with_logits(answers.float(), torch.tensor([float(case.holds) for case in batch]))
    known = [n for n, case in enumerate(batch) if case.holds and case.inputs.first is not None]
    for side, place in enumerate(("first", "last")):
        if known:
            wanted = torch.tensor([getattr(batch[n].inputs, place) for n in known])
            loss = loss + SPAN_SHARE * functional.cross_entropy(spans[known][:, side].float(), wanted) * len(known) / len(batch)
    return loss


def batches(made: Sequence[Encoded], rng: random.Random) -> list[list[Encoded]]:
    """Returns batches of similar length and about `TOKENS_A_BATCH` tokens, in random order."""
    cut: list[list[Encoded]] = [[]]
    for case in sorted(made, key=lambda c: len(c.inputs.ids) + rng.random() * 8):
        if cut[-1] and (len(cut[-1]) + 1) * len(case.inputs.ids) > TOKENS_A_BATCH:
            cut.append([])
        cut[-1].append(case)
    rng.shuffle(cut)
    return cut


@torch.no_grad()
def measured(reader: Reader, made: Sequence[Encoded]) -> dict[str, Any]:
    """Returns for each form of case how many there are and the AUROC of the answer's logit."""
    found = np.zeros(len(made))
    order = sorted(range(len(made)), key=lambda n: len(made[n].inputs.ids))
    for at in range(0, len(order), 32):
        chosen = order[at : at + 32]
        found[chosen] = reader(*pad([made[n].inputs for n in chosen]))[1].float().numpy()
    holds, forms = np.array([c.holds for c in made]), np.array([c.form for c in made])
    of_form = {form: forms == form for form in sorted(set(forms.tolist()))}
    return {form: (int(those.sum()), round(float(roc_auc_score(holds[those], found[those])), 3)) for form, those in of_form.items()}


def train(reader: Reader, cut: Sequence[Sequence[Encoded]], valid: Sequence[Encoded], out: Path) -> None:
    """Trains the terms in place on the batches, saving and measuring on the way."""
    optimiser, schedule = optimiser_of(reader, PEAK_RATE, len(cut))
    numbers = optimiser.param_groups[0]["params"]
    started, running = time.perf_counter(), 0.0
    for step, batch in enumerate(cut, 1):
        loss = loss_of(reader, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(numbers, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        running += 0.02 * (float(loss.detach()) - running) if step > 1 else float(loss.detach())
        if step % 25 == 0:
            print(f"step {step} of {len(cut)}: loss {running:.3f}, {time.perf_counter() - started:.0f} s", flush=True)
        if step % CHECKPOINT_STEPS == 0 or step == len(cut):
            save_in_bytes(reader, out)
            print(measured(reader, valid), flush=True)


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed decider."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the decider's file")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20261203)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311  # reproducible, nothing secret
    tokenizer = Tokenizer.from_file(str(MODEL / "reader-tokenizer.json"))
    made = [case for _ in range(options.epochs) for case in batches(encoded(tokenizer, cases(options.data, "train", rng)), rng)]
    valid = encoded(tokenizer, cases(options.data, "valid", random.Random(1)))[::2]  # noqa: S311  # the same each time
    print(f"{sum(map(len, made))} examples, {sum(c.holds for b in made for c in b)} hold, {sum(len(c.inputs.ids) for b in made for c in b)} tokens", flush=True)
    reader = start()
    print(measured(reader, valid), flush=True)
    train(reader, made, valid, options.out)


if __name__ == "__main__":
    main()
