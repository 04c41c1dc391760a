"""A real server with two workers is asked without a pause while generations are promoted: nothing fails, every quote verifies."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakes import HashingEncoder, corpus_file

from index.build import build_index
from index.check import check_index

TESTS = Path(__file__).resolve().parent
PROMOTIONS = 20 if os.environ.get("STRESS") == "1" else 3
CLIENTS = 4
SECONDS = 60
ENCODER = HashingEncoder(256)

SERVER = """
import sys
from pathlib import Path
from fakes import HashingEncoder, QuotingComposer
from qa.datatypes import Composer
from qa.serve import run_server
from qa.settings import Settings

def load(settings):
    from index.generations import read_manifest
    from index.local import open_index
    from qa.app import create_app
    from qa.pipeline import Pipeline
    from qa.switching import SwitchingPipeline

    encoder = HashingEncoder(256)
    def opened():
        return Pipeline(open_index(settings.index_folder, encoder), encoder, settings, QuotingComposer())
    pipeline = SwitchingPipeline(lambda: read_manifest(settings.index_folder).generation, opened)
    pipeline.watch(every_seconds=0.2)
    return create_app(settings, pipeline)

sys.exit(run_server(Settings(), load))
"""


def text_of(article: int, edition: int) -> str:
    """Every third article is another one in each edition, and longer or shorter, so that offsets move."""
    return f"{'Kabar. ' * (edition % 5)}Loket nomor {article} melayani warga dengan ramah, edisi {edition if article % 3 == 0 else 0}."


def write_edition(path: Path, edition: int) -> Path:
    return corpus_file(path, *({"article_id": f"a{n}", "title": f"Loket {n}", "text": text_of(n, edition)} for n in range(30)))


@dataclass
class Seen:
    """What the clients met."""

    pages: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    generations: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


class Visitor(threading.Thread):
    """Asks one question after the other, and looks at pages, until it is told to stop."""

    def __init__(self, port: int, seen: Seen, stop: threading.Event) -> None:
        super().__init__()
        self._port, self._seen, self._stop_asking = port, seen, stop

    def run(self) -> None:
        number = 0
        while not self._stop_asking.is_set():
            number += 1
            try:
                self._ask(number % 30)
                self._look(f"/?question=Loket+nomor+{number % 30}")
                self._look("/readyz")
            except Exception as error:
                self._seen.failures.append(repr(error))

    def _ask(self, number: int) -> None:
        status, body = self._call("POST", "/ask", json.dumps({"question": f"Siapa yang dilayani loket nomor {number}?"}))
        if status != 200:
            self._seen.failures.append(f"/ask: {status} {body}")
            return
        reply = json.loads(body)
        self._seen.answers.append(reply)
        self._seen.generations.add(reply["index"]["generation"])

    def _look(self, path: str) -> None:
        status, body = self._call("GET", path)
        self._seen.pages += 1
        if status != 200:
            self._seen.failures.append(f"{path}: {status} {body}")

    def _call(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """A server with two workers over the index; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WORKERS": "2",
        "INDEX_URL": f"file:{folder}",
        "COMPOSER": "llm",
        "MIN_CONFIDENCE": "0",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
    }
    with subprocess.Popen([sys.executable, "-c", SERVER], env=environment, stdout=subprocess.PIPE, text=True) as server:
        watchdog = threading.Timer(SECONDS, server.kill)
        watchdog.start()
        try:
            assert server.stdout is not None
            assert "Siap" in server.stdout.readline()
            watchdog.cancel()
            yield port
        finally:
            watchdog.cancel()
            server.terminate()
            server.wait(SECONDS)


def false_quotes(reply: dict[str, Any], edition: int) -> list[str]:
    """Quotes of an answer that the articles of its edition do not hold; an answer without any is wrong too."""
    wrong = [] if reply["citations"] else [f"no quote in {reply}"]
    for cited in reply["citations"]:
        text = text_of(int(cited["article_id"][1:]), edition)
        if text[cited["start"] : cited["end"]] != cited["quote"] or hashlib.sha256(text.encode()).hexdigest() != cited["sha256"]:
            wrong.append(f"edition {edition} does not hold {cited}")
    return wrong


def promote_and_wait(scratch: Path, edition: int, seen: Seen) -> str:
    """Promote an edition, wait until an answer came from it, and return its generation: each is met under load, however slow the machine."""
    generation = build_index([write_edition(scratch / "c.jsonl", edition)], scratch / "index", ENCODER).manifest.generation
    deadline = time.monotonic() + SECONDS
    while generation not in seen.generations:
        assert time.monotonic() < deadline, f"no answer came from edition {edition}; {seen.failures[:3]}"
        time.sleep(0.05)
    return generation


def test_no_request_fails_and_every_quote_verifies_while_generations_are_promoted(tmp_path: Path) -> None:
    seen, stop = Seen(), threading.Event()
    editions = {build_index([write_edition(tmp_path / "c.jsonl", 0)], tmp_path / "index", ENCODER).manifest.generation: 0}
    with served(tmp_path / "index") as port:
        visitors = [Visitor(port, seen, stop) for _ in range(CLIENTS)]
        for visitor in visitors:
            visitor.start()
        try:
            editions |= {promote_and_wait(tmp_path, edition, seen): edition for edition in range(1, PROMOTIONS + 1)}
        finally:
            stop.set()
            for visitor in visitors:
                visitor.join(SECONDS)
    print(f"{len(seen.answers)} answers and {seen.pages} pages while {PROMOTIONS} generations were promoted")
    assert seen.failures == []
    assert [wrong for reply in seen.answers for wrong in false_quotes(reply, editions[reply["index"]["generation"]])] == []
    assert check_index(tmp_path / "index", ENCODER) == []
