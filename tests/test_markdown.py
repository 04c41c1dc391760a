"""Markdown: what front matter says, and what it may not hold."""

from datetime import date

import pytest

from index.errors import ArticleError
from index.markdown import read_markdown

BODY = "# Pasar Melati Dibuka\n\nPasar ramai sejak pagi.\n"


def with_front(front: str) -> str:
    return f"---\n{front}\n---\n{BODY}"


def test_front_matter_gives_every_field() -> None:
    front = "title: Pasar Baru\ndate: 2025-03-04\nauthor: Laksmi H\npublisher: Warta Melati\nurl: https://contoh.example/a"
    assert read_markdown(with_front(front), "x").known == {
        "title": "Pasar Baru",
        "published": date(2025, 3, 4),
        "author": "Laksmi H",
        "publisher": "Warta Melati",
        "url": "https://contoh.example/a",
    }


@pytest.mark.parametrize("written", ["2025-03-04", "'2025-03-04'", "2025-03-04T08:15:00+07:00", "'2025-03-04 08:15'", "4 Maret 2025", "2025-03-04 08:15:00"])
def test_a_date_is_read_as_generators_and_people_write_it(written: str) -> None:
    assert read_markdown(with_front(f"date: {written}"), "x").known["published"] == date(2025, 3, 4)


def test_several_authors_are_named_together() -> None:
    assert read_markdown(with_front("authors: [Laksmi, Rangga]"), "x").known["author"] == "Laksmi, Rangga"


def test_indonesian_keys_are_read() -> None:
    assert read_markdown(with_front("judul: Pasar\npenulis: Laksmi"), "x").known == {"title": "Pasar", "author": "Laksmi"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_story_begins_after_the_front_matter(end: str) -> None:
    text = with_front("title: Pasar").replace("\n", end)
    document = read_markdown(text, "x")
    assert (document.text, document.text[document.start :]) == (text, BODY.replace("\n", end))


def test_the_first_heading_is_the_title_when_nothing_else_says_it() -> None:
    assert read_markdown(BODY, "x").known == {"title": "Pasar Melati Dibuka"}


@pytest.mark.parametrize("text", ["---\n\nPasar ramai.\n", "Pasar ramai.\n---\ntitle: x\n---\n"])
def test_a_rule_is_no_front_matter(text: str) -> None:
    assert read_markdown(text, "x").start == 0


def test_empty_front_matter_says_nothing() -> None:
    assert read_markdown("---\n---\nPasar ramai.\n", "x").known == {}


@pytest.mark.parametrize(
    ("front", "named"),
    [
        ("title: [", "not YAML"),
        ("title: a: b", "not YAML"),
        ("- satu", "holds no keys"),
        ("title: {a: b}", "takes a text"),
        ("date: kemarin", "'kemarin'"),
        ("date: 2025-02-30", "not YAML"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
        ("title: " + "[" * 5000, "not YAML"),
        ("title: " + "x" * 17_000, "at most 16384"),
    ],
)
def test_front_matter_that_cannot_be_used_is_an_error_that_names_the_file(front: str, named: str) -> None:
    with pytest.raises(ArticleError) as caught:
        read_markdown(with_front(front), "berita.md")
    assert str(caught.value).startswith("berita.md: ")
    assert named in str(caught.value)
