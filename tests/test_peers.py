"""The comparison with other recipes: what is measured, the judge, the tables and the plot; no peer is installed here."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.datatypes import Article, Span
from index.errors import InputError
from qa.metrics import LocatedQuote
from qa.testset import Evidence, GoldQuestion
from training.measure_peers import Bench, bounded, compare, contenders, read_bench
from training.peers.child import Found, Measurement, measure, peak_bytes, read_corpus
from training.peers.environment import REQUIREMENTS, child_environment, torch_of_the_product
from training.peers.judge import Row, gold_of, ranks_of
from training.peers.report import cost_table, draw, recall_table

TEXTS = {
    "danau": "Danau Biru dibuka pada Senin. Kedalamannya 40 meter. Pengunjung diimbau berhati-hati. Tiketnya gratis.",
    "salinan": "Kedalamannya 40 meter. Begitu kata penjaga.",
    "gema": "Ya. Ya. Loket buka pukul delapan. Ya.",
}
DEPTH = "Kedalamannya 40 meter."


def found(article_id: str, text: str, *also_in: str) -> Found:
    return Found(article_id=article_id, text=text, also_in=list(also_in))


def rank_of(rankings: Sequence[Found], quote: str, article_id: str = "danau") -> int | None:
    asked = GoldQuestion("q", "Apa?", "id", "fact", ("x",), (Evidence(article_id, quote),), True)
    return ranks_of({"q": rankings}, gold_of([asked], TEXTS), TEXTS)["q"]


def article(article_id: str, text: str) -> Article:
    return Article(article_id, article_id, text, "")


# The judge


def test_rank_is_that_of_the_first_passage_with_the_evidence() -> None:
    assert rank_of([found("gema", "Loket buka"), found("danau", TEXTS["danau"]), found("danau", DEPTH)], DEPTH) == 2


def test_a_passage_with_less_than_half_of_the_evidence_does_not_count() -> None:
    assert rank_of([found("danau", "Danau Biru dibuka pada Senin. Kedalaman")], DEPTH) is None


def test_a_passage_with_most_of_the_evidence_counts() -> None:
    assert rank_of([found("danau", "Kedalamannya 40")], DEPTH) == 1


def test_the_same_words_in_another_article_do_not_count() -> None:
    assert rank_of([found("salinan", DEPTH)], DEPTH) is None


def test_a_passage_that_stands_for_the_evidence_s_article_counts() -> None:
    assert rank_of([found("salinan", DEPTH, "danau")], DEPTH) == 1


def test_a_passage_that_stands_several_times_counts_at_any_of_its_places() -> None:
    gold = {"q": [LocatedQuote("gema", "Ya.", (Span(34, 37),))]}
    assert ranks_of({"q": [found("gema", "Ya.")]}, gold, TEXTS) == {"q": 1}


def test_a_passage_that_is_not_word_for_word_is_refused() -> None:
    with pytest.raises(ValueError, match="'kedalamannya' does not stand word for word in article 'danau'"):
        rank_of([found("danau", "kedalamannya")], DEPTH)


# The articles


@pytest.fixture
def corpus() -> dict[str, Article]:
    return {i: article(i, i) for i in "abcdefgh"}


def test_needed_articles_are_kept_and_filled_up_in_the_corpus_s_order(corpus: dict[str, Article]) -> None:
    kept = [a.article_id for a in bounded(corpus, ["g", "b"], 5)]
    assert len(kept) == 5
    assert {"b", "g"} < set(kept)
    assert kept == sorted(kept)


def test_the_same_articles_are_drawn_each_time(corpus: dict[str, Article]) -> None:
    assert bounded(corpus, ["g"], 4) == bounded(corpus, ["g"], 4)


def test_more_articles_than_there_are_means_all(corpus: dict[str, Article]) -> None:
    assert bounded(corpus, ["g"], 100) == list(corpus.values())


def test_fewer_articles_than_the_questions_need_are_refused(corpus: dict[str, Article]) -> None:
    with pytest.raises(InputError, match="1 articles are too few: the questions need 2"):
        bounded(corpus, ["a", "b"], 1)


def test_every_development_question_has_its_evidence_in_the_bench() -> None:
    bench = read_bench(100)
    gold = gold_of(bench.questions, {a.article_id: a.text for a in bench.articles})
    assert len(bench.articles) == 100
    assert {q.language for q in bench.questions} == {"id", "en"}
    assert all(quote.spans for quotes in gold.values() for quote in quotes)


# The measured process


class Shelf:
    """Finds every article that shares a word with the question."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def build(self, corpus: Path, scratch: Path) -> list[int]:
        self.texts = {line.article_id: line.text for line in read_corpus(corpus)}
        return [len(t) for t in self.texts.values()]

    def search(self, question: str) -> list[Found]:
        self.asked.append(question)
        return [found(i, t) for i, t in self.texts.items() if set(question.split()) & set(t.split())]


@pytest.fixture
def measured(tmp_path: Path) -> tuple[Shelf, Measurement]:
    corpus, shelf = tmp_path / "corpus.jsonl", Shelf()
    corpus.write_text('{"article_id": "a", "title": "", "text": "merah tua"}\n{"article_id": "b", "title": "", "text": "biru"}\n', encoding="utf-8")
    return shelf, measure(shelf, corpus, tmp_path, {"q1": "biru", "q2": "merah"})


