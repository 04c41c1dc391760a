"""An article to passages: a few consecutive sentences each, overlapping by one, with exact offsets."""

from index.datatypes import Article, Passage, Span
from index.sentences import split_sentences

# Chosen by measurement on the development questions: `python -m training.measure_passages`.
SENTENCES = 4
OVERLAP = 1
LONGEST_PASSAGE_CHARS = 1200
PASSAGE_VERSION = f"5:{SENTENCES}/{OVERLAP}/{LONGEST_PASSAGE_CHARS}"


def split_article(article: Article, sentences: int = SENTENCES, overlap: int = OVERLAP) -> list[Passage]:
    """Return the passages of an article in order; none crosses an excluded span."""
    windows = [
        window for region in quotable_regions(article.text, article.excluded) for window in _windows(split_sentences(article.text, *region), sentences, overlap)
    ]
    return [
        Passage(f"{article.article_id}#{ordinal}", article.article_id, ordinal, start, end, article.text[start:end])
        for ordinal, (start, end) in enumerate(windows)
    ]


def quotable_regions(text: str, excluded: tuple[Span, ...]) -> list[Span]:
    """Return the spans between the excluded ones."""
    edges = [0, *(edge for span in excluded for edge in span), len(text)]
    return [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _windows(spans: list[Span], sentences: int, overlap: int) -> list[Span]:
    """Windows of at most `sentences` sentences and `LONGEST_PASSAGE_CHARS`, each new one starting `overlap` earlier."""
    windows: list[Span] = []
    first = 0
    while first < len(spans):
        last = first
        while last + 1 < len(spans) and last + 1 - first < sentences and spans[last + 1].end - spans[first].start <= LONGEST_PASSAGE_CHARS:
            last += 1
        windows.append(Span(spans[first].start, spans[last].end))
        if last + 1 >= len(spans):
            break
        first = max(first + 1, last + 1 - overlap)
    return windows
