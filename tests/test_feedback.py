"""Verdicts of readers: what is stored, who may send them, and what becomes of them as test-set lines."""

import json
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes_service import LATE, MAYOR_NOW, FakePipeline
from flask.testing import FlaskClient

from qa.__main__ import main
from qa.app import create_app
from qa.errors import FeedbackFullError, FeedbackUnavailableError
from qa.feedback import Feedback, FeedbackStore, StoredQuote, Verdict, lines_for_testset, review_lines
from qa.settings import Settings
from qa.testset import read_gold

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
OWN = {**BROWSER, "Sec-Fetch-Site": "same-origin"}
START = LATE.text.index(MAYOR_NOW)
PLACE = f"{LATE.article_id}:{START}:{START + len(MAYOR_NOW)}:{LATE.sha256}"
FIELDS = {"verdict": "right", "question": "Siapa wali kota Tirtaloka?", "language": "id", "short_answer": "Rendra Wiskara", "quotes": PLACE}
ENTRY = Feedback(
    received=date(2026, 1, 3),
    verdict=Verdict.RIGHT,
    comment="",
    question="Siapa wali kota Tirtaloka?",
    language="id",
    filters={},
    abstained=False,
    short_answer="Rendra Wiskara",
    quotes=(StoredQuote(LATE.article_id, MAYOR_NOW), StoredQuote(LATE.article_id, "Pegawai bekerja dalam dua giliran.")),
    generation="g-uji",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "feedback.sqlite"


@pytest.fixture
def client(file: Path) -> FlaskClient:
    return create_app(Settings(feedback_file=file, feedback_limit=3), FakePipeline()).test_client()


@pytest.fixture
def stored(file: Path) -> Callable[[], list[Feedback]]:
    return FeedbackStore(file, 3).entries


# --- the file -------------------------------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_went_in(file: Path) -> None:
    entry = replace(ENTRY, comment="Baik 😀\nsekali; DROP TABLE feedback", filters={"publishers": ["Kabar"], "as_of": "2026-01-01"})
    store = FeedbackStore(file, 10)
    store.add(entry)
    assert store.entries() == [entry]


def test_there_is_no_file_before_the_first_entry(file: Path) -> None:
    assert FeedbackStore(file, 10).entries() == []
    assert not file.exists()


def test_the_limit_holds_even_when_many_write_at_once(file: Path) -> None:
    def add(_: int) -> bool:
        try:
            FeedbackStore(file, 5).add(ENTRY)
        except FeedbackFullError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(16))) == 5
    assert len(FeedbackStore(file, 5).entries()) == 5


def test_a_place_that_cannot_be_written_is_named_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FeedbackUnavailableError, match="FEEDBACK_FILE") as caught:
        FeedbackStore(tmp_path / "file" / "feedback.sqlite", 10).add(ENTRY)
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_no_database_is_an_error_in_words(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 100)
    with pytest.raises(FeedbackUnavailableError, match="cannot be read"):
        FeedbackStore(file, 10).entries()


def test_nothing_that_names_a_visitor_is_stored(client: FlaskClient, file: Path) -> None:
    client.post("/feedback", data=FIELDS, headers={**OWN, "User-Agent": "peramban-saya", "X-Forwarded-For": "203.0.113.9"})
    held = file.read_bytes()
    assert all(secret not in held for secret in (b"peramban-saya", b"203.0.113.9", b"127.0.0.1"))


def test_the_others_of_the_machine_cannot_read_the_file(client: FlaskClient, file: Path) -> None:
    client.post("/feedback", data=FIELDS, headers=OWN)
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


# --- the form -------------------------------------------------------------------------------------------------


def test_a_verdict_is_stored_and_leads_to_thanks(client: FlaskClient, stored: Callable[[], list[Feedback]]) -> None:
    response = client.post("/feedback", data={**FIELDS, "comment": " Tepat.\r\nSekali. "}, headers=OWN)
    assert response.status_code == 303
    entry = stored()[0]
    assert (entry.verdict, entry.comment, entry.short_answer, entry.generation) == (Verdict.RIGHT, "Tepat.\nSekali.", "Rendra Wiskara", "g-uji")
    assert entry.quotes == (StoredQuote(LATE.article_id, MAYOR_NOW),)
    thanks = client.get(response.headers["Location"], headers=BROWSER)
    assert "Terima kasih" in thanks.text
    assert "/?question=Siapa+wali+kota+Tirtaloka" in thanks.text


