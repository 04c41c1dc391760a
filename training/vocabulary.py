"""Trains the WordPiece vocabulary of the encoder."""

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Returns a lower-casing WordPiece tokenizer with at most `vocabulary` tokens.

    Accents are stripped: they tell no Indonesian words apart, and names are typed without ("Pele").
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    # An alphabet of 300 leaves the slots to words: a character costs two, and rare scripts are not asked.
    trainer = trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=["[PAD]", UNKNOWN], limit_alphabet=300, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
