"""Lists and steps that are quoted whole, and lines that answer for themselves."""

from pathlib import Path

import numpy as np
import pytest
from fakes import FlatReader, HashingEncoder
from invented import indexed

from index.retriever import Retriever
from qa.evidence import gather
from qa.questions import Kind, analyse
from qa.quoting import choose

STEPS = ["Pertama, isi formulir.", "Kedua, unggah ijazah.", "Terakhir, cetak kartu."]
TEXT = f"Pelamar mendaftar daring. {' '.join(STEPS)} Panitia mengumumkan hasilnya."


@pytest.mark.parametrize(("kind", "quoted"), [(Kind.LIST, STEPS), (Kind.MANNER, STEPS), (Kind.THING, STEPS[1:2])])
def test_steps_are_quoted_whole_when_all_or_the_way_is_asked_for(tmp_path: Path, kind: Kind, quoted: list[str]) -> None:
    index = indexed(tmp_path, {"article_id": "daftar", "title": "Cara mendaftar", "text": TEXT})
    question = analyse("Bagaimana cara mendaftar?")
    sentences = gather(question, Retriever(index, HashingEncoder(256), 0.5).retrieve(question.text, 20), index, FlatReader())
    index.close()
    second = next(s for s in sentences if s.text == STEPS[1])
    assert [q.text for q in choose([second], np.zeros(1), 0.0, kind)] == quoted
