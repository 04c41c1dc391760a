"""The first stage, measured: `python -m training.retrieval_bench --data DIR`.

Questions of the validation files, the development questions and English sentences are searched in one pool: every
passage of the question files (train and valid), the Indonesian side of the valid translations, `LEADS` Wikipedia leads and
all IndoSum articles in passages. Prints recall, MRR and nDCG with bootstrap intervals, speed, and paired differences.
Vectors of the pool are kept in `--cache`, by encoder.
"""

import argparse
import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.datatypes import Encoder, Vectors
from index.encoder import SentenceTransformersEncoder
from index.text import tokens, write_out
from qa.metrics import contains_accepted
from training.fit_examples import NEWS_CORPUS, news_dev_examples
from training.reader_data import Bm25, windows_of
from training.sources import letters_of, read_rows

LEADS = 20_000
DEPTH = 200
RESAMPLES = 2_000
SEED = 20261124
Scores = npt.NDArray[np.float32]
Ranks = npt.NDArray[np.float64]


class Asked(NamedTuple):
    """A question with the numbers of the passages that answer it, and the set it belongs to."""

    text: str
    answers: frozenset[int]
    kind: str


@dataclass(frozen=True)
class Bench:
    """The pool (title, text of each passage) and the questions."""

    pool: list[tuple[str, str]]
    asked: list[Asked]

    @property
    def texts(self) -> list[str]:
        """Passages as the index encodes them."""
        return [f"{title}\n{text}" if title else text for title, text in self.pool]


def read_bench(data: Path) -> Bench:
    """Return pool and questions; a question that stands twice counts once."""
    pool: dict[str, tuple[int, tuple[str, str]]] = {}

    def number(text: str, title: str = "") -> int:
        return pool.setdefault(letters_of(text), (len(pool), (title, text)))[0]

    asked: dict[str, Asked] = {}
    for name in ("wiki_native.train", "facqa.train", "wiki_native.valid", "facqa.valid"):
        for row in read_rows(data / f"qa/{name}.jsonl.xz"):
            place = number(row["context"])
            if name.endswith("valid") and row["answers"]:
                key = letters_of(row["question"])
                known = asked[key].answers if key in asked else frozenset()
                asked[key] = Asked(row["question"].strip(), known | {place}, name.split(".")[0])
    for row in read_rows(data / "parallel/en_id.valid.jsonl.xz"):
        asked.setdefault(letters_of(row["en"]), Asked(row["en"], frozenset({number(row["id"])}), "english"))
    for n, row in enumerate(read_rows(data / "text/wikipedia_id_leads.jsonl.xz")):
        if n % 12 == 0 and n // 12 < LEADS:
            number(row["body"], row["title"])
    _add_news(number, asked)
    return Bench([passage for _, passage in pool.values()], list(asked.values()))


def smaller(bench: Bench, others: int) -> Bench:
    """Return the bench with only so many passages that answer no question, chosen at random."""
    answering = {n for asked in bench.asked for n in asked.answers}
    drawn = np.random.default_rng(SEED).permutation([n for n in range(len(bench.pool)) if n not in answering])[:others]
    kept = sorted(answering | {int(n) for n in drawn})
    place = {old: new for new, old in enumerate(kept)}
    return Bench([bench.pool[n] for n in kept], [a._replace(answers=frozenset(place[n] for n in a.answers)) for a in bench.asked])


def _add_news(number: Callable[[str, str], int], asked: dict[str, Asked]) -> None:
    places: dict[str, list[tuple[int, str]]] = {}
    for row in read_rows(NEWS_CORPUS):
        title = row["text"].split(". ", 1)[0][:90]
        places[row["article_id"]] = [(number(w.passage, title), w.passage) for w in windows_of(row["text"], 0)]
    for example in news_dev_examples():
        found = {n for i in example.articles for n, text in places[i] if contains_accepted([text], example.answers)}
        if found:
            asked.setdefault(letters_of(example.question), Asked(example.question, frozenset(found), "news_dev"))


def dense_scores(bench: Bench, encoder: Encoder, cache: Path) -> Scores:
    """Return cosines, shape (questions, pool); prints what encoding cost."""
    file = cache / f"{encoder.name}-{encoder.fingerprint}-{hashlib.sha256(repr(bench.texts).encode()).hexdigest()[:12]}.npy"
    if not file.exists():
        started = time.perf_counter()
        vectors = encoder.encode(bench.texts)
        print(f"{encoder.name}: {len(vectors) / (time.perf_counter() - started):.0f} passages a second", flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors.astype(np.float16))
    pool: Vectors = np.load(file).astype(np.float32)
    plain = [write_out(a.text) for a in bench.asked]
    questions = np.concatenate([encoder.encode_questions([q]) for q in plain])
    waits = [_seconds(lambda q=q: encoder.encode_questions([q])) for q in plain[:300]]  # type: ignore[misc]  # mypy wants a typed default
    print(f"{encoder.name}: {1000 * np.median(waits):.2f} ms a question (p50), {1000 * np.quantile(waits, 0.95):.2f} ms (p95)", flush=True)
    found: Scores = questions @ pool.T
    return found


def lexical_scores(bench: Bench, stemmed: bool) -> Scores:
    """Return BM25 scores, shape (questions, pool)."""
    texts = [f"{title} {text}" for title, text in bench.pool]
    if stemmed:
        return Bm25(texts).scores([a.text for a in bench.asked])
    return Bm25(texts, tokens).scores([a.text for a in bench.asked], tokens)


