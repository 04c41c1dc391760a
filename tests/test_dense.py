"""Nearest vectors: order, limits, allowed rows, and what a damaged file does."""

from pathlib import Path

import numpy as np
import pytest

from index.datatypes import Vectors
from index.dense import EXACT_UP_TO, FILE, HALVES, DenseIndex, Kind, Rows, kind_for, write_vectors
from index.errors import IndexDamagedError

# Cosines with (1, 0): 1, 0.6, 0, -1.
VECTORS = np.array([[0.6, 0.8], [1, 0], [-1, 0], [0, 1]], dtype=np.float32)
QUERY = np.array([1, 0], dtype=np.float32)


@pytest.fixture
def dense(tmp_path: Path) -> DenseIndex:
    write_vectors([VECTORS], tmp_path)
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
    write_vectors([vectors], tmp_path)
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
    write_vectors([VECTORS[:, ::-1]], tmp_path)
    np.testing.assert_array_equal(DenseIndex(tmp_path).vectors(rows(0)), [[np.float32(0.8), np.float32(0.6)]])


@pytest.mark.parametrize("content", [None, b"", b"no index", "half"])
def test_a_missing_or_damaged_file_is_named(tmp_path: Path, content: bytes | str | None) -> None:
    write_vectors([VECTORS], tmp_path)
    path = tmp_path / FILE
    whole = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    with pytest.raises(IndexDamagedError, match=FILE):
        DenseIndex(tmp_path)


# Other kinds


LOSSY = [Kind.RABITQ, Kind.HNSW]


@pytest.fixture(params=LOSSY)
def lossy(tmp_path: Path, request: pytest.FixtureRequest) -> DenseIndex:
    """3,000 vectors of 32 dimensions, which come in two arrays."""
    vectors = random_vectors(3000, 32)
    write_vectors([vectors[:1234], vectors[1234:]], tmp_path, request.param)
    return DenseIndex(tmp_path)


@pytest.mark.parametrize(
    ("passages", "wanted", "expected"),
    [(1, "auto", "flat"), (EXACT_UP_TO, "auto", "flat"), (EXACT_UP_TO + 1, "auto", "rabitq"), (1, "hnsw", "hnsw"), (10**7, "flat", "flat")],
)
def test_the_kind_follows_the_size_unless_one_is_wanted(passages: int, wanted: str, expected: str) -> None:
    assert kind_for(passages, wanted) == expected


@pytest.mark.parametrize("kind", Kind)
def test_an_opened_index_knows_its_kind(tmp_path: Path, kind: Kind) -> None:
    write_vectors([VECTORS], tmp_path, kind)
    assert DenseIndex(tmp_path).kind is kind


@pytest.mark.parametrize("kind", Kind)
def test_a_few_vectors_are_found_in_their_order_by_every_kind(tmp_path: Path, kind: Kind) -> None:
    write_vectors([VECTORS], tmp_path, kind)
    found = DenseIndex(tmp_path).search(QUERY, 99, None)
    assert [row for row, _ in found] == [1, 0, 3, 2]
    assert [score for _, score in found] == pytest.approx([1, 0.6, 0, -1], abs=1e-3)


def test_other_kinds_find_nearly_what_comparing_everything_finds(lossy: DenseIndex) -> None:
    vectors, questions = random_vectors(3000, 32), random_vectors(3050, 32)[3000:]
    exact = np.argsort(-(questions @ vectors.T), axis=1)[:, :10]
    found = [{row for row, _ in lossy.search(q, 10, None)} for q in questions]
    assert np.mean([len(f & set(e.tolist())) / 10 for f, e in zip(found, exact, strict=True)]) >= 0.95


@pytest.mark.parametrize("every", [2, 40, 1500])
def test_a_filter_costs_no_recall_whatever_the_kind(lossy: DenseIndex, every: int) -> None:
    vectors, allowed = lossy.vectors(np.arange(3000)), rows(*range(3, 3000, every))
    exact = allowed[np.argsort(-(vectors[allowed] @ vectors[0]), kind="stable")][:10]
    assert {row for row, _ in lossy.search(vectors[0], 10, allowed)} == set(exact.tolist())


def test_a_narrow_filter_finds_every_allowed_row_whatever_the_kind(lossy: DenseIndex) -> None:
    assert {row for row, _ in lossy.search(random_vectors(1, 32)[0], 10, rows(7, 2999))} == {7, 2999}


def test_no_allowed_rows_find_nothing_whatever_the_kind(lossy: DenseIndex) -> None:
    assert lossy.search(random_vectors(1, 32)[0], 10, rows()) == []


def test_more_rows_than_candidates_can_be_asked_for(lossy: DenseIndex) -> None:
    assert len(lossy.search(random_vectors(1, 32)[0], 2000, None)) >= 1900


def test_vectors_of_other_kinds_come_back_but_for_their_last_digits(lossy: DenseIndex) -> None:
    np.testing.assert_allclose(lossy.vectors(rows(2999, 0)), random_vectors(3000, 32)[[2999, 0]], atol=1e-3)


def test_a_zero_vector_is_stored_by_every_kind(tmp_path: Path) -> None:
    for kind in Kind:
        write_vectors([np.zeros((1, 8), dtype=np.float32), random_vectors(9, 8)], tmp_path, kind)
        np.testing.assert_array_equal(DenseIndex(tmp_path).vectors(rows(0)), np.zeros((1, 8)))


@pytest.mark.parametrize("name", [FILE, HALVES])
@pytest.mark.parametrize("damage", ["gone", "half", "of others"])
def test_damage_of_either_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    write_vectors([random_vectors(300, 16)], tmp_path, Kind.RABITQ)
    path, whole = tmp_path / name, (tmp_path / name).read_bytes()
    if damage == "of others":
        (tmp_path / "other").mkdir()
        write_vectors([random_vectors(200, 16)], tmp_path / "other", Kind.RABITQ)
        (tmp_path / "other" / name).replace(path)
    else:
        path.unlink()
        if damage == "half":
            path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IndexDamagedError, match=FILE):
        DenseIndex(tmp_path)
