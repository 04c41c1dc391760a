"""Files and corpus lines to articles: what is read, what is refused and how, and that nothing is changed."""

import hashlib
import json
import lzma
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes import corpus_file
from fakes_pdf import pdf_of

from index.articles import make_article, read_sources
from index.datatypes import Article
from index.errors import ArticleError, SourceError

STORY = "Taman Baru Kota Melati Dibuka\n\nWali kota membuka taman baru di tepi sungai itu.\n"


def one(path: Path) -> Article:
    """The only article of a source that has no errors."""
    corpus = read_sources([path])
    assert corpus.errors == []
    (article,) = corpus.articles.values()
    return article


def errors_of(*paths: Path) -> list[str]:
    return [str(e) for e in read_sources(list(paths)).errors]


def write(path: Path, content: str | bytes = STORY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# What is read


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        "Baris satu.\r\nBaris dua.\r\n",
        "  \n\u00a0Taman\u00a0\u200b\u2028“kota” 😀\t.\n\n\n",
        "Baca juga: Taman Baru\nWarga datang.",
        "Cafe\u0301 Café",
        "Baris\rlama",
    ],
)
def test_the_text_of_a_file_is_unchanged(tmp_path: Path, text: str) -> None:
    assert one(write(tmp_path / "a.txt", text)).text == text


