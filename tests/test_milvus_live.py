"""The contract on your own Milvus: `pytest -m live --milvus-url milvus+http://HOST:19530/NAME`; MILVUS_TOKEN and the like count.

Collections whose names begin with NAME_contract_ are made and dropped; nothing else is touched.
"""

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fakes import corpus_file
from search_index_contract import ENCODER, SearchIndexContract, contract_corpus

from index.build import BuildOptions
from index.datatypes import SearchIndex
from index.engines import add_articles, build_index, check_index, open_index, remove_articles
from index.milvus import all_generations
from index.milvus_build import drop_generation
from index.milvus_client import MilvusServer
from index.settings import IndexSettings

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def settings(request: pytest.FixtureRequest) -> Iterator[IndexSettings]:
    """A collection of these tests' own beside the one that was named."""
    made = IndexSettings(index_url=f"{request.config.getoption('--milvus-url')}_contract_{secrets.token_hex(4)}")
    yield made
    with closing(MilvusServer(made)) as server:
        server.forget(server.place.collection)
        for names in all_generations(server):
            drop_generation(server, names)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return contract_corpus(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def index(settings: IndexSettings, source: Path) -> Iterator[SearchIndex]:
    build_index([source], settings, ENCODER, BuildOptions())
    opened = open_index(settings, ENCODER)
    yield opened
    opened.close()


class TestLiveMilvusIndex(SearchIndexContract):
    """The contract on a server of yours."""


def test_the_built_index_is_sound(index: SearchIndex, settings: IndexSettings) -> None:
    assert check_index(settings, ENCODER) == []


def test_articles_are_added_and_removed_and_the_old_generation_answers_on(index: SearchIndex, settings: IndexSettings, tmp_path: Path) -> None:
    more = corpus_file(tmp_path / "lain.jsonl", {"article_id": "lain", "text": "Loket dibuka lagi."})
    assert add_articles([more], settings, ENCODER, BuildOptions()).encoded == 1
    assert remove_articles(["lain"], settings, ENCODER, BuildOptions()).manifest.generation == index.manifest.generation
    assert index.article("jalan").text == "Jalan mulus bagi warga."


def test_parts_are_loaded_and_promoted(index: SearchIndex, settings: IndexSettings, source: Path, tmp_path: Path) -> None:
    more = corpus_file(tmp_path / "lain.jsonl", {"article_id": "lain", "text": "Loket dibuka pagi."})
    for part in (1, 2):
        assert not build_index([source, more], settings, ENCODER, BuildOptions(shard=(part, 2))).promoted
    assert build_index([source, more], settings, ENCODER, BuildOptions()).encoded == 0
    assert check_index(settings, ENCODER) == []
