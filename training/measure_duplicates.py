"""Which copies of a story are recognised as such? `python -m training.measure_duplicates [--articles N]`.

Makes copies of the first N development articles as agencies' customers make them, and reports that only look alike: from
one form with other figures, or printed again much later. Prints how many of each kind `index.duplicates` groups with the
original, among all the other articles, and how many of the untouched articles are taken for copies of one another.
"""

import argparse
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from index.articles import read_sources
from index.datatypes import Article
from index.duplicates import MOST_DAYS_APART, signature_of, stories
from index.sentences import split_sentences

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "testset" / "news_dev.corpus.jsonl.xz"
SEED = 20261125
_DAY = date(2025, 3, 3)
_NUMBER = re.compile(r"\d+")
Sentences = Sequence[str]
Edit = Callable[[Sentences, Sentences, random.Random], Sentences]
"""Takes the sentences of an article and of another one; returns those of the copy."""


def _other_figures(own: Sentences, _: Sentences, rng: random.Random) -> Sentences:
    return [_NUMBER.sub(lambda m: str(rng.randrange(10 ** (len(m[0]) - 1), 10 ** len(m[0]))), s) for s in own]


def _words_dropped(share: float) -> Edit:
    return lambda own, _, rng: [" ".join(w for w in s.split() if rng.random() >= share) for s in own]


COPIES: dict[str, Edit] = {
    "word for word": lambda own, _, __: own,
    "without the first sentence": lambda own, _, __: own[1:],
    "last quarter cut off": lambda own, _, __: own[: max(1, len(own) * 3 // 4)],
    "last half cut off": lambda own, _, __: own[: max(1, len(own) // 2)],
    "two sentences of its own put before": lambda own, other, _: [*other[:2], *own],
    "one word in twenty dropped": _words_dropped(0.05),
    "one word in eight dropped": _words_dropped(0.125),
}
LOOK_ALIKE: dict[str, Edit] = {"from one form, other figures": _other_figures}


def sentences_of(article: Article) -> list[str]:
    """Return the sentences of an article's text."""
    return [article.text[slice(*s)] for s in split_sentences(article.text)]


def grouped(articles: Sequence[Article], edit: Edit, days_later: int = 0) -> int:
    """Return how many articles form a group with a copy of them that `edit` makes."""
    rng, found = random.Random(SEED), {a.article_id: replace(a, published=_DAY) for a in articles}  # noqa: S311  # copies, not secrets
    for article, other in zip(articles, [*articles[1:], articles[0]], strict=True):
        text = " ".join(edit(sentences_of(article), sentences_of(other), rng))
        copied = replace(article, article_id=f"{article.article_id} (copy)", text=text, published=_DAY + timedelta(days_later))
        found[copied.article_id] = copied
    groups = stories({i: signature_of(a.text) for i, a in found.items()}, found.__getitem__)
    return sum(i in found and f"{i} (copy)" in group for group in groups for i in group)


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    number = parser.parse_args().articles
    corpus = list(read_sources([CORPUS]).articles.values())
    # An article without figures from a form cannot be told from a copy, and is none.
    articles = [a for a in corpus if len(_NUMBER.findall(a.text)) >= 5][:number]
    print("| copies | grouped with their original |\n|---|---|")
    for name, edit in COPIES.items():
        print(f"| {name} | {grouped(articles, edit)} of {len(articles)} |", flush=True)
    print("| **no copies** | |")
    for name, edit in LOOK_ALIKE.items():
        print(f"| {name} | {grouped(articles, edit)} of {len(articles)} |", flush=True)
    print(f"| printed again {MOST_DAYS_APART + 1} days later | {grouped(articles, COPIES['word for word'], MOST_DAYS_APART + 1)} of {len(articles)} |")
    by_id = {a.article_id: a for a in corpus}
    groups = stories({i: signature_of(a.text) for i, a in by_id.items()}, by_id.__getitem__)
    print(f"| different articles of the corpus | {sum(map(len, groups))} of {len(corpus)} |")


if __name__ == "__main__":
    main()
