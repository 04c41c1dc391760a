"""A Milvus server that is not there, hangs, wants a token or TLS: clear errors without secrets, and recovery."""

import base64
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import grpc
import pytest
import trustme
from fakes import HashingEncoder, corpus_file
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite as Engine
from milvus_servers import MilvusLite
from pymilvus.grpc_gen import milvus_pb2_grpc
from servers import free_port

from index.build import BuildOptions
from index.datatypes import Filter
from index.engines import build_index, check_served, open_index, open_served
from index.errors import IndexUnavailableError, IndexUnreachableError
from index.settings import REPOSITORY, IndexSettings

ENCODER = HashingEncoder(64)
TOKEN = "root:kata-sandi"


def built(settings: IndexSettings, folder: Path) -> IndexSettings:
    source = corpus_file(folder / "satu.jsonl", {"article_id": "satu", "text": "Camat membuka loket bagi warga."})
    build_index([source], settings, ENCODER, BuildOptions())
    return settings


def comes_back(ask: Callable[[], object]) -> bool:
    """Whether a call succeeds again within some seconds; a lost server is looked for once a second."""
    for _ in range(100):
        with contextlib.suppress(IndexUnreachableError):
            ask()
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def own_milvus(tmp_path: Path) -> Iterator[MilvusLite]:
    """A server that a test may kill."""
    with MilvusLite(tmp_path / "own") as server:
        yield server


def test_without_a_server_the_error_names_its_address_and_no_secret() -> None:
    settings = IndexSettings(index_url=f"milvus+http://127.0.0.1:{free_port()}/warta", milvus_token=TOKEN, milvus_timeout_seconds=2)
    with pytest.raises(IndexUnreachableError) as caught:
        open_served(settings)
    assert settings.milvus is not None
    assert settings.milvus.server in str(caught.value)
    assert "kata-sandi" not in str(caught.value)


def test_without_the_library_the_error_says_how_to_install_it() -> None:
    program = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "from index.__main__ import main\nsys.exit(main(['stats', '--index-url', 'milvus+http://127.0.0.1:1/warta']))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (
        1,
        "A milvus+http:// index needs the library pymilvus, which is not installed; install it with: pip install -e '.[milvus]'\n",
    )


