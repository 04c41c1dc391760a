"""The local index passes the contract, and refuses what it was not made for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashingEncoder
from search_index_contract import ENCODER, SearchIndexContract, contract_corpus

from index.build import BuildOptions, build_index
from index.datatypes import SearchIndex
from index.dense import Kind
from index.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError
from index.generations import MANIFEST, current_generation
from index.local import LocalIndex, open_index


@pytest.fixture(scope="module", params=Kind)
def index(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[SearchIndex]:
    folder = tmp_path_factory.mktemp("local")
    build_index([contract_corpus(folder)], folder / "index", ENCODER, BuildOptions(vector_index=request.param))
    opened = open_index(folder / "index", ENCODER)
    yield opened
    opened.close()


class TestLocalIndex(SearchIndexContract):
    """The contract on one machine, with every kind of vector index."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_index([contract_corpus(tmp_path)], tmp_path / "index", ENCODER)
    return tmp_path / "index"


def change_manifest(folder: Path, **changes: object) -> None:
    path = current_generation(folder) / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_an_index_of_another_encoder_is_refused_with_both_names_and_the_cure(folder: Path) -> None:
    with pytest.raises(IndexOutdatedError, match=r"'hashing' \(hashing-512\), not by 'lain' \(hashing-8\).*python -m index build"):
        open_index(folder, HashingEncoder(8, "lain"))


@pytest.mark.parametrize("changes", [{"analyzer_version": 0}, {"passage_version": "0"}])
def test_an_index_of_another_analyzer_or_passage_size_is_refused_with_the_cure(folder: Path, changes: dict[str, object]) -> None:
    change_manifest(folder, **changes)
    with pytest.raises(IndexOutdatedError, match=r"another version of this program.*python -m index build"):
        open_index(folder, ENCODER)


def test_an_index_of_another_format_is_refused(folder: Path) -> None:
    change_manifest(folder, format_version=0)
    with pytest.raises(IndexOutdatedError, match="format version 0"):
        open_index(folder, ENCODER)


def test_an_index_that_was_never_built_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        open_index(tmp_path / "index", ENCODER)


def test_counts_that_disagree_are_damage_and_are_named(folder: Path) -> None:
    change_manifest(folder, passages=7)
    with pytest.raises(IndexDamagedError, match=r"\[7, 8\]"):
        LocalIndex(current_generation(folder))


def test_a_copied_index_folder_is_a_backup(folder: Path, tmp_path: Path) -> None:
    moved = folder.rename(tmp_path / "elsewhere")
    index = open_index(moved, ENCODER)
    assert index.article("jalan").text == "Jalan mulus bagi warga."
    index.close()


def test_an_index_of_before_there_were_kinds_is_flat(folder: Path) -> None:
    path = current_generation(folder) / MANIFEST
    older = {name: value for name, value in json.loads(path.read_text(encoding="utf-8")).items() if name != "vector_index"}
    path.write_text(json.dumps(older), encoding="utf-8")
    index = open_index(folder, ENCODER)
    assert (index.manifest.vector_index, index.dense.kind) == ("flat", "flat")
    index.close()
