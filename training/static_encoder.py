"""Trains a static encoder (the first version, the one to beat): `python -m training.static_encoder --data DIR --out var/static`."""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

from training.contrastive import Recipe, train_vectors
from training.encoder_card import Cost, card_text
from training.evaluate_encoder import evaluate
from training.pairs import Pair, all_pairs
from training.vocabulary import train_tokenizer

WIKIPEDIA_SHARE_OF_VOCABULARY = 8
"""One Wikipedia pair in so many shapes the vocabulary; all would crowd out news words with names."""


def vocabulary_texts(pairs: dict[str, list[Pair]]) -> Iterator[str]:
    """Yields the texts the vocabulary is made from: all small files, and a share of Wikipedia."""
    for kind, members in pairs.items():
        for pair in members[::WIKIPEDIA_SHARE_OF_VOCABULARY] if kind == "wikipedia" else members:
            yield pair.anchor
            yield pair.passage


def train(pairs: Sequence[Pair], vocabulary: Iterator[str], recipe: Recipe) -> SentenceTransformer:
    """Trains a tokenizer and its vectors; returns mean pooling of them with unit length, in float16."""
    tokenizer = train_tokenizer(vocabulary, recipe.vocabulary)
    print(f"vocabulary of {tokenizer.get_vocab_size()} tokens, {len(pairs)} pairs", flush=True)
    return as_model(tokenizer, train_vectors(pairs, tokenizer, recipe))


def as_model(tokenizer: Tokenizer, vectors: torch.Tensor) -> SentenceTransformer:
    """Wraps token vectors (vocabulary, dimensions) as a model; float16 halves the file."""
    modules: list[torch.nn.Module] = [StaticEmbedding(tokenizer, embedding_weights=vectors), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu").half()


def save(model: SentenceTransformer, folder: Path) -> None:
    """Writes the model beside `folder`, then takes its place, so that a reader never finds half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        fresh, old = Path(temporary) / "new", Path(temporary) / "old"
        model.save(str(fresh), create_model_card=False)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    (folder / "model.safetensors").chmod(0o644)


def run(data: Path, out: Path, recipe: Recipe) -> None:
    """Trains on the data folder, saves, measures on the validation files and writes the card."""
    started, cpu_started = time.perf_counter(), time.process_time()
    pairs = all_pairs(data, random.Random(recipe.seed))  # noqa: S311  # reproducible pairs, nothing secret
    print({kind: len(members) for kind, members in pairs.items()}, flush=True)
    flat = [pair for members in pairs.values() for pair in members]
    model = train(flat, vocabulary_texts(pairs), recipe)
    save(model, out)
    cost = Cost(time.perf_counter() - started, time.process_time() - cpu_started)
    table, speeds = evaluate(data, out)
    card = card_text(data, out, recipe, cost, (table, speeds))
    (out / "README.md").write_text(card, encoding="utf-8")
    print(card)


def main() -> None:
    """Reads the command line; the defaults are the recipe of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/, text/ and parallel/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model, replaced when done")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    options = parser.parse_args()
    torch.set_num_threads(2)
    run(options.data, options.out, Recipe(epochs=options.epochs, seed=options.seed))


if __name__ == "__main__":
    main()
