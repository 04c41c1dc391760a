"""The list of articles: search, filters and pages, as JSON and as a page."""

import pytest
from fakes_service import EARLY, LATE, RAW, FakePipeline
from flask.testing import FlaskClient

from index.local import LocalIndex
from qa.app import create_app
from qa.listing import list_articles
from qa.schemas import ArticlesQuery
from qa.settings import Settings

PROGRAM = {"Accept": "application/json"}
BROWSER = {"Accept": "text/html"}


@pytest.fixture
def client() -> FlaskClient:
    return create_app(Settings(), FakePipeline()).test_client()


def ids(client: FlaskClient, query: str) -> list[str]:
    return [a["article_id"] for a in client.get(f"/articles?{query}", headers=PROGRAM).get_json()["articles"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [LATE, EARLY, RAW]),
        ("search=&published_from=&published_to=&publishers=", [LATE, EARLY, RAW]),
        ("search=melayani", [LATE]),
        ("search=apel+pegawai", [EARLY, LATE]),
        ("search=apel+pegawai&published_from=2025-01-01", [LATE]),
        ("search=tidakada", []),
        ("search=%3F%21", []),
        ("published_to=2024-12-31", [EARLY]),
        ("published_from=2026-01-02&published_to=2026-01-02", [LATE]),
        ("publishers=warta+lembayung", [EARLY]),
        ("publishers=warta+lembayung&publishers=Kabar+Tirtaloka", [LATE, EARLY]),
        ("publishers=Lain", []),
    ],
)
def test_articles_are_searched_and_filtered(client: FlaskClient, query: str, expected: list[object]) -> None:
    assert ids(client, query) == [a.article_id for a in expected]  # type: ignore[attr-defined]  # articles


@pytest.mark.parametrize("query", ["published_from=besok", "published_to=2026-02-30", "search=" + "x" * 201, "page=0"])
def test_what_cannot_be_used_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/articles?{query}", headers=PROGRAM).status_code == 422


def test_the_page_keeps_what_was_searched_for(client: FlaskClient) -> None:
    text = client.get("/articles?search=apel&published_from=2023-01-01&publishers=warta+lembayung&lang=en", headers=BROWSER).text
    assert 'name="search" maxlength="200" value="apel"' in text
    assert 'name="published_from" value="2023-01-01"' in text
    assert "<option selected>Warta Lembayung</option>" in text
    assert 'name="lang" value="en"' in text


def test_a_search_without_a_find_says_so_and_offers_all(client: FlaskClient) -> None:
    text = client.get("/articles?search=tidakada", headers=BROWSER).text
    assert "Tidak ada artikel yang cocok" in text
    assert "Tampilkan semua artikel" in text


def test_a_page_behind_the_last_is_empty_and_leads_back(client: FlaskClient) -> None:
    text = client.get("/articles?page=9&publishers=Kabar+Tirtaloka", headers=BROWSER).text
    assert LATE.title not in text


def test_a_search_of_a_real_index_finds_every_form_of_a_word_and_each_article_once(seeds_index: LocalIndex) -> None:
    found = [a.article_id for a in list_articles(seeds_index, ArticlesQuery(search="dilayani")).articles]
    assert len({*found}) == len(found) > 1
    assert any("dilayani" not in seeds_index.article(i).text.lower() for i in found)
