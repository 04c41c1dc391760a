"""Pages and feeds to articles over a loopback server: robots.txt, what a feed adds, ids, and errors that stop nothing."""

from collections.abc import Iterator
from datetime import date

import pytest
from fakes_pdf import pdf_of
from fakes_web import OPEN_ROBOTS, Site, loopback_policy, serving

from index.articles import Corpus
from index.errors import SourceError
from index.fetching import FetchPolicy
from index.web import address_id, is_web_address, read_all, read_web

STORY = "Wali Kota Tirtaloka membuka loket terpadu di Balai Lembayung. Warga datang sejak pagi dan antre dengan tertib. "


def page(title: str, canonical: str = "", story: str = STORY) -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    head = f'<title>{title}</title>{link}<meta property="article:published_time" content="2026-01-02T08:00:00+07:00">'
    return f"<html><head>{head}</head><body><article><p>{story * 4}</p></article></body></html>".encode()


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>Judul di umpan</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'.encode()


def atom(*links: str) -> bytes:
    entries = "".join(f'<entry><title>Judul</title><link href="{link}"/><id>{link}</id></entry>' for link in links)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Kabar</title>{entries}</feed>'.encode()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(
        {**OPEN_ROBOTS, "/loket": (200, {}, page("Loket Terpadu Dibuka")), "/pasar": (200, {}, page("Pasar Melati Ramai", story=STORY[:60]))}
    ) as running:
        yield running


def read(*addresses: str, policy: FetchPolicy | None = None) -> Corpus:
    corpus = Corpus()
    read_web(addresses, policy or loopback_policy(), corpus)
    return corpus


def errors_of(*addresses: str) -> list[str]:
    return [str(e) for e in read(*addresses).errors]


def test_a_page_becomes_an_article_with_its_metadata(site: Site) -> None:
    corpus = read(site.url("/loket"))
    assert corpus.errors == []
    (article,) = corpus.articles.values()
    assert (article.title, article.published, article.published_is_estimate) == ("Loket Terpadu Dibuka", date(2026, 1, 2), False)
    assert (article.url, article.source, article.article_id) == (site.url("/loket"), site.url("/loket"), f"127.0.0.1-{site.port}-loket")


def test_a_pdf_is_read_from_the_web_too(site: Site) -> None:
    site.answers["/rilis.pdf"] = (200, {"Content-Type": "application/pdf"}, pdf_of([["Sungai Kemuning dikeruk sepanjang tiga kilometer."]]))
    assert [a.text for a in read(site.url("/rilis.pdf")).articles.values()] == ["Sungai Kemuning dikeruk sepanjang tiga kilometer."]


def test_the_character_set_of_the_server_is_believed(site: Site) -> None:
    site.answers["/kafe"] = (
        200,
        {"Content-Type": "text/html; charset=iso-8859-1"},
        page("Kafé “Melati”".replace("“", "").replace("”", "")).decode().encode("cp1252"),
    )
    assert [a.title for a in read(site.url("/kafe")).articles.values()] == ["Kafé Melati"]


@pytest.mark.parametrize("feed", [rss, atom])
def test_every_page_of_a_feed_is_read(site: Site, feed: object) -> None:
    assert callable(feed)
    site.answers["/feed"] = (200, {}, feed(site.url("/loket"), site.url("/pasar")))
    corpus = read(site.url("/feed"))
    assert ([a.title for a in corpus.articles.values()], corpus.errors) == (["Loket Terpadu Dibuka", "Pasar Melati Ramai"], [])


def test_a_feed_says_what_the_page_does_not(site: Site) -> None:
    site.answers["/polos"] = (200, {}, f"<html><body><article><p>{STORY * 4}</p></article></body></html>".encode())
    site.answers["/feed"] = (200, {}, rss(site.url("/polos")))
    assert [a.title for a in read(site.url("/feed")).articles.values()] == ["Judul di umpan"]


def test_a_bad_page_of_a_feed_never_stops_the_others(site: Site) -> None:
    site.answers["/feed"] = (200, {}, rss(site.url("/tidak-ada"), "http://10.0.0.1/x", "file:///etc/passwd", site.url("/loket")))
    corpus = read(site.url("/feed"))
    assert len(corpus.articles) == 1
    assert [e for e in map(str, corpus.errors) if "answered 404" in e or "10.0.0.1, which is not" in e or "no web address" in e] == list(
        map(str, corpus.errors)
    )
    assert len(corpus.errors) == 3


