"""This product's first stage beside other recipes: `python -m training.measure_peers [--articles N] [--encoder FOLDER]`.

The same articles (those that the answerable development questions need, and others up to N) and the same questions go through
this product, the plain LangChain recipe, Haystack's BM25 joined with embeddings, and LlamaIndex; the peers embed with
all-MiniLM-L6-v2 and cut 1,000 characters with 200 of overlap, each by its own splitter. Every system runs in a process of its
own with the same number of threads; peers in an environment that this command makes. Prints what building and asking cost,
and how often an evidence quote lies in the first passage and the first ten, with ratios to this product.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from index.articles import read_sources
from index.datatypes import Article
from index.errors import InputError
from index.settings import REPOSITORY, STATIC
from qa.testset import GoldQuestion, read_gold
from training.peers.child import Measurement
from training.peers.environment import child_environment, peers_python, torch_of_the_product
from training.peers.judge import Row, gold_of, ranks_of
from training.peers.report import cost_table, draw, recall_table

TESTSET = REPOSITORY / "tests" / "testset"
SEED = 20261126
_PEERS = {"LangChain": "langchain_recipe", "Haystack, BM25 + vectors": "haystack_hybrid", "LlamaIndex": "llamaindex_vectors"}
_LANGUAGES = {"Indonesian": "id", "English": "en"}


@dataclass(frozen=True)
class Contender:
    """A system: its name in the tables, its module in `training.peers`, who runs it, and its settings."""

    name: str
    module: str
    python: Path
    settings: Mapping[str, str] = field(default_factory=dict)


class Bench(NamedTuple):
    """The articles and the answerable questions about them."""

    articles: Sequence[Article]
    questions: Sequence[GoldQuestion]


def read_bench(count: int) -> Bench:
    """Return the answerable development questions and `count` articles; raises `InputError` when the questions need more."""
    questions = [q for q in read_gold(TESTSET / "news_dev.jsonl").questions if q.answerable]
    articles = read_sources([TESTSET / "news_dev.corpus.jsonl.xz"]).articles
    return Bench(bounded(articles, {e.article_id for q in questions for e in q.evidence}, count), questions)


def bounded(articles: Mapping[str, Article], needed: Iterable[str], count: int) -> list[Article]:
    """Return the needed articles and, drawn at random, so many others that there are `count` (or all), in the corpus's order."""
    kept = set(needed)
    if count < len(kept):
        raise InputError(f"{count} articles are too few: the questions need {len(kept)}. Give --articles that number or more.")
    others = [i for i in articles if i not in kept]
    kept.update(random.Random(SEED).sample(others, min(count - len(kept), len(others))))  # noqa: S311  # a sample, no secret
    return [a for i, a in articles.items() if i in kept]


def write_bench(bench: Bench, folder: Path) -> None:
    """Write corpus.jsonl and questions.jsonl, which the processes read."""
    corpus = ({"article_id": a.article_id, "title": a.title, "text": a.text} for a in bench.articles)
    questions = ({"id": q.id, "question": q.question} for q in bench.questions)
    for name, rows in (("corpus", corpus), ("questions", questions)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def measure(contender: Contender, folder: Path, threads: int) -> Measurement:
    """Run one system over the files in `folder`; raises `subprocess.CalledProcessError` when it fails, its reason on the terminal."""
    scratch, out = Path(tempfile.mkdtemp(dir=folder)), folder / f"{contender.name}.json"
    files = ["--corpus", folder / "corpus.jsonl", "--questions", folder / "questions.jsonl", "--scratch", scratch, "--out", out]
    command = [contender.python, "-W", "ignore", "-m", f"training.peers.{contender.module}", *files, "--threads", threads]
    variables = child_environment(threads, folder, contender.settings)
    subprocess.run([str(word) for word in command], cwd=REPOSITORY, env=variables, check=True)  # noqa: S603  # our own module
    found: Measurement = json.loads(out.read_text(encoding="utf-8"))
    return found


def contenders(peers: Path) -> list[Contender]:
    """Return this product with each of its encoders, and the peers."""
    python = Path(sys.executable)
    own = [Contender("this product", "product", python), Contender("this product, static encoder", "product", python, {"ENCODER": STATIC})]
    return own + [Contender(name, module, peers) for name, module in _PEERS.items()]


def compare(bench: Bench, systems: Sequence[Contender], threads: int) -> list[Row]:
    """Measure the systems one after the other and judge them alike."""
    texts = {a.article_id: a.text for a in bench.articles}
    gold, rows = gold_of(bench.questions, texts), []
    with tempfile.TemporaryDirectory() as folder:
        write_bench(bench, Path(folder))
        for system in systems:
            print(f"measuring {system.name} (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
            measured = measure(system, Path(folder), threads)
            rows.append(Row(system.name, measured, ranks_of(measured["rankings"], gold, texts)))
    return rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--threads", type=int, default=1, help="threads (on Linux: cores) of each system; with one, other work on the machine distorts least")
    parser.add_argument("--environment", type=Path, default=REPOSITORY / "var" / "peers", help="folder of the peers' environment")
    parser.add_argument("--torch", default=torch_of_the_product(), help="the torch of that environment")
    parser.add_argument("--plot", type=Path, default=REPOSITORY / "var" / "peers.svg", help="where the plot goes")
    return parser.parse_args()


def main() -> None:
    """Read the command line, print the tables and write the plot."""
    options = _options()
    try:
        bench = read_bench(options.articles)
    except InputError as error:
        sys.exit(str(error))
    peers = peers_python(options.environment.absolute(), options.torch)
    rows = compare(bench, contenders(peers), options.threads)
    groups = {name: [q.id for q in bench.questions if q.language == code] for name, code in _LANGUAGES.items()}
    print(f"{len(bench.articles)} articles, {len(bench.questions)} questions, {options.threads} thread(s) each\n")
    print("\n".join([*cost_table(rows), "", *recall_table(rows, groups)]))
    draw(rows, options.plot)


if __name__ == "__main__":
    main()
