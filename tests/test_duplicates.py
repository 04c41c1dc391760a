"""Near-duplicates: what is a copy of a story, what only looks like one, and what becomes of copies in an index."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from fakes import HashingEncoder, corpus_file

from index.build import add_articles, build_index
from index.datatypes import Article
from index.duplicates import find_stories, same_story, signature_of, stories
from index.generations import current_generation
from index.local import LocalIndex, open_index
from index.store import Store
from qa.citations import cite
from qa.datatypes import Quote

ENCODER = HashingEncoder(256)
STORY = (
    "Bupati membuka Pasar Kemiri, Senin (3/3/2025). Pasar itu menampung 240 pedagang dari 12 desa. "
    "Pembangunannya menelan biaya Rp4,5 miliar dan selesai dalam 9 bulan. Pedagang tidak dipungut biaya selama setahun pertama. "
    "Dinas perdagangan menata kios menurut jenis barang agar pembeli mudah mencarinya."
)
OTHER = "Hujan deras memutus jembatan gantung di hulu. Warga menyeberang dengan rakit sampai jembatan darurat selesai dibangun."


def article(article_id: str, text: str, published: date | None = None) -> Article:
    return Article(article_id, "Judul", text, f"sha-{hash(text)}", published=published)


def grouped(*articles: Article) -> list[tuple[str, ...]]:
    by_id = {a.article_id: a for a in articles}
    return stories({a.article_id: signature_of(a.text) for a in articles}, by_id.__getitem__)


@pytest.mark.parametrize(
    "copy",
    [STORY, f"KEMIRI, KABAR DESA - {STORY}", STORY[STORY.index("Pasar itu") :], STORY.replace("Bupati", "Pak Bupati").replace("mudah", "cepat"), STORY.upper()],
    ids=["word for word", "with a dateline", "without the first sentence", "with other words", "in capitals"],
)
def test_a_copy_forms_a_group_with_its_original(copy: str) -> None:
    assert grouped(article("a", STORY), article("b", copy), article("c", OTHER)) == [("a", "b")]


@pytest.mark.parametrize(
    "text",
    [OTHER, STORY.replace("240", "310").replace("12", "15").replace("4,5", "6,1"), STORY[:90], ""],
    ids=["another story", "the same form with other figures", "the beginning alone", "nothing"],
)
def test_what_only_looks_alike_stays_an_article_of_its_own(text: str) -> None:
    assert grouped(article("a", STORY), article("b", text)) == []


@pytest.mark.parametrize(("day", "same"), [(date(2025, 4, 2), True), (date(2025, 4, 3), False), (None, True)])
def test_a_story_that_is_printed_again_much_later_is_no_copy(day: date | None, same: bool) -> None:
    assert same_story(article("a", STORY, date(2025, 3, 3)), article("b", STORY, day)) is same


def test_many_copies_form_one_group() -> None:
    ids = [f"n{n:02}" for n in range(40)]
    assert grouped(*(article(i, STORY + f" Laporan kontributor {i[1]}.") for i in ids)) == [tuple(ids)]


def test_one_article_has_no_copy() -> None:
    assert grouped(article("a", STORY)) == []


def test_a_known_signature_is_taken_as_it_is() -> None:
    both = {"a": article("a", STORY), "b": article("b", STORY + " Selesai.")}
    wrong = {both["a"].sha256: signature_of(OTHER).tobytes()}
    assert [find_stories(both.values(), both.__getitem__, known)[0] for known in ({}, wrong)] == [[("a", "b")], []]


# In an index


def rows(*copies: tuple[str, str]) -> Sequence[dict[str, str]]:
    return [{"article_id": i, "title": i, "text": text, "published": "2025-03-04"} for i, text in copies]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LocalIndex]:
    source = corpus_file(tmp_path / "c.jsonl", *rows(("asli", STORY), ("salinan", f"KEMIRI - {STORY}"), ("lain", OTHER)))
    build_index([source], tmp_path / "index", ENCODER)
    opened = open_index(tmp_path / "index", ENCODER)
    yield opened
    opened.close()


def test_an_index_names_the_copies_of_an_article(index: LocalIndex) -> None:
    assert index.copies(["asli", "lain", "salinan"]) == {"asli": ("salinan",), "salinan": ("asli",)}


def test_an_added_copy_joins_its_story(index: LocalIndex, tmp_path: Path) -> None:
    add_articles([corpus_file(tmp_path / "d.jsonl", *rows(("ketiga", STORY + " Selesai.")))], tmp_path / "index", ENCODER)
    with closing(open_index(tmp_path / "index", ENCODER)) as new:
        assert new.copies(["asli"]) == {"asli": ("ketiga", "salinan")}


def test_an_index_keeps_a_signature_for_each_text(index: LocalIndex, tmp_path: Path) -> None:
    with closing(Store(current_generation(tmp_path / "index"))) as store:
        assert sorted(store.signatures()) == sorted(a.sha256 for a in store.articles())


def quote(index: LocalIndex, article_id: str, text: str) -> Quote:
    start = index.article(article_id).text.index(text)
    return Quote(article_id, f"{article_id}#0", start, start + len(text), text)


def test_a_citation_names_the_copies_that_hold_its_quote(index: LocalIndex) -> None:
    assert cite([quote(index, "asli", "Pasar itu menampung 240 pedagang dari 12 desa.")], index)[0].also_in == ("salinan",)


def test_a_citation_names_no_copy_that_words_it_otherwise(index: LocalIndex) -> None:
    assert cite([quote(index, "salinan", "KEMIRI - Bupati membuka Pasar Kemiri")], index)[0].also_in == ()
