"""Trains the reader's adapter: `python -m training.train_adapter --data DIR --out FIRST`, then `… --pass second --adapter FIRST --seed 20261130 --out SECOND`
and so on; the card (`qa/model/README.md`) has the seeds.

Goes on from the shipped network itself, 8-bit matrices and all (`training/reader_adapter.py`), in passes, each over the examples
that `PASSES` names. Everything else is as in `training/train_reader.py`. Saves every `CHECKPOINT_STEPS` steps.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from qa.reading import MODEL
from training.evaluate_reader import evaluate
from training.reader_adapter import adapt, load, optimiser_of, reader_of, save
from training.reader_data import Bm25, Example, Window, varied
from training.reader_model import Inputs, Reader, encode
from training.train_reader import CHECKPOINT_STEPS, Stage, articles_of, batches, examples, learn, without_dropout

OFF_TOPIC = Path(__file__).resolve().with_name("off_topic_training.txt")
"""Questions that no article of the data answers; each is paired with a passage that BM25 likes."""
PASSES = {
    "first": Stage(
        {"wiki_native.train": (0.12, 0.12), "facqa.train": (0.15, 0.4), "squad_id_translated": (0.04, 0.04), "qasina": (0.2, 0.2)},
        written={1: 0.3, 2: 0.5, 3: 1.0}, mined=0.3, same_text=0.35, swapped=0.08, peak_rate=6e-4,
    ),
    "second": Stage(
        {"wiki_native.train": (0.25, 0.25), "facqa.train": (0.3, 0.6), "squad_id_translated": (0.08, 0.06), "qasina": (0.4, 0.4)},
        written={1: 0.35, 2: 0.5, 3: 1.0}, mined=0.28, same_text=0.32, swapped=0.06, peak_rate=4e-4,
    ),
    "third": Stage(
        {"wiki_native.train": (0.25, 0.3), "facqa.train": (0.3, 0.5), "squad_id_translated": (0.07, 0.07), "qasina": (0.3, 0.3)},
        written={1: 0.25, 2: 0.35, 3: 0.5, 4: 1.0, 5: 1.0}, mined=0.28, same_text=0.35, swapped=0.05, peak_rate=6e-4,
    ),
    "fourth": Stage(
        {"wiki_native.train": (0.2, 0.2), "facqa.train": (0.3, 0.4), "squad_id_translated": (0.05, 0.05), "qasina": (0.2, 0.2)},
        written={1: 0.25, 2: 0.35, 3: 0.7, 4: 0.9, 5: 0.9}, mined=0.2, same_text=0.28, swapped=0.04, peak_rate=4e-4,
    ),
}  # fmt: skip


def start(adapter: Path | None) -> Reader:
    """Returns the shipped network with terms beside its matrices, those of `adapter` when given."""
    reader = reader_of(MODEL / "reader.onnx")
    adapt(reader)
    if adapter:
        load(reader, adapter)
    without_dropout(reader)
    return reader.train()


def train(reader: Reader, cut: Sequence[list[Inputs]], peak_rate: float, out: Path) -> None:
    """Trains the terms in place on the batches, saving them on the way."""
    optimiser, schedule = optimiser_of(reader, peak_rate, len(cut))
    started, running = time.perf_counter(), 0.0
    for step, batch in enumerate(cut, 1):
        loss = learn(reader, batch, optimiser, schedule)
        running += 0.02 * (loss - running) if step > 1 else loss
        if step % 25 == 0:
            print(f"step {step} of {len(cut)}: loss {running:.3f}, {time.perf_counter() - started:.0f} s", flush=True)
        if step % CHECKPOINT_STEPS == 0 or step == len(cut):
            save(reader, out)


def off_topic(made: Sequence[Example], rng: random.Random) -> list[Example]:
    """Returns the off-topic questions, each on one of the four passages of the examples that BM25 likes best."""
    questions = [line for line in OFF_TOPIC.read_text(encoding="utf-8").splitlines() if line]
    pool = list({e.passage: Window(0, 0, e.passage) for e in made}.values())
    bm25 = Bm25([w.passage for w in pool])
    return [
        Example(varied(question, rng), "", pool[n].passage, None, None)
        for question, best in zip(questions, bm25.top(questions, 4), strict=True)
        for n in rng.sample(best, 1)
    ]


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pass", dest="which", choices=list(PASSES), default="first")
    parser.add_argument("--adapter", type=Path, help="what the pass before made")
    parser.add_argument("--out", type=Path, required=True, help="the adapter's file")
    parser.add_argument("--without", type=Path, default=Path("tests/testset/news_dev.jsonl"))
    parser.add_argument("--limit", type=int, default=None, help="train on so many examples, for a trial")
    parser.add_argument("--seed", type=int, default=20261129)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311  # reproducible, nothing secret
    made = examples(options.data, articles_of(options.without), rng, PASSES[options.which])
    made = (made + off_topic(made, rng))[: options.limit]
    tokenizer = Tokenizer.from_file(str(MODEL / "reader-tokenizer.json"))
    inputs = [i for e in made if (i := encode(tokenizer, e)) is not None]
    print(f"{len(inputs)} examples, {sum(i.first is not None for i in inputs)} with an answer, {sum(len(i.ids) for i in inputs)} tokens", flush=True)
    reader = start(options.adapter)
    train(reader, list(batches(inputs, rng)), PASSES[options.which].peak_rate, options.out)
    print(json.dumps(evaluate(reader, tokenizer, options.data, 200)), flush=True)


if __name__ == "__main__":
    main()