def test_the_sha256_is_of_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Baris satu – “é”.\r\nBaris dua.\r\n")
    assert one(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_text_of_a_corpus_line_is_unchanged(tmp_path: Path) -> None:
    text = "Baris satu.\r\nBaris\u2028dua.\u0085\n "
    assert one(corpus_file(tmp_path / "c.jsonl", {"text": text})).text == text


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.txt", b"\xef\xbb\xbfTaman kota.")).text == "Taman kota."


def test_boilerplate_is_recorded_as_excluded_spans(tmp_path: Path) -> None:
    article = one(write(tmp_path / "a.txt", "Warga datang.\nBaca juga: Taman Baru\nMereka antre."))
    assert [article.text[s:e] for s, e in article.excluded] == ["Baca juga: Taman Baru"]


def test_a_folder_is_read_with_its_folders(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "sub" / "deep" / "b.txt", "Pasar ramai.")
    corpus_file(tmp_path / "sub" / "c.jsonl", {"article_id": "c", "text": "Sungai jernih."})
    assert sorted(read_sources([tmp_path]).articles) == ["a", "c", "sub-deep-b"]


@pytest.mark.parametrize("name", ["README.txt", "readme.md", ".hidden.txt", ".git/a.html", "notes.docx", "foto.jpg", "corpus.toml", "a.txt~"])
def test_a_file_that_is_no_article_is_left_out_of_a_folder_without_a_word(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, "")
    corpus = read_sources([tmp_path])
    assert (corpus.articles, corpus.errors) == ({}, [])


@pytest.mark.parametrize("name", ["a.TXT", "C.JSONL", "C.Jsonl.XZ"])
def test_a_suffix_in_capitals_is_read(tmp_path: Path, name: str) -> None:
    content: str | bytes = STORY if name == "a.TXT" else json.dumps({"text": STORY})
    write(tmp_path / name, lzma.compress(str(content).encode()) if name.endswith("XZ") else content)
    assert one(tmp_path).text == STORY


def test_a_compressed_corpus_file_is_read(tmp_path: Path) -> None:
    rows = [{"article_id": "a", "text": "Taman kota."}, {"article_id": "b", "text": "Pasar ramai."}]
    write(tmp_path / "c.jsonl.xz", lzma.compress("\n".join(json.dumps(r) for r in rows).encode()))
    assert {i: a.text for i, a in read_sources([tmp_path]).articles.items()} == {"a": "Taman kota.", "b": "Pasar ramai."}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n  \n"])
def test_blank_lines_and_crlf_between_corpus_lines_are_no_error(tmp_path: Path, end: str) -> None:
    path = write(tmp_path / "c.jsonl", end.join(json.dumps({"text": t}) for t in ("Taman kota.", "Pasar ramai.")) + end)
    assert [a.text for a in read_sources([path]).articles.values()] == ["Taman kota.", "Pasar ramai."]


def test_a_corpus_line_gives_every_field(tmp_path: Path) -> None:
    row = {"article_id": "a.B_c-1", "title": "Judul", "text": STORY, "publisher": "Warta", "published": "2025-03-03", "url": "https://contoh.com/a"}
    article = one(corpus_file(tmp_path / "c.jsonl", row))
    assert (article.article_id, article.title, article.publisher, article.url) == ("a.B_c-1", "Judul", "Warta", "https://contoh.com/a")
    assert (article.published, article.published_is_estimate) == (date(2025, 3, 3), False)


def test_a_corpus_line_without_an_id_is_named_by_its_text(tmp_path: Path) -> None:
    article = one(corpus_file(tmp_path / "c.jsonl", {"text": "Taman kota."}))
    assert article.article_id == hashlib.sha256(b"Taman kota.").hexdigest()[:16]


def test_null_fields_of_a_corpus_line_are_read_from_the_text(tmp_path: Path) -> None:
    text = "MELATI, contoh.com – Taman dibuka Senin (3/3/2025)."
    article = one(corpus_file(tmp_path / "c.jsonl", {"text": text, "title": None, "publisher": None, "published": None}))
    assert (article.title, article.publisher, article.published, article.published_is_estimate) == (
        "Taman dibuka Senin (3/3/2025)",
        "contoh.com",
        date(2025, 3, 3),
        True,
    )


def test_unknown_fields_of_a_corpus_line_are_ignored(tmp_path: Path) -> None:
    assert one(corpus_file(tmp_path / "c.jsonl", {"text": "Taman kota.", "topic": 7})).text == "Taman kota."


@pytest.mark.parametrize(
    ("name", "article_id"),
    [
        ("taman.txt", "taman"),
        ("sub/taman kota.txt", "sub-taman-kota"),
        ("taman (1).v2.txt", "taman-1-.v2"),
        ("Tămân.txt", "T-m-n"),
        ("日本.txt", "article"),
        ("x" * 140 + ".txt", "x" * 128),
    ],
)
def test_a_file_is_named_by_its_path(tmp_path: Path, name: str, article_id: str) -> None:
    write(tmp_path / name)
    assert one(tmp_path).article_id == article_id


def test_the_same_article_twice_is_one_article(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    corpus = read_sources([path, tmp_path])
    assert (list(corpus.articles), corpus.errors) == (["a"], [])


def test_articles_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        write(tmp_path / f"{name}.txt", f"Taman {name}.")
    assert list(read_sources([tmp_path]).articles) == ["a", "b", "c"]


def page(title: str = "Judul Halaman", story: str = "Warga datang ke loket terpadu sejak pagi. Mereka antre dengan tertib. ") -> str:
    head = f'<title>{title}</title><meta property="article:published_time" content="2025-03-04">'
    return f"<html><head>{head}</head><body><article><p>{story * 5}</p></article></body></html>"


def test_every_kind_of_file_is_read_from_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "b.md", "# Pasar Melati\n\nPasar ramai.")
    write(tmp_path / "c.html", page())
    write(tmp_path / "d.HTM", page())
    write(tmp_path / "e.pdf", pdf_of([["Sungai Kemuning dikeruk sepanjang tiga kilometer."]]))
    corpus = read_sources([tmp_path])
    assert (sorted(corpus.articles), corpus.errors) == (["a", "b", "c", "d", "e"], [])


def test_what_a_page_says_wins_over_its_text(tmp_path: Path) -> None:
    article = one(write(tmp_path / "a.html", page(story="Warga datang ke loket terpadu pada Senin (3/3/2025). ")))
    assert (article.title, article.published, article.published_is_estimate) == ("Judul Halaman", date(2025, 3, 4), False)


def test_a_correction_wins_over_what_a_page_says(tmp_path: Path) -> None:
    write(tmp_path / "a.html", page())
    write(tmp_path / "corpus.toml", '[articles."a.html"]\ntitle = "Benar"\npublished = 2025-03-05\n')
    article = one(tmp_path)
    assert (article.title, article.published) == ("Benar", date(2025, 3, 5))


def test_front_matter_is_text_that_cannot_be_quoted(tmp_path: Path) -> None:
    text = "---\ntitle: Pasar Melati\n---\nPasar ramai.\nBaca juga: Taman Baru\nWarga antre.\n"
    article = one(write(tmp_path / "a.md", text))
    assert (article.text, article.title) == (text, "Pasar Melati")
    assert [text[s:e] for s, e in article.excluded] == ["---\ntitle: Pasar Melati\n---\n", "Baca juga: Taman Baru"]


def test_what_a_browser_saves_beside_a_page_is_no_article(tmp_path: Path) -> None:
    write(tmp_path / "Berita.html", page())
    write(tmp_path / "Berita_files" / "iklan.html", page())
    assert list(read_sources([tmp_path]).articles) == ["Berita"]


def test_a_folder_that_only_looks_like_one_of_a_browser_is_read(tmp_path: Path) -> None:
    write(tmp_path / "arsip_files" / "a.html", page())
    assert list(read_sources([tmp_path]).articles) == ["arsip_files-a"]


def test_a_text_of_another_character_set_is_read(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.txt", "Kafé “Melati” – dibuka.".encode("cp1252"))).text == "Kafé “Melati” – dibuka."


def test_a_text_that_is_too_large_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate((20 << 20) + 1)
    assert "split it into articles" in errors_of(path)[0]


def test_an_endless_line_of_a_compressed_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl.xz", lzma.compress(b" " * ((64 << 20) + 2), preset=0))
    assert "a line is longer than" in errors_of(path)[0]


# corpus.toml


def sidecar(folder: Path, content: str) -> Path:
    write(folder / "sub" / "a.txt")
    write(folder / "b.txt", "Pasar ramai.")
    return write(folder / "corpus.toml", content)


def test_a_correction_replaces_what_was_read(tmp_path: Path) -> None:
    sidecar(tmp_path, '[articles."sub/a.txt"]\ntitle = "Lain"\npublisher = "Warta"\npublished = 2025-03-03\nauthor = "Laksmi"\nurl = "https://contoh.com"\n')
    article = read_sources([tmp_path]).articles["sub-a"]
    assert (article.title, article.publisher, article.author, article.url) == ("Lain", "Warta", "Laksmi", "https://contoh.com")
    assert (article.published, article.published_is_estimate) == (date(2025, 3, 3), False)


def test_a_correction_can_call_a_date_an_estimate(tmp_path: Path) -> None:
    sidecar(tmp_path, '[articles."b.txt"]\npublished = "2025-03-03"\npublished_is_estimate = true\n')
    article = read_sources([tmp_path]).articles["b"]
    assert (article.published, article.published_is_estimate) == (date(2025, 3, 3), True)


def test_a_correction_holds_for_a_file_that_is_named_alone(tmp_path: Path) -> None:
    sidecar(tmp_path, '[articles."b.txt"]\ntitle = "Lain"\n')
    assert one(tmp_path / "b.txt").title == "Lain"


def test_example_questions_are_collected_once_and_in_order(tmp_path: Path) -> None:
    for name, questions in (("one", '["Apa?", "Siapa?"]'), ("two", '["Siapa?", "Kapan?"]')):
        sidecar(tmp_path / name, f"example_questions = {questions}")
    assert read_sources([tmp_path / "one", tmp_path / "two"]).example_questions == ["Apa?", "Siapa?", "Kapan?"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("example_questions = [", "not a TOML file"),
        (b"title = '\xff'", "not a TOML file"),
        ("example_questions = 'Apa?'", "example_questions"),
        ("example_questions = [1]", "example_questions"),
        ("articles = 3", "articles is 3"),
        ("[articles]\n'b.txt' = 3", "'b.txt' has 3"),
        ("[articles.'b.txt']\ntitel = 'x'", "['titel']"),
        ("[articles.'b.txt']\npublished = '3 Maret'", "'3 Maret'"),
        ("[articles.'b.txt']\npublished = 2025-03-03T10:00:00", "datetime.datetime(2025, 3, 3, 10, 0)"),
        ("[articles.'b.txt']\ntitle = 7", "title is 7"),
    ],
)
def test_a_bad_sidecar_is_named_and_the_articles_are_still_read(tmp_path: Path, content: str, named: str) -> None:
    path = sidecar(tmp_path, "")
    write(path, content)
    corpus = read_sources([tmp_path])
    assert sorted(corpus.articles) == ["b", "sub-a"]
    (error,) = corpus.errors
    assert str(error).startswith(str(path))
    assert named in str(error)


# What is refused


def json_line(**row: Any) -> bytes:
    return json.dumps(row).encode() + b"\n"


BAD_FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("x.txt", b"", "the text is empty"),
    "white space": ("x.txt", b" \r\n\xc2\xa0", "the text is empty"),
    "no letters": ("x.txt", b"123 ...", "the text is empty"),
    "binary": ("x.txt", b"PK\x03\x04\x00abc", r"'\x03'"),
    "damaged UTF-8": ("x.txt", "Café “Melati”".encode()[:-1], "is not UTF-8"),
    "half UTF-16": ("x.txt", "Taman".encode("utf-16")[:-1], "is not UTF-16"),
    "surrogate bytes": ("x.txt", b"Taman \xed\xa0\x80", "byte 6 is not UTF-8"),
    "no page": ("x.html", b"\x89PNG\r\n\x1a\n\x00", "no other character set fits"),
    "page without a story": ("x.html", b"<html><body><script>render()</script></body></html>", "no story was found"),
    "no PDF": ("x.pdf", b"Taman kota.", "does not begin like a PDF"),
    "half PDF": ("x.pdf", b"%PDF-1.7\n1 0 obj", "no readable PDF"),
    "bad front matter": ("x.md", b"---\ntitle: [\n---\nTaman kota.", "front matter is not YAML"),
    "not xz": ("x.jsonl.xz", b"Taman", "not a whole .xz file"),
    "half xz": ("x.jsonl.xz", lzma.compress(json_line(text="Taman kota." * 50))[:60], "not a whole .xz file"),
}

