"""Articles and passages in SQLite: everything comes back as it was, and filters say what `Filter.accepts` says."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes import write_store

from index.datatypes import Article, ArticleSummary, Coverage, Filter, Passage, Span
from index.errors import IndexDamagedError, UnknownArticleError
from index.store import FILE, Store

FULL = Article(
    article_id="b",
    title="Taman “Melati”",
    text="Baris satu.\r\nBaris\u2028dua 😀.\x00",
    sha256="ab" * 32,
    publisher="Warta Melati",
    published=date(2025, 3, 3),
    published_is_estimate=True,
    author="Laksmi",
    url="https://contoh.com/a?b='c'",
    excluded=(Span(0, 3), Span(5, 8)),
    source="folder/c.jsonl:7",
)
BARE = Article("a", "Pasar", "Pasar ramai.", "cd" * 32)
OLDER = Article("c", "Sungai", "Sungai jernih.", "ef" * 32, publisher="KABAR Ångström", published=date(2024, 1, 1))
ARTICLES = (BARE, FULL, OLDER)
PASSAGES = tuple(Passage(f"{a}#{n}", a, n, n * 5, n * 5 + 5, f"teks {a}{n}") for a, count in (("a", 2), ("b", 3), ("c", 1)) for n in range(count))
QUESTIONS = ["Apa?", "Siapa?"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("store")
    write_store(target, ARTICLES, [(p, f"hash {p.passage_id}") for p in PASSAGES], QUESTIONS)
    return target


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    opened = Store(folder)
    yield opened
    opened.close()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.article_id)
def test_an_article_comes_back_as_it_was(store: Store, article: Article) -> None:
    assert store.article(article.article_id) == article


def test_an_unknown_article_is_an_error_that_names_it(store: Store) -> None:
    with pytest.raises(UnknownArticleError, match="'B'"):
        store.article("B")


def test_articles_are_listed_by_id(store: Store) -> None:
    assert list(store.articles()) == [BARE, FULL, OLDER]


def test_summaries_are_newest_first_and_undated_last(store: Store) -> None:
    assert store.summaries(Filter(), 0, None) == [
        ArticleSummary("b", "Taman “Melati”", "Warta Melati", date(2025, 3, 3), True, "https://contoh.com/a?b='c'"),
        ArticleSummary("c", "Sungai", "KABAR Ångström", date(2024, 1, 1), False, None),
        ArticleSummary("a", "Pasar", None, None, False, None),
    ]


def test_passages_come_back_in_the_order_asked(store: Store) -> None:
    assert store.passages([5, 0, 3]) == [PASSAGES[5], PASSAGES[0], PASSAGES[3]]


def test_a_row_asked_twice_comes_twice(store: Store) -> None:
    assert store.passages([1, 1]) == [PASSAGES[1]] * 2


def test_rows_are_found_by_passage_id_in_the_order_asked(store: Store) -> None:
    assert store.rows_of(["c#0", "a#1"]) == [5, 1]


def test_passage_ids_are_found_by_row_in_the_order_asked(store: Store) -> None:
    assert store.ids_of([5, 1, 5]) == ["c#0", "a#1", "c#0"]


def test_an_unknown_passage_is_a_programming_error_that_names_it(store: Store) -> None:
    with pytest.raises(ValueError, match="a#9"):
        store.rows_of(["a#0", "a#9"])


def test_nothing_asked_is_nothing_found(store: Store) -> None:
    assert (store.passages([]), store.rows_of([])) == ([], [])


def test_more_passages_than_one_query_may_bind_are_found(tmp_path: Path) -> None:
    many = [Passage(f"a#{n}", "a", n, n, n + 1, "x") for n in range(2000)]
    write_store(tmp_path, [BARE], [(p, "") for p in many], [])
    store = Store(tmp_path)
    assert store.rows_of([p.passage_id for p in reversed(many)]) == list(range(1999, -1, -1))
    assert store.passages(list(range(2000))) == many
    store.close()


def test_all_passages_come_with_row_and_hash(store: Store) -> None:
    assert list(store.all_passages()) == [(n, p, f"hash {p.passage_id}") for n, p in enumerate(PASSAGES)]


FILTERS = [
    (Filter(), {"a", "b", "c"}),
    (Filter(publishers=()), set()),
    (Filter(publishers=("",)), set()),
    (Filter(publishers=("warta MELATI",)), {"b"}),
    (Filter(publishers=("kabar ångström",)), {"c"}),
    (Filter(publishers=("Warta",)), set()),
    (Filter(publishers=("Warta%", "'; --")), set()),
    (Filter(publishers=("Warta Melati", "KABAR Ångström", "Lain")), {"b", "c"}),
    (Filter(published_from=date(2025, 3, 3)), {"b"}),
    (Filter(published_from=date(2025, 3, 4)), set()),
    (Filter(published_to=date(2024, 1, 1)), {"c"}),
    (Filter(published_to=date(2023, 12, 31)), set()),
    (Filter(date(1, 1, 1), date(9999, 12, 31)), {"b", "c"}),
    (Filter(date(2024, 1, 1), date(2025, 3, 3), ("Warta Melati",)), {"b"}),
    (Filter(date(2025, 3, 3), date(2024, 1, 1)), set()),
]


@pytest.mark.parametrize(("only", "expected"), FILTERS)
def test_a_filter_accepts_by_hand_what_is_expected(only: Filter, expected: set[str]) -> None:
    assert {a.article_id for a in ARTICLES if only.accepts(a.publisher, a.published)} == expected


@pytest.mark.parametrize(("only", "expected"), FILTERS)
def test_matching_articles_are_counted(store: Store, only: Filter, expected: set[str]) -> None:
    assert store.count_matching(only) == len(expected)


@pytest.mark.parametrize(("only", "expected"), FILTERS[1:])
def test_the_allowed_rows_are_those_of_matching_articles(store: Store, only: Filter, expected: set[str]) -> None:
    rows = store.allowed_rows(only)
    assert rows is not None
    assert rows.tolist() == [n for n, p in enumerate(PASSAGES) if p.article_id in expected]


def test_a_filter_that_restricts_nothing_allows_every_row(store: Store) -> None:
    assert store.allowed_rows(Filter()) is None


def test_coverage_names_counts_publishers_and_dates(store: Store) -> None:
    assert store.coverage() == Coverage(3, ("KABAR Ångström", "Warta Melati"), date(2024, 1, 1), date(2025, 3, 3))


def test_a_collection_without_dates_and_publishers_covers_none(tmp_path: Path) -> None:
    write_store(tmp_path, [BARE], [], [])
    store = Store(tmp_path)
    assert store.coverage() == Coverage(1, (), None, None)
    store.close()


def test_example_questions_come_back_in_order(store: Store) -> None:
    assert store.example_questions() == QUESTIONS


def test_threads_read_at_the_same_time(store: Store) -> None:
    found: list[Article] = []
    threads = [threading.Thread(target=lambda: found.extend(store.article("b") for _ in range(50))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [FULL] * 400


def test_a_read_only_folder_can_be_read(tmp_path: Path, folder: Path) -> None:
    shutil.copy(folder / FILE, tmp_path)
    (tmp_path / FILE).chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        second = Store(tmp_path)
        assert second.article("a") == BARE
        second.close()
    finally:
        tmp_path.chmod(0o755)


def test_reading_leaves_no_file_behind(folder: Path, store: Store) -> None:
    store.article("a")
    assert [p.name for p in folder.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [None, b"", b"no database at all, but long enough to be read as one"])
def test_a_missing_or_damaged_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexDamagedError, match=FILE):
        Store(tmp_path)


def test_a_page_that_is_damaged_later_is_an_error_of_the_index(tmp_path: Path) -> None:
    write_store(tmp_path, [replace(BARE, article_id=f"a{n}", text="x" * 3000) for n in range(50)], [], [])
    raw = bytearray((tmp_path / FILE).read_bytes())
    raw[-100 * 1024 :] = b"\xff" * (100 * 1024)
    (tmp_path / FILE).write_bytes(raw)
    store = Store(tmp_path)
    with pytest.raises(IndexDamagedError, match="check --repair"):
        list(store.articles())
    store.close()
