"""Fixtures shared by all tests. Sockets reach this machine's loopback only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashingEncoder
from pytest_socket import enable_socket, socket_allow_hosts

from index.build import build_index
from index.datatypes import Encoder
from index.encoder import SentenceTransformersEncoder
from index.local import LocalIndex, open_index

REPOSITORY = Path(__file__).resolve().parents[1]


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


@pytest.fixture
def hashing_encoder() -> HashingEncoder:
    """An encoder that needs no model."""
    return HashingEncoder(256)
