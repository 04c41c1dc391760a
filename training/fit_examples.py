"""The questions that the reader's linear models are fitted on, and the collections that they are asked against."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.news_questions import CIVIC, article_key, read_questions
from training.sources import read_rows

SMALL_ARTICLES = 16
EVERYDAY_ARTICLES, EVERYDAY_QUESTIONS = (Path(__file__).resolve().with_name(f"everyday_{part}.jsonl.xz") for part in ("articles", "questions"))
OFF_TOPIC_FILE = Path(__file__).resolve().with_name("off_topic_questions.txt")
NEWS_DEV = Path(__file__).resolve().parents[1] / "tests" / "testset"
NEWS_CORPUS = NEWS_DEV / "news_dev.corpus.jsonl.xz"
CORPORA = (NEWS_CORPUS, CIVIC)


@dataclass(frozen=True)
class Example:
    """A question with its accepted answers (none: unanswerable) and the id of the article that holds them."""

    question: str
    answers: tuple[str, ...]
    articles: frozenset[str]
    source: str
    batch: str = ""


def write_civic(target: Path) -> Path:
    """Write the made-up articles that questions kept apart were written about, and only these.

    The others tell of the same cities in other years, and may answer what an article of these does not.
    """
    asked = {row["article"] for row in read_questions("valid")}
    rows = (row for row in read_rows(CIVIC) if article_key(row["text"]) in asked)
    target.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return target


def write_corpus(data: Path, target: Path) -> list[Example]:
    """Write every paragraph of the question files once as a corpus line; return the validation questions."""
    ids: dict[str, str] = {}
    examples = []
    for name in ("wiki_native.train", "facqa.train", "wiki_native.valid", "facqa.valid"):
        for row in read_rows(data / "qa" / f"{name}.jsonl.xz"):
            article = ids.setdefault(row["context"], f"p{len(ids)}")
            if name.endswith(".valid"):
                answers = tuple(dict.fromkeys(a["text"] for a in row["answers"]))
                examples.append(Example(row["question"].strip(), answers, frozenset([article]), name.split(".")[0]))
    lines = (json.dumps({"article_id": i, "text": text}, ensure_ascii=False) for text, i in ids.items())
    target.write_text("\n".join(lines), encoding="utf-8")
    return examples


def news_dev_examples() -> list[Example]:
    """Return the development questions."""
    rows = map(json.loads, (NEWS_DEV / "news_dev.jsonl").read_text(encoding="utf-8").splitlines())
    return [Example(r["question"], tuple(r["answers"]), frozenset(e["article_id"] for e in r["evidence"]), "news_dev", r["id"].split("-")[1]) for r in rows]


def written_examples() -> list[Example]:
    """Return the written questions that no model was trained on, in batches of `SMALL_ARTICLES` articles."""
    ids = {article_key(row["text"]): row["article_id"] for corpus in CORPORA for row in read_rows(corpus)}
    rows = read_questions("valid")
    order = {key: n for n, key in enumerate(dict.fromkeys(r["article"] for r in rows))}
    return [
        Example(r["question"], (r["answer"],) if r["answer"] else (), frozenset([ids[r["article"]]]), "written", f"w{order[r['article']] // SMALL_ARTICLES}")
        for r in rows
    ]


def everyday_examples() -> list[Example]:
    """Return the questions as they are typed, each batch about one small collection: the letter before the articles' numbers."""
    rows = read_rows(EVERYDAY_QUESTIONS)
    return [Example(r["question"], tuple(r["answers"]), frozenset(e["article_id"] for e in r["evidence"]), "everyday", r["id"].split("-")[0]) for r in rows]


def everyday_corpus(batch: str, target: Path) -> Path:
    """Write the articles of one small collection."""
    rows = (row for row in read_rows(EVERYDAY_ARTICLES) if row["article_id"].startswith(f"{batch}-"))
    target.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return target


def off_topic_examples() -> list[Example]:
    """Return everyday questions that news of a city hardly answers."""
    lines = OFF_TOPIC_FILE.read_text(encoding="utf-8").splitlines()
    return [Example(line, (), frozenset(), "off_topic") for line in lines if line]


def batches(examples: Sequence[Example]) -> list[list[Example]]:
    """Return the examples by the batch of articles that they were written about."""
    return [[e for e in examples if e.batch == batch] for batch in sorted({e.batch for e in examples})]


def small_corpus(batch: Sequence[Example], target: Path) -> Path:
    """Write the articles that the batch's evidence comes from, and only these."""
    wanted = {article for e in batch for article in e.articles}
    rows = (row for corpus in CORPORA for row in read_rows(corpus) if row["article_id"] in wanted)
    target.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return target
