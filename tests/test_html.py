"""News pages: metadata, character sets, and over 150 generated layouts what is lost and kept, beside trafilatura alone."""

from collections import Counter
from datetime import date

import pytest

from index.errors import ArticleError
from index.html import declared_charset, read_html
from training.measure_html import Tally, known_fields, measure, quotable_text, text_alone
from training.news_pages import pages

PAGES = 150
STORY = [
    "Wali Kota Tirtaloka Rendra Wiskara membuka loket terpadu di Balai Lembayung pada Jumat pagi.",
    "Loket itu melayani seribu warga setiap hari dan buka sampai malam.",
    "“Kami ingin warga tidak menunggu lama,” kata Rendra di halaman balai itu.",
    "Anggaran loket sebesar Rp5,9 miliar naik dua belas persen dari tahun lalu.",
]


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def lines_of(body: str) -> list[str]:
    return read_html(page(body), "x").text.split("\n")


@pytest.fixture(scope="module")
def ours() -> Tally:
    return measure(PAGES, quotable_text)


@pytest.fixture(scope="module")
def alone() -> Tally:
    return measure(PAGES, text_alone)


@pytest.fixture(scope="module")
def right() -> Counter[str]:
    return known_fields(PAGES)


def test_the_generated_pages_all_have_another_layout() -> None:
    assert len({p.layout for p in pages(PAGES)}) == PAGES


def test_fewer_than_one_sentence_in_two_hundred_is_lost(ours: Tally) -> None:
    assert ours.lost / ours.story < 0.005, "\n".join(ours.examples)


def test_fewer_sentences_are_lost_than_by_the_extractor_alone(ours: Tally, alone: Tally) -> None:
    assert ours.lost < alone.lost / 2


def test_less_boilerplate_is_kept_than_by_the_extractor_alone(ours: Tally, alone: Tally) -> None:
    assert ours.kept < alone.kept / 2


@pytest.mark.parametrize(("name", "share"), [("title", 1.0), ("published", 1.0), ("publisher", 1.0), ("url", 1.0), ("author", 0.9)])
def test_metadata_of_the_generated_pages_is_read(right: Counter[str], name: str, share: float) -> None:
    assert right[name] >= share * PAGES


def test_text_parted_by_line_breaks_is_kept_whole() -> None:
    assert lines_of(f"<div>{'<br><br>'.join(STORY)}</div>") == STORY


def test_bare_text_between_paragraphs_is_kept_in_its_place() -> None:
    assert lines_of(f"<div>{STORY[0]}<p>{STORY[1]}</p>{STORY[2]}<div><p>{STORY[3]}</p></div></div>") == STORY


def test_a_link_in_bare_text_stays_in_its_sentence() -> None:
    linked = STORY[0].replace("loket terpadu", '<a href="/x">loket terpadu</a>')
    assert lines_of(f"<div>{linked}<p>{STORY[1]}</p><p>{STORY[2]}</p><p>{STORY[3]}</p></div>") == STORY


def test_a_hidden_part_is_no_story() -> None:
    hidden = '<p style="display: none">Kode sematan hanya untuk mitra.</p><div hidden>Tersembunyi benar dari pembaca.</div>'
    assert lines_of(f"<article>{''.join(f'<p>{s}</p>' for s in STORY)}{hidden}</article>") == STORY


def test_a_story_in_a_part_with_an_odd_name_is_still_read() -> None:
    assert lines_of(f'<div class="share-content">{"".join(f"<p>{s}</p>" for s in STORY)}</div>') == STORY


def test_an_xml_declaration_does_not_matter() -> None:
    text = read_html('<?xml version="1.0" encoding="iso-8859-1"?>' + page(f"<article>{''.join(f'<p>{s}</p>' for s in STORY)}</article>"), "x").text
    assert text.split("\n") == STORY


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ratih Wulandari", "Ratih Wulandari"),
        ("Oleh: Ratih Wulandari", "Ratih Wulandari"),
        ("Ratih Wulandari - Jumat, 2 Januari 2026", "Ratih Wulandari"),
        ("redaksi kami yang menulis berita ini sejak 2018", None),
    ],
)
def test_an_author_is_a_name(written: str, expected: str | None) -> None:
    story = f"<article>{''.join(f'<p>{s}</p>' for s in STORY)}</article>"
    assert read_html(page(story, f'<meta name="author" content="{written}">'), "x").known.get("author") == expected


def test_a_date_in_the_text_is_not_taken_for_the_day_of_publication() -> None:
    assert "published" not in read_html(page(f"<article>{''.join(f'<p>{s} Senin (3/3/2025).</p>' for s in STORY)}</article>"), "x").known


def test_a_date_of_the_page_is_read() -> None:
    head = '<meta property="article:published_time" content="2025-03-04T23:30:00+07:00">'
    assert read_html(page(f"<article>{''.join(f'<p>{s}</p>' for s in STORY)}</article>", head), "x").known["published"] == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'<meta charset="utf-8">', "utf-8"),
        (b"<META http-equiv=Content-Type content='text/html; charset=windows-1252'>", "windows-1252"),
        (b"<p>charset=utf-8</p>", None),
        (b" " * 5000 + b'<meta charset="utf-8">', None),
    ],
)
def test_the_declared_character_set_is_found(raw: bytes, expected: str | None) -> None:
    assert declared_charset(raw) == expected


@pytest.mark.parametrize("text", ["", "   ", "<html></html>", "<!-- -->"])
def test_a_page_without_a_story_is_refused(text: str) -> None:
    with pytest.raises(ArticleError, match="x: "):
        read_html(text, "x")
