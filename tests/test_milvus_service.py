"""Two service processes over one Milvus: they answer, say that it is gone, recover without a restart, follow new generations."""

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fakes import corpus_file
from milvus_servers import MilvusLite
from servers import eventually, free_port, get, post, workers_of

from index.build import BuildOptions, encoded_text
from index.datatypes import Encoder, Vectors
from index.engines import add_articles, build_index, open_index
from index.local import LocalIndex
from index.retriever import Retriever
from index.settings import REPOSITORY
from qa.__main__ import main
from qa.settings import Settings

SECONDS = 60
START_SECONDS = 240  # two workers load their models; a busy machine takes its time
QUESTION = {"question": "Berapa nilai Indeks Profesionalitas ASN Kota Semarang?"}
BODY = json.dumps(QUESTION).encode()
TESTSET = [json.loads(line) for line in (REPOSITORY / "tests/testset/semarang.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusLite]:
    """A Milvus of this module's own, because its tests kill it."""
    with MilvusLite(tmp_path_factory.mktemp("milvus-of-the-service")) as milvus:
        yield milvus


class StoredVectors:
    """The encoder in the box, which need not encode the seeds once more."""

    def __init__(self, encoder: Encoder, index: LocalIndex) -> None:
        self.name, self.fingerprint, self.dimension, self.encode_questions = encoder.name, encoder.fingerprint, encoder.dimension, encoder.encode_questions
        self._encoder = encoder
        articles = {a.article_id: a for a in index.store.articles()}
        rows = [(row, encoded_text(articles[p.article_id], p)) for row, p, _ in index.store.all_passages()]
        vectors = index.dense.vectors(np.array([row for row, _ in rows], dtype=np.int64))
        self._known = dict(zip((text for _, text in rows), vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        known = [self._known.get(text) for text in texts]
        return np.array([v if v is not None else self._encoder.encode([t])[0] for t, v in zip(texts, known, strict=True)], dtype=np.float32)


@pytest.fixture(scope="module")
def stored(encoder: Encoder, seeds_index: LocalIndex) -> Encoder:
    return StoredVectors(encoder, seeds_index)


@pytest.fixture(scope="module")
def settings(server: MilvusLite, stored: Encoder) -> Settings:
    made = Settings(index_url=server.url("semarang"), milvus_timeout_seconds=10)
    build_index([REPOSITORY / "seeds"], made, stored, BuildOptions())
    return made


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Port and process of `python -m qa serve` with two workers."""
    port = free_port()
    environment = {**os.environ, "INDEX_URL": settings.index_url, "PORT": str(port), "WORKERS": "2", "MILVUS_TIMEOUT_SECONDS": "10"}
    command = [sys.executable, "-m", "qa", "serve"]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        assert ready, f"the service did not say within {START_SECONDS} seconds that it listens"
        assert "Siap" in process.stdout.readline()
        yield port, process
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


@pytest.fixture
def port(service: tuple[int, "subprocess.Popen[str]"], server: MilvusLite) -> int:
    assert eventually(lambda: all(status == 200 for status, _ in asked_often(service[0], "/readyz")))
    return service[0]


def asked_often(port: int, path: str) -> list[tuple[int, str]]:
    """So often that, as a rule, each of the two processes replies."""
    return [get(port, path) for _ in range(8)]


def page(port: int, path: str) -> tuple[int, str]:
    """What a browser sees."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("GET", path, headers={"Accept": "text/html"})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_two_processes_share_one_milvus(service: tuple[int, "subprocess.Popen[str]"], port: int) -> None:
    status, reply = post(port, "/ask", BODY)
    assert (status, reply["short_answer"], len(workers_of(service[1]))) == (200, "85,96", 2)


def test_the_quotes_of_an_answer_verify(port: int) -> None:
    _, reply = post(port, "/ask", BODY)
    assert reply["citations"]
    assert post(port, "/verify", json.dumps(reply).encode())[1]["verified"] is True


def test_the_command_line_asks_and_verifies(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION["question"], "--json", "--index-url", settings.index_url]) == 0
    (tmp_path / "answer.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["verify", str(tmp_path / "answer.json"), "--index-url", settings.index_url]) == 0


def test_a_server_that_is_killed_in_mid_query_is_a_503_and_comes_back(port: int, server: MilvusLite) -> None:
    os.kill(server.process_id, signal.SIGSTOP)
    replies: list[tuple[int, dict[str, object]]] = []
    asking = threading.Thread(target=lambda: replies.append(post(port, "/ask", BODY)))
    asking.start()
    time.sleep(1)
    assert asking.is_alive()  # the question waits for Milvus
    server.kill()
    asking.join(SECONDS)
    ((status, problem),) = replies
    assert (status, problem["status"], problem["title"]) == (503, 503, "Service Unavailable")
    assert "does not answer" in str(problem["detail"])
    server.start()
    assert eventually(lambda: post(port, "/ask", BODY)[1].get("short_answer") == "85,96")


def test_without_milvus_nothing_is_ready_and_the_page_is_friendly(port: int, server: MilvusLite) -> None:
    server.kill()
    try:
        assert get(port, "/readyz")[0] == 503
        assert get(port, "/healthz")[0] == 200
        status, text = page(port, "/?question=Siapa%20wali%20kota%20Semarang%3F")
        assert (status, "Layanan sedang tidak siap" in text, "Traceback" in text) == (503, True, False)
    finally:
        server.start()


def test_the_processes_follow_a_new_generation(port: int, settings: Settings, stored: Encoder, tmp_path: Path) -> None:
    source = corpus_file(tmp_path / "loket.jsonl", {"article_id": "loket", "text": "Lurah membuka loket baru bagi warga pada hari Senin."})
    made = add_articles([source], settings, stored, BuildOptions()).manifest
    failed: list[tuple[int, str]] = []

    def all_follow() -> bool:
        replies = asked_often(port, "/readyz")
        failed.extend(reply for reply in replies if reply[0] != 200)  # a busy Milvus may take longer than the service waits
        return all(json.loads(text).get("generation") == made.generation for _, text in replies)

    assert eventually(all_follow), failed
    assert get(port, "/articles/loket")[0] == 200


def test_both_engines_rank_the_same_passage_first(seeds_index: LocalIndex, server: MilvusLite, stored: Encoder) -> None:
    """But for near ties: Milvus counts a title's terms with those of the text, tantivy has a field for each."""
    settings = server.settings("seeds_only")
    build_index([REPOSITORY / "seeds"], settings, stored, BuildOptions())
    with closing(open_index(settings, stored)) as index:
        here, there = (Retriever(engine, stored, settings.dense_weight) for engine in (seeds_index, index))
        for row in TESTSET[::6]:
            best, second = here.retrieve(row["question"], 2)
            if best.score - second.score > 0.02:
                (found,) = there.retrieve(row["question"], 1)
                assert (row["id"], found.passage) == (row["id"], best.passage)
                assert found.dense == pytest.approx(best.dense, abs=1e-4)