def test_a_folder_needs_no_milvus_library(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['pymilvus'] = None; sys.modules['grpc'] = None\n"
        f"from index.__main__ import main\nsys.exit(main(['stats', '--index-url', 'file:{tmp_path}']))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert "There is no index" in run.stderr


def test_a_server_that_hangs_is_waited_for_no_longer_than_set(own_milvus: MilvusLite, tmp_path: Path) -> None:
    with closing(open_index(built(own_milvus.settings("warta", milvus_timeout_seconds=1), tmp_path), ENCODER)) as index:
        os.kill(own_milvus.process_id, signal.SIGSTOP)
        try:
            with pytest.raises(IndexUnreachableError, match="does not answer"):
                index.article("satu")
        finally:
            os.kill(own_milvus.process_id, signal.SIGCONT)
        assert comes_back(lambda: index.article("satu"))


def test_an_opened_index_answers_again_after_a_restart(own_milvus: MilvusLite, tmp_path: Path) -> None:
    with closing(open_index(built(own_milvus.settings("warta"), tmp_path), ENCODER)) as index:
        own_milvus.kill()
        with pytest.raises(IndexUnreachableError):
            index.article("satu")
        own_milvus.start()
        assert comes_back(lambda: index.article("satu"))
        assert index.dense_search(ENCODER.encode(["loket"])[0], 3, Filter())


def test_a_call_that_is_under_way_fails_when_the_server_is_killed(own_milvus: MilvusLite, tmp_path: Path) -> None:
    with closing(open_index(built(own_milvus.settings("warta", milvus_timeout_seconds=30), tmp_path), ENCODER)) as index:
        os.kill(own_milvus.process_id, signal.SIGSTOP)
        killer = threading.Timer(0.5, own_milvus.kill)
        started = time.monotonic()
        killer.start()
        with pytest.raises(IndexUnreachableError):
            index.article("satu")
        assert time.monotonic() - started >= 0.4  # it was waiting
        killer.join()


def test_a_look_before_a_fork_says_what_opening_would(milvus: MilvusLite) -> None:
    with pytest.raises(IndexUnavailableError, match="There is no index"):
        check_served(milvus.settings("tak_pernah_dibangun"))


# TLS and token


class NeedsToken(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc ships no types
    """Refuses calls without the token, as a Milvus with authentication does."""

    def intercept_service(self, continuation, details):  # type: ignore[no-untyped-def]
        sent = dict(details.invocation_metadata).get("authorization")
        if sent == base64.b64encode(TOKEN.encode()).decode():
            return continuation(details)
        handler = continuation(details)
        return grpc.unary_unary_rpc_method_handler(
            lambda _, context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure"),
            handler.request_deserializer,
            handler.response_serializer,
        )


class Authority:
    """A certificate authority with files for a server and a client."""

    def __init__(self, folder: Path) -> None:
        ca = trustme.CA()
        server, client = ca.issue_cert("127.0.0.1"), ca.issue_cert("layanan@contoh.com")
        self.ca_file, self.certificate, self.key = folder / "ca.pem", folder / "client.pem", folder / "client.key"
        ca.cert_pem.write_to_path(self.ca_file)
        client.cert_chain_pems[0].write_to_path(self.certificate)
        client.private_key_pem.write_to_path(self.key)
        self.server_pair = (server.private_key_pem.bytes(), server.cert_chain_pems[0].bytes())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def secured(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Addresses of one engine behind TLS: for everybody who has the token, and with a certificate as well."""
    engine = Engine(str(tmp_path_factory.mktemp("secured")))
    server = grpc.server(ThreadPoolExecutor(4), interceptors=[NeedsToken()])
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(engine), server)
    plain = grpc.ssl_server_credentials([authority.server_pair])
    mutual = grpc.ssl_server_credentials([authority.server_pair], authority.ca_file.read_bytes(), require_client_auth=True)
    ports = [server.add_secure_port("127.0.0.1:0", credentials) for credentials in (plain, mutual)]
    server.start()
    yield (f"milvus+https://127.0.0.1:{ports[0]}/tls", f"milvus+https://127.0.0.1:{ports[1]}/mutual")
    server.stop(0).wait()
    engine.close()


def test_token_and_certificate_authority_open_the_way(secured: tuple[str, str], authority: Authority, tmp_path: Path) -> None:
    settings = IndexSettings(index_url=secured[0], milvus_token=TOKEN, milvus_ca_file=authority.ca_file)
    with closing(open_index(built(settings, tmp_path), ENCODER)) as index:
        assert index.article("satu").text == "Camat membuka loket bagi warga."


def test_a_client_certificate_is_shown_to_a_server_that_wants_one(secured: tuple[str, str], authority: Authority, tmp_path: Path) -> None:
    files = {"milvus_ca_file": authority.ca_file, "milvus_client_certificate": authority.certificate, "milvus_client_key": authority.key}
    settings = IndexSettings.model_validate({"index_url": secured[1], "milvus_token": TOKEN, **files})
    with closing(open_index(built(settings, tmp_path), ENCODER)) as index:
        assert index.manifest.articles == 1


def test_a_wrong_token_is_an_error_that_names_the_setting_and_not_the_token(secured: tuple[str, str], authority: Authority) -> None:
    with pytest.raises(IndexUnavailableError, match="MILVUS_TOKEN") as caught:
        open_served(IndexSettings(index_url=secured[0], milvus_token="root:salah-sandi", milvus_ca_file=authority.ca_file))
    assert "salah-sandi" not in str(caught.value)


def test_a_server_with_an_unknown_certificate_is_not_trusted(secured: tuple[str, str]) -> None:
    with pytest.raises(IndexUnreachableError):
        open_served(IndexSettings(index_url=secured[0], milvus_token=TOKEN, milvus_timeout_seconds=3))


def test_a_missing_certificate_file_is_named(secured: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match=r"tidak-ada\.pem"):
        open_served(IndexSettings(index_url=secured[0], milvus_token=TOKEN, milvus_ca_file=tmp_path / "tidak-ada.pem"))
