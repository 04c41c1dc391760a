"""Makes a corpus and a test set of the validation questions: `python -m training.open_questions --data DIR --out var/open`.

Every paragraph of the question files becomes an article; `python -m qa eval` then asks the questions without telling which
paragraph holds the answer. The unanswerable ones were written against one paragraph; another may answer them after all.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.sentences import split_sentences
from training.sources import read_rows

FILES = ("wiki_native.train", "facqa.train", "wiki_native.valid", "facqa.valid")


def lines(data: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns (articles, questions)."""
    ids: dict[str, str] = {}
    asked: list[dict[str, Any]] = []
    for name in FILES:
        for row in read_rows(data / f"qa/{name}.jsonl.xz"):
            article_id = ids.setdefault(row["context"], f"p{len(ids)}")
            if name.endswith(".valid"):
                asked.append(_question(row, article_id, name.removesuffix(".valid"), len(asked)))
    return [{"article_id": i, "text": text} for text, i in ids.items()], asked


def _question(row: dict[str, Any], article_id: str, source: str, number: int) -> dict[str, Any]:
    quotes = list(_quotes(row))[:1]
    return {
        "id": f"open-{number:04}", "question": row["question"].strip(), "language": "id", "category": source,
        "answers": list(dict.fromkeys(a["text"].replace("&", " ") for a in row["answers"])),
        "evidence": [{"article_id": article_id, "quote": quote} for quote in quotes], "answerable": bool(row["answers"]),
    }  # fmt: skip


def _quotes(row: dict[str, Any]) -> Iterator[str]:
    """Yields the sentence that each answer begins in, from there to the answer's end if that lies behind it."""
    for answer in row["answers"]:
        for span in split_sentences(row["context"]):
            if span.start <= answer["answer_start"] < span.end:
                yield row["context"][span.start : max(span.end, answer["answer_start"] + len(answer["text"]))]


def main() -> None:
    """Writes both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(("open.corpus.jsonl", "open.jsonl"), lines(options.data), strict=True):
        (options.out / name).write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        print(f"{name}: {len(rows)} lines")


if __name__ == "__main__":
    main()