def test_the_answers_own_form_can_be_sent_as_it_is(client: FlaskClient, stored: Callable[[], list[Feedback]]) -> None:
    text = client.get("/?question=Siapa wali kota Tirtaloka?&published_from=2025-01-01", headers=BROWSER).text
    assert f'name="quotes" value="{PLACE}"' in text
    assert 'name="published_from" value="2025-01-01"' in text
    assert 'action="/feedback" method="post"' in text


def test_filters_are_stored_and_lead_back(client: FlaskClient, stored: Callable[[], list[Feedback]]) -> None:
    data: dict[str, Any] = {**FIELDS, "as_of": "2026-01-02", "published_to": "", "publishers": ["Kabar Tirtaloka", "Warta Lembayung"]}
    response = client.post("/feedback?lang=en", data=data, headers=OWN)
    assert stored()[0].filters == {"as_of": "2026-01-02", "publishers": ["Kabar Tirtaloka", "Warta Lembayung"]}
    thanks = client.get(response.headers["Location"], headers=BROWSER).text
    assert "as_of=2026-01-02&amp;publishers=Kabar+Tirtaloka&amp;publishers=Warta+Lembayung" in thanks
    assert "Thank you" in thanks


@pytest.mark.parametrize(
    "place",
    [
        f"{LATE.article_id}:0:10:{'0' * 64}",
        f"{LATE.article_id}:0:99999:{LATE.sha256}",
        f"{LATE.article_id}:9:9:{LATE.sha256}",
        f"tidak-ada:0:10:{LATE.sha256}",
        "<script>",
    ],
)
def test_a_quote_that_its_article_does_not_hold_is_not_stored(client: FlaskClient, stored: Callable[[], list[Feedback]], place: str) -> None:
    client.post("/feedback", data={**FIELDS, "quotes": place}, headers=OWN)
    assert (stored()[0].quotes, stored()[0].short_answer) == ((), None)


def test_a_short_answer_that_no_quote_holds_is_not_stored(client: FlaskClient, stored: Callable[[], list[Feedback]]) -> None:
    client.post("/feedback", data={**FIELDS, "short_answer": "Orang Lain"}, headers=OWN)
    assert stored()[0].short_answer is None


@pytest.mark.parametrize(
    "change",
    [{"verdict": "maybe"}, {"verdict": ""}, {"question": " "}, {"question": "x" * 1001}, {"comment": "x" * 1001}, {"as_of": "besok"}, {"quotes": [PLACE] * 21}],
)
def test_fields_that_cannot_be_used_are_refused_with_a_page(client: FlaskClient, change: dict[str, Any], stored: Callable[[], list[Feedback]]) -> None:
    response = client.post("/feedback", data={**FIELDS, **change}, headers=OWN)
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert stored() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://lain.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.lain.example"},
    ],
)
def test_a_form_of_another_site_is_refused(client: FlaskClient, headers: dict[str, str], stored: Callable[[], list[Feedback]]) -> None:
    response = client.post("/feedback", data=FIELDS, headers={**BROWSER, **headers})
    assert response.status_code == 403
    assert "Kiriman ditolak" in response.text
    assert stored() == []


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(client: FlaskClient) -> None:
    assert client.post("/feedback", data=FIELDS, headers={"Origin": "http://localhost"}).status_code == 303


def test_the_full_file_refuses_further_verdicts(client: FlaskClient, stored: Callable[[], list[Feedback]]) -> None:
    assert [client.post("/feedback", data=FIELDS, headers=OWN).status_code for _ in range(4)] == [303, 303, 303, 503]
    assert len(stored()) == 3


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post("/feedback", data={**FIELDS, "comment": "x" * 70_000}, headers=OWN).status_code == 413


def test_switched_off_there_is_no_form_and_no_place_to_send_it(file: Path) -> None:
    client = create_app(Settings(feedback=False, feedback_file=file), FakePipeline()).test_client()
    assert 'class="feedback"' not in client.get("/?question=Siapa wali kota?", headers=BROWSER).text
    assert client.post("/feedback", data=FIELDS, headers=OWN).status_code == 404
    assert not file.exists()


