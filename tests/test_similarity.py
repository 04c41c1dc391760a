"""Words compared by their vectors: each encoded once, the best match of a question word never below 0."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from fakes import SynonymEncoder, TableEncoder

from index.datatypes import Vectors
from qa.similarity import MOST_WORDS, Matcher, WordVectors

# Unit vectors, so the cosines are 0.6, 0.8 and -1.
TABLE = {"camat": [1.0, 0.0], "lurah": [0.6, 0.8], "pasar": [0.0, 1.0], "lawan": [-1.0, 0.0]}


def test_words_have_the_vectors_of_the_encoder_in_the_order_asked() -> None:
    found = WordVectors(TableEncoder(TABLE)).of(["pasar", "camat", "pasar"])
    assert found.tolist() == [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]


def test_no_words_have_no_vectors_of_the_right_width() -> None:
    assert WordVectors(TableEncoder(TABLE)).of([]).shape == (0, 2)


def test_each_word_is_encoded_once() -> None:
    encoder = TableEncoder(TABLE)
    vectors = WordVectors(encoder)
    for words in (["camat", "camat"], ["pasar", "camat"], ["camat", "pasar"]):
        vectors.of(words)
    assert encoder.counts == {"camat": 1, "pasar": 1}


def test_whole_texts_are_encoded_as_they_are() -> None:
    assert WordVectors(TableEncoder({"camat pasar": [0.8, 0.6]})).encode(["camat pasar"]).tolist() == [[np.float32(0.8), np.float32(0.6)]]


class AnyWord(TableEncoder):
    """Encodes a number as itself."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.counts.update(texts)
        return np.array([[float(text)] for text in texts], dtype=np.float32)


def test_full_memory_is_emptied_and_still_gives_every_vector() -> None:
    vectors = WordVectors(AnyWord({}, 1))
    vectors.of([str(n) for n in range(MOST_WORDS)])
    # One known word and one too many: both must be encoded again after the memory was emptied.
    assert vectors.of(["7", str(MOST_WORDS)]).tolist() == [[7.0], [float(MOST_WORDS)]]


def test_memory_below_its_limit_is_kept() -> None:
    encoder = AnyWord({}, 1)
    vectors = WordVectors(encoder)
    vectors.of([str(n) for n in range(MOST_WORDS - 1)])
    vectors.of(["7", str(MOST_WORDS)])
    assert encoder.counts["7"] == 1


def test_threads_encode_each_word_once() -> None:
    encoder = AnyWord({}, 1)
    vectors = WordVectors(encoder)
    words = [str(n) for n in range(500)]
    threads = [threading.Thread(target=vectors.of, args=(words,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(encoder.counts.values()) == {1}


@pytest.mark.parametrize(
    ("words", "best"),
    [
        (["camat"], [1.0, 0.0]),
        (["lurah"], [0.6, 0.8]),
        (["camat", "lurah"], [1.0, 0.8]),
        (["lurah", "lurah"], [0.6, 0.8]),
        (["lawan"], [0.0, 0.0]),
        (["lawan", "lurah"], [0.6, 0.8]),
        (["asing"], [0.0, 0.0]),
        (["asing", "lurah"], [0.6, 0.8]),
        ([], [0.0, 0.0]),
    ],
)
def test_best_match_is_the_highest_cosine_and_at_least_zero(words: list[str], best: list[float]) -> None:
    matcher = Matcher(["camat", "pasar"], ["camat", "lawan", "lurah"], WordVectors(TableEncoder(TABLE)))
    assert matcher.best(words).tolist() == pytest.approx(best)


@pytest.mark.parametrize(("asked", "held", "shape"), [([], ["camat"], (0,)), (["camat"], [], (1,)), ([], [], (0,))])
def test_question_or_article_without_words_matches_nothing(asked: list[str], held: list[str], shape: tuple[int]) -> None:
    best = Matcher(asked, held, WordVectors(TableEncoder(TABLE))).best(held)
    assert (best.shape, best.sum()) == (shape, 0.0)


def test_synonym_matches_like_the_word_itself() -> None:
    vectors = WordVectors(SynonymEncoder({"memimpin": "ketua"}))
    assert Matcher(["memimpin"], ["ketua", "pasar"], vectors).best(["ketua"]).tolist() == pytest.approx([1.0])
