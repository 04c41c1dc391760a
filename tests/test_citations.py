from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from invented import APEL, ARTICLES, LOKET, indexed

from index.datatypes import Article, Filter, SearchIndex, Span
from index.local import LocalIndex
from qa.citations import CitationClaim, Status, check_citations, cite, is_verbatim, locate
from qa.datatypes import Quote

OPENING = "Wali Kota Tirtaloka Rendra Wiskara membuka loket terpadu pada Jumat 2 Januari 2026."  # 83 code points
SPOKEN = "“Kami ingin warga tidak menunggu lama,” kata Rendra."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalIndex]:
    opened = indexed(tmp_path_factory.mktemp("citations"), *ARTICLES)
    yield opened
    opened.close()


@pytest.fixture
def loket(index: LocalIndex) -> Article:
    return index.article("loket-2026")


def quote_of(article: Article, text: str) -> Quote:
    start = article.text.index(text)
    return Quote(article.article_id, f"{article.article_id}#0", start, start + len(text), text)


def test_quote_that_stands_in_the_article_becomes_a_citation_with_its_offsets_and_digest(index: LocalIndex) -> None:
    (citation,) = cite([Quote("loket-2026", "loket-2026#0", 0, 83, OPENING)], index)
    assert (citation.marker, citation.start, citation.end, citation.quote) == (1, 0, 83, OPENING)
    assert citation.sha256 == index.article("loket-2026").sha256


def test_citation_carries_what_is_known_of_its_article(index: LocalIndex) -> None:
    (citation,) = cite([Quote("loket-2026", "loket-2026#0", 0, 83, OPENING)], index)
    known = (citation.title, citation.publisher, str(citation.published), citation.url)
    assert known == (LOKET["title"], "Kabar Tirtaloka", "2026-01-02", "https://kabar.example/loket")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (1, 84, OPENING),
        (0, 82, OPENING),
        (0, 83, OPENING.replace("2026", "2025")),
        (0, 83, OPENING.upper()),
        (0, 0, ""),
        (83, 0, OPENING),
        (-83, -1, OPENING),
        (0, 10**12, OPENING),
        (10**12, 10**12 + 83, OPENING),
    ],
)
def test_quote_with_tampered_offsets_or_words_is_dropped(index: LocalIndex, start: int, end: int, text: str) -> None:
    assert cite([Quote("loket-2026", "loket-2026#0", start, end, text)], index) == ()


def test_offsets_beyond_the_end_are_refused_even_when_the_slice_is_equal(loket: Article) -> None:
    rest = loket.text[100:]
    assert not is_verbatim(loket, Quote("loket-2026", "loket-2026#0", 100, len(loket.text) + 1, rest))


def test_quote_of_an_article_that_is_not_there_is_dropped(index: LocalIndex) -> None:
    assert cite([Quote("tidak-ada", "tidak-ada#0", 0, 83, OPENING)], index) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Baca juga: Bazar Murah Dibuka di Alun-alun Lembayung",
        "Bazar Murah",
        "setiap hari.\nBaca juga: Bazar",
        f"Alun-alun Lembayung\n{SPOKEN}",
        f"setiap hari.\nBaca juga: Bazar Murah Dibuka di Alun-alun Lembayung\n{SPOKEN}",
    ],
)
def test_quote_that_touches_boilerplate_is_dropped(index: LocalIndex, loket: Article, text: str) -> None:
    assert cite([quote_of(loket, text)], index) == ()


def test_quote_that_ends_where_boilerplate_starts_is_kept(index: LocalIndex, loket: Article) -> None:
    (boilerplate,) = loket.excluded
    ending = loket.text[84 : boilerplate.start]
    assert len(cite([Quote("loket-2026", "loket-2026#0", 84, boilerplate.start, ending)], index)) == 1


def test_article_whose_text_no_longer_has_its_digest_cannot_be_quoted(loket: Article) -> None:
    text = loket.text.replace("1.250", "9.250")
    tampered = Article(loket.article_id, loket.title, text, loket.sha256)
    assert not is_verbatim(tampered, quote_of(tampered, "9.250 warga"))


def test_same_quote_twice_is_cited_once(index: LocalIndex, loket: Article) -> None:
    assert len(cite([quote_of(loket, OPENING), quote_of(loket, OPENING)], index)) == 1


def test_part_of_an_earlier_quote_is_not_cited_again(index: LocalIndex, loket: Article) -> None:
    assert [c.quote for c in cite([quote_of(loket, OPENING), quote_of(loket, "Rendra Wiskara")], index)] == [OPENING]


def test_markers_count_only_the_quotes_that_verified(index: LocalIndex, loket: Article) -> None:
    invented = Quote("loket-2026", "loket-2026#0", 0, 83, "Rendra Wiskara mengundurkan diri." + " " * 50)
    apel = index.article("apel-2023")
    cited = cite([invented, quote_of(loket, SPOKEN), quote_of(apel, "Ia meminta pegawai datang tepat waktu.")], index)
    assert [(c.marker, c.article_id) for c in cited] == [(1, "loket-2026"), (2, "apel-2023")]


@pytest.mark.parametrize(
    "written",
    [
        SPOKEN,
        SPOKEN.replace("“", '"').replace("”", '"'),
        f"  {SPOKEN}\n",
        SPOKEN.replace("warga tidak", "warga  tidak"),
        SPOKEN.replace("tidak menunggu", "tidak\nmenunggu"),
    ],
)
def test_quote_with_other_marks_or_spaces_is_located_as_the_article_has_it(loket: Article, written: str) -> None:
    span = locate(written, loket, Span(0, len(loket.text)))
    assert span is not None
    assert loket.text[slice(*span)].strip("“”") == SPOKEN.strip("“”")


