"""Sentence borders: what ends a sentence, what does not, and exact offsets on any text."""

from itertools import pairwise
from pathlib import Path

import pytest
from fakes import random_text

from index.datatypes import Span
from index.sentences import LONGEST_QUOTATION_CHARS, LONGEST_SENTENCE_CHARS, is_bullet, split_sentences, trim

SEEDS = sorted((Path(__file__).resolve().parents[1] / "seeds").glob("*.txt"))


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Kata dr. Melati warga sehat.",
        "Perintah Plt. Bupati berlaku sejak Senin.",
        "Gelar Drs. Wirya dan Ir. Laksmi disebut lengkap.",
        "Sertifikat No. 12 disimpan di Kab. Melati.",
        "Anggaran Rp. 5 miliar disetujui.",
        "Surat a.n. Bupati dikirim Selasa.",
        "Acara dibuka Kec. Anggrek dan Kel. Dahlia.",
        "Wirya, S.H. Melati hadir.",
        "Laksmi Wirya, S.Sos. M.Si. Hadir di balai.",
        "Rapat tgl. 5 di Jl. Kenanga Raya.",
        "Aturan itu dimuat di hal. 12 buku Ps. 3.",
        "Wirya, SE. MM. Hadir di balai.",
        "Upacara dipimpin Kol. Laksmana di St. Anggrek.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize("text", ["Pidato W. Laksmana ditunggu.", "Buku karya A. B. Wirya laku.", "Menurut (K. Melati) itu benar."])
def test_an_initial_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Warga datang. Mereka antre.", ["Warga datang.", "Mereka antre."]),
        ("Benarkah? Ya! Tentu… Mereka antre.", ["Benarkah?", "Ya!", "Tentu…", "Mereka antre."]),
        ("Nilainya 85. Ia senang.", ["Nilainya 85.", "Ia senang."]),
        ("Ada 1.900 warga. 12 orang absen.", ["Ada 1.900 warga.", "12 orang absen."]),
        ("Selesai (pukul 10.) Mereka pulang.", ["Selesai (pukul 10.)", "Mereka pulang."]),
        ("Ia pergi. “Saya lelah,” katanya.", ["Ia pergi.", "“Saya lelah,” katanya."]),
        (
            "Loket dibuka Laksmi Wirya, S.Sos., M.Si. Wirya, yang juga camat, hadir.",
            ["Loket dibuka Laksmi Wirya, S.Sos., M.Si.", "Wirya, yang juga camat, hadir."],
        ),
        (
            "Loket dibuka Laksmi Wirya, SH. Ia datang dari balai.",
            ["Loket dibuka Laksmi Wirya, SH.", "Ia datang dari balai."],
        ),
        ("Warga dibantu a.l. Di balai.", ["Warga dibantu a.l. Di balai."]),
        ("Syarat:\na. Pasfoto;\nII. Berkas\n2.1. Ijazah", ["Syarat:", "a. Pasfoto;", "II. Berkas", "2.1. Ijazah"]),
        ("Ia Penata Tingkat I. Setelah itu ia pensiun.", ["Ia Penata Tingkat I.", "Setelah itu ia pensiun."]),
        ("Tes 4 s.d. 5 Juni di Km. 36 Melur.", ["Tes 4 s.d. 5 Juni di Km. 36 Melur."]),
        (
            "Loket dibuka Laksmi Wirya, S.Pd. Ia datang dari balai.",
            ["Loket dibuka Laksmi Wirya, S.Pd.", "Ia datang dari balai."],
        ),
        ("Ia membahas banyak hal. Wali kota setuju.", ["Ia membahas banyak hal.", "Wali kota setuju."]),
        ("Itu sesuai SE. Wali kota setuju.", ["Itu sesuai SE.", "Wali kota setuju."]),
        ("Pelatihan untuk ART. Warga senang.", ["Pelatihan untuk ART.", "Warga senang."]),
        ("Mereka menanam kol. Warga senang.", ["Mereka menanam kol.", "Warga senang."]),
        ("Kota itu jauh. Élan dipuji.", ["Kota itu jauh.", "Élan dipuji."]),
    ],
)
def test_a_stop_before_a_capital_or_digit_ends_a_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["Naik 5.5 persen.", "Laman contoh.com dibuka.", "Rapat pukul 10.30 dimulai.", "Menurut dia ... belum tentu."])
def test_a_stop_inside_a_number_or_name_or_before_lower_case_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "text",
    ["“Kami siap. Kami hadir. Kami kerja,” ujar Laksmi.", '"Kami siap. Kami hadir," ujar Laksmi.', "Kata Wirya, “Ini baik. Sangat baik”, lalu ia pergi."],
)
def test_a_quotation_stays_in_one_piece_with_its_attribution(text: str) -> None:
    assert sentences(text) == [text]


def test_a_quotation_that_ends_with_a_stop_ends_the_sentence() -> None:
    assert sentences("“Kami siap. Kami hadir.” Laksmi tersenyum.") == ["“Kami siap. Kami hadir.”", "Laksmi tersenyum."]


