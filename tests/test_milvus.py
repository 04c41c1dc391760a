"""The index in Milvus passes the contract of every engine, against a real milvus-lite server over gRPC."""

from collections.abc import Iterator

import pytest
from milvus_servers import MilvusLite
from search_index_contract import ENCODER, SearchIndexContract, contract_corpus

from index.build import BuildOptions
from index.datatypes import SearchIndex
from index.engines import build_index, open_index


@pytest.fixture(scope="module")
def index(milvus: MilvusLite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    settings = milvus.settings("contract")
    build_index([contract_corpus(tmp_path_factory.mktemp("milvus"))], settings, ENCODER, BuildOptions())
    opened = open_index(settings, ENCODER)
    yield opened
    opened.close()


class TestMilvusIndex(SearchIndexContract):
    """The contract in Milvus."""
