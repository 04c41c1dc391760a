"""The measure of larger collections, on a tiny one."""

import json
import lzma
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from index.articles import read_sources
from index.passages import split_article
from index.settings import MODEL_IN_THE_BOX
from training.measure_scale import Measured, ask_anew, line_of, number
from training.plot_scale import draw
from training.scale_corpus import articles, write_corpus

REPOSITORY = Path(__file__).resolve().parents[1]
ROW = Measured(1000, "flat", 10.0, 6.0, 500.0, 3.0, 2.0, 4.0, 1.9, 1.0, 2.5, 1.0, 0.1, 0.2, 1.5)


@pytest.mark.parametrize(("written", "expected"), [("300", 300), ("10k", 10_000), ("1M", 1_000_000)])
def test_sizes_are_understood(written: str, expected: int) -> None:
    assert number(written) == expected


def test_the_rate_of_the_rest_leaves_encoding_out() -> None:
    assert "| 10.0 | 6.0 | 250 |" in line_of(ROW)


def test_every_curve_is_drawn(tmp_path: Path) -> None:
    draw([ROW, Measured(9000, *list(vars(ROW).values())[1:])], tmp_path / "plot.svg")
    assert "p95" in (tmp_path / "plot.svg").read_text(encoding="utf-8")


def test_a_tiny_collection_is_built_and_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training.measure_scale", "--sizes", "40", "--vector-index", "rabitq", "--scratch", str(tmp_path)]
    command += ["--encoder", str(MODEL_IN_THE_BOX), "--json", str(tmp_path / "figures.json")]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert 40 <= row["passages"] < 50
    assert (row["kind"], row["recall"]) == ("rabitq", 1.0)
    assert row["peak_mib"] > 0
    assert f"| {row['passages']} | rabitq |" in done.stdout


def test_an_index_that_another_process_built_is_asked(seeds_folder: Path) -> None:
    figures = ask_anew(seeds_folder, str(MODEL_IN_THE_BOX), None)
    assert figures["recall"] == 1.0
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]


def test_a_corpus_has_as_many_passages_as_asked_for(tmp_path: Path) -> None:
    write_corpus(50, None, tmp_path / "c.jsonl")
    found = read_sources([tmp_path / "c.jsonl"]).articles
    last = found[max(found, key=lambda i: int(i.removeprefix("m")))]
    assert 0 <= sum(len(split_article(a)) for a in found.values()) - 50 < len(split_article(last))


def test_repeated_leads_are_other_texts(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    with lzma.open(tmp_path / "text" / "wikipedia_id_leads.jsonl.xz", "wt", encoding="utf-8") as out:
        for name in ("Melur", "Kenanga", "Dahlia"):
            out.write(json.dumps({"title": name, "body": f"{name} itu gunung. {name} tinggi sekali. {name} meletus 1850."}) + "\n")
    texts = [row["text"] for row in islice(articles(tmp_path), 9)]
    assert len(set(texts)) > 5
    assert "Kenanga itu gunung.\nMelur tinggi sekali.\nKenanga meletus 1850." in texts
