from datetime import date

import pytest

from qa.fact_values import comparable, same_value
from qa.timeline import (
    Dated,
    Order,
    When,
    asks_for_now,
    held_at,
    history,
    tells_of_another_year,
    when_asked,
    without_time,
)

TODAY = date(2031, 6, 15)
FACTS = [Dated("Suwanda Prakasa", date(2025, 3, 1), 0), Dated("Ratih Wulandari", date(2028, 7, 1), 1), Dated("Prabu Kusumah", date(2030, 2, 1), 2)]


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("Siapa wali kota pada tahun 2027?", (date(2027, 1, 1), date(2027, 12, 31))),
        ("Siapa wali kota pada 2 Januari 2028?", (date(2028, 1, 2), date(2028, 1, 2))),
        ("Siapa wali kota pada 2028-01-02?", (date(2028, 1, 2), date(2028, 1, 2))),
        ("Siapa wali kota pada 2/1/2028?", (date(2028, 1, 2), date(2028, 1, 2))),
        ("Berapa tarif bus pada Februari 2028?", (date(2028, 2, 1), date(2028, 2, 29))),
        ("Berapa tarif bus tahun lalu?", (date(2030, 1, 1), date(2030, 12, 31))),
        ("Berapa tarif bus dua tahun lalu?", (date(2029, 1, 1), date(2029, 12, 31))),
        ("Berapa tarif bus lima tahun yang lalu?", (date(2026, 1, 1), date(2026, 12, 31))),
        ("Berapa tarif bus 3 tahun silam?", (date(2028, 1, 1), date(2028, 12, 31))),
        ("Berapa tarif bus setahun lalu?", (date(2030, 1, 1), date(2030, 12, 31))),
        ("Berapa tarif bus tahun depan?", (date(2032, 1, 1), date(2032, 12, 31))),
        ("Who was the mayor two years ago?", (date(2029, 1, 1), date(2029, 12, 31))),
        ("Who was the mayor in March 2028?", (date(2028, 3, 1), date(2028, 3, 31))),
        ("Who was the mayor on 5 March 2028?", (date(2028, 3, 5), date(2028, 3, 5))),
        ("Who was the mayor on March 5, 2028?", (date(2028, 3, 5), date(2028, 3, 5))),
        ("Siapa wali kota pada Nopember 2028?", (date(2028, 11, 1), date(2028, 11, 30))),
        ("Siapa wali kota pada 7 Des. 2028?", (date(2028, 12, 7), date(2028, 12, 7))),
        ("Siapa wali kota pada 31 Februari 2028?", (date(2028, 2, 1), date(2028, 2, 29))),
        ("Who was the mayor last year?", (date(2030, 1, 1), date(2030, 12, 31))),
    ],
)
def test_question_names_its_period(question: str, period: tuple[date, date]) -> None:
    when = when_asked(question, TODAY)
    assert (when.start, when.end) == period


@pytest.mark.parametrize("question", ["Siapa wali kota?", "Siapa wali kota sekarang?", "Berapa tarif bus terbaru?", "Berapa tarif bus beberapa tahun lalu?"])
def test_question_without_a_period_asks_for_the_latest(question: str) -> None:
    assert when_asked(question, TODAY) == When()


@pytest.mark.parametrize(
    ("question", "order", "beside"),
    [
        ("Siapa wali kota sebelum Ratih Wulandari?", Order.BEFORE, "Ratih Wulandari"),
        ("Siapa wali kota setelah Ratih Wulandari?", Order.AFTER, "Ratih Wulandari"),
        ("Siapa wali kota sebelum Ratih Wulandari menjabat?", Order.BEFORE, "Ratih Wulandari"),
        ("Siapa yang menggantikan Ratih Wulandari sebagai sekda?", Order.AFTER, "Ratih Wulandari"),
        ("Siapa yang digantikan Ratih Wulandari sebagai sekda?", Order.BEFORE, "Ratih Wulandari"),
        ("Siapa wali kota sebelumnya?", Order.BEFORE, ""),
        ("Siapa mantan wali kota?", Order.BEFORE, ""),
        ("Who was the previous mayor?", Order.BEFORE, ""),
    ],
)
def test_question_names_an_order(question: str, order: Order, beside: str) -> None:
    when = when_asked(question, TODAY)
    assert (when.order, when.beside) == (order, beside)


@pytest.mark.parametrize(
    ("question", "timeless"),
    [
        ("Siapa wali kota Tirtaloka pada tahun 2027?", "Siapa wali kota Tirtaloka ?"),
        ("Siapa wali kota Tirtaloka sekarang?", "Siapa wali kota Tirtaloka ?"),
        ("Siapa wali kota Tirtaloka sebelum Ratih Wulandari?", "Siapa wali kota Tirtaloka ?"),
        ("Berapa tarif bus tahun lalu?", "Berapa tarif bus ?"),
        ("Berapa tarif bus dua tahun yang lalu?", "Berapa tarif bus ?"),
        ("Siapa mantan wali kota Tirtaloka?", "Siapa wali kota Tirtaloka?"),
        ("Who was the mayor in March 2028?", "Who was the mayor ?"),
        ("Berapa tarif bus Tirtaloka?", "Berapa tarif bus Tirtaloka?"),
        ("Ratih Wulandari menggantikan siapa?", "Ratih Wulandari menggantikan siapa?"),
        ("Siapa yang menggantikan Ratih Wulandari sebagai sekda?", "Siapa sekda?"),
        ("Ratih Wulandari digantikan oleh siapa?", "Ratih Wulandari digantikan oleh siapa?"),
        ("Ratih Wulandari menggantikan posisi siapa?", "Ratih Wulandari menggantikan posisi siapa?"),
    ],
)
def test_time_can_be_taken_out_of_a_question(question: str, timeless: str) -> None:
    assert without_time(question) == timeless


