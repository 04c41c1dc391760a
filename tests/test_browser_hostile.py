"""Pages of hostile articles in a real Chromium: nothing runs, nothing is loaded from elsewhere, nothing is even blocked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEncoder, QuotingComposer
from hostile import ATTACKS
from invented import indexed
from playwright.sync_api import Browser
from servers import serving
from test_browser import browser  # noqa: F401  # the fixture

from qa.app import create_app
from qa.datatypes import Composer
from qa.pipeline import Pipeline
from qa.settings import Settings

pytestmark = pytest.mark.browser

STRINGS = [text for kind in ("markup", "template", "header", "Unicode") for text in ATTACKS[kind]]
ROWS = [
    {
        "article_id": f"garis-{number}",
        "title": text,
        "publisher": text,
        "text": f"Wali kota menyebut {text} di balai nomor {number}.",
        "url": f"https://kabar.example/{text}" if number % 2 else text,
    }
    for number, text in enumerate(STRINGS)
]
PAGES = [
    *(f"/?question=Apa+yang+disebut+wali+kota+di+balai+nomor+{number}" for number in range(0, len(ROWS), 4)),
    *(f"/articles/garis-{number}?start=0&end=40" for number in range(len(ROWS))),
    "/articles",
    "/about",
]


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = indexed(tmp_path_factory.mktemp("hostile"), *ROWS)
    settings = Settings(composer=Composer.LLM, min_confidence=0, feedback=False)
    with serving(create_app(settings, Pipeline(index, HashingEncoder(256), settings, QuotingComposer()))) as url:
        yield url
    index.close()


def heard_on(browser: Browser, page_url: str, site: str, html: str | None = None) -> list[str]:  # noqa: F811
    """Open a page, or our page with other HTML, and return dialogs, messages of the browser and requests to other places."""
    page = browser.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((site, "data:")) else heard.append(request.url))
    if html is not None:
        page.route(page_url, lambda route: fulfil(route, html))
    page.goto(page_url, wait_until="load")
    page.close()
    return heard


def fulfil(route: Any, html: str) -> None:
    route.fulfill(body=html, content_type="text/html")


def test_a_script_that_runs_is_heard(browser: Browser, hostile_url: str) -> None:  # noqa: F811
    """The test below rests on this one: without our escaping and policy the same strings run."""
    assert "dialog 1" in heard_on(browser, f"{hostile_url}/about", hostile_url, f"<!doctype html>{''.join(STRINGS)}")


def test_pages_of_hostile_articles_run_and_load_nothing(browser: Browser, hostile_url: str) -> None:  # noqa: F811
    assert [(path, heard) for path in PAGES if (heard := heard_on(browser, hostile_url + path, hostile_url))] == []


def test_the_folder_of_hostile_articles_was_really_shown(browser: Browser, hostile_url: str) -> None:  # noqa: F811
    page = browser.new_page()
    page.goto(f"{hostile_url}/articles/garis-0")
    assert STRINGS[0] in page.locator("h1").inner_text()
    page.close()


def test_rows_are_files_of_this_test_alone(tmp_path: Path) -> None:
    """Every string is an article, none was refused."""
    index = indexed(tmp_path, *ROWS)
    assert index.manifest.articles == len(ROWS)
    index.close()
