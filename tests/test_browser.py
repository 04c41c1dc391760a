"""The page in a real Chromium: ask, see the marker, open the source, find the quote highlighted."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from fakes_service import LATE, MAYOR_NOW, FakePipeline
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_socket import disable_socket, enable_socket
from werkzeug.serving import make_server

from qa.app import create_app
from qa.settings import Settings

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",  # containers run tests as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """Return Chromium's path: $CHROMIUM, else on PATH; else skip, or fail where CI=true."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    reason = f"no Chromium: set $CHROMIUM or install one of {', '.join(NAMES)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    enable_socket()  # playwright talks to its own driver before the tests' guard is up
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=[*QUIET])
        yield browser
        enable_socket()
        browser.close()
    disable_socket(allow_unix_socket=True)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    enable_socket()
    server = make_server("127.0.0.1", 0, create_app(Settings(), FakePipeline()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[True, False], ids=["javascript", "no javascript"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=request.param, locale="id-ID")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    return page


def test_ask_and_find_the_quote_highlighted(page: Page) -> None:
    page.get_by_label("Pertanyaan Anda").fill("Siapa wali kota Tirtaloka?")
    page.get_by_role("button", name="Tanya").click()
    expect(page.locator(".short")).to_have_text("Rendra Wiskara")
    page.locator(".text a.marker").first.click()
    expect(page.locator("#sumber-1")).to_be_in_viewport()
    page.locator("#sumber-1").get_by_role("link", name="Lihat dalam artikel").click()
    mark = page.locator("mark#kutipan")
    expect(mark).to_have_text(MAYOR_NOW)
    expect(mark).to_be_in_viewport()
    expect(page.get_by_role("heading", level=1)).to_have_text(LATE.title)


def test_an_abstention_is_honest(page: Page) -> None:
    page.get_by_label("Pertanyaan Anda").fill("resep rendang")
    page.get_by_role("button", name="Tanya").click()
    expect(page.get_by_role("heading", name="Tidak ditemukan")).to_be_visible()
    expect(page.get_by_role("heading", name="Isi koleksi")).to_be_visible()


def test_filters_narrow_the_answer(page: Page) -> None:
    page.get_by_label("Pertanyaan Anda").fill("Siapa wali kota Tirtaloka?")
    page.get_by_text("Saring artikel").click()
    page.get_by_label("Terbit sampai").fill("2024-12-31")
    page.get_by_label("Warta Lembayung").check()
    page.get_by_role("button", name="Tanya").click()
    expect(page.locator(".short")).to_have_text("Sasmita Barunadi")
    expect(page.locator("summary").first).to_contain_text("terbit sampai 31 Desember 2024 · Warta Lembayung")


def test_the_language_is_switched_and_kept(page: Page) -> None:
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Siapa wali kota Tirtaloka?").click()
    expect(page.get_by_role("heading", name="Short answer")).to_be_visible()


def test_the_keyboard_alone_is_enough(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url)
    expect(page.get_by_label("Pertanyaan Anda")).to_be_focused()
    page.keyboard.type("Siapa wali kota Tirtaloka?")
    page.keyboard.press("Enter")
    expect(page.locator(".short")).to_have_text("Rendra Wiskara")
    page.close()


@pytest.mark.parametrize("path", ["/", "/?question=siapa+wali+kota", "/?question=resep+rendang", "/articles", f"/articles/{LATE.article_id}", "/docs"])
@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_fits_loads_only_from_here_and_breaks_no_policy(browser: Browser, url: str, path: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith((url, "data:")) else heard.append(request.url))
    page.goto(url + path, wait_until="networkidle")
    assert heard == []
    if path != "/docs":  # Swagger UI's own layout is wider than a phone
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    else:
        expect(page.get_by_text("Answer a question with verbatim quotes, or abstain.")).to_be_visible()
    page.close()
