"""Short words for offices and bodies, and their long forms."""

import pytest

from index.short_forms import all_terms, long_terms
from index.text import terms, words


@pytest.mark.parametrize(
    ("question", "long"),
    [("sekda melur", "sekretaris daerah melur"), ("walikota melur", "wali kota melur"), ("sekretaris dinas", "sekretaris dinas")],
)
def test_short_words_of_a_question_are_searched_for_by_their_long_forms(question: str, long: str) -> None:
    assert long_terms(terms(question)) == terms(long)


@pytest.mark.parametrize(
    ("sentence", "held"),
    [
        ("Sekretaris Daerah hadir.", "sekda"),
        ("Sekda hadir.", "daerah"),
        ("Dinas Kependudukan dan Pencatatan Sipil pindah.", "disdukcapil"),
        ("Pemerintah Kota Melur pindah.", "pemkot"),
    ],
)
def test_a_sentence_holds_both_forms(sentence: str, held: str) -> None:
    assert set(terms(held)) <= all_terms(terms(sentence))


@pytest.mark.parametrize("sentence", ["Sekretaris dinas di daerah itu hadir.", "Daerah sekretaris.", "Pemerintah dan warga kota."])
def test_words_apart_are_no_long_form(sentence: str) -> None:
    assert not {"sekda", "pemkot"} & all_terms(terms(sentence))


def test_the_list_names_one_word_and_a_longer_form_each() -> None:
    assert [s for s, long in words("short_forms.tsv").items() if " " in s or len(long.split()) < 2 or s != s.lower() or long != long.lower()] == []
