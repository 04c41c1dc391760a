"""Fixtures shared by all tests. Sockets reach this machine's loopback only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashingEncoder
from milvus_servers import MilvusLite
from pytest_socket import enable_socket, socket_allow_hosts

from index.build import build_index
from index.datatypes import Encoder
from index.encoder import SentenceTransformersEncoder
from index.local import LocalIndex, open_index

REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--milvus-url", help="run the tests marked `live` on this server: milvus+http://HOST:19530/NAME")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--milvus-url") is None:  # nobody's server is asked unless it was named
        live = [item for item in items if item.get_closest_marker("live")]
        items[:] = [item for item in items if item not in live]
        if live:
            config.hook.pytest_deselected(items=live)


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    # Addresses, not names: looking "localhost" up would itself need a socket.
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The encoder in the box."""
    return SentenceTransformersEncoder()


@pytest.fixture(scope="session")
def seeds_folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An index folder built from the seeds by the encoder in the box."""
    folder = tmp_path_factory.mktemp("seeds-index")
    build_index([REPOSITORY / "seeds"], folder, encoder)
    return folder


@pytest.fixture(scope="session")
def seeds_index(seeds_folder: Path, encoder: Encoder) -> Iterator[LocalIndex]:
    """The index of the seeds, opened."""
    index = open_index(seeds_folder, encoder)
    yield index
    index.close()


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusLite]:
    """A milvus-lite server; every test takes a collection of its own."""
    with MilvusLite(tmp_path_factory.mktemp("milvus-lite")) as server:
        yield server


@pytest.fixture
def hashing_encoder() -> HashingEncoder:
    """An encoder that needs no model."""
    return HashingEncoder(256)
