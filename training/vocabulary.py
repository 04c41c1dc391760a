"""Trains the WordPiece vocabulary of the encoder."""

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Returns a lower-casing WordPiece tokenizer with at most `vocabulary` tokens.

    Accents are stripped: no Indonesian word is told apart by one, and names are typed without ("Pelé", "Pele").
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    # An alphabet of 300 leaves the slots to words: each character costs two tokens, and rare scripts are no questions.
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=["[PAD]", UNKNOWN], limit_alphabet=300, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