@pytest.mark.parametrize(
    ("when", "value"),
    [
        (When(), "Prabu Kusumah"),
        (When(date(2026, 1, 1), date(2026, 12, 31)), "Suwanda Prakasa"),
        (When(date(2028, 1, 1), date(2028, 12, 31)), "Ratih Wulandari"),
        (When(date(2029, 1, 1), date(2029, 12, 31)), "Ratih Wulandari"),
        (When(order=Order.BEFORE, beside="Ratih Wulandari"), "Suwanda Prakasa"),
        (When(order=Order.AFTER, beside="Wulandari"), "Prabu Kusumah"),
        (When(order=Order.BEFORE), "Ratih Wulandari"),
    ],
)
def test_value_of_the_asked_time(when: When, value: str) -> None:
    held = held_at(FACTS, when)
    assert held is not None
    assert held.value == value


@pytest.mark.parametrize(
    "when",
    [
        When(date(2020, 1, 1), date(2020, 12, 31)),
        When(order=Order.BEFORE, beside="Suwanda Prakasa"),
        When(order=Order.AFTER, beside="Prabu Kusumah"),
        When(order=Order.BEFORE, beside="Orang Lain"),
    ],
)
def test_outside_what_is_known_there_is_no_value(when: When) -> None:
    assert held_at(FACTS, when) is None


def test_article_that_names_the_asked_year_speaks_for_it() -> None:
    later = Dated("Rp4.000", date(2030, 1, 5), 1, mentions_period=True)
    assert held_at([Dated("Rp3.500", date(2027, 1, 1), 0), later], When(date(2028, 1, 1), date(2028, 12, 31))) is later


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Prakasa", "Suwanda Prakasa", True),
        ("Rp4.500", "Rp4.500", True),
        ("4.500 orang", "4.500 pegawai", True),
        ("Rp4.500", "Rp5.400", False),
        ("Rp4.000", "Rp7.000", False),
        ("Rp1.500.000", "Rp2.500.000", False),
        ("Rp1,5 juta", "Rp1.500.000", True),
        ("5 juta orang", "5 miliar orang", False),
        ("85,96", "85.96", True),
        ("12 hingga 14 hari", "14 hari", False),
        ("Suwanda Prakasa", "Ratih Wulandari", False),
    ],
)
def test_same_value(one: str, other: str, same: bool) -> None:
    assert same_value(one, other) is same


def test_repeated_value_counts_from_its_first_day() -> None:
    again = Dated("Prakasa", date(2026, 1, 1), 5)
    assert [f.number for f in history([again, *FACTS])] == [0, 1, 2]


def test_value_that_comes_back_is_kept() -> None:
    back = Dated("Suwanda Prakasa", date(2031, 1, 1), 5)
    assert [f.number for f in history([*FACTS, back])] == [0, 1, 2, 5]


def test_two_values_of_one_day_are_both_kept() -> None:
    other = Dated("Gunadi Permata", date(2030, 2, 1), 7)
    assert {f.number for f in history([*FACTS, other])} == {0, 1, 2, 7}


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Rp4.000", "Rp 5,2 triliun", True),
        ("Rp4.000", "14 hari", False),
        ("38 persen", "Rp1,094 triliun", False),
        ("33 persen", "25%", True),
        ("1.250 warga", "980 warga", True),
        ("1.250 warga", "14 hari", False),
        ("1,2 juta orang", "900 ribu orang", True),
        ("5 juta", "900 ribu", True),
        ("5 juta", "900 ribu orang", True),
        ("610", "118 formasi", True),
        ("610", "Rp118", False),
        ("Nama Orang", "Orang Lain", True),
        ("Nama Orang", "14 hari", False),
    ],
)
def test_only_values_of_one_measure_follow_each_other(one: str, other: str, fits: bool) -> None:
    assert comparable(one, other) == comparable(other, one) == fits


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("Berapa penumpang pada 2025?", "Penumpang pada 2024 sebanyak 10.870 orang.", True),
        ("Berapa penumpang pada 2025?", "Penumpang pada 2025 naik dari 2024.", False),
        ("Berapa penumpang pada 2025?", "Penumpang naik 5 persen dibandingkan tahun 2024.", False),
        ("Berapa penumpang pada 2025?", "Penumpang sebanyak 10.870 orang, katanya, Senin (3/2/2026).", False),
        ("Berapa penumpang pada 2025?", "Penumpang tahun lalu 10.870 orang, katanya pada 3 Februari 2026.", False),
        ("Berapa penumpang?", "Penumpang pada 2024 sebanyak 10.870 orang.", False),
    ],
)
def test_a_sentence_may_tell_of_another_year(question: str, sentence: str, *, another: bool) -> None:
    assert tells_of_another_year(question, sentence) is another


@pytest.mark.parametrize(("question", "now"), [("siapa camat sekarang?", True), ("What is the current fare?", True), ("siapa camat pada 2024?", False)])
def test_a_question_may_ask_for_the_present(question: str, *, now: bool) -> None:
    assert asks_for_now(question) is now
