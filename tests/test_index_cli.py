"""The command line of the index with the encoder in the box: exit status, summary and messages."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from fakes import corpus_file
from fakes_web import OPEN_ROBOTS, loopback_policy, serving

from index.__main__ import main
from index.build import add_articles
from index.datatypes import Encoder
from index.generations import current_generation
from index.locks import build_lock
from index.web import read_all

REPOSITORY = Path(__file__).resolve().parents[1]
TEXTS = {"taman": "Camat membuka taman kota Senin (3/3/2025).", "pasar": "Pasar ramai oleh pembeli.\n\nSumber: Warta Melati\n"}
Run = Callable[..., int]


def write_sources(folder: Path) -> Path:
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A folder with `sources` and the `index` built from them."""
    folder = tmp_path_factory.mktemp("cli")
    assert main(["build", str(write_sources(folder / "sources")), "--index-url", f"file:{folder / 'index'}"]) == 0
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of `built`, to be changed."""
    return shutil.copytree(built, tmp_path / "copy")


@pytest.fixture
def run(folder: Path) -> Run:
    """Run a command on the index of `folder` and return its exit status."""
    return lambda *arguments: main([*map(str, arguments), "--index-url", f"file:{folder / 'index'}"])


def test_a_first_build_says_what_it_did(tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(write_sources(tmp_path / "sources")), "--index-url", f"file:{tmp_path / 'index'}"]) == 0
    generation = current_generation(tmp_path / "index").name
    assert capsys.readouterr().out == (f"2 articles, 2 passages (2 encoded, 0 kept), 0 files left out; new generation {generation} in {tmp_path / 'index'}\n")


def test_a_second_build_says_that_nothing_changed(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generation = current_generation(built / "index").name
    assert main(["build", str(built / "sources"), "--index-url", f"file:{built / 'index'}"]) == 0
    assert f"2 articles, 2 passages (0 encoded, 2 kept), 0 files left out; nothing changed, generation {generation}" in capsys.readouterr().out


@pytest.mark.parametrize(("option", "status"), [((), 0), (("--strict",), 1)])
def test_a_bad_file_is_named_and_fails_only_a_strict_build(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...], status: int
) -> None:
    (folder / "sources" / "rusak.txt").write_bytes(b"\x00")
    assert run("build", folder / "sources", *option) == status
    output = capsys.readouterr()
    assert f"left out: {folder / 'sources' / 'rusak.txt'}:" in output.err
    assert "2 articles" in output.out
    assert "1 files left out" in output.out


def test_a_strict_build_without_bad_files_is_done(run: Run, folder: Path) -> None:
    assert run("build", folder / "sources", "--strict") == 0


def test_no_article_fails_and_the_old_generation_stays(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = current_generation(folder / "index")
    (folder / "empty").mkdir()
    assert run("build", folder / "empty") == 1
    assert "No article is left to index" in capsys.readouterr().err
    assert current_generation(folder / "index") == before


@pytest.mark.parametrize("command", ["build", "add"])
def test_a_missing_source_fails_and_is_named(run: Run, folder: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run(command, folder / "tidak-ada") == 1
    assert repr(str(folder / "tidak-ada")) in capsys.readouterr().err


def test_add_says_what_it_did(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", corpus_file(folder / "c.jsonl", {"text": "Sungai jernih kembali."})) == 0
    assert "3 articles, 3 passages (1 encoded, 2 kept), 0 files left out; new generation" in capsys.readouterr().out


def test_a_strict_add_fails_for_a_refused_article(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", corpus_file(folder / "c.jsonl", {"article_id": "taman", "text": "Lain."}), "--strict") == 1
    assert "'taman' is already used" in capsys.readouterr().err


def test_remove_says_what_is_left(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("remove", "taman") == 0
    assert "1 articles, 1 passages (0 encoded, 1 kept)" in capsys.readouterr().out


@pytest.mark.parametrize(("ids", "message"), [(("tidak-ada",), "'tidak-ada'"), (("taman", "pasar"), "No article is left")])
def test_a_removal_that_cannot_be_done_fails(run: Run, capsys: pytest.CaptureFixture[str], ids: tuple[str, ...], message: str) -> None:
    assert run("remove", *ids) == 1
    assert message in capsys.readouterr().err


def test_stats_say_what_the_index_holds(run: Run, folder: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats") == 0
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (shown["articles"], shown["passages"], shown["publishers"]) == ("2", "2", "Warta Melati")
    assert shown["published"] == "2025-03-03 to 2025-03-03"
    assert shown["encoder"] == f"in-the-box ({encoder.fingerprint}, {encoder.dimension}-d)"
    assert shown["index"] == str(folder / "index")


def test_check_of_a_sound_index_is_done(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert capsys.readouterr().out == "The index is sound.\n"


def test_check_of_a_tampered_index_fails_and_lists_every_problem(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(current_generation(folder / "index") / "articles.sqlite")) as connection, connection:
        connection.execute("UPDATE passage SET text = 'Lain.' WHERE article_id = 'taman'")
    assert run("check") == 1
    output = capsys.readouterr().out
    assert "'taman#0'" in output
    assert output.rstrip().endswith("problems found.")


@pytest.mark.parametrize("command", [("stats",), ("check",), ("remove", "taman"), ("add", str(REPOSITORY / "seeds"))])
def test_without_an_index_a_command_fails_and_says_how_to_build(
    tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert main([*command, "--index-url", f"file:{tmp_path / 'none'}"]) == 1
    error = capsys.readouterr().err
    assert "python -m index build" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["build"], ["add"], ["remove"], ["stats", "--wrong"], ["build", "x", "--index-url"]])
def test_a_wrong_command_line_is_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m index" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["ftp://host/index", "var/index", "file:"])
def test_an_index_url_that_is_not_understood_is_a_usage_error_that_names_it(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert main(["stats", "--index-url", url]) == 2
    error = capsys.readouterr().err
    assert "INDEX_URL" in error
    assert repr(url) in error


def test_the_environment_says_where_the_index_is(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("INDEX_URL", f"file:{folder / 'index'}")
    assert main(["stats"]) == 0
    assert str(folder / "index") in capsys.readouterr().out


def test_the_command_line_goes_before_the_environment(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEX_URL", f"file:{folder / 'none'}")
    assert run("stats") == 0


def test_a_setting_that_cannot_be_used_is_a_usage_error_that_names_it(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DENSE_WEIGHT", "1.5")
    assert run("stats") == 2
    error = capsys.readouterr().err
    assert "DENSE_WEIGHT" in error
    assert "'1.5'" in error


def test_an_encoder_that_cannot_be_loaded_fails_and_is_named(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "no-model").mkdir()
    monkeypatch.setenv("ENCODER", str(folder / "no-model"))
    assert run("check") == 1
    assert repr(str(folder / "no-model")) in capsys.readouterr().err


def test_the_module_runs_as_a_program(folder: Path) -> None:
    arguments = [sys.executable, "-m", "index", "stats", "--index-url", f"file:{folder / 'index'}"]
    ended = subprocess.run(arguments, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "articles    2" in ended.stdout


def test_the_program_passes_its_exit_status_on(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "index", "stats", "--index-url", f"file:{tmp_path / 'none'}"]
    assert subprocess.run(arguments, cwd=REPOSITORY, capture_output=True, check=False).returncode == 1


def test_an_address_is_not_fetched_while_fetching_is_off(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "https://kabar.example/loket") == 1
    assert "'https://kabar.example/loket' is on the web, and fetching is off; set ALLOW_FETCH=true" in capsys.readouterr().err


def test_an_index_is_not_built_from_the_web(run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_FETCH", "true")
    assert run("build", "https://kabar.example/loket") == 1
    assert "use 'add' for addresses" in capsys.readouterr().err


def test_allowing_to_fetch_does_not_allow_a_loopback_address(run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_FETCH", "true")
    with serving(OPEN_ROBOTS) as site:
        assert run("add", site.url("/loket")) == 1
        assert site.requests == []
    assert "has the address 127.0.0.1, which is not on the public internet" in capsys.readouterr().err


def test_pages_and_files_are_added_in_one_go(folder: Path, encoder: Encoder) -> None:
    text = "Sungai Kemuning dikeruk sepanjang tiga kilometer oleh dinas. "
    with serving({**OPEN_ROBOTS, "/a": (200, {}, f"<html><title>Sungai</title><body><article><p>{text * 5}</p></article></body></html>".encode())}) as site:
        corpus = read_all([str(corpus_file(folder / "c.jsonl", {"text": "Pasar ramai."})), site.url("/a")], loopback_policy())
    assert add_articles(corpus, folder / "index", encoder).manifest.articles == 4


def test_a_repair_of_a_damaged_index_says_what_it_did_and_the_index_is_sound(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (current_generation(folder / "index") / "vectors.faiss").unlink()
    assert run("check") == 1
    assert "check --repair" in capsys.readouterr().err
    assert run("check", "--repair") == 0
    said = capsys.readouterr().out
    assert "from the articles of" in said
    assert said.endswith("The index is sound.\n")


def test_a_repair_that_cannot_be_done_fails_and_says_the_cure(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (current_generation(folder / "index") / "articles.sqlite").unlink()
    assert run("check", "--repair") == 1
    assert "python -m index build" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("build", "sources"), ("add", "sources"), ("remove", "taman"), ("check", "--repair")])
def test_a_second_writer_names_the_first_and_does_nothing(run: Run, folder: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    words = [str(folder / word) if word == "sources" else word for word in command]
    with build_lock(folder / "index"):
        assert run(*words) == 1
    assert f"process {os.getpid()}) is writing" in capsys.readouterr().err


def test_a_second_writer_that_may_wait_goes_on_after_the_first(run: Run, folder: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        with build_lock(folder / "index"):
            second = pool.submit(run, "remove", "taman", "--wait", "60")
            time.sleep(0.5)
            assert not second.done()
        assert second.result() == 0


def test_the_index_says_of_a_copied_generation_what_it_says_of_the_original(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copied = shutil.copytree(current_generation(folder / "index"), folder / "backup")
    run("stats")
    original = capsys.readouterr().out.splitlines()[1:]
    assert main(["stats", "--index-url", f"file:{copied}"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == original


def test_a_copied_generation_cannot_be_written_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copied = shutil.copytree(current_generation(folder / "index"), folder / "backup")
    assert main(["remove", "taman", "--index-url", f"file:{copied}"]) == 1
    assert "single generation (a backup)" in capsys.readouterr().err
