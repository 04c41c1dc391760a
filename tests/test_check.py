"""The check of an index: it finds every kind of tampering, and nothing in a sound index."""

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
from index.datatypes import Vectors
from index.dense import BATCH, DenseIndex, Kind, write_vectors
from index.dense import FILE as VECTORS
from index.errors import IndexDamagedError, IndexMissingError
from index.generations import MANIFEST, current_generation
from index.lexical import FOLDER, LexicalRow, write_terms
from index.locks import build_lock
from index.store import FILE as STORE

ROWS = (
    {"article_id": "a", "title": "Taman", "text": "Taman dibuka camat. Warga datang. Mereka antre. Anak bermain. Sore pun tiba.", "published": "2025-03-03"},
    {"article_id": "b", "title": "Pasar", "text": "Pasar ramai pembeli.", "publisher": "Warta Melati"},
)
ENCODER = HashingEncoder(256)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles and three passages: a#0, a#1, b#0."""
    folder = tmp_path_factory.mktemp("built")
    build_index([corpus_file(folder / "c.jsonl", *ROWS)], folder / "index", ENCODER)
    return folder / "index"


@pytest.fixture
def folder(tmp_path: Path, built: Path) -> Path:
    """A copy of the index, to be tampered with."""
    return shutil.copytree(built, tmp_path / "index")


def sql(statement: str, *values: object) -> Callable[[Path], None]:
    def tamper(generation: Path) -> None:
        with closing(sqlite3.connect(generation / STORE)) as connection, connection:
            assert connection.execute(statement, values).rowcount > 0

    return tamper


def vectors(change: Callable[[Vectors], Vectors]) -> Callable[[Path], None]:
    def tamper(generation: Path) -> None:
        dense = DenseIndex(generation)
        write_vectors([change(dense.vectors(np.arange(len(dense))))], generation)

    return tamper


def manifest(**changes: object) -> Callable[[Path], None]:
    def tamper(generation: Path) -> None:
        path = generation / MANIFEST
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")

    return tamper


def words(*texts: str) -> Callable[[Path], None]:
    """Replace the word index by one of other texts."""

    def tamper(generation: Path) -> None:
        (generation / FOLDER).rename(generation / "old")
        write_terms((LexicalRow(n, text, "t", None, 0) for n, text in enumerate(texts)), generation)

    return tamper


def scaled(stored: Vectors) -> Vectors:
    stored[2] *= 0.5
    return stored


def not_a_number(stored: Vectors) -> Vectors:
    stored[1, 0] = np.nan
    return stored


TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "article text": (sql("UPDATE article SET text = replace(text, 'camat', 'lurah') WHERE article_id = 'a'"), "article 'a' does not have its sha256"),
    "article text moved": (sql("UPDATE article SET text = ' ' || text WHERE article_id = 'b'"), "'b#0' (row 2) is not what its article holds"),
    "sha256": (sql("UPDATE article SET sha256 = ? WHERE article_id = 'b'", "0" * 64), "text of the article 'b' does not have its sha256"),
    "title": (sql("UPDATE article SET title = 'Lain' WHERE article_id = 'b'"), "'b#0' was encoded from another text"),
    "publisher": (sql("UPDATE article SET publisher = 'Lain' WHERE article_id = 'b'"), "not those that the manifest was written for"),
    "date": (sql("UPDATE article SET published = '2024-01-01' WHERE article_id = 'a'"), "not those that the manifest was written for"),
    "example question": (sql("INSERT INTO example_question VALUES (0, 'Apa?')"), "not those that the manifest was written for"),
    "excluded span": (sql("UPDATE article SET excluded = '[[0, 20]]' WHERE article_id = 'a'"), "'a#0' is not cut where its article would be cut"),
    "article gone": (sql("DELETE FROM article WHERE article_id = 'b'"), "says 2 articles in the store, 1 are there"),
    "passage text": (sql("UPDATE passage SET text = 'Pasar sepi.' WHERE passage_id = 'b#0'"), "'b#0' (row 2) is not what its article holds"),
    "passage start": (sql("UPDATE passage SET start = start + 1 WHERE passage_id = 'a#0'"), "'a#0' (row 0) is not what its article holds"),
    "passage end": (sql("UPDATE passage SET end = end - 1 WHERE passage_id = 'a#1'"), "'a#1' (row 1) is not what its article holds"),
    "passage cut elsewhere": (sql("UPDATE passage SET start = 6, text = substr(text, 7) WHERE passage_id = 'b#0'"), "'b#0' is not cut where"),
    "passage under another id": (sql("UPDATE passage SET passage_id = 'a#9' WHERE passage_id = 'a#1'"), "passage 'a#1' of its article is missing"),
    "passage of another article": (sql("UPDATE passage SET article_id = 'a' WHERE passage_id = 'b#0'"), "'b#0' (row 2) is not what its article holds"),
    "hash of the encoded text": (sql("UPDATE passage SET encoded_sha256 = 'x' WHERE passage_id = 'b#0'"), "'b#0' was encoded from another text"),
    "vectors swapped": (vectors(lambda v: v[[1, 0, 2]]), "vector of the passage 'a#0' is not the one its text encodes to"),
    "vector scaled": (vectors(scaled), "vector of the passage 'b#0' has the length 0.500"),
    "vector not a number": (vectors(not_a_number), "vector of the passage 'a#1' has the length nan"),
    "vector zero": (vectors(lambda v: v * 0), "vector of the passage 'a#0' is not the one its text encodes to"),
    "other words": (words("Gajah satu.", "Gajah dua.", "Gajah tiga."), "terms in another number of passages than the store"),
    "articles counted wrong": (manifest(articles=3), "says 3 articles in the store, 2 are there"),
    "dimension wrong": (manifest(dimension=8), "says 8 dimensions of a vector, 256 are there"),
    "kind wrong": (manifest(vector_index="hnsw"), "says that the vectors are a 'hnsw' index, they are 'flat'"),
    "encoder wrong": (manifest(encoder_fingerprint="x", encoder="lain"), "made by the encoder 'lain', not by 'hashing'"),
}