def fused(dense: Scores, lexical: Scores, weight: float, candidates: int = 50) -> Scores:
    """Return the service's fusion: both legs divided by their best, over the candidates of each."""
    found = np.full_like(dense, -1.0)
    for row in range(len(dense)):
        legs = [np.argpartition(-leg[row], candidates)[:candidates] for leg in (dense, lexical)]
        some = np.union1d(*legs)
        found[row, some] = weight * np.maximum(dense[row, some], 0) / dense[row].max() + (1 - weight) * lexical[row, some] / max(lexical[row].max(), 1e-9)
    return found


def ranks_of(bench: Bench, scores: Scores) -> Ranks:
    """Return the rank of the first answering passage of each question, infinite behind `DEPTH`."""
    found = np.full(len(bench.asked), math.inf)
    for n, asked in enumerate(bench.asked):
        best = max(scores[n, i] for i in asked.answers)
        rank = 1 + int((scores[n] > best).sum())
        found[n] = rank if best > -1 and rank <= DEPTH else math.inf
    return found


def measures(ranks: Ranks) -> dict[str, Ranks]:
    """Return the value of each measure for each question (one relevant passage, so nDCG@10 is 1/log2(1+rank))."""
    inside = ranks <= 10
    safe = np.where(np.isfinite(ranks), ranks, 1e9)
    cuts = {f"R@{k}": (ranks <= k).astype(float) for k in (1, 5, 10, 20)}
    return {**cuts, "MRR@10": np.where(inside, 1 / safe, 0), "nDCG@10": np.where(inside, 1 / np.log2(1 + safe), 0)}


def interval(values: Ranks, rng: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean."""
    means = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def row_of(name: str, bench: Bench, ranks: Ranks, kinds: Sequence[str]) -> str:
    """Return one line of the table: a ranker's measures over the questions of some kinds."""
    rng = np.random.default_rng(SEED)
    chosen = np.array([a.kind in kinds for a in bench.asked])
    cells = []
    for measure, values in measures(ranks[chosen]).items():
        low, high = interval(values, rng)
        cells.append(f"{values.mean():.3f}" + (f" [{low:.3f}–{high:.3f}]" if measure in ("R@1", "R@20") else ""))
    return f"| {name} | {'+'.join(kinds)} | {chosen.sum()} | " + " | ".join(cells) + " |"


def difference(bench: Bench, ranks: Ranks, base: Ranks, kinds: Sequence[str], cut: int) -> str:
    """Return how many fewer questions miss at `cut` than with `base`, with its paired bootstrap interval."""
    chosen = np.array([a.kind in kinds for a in bench.asked])
    gain = (ranks[chosen] <= cut).astype(float) - (base[chosen] <= cut).astype(float)
    low, high = interval(gain, np.random.default_rng(SEED))
    return f"R@{cut} {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


NATIVE = ("wiki_native", "facqa", "news_dev")


def main() -> None:
    """Prints the table; the first encoder is the one to beat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", action="append", default=[], help="Sentence Transformers folders beside the one in the box; the first is the one to beat")
    parser.add_argument("--others", type=int, help="keep only so many passages that answer no question: minutes instead of half an hour")
    parser.add_argument("--cache", type=Path, default=Path("var/bench"))
    parser.add_argument("--weights", type=float, nargs="+", default=[0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 0.95, 0.97])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    bench = read_bench(options.data)
    if options.others is not None:
        bench = smaller(bench, options.others)
    print(f"{len(bench.pool)} passages, {len(bench.asked)} questions")
    lexical = {"BM25, raw words": lexical_scores(bench, False), "BM25, stems": lexical_scores(bench, True)}
    ranks = {name: ranks_of(bench, scores) for name, scores in lexical.items()}
    for location in [*options.encoder, ""]:
        encoder = SentenceTransformersEncoder(location) if location else SentenceTransformersEncoder()
        dense = dense_scores(bench, encoder, options.cache)
        ranks[encoder.name] = ranks_of(bench, dense)
        for weight in options.weights:
            ranks[f"{encoder.name} {weight:.2f} + BM25"] = ranks_of(bench, fused(dense, lexical["BM25, stems"], weight))
    _report(bench, ranks)
    if options.json:
        options.json.write_text(json.dumps({name: [r if math.isfinite(r) else None for r in values] for name, values in ranks.items()}), encoding="utf-8")


def _report(bench: Bench, ranks: dict[str, Ranks]) -> None:
    print("| ranker | questions | n | R@1 | R@5 | R@10 | R@20 | MRR@10 | nDCG@10 |\n|---|---|---|---|---|---|---|---|---|")
    for name, values in ranks.items():
        for kinds in (NATIVE, *((k,) for k in (*NATIVE, "english"))):
            print(row_of(name, bench, values, kinds))
    names = list(ranks)
    fusions = [n for n in names if "+ BM25" in n]
    base = fusions[0].split(" ")[0] if fusions else ""
    native = np.array([a.kind in NATIVE for a in bench.asked])
    first = max((n for n in fusions if n.startswith(base)), key=lambda n: float(np.mean(ranks[n][native] <= 20)))
    for name in fusions:
        print(f"{name} against {first}: " + ", ".join(difference(bench, ranks[name], ranks[first], NATIVE, cut) for cut in (1, 20)))


if __name__ == "__main__":
    main()
