"""Reads the training and validation files (xz-compressed JSON lines) and cuts their text."""

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

SOURCES: dict[str, str] = {
    "qa/wiki_native.train.jsonl.xz": "IDK-MRC and TyDiQA GoldP Indonesian; CC BY-SA 4.0, Apache-2.0",
    "qa/facqa.train.jsonl.xz": "FacQA, questions on news; Apache-2.0",
    "qa/squad_id_translated.jsonl.xz": "SQuAD 2.0 dev, machine-translated; CC BY-SA 4.0",
    "qa/qasina.jsonl.xz": "QASiNa; MIT",
    "text/wikipedia_id_leads.jsonl.xz": "Indonesian Wikipedia, title and lead; CC BY-SA 4.0",
    "text/indosum_articles.jsonl.xz": "IndoSum, news bodies; Apache-2.0 and CC BY-SA",
    "parallel/en_id.train.jsonl.xz": "human-translated pairs; CC0, CC BY or CC BY-SA by row",
}
"""Every file that training reads, relative to the data folder, with its source and licence."""

VALIDATION_SOURCES: dict[str, str] = {
    "qa/wiki_native.valid.jsonl.xz": "IDK-MRC and TyDiQA GoldP Indonesian; CC BY-SA 4.0, Apache-2.0",
    "qa/facqa.valid.jsonl.xz": "FacQA, questions on news; Apache-2.0",
    "parallel/en_id.valid.jsonl.xz": "human-translated pairs; CC0, CC BY or CC BY-SA by row",
}
"""Files that only measure; the recipe was chosen on them."""

# A full stop after one capital letter or a common title is no sentence end ("H. Agus", "Drs. Budi", "No. 5").
_SENTENCE_END = re.compile(
    r"(?<=[.!?\]])(?<!\b[A-Z]\.)(?<!\b(?:No|Rp|Dr|dr|Ir|St|Hj|KH)\.)(?<!\b(?:Drs|Kab|Kec|Plt|Jln)\.)"
    r"\s+(?=[\"“A-Z0-9])|\n+"
)


class Question(NamedTuple):
    """One question of a QA file; `answer_start` counts code points, None if unanswerable."""

    text: str
    context: str
    answer_start: int | None


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yields one dict a line of an xz-compressed JSON-lines file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_questions(path: Path) -> list[Question]:
    """Reads a QA file; rows without answers keep `answer_start` None."""
    return [Question(row["question"], row["context"], row["answers"][0]["answer_start"] if row["answers"] else None) for row in read_rows(path)]


def letters_of(text: str) -> str:
    """Returns the letters and digits alone, lower-cased: copies in other spacing or quotes are equal."""
    return re.sub(r"\W+", "", text.casefold())


def split_sentences(text: str) -> list[str]:
    """Splits on sentence ends and line breaks; good enough for training, the service has its own splitter."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def window_around(text: str, position: int, sentences: int = 4) -> str:
    """Returns up to `sentences` sentences of `text` around the code point `position`, one a line."""
    parts = split_sentences(text)
    at, found = 0, 0
    for number, part in enumerate(parts):
        at = text.find(part, at)
        if at > position:
            break
        found = number
    first = max(0, min(found - sentences // 2, len(parts) - sentences))
    return "\n".join(parts[first : first + sentences])