def test_no_more_than_fifty_pages_of_a_feed_are_read(site: Site) -> None:
    site.answers["/feed"] = (200, {}, rss(*(site.url(f"/{n}") for n in range(60))))
    assert len(errors_of(site.url("/feed"))) == 50


def test_a_feed_of_entities_that_multiply_is_an_error_and_no_more(site: Site) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    site.answers["/feed"] = (
        200,
        {},
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "x">{entities}]><rss><channel><title>&a11;</title></channel></rss>'.encode(),
    )
    assert "has no entry" in errors_of(site.url("/feed"))[0]


# robots.txt


def test_robots_txt_is_asked_first_and_once(site: Site) -> None:
    read(site.url("/loket"), site.url("/pasar"))
    assert site.paths == ["/robots.txt", "/loket", "/pasar"]


@pytest.mark.parametrize("agent", ["*", "TanyaASN", "tanyaasn"])
def test_what_robots_txt_forbids_is_not_fetched(site: Site, agent: str) -> None:
    site.answers["/robots.txt"] = (200, {}, f"User-agent: {agent}\nDisallow: /lok*t$\n".encode())
    assert "robots.txt does not permit 'TanyaASN'" in errors_of(site.url("/loket"))[0]
    assert site.paths == ["/robots.txt"]


def test_what_robots_txt_forbids_is_not_fetched_by_way_of_a_redirect(site: Site) -> None:
    site.answers["/go"] = (302, {"Location": "/loket"}, b"")
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /loket\n")
    assert "robots.txt does not permit" in errors_of(site.url("/go"))[0]
    assert site.paths == ["/robots.txt", "/go"]


def test_a_site_without_robots_txt_may_be_read(site: Site) -> None:
    del site.answers["/robots.txt"]
    assert len(read(site.url("/loket")).articles) == 1


def test_a_site_whose_robots_txt_fails_is_not_read_and_not_asked_again(site: Site) -> None:
    site.answers["/robots.txt"] = (503, {}, b"")
    assert [("answered 503" in e) for e in errors_of(site.url("/loket"), site.url("/pasar"))] == [True, True]
    assert site.paths == ["/robots.txt"]


# Bounds, ids and addresses


def test_a_page_that_is_too_large_is_an_error(site: Site) -> None:
    corpus = read(site.url("/loket"), policy=loopback_policy(most_bytes=100))
    assert "larger than 100 bytes" in str(corpus.errors[0])


def test_the_canonical_address_names_the_article(site: Site) -> None:
    site.answers["/loket?utm_source=x"] = (200, {}, page("Loket", site.url("/2026/loket")))
    assert [(a.article_id, a.url) for a in read(site.url("/loket?utm_source=x")).articles.values()] == [
        (f"127.0.0.1-{site.port}-2026-loket", site.url("/2026/loket"))
    ]


@pytest.mark.parametrize("canonical", ["https://lain.example/loket", "/"])
def test_a_canonical_address_of_another_site_or_the_front_page_is_not_believed(site: Site, canonical: str) -> None:
    site.answers["/a"] = (200, {}, page("Loket", canonical if canonical != "/" else site.url("/")))
    assert [a.url for a in read(site.url("/a")).articles.values()] == [site.url("/a")]


def test_two_long_addresses_have_two_ids() -> None:
    ids = {address_id(f"https://kabar.example/{'a' * 200}-{n}") for n in (1, 2)}
    assert (len(ids), {len(i) for i in ids}) == (2, {128})


@pytest.mark.parametrize(
    ("source", "expected"), [("https://a.example", True), ("HTTP://a", True), ("http", False), ("httpd/a.txt", False), ("./https:/a", False)]
)
def test_an_address_is_told_from_a_path(source: str, expected: bool) -> None:
    assert is_web_address(source) is expected


def test_nothing_is_fetched_while_fetching_is_off(site: Site) -> None:
    with pytest.raises(SourceError, match="ALLOW_FETCH=true"):
        read_all([site.url("/loket")], None)
    assert site.requests == []
