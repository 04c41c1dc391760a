"""Whose city or office a text speaks about."""

import pytest

from qa.areas import areas_spoken_of


@pytest.mark.parametrize(
    ("text", "term", "spoken_of"),
    [
        ("Wali Kota Tirtaloka, Rendra Wiskara, hadir.", "tirtaloka", True),
        ("Wali Kota Tirtaloka, Rendra Wiskara, hadir.", "rendra", True),
        ("Pemkot Tirtaloka membuka loket.", "tirtaloka", True),
        ("BUPATI MELUR hadir.", "melur", True),
        ("Acara digelar di Hotel Anggrek, Melur.", "melur", False),
        ("Gubernur datang dari pelabuhan lama dekat Melur.", "melur", False),
    ],
)
def test_an_area_is_spoken_of_within_four_words_of_its_marker(text: str, term: str, spoken_of: bool) -> None:
    assert (term in areas_spoken_of(text)) is spoken_of