@pytest.mark.parametrize(
    "written",
    [
        "Rendra Wiskara mengundurkan diri karena sakit.",
        "Wali kota baru di Tirtaloka telah meresmikan tempat layanan gabungan.",
        "Anggaran loket sebesar Rp9,1 triliun turun 77 persen.",
        "",
        "   ",
        "“”",
    ],
)
def test_words_that_the_article_does_not_hold_are_not_located(loket: Article, written: str) -> None:
    assert locate(written, loket, Span(0, len(loket.text))) is None


def test_too_short_words_are_located_only_when_exact(loket: Article) -> None:
    assert locate("1,250 warga", loket, Span(0, len(loket.text))) is None
    assert locate("1.250 warga", loket, Span(0, len(loket.text))) == Span(103, 114)


def test_near_match_outside_the_passage_is_not_located(loket: Article) -> None:
    assert locate(SPOKEN.replace("“", '"').replace("”", '"'), loket, Span(0, 83)) is None


def test_repeated_words_are_located_in_the_passage_they_were_taken_from() -> None:
    article = Article("ulang", "Ulang", "Baca juga: Loket dibuka.\nLoket dibuka. Loket dibuka.", "", excluded=(Span(0, 24),))
    assert locate("Loket dibuka.", article, Span(25, 52)) == Span(25, 38)


def claim(article: Article, text: str, **changes: object) -> CitationClaim:
    start = article.text.index(text)
    values = {"marker": 1, "article_id": article.article_id, "quote": text, "start": start, "end": start + len(text), "sha256": article.sha256}
    return CitationClaim(**(values | changes))  # type: ignore[arg-type]  # a table of changed fields


def test_citation_that_still_stands_is_found(index: LocalIndex, loket: Article) -> None:
    assert check_citations([claim(loket, OPENING)], index) == [Status.FOUND]


@pytest.mark.parametrize(
    "changes",
    [
        {"start": 1, "end": 84},
        {"end": 82},
        {"start": 83, "end": 0},
        {"start": -304, "end": -221},
        {"start": 10**30, "end": 10**30 + 83},
        {"end": 10**30},
        {"article_id": "apel-2023"},
        {"article_id": "tidak-ada"},
        {"sha256": "0" * 64},
        {"sha256": ""},
    ],
)
def test_words_that_stand_elsewhere_are_misattributed(index: LocalIndex, loket: Article, changes: dict[str, object]) -> None:
    assert check_citations([claim(loket, OPENING, **changes)], index) == [Status.MISATTRIBUTED]


@pytest.mark.parametrize("text", ["Rendra Wiskara mengundurkan diri.", OPENING.replace("Rendra", "Joko"), "", " ", "\n"])
def test_words_that_no_article_holds_are_not_found(index: LocalIndex, loket: Article, text: str) -> None:
    assert check_citations([claim(loket, OPENING, quote=text)], index) == [Status.NOT_FOUND]


def test_empty_quote_with_empty_range_is_not_found(index: LocalIndex, loket: Article) -> None:
    assert check_citations([claim(loket, OPENING, quote="", start=0, end=0)], index) == [Status.NOT_FOUND]


def test_words_of_another_article_are_found_there_with_its_own_offsets(index: LocalIndex) -> None:
    text = str(APEL["text"])[:20]
    assert check_citations([claim(index.article("apel-2023"), text)], index) == [Status.FOUND]


class VastIndex:
    """The index of a million articles, of which nobody may read all."""

    def __init__(self, index: LocalIndex) -> None:
        self._index = index
        self.manifest = replace(index.manifest, articles=1_000_000)

    def __getattr__(self, name: str) -> object:
        assert name != "article_summaries", "all articles were listed to be read"
        return getattr(self._index, name)


@pytest.mark.parametrize(
    ("quote", "status"), [(OPENING, Status.MISATTRIBUTED), ("Rendra Wiskara mengundurkan diri.", Status.NOT_FOUND), ("?!", Status.NOT_FOUND)]
)
def test_of_a_vast_collection_only_likely_articles_are_read(index: LocalIndex, loket: Article, quote: str, status: Status) -> None:
    vast = cast(SearchIndex, VastIndex(index))
    assert check_citations([claim(loket, OPENING, article_id="other", quote=quote)], vast) == [status]


def test_quotes_that_stand_nowhere_are_looked_for_in_one_reading(index: LocalIndex, loket: Article) -> None:
    class CountingIndex(VastIndex):
        listed = 0

        def article_summaries(self) -> object:
            CountingIndex.listed += 1
            return index.article_summaries()

    counting = CountingIndex(index)
    counting.manifest = index.manifest
    claims = [claim(loket, OPENING, quote=f"Kutipan karangan nomor {n}.") for n in range(50)]
    assert check_citations([*claims, claim(loket, OPENING)], cast(SearchIndex, counting)) == [*[Status.NOT_FOUND] * 50, Status.FOUND]
    assert CountingIndex.listed == 1


def test_copies_outside_the_filter_are_not_named(tmp_path: Path) -> None:
    text = "Loket terpadu dibuka wali kota di balai pada pagi yang cerah itu. Warga datang berbondong-bondong sejak subuh untuk mengurus surat."
    rows = [{"article_id": i, "title": "Loket", "text": text, "published": day} for i, day in (("a", "2025-03-04"), ("b", "2025-03-05"))]
    with closing(indexed(tmp_path, *rows)) as made:
        quote = [quote_of(made.article("a"), text.partition(". ")[0] + ".")]
        assert [cite(quote, made)[0].also_in, cite(quote, made, Filter(published_to=date(2025, 3, 4)))[0].also_in] == [("b",), ()]
