"""Weekdays that a text names: bare names and ranges, not the days of dates."""

import pytest

from qa.weekdays import weekdays


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Loket buka Senin.", {0}),
        ("LOKET BUKA JUM'AT", {4}),
        ("Loket buka Jum’at dan Ahad", {4, 6}),
        ("Senin hingga Kamis pukul 08.00", {0, 1, 2, 3}),
        ("Senin - Rabu, Sabtu: 09.00", {0, 1, 2, 5}),
        ("Sabtu s.d. Selasa", {5, 6, 0, 1}),
        ("Jumat 07.00–15.00", {4}),
        ("Senin s/d Jumat", {0, 1, 2, 3, 4}),
        ("Senin—Rabu", {0, 1, 2}),
        ("Senin (08.00-15.00), Jumat (08.00-11.00)", {0, 4}),
        ("Buka setiap Minggu, Sabtu 08.00-12.00 Minggu tutup", {5, 6}),
        ("Kamis 3 desa dikunjungi", {3}),
        ("Is it open on Saturdays?", {5}),
        ("Monday to Wednesday", {0, 1, 2}),
        ("Minggu pagi loket ditutup", {6}),
    ],
)
def test_bare_names_and_ranges_count(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Loket dibuka.",
        "ujarnya, Selasa (3/2/2026)",
        "Selasa, 3 Februari 2026",
        "Selasa 3/2",
        "on Tuesday, 3 March",
        "selama dua minggu",
        "minggu lalu",
        "setiap minggu",
        "tujuh minggu",
        "Seninan di balai",
    ],
)
def test_days_of_dates_and_weeks_do_not(text: str) -> None:
    assert weekdays(text) == frozenset()
