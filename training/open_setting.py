"""The open setting: `python -m training.open_setting --data DIR`.

Every paragraph of the validation files becomes an article, and their questions, unanswerable ones too, become a test
set. Both are written to `--out`, indexed, asked through the pipeline by `python -m qa eval`, and read once more to
compare the first passage before and after reading. `--with-train` adds the paragraphs of the training files, which
answer none of the questions, so that the right one is harder to find.

A question of `wiki_native` counts as unanswerable because its own paragraph does not answer it; now and then another
paragraph of the pool does, and then a right answer counts as a hallucination.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.__main__ import main as index_command
from index.sentences import split_sentences
from qa.__main__ import main as qa_command
from training.measure_reranking import main as compare_rankings
from training.sources import read_rows

QUESTIONS = ("wiki_native", "facqa")
"""Their validation files; the name is the category of the questions."""


def article_id_of(context: str) -> str:
    """Return the paragraph's id: the first 16 hex digits of its SHA-256, as the index names a line without one."""
    return hashlib.sha256(context.encode()).hexdigest()[:16]


def corpus_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Return a corpus line for each different context, in order of first use."""
    return [{"article_id": article_id_of(text), "text": text} for text in dict.fromkeys(row["context"] for row in rows)]


def testset_of(rows: Iterable[dict[str, Any]], category: str) -> Iterator[dict[str, Any]]:
    """Yield a test-set line for each row; an answer's evidence is the sentence around it, word for word.

    Raises `ValueError` when an answer does not stand at its place.
    """
    for row in rows:
        context, answers = row["context"], row["answers"]
        quotes = dict.fromkeys(evidence_quote(context, a["text"], a["answer_start"]) for a in answers)
        yield {
            "id": f"{category}-{row['id']}",
            "question": row["question"].strip(),
            "language": "id",
            "category": category,
            # In a test set `&` joins parts; as the scores read words alone, a space says what the source says.
            "answers": list(dict.fromkeys(a["text"].replace("&", " ").strip() for a in answers)),
            "evidence": [{"article_id": article_id_of(context), "quote": quote} for quote in quotes],
            "answerable": bool(answers),
        }


def evidence_quote(context: str, answer: str, start: int) -> str:
    """Return the sentences of the context from the one in which the answer begins to the one in which it ends."""
    end = start + len(answer)
    if context[start:end] != answer:
        raise ValueError(f"The answer {answer!r} does not stand at {start} of its context, which begins {context[:60]!r}; repair the file.")
    touched = [s for s in split_sentences(context) if s.start < end and s.end > start]
    return context[min([start, *(s.start for s in touched)]) : max([end, *(s.end for s in touched)])]


def write_open_setting(data: Path, out: Path, with_train: bool = False) -> tuple[Path, Path]:
    """Write corpus and test set into `out` and return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    valid = {name: list(read_rows(data / "qa" / f"{name}.valid.jsonl.xz")) for name in QUESTIONS}
    others = [row for name in QUESTIONS for row in read_rows(data / "qa" / f"{name}.train.jsonl.xz")] if with_train else []
    corpus = corpus_of([*(row for rows in valid.values() for row in rows), *others])
    testset = [line for name, rows in valid.items() for line in testset_of(rows, name)]
    return _write(out / "corpus.jsonl", corpus), _write(out / "testset.jsonl", testset)


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def main() -> int:
    """Read the command line; return the exit status of the first command that failed, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/*.jsonl.xz")
    parser.add_argument("--out", type=Path, default=Path("var/open"), help="folder of corpus, test set, index and reports")
    parser.add_argument("--with-train", action="store_true", help="index the paragraphs of the training files too")
    options = parser.parse_args()
    corpus, testset = write_open_setting(options.data, options.out, options.with_train)
    place = ["--index-url", f"file:{(options.out / 'index').resolve()}"]
    reports = ["--json", str(options.out / "report.json"), "--html", str(options.out / "report.html")]
    return (
        index_command(["build", str(corpus), *place])
        or qa_command(["eval", str(testset), *place, *reports])
        or compare_rankings(["--testset", str(testset), *place])
    )


if __name__ == "__main__":
    sys.exit(main())