def test_a_quotation_longer_than_the_limit_is_split() -> None:
    quotation = "“" + "Kami siap bekerja. " * (LONGEST_QUOTATION_CHARS // 19 + 1) + "Selesai.”"
    assert len(quotation) > LONGEST_QUOTATION_CHARS
    assert sentences(quotation)[:2] == ["“Kami siap bekerja.", "Kami siap bekerja."]


def test_a_quotation_mark_that_is_never_closed_hides_no_border() -> None:
    assert sentences("“Kami siap. Kami hadir.") == ["“Kami siap.", "Kami hadir."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tiga hal:\n- taman,\n- pasar, dan\n- jalan", ["Tiga hal:", "- taman,", "- pasar, dan", "- jalan"]),
        ("Syarat\n• KTP\n• KK", ["Syarat", "• KTP", "• KK"]),
        ("Syarat\n1. KTP asli\n2. KK asli", ["Syarat", "1. KTP asli", "2. KK asli"]),
        ("Syarat\na) KTP\nb) KK", ["Syarat", "a) KTP", "b) KK"]),
    ],
)
def test_each_item_of_a_list_is_a_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("item", ["- taman", "• taman", "* taman", "1. taman", "12) taman", "(3) taman", "a. taman", "b) taman", "  – taman"])
def test_a_list_item_is_a_bullet(item: str) -> None:
    assert is_bullet(item)


@pytest.mark.parametrize("sentence", ["Taman kota", "-taman", "2025 adalah tahun baik", "1.900 warga", "Ada - taman", ""])
def test_a_plain_sentence_is_no_bullet(sentence: str) -> None:
    assert not is_bullet(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Warga datang ke taman\nyang baru dibuka.",
        "Warga datang ke taman \nyang baru dibuka.",
        "Warga datang,\r\nlalu antre.",
        "Warga ke taman\u00a0\nyang baru.",
    ],
)
def test_a_soft_wrap_does_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Taman Baru Diresmikan\nWarga datang.", ["Taman Baru Diresmikan", "Warga datang."]),
        ("taman baru\n\nyang luas", ["taman baru", "yang luas"]),
        ("taman baru\n \u00a0\nyang luas", ["taman baru", "yang luas"]),
        ("taman baru\r\n\r\nyang luas", ["taman baru", "yang luas"]),
        ("taman baru.\nyang luas", ["taman baru.", "yang luas"]),
        ("taman baru.\u00a0 \nyang luas", ["taman baru.", "yang luas"]),
        ("berikut ini:\nyang luas", ["berikut ini:", "yang luas"]),
    ],
)
def test_a_line_that_is_not_softly_wrapped_ends_a_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_no_break_spaces_separate_sentences_and_are_trimmed() -> None:
    assert sentences("\u00a0Warga datang.\u00a0 Mereka antre.\u00a0\u00a0") == ["Warga datang.", "Mereka antre."]


def test_crlf_line_ends_stay_outside_the_sentences() -> None:
    assert sentences("Warga datang.\r\nMereka antre.\r\n") == ["Warga datang.", "Mereka antre."]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0\r\n\t"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert sentences(text) == []


def test_only_the_given_range_is_split() -> None:
    text = "Satu dua. Tiga empat. Lima enam."
    assert split_sentences(text, 10, 21) == [Span(10, 21)]


def test_a_very_long_line_is_cut_at_white_space() -> None:
    text = "kata " * 400
    pieces = sentences(text)
    # 140 words of 5 characters are 700; the cut falls on the last space before.
    assert [len(p) for p in pieces] == [699, 699, 599]
    assert all(set(p.split()) == {"kata"} for p in pieces)


def test_a_very_long_word_is_cut_at_the_limit() -> None:
    assert [len(p) for p in sentences("x" * (2 * LONGEST_SENTENCE_CHARS + 1))] == [LONGEST_SENTENCE_CHARS, LONGEST_SENTENCE_CHARS, 1]


def test_trim_removes_white_space_at_both_ends_only() -> None:
    assert trim(" \u00a0a b\r\n", Span(0, 7)) == Span(2, 5)


def assert_sound(text: str, start: int, end: int) -> None:
    """Ascending, trimmed, non-empty, inside the range, and nothing but white space outside of them."""
    spans = split_sentences(text, start, end)
    assert all(start <= s < e <= end for s, e in spans)
    assert all(text[s:e] == text[s:e].strip() for s, e in spans)
    assert all(e - s <= LONGEST_SENTENCE_CHARS for s, e in spans)
    edges = [Span(start, start), *spans, Span(end, end)]
    assert all(before.end <= after.start for before, after in pairwise(edges))
    assert "".join(text[before.end : after.start] for before, after in pairwise(edges)).strip() == ""


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_spans_of_a_seed_cover_it_exactly(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert_sound(text, 0, len(text))


@pytest.mark.parametrize("seed", range(100))
def test_spans_of_random_text_cover_the_range_exactly(seed: int) -> None:
    text = random_text(seed)
    assert_sound(text, 0, len(text))
    assert_sound(text, seed % 50, len(text) - seed % 37)


def test_the_seeds_were_found() -> None:
    assert len(SEEDS) == 5
