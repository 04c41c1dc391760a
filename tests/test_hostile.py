"""Hostile strings by every way into the service: the form, the API, the articles' files and their names.

A page may hold them as text only, a reply may not be a server error, and nothing of this machine may come out.
"""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from fakes import HashingEncoder, QuotingComposer, corpus_file
from flask.testing import FlaskClient
from hostile import ATTACKS, hostile_strings
from invented import APEL, ARTICLES, LOKET
from markup import intruders
from werkzeug.test import TestResponse

from index.__main__ import main as index_main
from index.build import BuildReport, build_index
from index.datatypes import Encoder
from index.local import LocalIndex, open_index
from qa.__main__ import main as qa_main
from qa.app import create_app
from qa.datatypes import Composer, Request
from qa.feedback import FeedbackStore
from qa.pipeline import Pipeline
from qa.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[1]
STRESS = os.environ.get("STRESS") == "1"
STRINGS = hostile_strings(1000 if STRESS else 75)
READ = STRINGS if STRESS else STRINGS[:8]
"""Strings that the models in the box read; the others meet a composer that quotes whatever was found."""

SECRET = "sk-uji-rahasia-4711"
BROWSER = {"Accept": "text/html"}
PROGRAM = {"Accept": "application/json"}
SITES = frozenset({"localhost", "kabar.example"})
"""This service as its own permalinks name it, and the publisher that article files name."""

EVALUATED = str(913 * 919)
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows them."""


@pytest.fixture(scope="module", autouse=True)
def secret() -> Iterator[None]:
    """A key in the environment, as an operator sets it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", SECRET)
        yield


# --- the ways in ----------------------------------------------------------------------------------------------


def row(number: int, text: str) -> dict[str, str]:
    """A corpus line that is hostile in every field."""
    sentence = f"Wali kota menyebut {text} di balai nomor {number}."
    return {"article_id": f"garis-{number}", "title": text, "publisher": text, "text": sentence, "url": f"https://kabar.example/{text}" if number % 2 else text}


def file_name(number: int, text: str) -> bytes:
    """A name that the file system takes: no slash, no null, at most 255 bytes."""
    return f"{number} ".encode() + text.replace("/", "_").replace("\0", "_").encode()[:180] + b".txt"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every string as a text file under its own name, and as a corpus line."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, text in enumerate(STRINGS):
        (folder / os.fsdecode(file_name(number, text))).write_bytes(f"{text}\n\nPegawai ke-{number} menulis {text} kemarin.\n".encode())
    (folder / os.fsdecode(b"bukan \xff\xfe utf-8.txt")).write_text("Nama berkas ini bukan UTF-8.")
    corpus_file(folder / "corpus.jsonl", *(row(n, text) for n, text in enumerate(STRINGS)), LOKET, APEL)
    return folder