BAD_LINES: dict[str, tuple[bytes, str]] = {
    "bad JSON": (b'{"text": "Taman"', "not JSON"),
    "deep JSON": (b"[" * 100_000, "not JSON"),
    "a list": (b'["Taman"]', "no string field 'text'"),
    "a number": (b"7", "no string field 'text'"),
    "no text": (json_line(title="Taman"), "no string field 'text'"),
    "null text": (json_line(text=None), "no string field 'text'"),
    "number text": (json_line(text=7), "no string field 'text'"),
    "empty text": (json_line(text=""), "the text is empty"),
    "surrogate text": (b'{"text": "Taman \\ud800"}', "text holds half of a surrogate pair"),
    "surrogate title": (b'{"text": "Taman.", "title": "\\udfff"}', "title holds half of a surrogate pair"),
    "surrogate publisher": (b'{"text": "Taman.", "publisher": "\\ud83d"}', "publisher holds half of a surrogate pair"),
    "space in id": (json_line(text="Taman.", article_id="a b"), "'a b'"),
    "long id": (json_line(text="Taman.", article_id="x" * 129), "x" * 129),
    "slash in id": (json_line(text="Taman.", article_id="../a"), "'../a'"),
    "line end in id": (json_line(text="Taman.", article_id="a\n"), r"'a\n'"),
    "number as id": (json_line(text="Taman.", article_id=[1]), "'[1]'"),
    "impossible date": (json_line(text="Taman.", published="2025-02-30"), "'2025-02-30'"),
    "date and time": (json_line(text="Taman.", published="2025-02-03T10:00:00"), "'2025-02-03T10:00:00'"),
    "written date": (json_line(text="Taman.", published="3 Maret 2025"), "'3 Maret 2025'"),
    "number date": (json_line(text="Taman.", published=20250203), "20250203"),
    "number title": (json_line(text="Taman.", title=7), "title is 7"),
    "list publisher": (json_line(text="Taman.", publisher=["Warta"]), "publisher is ['Warta']"),
    "number url": (json_line(text="Taman.", url=1.5), "url is 1.5"),
    "text estimate": (json_line(text="Taman.", published_is_estimate="ya"), "published_is_estimate is 'ya'"),
}