def test_the_answers_page_lets_browsers_say_that_a_form_is_its_own(client: FlaskClient) -> None:
    assert client.get("/?question=Siapa wali kota?", headers=BROWSER).headers["Referrer-Policy"] == "same-origin"


# --- export ---------------------------------------------------------------------------------------------------


def test_a_right_answer_becomes_a_line_with_the_quotes_that_hold_it() -> None:
    assert lines_for_testset([ENTRY]) == [
        {
            "id": "feedback-0001",
            "question": "Siapa wali kota Tirtaloka?",
            "language": "id",
            "category": "feedback",
            "answers": ["Rendra Wiskara"],
            "evidence": [{"article_id": LATE.article_id, "quote": MAYOR_NOW}],
            "answerable": True,
        }
    ]


def test_a_right_abstention_becomes_an_unanswerable_line() -> None:
    line = lines_for_testset([replace(ENTRY, abstained=True, short_answer=None, quotes=())])[0]
    assert (line["answers"], line["evidence"], line["answerable"]) == ([], [], False)


def test_without_a_short_answer_the_quote_is_the_answer() -> None:
    assert lines_for_testset([replace(ENTRY, short_answer=None)])[0]["answers"] == [MAYOR_NOW]


@pytest.mark.parametrize(
    "entries",
    [
        [replace(ENTRY, verdict=Verdict.WRONG)],
        [replace(ENTRY, verdict=Verdict.WRONG_QUOTE)],
        [ENTRY, replace(ENTRY, verdict=Verdict.WRONG, question="siapa  WALI kota Tirtaloka?")],
        [replace(ENTRY, filters={"as_of": "2024-01-01"})],
        [replace(ENTRY, quotes=())],
    ],
    ids=["wrong", "wrong quote", "contested", "with a filter", "no quote left"],
)
def test_what_nobody_vouches_for_is_no_line(entries: list[Feedback]) -> None:
    assert lines_for_testset(entries) == []


def test_the_same_question_counts_once() -> None:
    assert len(lines_for_testset([ENTRY, replace(ENTRY, question=ENTRY.question.lower())])) == 1


def test_the_lines_are_a_test_set(tmp_path: Path) -> None:
    entries = [
        ENTRY,
        replace(ENTRY, question="Berapa?", short_answer="A & B", quotes=(StoredQuote("x", "A & B"),)),
        replace(ENTRY, question="?", abstained=True),
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines_for_testset(entries)))
    assert [q.answerable for q in read_gold(path).questions] == [True, True, False]


def test_every_verdict_is_listed_for_review() -> None:
    line = review_lines([replace(ENTRY, verdict=Verdict.WRONG, comment="Sudah berganti.")])[0]
    assert (line["verdict"], line["comment"], line["received"]) == ("wrong", "Sudah berganti.", "2026-01-03")
    assert json.loads(json.dumps(line)) == line


@pytest.mark.parametrize(("options", "lines"), [([], 1), (["--all"], 2)])
def test_the_command_prints_lines_and_counts(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], lines: int
) -> None:
    for entry in (ENTRY, replace(ENTRY, question="Lain?", verdict=Verdict.WRONG)):
        FeedbackStore(file, 10).add(entry)
    monkeypatch.setenv("FEEDBACK_FILE", str(file))
    assert main(["feedback", *options]) == 0
    printed = capsys.readouterr()
    assert len([json.loads(line) for line in printed.out.splitlines()]) == lines
    assert f"{lines} of 2 verdicts" in printed.err


def test_the_command_without_a_file_prints_nothing(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FEEDBACK_FILE", str(file))
    assert main(["feedback"]) == 0
    assert capsys.readouterr().out == ""


def test_hostile_comments_stay_text(client: FlaskClient, file: Path) -> None:
    hostile = "'); DROP TABLE feedback; --<script>{{ 7*7 }}\0"
    client.post("/feedback", data={**FIELDS, "comment": hostile}, headers=OWN)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT comment FROM feedback").fetchall() == [(hostile,)]
    connection.close()
