"""Repairs: every kind of damage is mended or named with its cure, and a sound index is left alone."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEncoder, corpus_file

from index.build import BuildOptions, build_index
from index.check import check_index
from index.dense import FILE as VECTORS
from index.dense import HALVES, DenseIndex, write_vectors
from index.errors import IndexLockedError, IndexMissingError
from index.generations import CURRENT, MANIFEST, current_generation, leftovers, read_manifest
from index.lexical import FOLDER as WORDS
from index.local import open_index
from index.locks import build_lock
from index.repair import repair_index
from index.store import FILE as STORE

OLD = {"article_id": "a", "title": "Taman", "text": "Taman dibuka camat. Warga datang.", "published": "2025-03-03"}
NEW = {"article_id": "b", "title": "Pasar", "text": "Pasar ramai pembeli."}
ENCODER = HashingEncoder(256)
Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose first generation holds `OLD` and whose second, served, holds `NEW` too."""
    folder = tmp_path_factory.mktemp("built")
    build_index([corpus_file(folder / "c.jsonl", OLD)], folder / "index", ENCODER)
    build_index([corpus_file(folder / "c.jsonl", OLD, NEW)], folder / "index", ENCODER)
    return folder / "index"


@pytest.fixture
def folder(tmp_path: Path, built: Path) -> Path:
    """A copy of the index, to be damaged."""
    return shutil.copytree(built, tmp_path / "index")


def served(folder: Path) -> list[str]:
    index = open_index(folder, ENCODER)
    ids = sorted(s.article_id for s in index.article_summaries())
    index.close()
    return ids


def sql(statement: str) -> Damage:
    def damage(generation: Path) -> None:
        with closing(sqlite3.connect(generation / STORE)) as connection, connection:
            assert connection.execute(statement).rowcount > 0

    return damage


