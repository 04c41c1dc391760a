"""The HTTP contract and the pages, against a scripted pipeline."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fakes_service import HOSTILE, LATE, MAYOR_NOW, RAW, FakePipeline
from flask.testing import FlaskClient

from index.errors import IndexMissingError, ServiceError
from qa.app import BODY_BYTES, create_app
from qa.datatypes import Composer, Reason, Request
from qa.errors import LanguageModelError
from qa.excerpts import paragraphs, valid_ranges
from qa.pages import confidence_word, statements
from qa.settings import Settings
from qa.texts import TEXTS, format_day

MAYOR = "Siapa wali kota Tirtaloka?"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}


@pytest.fixture
def pipeline() -> FakePipeline:
    return FakePipeline()


@pytest.fixture
def client(pipeline: FakePipeline) -> Iterator[FlaskClient]:
    with create_app(Settings(), pipeline).test_client() as client:
        yield client


def ask(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    response = client.post("/ask", json={"question": MAYOR, **fields})
    assert response.status_code == 200, response.text
    reply: dict[str, Any] = response.get_json()
    return reply


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url, headers=BROWSER)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    return response.text


# --- bad input ------------------------------------------------------------------------------------------------

GOOD = {"question": MAYOR}
BAD_BODIES: list[tuple[str, Any, int, str | None]] = [
    ("not JSON", b"{", 400, None),
    ("empty", b"", 400, None),
    ("invalid UTF-8", b'{"question": "\xff\xfe"}', 400, None),
    ("NaN", b'{"question": "a", "top_k": NaN}', 400, None),
    ("infinity", b'{"question": "a", "top_k": -Infinity}', 400, None),
    ("nested deeply", b"[" * 30_000, 400, None),
    ("a number of 5,000 digits", b'{"question": "a", "top_k": ' + b"9" * 5000 + b"}", 400, None),
    ("byte order mark", b'\xef\xbb\xbf{"question": "a"}', 400, None),
    ("too large", {"question": "x" * BODY_BYTES}, 413, None),
    ("the same key twice", b'{"question": "a", "question": "b"}', 422, "question"),
    ("a list", [GOOD], 422, "body"),
    ("a string", b'"question"', 422, "body"),
    ("null", b"null", 422, "body"),
    ("no question", {}, 422, "question"),
    ("empty question", {"question": ""}, 422, "question"),
    ("blank question", {"question": " \n\t\u00a0"}, 422, "question"),
    ("only control characters", {"question": "\0\x01\x7f"}, 422, "question"),
    ("1,001 characters", {"question": "x" * 1001}, 422, "question"),
    ("question 5", {"question": 5}, 422, "question"),
    ("question null", {"question": None}, 422, "question"),
    ("lone surrogate", b'{"question": "a \\ud800"}', 422, "question"),
    ("lone surrogate in a publisher", b'{"question": "a", "publishers": ["\\udfff"]}', 422, "publishers.0"),
    ("lone surrogate as a field", b'{"question": "a", "\\ud800": 1}', 422, "body"),
    ("unknown field", {**GOOD, "colour": 1}, 422, "colour"),
    ("top_k 0", {**GOOD, "top_k": 0}, 422, "top_k"),
    ("top_k 51", {**GOOD, "top_k": 51}, 422, "top_k"),
    ("top_k in words", {**GOOD, "top_k": "many"}, 422, "top_k"),
    ("top_k '5'", {**GOOD, "top_k": "5"}, 422, "top_k"),
    ("top_k 5.0", {**GOOD, "top_k": 5.0}, 422, "top_k"),
    ("top_k true", {**GOOD, "top_k": True}, 422, "top_k"),
    ("top_k null", {**GOOD, "top_k": None}, 422, "top_k"),
    ("as_of a word", {**GOOD, "as_of": "besok"}, 422, "as_of"),
    ("as_of no such day", {**GOOD, "as_of": "2026-02-30"}, 422, "as_of"),
    ("as_of without dashes", {**GOOD, "as_of": "20260102"}, 422, "as_of"),
    ("as_of a time", {**GOOD, "as_of": "2026-01-02T00:00:00"}, 422, "as_of"),
    ("as_of a number", {**GOOD, "as_of": 20260102}, 422, "as_of"),
    ("as_of in other digits", {**GOOD, "as_of": "٢٠٢٦-٠١-٠٢"}, 422, "as_of"),
    ("published_from empty", {**GOOD, "published_from": ""}, 422, "published_from"),
    ("publishers a string", {**GOOD, "publishers": "Kabar"}, 422, "publishers"),
    ("publishers of numbers", {**GOOD, "publishers": [1]}, 422, "publishers.0"),
    ("unknown composer", {**GOOD, "composer": "oracle"}, 422, "composer"),
    ("composer not configured", {**GOOD, "composer": "llm"}, 422, "composer"),
]


@pytest.mark.parametrize(("body", "status", "field"), [pytest.param(*b[1:], id=b[0]) for b in BAD_BODIES])
def test_a_bad_body_is_a_clear_problem(client: FlaskClient, body: Any, status: int, field: str | None) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post("/ask", data=raw, content_type="application/json")
    problem = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["title"]
    assert [e["field"] for e in problem.get("errors", [])] == ([] if field is None else [field])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/articles/no-such-article", 404),
        ("GET", "/articles/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/no/such/path", 404),
        ("DELETE", "/ask", 405),
        ("GET", "/ask", 405),
        ("POST", "/articles", 405),
        ("GET", "/articles?page=x", 422),
        ("GET", f"/articles/{LATE.article_id}?start=x&end=5", 422),
    ],
)
def test_other_errors_are_problems_too(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method, headers=PROGRAM)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    if status == 405:
        assert response.headers["Allow"]


@pytest.mark.parametrize("content_type", ["text/csv", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_is_415(client: FlaskClient, content_type: str | None) -> None:
    response = client.post("/ask", data=json.dumps(GOOD), content_type=content_type)
    assert response.status_code == 415
    assert "application/json" in response.get_json(force=True)["detail"]


def test_a_message_says_what_was_sent_and_what_to_do(client: FlaskClient) -> None:
    errors = client.post("/ask", json={**GOOD, "as_of": "besok"}).get_json(force=True)["errors"]
    assert "'besok'" in errors[0]["message"]
    assert "YYYY-MM-DD" in errors[0]["message"]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (IndexMissingError("Nothing was built."), 503),
        (LanguageModelError("Too slow."), 503),
        (ServiceError("secret"), 500),
        (ValueError("secret"), 500),
        (KeyError("secret"), 500),
    ],
)
def test_failures_have_one_status_each_and_500_tells_nothing(client: FlaskClient, pipeline: FakePipeline, failure: Exception, status: int) -> None:
    pipeline.failure = failure
    response = client.post("/ask", json=GOOD)
    assert response.status_code == status
    assert "secret" not in response.text
    assert response.headers["X-Request-ID"] in response.text
    assert client.get(f"/?question={MAYOR}", headers=BROWSER).status_code == status


# --- contract -------------------------------------------------------------------------------------------------


def test_an_answer_has_every_field_of_the_contract(client: FlaskClient) -> None:
    reply = ask(client)
    assert list(reply) == [
        *("request_id", "question", "language", "answer", "short_answer", "confidence", "composer", "abstained", "abstention"),
        *("citations", "timeline", "passages", "index", "timing_ms", "unmentioned", "parts"),
    ]
    assert list(reply["citations"][0]) == (
        "marker article_id passage_id title publisher published published_is_estimate url quote start end sha256 also_in".split()
    )
    assert list(reply["passages"][0]) == "passage_id article_id text start end score rank also_in".split()
    assert list(reply["timeline"][0]) == "value published marker current".split()
    assert list(reply["index"]) == "generation articles passages encoder".split()


def test_a_quote_stands_at_its_offsets_in_code_points(client: FlaskClient) -> None:
    citation = ask(client, question="berapa warga")["citations"][0]
    stored = client.get(f"/articles/{citation['article_id']}").get_json()
    assert stored["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert hashlib.sha256(stored["text"].encode()).hexdigest() == citation["sha256"] == stored["sha256"]


def test_an_abstention_has_no_answer_and_says_what_is_covered(client: FlaskClient) -> None:
    reply = ask(client, question="resep rendang")
    assert reply["abstained"]
    assert reply["answer"] == reply["abstention"]["message"]
    assert (reply["short_answer"], reply["citations"], reply["timeline"]) == (None, [], [])
    assert reply["abstention"]["coverage"]["first_published"] == "2023-03-13"


def test_every_option_reaches_the_pipeline(client: FlaskClient, pipeline: FakePipeline) -> None:
    ask(
        client,
        question="  Siapa\0wali kota? ",
        top_k=3,
        as_of="2025-01-01",
        published_from="2023-01-01",
        published_to="2024-12-31",
        publishers=["Warta Lembayung"],
        composer="extractive",
    )
    sent = pipeline.asked[0]
    assert (sent.question, sent.top_k, str(sent.as_of)) == ("Siapa wali kota?", 3, "2025-01-01")
    assert (str(sent.only.published_from), str(sent.only.published_to)) == ("2023-01-01", "2024-12-31")
    assert (sent.only.publishers, sent.composer) == (("Warta Lembayung",), Composer.EXTRACTIVE)


def test_null_options_are_the_defaults(client: FlaskClient, pipeline: FakePipeline) -> None:
    ask(client, as_of=None, published_from=None, publishers=None, composer=None)
    assert not pipeline.asked[0].only.restricts


def test_an_empty_list_of_publishers_matches_nothing(client: FlaskClient) -> None:
    assert ask(client, publishers=[])["abstention"]["reason"] == "no_match_for_filter"


def test_verify_finds_its_own_quotes_and_refuses_changed_ones(client: FlaskClient) -> None:
    reply = ask(client)
    assert client.post("/verify", json=reply).get_json() == {
        "verified": True,
        "citations": [{"marker": 1, "status": "found"}, {"marker": 2, "status": "found"}],
    }
    reply["citations"][0]["quote"] = "Wali Kota Tirtaloka, Sasmita Barunadi, membuka loket."
    changed = client.post("/verify", json=reply).get_json()
    assert not changed["verified"]
    assert changed["citations"][0]["status"] != "found"


def test_verify_wants_a_citation_unless_the_reply_abstained(client: FlaskClient) -> None:
    assert not client.post("/verify", json={"citations": []}).get_json()["verified"]
    assert client.post("/verify", json=ask(client, question="resep rendang")).get_json()["verified"]


def test_verify_takes_replies_that_are_larger_than_a_question_may_be(client: FlaskClient) -> None:
    reply = ask(client)
    reply["passages"] = [{**reply["passages"][0], "text": "x" * 2000}] * 50
    assert client.post("/verify", json=reply).status_code == 200


def test_the_request_id_is_taken_over_only_when_it_is_harmless(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-ID": "<b>"}).headers["X-Request-ID"] != "<b>"


# --- articles -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [("*/*", "application/json"), ("application/json", "application/json"), (BROWSER["Accept"], "text/html"), (None, "application/json")],
)
def test_an_article_is_json_unless_a_browser_asks(client: FlaskClient, accept: str | None, mimetype: str) -> None:
    response = client.get(f"/articles/{LATE.article_id}", headers={"Accept": accept} if accept else {})
    assert response.mimetype == mimetype
    assert "Accept" in response.headers["Vary"]


def test_an_unchanged_article_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(f"/articles/{LATE.article_id}")
    assert first.headers["ETag"]
    again = client.get(f"/articles/{LATE.article_id}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_list_is_a_page_or_json(client: FlaskClient) -> None:
    assert LATE.title in page(client, "/articles")
    listing = client.get("/articles", headers=PROGRAM).get_json()
    assert listing["articles"][0]["article_id"] == LATE.article_id
    assert (listing["total"], listing["pages"]) == (3, 1)


def test_a_quote_is_highlighted(client: FlaskClient) -> None:
    start = LATE.text.index(MAYOR_NOW)
    text = page(client, f"/articles/{LATE.article_id}?start={start}&end={start + len(MAYOR_NOW)}")
    assert f'<mark id="kutipan">{MAYOR_NOW}</mark>' in text


@pytest.mark.parametrize("query", ["start=5", "start=-1&end=4", "start=9&end=9", "start=0&end=99999", f"start=1&end={10**30}"])
def test_a_range_outside_the_text_highlights_nothing(client: FlaskClient, query: str) -> None:
    response = client.get(f"/articles/{LATE.article_id}?{query}", headers=BROWSER)
    assert response.status_code in (200, 422)
    assert "<mark" not in response.text


def test_ranges_are_sorted_joined_and_cut_at_paragraphs() -> None:
    assert valid_ranges([8, 0, 2], [12, 3, 5], 12) == [(0, 5), (8, 12)]
    pieces = paragraphs("abc\n\ndef\nghi", valid_ranges([1, 9], [7, 10], 12))
    assert [[(p.text, p.mark) for p in line] for line in pieces] == [
        [("a", None), ("bc", "kutipan")],
        [("de", ""), ("f", None)],
        [("g", "kutipan-2"), ("hi", None)],
    ]


# --- pages ----------------------------------------------------------------------------------------------------


def test_the_page_names_and_links_the_copies_of_a_quoted_article(client: FlaskClient) -> None:
    text = page(client, "/?question=giliran+pegawai")
    assert "Juga dimuat dalam" in text
    assert re.search(r'<a href="/articles/apel-2023[^"]*" lang="id">Apel Pegawai di Balai Tirtaloka</a>', text)
    assert re.search(r'<a href="/articles/mentah[^"]*" lang="id">Judul &lt;script&gt;', text)


def test_the_form_answers_by_permalink(client: FlaskClient) -> None:
    text = page(client, f"/?question={MAYOR}")
    assert '<p class="short" lang="id">Rendra Wiskara</p>' in text
    assert "2 Januari 2026" in text
    assert "tanggal perkiraan" in text
    start = LATE.text.index(MAYOR_NOW)
    assert f"/articles/{LATE.article_id}?start={start}&amp;end={start + len(MAYOR_NOW)}#kutipan" in text
    assert "Dari waktu ke waktu" in text
    assert "0.93" not in text


def test_a_question_for_several_things_is_answered_part_by_part(client: FlaskClient) -> None:
    text = page(client, "/?question=siapa+wali+kota+dan+berapa+gajinya")
    assert '<p class="short"' not in text
    assert re.search(r'<dt lang="id">siapa\?</dt>\s*<dd><strong lang="id">Rendra Wiskara</strong>', text)
    assert re.search(r'<dt lang="id">berapa gajinya\?</dt>\s*<dd class="untold">tidak ditemukan dalam artikel yang dikutip</dd>', text)


def test_an_abstention_names_reason_coverage_and_the_nearest_passages(client: FlaskClient) -> None:
    text = page(client, "/?question=resep+rendang")
    assert "Tidak ditemukan" in text
    assert TEXTS["id"]["reason_no_evidence"] in text
    assert "13 Maret 2023" in text
    assert "Bagian artikel yang paling dekat" in text


def test_a_name_that_the_quoted_articles_do_not_mention_is_pointed_out(client: FlaskClient) -> None:
    note = "Perhatikan: artikel yang dikutip tidak menyebut “Kotaloka”."
    assert note in page(client, "/?question=giliran+pegawai+Kotaloka")
    assert "Perhatikan:" not in page(client, "/?question=giliran+pegawai")


def test_an_abstention_names_what_the_nearest_articles_do_not_mention(client: FlaskClient) -> None:
    assert "Artikel yang paling dekat tidak menyebut “Kotaloka”." in page(client, "/?question=resep+rendang+Kotaloka")


def test_the_reply_lists_names_that_are_not_mentioned(client: FlaskClient) -> None:
    asked = [client.post("/ask", json={"question": f"giliran pegawai {name}"}).get_json()["unmentioned"] for name in ("Kotaloka", "")]
    assert asked == [["Kotaloka"], []]


def test_filters_of_the_form_reach_the_pipeline_and_stay_filled(client: FlaskClient, pipeline: FakePipeline) -> None:
    text = page(client, f"/?question={MAYOR}&published_from=2025-01-01&as_of=&publishers=Kabar+Tirtaloka")
    assert str(pipeline.asked[0].only.published_from) == "2025-01-01"
    assert pipeline.asked[0].only.publishers == ("Kabar Tirtaloka",)
    assert 'value="2025-01-01"' in text
    assert "terbit sejak 1 Januari 2025 · Kabar Tirtaloka" in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("question=", "error_question_empty"),
        ("question=%20%00", "error_question_empty"),
        ("question=" + "x" * 1001, "error_question_too_long"),
        ("question=a&as_of=besok", "error_date_invalid"),
        ("question=a&published_to=2026-02-30", "error_date_invalid"),
    ],
)
def test_bad_form_input_is_named_beside_its_field(client: FlaskClient, query: str, message: str) -> None:
    text = page(client, f"/?{query}", 422)
    assert TEXTS["id"][message] in text
    assert 'aria-invalid="true"' in text


@pytest.mark.parametrize("path", ["/articles/tidak-ada", "/tidak/ada", "/ask"])
def test_a_browser_gets_errors_as_pages(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code in (404, 405)
    assert response.mimetype == "text/html"
    assert '<html lang="id">' in response.text


def test_the_interface_speaks_english_and_keeps_doing_so(client: FlaskClient) -> None:
    text = page(client, f"/?lang=en&question={MAYOR}")
    assert '<html lang="en">' in text
    assert "Short answer" in text
    assert "2 January 2026" in text
    assert f"/articles/{LATE.article_id}?lang=en&amp;start=" in text
    assert '<html lang="id">' in page(client, "/?lang=xx")


def test_both_languages_have_every_word() -> None:
    assert TEXTS["id"].keys() == TEXTS["en"].keys()
    assert all(text.strip() for words in TEXTS.values() for text in words.values())
    assert {f"reason_{r.value}" for r in Reason} <= TEXTS["id"].keys()


def test_dates_and_confidence_are_words() -> None:
    assert format_day(LATE.published, "id") == "2 Januari 2026"
    assert format_day(None, "id") == ""
    assert [confidence_word(c) for c in (1.0, 0.8, 0.7, 0.0)] == ["high", "high", "medium", "low"]


# --- hostile text ---------------------------------------------------------------------------------------------

STRINGS = [HOSTILE, '"><img src=x onerror=alert(1)>', "{{ 7*7 }}{% debug %}", "'; DROP TABLE articles; --", "../../etc/passwd\0", "\u202eterbalik\u202c"]


@pytest.mark.parametrize("text", STRINGS)
@pytest.mark.parametrize("field", ["question", "as_of", "publishers", "lang"])
def test_hostile_form_input_is_only_text(client: FlaskClient, field: str, text: str) -> None:
    values = {"question": "wali kota", field: text}
    response = client.get("/", query_string=values, headers=BROWSER)
    assert response.status_code in (200, 422)
    assert "<script>alert" not in response.text
    assert "<img src=x" not in response.text
    assert "49{%" not in response.text


def test_hostile_article_text_is_only_text(client: FlaskClient) -> None:
    for url in (f"/articles/{RAW.article_id}?start=0&end=30", "/articles", "/?question=teks+mentah"):
        text = page(client, url)
        assert HOSTILE not in text
        assert "javascript:" not in text
        assert "49" not in text.split("<body>")[1].split('class="fingerprint')[0].replace("end=49", "")


def test_each_statement_stands_alone_with_its_source() -> None:
    reply = FakePipeline().answer_question(Request(MAYOR), "r")
    first = replace(reply.citations[0], marker=1, quote="Pada 1990.[1] Luasnya dua\nhektare [2] lebih.")
    second = replace(first, marker=2, quote="Ramai.")
    said = "Menurut Kabar: “Pada 1990.[1] Luasnya dua hektare [2] lebih.” [1] “Ramai.” [2]"
    assert statements(said, [first, second]) == [["Menurut Kabar: “Pada 1990.[1] Luasnya dua hektare [2] lebih.” ", first], ["“Ramai.” ", second]]


def test_text_without_sources_is_one_statement() -> None:
    assert statements("Tidak ditemukan [1].", []) == [["Tidak ditemukan [1]."]]


def test_the_question_stays_out_of_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "qa")
    client.get("/?question=rahasia+saya", headers=BROWSER)
    client.post("/ask", json={"question": "rahasia saya"})
    assert "GET / 200" in caplog.text
    assert "rahasia" not in caplog.text


# --- operation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/articles", "/about", "/evaluation", "/feedback", "/healthz", "/tidak-ada", "/static/style.css", "/docs"])
def test_every_reply_has_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path, headers=BROWSER) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script-src 'self'" in headers["Content-Security-Policy"].split("; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/", f"/?question={MAYOR}", "/articles", f"/articles/{LATE.article_id}", "/about", "/evaluation", "/feedback", "/docs"])
def test_a_page_loads_nothing_from_elsewhere_and_has_no_inline_code(client: FlaskClient, path: str) -> None:
    text = page(client, path)
    assert 'src="http' not in text
    assert '<link rel="stylesheet" href="/' in text
    assert "<style" not in text
    assert " style=" not in text
    assert text.count("<h1") == (0 if path == "/docs" else 1)


def test_the_docs_page_finds_its_assets(client: FlaskClient) -> None:
    text = page(client, "/docs")
    for url in [part.split('"')[0] for part in text.split('="/')[1:]]:
        response = client.get("/" + url)
        assert response.status_code == 200, url
        response.close()


def test_readiness_means_that_the_index_can_be_read(client: FlaskClient, pipeline: FakePipeline) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready", "generation": "g-uji", "articles": 3}
    pipeline.index.broken = True
    response = client.get("/readyz")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert "rahasia" not in response.text
    assert client.get("/healthz").get_json()["version"]


def test_metrics_count_requests_and_abstentions(client: FlaskClient) -> None:
    ask(client, question="resep rendang")
    client.get("/tidak-ada")
    text = client.get("/metrics").text
    assert 'qa_abstentions_total{reason="no_evidence"} 1.0' in text
    assert 'qa_requests_total{endpoint="ask",method="POST",status="200"} 1.0' in text
    assert 'qa_requests_total{endpoint="none",method="GET",status="404"} 1.0' in text
    assert 'qa_request_seconds_count{endpoint="ask"} 1.0' in text


# --- OpenAPI --------------------------------------------------------------------------------------------------


def test_the_document_describes_every_field_and_every_error(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    assert set(spec["paths"]) == {"/ask", "/verify", "/articles", "/articles/{article_id}", "/healthz", "/readyz", "/metrics"}
    bare = [
        f"{name}.{field}"
        for name, schema in spec["components"]["schemas"].items()
        for field, value in schema.get("properties", {}).items()
        if "description" not in value
    ]
    assert bare == []
    for path in spec["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert all(set(r["content"]) == {"application/problem+json"} for s, r in operation["responses"].items() if s >= "4")
    assert {"400", "413", "415", "422", "429", "500", "503"} <= set(spec["paths"]["/ask"]["post"]["responses"])


def test_every_reference_of_the_document_leads_somewhere(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    names = {part.split('"')[0] for part in json.dumps(spec).split("#/components/schemas/")[1:]}
    assert names
    assert names <= set(spec["components"]["schemas"])


def test_the_documented_example_is_answered(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    example = spec["paths"]["/ask"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/ask", json=example).status_code == 200