def test_the_first_question_is_also_asked_before_so_that_all_find_the_system_warm(measured: tuple[Shelf, Measurement]) -> None:
    assert measured[0].asked == ["biru", "biru", "merah"]


def test_a_measurement_holds_a_ranking_and_a_time_for_each_question(measured: tuple[Shelf, Measurement]) -> None:
    _, result = measured
    assert result["rankings"] == {"q1": [found("b", "biru")], "q2": [found("a", "merah tua")]}
    assert len(result["question_ms"]) == len(result["question_cpu_ms"]) == 2


def test_a_measurement_counts_passages_and_their_length(measured: tuple[Shelf, Measurement]) -> None:
    assert (measured[1]["passages"], measured[1]["mean_passage_chars"]) == (2, 6.5)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process inherits the peak of its parent")
def test_peak_memory_is_that_of_the_process_alone() -> None:
    ballast = bytearray(b"x" * (peak_bytes() + 50_000_000))
    code = "from training.peers.child import peak_bytes; print(peak_bytes())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert 1_000_000 < int(done.stdout) < len(ballast) < peak_bytes()


def test_a_measured_process_cannot_connect() -> None:
    code = "import socket; from training.peers.child import refuse_connections; refuse_connections(); socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "PermissionError: A measured system tried to reach the network" in done.stderr


def test_the_product_is_measured_in_a_process_of_its_own() -> None:
    questions = [GoldQuestion("q", "Berapa kedalaman Danau Biru?", "id", "fact", ("40 meter",), (Evidence("danau", DEPTH),), True)]
    bench = Bench([article(i, t) for i, t in TEXTS.items()], questions)
    (row,) = compare(bench, contenders(Path("unused"))[:1], 1)
    assert (row.name, row.ranks) == ("this product", {"q": 1})
    assert row.measured["passages"] == 3


def test_the_static_encoder_is_a_second_row_with_a_setting_of_its_own() -> None:
    second = contenders(Path("python"))[1]
    assert (second.name, second.settings) == ("this product, static encoder", {"ENCODER": "static"})


# The environment


def test_requirements_are_pinned_and_name_no_torch_and_no_address() -> None:
    lines = [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9a-z.]+", line)] == []
    assert not any(line.startswith("torch") for line in lines)


def test_peers_get_the_product_s_torch_in_whatever_build() -> None:
    assert re.fullmatch(r"torch==\d+\.\d+\.\d+", torch_of_the_product())


def test_every_library_gets_the_same_threads_and_no_hub(tmp_path: Path) -> None:
    variables = child_environment(3, tmp_path, {"ENCODER": "x"})
    assert {variables[n] for n in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")} == {"3"}
    assert (variables["HF_HUB_OFFLINE"], variables["HOME"], variables["ENCODER"]) == ("1", str(tmp_path), "x")


# Tables and plot


def row(name: str, seconds: float, ranks: dict[str, int | None]) -> Row:
    times = [10 * seconds, 10 * seconds]
    measured = Measurement(
        passages=1200,
        mean_passage_chars=480.0,
        build_seconds=seconds,
        build_cpu_seconds=2 * seconds,
        peak_bytes=2**30,
        question_ms=times,
        question_cpu_ms=times,
        rankings={},
    )
    return Row(name, measured, ranks)


@pytest.fixture
def rows() -> list[Row]:
    return [row("this product", 2.0, {"q1": 1, "q2": 1, "q3": 3}), row("other", 3.0, {"q1": 1, "q2": None, "q3": 11})]


def test_costs_stand_beside_their_ratio_to_the_first_row(rows: list[Row]) -> None:
    assert list(cost_table(rows))[3] == "| other | 1,200 (480) | 3.0 (1.50×) | 6.0 (1.50×) | 1,024 (1.00×) | 30.0 (1.50×) | 30.0 (1.50×) | 30.0 (1.50×) |"


def test_recall_stands_beside_its_interval_and_ratio(rows: list[Row]) -> None:
    assert list(recall_table(rows, {}))[3] == "| other | .333 [.000–1.000] (0.50×) | .333 [.000–1.000] (0.33×) |"


def test_recall_is_also_told_by_group(rows: list[Row]) -> None:
    head, _, first, _ = recall_table(rows, {"English": ["q3"]})
    assert head == "| | R@1, all | R@10, all | R@1, English | R@10, English |"
    assert first.endswith("| .000 [.000–.975] (no ratio) | 1.000 [.025–1.000] (1.00×) |")


def test_tables_have_a_cell_for_each_column(rows: list[Row]) -> None:
    for table in (cost_table(rows), recall_table(rows, {"English": ["q3"]})):
        assert len({line.count("|") for line in table}) == 1


def test_the_plot_is_an_svg_that_names_every_system(rows: list[Row], tmp_path: Path) -> None:
    draw(rows, tmp_path / "plot.svg")
    text = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert all(text.count(f">{row.name}<") == 2 for row in rows)  # once beside each pair of panels


def test_equal_numbers_give_an_equal_plot(rows: list[Row], tmp_path: Path) -> None:
    for name in ("a", "b"):
        draw(rows, tmp_path / f"{name}.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