def cut(name: str) -> Damage:
    def damage(generation: Path) -> None:
        content = (generation / name).read_bytes()
        (generation / name).write_bytes(content[: len(content) // 2])

    return damage


def gone(name: str) -> Damage:
    def damage(generation: Path) -> None:
        path = generation / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return damage


def swapped_vectors(generation: Path) -> None:
    dense = DenseIndex(generation)
    write_vectors([dense.vectors(np.arange(len(dense)))[::-1]], generation)


def emptied(generation: Path) -> None:
    shutil.rmtree(generation)
    generation.mkdir()


REMADE: dict[str, Damage] = {
    "vectors gone": gone(VECTORS),
    "vectors cut off": cut(VECTORS),
    "vectors swapped": swapped_vectors,
    "word index gone": gone(WORDS),
    "word index without its list": gone(f"{WORDS}/meta.json"),
    "a passage gone": sql("DELETE FROM passage WHERE passage_id = 'b#0'"),
    "a passage changed": sql("UPDATE passage SET text = 'Pasar sepi.' WHERE passage_id = 'b#0'"),
}
SET_BACK: dict[str, Damage] = {
    "generation gone": shutil.rmtree,
    "generation empty": emptied,
    "manifest gone": gone(MANIFEST),
    "manifest cut off": cut(MANIFEST),
    "store gone": gone(STORE),
    "store cut off": cut(STORE),
    "an article changed": sql("UPDATE article SET text = 'Pasar sepi.' WHERE article_id = 'b'"),
    "an article gone": sql("DELETE FROM article WHERE article_id = 'b'"),
    "a publisher changed": sql("UPDATE article SET publisher = 'Lain' WHERE article_id = 'b'"),
}


@pytest.mark.parametrize("name", [VECTORS, HALVES])
def test_a_repaired_index_keeps_its_kind(tmp_path: Path, name: str) -> None:
    build_index([corpus_file(tmp_path / "c.jsonl", OLD, NEW)], tmp_path / "index", ENCODER, BuildOptions(vector_index="rabitq"))
    cut(name)(current_generation(tmp_path / "index"))
    repair_index(tmp_path / "index", ENCODER)
    assert (read_manifest(tmp_path / "index").vector_index, check_index(tmp_path / "index", ENCODER)) == ("rabitq", [])


def test_a_sound_index_is_left_alone(folder: Path) -> None:
    before = read_manifest(folder)
    assert repair_index(folder, ENCODER).done == ()
    assert read_manifest(folder) == before


@pytest.mark.parametrize("damage", REMADE.values(), ids=REMADE)
def test_a_damaged_part_is_made_again_from_the_articles(folder: Path, damage: Damage) -> None:
    damage(current_generation(folder))
    mended = repair_index(folder, ENCODER)
    assert ("from the articles of" in mended.done[0], mended.left) == (True, ())
    assert (served(folder), check_index(folder, ENCODER)) == (["a", "b"], [])


@pytest.mark.parametrize("damage", REMADE.values(), ids=REMADE)
def test_what_is_made_again_is_a_generation_of_its_own(folder: Path, damage: Damage) -> None:
    damaged = current_generation(folder)
    damage(damaged)
    repair_index(folder, ENCODER)
    assert current_generation(folder) != damaged


def test_sound_vectors_are_not_encoded_again(folder: Path) -> None:
    gone(WORDS)(current_generation(folder))
    encoder = HashingEncoder(256)
    repair_index(folder, encoder)
    assert len(encoder.encoded) == 2  # two passages, once, to see that their vectors are sound


@pytest.mark.parametrize("damage", SET_BACK.values(), ids=SET_BACK)
def test_damaged_articles_set_the_index_back_to_the_newest_sound_generation(folder: Path, damage: Damage) -> None:
    damage(current_generation(folder))
    mended = repair_index(folder, ENCODER)
    assert ("Set back to the generation" in mended.done[0], "build or add it again" in mended.done[0], mended.left) == (True, True, ())
    assert (served(folder), check_index(folder, ENCODER)) == (["a"], [])


@pytest.mark.parametrize("content", [None, b"", b"g9\n", b"\xff"])
def test_a_pointer_to_no_generation_is_set_to_the_newest_sound_one(folder: Path, content: bytes | None) -> None:
    (folder / CURRENT).unlink()
    if content is not None:
        (folder / CURRENT).write_bytes(content)
    repair_index(folder, ENCODER)
    assert (served(folder), check_index(folder, ENCODER)) == (["a", "b"], [])


def test_an_index_without_any_sound_generation_is_said_with_its_cure(folder: Path) -> None:
    for generation in [p for p in folder.iterdir() if p.is_dir()]:
        (generation / STORE).unlink()
    mended = repair_index(folder, ENCODER)
    (left,) = mended.left
    assert "no sound generation" in left
    assert "python -m index build" in left
    assert STORE in left


def test_an_index_of_another_encoder_is_said_with_its_cure_and_left_alone(folder: Path) -> None:
    before = read_manifest(folder)
    (left,) = repair_index(folder, HashingEncoder(64, "lain")).left
    assert "set ENCODER" in left
    assert read_manifest(folder) == before


def test_an_index_of_another_format_is_said_with_its_cure(folder: Path) -> None:
    path = current_generation(folder) / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format_version": 0}), encoding="utf-8")
    (left,) = repair_index(folder, ENCODER).left
    assert "python -m index build" in left


def test_what_cut_off_writes_left_is_removed_and_named(folder: Path) -> None:
    (folder / ".writing-x" / "lexical").mkdir(parents=True)
    assert repair_index(folder, ENCODER).done == ("Removed '.writing-x', which a cut-off write had left.",)
    assert leftovers(folder) == []


def test_a_place_where_nothing_was_built_is_missing_and_stays_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        repair_index(tmp_path / "none", ENCODER)
    assert not (tmp_path / "none").exists()


def test_a_running_build_is_not_disturbed(folder: Path) -> None:
    (folder / ".writing-x").mkdir()
    with build_lock(folder), pytest.raises(IndexLockedError):
        repair_index(folder, ENCODER)
    assert (folder / ".writing-x").is_dir()


def test_a_generation_copied_into_an_empty_folder_is_served_after_a_repair(folder: Path, tmp_path: Path) -> None:
    generation = current_generation(folder)
    shutil.copytree(generation, tmp_path / "restored" / generation.name)
    repair_index(tmp_path / "restored", ENCODER)
    assert served(tmp_path / "restored") == ["a", "b"]
