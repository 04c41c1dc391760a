"""A real server over the seeds: the command line starts gunicorn, replies are checked from outside, SIGTERM ends it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
START_SECONDS = 180
STOP_SECONDS = 30
# Few, and no lines of the test set: two examples of the page, which must be answered, and something that no article says.
ANSWERED = ("Siapa wali kota Semarang?", "Berapa nilai Indeks Profesionalitas ASN Kota Semarang?")
UNANSWERED = "Berapa harga tiket kapal feri ke Pulau Karimun tahun 2031?"
QUESTIONS = (*ANSWERED, UNANSWERED)

Reply = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """A running server and where it listens."""

    process: subprocess.Popen[str]
    base: str

    def get(self, path: str) -> Reply:
        return self._reply(urllib.request.Request(self.base + path, headers={"Accept": "application/json"}))

    def post(self, path: str, body: Reply) -> Reply:
        return self._reply(urllib.request.Request(self.base + path, json.dumps(body).encode(), {"Content-Type": "application/json"}))

    def stop(self) -> int:
        """Send SIGTERM and return the exit status; a server that does not end is killed and fails the test."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _reply(self, request: urllib.request.Request) -> Reply:
        with urllib.request.urlopen(request, timeout=60) as response:
            reply: Reply = json.load(response)
        return reply


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(service: Service, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert service.process.poll() is None, f"the server ended with {service.process.returncode}:\n{log.read_text()}"
        try:
            service.get("/readyz")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server was not ready after {START_SECONDS} s:\n{log.read_text()}")


@pytest.fixture(scope="module", params=[1, 2], ids=["1 worker", "2 workers"])
def service(request: pytest.FixtureRequest, seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    port = free_port()
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    command = [sys.executable, "-m", "qa", "serve", "--port", str(port), "--workers", str(request.param), "--index-url", f"file:{seeds_folder}"]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("HOST", "PORT", "WORKERS", "INDEX_URL", "ENCODER", "COMPOSER", "LANGUAGE_MODEL")
    }
    with log.open("w") as written, subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=written, stderr=written, text=True) as process:
        running = Service(process, f"http://127.0.0.1:{port}")
        try:
            wait_until_ready(running, log)
            yield running
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def replies(service: Service) -> dict[str, Reply]:
    return {question: service.post("/ask", {"question": question}) for question in QUESTIONS}


@pytest.mark.parametrize("question", ANSWERED)
def test_question_that_the_articles_answer_is_answered_with_citations(replies: dict[str, Reply], question: str) -> None:
    assert (replies[question]["abstained"], bool(replies[question]["citations"])) == (False, True)


@pytest.mark.parametrize("question", ANSWERED)
def test_every_quote_stands_in_the_article_that_the_service_shows(service: Service, replies: dict[str, Reply], question: str) -> None:
    for citation in replies[question]["citations"]:
        article = service.get(f"/articles/{citation['article_id']}")
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert article["sha256"] == citation["sha256"]


@pytest.mark.parametrize("question", ANSWERED)
def test_marker_of_every_citation_stands_in_the_answer(replies: dict[str, Reply], question: str) -> None:
    assert all(f"[{c['marker']}]" in replies[question]["answer"] for c in replies[question]["citations"])


def test_question_that_no_article_answers_is_abstained(replies: dict[str, Reply]) -> None:
    reply = replies[UNANSWERED]
    assert (reply["abstained"], reply["citations"], reply["answer"]) == (True, [], reply["abstention"]["message"])


@pytest.mark.parametrize("question", QUESTIONS)
def test_reply_verifies(service: Service, replies: dict[str, Reply], question: str) -> None:
    checked = service.post("/verify", replies[question])
    expected = [{"marker": c["marker"], "status": "found"} for c in replies[question]["citations"]]
    assert checked == {"verified": True, "citations": expected}


def test_reply_with_a_changed_quote_does_not_verify(service: Service, replies: dict[str, Reply]) -> None:
    reply = next(r for r in replies.values() if r["citations"])
    first, *others = reply["citations"]
    forged = {**reply, "citations": [{**first, "quote": first["quote"] + " Palsu belaka."}, *others]}
    checked = service.post("/verify", forged)
    assert (checked["verified"], checked["citations"][0]["status"]) == (False, "not_found")


def test_same_question_has_the_same_answer_from_any_worker(service: Service, replies: dict[str, Reply]) -> None:
    again = [service.post("/ask", {"question": ANSWERED[0]}) for _ in range(8)]
    assert {(r["answer"], r["confidence"]) for r in again} == {(replies[ANSWERED[0]]["answer"], replies[ANSWERED[0]]["confidence"])}


def test_taken_port_is_a_clear_error(service: Service, seeds_folder: Path) -> None:
    port = service.base.rpartition(":")[2]
    command = [sys.executable, "-m", "qa", "serve", "--port", port, "--index-url", f"file:{seeds_folder}"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert (done.returncode, f"Port {port} on 127.0.0.1 is already in use" in done.stderr) == (1, True)


def test_sigterm_ends_the_server_with_0(service: Service) -> None:
    """Last of the file: the server of its parameter is gone afterwards."""
    assert service.stop() == 0
