"""Measures reading with the gold passage given: `python -m training.evaluate_reader --data DIR --reader var/reader`."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer

from qa.metrics import exact_match, token_f1
from training.news_questions import valid_rows
from training.reader_data import Example, windows_of
from training.reader_model import Inputs, Reader, autocast, encode, pad
from training.sources import read_rows

LONGEST_ANSWER_TOKENS = 30


class Reading(NamedTuple):
    """The best span of a context and the logit that it answers."""

    text: str
    answer_logit: float


def best_span(start: torch.Tensor, end: torch.Tensor) -> tuple[int, int]:
    """Returns the positions that maximise start + end with first ≤ last, at most LONGEST_ANSWER_TOKENS apart."""
    scores = start[:, None] + end[None, :]
    allowed = torch.ones_like(scores).triu().tril(LONGEST_ANSWER_TOKENS - 1).bool()
    flat = int(scores.masked_fill(~allowed, -1e9).argmax())
    return flat // len(end), flat % len(end)


@torch.no_grad()
def read(reader: Reader, inputs: Sequence[Inputs]) -> list[tuple[float, float, int, int]]:
    """Returns for each input its answer logit, span score and the answer's code points in the passage."""
    found: list[tuple[float, float, int, int]] = [(0.0, 0.0, 0, 0)] * len(inputs)
    order = sorted(range(len(inputs)), key=lambda n: len(inputs[n].ids))
    for at in range(0, len(order), 32):
        chosen = order[at : at + 32]
        with autocast():
            spans, answers = reader(*pad([inputs[n] for n in chosen]))
        for row, n in enumerate(chosen):
            low, high = inputs[n].passage_at, inputs[n].passage_at + len(inputs[n].offsets)
            start, end = spans[row, 0, low:high].float(), spans[row, 1, low:high].float()
            a, b = best_span(start, end)
            found[n] = (float(answers[row]), float(start[a] + end[b]), inputs[n].offsets[a][0], inputs[n].offsets[b][1])
    return found


def read_contexts(reader: Reader, tokenizer: Tokenizer, rows: Sequence[dict[str, Any]]) -> list[Reading]:
    """Reads each row's whole context in windows; the window that answers best speaks."""
    inputs, owners, passages = [], [], []
    for number, row in enumerate(rows):
        for window in windows_of(row["context"], number):
            encoded = encode(tokenizer, Example(row["question"], "", window.passage, None, None))
            if encoded is not None and encoded.offsets:
                inputs.append(encoded)
                owners.append(number)
                passages.append(window.passage)
    best = [Reading("", -99.0)] * len(rows)
    for owner, passage, (answer, _, a, b) in zip(owners, passages, read(reader, inputs), strict=True):
        if answer > best[owner].answer_logit:
            best[owner] = Reading(passage[a:b], answer)
    return best


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Returns the probability that a positive scores above a negative."""
    p, n = np.array(positive)[:, None], np.array(negative)[None, :]
    return float(((p > n) + 0.5 * (p == n)).mean())


def scores_of(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> dict[str, float]:
    """Returns F1 and EM of answerable rows, and with the best threshold over all, and the AUROC of the answer logit."""
    gold = [[a["text"] for a in row["answers"]] for row in rows]
    f1 = np.array([token_f1(r.text, g) if g else 0.0 for r, g in zip(readings, gold, strict=True)])
    em = np.array([exact_match(r.text, g) if g else 0.0 for r, g in zip(readings, gold, strict=True)])
    has, logits = np.array([bool(g) for g in gold]), np.array([r.answer_logit for r in readings])
    scores = {"answerable_f1": f1[has].mean(), "answerable_em": em[has].mean()}
    if not has.all():
        overall = [(np.where(logits > t, f1, ~has).mean(), np.where(logits > t, em, ~has).mean()) for t in np.unique(logits)]
        scores |= {"f1": max(overall)[0], "em": max(overall)[1], "auroc": auroc(list(logits[has]), list(logits[~has])), "always_abstain": (~has).mean()}
    return {name: round(float(value), 3) for name, value in scores.items()}


def validation(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Returns the rows that no model was trained on; a written question's context is its whole article."""
    files = {name: list(read_rows(data / f"qa/{name}.valid.jsonl.xz")) for name in ("wiki_native", "facqa")}
    return {**files, "written": valid_rows(data)}


def evaluate(reader: Reader, tokenizer: Tokenizer, data: Path, limit: int | None = None) -> dict[str, dict[str, float]]:
    """Returns the scores on the validation files and on the written questions, on `limit` rows of each if given."""
    reader.eval()
    table = {}
    for name, all_rows in validation(data).items():
        rows = all_rows[:: -(-len(all_rows) // limit)] if limit else all_rows
        table[name] = scores_of(rows, read_contexts(reader, tokenizer, rows))
    reader.train()
    return table


def main() -> None:
    """Reads the command line and prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True)
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(options.reader / "tokenizer.json"))
    print(json.dumps(evaluate(Reader.load(options.reader), tokenizer, options.data), indent=1))


if __name__ == "__main__":
    main()