@pytest.fixture(scope="module")
def built(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    folder = tmp_path_factory.mktemp("index")
    return folder, build_index([sources], folder, HashingEncoder(256))


@pytest.fixture(scope="module")
def index(built: tuple[Path, BuildReport]) -> Iterator[LocalIndex]:
    opened = open_index(built[0], HashingEncoder(256))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("service")
    return Settings(composer=Composer.LLM, feedback_file=folder / "feedback.sqlite", evaluation_folder=folder, feedback_limit=5000)


@pytest.fixture(scope="module")
def client(index: LocalIndex, settings: Settings) -> FlaskClient:
    return create_app(settings, Pipeline(index, HashingEncoder(256), settings, QuotingComposer())).test_client()


# --- what comes out -------------------------------------------------------------------------------------------


def told(response: TestResponse, sent: str = "") -> list[str]:
    """What a reply gives away: our places, a key, files of this machine, templates that were run, the inside of a failure."""
    # Of 32 random hexadecimal digits some may be the figures of a product.
    number = re.fullmatch(r"[0-9a-f]{32}", response.headers.get("X-Request-ID", ""))
    text = (response.text + str(response.headers)).replace(number[0] if number else "\0", "")
    found = [word for word in (SECRET, str(REPOSITORY), "root:x:0", "Traceback", "__main__", "sqlite3.") if word in text and word not in sent]
    return found + ([EVALUATED] if EVALUATED in text and EVALUATED not in sent else [])


def faults(response: TestResponse, sent: str, allowed: tuple[int, ...] = (200, 422)) -> list[str]:
    """Everything that is wrong with a reply."""
    if response.status_code in (303, 308):  # to the page of thanks; to the same path with single slashes
        where = urlsplit(response.location or "")
        return [] if where.hostname in (None, "localhost") and where.path.startswith("/") else [f"{sent!r} leads to {response.location}"]
    status = [] if response.status_code in allowed else [f"status {response.status_code}"]
    page = intruders(response.text, SITES) if response.mimetype == "text/html" else []
    kind = [] if response.mimetype in ("text/html", "application/json", "application/problem+json") else [response.mimetype]
    headers = ["a cookie"] if "Set-Cookie" in response.headers else []
    return [f"{sent!r:.120}: {fault}" for fault in (*status, *page, *kind, *headers, *told(response, sent))]


def test_there_are_as_many_different_strings_as_promised() -> None:
    assert len(set(hostile_strings(1000))) == 1000


@pytest.mark.parametrize(
    "injected",
    [
        "<script>alert(1)</script>",
        "<script src=/static/page.js></script><script>alert(1)</script>",
        "<p onclick=alert(1)>",
        '<p style="color:red">',
        "<iframe></iframe>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href=//jahat.example>x</a>",
        "<a href='/\\jahat.example'>x</a>",
        "<a href=https://jahat.example/>x</a>",
        "<form action=https://jahat.example/></form>",
        "<base href=/>",
    ],
)
def test_injected_markup_is_recognised(client: FlaskClient, injected: str) -> None:
    """The tests below rest on this one: a page into which something was put is caught."""
    assert intruders(client.get("/", headers=BROWSER).text.replace("</main>", f"{injected}</main>"))


def test_our_own_page_holds_nothing_foreign(client: FlaskClient) -> None:
    assert intruders(client.get("/?question=wali+kota", headers=BROWSER).text, SITES) == []


# --- the form and the pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["question", "published_from", "as_of", "publishers", "lang"])
def test_the_form_shows_a_hostile_string_as_text(client: FlaskClient, field: str) -> None:
    wrong = []
    for text in STRINGS:
        response = client.get("/", query_string={"question": "Siapa wali kota?", field: text}, headers=BROWSER)
        wrong += faults(response, text)
    assert wrong == []


@pytest.mark.parametrize("field", ["search", "publishers", "published_to", "page"])
def test_the_list_of_articles_shows_a_hostile_string_as_text(client: FlaskClient, field: str) -> None:
    wrong = []
    for text in STRINGS:
        for accept in (BROWSER, PROGRAM):
            wrong += faults(client.get("/articles", query_string={field: text}, headers=accept), text)
    assert wrong == []


@pytest.mark.parametrize("before", ["/articles/", "/evaluation/", "/static/", "/docs/assets/", "/"])
def test_a_hostile_path_leads_nowhere(client: FlaskClient, before: str) -> None:
    wrong = []
    for text in STRINGS:
        for path in (quote(text, safe=""), quote(text.lstrip("/"), safe="/.:;&=+$,~")):
            wrong += faults(client.get(before + path, headers=BROWSER), text, (404, 405, 422))
    assert wrong == []


@pytest.mark.parametrize(
    "path", ["/articles/apel-2023?start={}&end={}", "/evaluation?report={}", "/evaluation/{}/1.svg", "/feedback?question={}&publishers={}"]
)
def test_hostile_parameters_of_other_pages_are_text(client: FlaskClient, path: str) -> None:
    wrong = []
    for text in STRINGS:
        wrong += faults(client.get(path.replace("{}", quote(text, safe="")), headers=BROWSER), text, (200, 404, 422))
    assert wrong == []


# --- the API --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["question", "as_of", "publishers", "composer"])
def test_a_hostile_field_of_a_question_is_answered_or_refused(client: FlaskClient, field: str) -> None:
    wrong = []
    for text in STRINGS:
        value: Any = [text] if field == "publishers" else text
        response = client.post("/ask", json={"question": "Siapa wali kota?", field: value})
        wrong += faults(response, text)
        assert json.loads(response.data)
    assert wrong == []


def test_a_hostile_name_of_a_field_is_refused(client: FlaskClient) -> None:
    wrong = []
    for text in STRINGS:
        wrong += faults(client.post("/ask", json={"question": "Siapa?", text: 1}), text, (422,))
    assert wrong == []


def test_a_hostile_body_is_refused(client: FlaskClient) -> None:
    wrong = []
    for text in STRINGS:
        wrong += faults(client.post("/ask", data=text.encode(), content_type="application/json"), text, (400, 422))
    assert wrong == []


def test_a_hostile_citation_is_not_found(client: FlaskClient) -> None:
    wrong = []
    for text in STRINGS:
        cited = {"marker": 1, "article_id": text, "quote": text, "start": 0, "end": len(text), "sha256": text}
        response = client.post("/verify", json={"citations": [cited], "abstained": False})
        wrong += faults(response, text)
        assert response.status_code == 422 or not response.get_json()["verified"]
    assert wrong == []


@pytest.mark.parametrize("name", ["X-Request-ID", "Accept", "If-None-Match", "X-Forwarded-For", "Referer", "Cookie", "Accept-Language"])
def test_a_hostile_header_is_not_reflected(client: FlaskClient, name: str) -> None:
    wrong = []
    for text in STRINGS:
        plain = "".join(c for c in text if c.isprintable() and ord(c) < 256)  # what HTTP lets through
        response = client.get("/about", headers={**BROWSER, name: plain})
        wrong += faults(response, text, (200,))
        reflected = len(plain) > 3 and not plain.isalnum() and plain in str(response.headers)
        wrong += [f"{text!r} came back in a header"] if reflected else []
    assert wrong == []


# --- verdicts -------------------------------------------------------------------------------------------------


def test_hostile_verdicts_are_kept_as_they_are_or_refused(client: FlaskClient, settings: Settings) -> None:
    wrong, accepted = [], []
    for text in STRINGS:
        form = {"verdict": "wrong", "question": text, "comment": text, "short_answer": text[:500], "quotes": text}
        response = client.post("/feedback", data=form, headers={**BROWSER, "Sec-Fetch-Site": "same-origin"})
        wrong += faults(response, text, (303, 422))
        accepted += [text] if response.status_code == 303 else []
    assert wrong == []
    stored = [e.comment for e in FeedbackStore(settings.feedback_path, settings.feedback_limit).entries()]
    assert stored == [text.replace("\r\n", "\n").strip() for text in accepted]


# --- articles -------------------------------------------------------------------------------------------------


def test_every_hostile_file_is_indexed_or_named(built: tuple[Path, BuildReport], sources: Path) -> None:
    report = built[1]
    assert len(report.errors) + report.manifest.articles == len(STRINGS) * 2 + len((LOKET, APEL)) + 1
    assert report.manifest.articles > len(STRINGS)


def test_a_build_prints_no_control_characters(sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name and text are somebody's: an escape sequence in them would be run by the operator's terminal."""
    folder = tmp_path / "few"
    folder.mkdir()
    for number, text in enumerate(a for kind in ("control", "header", "Unicode", "markup") for a in ATTACKS[kind]):
        (folder / os.fsdecode(file_name(number, text))).write_bytes(f"\x1b[2J{text}".encode())
    (folder / "utuh.txt").write_text("Pegawai datang tepat waktu.")
    corpus_file(folder / "baris.jsonl", {"article_id": "\x1b[2J", "text": "Pegawai."}, {"\x1b[2J": 1}, {"text": "a", "published": "\x1b[2J"})
    (folder / "rusak.jsonl").write_text('{"text": \x1b[2J}\n')
    assert index_main(["build", str(folder), "--index-url", f"file:{tmp_path / 'index'}"]) == 0
    said = capsys.readouterr()
    left = said.out + said.err.replace("\r", "\n")  # progress bars return the carriage
    assert [c for c in left if (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t") or c in BIDI] == []


def test_a_command_line_answer_prints_no_control_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a corpus line: JSON may hold any character, and the quote stays verbatim in the index."""
    text = "Wali kota Tirtaloka \x1b[2J\x9b membuka loket terpadu \u202e di balai."
    corpus = corpus_file(tmp_path / "c.jsonl", {"text": text, "title": "\x1b]0;jahat\x07"})
    url = f"--index-url=file:{tmp_path / 'index'}"
    assert index_main(["build", str(corpus), url]) == 0
    monkeypatch.setenv("MIN_CONFIDENCE", "0")
    assert qa_main(["ask", "Apa yang dibuka wali kota Tirtaloka?", url]) == 0
    said = capsys.readouterr().out
    assert "\\x1b[2J" in said
    assert not set(said) & {"\x1b", "\x07", "\x9b", *BIDI}


def test_the_text_of_a_hostile_article_is_the_files(index: LocalIndex, client: FlaskClient) -> None:
    wrong = []
    for number, text in enumerate(STRINGS):
        response = client.get(f"/articles/garis-{number}", headers=PROGRAM)
        wrong += faults(response, text + str(row(number, text)))
        assert response.get_json()["text"] == row(number, text)["text"]
    assert wrong == []


def test_the_page_of_a_hostile_article_shows_it_as_text(index: LocalIndex, client: FlaskClient) -> None:
    wrong = []
    for article in index.article_summaries():
        response = client.get(f"/articles/{article.article_id}?start=0&end=30&start=20&end=60", headers=BROWSER)
        wrong += faults(response, article.title + (article.url or ""), (200,))
    assert wrong == []


def test_pages_of_the_list_show_hostile_titles_as_text(index: LocalIndex, client: FlaskClient) -> None:
    wrong = []
    for page in range(1, index.manifest.articles // 50 + 2):
        wrong += faults(client.get(f"/articles?page={page}", headers=BROWSER), "", (200,))
    wrong += faults(client.get("/about", headers=BROWSER), "", (200,))
    assert wrong == []


def test_quotes_of_hostile_articles_are_verbatim(index: LocalIndex, client: FlaskClient) -> None:
    for number in range(0, len(STRINGS), 10):
        reply = client.post("/ask", json={"question": f"Apa yang disebut wali kota di balai nomor {number}?"}).get_json()
        assert reply["citations"]
        for cited in reply["citations"]:
            assert index.article(cited["article_id"]).text[cited["start"] : cited["end"]] == cited["quote"]


# --- the models in the box, and instructions in articles ------------------------------------------------------


@pytest.fixture(scope="module")
def reading(index: LocalIndex) -> FlaskClient:
    """The service with the reader in the box."""
    settings = Settings(feedback=False)
    return create_app(settings, Pipeline(index, HashingEncoder(256), settings)).test_client()


def test_the_reader_in_the_box_reads_hostile_questions_and_articles(reading: FlaskClient) -> None:
    wrong = []
    for text in READ:
        wrong += faults(reading.get("/", query_string={"question": text}, headers=BROWSER), text)
    assert wrong == []


QUESTIONS = ("Siapa wali kota Tirtaloka?", "Berapa anggaran loket?", "Kapan apel pegawai dimulai?", "Siapa gubernur Tirtaloka?")


def answers(folder: Path, articles: list[dict[str, Any]], encoder: Encoder) -> list[tuple[str, str | None, list[str]]]:
    """What the questions are answered from these articles: the text, the short answer, the articles quoted."""
    build_index([corpus_file(folder.with_suffix(".jsonl"), *articles)], folder, encoder)
    pipeline = Pipeline(open_index(folder, encoder), encoder, Settings())
    replies = [pipeline.answer_question(Request(question), "uji") for question in QUESTIONS]
    pipeline.close()
    return [(a.answer if not a.abstained else "", a.short_answer, [c.article_id for c in a.citations]) for a in replies]


def test_articles_that_give_instructions_change_no_answer(tmp_path: Path, encoder: Encoder) -> None:
    orders = [*ATTACKS["prompt"], *ATTACKS["markup"], *ATTACKS["template"]]
    commands = [{"article_id": f"perintah-{n}", "title": order, "text": f"{order} {order}", "published": "2026-11-01"} for n, order in enumerate(orders)]
    alone = answers(tmp_path / "alone", [*ARTICLES], encoder)
    assert answers(tmp_path / "beside", [*ARTICLES, *commands], encoder) == alone
    assert any(text for text, _, _ in alone)
