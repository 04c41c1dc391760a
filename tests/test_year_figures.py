"""Which of several figures of a sentence is of the asked year."""

from datetime import date

import pytest

from qa.questions import analyse
from qa.year_figures import figure_of_year

PUBLISHED = date(2023, 5, 1)
RISEN = "Anggaran tunjangan dialokasikan Rp486 miliar, naik dari Rp452 miliar pada tahun lalu."
FALLEN = "Anggarannya tinggal Rp431 miliar, sedangkan tahun 2021 masih Rp548 miliar."
BEFORE = "Pada 2021, anggarannya Rp12 miliar, lalu menjadi Rp15,5 miliar pada 2022."


@pytest.mark.parametrize(
    ("sentence", "year", "figure"),
    [
        (RISEN, 2022, "Rp452 miliar"),
        (RISEN, 2023, "Rp486 miliar"),
        (RISEN, 2020, None),
        (FALLEN, 2021, "Rp548 miliar"),
        (FALLEN, 2023, "Rp431 miliar"),
        (BEFORE, 2021, "Rp12 miliar"),
        (BEFORE, 2022, "Rp15,5 miliar"),
        ("UMK 2022 naik Rp183.000 menjadi Rp3.243.000.", 2022, None),
        ("Pada 2022, anggaran naik dari Rp3 miliar menjadi Rp4 miliar.", 2022, "Rp4 miliar"),
        ("Pada 2022 anggarannya berkurang Rp3 miliar menjadi Rp9 miliar.", 2022, None),
        ("Anggaran 2021 dan 2022 masing-masing Rp3 miliar dan Rp4 miliar.", 2022, None),
        ("Anggaran 2021 dan 2022 Rp3 miliar, lalu Rp4 miliar.", 2022, None),
        ("Anggaran tahun 2022 sebesar Rp5 miliar.", 2022, None),
        ("Sebanyak 40 orang menerima Rp5 miliar pada 2022.", 2022, None),
        ("Pada 2022 Rp5 miliar, pada 2022 pula Rp6 miliar.", 2022, None),
    ],
)
def test_the_figure_of_the_asked_year_is_found(sentence: str, year: int, figure: str | None) -> None:
    found = figure_of_year(analyse("Berapa anggaran tunjangan?"), sentence, PUBLISHED, year)
    assert (found and sentence[slice(*found)]) == figure


def test_without_a_day_of_the_article_nothing_is_counted_from_it() -> None:
    assert figure_of_year(analyse("Berapa anggaran tunjangan?"), RISEN, None, 2022) is None


def test_only_amounts_have_figures() -> None:
    assert figure_of_year(analyse("Kapan anggaran tunjangan dibahas?"), RISEN, PUBLISHED, 2022) is None