@pytest.mark.parametrize(("name", "content", "named"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_an_error_that_names_file_and_reason(tmp_path: Path, name: str, content: bytes, named: str) -> None:
    path = write(tmp_path / name, content)
    (message,) = errors_of(path)
    assert message.startswith(f"{path}:")
    assert named in message


@pytest.mark.parametrize(("line", "named"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_an_error_that_names_file_line_and_reason(tmp_path: Path, line: bytes, named: str) -> None:
    path = write(tmp_path / "c.jsonl", json_line(text="Pasar ramai.") + line)
    (message,) = errors_of(path)
    assert message.startswith(f"{path}:2:")
    assert named in message


def test_bad_files_and_lines_never_stop_the_others(tmp_path: Path) -> None:
    for n, (name, content, _) in enumerate(BAD_FILES.values()):
        write(tmp_path / f"{n}{name}", content)
    lines = b"\n".join(line.strip() for line, _ in BAD_LINES.values())
    write(tmp_path / "m.jsonl", lines + b"\n" + json_line(article_id="last", text="Sungai jernih."))
    write(tmp_path / "z.txt", "Pasar ramai.")
    corpus = read_sources([tmp_path])
    assert sorted(corpus.articles) == ["last", "z"]
    assert len(corpus.errors) == len(BAD_FILES) + len(BAD_LINES)


def test_the_same_id_with_another_text_names_both_and_keeps_the_first(tmp_path: Path) -> None:
    write(tmp_path / "a b.txt", "Taman kota.")
    write(tmp_path / "a-b.txt", "Pasar ramai.")
    corpus = read_sources([tmp_path])
    (error,) = corpus.errors
    assert corpus.articles["a-b"].text == "Taman kota."
    assert str(tmp_path / "a b.txt") in str(error)
    assert str(tmp_path / "a-b.txt") in str(error)
    assert "'a-b'" in str(error)


@pytest.mark.parametrize("name", ["notes.docx", "scan.png", "taman"])
def test_a_named_file_of_another_type_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name)
    (message,) = errors_of(path)
    assert message.startswith(str(path))
    assert repr(path.suffix) in message


def test_a_file_that_cannot_be_read_is_an_error_and_the_others_are_read(tmp_path: Path, unreadable: Callable[[Path], Path]) -> None:
    path = unreadable(write(tmp_path / "a.txt"))
    write(tmp_path / "b.txt", "Pasar ramai.")
    corpus = read_sources([tmp_path])
    assert list(corpus.articles) == ["b"]
    assert [str(e) for e in corpus.errors] == [f"{path}: the file cannot be read (Permission denied); check its permissions."]


def test_a_sidecar_that_cannot_be_read_is_an_error_and_the_articles_are_read(tmp_path: Path, unreadable: Callable[[Path], Path]) -> None:
    path = unreadable(sidecar(tmp_path, ""))
    corpus = read_sources([tmp_path])
    assert sorted(corpus.articles) == ["b", "sub-a"]
    assert [str(e) for e in corpus.errors] == [f"{path}: the file cannot be read (Permission denied); its corrections are left out."]


def test_a_missing_source_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"tidak-ada.*does not exist"):
        read_sources([write(tmp_path / "a.txt"), tmp_path / "tidak-ada"])


@pytest.mark.parametrize("article_id", ["", "a/b", "é", "a b", "x" * 129])
def test_an_article_is_not_made_with_a_bad_id(article_id: str) -> None:
    with pytest.raises(ArticleError, match="is not usable"):
        make_article(STORY, "test", article_id=article_id, known={})


@pytest.fixture
def unreadable() -> Callable[[Path], Path]:
    """Take away the permission to read a file; root reads everything, so the test is skipped for root."""

    def lock(path: Path) -> Path:
        path.chmod(0)
        try:
            path.read_bytes()
        except PermissionError:
            return path
        pytest.skip("this user may read every file (root), so an unreadable one cannot be made")

    return lock
