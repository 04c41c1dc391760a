"""The reader as a torch model: a BERT encoder, a head for the answer's place and one for whether there is an answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from training.reader_data import Example

QUESTION_TOKENS = 48
HEADER_TOKENS = 24
MAX_TOKENS = 256


def autocast() -> torch.autocast:
    """Returns bfloat16 autocasting where the processor multiplies tiles of such numbers, else a context that does nothing.

    With AVX512_BF16 alone a training step took 5.1 seconds instead of 4.2.
    """
    native = torch.cpu._is_amx_tile_supported()
    return torch.autocast("cpu", torch.bfloat16, enabled=native)


class Inputs(NamedTuple):
    """One encoded example: `[CLS] question [SEP] header [SEP] passage [SEP]`; the passage starts at `passage_at`.

    `offsets` are code points of the passage, one pair a passage token; `first` and `last` are token positions.
    """

    ids: list[int]
    passage_at: int
    offsets: list[tuple[int, int]]
    first: int | None
    last: int | None


class Reader(torch.nn.Module):
    """Returns span logits (batch, 2, tokens), −1e4 outside the passage, and answer logits (batch,)."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.span = torch.nn.Linear(width, 2)
        self.hidden = torch.nn.Linear(width, width)
        self.answer = torch.nn.Linear(width, 1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Takes three int64 tensors (batch, tokens); `types` is 2 on the passage, 1 on the header, else 0."""
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types.clamp(max=1)).last_hidden_state
        spans = self.span(states).transpose(1, 2)
        spans = spans + (types != 2)[:, None, :].to(spans.dtype) * -1e4
        return spans, self.answer(torch.tanh(self.hidden(states[:, 0]))).squeeze(-1)

    def save(self, folder: Path, tokenizer: Tokenizer) -> None:
        """Writes weights, configuration and tokenizer."""
        folder.mkdir(parents=True, exist_ok=True)
        self.encoder.config.save_pretrained(folder)
        torch.save(self.state_dict(), folder / "reader.pt")
        tokenizer.save(str(folder / "tokenizer.json"))

    @classmethod
    def load(cls, folder: Path) -> "Reader":
        """Reads what `save` wrote."""
        from transformers import BertConfig

        reader = cls(BertModel(BertConfig.from_pretrained(folder, attn_implementation="eager"), add_pooling_layer=False))
        reader.load_state_dict(torch.load(folder / "reader.pt", weights_only=True))
        return reader.eval()


def encode(tokenizer: Tokenizer, example: Example) -> Inputs | None:
    """Returns token ids and the answer's token positions; None when truncation cut the answer off."""
    question = tokenizer.encode(example.question, add_special_tokens=False).ids[:QUESTION_TOKENS]
    header = tokenizer.encode(example.header, add_special_tokens=False).ids[:HEADER_TOKENS]
    passage = tokenizer.encode(example.passage, add_special_tokens=False)
    cls, sep = tokenizer.encode("").ids  # [CLS] [SEP]
    front = [cls, *question, sep, *header, sep]
    room = MAX_TOKENS - len(front) - 1
    ids, offsets = passage.ids[:room], passage.offsets[:room]
    first = last = None
    if example.start is not None and example.end is not None:
        inside = [n for n, (a, b) in enumerate(offsets) if b > example.start and a < example.end]
        if not inside or offsets[-1][1] < example.end:
            return None
        first, last = len(front) + inside[0], len(front) + inside[-1]
    return Inputs([*front, *ids, sep], len(front), offsets, first, last)


def pad(batch: Sequence[Inputs]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Returns ids, mask and types, each (batch, longest)."""
    longest = max(len(i.ids) for i in batch)
    ids = torch.tensor([i.ids + [0] * (longest - len(i.ids)) for i in batch])
    mask = torch.tensor([[1] * len(i.ids) + [0] * (longest - len(i.ids)) for i in batch])
    return ids, mask, torch.tensor([types_of(i, longest) for i in batch])


def types_of(item: Inputs, longest: int) -> list[int]:
    """Returns 0 on the question, 1 on header and last separator, 2 on the passage, 0 on padding."""
    header_at = item.ids.index(item.ids[-1]) + 1
    types = [0] * header_at + [1] * (item.passage_at - header_at) + [2] * len(item.offsets) + [1]
    return types + [0] * (longest - len(types))
