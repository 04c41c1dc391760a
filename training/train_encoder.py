"""Tunes the encoder: `python -m training.train_encoder --data DIR --base var/e5-base --out var/encoder`.

Contrastive learning as multilingual-e5 was trained (Wang et al., 2024), on our own questions: a question shall be nearer to
its passage than to the others of the batch, one of which per question is a passage that BM25 confuses with it. The loss is
cross-entropy over scaled cosines. One pass; the token vectors and the first layers stay as they are.
"""

import argparse
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from training.news_questions import news_examples
from training.pairs import noisy
from training.reader_data import Bm25, Example, Window, read_examples
from training.reader_model import autocast
from training.sources import read_rows
from training.train_reader import freeze, without_dropout

QUERY, PASSAGE = "query: ", "passage: "
"""The prompts of multilingual-e5."""
BATCH = 32
PEAK_RATE = 3e-5
SCALE = 50.0
"""Cosines of the base lie between .7 and 1, so small differences must count."""
QUERY_TOKENS, PASSAGE_TOKENS = 48, 128
SHARES = {"wiki_native.train": 0.3, "facqa.train": 0.6, "squad_id_translated": 0.03, "qasina": 0.2}
WAVES = {1: 1.0}
TRANSLATIONS = 600
BUCKET = 8
"""Batches among which passages are sorted by length, since padding costs time."""
HARD_SHARE = 0.4
NOISY_SHARE = 0.2
NEGATIVES_FROM = 8


class Triple(NamedTuple):
    """A question, its passage, and perhaps one that only looks like it; `text_id` names the passage's text."""

    question: str
    passage: str
    negative: str | None
    text_id: int


def triples(data: Path, rng: random.Random) -> list[Triple]:
    """Returns the training triples, shuffled; reads no validation file."""
    made: list[tuple[Example, Window]] = []
    for number, (name, share) in enumerate(SHARES.items()):
        made += [r for r in read_examples(data / f"qa/{name}.jsonl.xz", number * 100_000, rng) if r[0].start is not None and rng.random() < share]
    written, windows = news_examples(data, WAVES, rng)
    made += [r for r in written if r[0].start is not None]
    found = list(_with_negatives(made, [w for _, w in made] + windows, rng))
    pairs = rng.sample(list(read_rows(data / "parallel/en_id.train.jsonl.xz")), TRANSLATIONS)
    found += [Triple(row["en"], row["id"], None, -1 - n) for n, row in enumerate(pairs)]
    rng.shuffle(found)
    return found


def _with_negatives(made: Sequence[tuple[Example, Window]], pool: Sequence[Window], rng: random.Random) -> Iterator[Triple]:
    best = Bm25([w.passage for w in pool]).top([e.question for e, _ in made], NEGATIVES_FROM)
    for (example, window), found in zip(made, best, strict=True):
        others = [pool[n] for n in found if pool[n].text_id != window.text_id]
        negative = rng.choice(others).passage if others and rng.random() < HARD_SHARE else None
        question = noisy(example.question, rng) if rng.random() < NOISY_SHARE else example.question
        passage = f"{example.header}\n{window.passage}" if example.header else window.passage
        yield Triple(question, passage, negative, window.text_id)


def vectors(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], most: int) -> torch.Tensor:
    """Returns unit vectors, the mean of the token states, (texts, width)."""
    rows = [e.ids if len(e.ids) <= most else [*e.ids[: most - 1], e.ids[-1]] for e in tokenizer.encode_batch(list(texts))]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    with autocast():
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask[:, :, None].float()
    return functional.normalize((states.float() * weights).sum(1) / weights.sum(1))


def loss_of(model: BertModel, tokenizer: Tokenizer, batch: Sequence[Triple]) -> torch.Tensor:
    """Returns the loss of a batch; passages of the same text are never each other's negatives."""
    questions = vectors(model, tokenizer, [QUERY + t.question for t in batch], QUERY_TOKENS)
    negatives = [(t.negative, t.text_id) for t in batch if t.negative]
    passages = vectors(model, tokenizer, [PASSAGE + p for p in [t.passage for t in batch] + [n for n, _ in negatives]], PASSAGE_TOKENS)
    scores = SCALE * questions @ passages.T
    ids = torch.tensor([t.text_id for t in batch])
    same = ids[:, None] == ids[None, :]
    same.fill_diagonal_(False)
    scores[:, : len(batch)] = scores[:, : len(batch)].masked_fill(same, -1e4)
    return functional.cross_entropy(scores, torch.arange(len(batch)))


def batches(made: Sequence[Triple], rng: random.Random) -> list[list[Triple]]:
    """Returns the triples in full batches, in random order, each of passages of similar length."""
    at_once = BATCH * BUCKET
    parts = [sorted(made[at : at + at_once], key=_longest) for at in range(0, len(made), at_once)]
    cut = [part[at : at + BATCH] for part in parts for at in range(0, len(part) - BATCH + 1, BATCH)]
    rng.shuffle(cut)
    return cut


def _longest(triple: Triple) -> int:
    return max(len(triple.passage), len(triple.negative or ""))


def train(model: BertModel, tokenizer: Tokenizer, cut: Sequence[Sequence[Triple]], out: Path) -> None:
    """Trains in place and saves."""
    made = [triple for batch in cut for triple in batch]
    print(f"{len(made)} pairs, {sum(t.negative is not None for t in made)} with a hard negative, {len(cut)} steps", flush=True)
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=PEAK_RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=max(2, len(cut)), pct_start=0.1, anneal_strategy="linear")
    started, running = time.perf_counter(), 0.0
    for step, batch in enumerate(cut, 1):
        loss = loss_of(model, tokenizer, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        running += 0.05 * (float(loss.detach()) - running) if step > 1 else float(loss.detach())
        if step % 20 == 0 or step == len(cut):
            print(f"step {step}: loss {running:.3f}, {time.perf_counter() - started:.0f} s", flush=True)
            model.save_pretrained(out)


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None, help="train on so many pairs, for a trial")
    parser.add_argument("--seed", type=int, default=20261125)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311  # reproducible, nothing secret
    model = BertModel.from_pretrained(options.base, add_pooling_layer=False, attn_implementation="eager").train()
    without_dropout(model)
    freeze(model)
    cut = batches(triples(options.data, rng)[: options.limit], rng)
    train(model, Tokenizer.from_file(str(options.base / "tokenizer.json")), cut, options.out)
    shutil.copyfile(options.base / "tokenizer.json", options.out / "tokenizer.json")


if __name__ == "__main__":
    main()
