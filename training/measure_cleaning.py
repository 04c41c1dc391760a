"""How much does boilerplate removal lose? `python -m training.measure_cleaning --data DIR`.

Counts sentences of all IndoSum bodies and of 20,000 Wikipedia leads, and those that lie in an excluded span. A read-also
line names another article by its headline, and a headline has no full stop; so an excluded sentence of five words or
more that does end like a sentence is counted as lost. Everything excluded is written out, so that a person can judge.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from index.boilerplate import classify_lines
from index.sentences import split_sentences
from training.sources import read_rows

LEADS = 20_000
_ENDS_LIKE_A_SENTENCE = re.compile(r"[.!?][\"”’')\]]*$")


def main() -> None:
    """Print the counts for both collections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with text/*.jsonl.xz")
    parser.add_argument("--list", action="store_true", help="print every excluded sentence with its rule")
    options = parser.parse_args()
    texts = options.data / "text"
    news = (row["body"] for row in read_rows(texts / "indosum_articles.jsonl.xz"))
    leads = (row["body"] for row in islice(read_rows(texts / "wikipedia_id_leads.jsonl.xz"), LEADS))
    for name, bodies in (("IndoSum", news), ("Wikipedia", leads)):
        _report(name, bodies, options.list)


def excluded_sentences(text: str) -> list[tuple[str, str]]:
    """Return (sentence, rule) of every sentence of a text that touches a boilerplate line."""
    lines = list(classify_lines(text))
    return [(text[s:e], rule) for s, e in split_sentences(text) for start, end, rule in lines if s < end and start < e]


def is_lost(sentence: str) -> bool:
    """Whether an excluded sentence reads like one of the story."""
    return len(sentence.split()) >= 5 and _ENDS_LIKE_A_SENTENCE.search(sentence) is not None


def _report(name: str, bodies: Iterator[str], listed: bool) -> None:
    total, lost = 0, 0
    rules: Counter[str] = Counter()
    for body in bodies:
        total += len(split_sentences(body))
        for sentence, rule in excluded_sentences(body):
            rules[rule] += 1
            lost += is_lost(sentence)
            if listed:
                print(f"{'LOST ' if is_lost(sentence) else '     '}{rule}: {sentence}")
    print(f"{name}: {total} sentences, {sum(rules.values())} excluded {dict(rules)}, {lost} lost ({lost / total:.4%})")


if __name__ == "__main__":
    main()
