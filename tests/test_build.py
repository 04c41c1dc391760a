"""Builds: mirror the sources, encode only what changed, promote or leave everything as it was."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEncoder, corpus_file

from index.build import BuildOptions, BuildReport, add_articles, build_index, encoded_text, remove_articles
from index.datatypes import Filter, Vectors
from index.errors import IndexMissingError, SourceError, UnknownArticleError
from index.generations import CURRENT, FORMAT_VERSION, MANIFEST, current_generation
from index.local import open_index
from index.text import terms

Build = Callable[[], tuple[BuildReport, list[str]]]
TEXTS = {"taman": "Taman dibuka camat.", "pasar": "Pasar ramai pembeli.", "sungai": "Sungai jernih kembali."}


class FailingEncoder(HashingEncoder):
    """Encodes like the other, until it is asked for a text that holds `word`."""

    def __init__(self, word: str) -> None:
        super().__init__(256)
        self.word = word

    def encode(self, texts: Sequence[str]) -> Vectors:
        if any(self.word in text for text in texts):
            raise MemoryError(self.word)
        return super().encode(texts)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def build(sources: Path, place: Path) -> Build:
    """Build from the sources; return the report and the texts that had to be encoded."""

    def run() -> tuple[BuildReport, list[str]]:
        encoder = HashingEncoder(256)
        return build_index([sources], place, encoder), encoder.encoded

    return run


def test_an_index_of_an_older_format_is_made_new_with_its_vectors(build: Build, place: Path) -> None:
    first, _ = build()
    manifest = current_generation(place) / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format_version": FORMAT_VERSION - 1}))
    again, encoded = build()
    assert (encoded, again.reused, again.changed, again.manifest.format_version) == ([], first.encoded, True, FORMAT_VERSION)


def served(place: Path) -> list[str]:
    """The ids of the articles that are served."""
    index = open_index(place, HashingEncoder(256))
    ids = sorted(s.article_id for s in index.article_summaries())
    index.close()
    return ids


def test_a_first_build_encodes_every_passage_with_its_title(build: Build) -> None:
    report, encoded = build()
    assert encoded == ["Pasar ramai pembeli\nPasar ramai pembeli.", "Sungai jernih kembali\nSungai jernih kembali.", "Taman dibuka camat\nTaman dibuka camat."]
    assert (report.encoded, report.reused, report.changed) == (3, 0, True)


def test_the_manifest_says_what_was_built(build: Build) -> None:
    made = build()[0].manifest
    assert (made.articles, made.passages, made.encoder, made.encoder_fingerprint, made.dimension) == (3, 3, "hashing", "hashing-256", 256)


def test_a_second_build_encodes_nothing_and_keeps_the_generation(build: Build) -> None:
    first, _ = build()
    second, encoded = build()
    assert (encoded, second.encoded, second.reused, second.changed) == ([], 0, 3, False)
    assert second.manifest == first.manifest


def test_a_changed_file_encodes_only_its_passages(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "pasar.txt").write_text("Pasar sepi pembeli.", encoding="utf-8")
    report, encoded = build()
    assert encoded == ["Pasar sepi pembeli\nPasar sepi pembeli."]
    assert (report.encoded, report.reused, report.changed) == (1, 2, True)


def test_a_new_file_encodes_only_its_passages(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "anggrek.txt").write_text("Anggrek mekar.", encoding="utf-8")
    assert build()[1] == ["Anggrek mekar\nAnggrek mekar."]
    assert served(place) == ["anggrek", "pasar", "sungai", "taman"]


def test_reused_vectors_belong_to_their_passages(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "anggrek.txt").write_text("Anggrek mekar.", encoding="utf-8")  # comes first, so every row moves
    build()
    encoder = HashingEncoder(256)
    index = open_index(place, encoder)
    for _, passage, _ in index.store.all_passages():
        expected = encoder.encode([encoded_text(index.article(passage.article_id), passage)])[0]
        assert index.dense_scores(expected, [passage.passage_id]) == pytest.approx([1])
    index.close()


def test_a_new_title_encodes_the_passages_of_its_article(build: Build, sources: Path) -> None:
    build()
    (sources / "corpus.toml").write_text('[articles."pasar.txt"]\ntitle = "Lain"\n', encoding="utf-8")
    assert build()[1] == ["Lain\nPasar ramai pembeli."]


def test_a_new_publisher_encodes_nothing_and_makes_a_generation(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "corpus.toml").write_text('[articles."pasar.txt"]\npublisher = "Warta"\n', encoding="utf-8")
    report, encoded = build()
    assert (encoded, report.changed) == ([], True)
    index = open_index(place, HashingEncoder(256))
    assert index.count_matching(Filter(publishers=("warta",))) == 1
    index.close()


def test_a_new_example_question_is_served(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "corpus.toml").write_text('example_questions = ["Apa?"]\n', encoding="utf-8")
    build()
    index = open_index(place, HashingEncoder(256))
    assert index.example_questions() == ["Apa?"]
    index.close()


def test_a_removed_file_disappears_from_every_leg(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "pasar.txt").unlink()
    report, encoded = build()
    assert (encoded, report.manifest.articles, report.manifest.passages) == ([], 2, 2)
    index = open_index(place, HashingEncoder(256))
    vector = HashingEncoder(256).encode(["pasar ramai"])[0]
    assert index.lexical_search(terms("pasar ramai"), 10, Filter()) == []
    assert sorted(s.passage_id for s in index.dense_search(vector, 10, Filter())) == ["sungai#0", "taman#0"]
    index.close()


def test_another_encoder_encodes_everything_again(build: Build, sources: Path, place: Path) -> None:
    build()
    report = build_index([sources], place, HashingEncoder(128))
    assert (report.encoded, report.reused, report.manifest.dimension) == (3, 0, 128)


def test_a_damaged_index_is_built_again(build: Build, place: Path) -> None:
    build()
    (current_generation(place) / "vectors.faiss").write_bytes(b"")
    report, _ = build()
    assert (report.encoded, report.changed) == (3, True)
    assert served(place) == ["pasar", "sungai", "taman"]


def test_bad_files_are_reported_and_the_others_are_indexed(build: Build, sources: Path) -> None:
    (sources / "rusak.txt").write_bytes(b"\x00")
    report, _ = build()
    (error,) = report.errors
    assert "rusak.txt" in str(error)
    assert report.manifest.articles == 3


def test_bad_files_are_reported_by_an_unchanged_build_too(build: Build, sources: Path) -> None:
    build()
    (sources / "rusak.txt").write_bytes(b"\x00")
    report, _ = build()
    assert (report.changed, len(report.errors)) == (False, 1)


@pytest.mark.parametrize("contents", [{}, {"rusak.txt": b"\x00"}, {"kosong.txt": b""}, {"iklan.txt": b"Share\nIklan\n"}])
def test_no_article_is_an_error_and_the_old_generation_stays(build: Build, tmp_path: Path, place: Path, contents: dict[str, bytes]) -> None:
    build()
    before = current_generation(place)
    empty = tmp_path / "empty"
    empty.mkdir()
    for name, content in contents.items():
        (empty / name).write_bytes(content)
    with pytest.raises(SourceError):
        build_index([empty], place, HashingEncoder(256))
    assert current_generation(place) == before
    assert served(place) == ["pasar", "sungai", "taman"]


def test_the_error_of_no_article_lists_the_bad_files(tmp_path: Path, place: Path) -> None:
    (tmp_path / "rusak.txt").write_bytes(b"\x00")
    with pytest.raises(SourceError, match=r"rusak\.txt"):
        build_index([tmp_path / "rusak.txt"], place, HashingEncoder(256))


def test_a_failing_encoder_leaves_the_old_generation_and_nothing_else(build: Build, sources: Path, place: Path) -> None:
    build()
    before = sorted(p.name for p in place.iterdir())
    (sources / "anggrek.txt").write_text("Anggrek mekar.", encoding="utf-8")
    with pytest.raises(MemoryError):
        build_index([sources], place, FailingEncoder("Anggrek"))
    assert sorted(p.name for p in place.iterdir()) == before
    assert served(place) == ["pasar", "sungai", "taman"]


def test_a_failed_build_can_be_repeated(build: Build, sources: Path, place: Path) -> None:
    with pytest.raises(MemoryError):
        build_index([sources], place, FailingEncoder("Pasar"))
    build()
    assert served(place) == ["pasar", "sungai", "taman"]


def test_an_open_reader_survives_the_next_build(build: Build, sources: Path, place: Path) -> None:
    build()
    reader = open_index(place, HashingEncoder(256))
    (sources / "pasar.txt").unlink()
    build()
    assert reader.article("pasar").text == TEXTS["pasar"]
    assert len(reader.lexical_search(terms("pasar"), 10, Filter())) == 1
    reader.close()


def test_the_same_text_in_two_articles_is_two_passages(place: Path, tmp_path: Path) -> None:
    path = corpus_file(tmp_path / "c.jsonl", {"article_id": "a", "text": "Taman kota."}, {"article_id": "b", "text": "Taman kota."})
    report = build_index([path], place, HashingEncoder(256))
    assert (report.manifest.articles, report.manifest.passages) == (2, 2)


def test_another_kind_of_vector_index_is_built_from_the_same_vectors(build: Build, sources: Path, place: Path) -> None:
    build()
    for kind in ("rabitq", "hnsw", "flat"):
        encoder = HashingEncoder(256)
        report = build_index([sources], place, encoder, BuildOptions(vector_index=kind))
        assert (report.changed, report.manifest.vector_index, encoder.encoded) == (True, kind, [])


def test_the_same_kind_again_changes_nothing(build: Build, sources: Path, place: Path) -> None:
    first = build_index([sources], place, HashingEncoder(256), BuildOptions(vector_index="rabitq"))
    assert build_index([sources], place, HashingEncoder(256), BuildOptions(vector_index="rabitq")).manifest == first.manifest


def test_a_report_tells_how_long_each_stage_took(build: Build) -> None:
    assert set(build()[0].seconds) == {"read", "split", "encode", "vectors", "words", "near-duplicates"}


# add and remove


def test_added_articles_join_those_there(build: Build, tmp_path: Path, place: Path) -> None:
    build()
    encoder = HashingEncoder(256)
    report = add_articles([corpus_file(tmp_path / "c.jsonl", {"article_id": "anggrek", "text": "Anggrek mekar."})], place, encoder)
    assert served(place) == ["anggrek", "pasar", "sungai", "taman"]
    assert (report.encoded, report.reused, encoder.encoded) == (1, 3, ["Anggrek mekar\nAnggrek mekar."])


def test_an_article_read_again_from_its_source_replaces_itself(build: Build, sources: Path, place: Path) -> None:
    build()
    (sources / "pasar.txt").write_text("Pasar sepi pembeli.", encoding="utf-8")
    report = add_articles([sources / "pasar.txt"], place, HashingEncoder(256))
    index = open_index(place, HashingEncoder(256))
    assert (index.article("pasar").text, report.errors) == ("Pasar sepi pembeli.", ())
    index.close()


def test_a_line_of_a_corpus_file_that_moved_still_replaces_itself(tmp_path: Path, place: Path) -> None:
    path = corpus_file(tmp_path / "c.jsonl", {"article_id": "a", "text": "Taman kota."})
    build_index([path], place, HashingEncoder(256))
    corpus_file(path, {"article_id": "b", "text": "Pasar ramai."}, {"article_id": "a", "text": "Taman kota baru."})
    report = add_articles([path], place, HashingEncoder(256))
    assert (report.errors, served(place)) == ((), ["a", "b"])


def test_another_text_under_a_known_id_is_refused_and_names_both_sources(build: Build, tmp_path: Path, sources: Path, place: Path) -> None:
    build()
    path = corpus_file(tmp_path / "c.jsonl", {"article_id": "pasar", "text": "Lain sama sekali."})
    (error,) = add_articles([path], place, HashingEncoder(256)).errors
    assert f"{path}:1" in str(error)
    assert str(sources / "pasar.txt") in str(error)
    assert "'pasar'" in str(error)


def test_a_refused_article_leaves_the_one_there(build: Build, tmp_path: Path, place: Path) -> None:
    build()
    add_articles([corpus_file(tmp_path / "c.jsonl", {"article_id": "pasar", "text": "Lain sama sekali."})], place, HashingEncoder(256))
    index = open_index(place, HashingEncoder(256))
    assert index.article("pasar").text == TEXTS["pasar"]
    index.close()


def test_the_same_article_added_again_changes_nothing(build: Build, sources: Path, place: Path) -> None:
    build()
    report = add_articles([sources / "pasar.txt"], place, HashingEncoder(256))
    assert (report.changed, report.errors) == (False, ())


def test_adding_nothing_readable_is_an_error_that_lists_why(build: Build, tmp_path: Path, place: Path) -> None:
    build()
    (tmp_path / "rusak.txt").write_bytes(b"\x00")
    with pytest.raises(SourceError, match=r"rusak\.txt.*control character"):
        add_articles([tmp_path / "rusak.txt"], place, HashingEncoder(256))


def test_adding_to_no_index_is_an_error(sources: Path, place: Path) -> None:
    with pytest.raises(IndexMissingError):
        add_articles([sources], place, HashingEncoder(256))


def test_a_removed_article_is_gone_and_nothing_is_encoded(build: Build, place: Path) -> None:
    build()
    encoder = HashingEncoder(256)
    remove_articles(["pasar", "taman"], place, encoder)
    assert (served(place), encoder.encoded) == (["sungai"], [])


@pytest.mark.parametrize("ids", [["tidak-ada"], ["pasar", "tidak-ada"], ["pasar", "pasar"]])
def test_removing_an_unknown_article_removes_nothing(build: Build, place: Path, ids: list[str]) -> None:
    build()
    with pytest.raises(UnknownArticleError, match="nothing was removed"):
        remove_articles(ids, place, HashingEncoder(256))
    assert served(place) == ["pasar", "sungai", "taman"]


def test_removing_the_last_article_is_an_error_and_it_stays(build: Build, place: Path) -> None:
    build()
    with pytest.raises(SourceError):
        remove_articles(["pasar", "taman", "sungai"], place, HashingEncoder(256))
    assert served(place) == ["pasar", "sungai", "taman"]


def test_example_questions_survive_adding_and_removing(build: Build, sources: Path, tmp_path: Path, place: Path) -> None:
    (sources / "corpus.toml").write_text('example_questions = ["Apa?"]\n', encoding="utf-8")
    build()
    add_articles([corpus_file(tmp_path / "c.jsonl", {"text": "Anggrek mekar."})], place, HashingEncoder(256))
    remove_articles(["pasar"], place, HashingEncoder(256))
    index = open_index(place, HashingEncoder(256))
    assert index.example_questions() == ["Apa?"]
    index.close()


def test_two_generations_are_kept(build: Build, sources: Path, place: Path) -> None:
    names = []
    for n in range(4):
        (sources / "pasar.txt").write_text(f"Pasar nomor {n}.", encoding="utf-8")
        names.append(build()[0].manifest.generation)
    assert {p.name for p in place.iterdir() if p.is_dir()} == set(names[-2:])
    assert (place / CURRENT).read_text(encoding="utf-8").strip() == names[-1]


def test_vectors_of_many_batches_stay_in_order(tmp_path: Path, place: Path) -> None:
    rows = ({"article_id": f"a{n:04}", "title": "t", "text": f"kata{n}"} for n in range(2100))  # more than one batch of 2,048
    encoder = HashingEncoder(64)
    build_index([corpus_file(tmp_path / "c.jsonl", *rows)], place, encoder)
    index = open_index(place, encoder)
    np.testing.assert_allclose(index.dense.vectors(np.arange(2100)), encoder.encode([f"t\nkata{n}" for n in range(2100)]), atol=1e-6)
    index.close()
