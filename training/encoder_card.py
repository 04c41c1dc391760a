"""Writes the model card of the encoder from what was measured, so that no number in it is typed by hand."""

import hashlib
import platform
from pathlib import Path
from typing import NamedTuple

from training.contrastive import MAX_TOKENS, Recipe
from training.evaluate_encoder import markdown_table
from training.sources import SOURCES, VALIDATION_SOURCES

Results = tuple[dict[str, dict[str, dict[str, float]]], dict[str, float]]

_CARD = """---
language: [id, en]
license: cc-by-sa-4.0
library_name: sentence-transformers
---

# A static encoder

A static encoder for Indonesian (and, less well, English) questions and news passages: one
{dimensions}-dimensional vector a WordPiece token ({vocabulary} tokens, lower-cased, accents stripped),
averaged and scaled to unit length. Trained from scratch (token vectors start as noise scaled by inverse
document frequency); there is no base model and no text from a language model.

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("var/static", device="cpu", local_files_only=True).float()
vectors = model.encode(["Kapan gaji ke-13 dibayar?"])  # (1, {dimensions}), unit length
```

The weights are stored as float16; `.float()` after loading makes the vectors float32, which FAISS needs.
Similarity is the inner product. No prompt or prefix; questions and passages are encoded alike.

## Training

Adagrad on the multiple-negatives ranking loss in both directions, cosines times {scale:g}, batches of
{batch}, peak rate {peak_rate:g} with a linear warm-up of {warmup:.0%} and a linear decay to 0, {epochs}
epochs, seed {seed}. Texts are cut at {max_tokens} tokens. Pairs whose passages come from the same text are
never each other's negatives. Pairs: question and passage (clean, and a share as typed on a phone), title
and lead, one sentence and its neighbours, translations in both directions. Made by `python -m
training.static_encoder --data DIR --out var/static` in {minutes:.1f} minutes ({cpu_minutes:.1f} minutes of
CPU time) on 2 cores of {cpu}, from reading the files to the saved weights.

| file | source, licence | sha256 |
|---|---|---|
{sources}

Test splits and the collection in `seeds/` were not used. Only looked at, to choose the recipe:

| file | source, licence | sha256 |
|---|---|---|
{validation}

## Measured

On the validation files above, with the saved weights. The recipe was chosen on these files, so the numbers
are optimistic. Questions are searched in all distinct contexts of train and valid (whole contexts, not
passages; copies that differ only in spacing or punctuation count once); the training contexts of that pool
were seen in training, with other questions. Left out are the 8 FacQA questions whose context has such a copy
in train. Still in: one more FacQA context of 183 that shares over half of its 8-word sequences with train,
and 5 contexts of 274 of wiki_native that share a sentence with a Wikipedia lead. BM25: Snowball Indonesian
stems. Fusion: .7 encoder, .3 BM25, each divided by the query's maximum; that weight was not tuned here.

{table}

{ms:.2f} ms a question (encoded alone, median), {rate:.0f} passages a second, on that CPU while shared.

## What it is bad at

- Word order and negation: it sees a bag of tokens ("A menggugat B" is "B menggugat A").
- Exact numbers, dates and rare names that fall into several tokens: keep a lexical leg beside it.
- Long texts: a mean over many sentences blurs; encode passages of three to five sentences.
- English questions on Indonesian passages: it learnt English from {translations} only.
- Regional languages (Javanese, Sundanese) and chat language beyond common abbreviations: never trained on.

## Licence

Weights: CC BY-SA 4.0. Attribution: the sources in the tables above (Wikipedia and its contributors,
IDK-MRC, TyDiQA, SQuAD, FacQA, QASiNa, IndoSum, Tatoeba, NTREX-128, FLORES-200, TICO-19, TALPCo, Universal
Dependencies, NusaX, tldr-pages, React documentation, Open Source Guides).

`model.safetensors`: {weight_bytes:,} bytes, sha256 `{weights}`
"""


class Cost(NamedTuple):
    """Wall and CPU time of a training run, in seconds."""

    wall_seconds: float
    cpu_seconds: float


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cpu_name() -> str:
    """The processor's name as the kernel gives it, else the architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _rows(data: Path, files: dict[str, str]) -> str:
    return "\n".join(f"| `{name}` | {source} | `{sha256(data / name)}` |" for name, source in files.items())


def card_text(data: Path, folder: Path, recipe: Recipe, cost: Cost, results: Results) -> str:
    """Returns the Markdown of `README.md` for the weights in `folder`, trained and measured on `data`."""
    table, speeds = results
    weights = folder / "model.safetensors"
    return _CARD.format(
        dimensions=recipe.dimensions, vocabulary=recipe.vocabulary, scale=recipe.scale, batch=recipe.batch,
        peak_rate=recipe.peak_rate, warmup=recipe.warmup_share, epochs=recipe.epochs, seed=recipe.seed,
        max_tokens=MAX_TOKENS, minutes=cost.wall_seconds / 60, cpu_minutes=cost.cpu_seconds / 60,
        cpu=cpu_name(),
        sources=_rows(data, SOURCES), validation=_rows(data, VALIDATION_SOURCES),
        table=markdown_table(table),
        ms=speeds["ms_a_question"], rate=speeds["passages_a_second"], translations="27,591 sentence pairs",
        weight_bytes=weights.stat().st_size, weights=sha256(weights),
    )  # fmt: skip
