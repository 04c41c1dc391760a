"""The child process that reads pages: hostile files end in a clear error within their limits, and the next file is read."""

from collections.abc import Iterator

import pytest

from index.errors import ArticleError
from index.extraction import Extractor, Limits

STORY = "Warga datang ke loket terpadu sejak pagi. Mereka antre dengan tertib di halaman. " * 5
GOOD = f"<html><body><article><p>{STORY}</p></article></body></html>".encode()
HARMLESS = {
    "deep": b"<div>" * 100_000 + b"Warga",
    "deep tables": b"<table><tr><td>" * 20_000 + b"Warga",
    "deep lists": b"<ul><li>" * 30_000 + b"Warga",
    "deep inline": b"<b><i><a>" * 100_000 + b"Warga",
    "script only": b"<html><body><script>render()</script></body></html>",
    "empty": b"",
    "no tags": b"   ",
    "frames": b"<html><frameset><frame src='a'></frameset></html>",
}


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as running:
        yield running


def refusal(extractor: Extractor, raw: bytes, kind: str = "html") -> str:
    with pytest.raises(ArticleError) as caught:
        extractor.document(kind, raw, "x.html")
    assert str(caught.value).startswith("x.html: ")
    return str(caught.value)


@pytest.mark.parametrize("raw", HARMLESS.values(), ids=HARMLESS)
def test_a_page_without_a_story_is_an_error(extractor: Extractor, raw: bytes) -> None:
    assert "no story was found" in refusal(extractor, raw) or "holds no HTML" in refusal(extractor, raw)


def test_many_attributes_and_entities_are_read(extractor: Extractor) -> None:
    raw = b"<html " + b"a='b' " * 200_000 + b">" + GOOD[6:] + b"&lt;" * 200_000
    assert "Warga datang" in extractor.document("html", raw, "x").text


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert "takes at most 100" in refusal(Extractor(Limits(page_bytes=100)), GOOD)


def test_a_file_that_takes_too_long_is_an_error_and_the_next_one_is_read() -> None:
    with Extractor(Limits(seconds=8)) as running:
        assert "longer than 8 seconds" in refusal(running, b"<p>Kata " * 1_000_000)
        assert "Warga datang" in running.document("html", GOOD, "x").text


def test_a_file_that_takes_too_much_memory_is_an_error_and_the_next_one_is_read() -> None:
    with Extractor(Limits(memory_bytes=500 << 20)) as running:
        assert "x.html: " in refusal(running, b"<p>Warga</p>" * 1_400_000)
        assert "Warga datang" in running.document("html", GOOD, "x").text


def test_nothing_is_started_until_a_page_is_read() -> None:
    with Extractor() as running:
        assert running._child is None


def test_a_file_that_ends_the_child_is_an_error_and_the_next_one_is_read() -> None:
    with Extractor() as running:
        running.document("html", GOOD, "x")
        assert running._child is not None
        running._child.kill()
        running._child.wait()
        assert "ended the process" in refusal(running, GOOD)
        assert "Warga datang" in running.document("html", GOOD, "x").text
