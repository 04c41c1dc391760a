"""Names beside an office: its holder, somebody who left it, and whether a question asks for the holder at all."""

import pytest

from qa.holders import apposed, asks_who_holds, is_title
from qa.questions import analyse


def place(sentence: str, words: str = "Rendra Wiskara") -> tuple[int, int]:
    start = sentence.index(words)
    return start, start + len(words)


# The terms of the question are "wali", "kota" and "tirtaloka".
@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Wali Kota Tirtaloka Rendra Wiskara hadir.", 1.0),
        ("Rendra Wiskara, Wali Kota Tirtaloka, hadir.", 1.0),
        ("Wali Kota Tirtaloka, Rendra Wiskara, hadir.", 1.0),
        ("Wali Kota Rendra Wiskara hadir.", 1),
        ("Warga Tirtaloka Rendra Wiskara hadir.", 0.0),
        ("Kota Kota Rendra Wiskara hadir.", 0.0),
        ("Wali Kota Tirtaloka menyambut Rendra Wiskara.", 0.0),
        ("Rendra Wiskara Wali Kota Tirtaloka.", 0.0),
        ("Wali Kota Tirtaloka. Rendra Wiskara hadir.", 0.0),
        ("Rendra Wiskara", 0.0),
        ("Wali Kota Tirtaloka dr. H. Rendra Wiskara hadir.", 1.0),
        ("Ia menggantikan Wali Kota Tirtaloka Rendra Wiskara yang pulang.", 0.0),
        ("Eks Wali Kota Tirtaloka Rendra Wiskara hadir.", 0.0),
        ("Wali Kota Tirtaloka Rendra Wiskara dicopot kemarin.", 0.0),
        ("Rendra Wiskara, Wali Kota Tirtaloka, resmi pensiun.", 0.0),
        ("Kepala Dinas Pasar Kota Tirtaloka, Rendra Wiskara, hadir.", 0.0),
        ("Wali Kota Kemelur, Rendra Wiskara, hadir.", 0.0),
        ("Rendra Wiskara, S.E., resmi dilantik menjadi Wali Kota Tirtaloka.", 1.0),
        ("Rendra Wiskara sebagai Wali Kota Tirtaloka hadir.", 1.0),
        ("Rendra Wiskara, sebelumnya menjabat Wali Kota Tirtaloka, hadir.", 0.0),
        ("Mantan Wali Kota Tirtaloka, Rendra Wiskara, hadir.", 0.0),
        ("Eks-Wali Kota Tirtaloka Rendra Wiskara hadir.", 0.0),
        ("Wali Kota Tirtaloka, Rendra Wiskara, dicopot.", 0.0),
        ("Wali Kota Tirtaloka Rendra Wiskara (58) meninggal dunia.", 0.0),
        ("Wali Kota Tirtaloka Rendra Wiskara secara resmi diberhentikan.", 0.0),
        ("Wali Kota Tirtaloka Rendra Wiskara melantik lurah yang pensiun.", 1.0),
        ("Mantan atlet itu diterima Wali Kota Tirtaloka Rendra Wiskara.", 1.0),
        ("Lahan bekas pasar itu ditinjau Wali Kota Tirtaloka Rendra Wiskara.", 1.0),
        ("Mesin menggantikan tenaga, kata Wali Kota Tirtaloka Rendra Wiskara.", 1.0),
        ("Ia mantan ajudan Wali Kota Tirtaloka Rendra Wiskara.", 1.0),
        ("Wali Kota Tirtaloka Rendra Wiskara akan pensiun pada 2030.", 1.0),
        ("Wali Kota Tirtaloka Rendra Wiskara mundur dari pencalonan gubernur.", 1.0),
        ("Wali Kota Tirtaloka Rendra Wiskara dipindahkan ke rumah sakit.", 1.0),
    ],
)
def test_wording_of_the_question_right_beside_a_name_counts(sentence: str, value: float) -> None:
    assert apposed(analyse("Siapa wali kota Tirtaloka?"), sentence, place(sentence)) == pytest.approx(value)


def test_who_asks_for_the_one_who_left_is_told_of_him() -> None:
    sentence = "Camat Rendra Wiskara dicopot kemarin."
    assert apposed(analyse("Siapa camat yang dicopot?"), sentence, place(sentence)) > 0


