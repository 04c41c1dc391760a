"""In-batch contrastive training of one table of token vectors; nothing else is learnt.

The loss is the multiple-negatives ranking loss of Sentence Transformers (cross-entropy over scaled cosines,
here in both directions). An own loop because it tokenizes once: epochs over 600,000 pairs take minutes
on two cores.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from training.pairs import Pair

MAX_TOKENS = 160
"""Tokens of a training text; four sentences of news are about 110."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run depends on besides the data; `peak_rate` is Adagrad's, `scale` multiplies cosines."""

    vocabulary: int = 40_000
    dimensions: int = 256
    epochs: int = 2
    batch: int = 1024
    peak_rate: float = 0.3
    warmup_share: float = 0.1
    scale: float = 20.0
    seed: int = 20261122


@dataclass(frozen=True, slots=True)
class TokenLists:
    """Ragged token ids: text i is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    def bag(self, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns flat token ids and the start of each row, as `embedding_bag` wants them."""
        lengths = self.offsets[rows + 1] - self.offsets[rows]
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        shift = np.repeat(self.offsets[rows] - starts, lengths)
        flat = self.ids[np.arange(lengths.sum()) + shift]
        return torch.from_numpy(flat), torch.from_numpy(starts.astype(np.int32))


@dataclass(frozen=True, slots=True)
class TokenizedPairs:
    """Pairs ready for training; `groups` is (pairs,), `rows` names a pair as often as an epoch repeats it."""

    anchors: TokenLists
    passages: TokenLists
    groups: torch.Tensor
    rows: npt.NDArray[np.int64]


def tokenize(tokenizer: Tokenizer, texts: Sequence[str], slice_lines: int = 20_000) -> TokenLists:
    """Tokenizes each distinct line once and joins a text's lines, cut to `MAX_TOKENS`.

    A line break is white space to the tokenizer, so this equals tokenizing whole texts. The same sentence
    stands in several pairs of an article; without this, tokenizing took longer than an epoch. In slices,
    since all encodings at once would take gigabytes.
    """
    lines = list(dict.fromkeys(line for text in texts for line in text.split("\n")))
    ids_of: dict[str, npt.NDArray[np.int32]] = {}
    for at in range(0, len(lines), slice_lines):
        part = lines[at : at + slice_lines]
        for line, encoding in zip(part, tokenizer.encode_batch_fast(part, add_special_tokens=False), strict=True):
            ids_of[line] = np.asarray(encoding.ids, dtype=np.int32)
    parts = [np.concatenate([ids_of[line] for line in text.split("\n")])[:MAX_TOKENS] for text in texts]
    lengths = np.fromiter((len(part) for part in parts), dtype=np.int64, count=len(parts))
    return TokenLists(np.concatenate(parts), np.concatenate(([0], np.cumsum(lengths))))


def batches(rows: npt.NDArray[np.int64], size: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Yields the shuffled rows in full batches; the rest, under one batch, sits out this epoch."""
    order = rng.permutation(rows)
    for at in range(0, len(rows) - size + 1, size):
        yield order[at : at + size]


def ranking_loss(anchors: torch.Tensor, passages: torch.Tensor, groups: torch.Tensor, scale: float) -> torch.Tensor:
    """Mean cross-entropy of finding row i's passage (and its anchor) among the batch.

    `anchors` and `passages` are (batch, dimensions), `groups` is (batch,). Another pair of the same group
    (the same passage under another question, another part of an article) is no negative: it is masked.
    """
    scores = scale * functional.normalize(anchors, dim=1) @ functional.normalize(passages, dim=1).T
    same = groups[:, None] == groups[None, :]
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, float("-inf"))
    target = torch.arange(len(scores))
    return (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2


def train_vectors(pairs: Sequence[Pair], tokenizer: Tokenizer, recipe: Recipe) -> torch.Tensor:
    """Returns the trained token vectors, float32 (vocabulary, dimensions)."""
    return fit(tokenize_pairs(pairs, tokenizer), tokenizer.get_vocab_size(), recipe)


def tokenize_pairs(pairs: Sequence[Pair], tokenizer: Tokenizer) -> TokenizedPairs:
    """Tokenizes each pair once, however often it is repeated in an epoch."""
    texts = tokenize(tokenizer, [pair.anchor for pair in pairs] + [pair.passage for pair in pairs])
    return TokenizedPairs(
        TokenLists(texts.ids, texts.offsets[: len(pairs) + 1]),
        TokenLists(texts.ids, texts.offsets[len(pairs) :]),
        torch.tensor([pair.group for pair in pairs]),
        np.repeat(np.arange(len(pairs)), [pair.copies for pair in pairs]),
    )


def weighted_noise(texts: TokenLists, vocabulary: int, dimensions: int) -> torch.Tensor:
    """Normal noise (vocabulary, dimensions), each row times its token's inverse document frequency (mean 1).

    Random rows are nearly orthogonal, so before any training the cosine is that of tf-idf vectors: R@1 .51 on
    wiki_native.valid, against .27 with equal rows. Training then only has to add what words have in common.
    """
    text_of = np.repeat(np.arange(len(texts.offsets) - 1), np.diff(texts.offsets))
    distinct = np.unique(text_of * vocabulary + texts.ids[texts.offsets[0] : texts.offsets[-1]])
    found_in = np.bincount(distinct % vocabulary, minlength=vocabulary)
    rarity = np.log((len(texts.offsets) + 1) / (found_in + 1))
    return torch.randn(vocabulary, dimensions) * torch.from_numpy(rarity / rarity.mean()).float()[:, None]


def fit(pairs: TokenizedPairs, vocabulary: int, recipe: Recipe) -> torch.Tensor:
    """Trains (vocabulary, dimensions) vectors with Adagrad, a linear warm-up and a linear decay to zero."""
    torch.manual_seed(recipe.seed)
    size = min(recipe.batch, len(pairs.rows))
    steps = recipe.epochs * (len(pairs.rows) // size)
    vectors = torch.nn.Parameter(weighted_noise(pairs.passages, vocabulary, recipe.dimensions))
    # Adam's momentum lets one example overwrite a rare token; Adagrad's step shrinks with use and has none.
    # Measured they are level (R@1 .561 and .548 on wiki_native.valid, 294 questions).
    optimizer = torch.optim.Adagrad([vectors], lr=recipe.peak_rate, fused=True)
    warmup = max(1, int(steps * recipe.warmup_share))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warmup, (steps - step) / max(1, steps - warmup)))
    rng, started = np.random.default_rng(recipe.seed), time.perf_counter()
    order = (rows for _ in range(recipe.epochs) for rows in batches(pairs.rows, size, rng))
    for step, rows in enumerate(order):
        loss = _batch_loss(vectors, pairs, rows, recipe.scale)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves backward untyped
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            print(
                f"step {step}/{steps} loss {loss.item():.3f} {time.perf_counter() - started:.0f} s",
                flush=True,
            )
    return vectors.detach()


def _batch_loss(vectors: torch.Tensor, pairs: TokenizedPairs, rows: npt.NDArray[np.int64], scale: float) -> torch.Tensor:
    anchors, passages = _embed(vectors, pairs.anchors, rows), _embed(vectors, pairs.passages, rows)
    return ranking_loss(anchors, passages, pairs.groups[rows], scale)


def _embed(vectors: torch.Tensor, texts: TokenLists, rows: npt.NDArray[np.int64]) -> torch.Tensor:
    ids, starts = texts.bag(rows)
    return functional.embedding_bag(ids, vectors, starts, mode="mean")
