"""A service follows new generations: between requests, never within one, and never to one that cannot answer."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashingEncoder, QuotingComposer, corpus_file
from fakes_service import FakePipeline
from flask import Flask

from index.build import add_articles, build_index
from index.datatypes import Encoder
from index.errors import IndexDamagedError, IndexUnavailableError
from index.generations import CURRENT, current_generation, read_manifest
from index.local import open_index
from qa.app import create_app
from qa.datatypes import Answer, Composer, Request
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.switching import SwitchingPipeline

ENCODER = HashingEncoder(256)
SECONDS = 60


# On pipelines that are looked at


class LastingPipeline(FakePipeline):
    """A generation whose answers can be kept waiting, and that tells whether it was closed."""

    def __init__(self, generation: str) -> None:
        super().__init__()
        self.index.manifest = replace(self.index.manifest, generation=generation)
        self.closed = False
        self.asked_by_a_visitor = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def answer_question(self, request: Request, request_id: str) -> Answer:
        if request_id != "switch":
            self.asked_by_a_visitor.set()
            assert self.go_on.wait(SECONDS)
        assert not self.closed
        return super().answer_question(request, request_id)

    def close(self) -> None:
        self.closed = True


class Promoted:
    """Generations that a test promotes by setting `newest`."""

    def __init__(self) -> None:
        self.pipelines = {name: LastingPipeline(name) for name in ("g1", "g2", "g3")}
        self.newest = "g1"
        self.outage: IndexUnavailableError | None = None
        self.opened: list[str] = []
        self.switching = SwitchingPipeline(self._name, self._open)

    def _name(self) -> str:
        if self.outage is not None:
            raise self.outage
        return self.newest

    def _open(self) -> LastingPipeline:
        self.opened.append(self.newest)
        return self.pipelines[self.newest]


@pytest.fixture
def promoted() -> Promoted:
    return Promoted()


def test_a_promoted_generation_is_served_after_a_look(promoted: Promoted) -> None:
    promoted.newest = "g2"
    assert promoted.switching.refresh()
    assert promoted.switching.index.manifest.generation == "g2"


def test_nothing_is_opened_while_nothing_is_promoted(promoted: Promoted) -> None:
    assert not promoted.switching.refresh()
    assert promoted.opened == ["g1"]


def test_the_old_generation_is_closed_when_nobody_uses_it(promoted: Promoted) -> None:
    promoted.newest = "g2"
    promoted.switching.refresh()
    assert [promoted.pipelines[name].closed for name in ("g1", "g2")] == [True, False]


def test_a_question_that_began_with_the_old_generation_ends_with_it(promoted: Promoted) -> None:
    old = promoted.pipelines["g1"]
    old.go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(promoted.switching.answer_question, Request("Siapa wali kota?"), "r-1")
        assert old.asked_by_a_visitor.wait(SECONDS)
        promoted.newest = "g2"
        promoted.switching.refresh()
        assert not old.closed
        old.go_on.set()
        assert answer.result().index.generation == "g1"
    assert old.closed


def test_whoever_is_pinned_keeps_the_generation_with_which_it_began(promoted: Promoted) -> None:
    with promoted.switching.pinned():
        promoted.newest = "g2"
        promoted.switching.refresh()
        assert promoted.switching.index.manifest.generation == "g1"
        assert promoted.switching.answer_question(Request("Siapa wali kota?"), "r-1").index.generation == "g1"
    assert promoted.switching.index.manifest.generation == "g2"


def test_a_generation_in_use_survives_two_promotions(promoted: Promoted) -> None:
    with promoted.switching.pinned():
        for promoted.newest in ("g2", "g3"):
            promoted.switching.refresh()
        assert [p.closed for p in promoted.pipelines.values()] == [False, True, False]
    assert [p.closed for p in promoted.pipelines.values()] == [True, True, False]


def test_a_generation_that_cannot_answer_is_refused_and_closed(promoted: Promoted, caplog: pytest.LogCaptureFixture) -> None:
    promoted.pipelines["g2"].failure = KeyError("row 7")
    promoted.newest = "g2"
    assert not promoted.switching.refresh()
    assert (promoted.switching.index.manifest.generation, promoted.pipelines["g2"].closed) == ("g1", True)
    assert "the new generation is refused, 'g1' goes on" in caplog.text


def test_the_same_outage_is_told_again_after_the_service_had_recovered(promoted: Promoted, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        promoted.outage = IndexUnavailableError("Milvus does not answer.")
        promoted.switching.refresh()
        promoted.switching.refresh()
        promoted.outage = None
        promoted.switching.refresh()
    assert caplog.text.count("Milvus does not answer.") == 2


def test_a_refused_generation_is_not_tried_again_at_once(promoted: Promoted) -> None:
    promoted.pipelines["g2"].failure = IndexDamagedError("broken")
    promoted.newest = "g2"
    for _ in range(5):
        promoted.switching.refresh()
    assert promoted.opened == ["g1", "g2"]


def test_a_refused_generation_gives_way_to_the_next(promoted: Promoted) -> None:
    promoted.pipelines["g2"].failure = IndexDamagedError("broken")
    for promoted.newest in ("g2", "g3"):
        promoted.switching.refresh()
    assert promoted.switching.index.manifest.generation == "g3"


def test_one_that_watches_switches_by_itself(promoted: Promoted) -> None:
    promoted.switching.watch(every_seconds=0.01)
    promoted.newest = "g2"
    assert comes_true(lambda: promoted.switching.index.manifest.generation == "g2")
    promoted.switching.close()


def test_a_closed_one_closes_its_generation(promoted: Promoted) -> None:
    promoted.switching.close()
    assert promoted.pipelines["g1"].closed


def test_a_page_shows_articles_of_the_generation_that_answered(promoted: Promoted) -> None:
    """The answer and the articles beside it are read one after the other; a switch between them may not be seen."""
    old = promoted.pipelines["g1"]
    old.go_on.clear()
    client = create_app(Settings(), promoted.switching).test_client()
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(client.get, "/?question=Siapa+wali+kota")
        assert old.asked_by_a_visitor.wait(SECONDS)
        promoted.newest = "g2"
        promoted.switching.refresh()
        promoted.pipelines["g2"].index.article = None  # type: ignore[assignment,method-assign]  # whoever reads the new one fails
        old.go_on.set()
        assert page.result().status_code == 200


# On real indexes


def comes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def edition(folder: Path, number: int) -> Path:
    return corpus_file(folder / f"{number}.jsonl", {"article_id": "loket", "title": "Loket", "text": f"Loket terpadu melayani warga, edisi {number}."})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_index([edition(tmp_path, 1)], tmp_path / "index", ENCODER)
    return tmp_path / "index"


@pytest.fixture
def switching(folder: Path) -> Iterator[SwitchingPipeline]:
    settings = Settings(composer=Composer.LLM, min_confidence=0)

    def opened() -> Pipeline:
        return Pipeline(open_index(folder, ENCODER), ENCODER, settings, QuotingComposer())

    pipeline = SwitchingPipeline(lambda: read_manifest(folder).generation, opened)
    yield pipeline
    pipeline.close()


@pytest.fixture
def app(switching: SwitchingPipeline) -> Flask:
    return create_app(Settings(), switching)


def answer_of(app: Flask) -> str:
    reply = app.test_client().post("/ask", json={"question": "Siapa yang melayani warga?"})
    assert reply.status_code == 200
    text: str = reply.get_json()["answer"]
    return text


def test_answers_come_from_the_new_generation(app: Flask, switching: SwitchingPipeline, folder: Path, tmp_path: Path) -> None:
    assert "edisi 1" in answer_of(app)
    build_index([edition(tmp_path, 2)], folder, ENCODER)
    assert switching.refresh()
    assert "edisi 2" in answer_of(app)


@pytest.mark.parametrize("path", ["/readyz", "/articles/loket", "/"])
def test_every_page_follows(app: Flask, switching: SwitchingPipeline, folder: Path, tmp_path: Path, path: str) -> None:
    before = app.test_client().get(path).get_data()
    source = edition(tmp_path, 2)
    (tmp_path / "corpus.toml").write_text('example_questions = ["Apa?"]\n', encoding="utf-8")
    build_index([source], folder, ENCODER)
    switching.refresh()
    assert app.test_client().get(path).get_data() != before


def test_replies_name_the_generation_they_come_from(app: Flask, switching: SwitchingPipeline, folder: Path, tmp_path: Path) -> None:
    made = build_index([edition(tmp_path, 2)], folder, ENCODER).manifest
    switching.refresh()
    client = app.test_client()
    named = [client.post("/ask", json={"question": "Siapa?"}).get_json()["index"]["generation"], client.get("/readyz").get_json()["generation"]]
    assert named == [made.generation] * 2


DAMAGES: dict[str, Callable[[Path], None]] = {
    "no vectors": lambda generation: (generation / "vectors.faiss").unlink(),
    "no words": lambda generation: shutil.rmtree(generation / "lexical"),
    "half a store": lambda generation: (generation / "articles.sqlite").write_bytes((generation / "articles.sqlite").read_bytes()[:8192]),
    "no manifest": lambda generation: (generation / "manifest.json").unlink(),
    "no generation": shutil.rmtree,
    "no pointer": lambda generation: (generation.parent / CURRENT).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_generation_is_refused_with_its_reason_and_the_old_one_answers(
    app: Flask, switching: SwitchingPipeline, folder: Path, tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    build_index([edition(tmp_path, 2)], folder, ENCODER)
    damage(current_generation(folder))
    assert not switching.refresh()
    assert "edisi 1" in answer_of(app)
    assert [r.levelno for r in caplog.records if "goes on" in r.message] == [logging.ERROR]


def test_a_generation_of_another_encoder_is_refused_with_its_reason_and_the_old_one_answers(
    app: Flask, switching: SwitchingPipeline, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build_index([edition(tmp_path, 2)], folder, HashingEncoder(64, "lain"))
    assert not switching.refresh()
    assert "edisi 1" in answer_of(app)
    assert "made by the encoder 'lain'" in caplog.text


def test_the_old_generation_is_whole_however_many_are_refused(app: Flask, switching: SwitchingPipeline, folder: Path, tmp_path: Path) -> None:
    for number in range(2, 6):
        build_index([edition(tmp_path, number)], folder, HashingEncoder(64, "lain"))
        switching.refresh()
    with ThreadPoolExecutor(1) as pool:  # a thread that has opened nothing yet
        assert "edisi 1" in pool.submit(answer_of, app).result()


def test_the_service_of_the_settings_follows_by_itself(seeds_folder: Path, encoder: Encoder, tmp_path: Path) -> None:
    folder = shutil.copytree(seeds_folder, tmp_path / "index")
    client = create_app(Settings(index_url=f"file:{folder}")).test_client()
    made = add_articles([edition(tmp_path, 1)], folder, encoder).manifest
    assert comes_true(lambda: client.get("/readyz").get_json()["generation"] == made.generation)
    assert client.get("/articles/loket").status_code == 200


def test_the_service_answers_from_a_copied_generation(seeds_folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(current_generation(seeds_folder), tmp_path / "backup")
    client = create_app(Settings(index_url=f"file:{copied}")).test_client()
    assert client.get("/readyz").get_json()["articles"] == 5
    assert client.post("/ask", json={"question": "Siapa wali kota Semarang?"}).get_json()["citations"]
