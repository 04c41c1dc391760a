"""Words of a question compared with words of sentences by meaning: "memimpin" is near "ketua", "mayor" near "wali kota".

Every word is encoded on its own; a question word's best match in a sentence says how well the sentence covers it. This
is the late interaction of ColBERT (Khattab and Zaharia 2020) with the encoder's own word vectors, weighted by rarity.
"""

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.datatypes import Encoder, Vectors

MOST_WORDS = 200_000
Matches = npt.NDArray[np.float32]


class WordVectors:
    """Unit vectors of single words, encoded once each. Safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        """Encode words by `encoder`."""
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the encoder's vectors of whole texts, shape (len(texts), dimension)."""
        return self._encoder.encode(texts)

    def of(self, words: Sequence[str]) -> Vectors:
        """Return the vectors of the words, shape (len(words), dimension)."""
        with self._lock:
            if missing := list(dict.fromkeys(w for w in words if w not in self._known)):
                if len(self._known) + len(missing) > MOST_WORDS:
                    self._known.clear()
                    missing = list(dict.fromkeys(words))
                self._known.update(zip(missing, self._encoder.encode(missing), strict=True))
            if not words:
                return np.zeros((0, self._encoder.dimension), dtype=np.float32)
            return np.stack([self._known[w] for w in words])


class Matcher:
    """How well each word of one question is matched by any word of a text of one article."""

    def __init__(self, question_words: Sequence[str], article_words: Sequence[str], vectors: WordVectors) -> None:
        """Compare all question words with all distinct words of the article at once."""
        self._row = {w: n for n, w in enumerate(article_words)}
        self._cosines: Matches = vectors.of(question_words) @ vectors.of(article_words).T
        self._none: Matches = np.zeros(len(question_words), dtype=np.float32)

    def best(self, words: Sequence[str]) -> Matches:
        """Return the best cosine of each question word among `words`, shape (question words,); 0 without words."""
        rows = [self._row[w] for w in words if w in self._row]
        return np.maximum(self._cosines[:, rows].max(axis=1), 0) if rows else self._none
