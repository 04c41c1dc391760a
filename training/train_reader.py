"""Trains the reader: `python -m training.train_reader --data DIR --base var/reader-base --out var/reader`.

One pass over the examples in batches of similar length, bf16 autocast, no dropout; a checkpoint and the scores on the validation
files every `CHECKPOINT_STEPS` steps. The head predicts the answer's first and last token and whether there is one.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from index.sentences import split_sentences
from training.adapt_reader import without_dropout
from training.evaluate_reader import evaluate
from training.lexicon import align, sentence_pairs
from training.reader_data import NEGATIVES_FROM, Bm25, Example, Varied, Window, clean_answer, read_examples, swapped, windows_of
from training.reader_model import Inputs, Reader, encode, pad
from training.sources import read_rows
from training.synthetic_questions import ask_about

TOKENS_A_BATCH = 5_000
PEAK_RATE = 3e-4
CHECKPOINT_STEPS = 600
FILES = {"wiki_native.train": 2, "facqa.train": 3, "squad_id_translated": 1, "qasina": 2}
"""How often each file is gone through; each time with other windows, negatives and wording."""


class Share(NamedTuple):
    """Shares of questions that get each kind of passage that does not answer, and of synthetic questions kept."""

    mined: float = 0.75
    same_text: float = 0.4
    swapped: float = 0.3
    squad_unanswerable: float = 0.4


def synthetic(data: Path, news: int, leads: int, without: set[str], rng: random.Random, first_id: int) -> list[tuple[Example, Window]]:
    """Returns examples asked about IndoSum articles (those of `without` left out, by first letters) and Wikipedia leads."""
    rows = [row for row in read_rows(data / "text/indosum_articles.jsonl.xz") if row["body"][:60] not in without]
    found = _synthetic(rows, news, rng, first_id)
    some = [row for n, row in enumerate(read_rows(data / "text/wikipedia_id_leads.jsonl.xz")) if n % 25 == 0]
    return found + _synthetic(some, leads, rng, first_id + len(rows))


def _synthetic(rows: list[dict[str, str]], wanted: int, rng: random.Random, first_id: int) -> list[tuple[Example, Window]]:
    found: list[tuple[Example, Window]] = []
    for number, row in enumerate(rows):
        windows = windows_of(row["body"], first_id + number)
        for window in windows:
            spans = split_sentences(window.passage)
            asked = [(q, s.start + a, s.start + b) for s in spans for q, a, b in ask_about(window.passage[slice(*s)], rng)]
            for question, start, end in rng.sample(asked, min(2, len(asked))):
                header = row["title"] if rng.random() < 0.6 else ""
                found.append((Example(question, header, window.passage, start, end), window))
    return rng.sample(found, min(wanted, len(found)))


def examples(data: Path, without: set[str], rng: random.Random, share: Share) -> list[Example]:
    """Returns all training examples, shuffled; reads no validation file."""
    made: list[tuple[Example, Window]] = []
    passages: dict[tuple[int, int], Window] = {}
    for number, (name, times) in enumerate(FILES.items()):
        path = data / f"qa/{name}.jsonl.xz"
        for time_number in range(times):
            rows = list(read_examples(path, number * 100_000, rng))
            if name.startswith("squad"):
                rows = [r for r in rows if r[0].start is not None or rng.random() < share.squad_unanswerable]
            made += rows if time_number == 0 or name != "qasina" else rows[::2]
    made += synthetic(data, 9_000, 4_000, without, rng, 1_000_000)
    passages.update({(w.text_id, w.start): w for _, w in made})
    pool = list(passages.values())
    return _with_negatives(made, pool, data, rng, share)


def _with_negatives(made: list[tuple[Example, Window]], pool: list[Window], data: Path, rng: random.Random, share: Share) -> list[Example]:
    pairs = sentence_pairs(data / "parallel/en_id.train.jsonl.xz")
    vary = Varied(align([(b, a) for a, b in pairs]), align(pairs), rng)
    bm25 = Bm25([w.passage for w in pool])
    by_text: dict[int, list[Window]] = {}
    for window in pool:
        by_text.setdefault(window.text_id, []).append(window)
    names = [name for e, _ in made[::7] if e.start is not None and (name := clean_answer(e))[0].isupper() and len(name) < 40]
    found: list[Example] = []
    answered = [(e, w) for e, w in made if e.start is not None]
    found += [e._replace(question=vary(e.question)) for e, _ in made]
    for (example, window), best in zip(answered, bm25.top([e.question for e, _ in answered], NEGATIVES_FROM), strict=True):
        answer = clean_answer(example).casefold()
        if rng.random() < share.mined:
            others = [pool[n] for n in best if pool[n].text_id != window.text_id and answer not in pool[n].passage.casefold()]
            found += [_unanswered(example, rng.choice(others), vary)] if others else []
        if rng.random() < share.same_text:
            others = [w for w in by_text[window.text_id] if answer not in w.passage.casefold()]
            found += [_unanswered(example, rng.choice(others), vary, example.header)] if others else []
        if rng.random() < share.swapped:
            question = swapped(example.question, example.header + example.passage, names, rng)
            found += [Example(vary(question), example.header, example.passage, None, None)] if question else []
    rng.shuffle(found)
    return found


def _unanswered(example: Example, window: Window, vary: Varied, header: str = "") -> Example:
    return Example(vary(example.question), header, window.passage, None, None)


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
    padded = pad(batch)
    with torch.autocast("cpu", torch.bfloat16):
        spans, answers = reader(*padded)
    has = torch.tensor([i.first is not None for i in batch])
    loss = functional.binary_cross_entropy_with_logits(answers.float(), has.float())
    if has.any():
        first = torch.tensor([i.first for i in batch if i.first is not None])
        last = torch.tensor([i.last for i in batch if i.last is not None])
        span = spans[has].float()
        loss = loss + 0.5 * (functional.cross_entropy(span[:, 0], first) + functional.cross_entropy(span[:, 1], last)) * has.float().mean() * 2
    return loss


def train(reader: Reader, tokenizer: Tokenizer, made: Sequence[Example], out: Path, data: Path, rng: random.Random) -> None:
    """Trains in place, saving and measuring on the way."""
    inputs = [i for e in made if (i := encode(tokenizer, e)) is not None]
    cut = list(batches(inputs, rng))
    print(f"{len(inputs)} examples, {sum(i.first is not None for i in inputs)} with an answer, {len(cut)} steps", flush=True)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=PEAK_RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=len(cut), pct_start=0.06, anneal_strategy="linear")
    started, running = time.perf_counter(), 0.0
    for step, batch in enumerate(cut, 1):
        loss = loss_of(reader, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        running += 0.02 * (float(loss.detach()) - running) if step > 1 else float(loss.detach())
        if step % 50 == 0:
            print(f"step {step}: loss {running:.3f}, {time.perf_counter() - started:.0f} s", flush=True)
        if step % CHECKPOINT_STEPS == 0 or step == len(cut):
            reader.save(out, tokenizer)
            print(json.dumps(evaluate(reader, tokenizer, data, 250 if step < len(cut) else None)), flush=True)


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=Path, default=Path("tests/testset/news_dev.jsonl"), help="test set whose articles ask no synthetic questions")
    parser.add_argument("--limit", type=int, default=None, help="train on so many examples, for a trial")
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311  # reproducible, nothing secret
    made = examples(options.data, articles_of(options.without), rng, Share())[: options.limit]
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    reader = Reader(BertModel.from_pretrained(options.base, add_pooling_layer=False))
    without_dropout(reader)
    train(reader, tokenizer, made, options.out, options.data, rng)


def articles_of(testset: Path) -> set[str]:
    """Returns the first 60 characters of the articles that a test set's evidence comes from."""
    ids = {evidence["article_id"] for line in testset.read_text(encoding="utf-8").splitlines() for evidence in json.loads(line)["evidence"]}
    corpus = read_rows(testset.with_name(testset.stem + ".corpus.jsonl.xz"))
    return {row["text"][:60] for row in corpus if row["article_id"] in ids}


if __name__ == "__main__":
    main()