REFUSED: dict[str, Callable[[Path], None]] = {
    "passages counted wrong": manifest(passages=4),
    "passage gone": sql("DELETE FROM passage WHERE passage_id = 'a#1'"),
    "a vector too many": vectors(lambda v: np.vstack([v, v[:1]])),
    "a vector too few": vectors(lambda v: v[:2]),
    "a passage too few in the word index": words("Gajah satu.", "Gajah dua."),
    "no word index": lambda generation: (generation / FOLDER / "meta.json").unlink(),
    "no vectors": lambda generation: (generation / VECTORS).unlink(),
    "no store": lambda generation: (generation / STORE).unlink(),
    "no manifest": lambda generation: (generation / MANIFEST).unlink(),
}


def test_a_sound_index_has_no_problems(folder: Path) -> None:
    assert check_index(folder, ENCODER) == []


@pytest.mark.parametrize(("tamper", "named"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_is_found_and_named(folder: Path, tamper: Callable[[Path], None], named: str) -> None:
    tamper(current_generation(folder))
    problems = check_index(folder, ENCODER)
    assert any(named in problem for problem in problems), problems


@pytest.mark.parametrize("tamper", REFUSED.values(), ids=REFUSED)
def test_an_index_whose_parts_do_not_fit_cannot_be_opened(folder: Path, tamper: Callable[[Path], None]) -> None:
    tamper(current_generation(folder))
    with pytest.raises(IndexDamagedError):
        check_index(folder, ENCODER)


@pytest.mark.parametrize("kind", Kind)
def test_an_index_of_any_kind_is_sound(tmp_path: Path, kind: Kind) -> None:
    build_index([corpus_file(tmp_path / "c.jsonl", *ROWS)], tmp_path / "index", ENCODER, BuildOptions(vector_index=kind))
    assert check_index(tmp_path / "index", ENCODER) == []


def test_a_wrong_vector_behind_the_first_batch_is_found(tmp_path: Path) -> None:
    many = ({"article_id": f"a{n:05}", "title": "t", "text": f"kata{n}."} for n in range(BATCH + 300))
    build_index([corpus_file(tmp_path / "c.jsonl", *many)], tmp_path / "index", ENCODER)
    vectors(lambda v: np.vstack([v[:-1], v[-1:] * 0.5]))(current_generation(tmp_path / "index"))
    assert check_index(tmp_path / "index", ENCODER)[0] == f"The vector of the passage 'a{BATCH + 299:05}#0' has the length 0.500, not 1."


def test_no_index_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        check_index(tmp_path, ENCODER)


def test_what_a_cut_off_write_left_is_named(folder: Path) -> None:
    (folder / ".writing-x").mkdir()
    assert check_index(folder, ENCODER) == ["A write or removal that was cut off has left '.writing-x'."]


def test_a_generation_that_is_being_written_is_no_problem(folder: Path) -> None:
    (folder / ".writing-x").mkdir()
    with build_lock(folder):
        assert check_index(folder, ENCODER) == []


def test_an_article_without_any_passage_is_sound(tmp_path: Path) -> None:
    path = corpus_file(tmp_path / "c.jsonl", *ROWS, {"article_id": "iklan", "text": "Share\nIklan\n"})
    build_index([path], tmp_path / "index", ENCODER)
    assert check_index(tmp_path / "index", ENCODER) == []


def test_a_passage_without_known_words_is_sound(tmp_path: Path) -> None:
    build_index([corpus_file(tmp_path / "c.jsonl", {"title": "…", "text": "***\n\nPasar ramai."})], tmp_path / "index", ENCODER)
    assert check_index(tmp_path / "index", ENCODER) == []