@pytest.mark.parametrize("question", ["Di mana wali kota Tirtaloka?", "Apa kata wali kota Tirtaloka?", "Berapa wali kota Tirtaloka?"])
def test_wording_beside_a_name_counts_only_when_a_person_is_asked_for(question: str) -> None:
    sentence = "Wali Kota Tirtaloka Rendra Wiskara hadir."
    assert apposed(analyse(question), sentence, place(sentence)) == 0.0


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Siapa mantan wali kota Tirtaloka?", "Eks Wali Kota Tirtaloka Rendra Wiskara hadir."),
        ("Siapa wali kota Tirtaloka yang mundur?", "Wali Kota Tirtaloka Rendra Wiskara mengundurkan diri."),
        ("Siapa wali kota Tirtaloka yang digantikan?", "Ia menggantikan Wali Kota Tirtaloka Rendra Wiskara."),
        ("Who is the former mayor of Tirtaloka?", "Mantan Wali Kota Tirtaloka Rendra Wiskara hadir."),
    ],
)
def test_who_asks_for_somebody_who_left_is_told_of_him(question: str, sentence: str) -> None:
    assert apposed(analyse(question), sentence, place(sentence)) > 0


def test_the_one_who_was_followed_is_no_successor() -> None:
    sentence = "Sari Wulangi menggantikan Camat Tirtaloka Rendra Wiskara."
    assert apposed(analyse("Siapa pengganti camat Tirtaloka?"), sentence, place(sentence)) == 0.0


@pytest.mark.parametrize(
    ("question", "holder"),
    [
        ("Siapa wali kota Tirtaloka?", True),
        ("siapa sekda Tirtaloka sekarang?", True),
        ("wali kota Tirtaloka siapa ya?", True),
        ("Siapa yang menjabat kepala dinas kesehatan?", True),
        ("Who is the current mayor of Tirtaloka?", True),
        ("Who is Tirtaloka's mayor?", True),
        ("Siapa suami wali kota Tirtaloka?", False),
        ("Siapa pengganti camat Tirtaloka?", False),
        ("Siapa yang melantik camat Tirtaloka?", False),
        ("Berapa wali kota Tirtaloka?", False),
        ("Siapa?", False),
    ],
)
def test_a_question_may_ask_for_the_holder_of_the_office_it_names(question: str, *, holder: bool) -> None:
    assert asks_who_holds(analyse(question)) is holder


@pytest.mark.parametrize("text", ["S.Sos., M.Si", "SH, MH", "SE., MM", "dr.", "Drs. H."])
def test_titles_and_degrees_are_no_names(text: str) -> None:
    assert is_title(text)


@pytest.mark.parametrize("text", ["", "dr. Melati", "Jan", "PT", "M.Yusuf", "R.M."])
def test_names_and_other_abbreviations_are_no_titles(text: str) -> None:
    assert not is_title(text)


@pytest.mark.parametrize("before", ["h " * 400, "dr " * 300, ", " * 400, "(" * 800])
def test_long_rows_before_a_name_name_no_office(before: str) -> None:
    sentence = before + "Rendra Wiskara"
    assert apposed(analyse("Siapa wali kota Tirtaloka?"), sentence, place(sentence)) == 0.0


@pytest.mark.parametrize(
    ("question", "value"), [("Siapa kepala dinas pasar?", 1.0), ("Siapa kepala dinas pasar Tirtaloka?", 0.75), ("Siapa kepala dinas pasar Kemelur?", 0.0)]
)
def test_the_area_may_stand_between_office_and_name(question: str, value: float) -> None:
    sentence = "Kepala Dinas Pasar Kota Tirtaloka, Rendra Wiskara, hadir."
    assert apposed(analyse(question), sentence, place(sentence)) == value


def test_the_head_of_a_body_of_another_place_is_not_the_one_asked_for() -> None:
    sentence = "Direktur Perusahaan Air Minum Kemelur Rendra Wiskara hadir."
    assert apposed(analyse("Siapa direktur perusahaan air minum Tirtaloka?"), sentence, place(sentence, "Kemelur Rendra Wiskara")) < 1
