"""Trains the reader: `python -m training.train_reader --data DIR --base var/e5-base --out var/reader`.

Three stages, each one pass over its examples in batches of similar length. `general` learns to read from the question files;
`news` goes on with the first wave of the questions written about articles (`training/news_questions.jsonl.xz`) and some of
the general ones, `more` with the second wave and some of all before. A checkpoint and the scores on the validation files
every `CHECKPOINT_STEPS` steps. The head predicts the answer's first and last token and whether there is one.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from index.sentences import split_sentences
from training.evaluate_reader import evaluate
from training.news_questions import news_examples
from training.reader_data import NEGATIVES_FROM, WINDOW_SENTENCES, Bm25, Example, Window, clean_answer, read_examples, swapped, varied, windows_of
from training.reader_model import Inputs, Reader, autocast, encode, pad
from training.sources import read_rows
from training.synthetic_questions import ask_about

TOKENS_A_BATCH = 2_200
CHECKPOINT_STEPS = 400
HEAD_RATE = 1e-3
"""The heads start from noise, the encoder does not."""
FROZEN_LAYERS = 2
"""The token vectors and the first layers keep what they know: a fifth of the time saved on two cores."""

Made = list[tuple[Example, Window]]


@dataclass(frozen=True)
class Stage:
    """What a stage reads: shares of each file's answerable and unanswerable rows, numbers of made-up questions, shares of each
    wave of the written ones, shares of answerable questions that also get a passage that does not answer; the encoder's rates.
    """

    files: dict[str, tuple[float, float]]
    synthetic_news: int = 0
    synthetic_leads: int = 0
    written: dict[int, float] = field(default_factory=dict)
    mined: float = 0.4
    same_text: float = 0.2
    swapped: float = 0.2
    peak_rate: float = 1.2e-4
    last_rate: float = 0.0


STAGES = {
    "general": Stage(
        {"wiki_native.train": (1.0, 1.0), "facqa.train": (1.0, 1.0), "squad_id_translated": (0.7, 0.35), "qasina": (1.0, 1.0)}, 1_500, 500, last_rate=4e-5
    ),
    "news": Stage(
        {"wiki_native.train": (0.25, 0.3), "facqa.train": (0.3, 1.0), "squad_id_translated": (0.05, 0.05)},
        written={1: 1.0}, mined=0.5, same_text=0.4, swapped=0.2, peak_rate=8e-5,
    ),
    "more": Stage(
        {"wiki_native.train": (0.2, 0.25), "facqa.train": (0.15, 0.3), "squad_id_translated": (0.05, 0.05)},
        written={1: 0.6, 2: 1.0}, mined=0.35, same_text=0.35, swapped=0.1, peak_rate=7e-5,
    ),
}  # fmt: skip


def synthetic(data: Path, stage: Stage, without: set[str], rng: random.Random) -> Made:
    """Returns examples asked about IndoSum articles (those of `without` left out, by first letters) and Wikipedia leads."""
    rows = [row for row in read_rows(data / "text/indosum_articles.jsonl.xz") if row["body"][:60] not in without]
    some = [row for n, row in enumerate(read_rows(data / "text/wikipedia_id_leads.jsonl.xz")) if n % 50 == 0]
    return _synthetic(rows, stage.synthetic_news, rng, 1_000_000) + _synthetic(some, stage.synthetic_leads, rng, 2_000_000)


def _synthetic(rows: list[dict[str, str]], wanted: int, rng: random.Random, first_id: int) -> Made:
    found: Made = []
    for number, row in enumerate(rows if wanted else []):
        for window in windows_of(row["body"], first_id + number, rng.choice(WINDOW_SENTENCES)):
            spans = split_sentences(window.passage)
            asked = [(q, s.start + a, s.start + b) for s in spans for q, a, b in ask_about(window.passage[slice(*s)], rng)]
            for question, start, end in rng.sample(asked, min(2, len(asked))):
                header = row["title"] if rng.random() < 0.6 else ""
                found.append((Example(question, header, window.passage, start, end), window))
    return rng.sample(found, min(wanted, len(found)))


def examples(data: Path, without: set[str], rng: random.Random, stage: Stage) -> list[Example]:
    """Returns all training examples of a stage, shuffled; reads no validation file."""
    made: Made = []
    for number, (name, (answerable, unanswerable)) in enumerate(stage.files.items()):
        rows = list(read_examples(data / f"qa/{name}.jsonl.xz", number * 100_000, rng))
        made += [r for r in rows if rng.random() < (unanswerable if r[0].start is None else answerable)]
    if stage.synthetic_news or stage.synthetic_leads:
        made += synthetic(data, stage, without, rng)
    pool = [w for _, w in made]
    if stage.written:
        written, windows = news_examples(data, stage.written, rng)
        made, pool = made + written, pool + windows
    distinct = list({(w.text_id, w.start, len(w.passage)): w for w in pool}.values())
    return _with_negatives(made, distinct, rng, stage)


def _with_negatives(made: Made, pool: list[Window], rng: random.Random, stage: Stage) -> list[Example]:
    bm25 = Bm25([w.passage for w in pool])
    by_text: dict[int, list[Window]] = {}
    for window in pool:
        by_text.setdefault(window.text_id, []).append(window)
    names = [name for e, _ in made[::7] if e.start is not None and (name := clean_answer(e))[0].isupper() and len(name) < 40]
    found = [e._replace(question=varied(e.question, rng)) for e, _ in made]
    answered = [(e, w) for e, w in made if e.start is not None]
    for (example, window), best in zip(answered, bm25.top([e.question for e, _ in answered], NEGATIVES_FROM), strict=True):
        answer = clean_answer(example).casefold()
        if rng.random() < stage.mined:
            others = [pool[n] for n in best if pool[n].text_id != window.text_id and answer not in pool[n].passage.casefold()]
            found += [_unanswered(example, rng.choice(others), rng)] if others else []
        if rng.random() < stage.same_text:
            others = [w for w in by_text[window.text_id] if answer not in w.passage.casefold()]
            found += [_unanswered(example, rng.choice(others), rng, example.header)] if others else []
        if rng.random() < stage.swapped:
            question = swapped(example.question, example.header + example.passage, names, rng)
            found += [Example(varied(question, rng), example.header, example.passage, None, None)] if question else []
    rng.shuffle(found)
    return found


def _unanswered(example: Example, window: Window, rng: random.Random, header: str = "") -> Example:
    return Example(varied(example.question, rng), header, window.passage, None, None)


def batches(inputs: Sequence[Inputs], rng: random.Random) -> Iterator[list[Inputs]]:
    """Yields batches of similar length and about TOKENS_A_BATCH tokens, in random order."""
    ordered = sorted(inputs, key=lambda i: len(i.ids) + rng.random() * 8)
    cut, batch = [], list[Inputs]()
    for item in ordered:
        if batch and (len(batch) + 1) * len(item.ids) > TOKENS_A_BATCH:
            cut.append(batch)
            batch = []
        batch.append(item)
    cut.append(batch)
    rng.shuffle(cut)
    yield from cut


def loss_of(reader: Reader, batch: list[Inputs]) -> torch.Tensor:
    """Returns the loss of a batch: the span's where there is one, the no-answer's everywhere."""
    with autocast():
        spans, answers = reader(*pad(batch))
    has = torch.tensor([i.first is not None for i in batch])
    loss = functional.binary_cross_entropy_with_logits(answers.float(), has.float())
    if has.any():
        first = torch.tensor([i.first for i in batch if i.first is not None])
        last = torch.tensor([i.last for i in batch if i.last is not None])
        span = spans[has].float()
        loss = loss + 0.5 * (functional.cross_entropy(span[:, 0], first) + functional.cross_entropy(span[:, 1], last)) * has.float().mean() * 2
    return loss


def learn(reader: Reader, batch: list[Inputs], optimiser: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR) -> float:
    """Takes one step on a batch, in place; returns the loss before it."""
    loss = loss_of(reader, batch)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for group in optimiser.param_groups for p in group["params"]], 1.0)
    optimiser.step()
    optimiser.zero_grad()
    schedule.step()
    return float(loss.detach())


def freeze(encoder: BertModel) -> None:
    """Stops training of the token vectors and the first `FROZEN_LAYERS` layers."""
    for part in (encoder.embeddings, *encoder.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(False)


def optimiser_of(reader: Reader, stage: Stage, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    """Returns AdamW with a faster rate for the heads, and a linear warm-up and decay to the stage's last rate."""
    encoder = [p for p in reader.encoder.parameters() if p.requires_grad]
    heads = [p for name, p in reader.named_parameters() if not name.startswith("encoder.")]
    groups = [{"params": encoder, "lr": stage.peak_rate}, {"params": heads, "lr": HEAD_RATE * stage.peak_rate / STAGES["general"].peak_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warmup, floor = max(1, steps // 16), stage.last_rate / stage.peak_rate
    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min((n + 1) / warmup, floor + (1 - floor) * (steps - n) / max(1, steps - warmup)))


class Run(NamedTuple):
    """Where to save, where the validation files are, and after how many steps to stop (None: all)."""

    out: Path
    data: Path
    until: int | None = None


def train(reader: Reader, tokenizer: Tokenizer, cut: list[list[Inputs]], stage: Stage, run: Run) -> None:
    """Trains in place on the batches, saving and measuring on the way."""
    inputs = [i for batch in cut for i in batch]
    print(
        f"{len(inputs)} examples, {sum(i.first is not None for i in inputs)} with an answer, {sum(len(i.ids) for i in inputs)} tokens, {len(cut)} steps",
        flush=True,
    )
    optimiser, schedule = optimiser_of(reader, stage, len(cut))
    started, running = time.perf_counter(), 0.0
    for step, batch in enumerate(cut[: run.until], 1):
        loss = learn(reader, batch, optimiser, schedule)
        running += 0.02 * (loss - running) if step > 1 else loss
        if step % 25 == 0:
            print(f"step {step}: loss {running:.3f}, {time.perf_counter() - started:.0f} s", flush=True)
        if step % CHECKPOINT_STEPS == 0 or step in (len(cut), run.until):
            reader.save(run.out, tokenizer)
            print(json.dumps(evaluate(reader, tokenizer, run.data, 150 if step < len(cut) else None)), flush=True)


def start(folder: Path) -> Reader:
    """Returns the reader of a folder, or one with fresh heads on the encoder in it."""
    return (
        Reader.load(folder).train()
        if (folder / "reader.pt").exists()
        else Reader(BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager"))
    )


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="folder of the base model, or of the reader that the first stage made")
    parser.add_argument("--stage", choices=list(STAGES), default="general")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=Path, default=Path("tests/testset/news_dev.jsonl"), help="test set whose articles ask no synthetic questions")
    parser.add_argument("--limit", type=int, default=None, help="train on so many examples, for a trial")
    parser.add_argument("--until", type=int, default=None, help="stop after so many steps of the stage, whose rates are laid out for all")
    parser.add_argument("--seed", type=int, default=20261125)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311  # reproducible, nothing secret
    stage = STAGES[options.stage]
    made = examples(options.data, articles_of(options.without), rng, stage)[: options.limit]
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    cut = list(batches([i for e in made if (i := encode(tokenizer, e)) is not None], rng))
    reader = start(options.base)
    without_dropout(reader)
    freeze(reader.encoder)
    train(reader, tokenizer, cut, stage, Run(options.out, options.data, options.until))


def without_dropout(model: torch.nn.Module) -> None:
    """Switches dropout off: on two cores it costs a third of the time, and one pass does not overfit."""
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0


def articles_of(testset: Path) -> set[str]:
    """Returns the first 60 characters of the articles that a test set's evidence comes from."""
    ids = {evidence["article_id"] for line in testset.read_text(encoding="utf-8").splitlines() for evidence in json.loads(line)["evidence"]}
    corpus = read_rows(testset.with_name(testset.stem + ".corpus.jsonl.xz"))
    return {row["text"][:60] for row in corpus if row["article_id"] in ids}


if __name__ == "__main__":
    main()
