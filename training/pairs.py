"""Makes (anchor, passage) pairs for contrastive training out of the data files."""

import random
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from training.sources import Question, letters_of, read_questions, read_rows, split_sentences, window_around

PASSAGE_SENTENCES = 4
"""Sentences of a training passage; the service cuts articles into passages of about that length."""

# How people type: the usual chat and SMS abbreviations of Indonesian function and question words.
ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "yang": ("yg",), "berapa": ("brp", "brapa"), "berapakah": ("brp",), "kapan": ("kpn",),
    "kapankah": ("kpn",), "dengan": ("dgn", "dg"), "tidak": ("tdk", "gak", "ga"), "siapa": ("sp", "sapa"),
    "siapakah": ("siapa", "sapa"), "bagaimana": ("gimana", "gmn", "bgmn"), "mengapa": ("knp", "kenapa"),
    "kenapa": ("knp",), "apa": ("ap",), "apakah": ("apa", "apkh"), "untuk": ("utk", "buat"),
    "dari": ("dr",), "pada": ("pd",), "dalam": ("dlm",), "karena": ("krn", "karna"), "tahun": ("thn", "th"),
    "bulan": ("bln",), "tanggal": ("tgl",), "jumlah": ("jml",), "orang": ("org",), "sudah": ("sdh", "udah"),
    "belum": ("blm",), "banyak": ("byk",), "sebagai": ("sbg",), "kepada": ("kpd",), "tersebut": ("tsb",),
    "saja": ("aja",), "juga": ("jg",), "seperti": ("spt",), "terhadap": ("thd",), "adalah": ("adl",),
    "kabupaten": ("kab",), "kecamatan": ("kec",), "provinsi": ("prov",), "jalan": ("jl", "jln"),
    "nama": ("nm",), "dimanakah": ("dimana", "dmn"), "dimana": ("dmn",), "dilakukan": ("dilakuin",),
    "menggunakan": ("pake", "pakai"), "sekarang": ("skrg",), "bisa": ("bs",), "menjadi": ("jadi", "jd"),
    "lebih": ("lbh",), "hari": ("hr",), "sampai": ("sampe", "smp"),
}  # fmt: skip


class Pair(NamedTuple):
    """An anchor and the passage it should find (a sentence a line), seen `copies` times an epoch.

    Pairs of one `group` are never each other's negatives.
    """

    anchor: str
    passage: str
    group: int
    copies: int = 1


def group_of(text: str) -> int:
    """Names a text by its first 60 letters: a lead and a question's context cut from it share a group."""
    return zlib.crc32(letters_of(text)[:60].encode("utf-8"))


def noisy(question: str, rng: random.Random) -> str:
    """Rewrites a question as typed on a phone: lower case, abbreviations, no question mark, "dimana"."""
    text = re.sub(r"[?.,]", " ", question.casefold())
    text = re.sub(r"\b(di|ke) (mana|manakah)\b", r"\1mana", text)
    return " ".join(_typed(word, rng) for word in text.split())


def _typed(word: str, rng: random.Random) -> str:
    if word in ABBREVIATIONS and rng.random() < 0.7:
        return rng.choice(ABBREVIATIONS[word])
    if len(word) > 6 and rng.random() < 0.05:
        at = rng.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1 :]
    return word


def question_pairs(questions: list[Question], rng: random.Random, noisy_share: float) -> Iterator[Pair]:
    """Yields each answerable question with its passage, and for `noisy_share` of them a noisy copy."""
    for question in questions:
        if question.answer_start is None:
            continue
        passage = window_around(question.context, question.answer_start, PASSAGE_SENTENCES)
        group = group_of(question.context)
        yield Pair(question.text, passage, group)
        if rng.random() < noisy_share:
            yield Pair(noisy(question.text, rng), passage, group)


def article_pairs(title: str, body: str, rng: random.Random) -> Iterator[Pair]:
    """Yields title→lead, and one sentence→its neighbours (inverse cloze), of one article."""
    sentences = split_sentences(body)
    lead = "\n".join(sentences[:PASSAGE_SENTENCES])
    group = group_of(body)
    yield Pair(title, lead, group)
    if len(sentences) < 2:
        return
    start = rng.randrange(max(1, len(sentences) - PASSAGE_SENTENCES))
    window = sentences[start : start + PASSAGE_SENTENCES + 1]
    held_out = rng.randrange(len(window))
    yield Pair(window[held_out], "\n".join(window[:held_out] + window[held_out + 1 :]), group)


def translation_pairs(path: Path) -> Iterator[Pair]:
    """Yields every translation in both directions."""
    for row in read_rows(path):
        group = group_of(row["id"])
        yield Pair(row["en"], row["id"], group)
        yield Pair(row["id"], row["en"], group)


COPIES: dict[str, int] = {
    "wiki_native": 4, "facqa": 4, "squad": 2, "qasina": 2, "wikipedia": 1, "indosum": 3, "translation": 1,
}  # fmt: skip
"""How often an epoch sees the pairs of each kind: questions are the task, Wikipedia has 30 times as many."""


def all_pairs(data: Path, rng: random.Random) -> dict[str, list[Pair]]:
    """Returns the pairs of every training file by kind; reads no validation file."""
    pairs = {
        "wiki_native": list(question_pairs(read_questions(data / "qa/wiki_native.train.jsonl.xz"), rng, 0.3)),
        "facqa": list(question_pairs(read_questions(data / "qa/facqa.train.jsonl.xz"), rng, 0.3)),
        "squad": list(question_pairs(read_questions(data / "qa/squad_id_translated.jsonl.xz"), rng, 0.2)),
        "qasina": list(question_pairs(read_questions(data / "qa/qasina.jsonl.xz"), rng, 0.2)),
        "wikipedia": _text_pairs(data / "text/wikipedia_id_leads.jsonl.xz", rng),
        "indosum": _text_pairs(data / "text/indosum_articles.jsonl.xz", rng),
        "translation": list(translation_pairs(data / "parallel/en_id.train.jsonl.xz")),
    }
    return {kind: [pair._replace(copies=COPIES[kind]) for pair in members] for kind, members in pairs.items()}


def _text_pairs(path: Path, rng: random.Random) -> list[Pair]:
    return [pair for row in read_rows(path) for pair in article_pairs(row["title"], row["body"], rng)]
