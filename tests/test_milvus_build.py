"""Builds into Milvus: generations by alias, parallel parts, what is kept, mended and refused."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from fakes import HashingEncoder, corpus_file
from milvus_servers import MilvusLite
from pymilvus import MilvusClient

from index.__main__ import main
from index.build import BuildOptions, BuildReport
from index.datatypes import Filter, Vectors
from index.engines import add_articles, build_index, check_index, open_index, remove_articles, repair_index
from index.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMissingError,
    IndexNotWrittenError,
    IndexOutdatedError,
    InputError,
    SourceError,
    UnknownArticleError,
)
from index.milvus import all_generations, served_names
from index.milvus_client import MilvusServer
from index.settings import IndexSettings
from index.text import terms

ENCODER = HashingEncoder(64)
ROWS = [{"article_id": f"warta-{n}", "title": "Warta", "text": f"Camat membuka loket {n} bagi warga. Antrean ke-{n} tertib."} for n in range(8)]


@pytest.fixture
def settings(milvus: MilvusLite, request: pytest.FixtureRequest) -> IndexSettings:
    """A collection of the test's own."""
    return milvus.settings(request.node.name.partition("[")[0][:120])


@pytest.fixture
def server(settings: IndexSettings) -> Iterator[MilvusServer]:
    with closing(MilvusServer(settings)) as opened:
        yield opened


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return corpus_file(tmp_path / "warta.jsonl", *ROWS)


def build(source: Path, settings: IndexSettings, encoder: HashingEncoder = ENCODER, shard: tuple[int, int] | None = None) -> BuildReport:
    return build_index([source], settings, encoder, BuildOptions(shard=shard))


def articles_of(settings: IndexSettings) -> set[str]:
    with closing(open_index(settings, ENCODER)) as index:
        return {s.article_id for s in index.article_summaries()}


def generations_of(server: MilvusServer) -> set[str]:
    return {names.generation for names in all_generations(server)}


# Generations


def test_a_build_of_the_same_sources_changes_nothing(settings: IndexSettings, source: Path) -> None:
    first = build(source, settings)
    again = build(source, settings)
    assert (first.changed, again.changed, again.manifest.generation) == (True, False, first.manifest.generation)


