"""Corpora of any size, for `training.measure_scale`.

Articles are Wikipedia leads of the data folder, each with a date and one of twenty publishers; where there are too few,
leads are repeated with every other sentence from the n-th lead before, in the n-th repetition. Without a data folder, sentences are made up.
"""

import json
import random
from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path

from index.articles import make_article
from index.passages import split_article
from index.text import terms
from training.sources import read_questions, read_rows, split_sentences

LEADS = "text/wikipedia_id_leads.jsonl.xz"
QUESTIONS = "qa/wiki_native.valid.jsonl.xz"
ASKED = 300
WORDS = "warga kota sungai taman jalan pasar sekolah gedung hujan sawah perahu camat lurah dinas anggaran layanan warung jembatan kebun pantai".split()
FIRST_DAY = date(2005, 1, 1)
Row = dict[str, str]


def write_corpus(passages: int, data: Path | None, path: Path) -> None:
    """Write a corpus file of just so many passages or one article's more."""
    there = 0
    with path.open("w", encoding="utf-8") as out:
        for n, row in enumerate(articles(data)):
            there += len(split_article(make_article(row["text"], "", article_id=row["article_id"], known=row)))
            published = FIRST_DAY + timedelta(days=n % 5000)
            out.write(json.dumps({**row, "publisher": f"Warta {n % 20}", "published": published.isoformat()}, ensure_ascii=False) + "\n")
            if there >= passages:
                return


def articles(data: Path | None) -> Iterator[Row]:
    """Yield articles without end."""
    if data is None:
        yield from made_up()
        return
    for edition in count():
        before: deque[list[str]] = deque(maxlen=edition or 1)
        for n, row in enumerate(read_rows(data / LEADS)):
            sentences = split_sentences(row["body"])
            other = before[0] if edition and len(before) == edition else []
            mixed = [other[k] if k % 2 and k < len(other) else s for k, s in enumerate(sentences)]
            yield {"article_id": f"w{edition}-{n}", "title": row["title"], "text": "\n".join(mixed)}
            before.append(sentences)


def made_up() -> Iterator[Row]:
    """Yield articles of sentences without sense."""
    choose = random.Random(20261125)  # noqa: S311  # not for secrets
    for n in count():
        sentences = [" ".join([f"Nomor{choose.randrange(5000)}", *choose.choices(WORDS, k=9)]) + "." for _ in range(7)]
        yield {"article_id": f"m{n}", "title": f"Kabar {n}", "text": " ".join(sentences)}


def questions_of(data: Path | None) -> list[str]:
    """Return what is asked."""
    if data is not None:
        return [q.text for q in islice(read_questions(data / QUESTIONS), ASKED)]
    return [" ".join(terms(row["text"])[:5]) for row in islice(made_up(), 20)]
