"""The page in a real Chromium: ask, see the marker, open the source, find the quote highlighted."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fakes_service import EARLY, LATE, MAYOR_NOW, FakePipeline
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_socket import disable_socket, enable_socket
from servers import serving
from test_evaluation_page import evaluation

from qa.app import create_app
from qa.evaluate import as_json
from qa.feedback import Feedback, FeedbackStore, StoredQuote, Verdict
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
def places(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("service")
    (folder / "uji.json").write_bytes(as_json(evaluation("uji.jsonl", 0.75)))
    return Settings(feedback_file=folder / "feedback.sqlite", evaluation_folder=folder)


@pytest.fixture(scope="module")
def url(places: Settings) -> Iterator[str]:
    with serving(create_app(places, FakePipeline())) as url:
        yield url


@pytest.fixture
def entries(places: Settings) -> Iterator[Callable[[], list[Feedback]]]:
    yield FeedbackStore(places.feedback_path, places.feedback_limit).entries
    places.feedback_path.unlink(missing_ok=True)


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


ANSWERED = "/?question=Siapa+wali+kota+Tirtaloka%3F"
ABSTAINED = "/?question=resep+rendang"
STATES = {
    "front": "/",
    "answered": ANSWERED,
    "without a short answer": "/?question=giliran+pegawai",
    "abstained": ABSTAINED,
    "nothing passes the filter": f"{ANSWERED}&published_from=2030-01-01",
    "wrong input": "/?question=a&as_of=besok",
    "english": f"{ANSWERED}&lang=en",
    "hostile": "/?question=teks+mentah",
    "articles": "/articles",
    "search": "/articles?search=apel&publishers=Warta+Lembayung",
    "no find": "/articles?search=tidakada",
    "article": f"/articles/{LATE.article_id}?start={LATE.text.index(MAYOR_NOW)}&end={LATE.text.index(MAYOR_NOW) + len(MAYOR_NOW)}",
    "about": "/about",
    "evaluation": "/evaluation",
    "thanks": "/feedback?question=Siapa",
    "not found": "/tidak/ada",
}


# --- the source beside its marker ---


def test_pointer_and_focus_show_the_source_card(page: Page) -> None:
    page.goto(page.url + ANSWERED[1:])
    marker, card = page.locator(".text a.marker").first, page.locator(".text .peek").first
    expect(card).to_be_hidden()
    marker.hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text(LATE.title)
    expect(card).to_contain_text("Kabar Tirtaloka · 2 Januari 2026")
    card.hover()  # WCAG 1.4.13: the pointer may move onto the card
    expect(card).to_be_visible()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    marker.focus()
    expect(card).to_be_visible()


def test_escape_puts_the_source_card_away(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url + ANSWERED)
    page.locator(".text a.marker").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".text .peek").first).to_be_hidden()
    page.locator(".text a.marker").nth(1).focus()
    expect(page.locator(".text .peek").nth(1)).to_be_visible()
    page.close()


def test_a_marker_says_its_source_to_a_screen_reader(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url + ANSWERED)
    marker = page.locator(".text a.marker").first
    expect(marker).to_have_accessible_name("Sumber [1]: buka kutipan dalam artikel")
    expect(marker).to_have_accessible_description(f"{LATE.title} Kabar Tirtaloka 2 Januari 2026")
    page.close()


def test_the_publishers_page_opens_at_the_quote(page: Page) -> None:
    page.goto(page.url + "?question=berapa+warga")
    link = page.get_by_role("link", name="Kutipan di situs penerbit")
    expect(link).to_have_attribute("href", f"{LATE.url}#:~:text=Loket%20itu%20melayani%201.250%20warga%20setiap%20hari.")


# --- asking ---


def test_a_slow_answer_shows_that_it_is_on_its_way(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(url)
    page.evaluate("document.querySelector('form.ask').addEventListener('submit', e => e.preventDefault())")  # an answer that never comes
    page.get_by_label("Pertanyaan Anda").fill("Siapa wali kota Tirtaloka?")
    page.get_by_role("button", name="Tanya").click()
    status = page.locator("form.ask").get_by_role("status")
    expect(status).to_have_text("Mencari di dalam artikel…")
    expect(page.locator("form.ask")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Mencari…")).to_be_visible()
    page.clock.fast_forward(5000)
    expect(status).to_contain_text("Masih mencari")
    page.close()


def test_who_comes_back_finds_the_form_at_rest(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url)
    page.get_by_role("link", name="Siapa wali kota Tirtaloka?").click()
    expect(page.locator(".short")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Tanya", exact=True)).to_be_visible()
    expect(page.locator("form.ask")).not_to_have_attribute("aria-busy", "true")
    page.close()


def test_last_questions_are_kept_by_the_browser_and_cleared(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    for path in (ABSTAINED, ANSWERED):
        page.goto(url + path)
    page.goto(url)
    recent = page.get_by_role("region", name="Pertanyaan terakhir Anda")
    expect(recent.get_by_role("link")).to_have_text(["Siapa wali kota Tirtaloka?", "resep rendang"])
    assert context.cookies() == []
    recent.get_by_role("button", name="Hapus riwayat").click()
    expect(recent).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage)") == []
    page.goto(url)
    expect(recent).to_be_hidden()
    context.close()


@pytest.mark.parametrize("stored", ["{", "5", '{"a": 1}', '[1, null, "<img src=x onerror=alert(1)>"]'])
def test_whatever_the_browser_stored_is_only_text(browser: Browser, url: str, stored: str) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(url + "/about")
    page.evaluate("stored => localStorage.setItem('tanya-asn.recent', stored)", stored)
    page.goto(url)
    assert wrong == []
    assert page.locator("#riwayat img").count() == 0
    page.close()


def test_the_answer_is_copied_with_footnotes(browser: Browser, url: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(url + ANSWERED)
    page.get_by_role("button", name="Salin jawaban").click()
    expect(page.get_by_role("status").filter(has_text="Jawaban tersalin")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"Jawaban singkat: Rendra Wiskara\n\n{MAYOR_NOW} [1]\n" in copied
    assert f"[1] {LATE.title}. Kabar Tirtaloka, 2 Januari 2026. {LATE.url}" in copied
    assert f"[2] {EARLY.title}. Warta Lembayung, 13 Maret 2023 (tanggal perkiraan). {url}/articles/{EARLY.article_id}?start=" in copied
    assert f"{url}{ANSWERED}" in copied
    context.close()


def test_without_leave_to_copy_the_text_is_shown_selected(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(url + ANSWERED)
    page.get_by_role("button", name="Salin jawaban").click()
    expect(page.get_by_label("Jawaban dengan catatan kaki, untuk disalin")).to_be_focused()
    page.close()


def test_without_javascript_the_text_to_copy_is_on_the_page(browser: Browser, url: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(url + ANSWERED)
    expect(page.get_by_role("button", name="Salin jawaban")).to_be_hidden()
    page.get_by_text("Jawaban dengan catatan kaki, untuk disalin").click()
    expect(page.get_by_label("Jawaban dengan catatan kaki, untuk disalin")).to_be_visible()
    page.close()


def test_print_holds_the_answer_its_sources_and_address_alone(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url + ANSWERED)
    page.emulate_media(media="print")
    for shown in ("h1", ".short", ".timeline", "#sumber-2", ".print-only"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in ("form.ask", ".feedback", ".tools", ".bottom", "nav"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.close()


# --- verdicts ---


def test_a_verdict_is_sent(page: Page, entries: Callable[[], list[Feedback]]) -> None:
    page.goto(page.url + ANSWERED[1:])
    page.get_by_label("Kutipan salah").check()
    page.get_by_label("Catatan (boleh kosong)").fill("Kutipan kedua sudah lama.")
    page.get_by_role("button", name="Kirim penilaian").click()
    expect(page.get_by_text("Penilaian Anda tersimpan")).to_be_visible()
    stored = entries()
    assert [(e.verdict, e.comment, e.short_answer) for e in stored] == [(Verdict.WRONG_QUOTE, "Kutipan kedua sudah lama.", "Rendra Wiskara")]
    assert stored[0].quotes[0] == StoredQuote(LATE.article_id, MAYOR_NOW)


def test_an_abstention_can_be_called_right(page: Page, entries: Callable[[], list[Feedback]]) -> None:
    page.goto(page.url + ABSTAINED[1:])
    page.get_by_label("Benar, memang tidak ada").check()
    page.get_by_role("button", name="Kirim penilaian").click()
    expect(page.get_by_text("Penilaian Anda tersimpan")).to_be_visible()
    assert [(e.verdict, e.abstained) for e in entries()] == [(Verdict.RIGHT, True)]


def test_a_page_of_another_site_cannot_send_a_verdict(browser: Browser, url: str, entries: Callable[[], list[Feedback]]) -> None:
    page = browser.new_page()
    form = f'<form action="{url}/feedback" method="post"><input name="verdict" value="right"><input name="question" value="a"><button>x</button></form>'
    page.route("http://lain.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://lain.example/")
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Kiriman ditolak")).to_be_visible()
    assert entries() == []
    page.close()


def test_a_verdict_that_could_not_be_sent_says_so_and_stays(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.route("**/feedback", lambda route: route.abort())
    page.goto(url + ANSWERED)
    page.get_by_label("Jawaban benar").check()
    page.get_by_role("button", name="Kirim penilaian").click()
    expect(page.get_by_text("Penilaian tidak terkirim")).to_be_visible()
    expect(page.get_by_label("Jawaban benar")).to_be_checked()
    page.close()


# --- pages ---


def test_articles_are_searched_and_opened(page: Page) -> None:
    page.get_by_role("link", name="Artikel", exact=True).click()
    page.get_by_label("Cari dalam artikel").fill("apel")
    page.get_by_label("Penerbit").select_option("Warta Lembayung")
    page.get_by_role("button", name="Cari").click()
    expect(page.get_by_role("listitem").get_by_role("heading")).to_have_text([EARLY.title])
    page.get_by_role("link", name=EARLY.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EARLY.title)


def test_about_says_what_it_is_not_and_what_is_covered(page: Page) -> None:
    page.get_by_role("link", name="Tentang", exact=True).click()
    expect(page.get_by_role("heading", name="Batas layanan ini")).to_be_visible()
    expect(page.get_by_role("region", name="Isi koleksi")).to_contain_text("13 Maret 2023 sampai 2 Januari 2026")


def test_the_evaluations_plots_are_drawn(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url + "/evaluation", wait_until="networkidle")
    assert page.locator("figure img").count() == 6
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    page.close()


# --- for everybody ---


@pytest.fixture(scope="module")
def shared_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(locale="id-ID")
    yield page
    page.close()


def serious(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(shared_page: Page, url: str, state: str, scheme: str) -> None:
    shared_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of playwright's words
    shared_page.goto(url + STATES[state])
    shared_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; d.hidden = false; })")
    assert serious(shared_page) == []


def test_axe_finds_nothing_serious_in_a_source_card_and_after_a_verdict(browser: Browser, url: str, entries: Callable[[], list[Feedback]]) -> None:
    page = browser.new_page()
    page.goto(url + ANSWERED)
    page.get_by_label("Jawaban benar").check()
    page.get_by_role("button", name="Kirim penilaian").click()
    page.locator(".text a.marker").first.hover()
    expect(page.locator(".text .peek").first).to_be_visible()
    expect(page.get_by_text("Penilaian Anda tersimpan")).to_be_visible()
    assert serious(page) == []
    page.close()


def test_the_keyboard_alone_is_enough(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url)
    expect(page.get_by_label("Pertanyaan Anda")).to_be_focused()
    page.keyboard.type("Siapa wali kota Tirtaloka?")
    page.keyboard.press("Enter")
    expect(page.locator(".short")).to_have_text("Rendra Wiskara")
    page.close()


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.goto(url + ANSWERED)
    reached: list[list[Any]] = []
    while True:
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => { const e = document.activeElement; return [e.tagName, e.name || e.getAttribute('href') || e.textContent.trim(),"
            " [...document.querySelectorAll('*')].indexOf(e)]; }"
        )
        if at[0] == "BODY" or at in reached:
            break
        reached.append(at)
    assert [n for *_, n in reached] == sorted(n for *_, n in reached)
    names = [name for _, name, _ in reached]
    assert names[0] == "#isi"
    assert {"question", "verdict", "comment", "Salin jawaban", "Cetak"} <= {*names}
    page.close()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_fits_loads_only_from_here_and_breaks_no_policy(shared_page: Page, url: str, state: str, width: int) -> None:
    """320 pixels are a small phone, and 400 % zoom on a screen of 1,280: more than the 200 % that WCAG 1.4.4 asks for."""
    shared_page.set_viewport_size({"width": width, "height": 700})
    heard: list[str] = []
    listeners: dict[str, Callable[[Any], None]] = {
        "console": lambda message: None if "status of 4" in message.text else heard.append(message.text),
        "pageerror": lambda error: heard.append(str(error)),
        "request": lambda request: None if request.url.startswith((url, "data:")) else heard.append(request.url),
    }
    for event, listener in listeners.items():
        shared_page.on(event, listener)  # type: ignore[call-overload]  # names of playwright's events
    shared_page.goto(url + STATES[state], wait_until="load")
    for event, listener in listeners.items():
        shared_page.remove_listener(event, listener)
    assert heard == []
    assert shared_page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_api_page_loads_only_from_here(browser: Browser, url: str) -> None:
    page = browser.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: None if request.url.startswith((url, "data:")) else heard.append(request.url))
    page.goto(url + "/docs", wait_until="networkidle")
    expect(page.get_by_text("Answer a question with verbatim quotes, or abstain.")).to_be_visible()
    assert heard == []
    page.close()


def test_text_of_twice_the_size_hides_nothing(browser: Browser, url: str) -> None:
    """WCAG 1.4.4 by larger letters alone: the layout follows the size of text."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url + ANSWERED)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    expect(page.get_by_role("button", name="Kirim penilaian")).to_be_visible()
    page.close()