def test_only_what_changed_is_encoded(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    encoder = HashingEncoder(64)
    report = build(corpus_file(source, *ROWS[1:], {**ROWS[0], "text": "Lurah menutup loket lama."}), settings, encoder)
    assert (report.encoded, report.reused) == (1, 7)
    assert encoder.encoded == ["Warta\nLurah menutup loket lama."]


def test_vectors_that_were_taken_over_are_those_of_the_encoder(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    build(corpus_file(source, *ROWS[1:]), settings)
    assert check_index(settings, ENCODER) == []


def test_another_encoder_encodes_all_again(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    assert build(source, settings, HashingEncoder(32)).encoded == 8


def test_an_index_of_another_encoder_is_refused(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    with pytest.raises(IndexOutdatedError, match=r"'hashing' \(hashing-64\), not by 'lain' \(hashing-8\).*python -m index build"):
        open_index(settings, HashingEncoder(8, "lain"))


def test_an_opened_generation_answers_on_when_another_is_promoted(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    with closing(open_index(settings, ENCODER)) as index:
        build(corpus_file(source, *ROWS[1:]), settings)
        assert index.article("warta-0").text == ROWS[0]["text"]
        assert index.lexical_search(terms("loket"), 20, Filter())


def test_the_generation_before_is_kept_and_older_ones_are_dropped(settings: IndexSettings, source: Path, server: MilvusServer) -> None:
    made = [build(corpus_file(source, *ROWS[n:]), settings).manifest.generation for n in range(3)]
    assert generations_of(server) == set(made[1:])


def test_the_generation_before_can_be_promoted_again_without_encoding(settings: IndexSettings, source: Path) -> None:
    first = build(source, settings).manifest.generation
    build(corpus_file(source, *ROWS[1:]), settings)
    back = build(corpus_file(source, *ROWS), settings)
    assert (back.manifest.generation, back.encoded) == (first, 0)
    assert len(articles_of(settings)) == 8


def test_another_index_whose_name_begins_alike_is_left_alone(milvus: MilvusLite, source: Path) -> None:
    build(source, milvus.settings("kota"))
    for n in range(1, 4):
        build(corpus_file(source, *ROWS[n:]), milvus.settings("kota_lama"))
    assert len(articles_of(milvus.settings("kota"))) == 8


def test_a_collection_that_no_build_has_made_is_not_taken_for_an_index(settings: IndexSettings, milvus: MilvusLite, source: Path) -> None:
    assert settings.milvus is not None
    with closing(MilvusClient(uri=settings.milvus.server)) as client:
        client.create_collection("milik_orang", dimension=4)
        client.create_alias("milik_orang", settings.milvus.collection)
    with pytest.raises(IndexDamagedError, match=r"'milik_orang'.*choose another name"):
        build(source, settings)


def test_nothing_built_is_missing(settings: IndexSettings) -> None:
    with pytest.raises(IndexMissingError, match="python -m index build"):
        open_index(settings, ENCODER)


def test_a_build_without_articles_leaves_the_old_generation(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    with pytest.raises(SourceError, match="index stays as it was"):
        build(corpus_file(source, {"text": " "}), settings)
    assert len(articles_of(settings)) == 8


@pytest.mark.parametrize("kind", ["FLAT", "HNSW", "HNSW_SQ", "AUTOINDEX"])
def test_every_kind_of_vector_index_finds_the_passage(milvus: MilvusLite, source: Path, kind: str) -> None:
    settings = milvus.settings(f"kinds_{kind}", milvus_vector_index=kind)
    build(source, settings)
    with closing(open_index(settings, ENCODER)) as index:
        best = index.dense_search(ENCODER.encode(["Warta\nCamat membuka loket 5 bagi warga. Antrean ke-5 tertib."])[0], 1, Filter())
    assert [s.passage_id for s in best] == ["warta-5#0"]


# Adding and removing


def test_added_articles_join_those_there_are(settings: IndexSettings, source: Path, tmp_path: Path) -> None:
    build(source, settings)
    more = corpus_file(tmp_path / "lain.jsonl", {"article_id": "lain", "text": "Pasar dibuka lagi."})
    report = add_articles([more], settings, ENCODER, BuildOptions())
    assert (report.encoded, report.reused, len(articles_of(settings))) == (1, 8, 9)


def test_removed_articles_are_gone(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    remove_articles(["warta-3"], settings, ENCODER, BuildOptions())
    with closing(open_index(settings, ENCODER)) as index, pytest.raises(UnknownArticleError):
        index.article("warta-3")


def test_an_unknown_article_cannot_be_removed(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    with pytest.raises(UnknownArticleError, match="nothing was removed"):
        remove_articles(["warta-9"], settings, ENCODER, BuildOptions())


def test_adding_needs_an_index(settings: IndexSettings, source: Path) -> None:
    with pytest.raises(IndexMissingError):
        add_articles([source], settings, ENCODER, BuildOptions())


class InterruptedEncoder(HashingEncoder):
    """Something else happens while it encodes for the first time."""

    def __init__(self, event: Callable[[], object]) -> None:
        super().__init__(64)
        self._events = [event]

    def encode(self, texts: Sequence[str]) -> Vectors:
        while self._events:
            self._events.pop()()
        return super().encode(texts)


def test_an_addition_that_another_build_overtakes_takes_nothing_back(settings: IndexSettings, source: Path, tmp_path: Path) -> None:
    build(source, settings)
    other = corpus_file(tmp_path / "baru.jsonl", *ROWS[:2])
    more = corpus_file(tmp_path / "lain.jsonl", {"article_id": "lain", "text": "Pasar dibuka lagi."})
    with pytest.raises(IndexLockedError, match="Do it once more"):
        add_articles([more], settings, InterruptedEncoder(lambda: build(other, settings)), BuildOptions())
    assert articles_of(settings) == {"warta-0", "warta-1"}


def test_a_build_has_no_lock_to_wait_for(settings: IndexSettings, source: Path) -> None:
    with pytest.raises(InputError, match="--wait 5 waits for another build of a folder"):
        build_index([source], settings, ENCODER, BuildOptions(wait_seconds=5))


# Parts, loaded by several processes


def test_parts_together_are_the_whole_and_promoted_by_a_build(settings: IndexSettings, source: Path) -> None:
    parts = [build(source, settings, shard=(n, 3)) for n in (1, 2, 3)]
    with pytest.raises(IndexMissingError):
        open_index(settings, ENCODER)
    whole = build(source, settings)
    assert (sum(p.encoded for p in parts), whole.encoded, whole.promoted) == (8, 0, True)
    assert check_index(settings, ENCODER) == []


def test_no_part_is_empty_or_everything(settings: IndexSettings, source: Path) -> None:
    assert all(0 < build(source, settings, shard=(n, 2)).encoded < 8 for n in (1, 2))


def test_a_part_that_is_loaded_again_is_encoded_once(settings: IndexSettings, source: Path) -> None:
    build(source, settings, shard=(1, 2))
    assert build(source, settings, shard=(1, 2)).encoded == 0


def test_a_part_that_never_came_is_loaded_by_the_last_step(settings: IndexSettings, source: Path) -> None:
    came = build(source, settings, shard=(2, 3)).encoded
    assert build(source, settings).encoded == 8 - came
    assert len(articles_of(settings)) == 8


def test_parts_of_a_new_generation_leave_the_old_one_served(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    assert not build(corpus_file(source, *ROWS[1:]), settings, shard=(1, 2)).promoted
    assert len(articles_of(settings)) == 8


def test_a_folder_has_no_parts(tmp_path: Path, source: Path) -> None:
    with pytest.raises(InputError, match=r"--shard.*is a folder"):
        build(source, IndexSettings(index_url=f"file:{tmp_path / 'index'}"), shard=(1, 2))


# The command line


def test_the_command_line_loads_parts_and_promotes(milvus: MilvusLite, source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = ("--index-url", milvus.url("baris_perintah"))
    assert main(["build", str(source), "--shard", "1/1", *url]) == 0
    assert "8 encoded" in (said := capsys.readouterr().out)
    assert "to be promoted by a build without --shard" in said
    assert main(["build", str(source), *url]) == 0
    assert "8 passages (0 encoded, 8 kept), 0 files left out; new generation g" in (said := capsys.readouterr().out)
    assert said.endswith(f" in {url[1]}\n")
    assert main(["stats", *url]) == 0
    assert f"index       {url[1]}\n" in capsys.readouterr().out
    assert main(["check", *url]) == 0
    assert main(["remove", "warta-1", *url]) == 0
    assert "7 articles, 7 passages (0 encoded, 7 kept)" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["0/2", "3/2", "2", "a/b", "1/2/3", "-1/2"])
def test_a_part_that_is_none_is_a_usage_error(source: Path, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["build", str(source), f"--shard={part}"])
    assert caught.value.code == 2
    assert "I from 1 to N" in capsys.readouterr().err


# Checks


def test_a_fresh_index_is_sound(settings: IndexSettings, source: Path) -> None:
    build(source, settings)
    assert check_index(settings, ENCODER) == []


def test_an_unfinished_generation_is_reported_and_dropped_by_a_repair(settings: IndexSettings, source: Path, server: MilvusServer) -> None:
    served = build(source, settings).manifest.generation
    left = build(corpus_file(source, *ROWS[1:]), settings, shard=(1, 2)).manifest.generation
    assert [left in sentence for sentence in check_index(settings, ENCODER)] == [True]
    done, _ = repair_index(settings, ENCODER, 0)
    assert [left in sentence for sentence in done] == [True]
    assert generations_of(server) == {served}


def damage(settings: IndexSettings, collection: str, key: str, **changes: object) -> None:
    """Overwrite columns of a row, or delete it."""
    assert settings.milvus is not None
    with closing(MilvusClient(uri=settings.milvus.server)) as client:
        if not changes:
            client.delete(collection, ids=[key])
            return
        (row,) = client.get(collection, ids=[key])
        client.upsert(collection, [{**{k: v for k, v in row.items() if k != "bm25"}, **changes}])


@pytest.mark.parametrize(
    ("kind", "key", "changes", "said"),
    [
        ("passages", "warta-2#0", {}, "The manifest says 8 passages, 7 are there"),
        ("passages", "warta-2#0", {"text": "Lurah menutup loket."}, "'warta-2#0'"),
        ("passages", "warta-2#0", {"vector": [1.0, *[0.0] * 63]}, "The vector of the passage 'warta-2#0'"),
        ("articles", "warta-2#0", {}, "The manifest says 8 articles, 7 are there"),
        ("terms", "loket", {"passages": 3}, "'loket' in 3 instead of 8"),
    ],
)
def test_damage_is_found(milvus: MilvusLite, source: Path, kind: str, key: str, changes: dict[str, object], said: str) -> None:
    settings = milvus.settings(f"damage_{kind}_{''.join(changes)}")
    build(source, settings)
    with closing(MilvusServer(settings)) as server:
        damage(settings, getattr(served_names(server), kind), key, **changes)
    assert any(said in sentence for sentence in check_index(settings, ENCODER))


def test_what_did_not_arrive_is_not_promoted(settings: IndexSettings, source: Path, server: MilvusServer) -> None:
    """A row that something else deletes while a build runs."""
    build(source, settings, shard=(1, 2))
    (names,) = all_generations(server)
    arrived = next(row["key"] for row in server.rows(names.passages, "ordinal >= 0", ("key",)))
    with pytest.raises(IndexNotWrittenError, match="7 passages of the new generation instead of 8"):
        build(source, settings, InterruptedEncoder(lambda: damage(settings, names.passages, arrived)))


# Texts of every kind


def test_a_text_larger_than_a_row_comes_back_whole(settings: IndexSettings, tmp_path: Path) -> None:
    text = "Warga 😀 antre di loket. " * 3000 + "a" * 70_000
    build(corpus_file(tmp_path / "besar.jsonl", {"article_id": "besar", "text": text, "title": "T" * 3000, "published": "2025-01-02"}), settings)
    with closing(open_index(settings, ENCODER)) as index:
        article = index.article("besar")
        (last,) = index.passages([f"besar#{index.manifest.passages - 1}"])
        assert (article.text == text, article.title, article.published) == (True, "T" * 3000, date(2025, 1, 2))
        assert last.text == text[last.start : last.end]
        assert (index.coverage().articles, index.count_matching(Filter())) == (1, 1)


@pytest.mark.parametrize("word", ["5,9", "1.900", "jum'at", "čeština", "الخدمة", "公務員", "2024"])
def test_every_word_is_found(milvus: MilvusLite, tmp_path: Path, word: str) -> None:
    settings = milvus.settings(f"words_{''.join(f'{ord(c):x}' for c in word)}")
    rows = ({"article_id": "satu", "text": f"Ada {word} di loket."}, {"article_id": "dua", "text": "Ada 5 dan 9, jum at 1 900 20 24."})
    build(corpus_file(tmp_path / "kata.jsonl", *rows), settings)
    with closing(open_index(settings, ENCODER)) as index:
        assert [s.passage_id for s in index.lexical_search(terms(word), 9, Filter())] == ["satu#0"]
        assert index.document_frequencies(terms(word)) == [1]
