"""Nearest vectors: order, limits, allowed rows, and what a damaged file does."""

from pathlib import Path

import numpy as np
import pytest

from index.datatypes import Vectors
from index.dense import FILE, DenseIndex, Rows, write_vectors
from index.errors import IndexDamagedError

# Cosines with (1, 0): 1, 0.6, 0, -1.
VECTORS = np.array([[0.6, 0.8], [1, 0], [-1, 0], [0, 1]], dtype=np.float32)
QUERY = np.array([1, 0], dtype=np.float32)


@pytest.fixture
def dense(tmp_path: Path) -> DenseIndex:
    write_vectors(VECTORS, tmp_path)
    return DenseIndex(tmp_path)


def rows(*numbers: int) -> Rows:
    return np.array(numbers, dtype=np.int64)


def random_vectors(count: int, dimension: int) -> Vectors:
    vectors = np.random.default_rng(7).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_the_best_cosine_comes_first(dense: DenseIndex) -> None:
    assert [row for row, _ in dense.search(QUERY, 4, None)] == [1, 0, 3, 2]


def test_the_score_is_the_cosine(dense: DenseIndex) -> None:
    assert [score for _, score in dense.search(QUERY, 4, None)] == pytest.approx([1, 0.6, 0, -1])


def test_at_most_limit_rows_are_found(dense: DenseIndex) -> None:
    assert [row for row, _ in dense.search(QUERY, 2, None)] == [1, 0]


def test_a_limit_above_the_size_finds_every_row_once(dense: DenseIndex) -> None:
    assert sorted(row for row, _ in dense.search(QUERY, 99, None)) == [0, 1, 2, 3]


@pytest.mark.parametrize(("allowed", "expected"), [((0, 2), [0, 2]), ((3,), [3]), ((2, 3), [3, 2]), ((), [])])
def test_only_allowed_rows_are_found(dense: DenseIndex, allowed: tuple[int, ...], expected: list[int]) -> None:
    assert [row for row, _ in dense.search(QUERY, 4, rows(*allowed))] == expected


def test_a_limit_of_zero_finds_nothing(dense: DenseIndex) -> None:
    assert dense.search(QUERY, 0, None) == []


def test_a_filter_costs_no_recall(tmp_path: Path) -> None:
    vectors = random_vectors(500, 16)
    write_vectors(vectors, tmp_path)
    allowed = rows(*range(3, 500, 7))
    exact = allowed[np.argsort(-(vectors[allowed] @ vectors[0]))][:10]
    assert [row for row, _ in DenseIndex(tmp_path).search(vectors[0], 10, allowed)] == exact.tolist()


def test_stored_vectors_come_back_unchanged_in_the_order_asked(dense: DenseIndex) -> None:
    np.testing.assert_array_equal(dense.vectors(rows(2, 0)), VECTORS[[2, 0]])


def test_no_rows_give_an_empty_array_of_the_right_width(dense: DenseIndex) -> None:
    assert dense.vectors(rows()).shape == (0, 2)


def test_size_and_dimension_are_those_written(dense: DenseIndex) -> None:
    assert (len(dense), dense.dimension) == (4, 2)


def test_vectors_that_are_not_contiguous_are_written_right(tmp_path: Path) -> None:
    write_vectors(VECTORS[:, ::-1], tmp_path)
    np.testing.assert_array_equal(DenseIndex(tmp_path).vectors(rows(0)), [[np.float32(0.8), np.float32(0.6)]])


@pytest.mark.parametrize("content", [None, b"", b"no index", "half"])
def test_a_missing_or_damaged_file_is_named(tmp_path: Path, content: bytes | str | None) -> None:
    write_vectors(VECTORS, tmp_path)
    path = tmp_path / FILE
    whole = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    with pytest.raises(IndexDamagedError, match=FILE):
        DenseIndex(tmp_path)
