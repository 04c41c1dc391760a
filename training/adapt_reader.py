"""Teaches the extended MiniLM Indonesian: `python -m training.adapt_reader --data DIR --out var/reader-base`.

Distillation on translations (Reimers and Gurevych, 2020): the sentence vector of the Indonesian side, and of a mix of
both sides, moves to the vector that the unchanged English model gives the English side.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from training.lexicon import align, sentence_pairs
from training.reader_base import base_folder, extended_model, extended_tokenizer, new_tokens
from training.sources import read_rows

BATCH = 96
PEAK_RATE = 4e-4
MAX_TOKENS = 64
ENGLISH_SHARE = 0.15
"""Share of steps' texts that stay English, so that English questions are still understood."""


def vocabulary_texts(data: Path) -> list[str]:
    """Returns the texts whose words become tokens: all news and questions, a share of Wikipedia."""
    texts = [row["body"] for row in read_rows(data / "text/indosum_articles.jsonl.xz")]
    texts += [row["body"] for n, row in enumerate(read_rows(data / "text/wikipedia_id_leads.jsonl.xz")) if n % 10 == 0]
    for name in ("wiki_native.train", "facqa.train", "squad_id_translated", "qasina"):
        texts += [text for row in read_rows(data / f"qa/{name}.jsonl.xz") for text in (row["question"], row["context"])]
    return texts + [row["id"] for row in read_rows(data / "parallel/en_id.train.jsonl.xz")]


def pad(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns ids and attention mask, both (rows, longest)."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask


def mean_vectors(model: BertModel, rows: list[list[int]]) -> torch.Tensor:
    """Returns the mean of the token states of each row, (rows, 384)."""
    ids, mask = pad(rows)
    with torch.autocast("cpu", torch.bfloat16):
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask[:, :, None].float()
    mean: torch.Tensor = (states.float() * weights).sum(1) / weights.sum(1)
    return mean


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """Returns token ids with [CLS] and [SEP], cut at MAX_TOKENS."""
    encoded = tokenizer.encode_batch(texts)
    return [e.ids[: MAX_TOKENS - 1] + e.ids[-1:] if len(e.ids) > MAX_TOKENS else e.ids for e in encoded]


@torch.no_grad()
def teacher_vectors(folder: Path, texts: list[str]) -> torch.Tensor:
    """Returns the English model's sentence vectors, (texts, 384)."""
    teacher = BertModel.from_pretrained(folder, add_pooling_layer=False).train(False)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = encode(tokenizer, texts)
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    found = torch.empty(len(rows), 384)
    for start in range(0, len(order), 256):
        chosen = order[start : start + 256]
        found[chosen] = mean_vectors(teacher, [rows[n] for n in chosen])
    return found


def batches(lengths: list[int], rng: random.Random) -> Iterator[list[int]]:
    """Yields batches of similar length in random order."""
    order = sorted(range(len(lengths)), key=lambda n: lengths[n] + rng.random() * 4)
    cut = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    rng.shuffle(cut)
    yield from cut


@torch.no_grad()
def find_rate(model: BertModel, tokenizer: Tokenizer, queries: list[str], targets: torch.Tensor) -> float:
    """Returns how often a query's own target is the nearest of all targets."""
    rows = encode(tokenizer, queries)
    vectors = torch.cat([mean_vectors(model, rows[start : start + 128]) for start in range(0, len(rows), 128)])
    similarity = functional.normalize(vectors) @ functional.normalize(targets).T
    return float((similarity.argmax(1) == torch.arange(len(rows))).float().mean())


def adapt(model: BertModel, tokenizer: Tokenizer, pairs: list[tuple[str, str]], targets: torch.Tensor, epochs: int, rng: random.Random) -> Iterator[float]:
    """Trains in place; yields the running loss once every 100 steps."""
    rows = {"id": encode(tokenizer, [ind for _, ind in pairs]), "en": encode(tokenizer, [en for en, _ in pairs])}
    steps = epochs * (len(pairs) // BATCH + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=steps, pct_start=0.08, anneal_strategy="linear")
    step, running = 0, 0.0
    for _ in range(epochs):
        for chosen in batches([len(row) for row in rows["id"]], rng):
            texts = [rows["en" if rng.random() < ENGLISH_SHARE else "id"][n] for n in chosen]
            loss = distance(mean_vectors(model, texts), targets[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            step, running = step + 1, 0.98 * running + 0.02 * float(loss.detach()) if step else float(loss.detach())
            if step % 50 == 0:
                yield running


def distance(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Returns the mean of 1 − cosine plus an in-batch ranking loss, which keeps the vectors apart."""
    a, b = functional.normalize(vectors), functional.normalize(targets)
    ranking = functional.cross_entropy(20 * a @ b.T, torch.arange(len(a)))
    return (1 - (a * b).sum(1)).mean() + 0.1 * ranking


def without_dropout(model: torch.nn.Module) -> None:
    """Switches dropout off: on two cores it costs a third of the time, and one or two epochs do not overfit."""
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0


def run(data: Path, out: Path, epochs: int, seed: int) -> None:
    """Builds the extended model, adapts it and saves both; prints the find rate before and after."""
    started, rng = time.perf_counter(), random.Random(seed)  # noqa: S311  # reproducible, nothing secret
    torch.manual_seed(seed)
    folder = base_folder()
    word_pairs = sentence_pairs(data / "parallel/en_id.train.jsonl.xz")
    to_english = align([(ind, en) for en, ind in word_pairs])
    known = set(Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab())
    donor = Tokenizer.from_file("index/model/tokenizer.json")
    extra = new_tokens(vocabulary_texts(data), donor, known)
    tokenizer, model = extended_tokenizer(folder, extra), extended_model(folder, extra, to_english)
    without_dropout(model)
    print(f"{len(extra)} new tokens, {sum(t in to_english for t in extra)} with translations, {time.perf_counter() - started:.0f} s", flush=True)
    pairs = [(row["en"], row["id"]) for row in read_rows(data / "parallel/en_id.train.jsonl.xz")]
    valid = [(row["en"], row["id"]) for row in read_rows(data / "parallel/en_id.valid.jsonl.xz")]
    targets, valid_targets = teacher_vectors(folder, [en for en, _ in pairs]), teacher_vectors(folder, [en for en, _ in valid])
    print(f"before: {find_rate(model, tokenizer, [ind for _, ind in valid], valid_targets):.3f}", flush=True)
    for number, loss in enumerate(adapt(model, tokenizer, pairs, targets, epochs, rng)):
        print(f"step {50 * (number + 1)}: loss {loss:.4f}, {time.perf_counter() - started:.0f} s", flush=True)
    print(f"after: {find_rate(model, tokenizer, [ind for _, ind in valid], valid_targets):.3f}", flush=True)
    model.save_pretrained(out)
    tokenizer.save(str(out / "tokenizer.json"))


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    torch.set_num_threads(2)
    run(options.data, options.out, options.epochs, options.seed)


if __name__ == "__main__":
    main()
