"""Questions for several things: where they are cut, and that each part is answered."""

from pathlib import Path

import pytest
from fakes import FlatReader, HashingEncoder, linear, reader_model
from invented import indexed

from index.datatypes import Filter
from index.retriever import Retriever
from qa.datatypes import Draft
from qa.feature_rows import CONFIDENCE_FEATURES, RANKING_FEATURES, TOPIC_FEATURES
from qa.parts import parts_of
from qa.questions import analyse
from qa.reader import Reader

LOKET = {"article_id": "loket", "title": "Loket", "text": "Loket Melur dipimpin Rendra Wiskara. Biaya pengurusan berkas Rp5.000."}
PASAR = {"article_id": "pasar", "title": "Pasar", "text": "Biaya sewa kios pasar pengurusan baru Rp9.000."}


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Siapa lurah Melur dan kapan ia dilantik?", ["Siapa lurah Melur?", "kapan ia dilantik?"]),
        ("Loket dibuka kapan, biayanya berapa?", ["Loket dibuka kapan?", "biayanya berapa?"]),
        ("berapa biaya loket terus dibayar di mana", ["berapa biaya loket?", "dibayar di mana?"]),
        ("Siapa lurah Melur? Kapan ia dilantik?", ["Siapa lurah Melur?", "Kapan ia dilantik?"]),
        ("Who leads the office, and when does it open?", ["Who leads the office?", "when does it open?"]),
        ("Berapa jumlah PNS, PPPK dan berapa honorer?", ["Berapa jumlah PNS, PPPK?", "berapa honorer?"]),
        ("Menurut camat, berapa biayanya dan kapan dibayar?", ["Menurut camat, berapa biayanya?", "kapan dibayar?"]),
        ("Berapa biayanya dan kapan dibayar? Tolong dijawab", ["Berapa biayanya?", "kapan dibayar?"]),
        ("Siapa lurah itu, apa tugasnya, dan di mana kantornya?", ["Siapa lurah itu?", "apa tugasnya?", "di mana kantornya?"]),
    ],
)
def test_question_for_several_things_is_cut_before_each(question: str, parts: list[str]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "Siapa lurah dan camat Melur?",
        "Hari apa dan tanggal berapa loket dibuka?",
        "Siapa dan kapan?",
        "Kapan loket dan kantor pos dibuka?",
        "Pada hari dan tanggal berapa loket dibuka?",
        "Who is the lurah, who opened the office?",
        "Apa ini, apa itu, siapa dia, kapan itu, dan di mana ia?",
        "Loket dibuka, dan siapa lurahnya?",
        "Siapa yang boleh datang dan di mana saja?",
        "Siapa yang hadir dan siapa pun yang pulang?",
        "Who is the person who leads the office and the person who opened it?",
        "Berapa gajinya? Jawab dengan bahasa apa adanya",
    ],
)
def test_question_for_one_thing_stays_whole(question: str) -> None:
    assert parts_of(question) == []


def drafted(folder: Path, question: str, *articles: dict[str, str], sureness: float = 9.0) -> Draft:
    """The draft of a reader that ranks by the question's words and is as sure of everything, in log-odds."""
    model = reader_model(linear(RANKING_FEATURES, 0.0, covered=1.0), linear(CONFIDENCE_FEATURES, sureness), linear(TOPIC_FEATURES, sureness))
    index = indexed(folder, *articles)
    hits = Retriever(index, HashingEncoder(256), 0.5).retrieve(question, 20, Filter())
    draft = Reader(index, model, FlatReader()).compose(analyse(question), hits)
    index.close()
    return draft


def quoted(folder: Path, question: str, *articles: dict[str, str]) -> list[str]:
    return [q.text for q in drafted(folder, question, *articles).quotes]


def test_each_part_is_answered_from_the_article_of_the_first(tmp_path: Path) -> None:
    found = quoted(tmp_path, "Siapa pimpinan loket Melur dan berapa biaya pengurusan?", LOKET, PASAR)
    assert found == ["Loket Melur dipimpin Rendra Wiskara.", "Biaya pengurusan berkas Rp5.000."]


def test_words_that_stand_twice_in_the_article_are_quoted_once(tmp_path: Path) -> None:
    twice = {**LOKET, "text": "Biaya berkas Rp5.000.\n\nLoket Melur dipimpin Rendra Wiskara.\n\nBiaya berkas Rp5.000."}
    found = quoted(tmp_path, "Berapa biaya berkas dan siapa pimpinan loket Melur?", twice)
    assert sorted(found) == ["Biaya berkas Rp5.000.", "Loket Melur dipimpin Rendra Wiskara."]


def test_part_that_a_quote_answers_already_adds_none(tmp_path: Path) -> None:
    assert quoted(tmp_path, "Siapa pimpinan loket Melur dan apa nama loket Melur?", LOKET, PASAR) == ["Loket Melur dipimpin Rendra Wiskara."]


def test_each_part_has_its_own_bare_answer_and_quote(tmp_path: Path) -> None:
    parts = drafted(tmp_path, "Siapa pimpinan loket Melur dan berapa biaya pengurusan?", LOKET, PASAR).parts
    assert [(p.question, p.short_answer, p.quote.text if p.quote else None) for p in parts] == [
        ("Siapa pimpinan loket Melur?", "Rendra Wiskara", "Loket Melur dipimpin Rendra Wiskara."),
        ("berapa biaya pengurusan?", "Rp5.000", "Biaya pengurusan berkas Rp5.000."),
    ]


def test_part_that_is_not_sure_has_a_quote_and_no_bare_answer(tmp_path: Path) -> None:
    parts = drafted(tmp_path, "Siapa pimpinan loket Melur dan berapa biaya pengurusan?", LOKET, PASAR, sureness=0.5).parts
    assert [(p.short_answer, p.quote is not None) for p in parts] == [(None, True)] * 2


def test_question_for_one_thing_has_no_parts(tmp_path: Path) -> None:
    assert drafted(tmp_path, "Siapa pimpinan loket Melur?", LOKET).parts == ()


def test_who_holds_an_office_is_asked_of_all_articles(tmp_path: Path) -> None:
    then = {"article_id": "dulu", "title": "Loket", "published": "2020-01-02", "text": "Biaya berkas loket Melur Rp5.000, kata Lurah Melur Sasmita Barunadi."}
    now = {"article_id": "kini", "title": "Apel", "published": "2026-01-02", "text": "Lurah Melur Rendra Wiskara memimpin apel."}
    parts = drafted(tmp_path, "Berapa biaya berkas loket Melur dan siapa lurah Melur?", then, now).parts
    assert [(p.short_answer, p.quote.article_id if p.quote else None) for p in parts] == [("Rp5.000", "dulu"), ("Rendra Wiskara", "kini")]
