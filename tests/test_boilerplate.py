"""Boilerplate rules: each with lines it must take and near misses it must leave to the story."""

from itertools import pairwise
from pathlib import Path

import pytest
from fakes import random_text

from index.boilerplate import classify_lines, find_boilerplate

SEEDS = Path(__file__).resolve().parents[1] / "seeds"

POSITIVE = {
    "read_also": [
        "Baca juga: Warga Menanam Pohon",
        "BACA JUGA:Pasar Anggrek Dibuka",
        "Baca Juga - Taman Baru",
        "Simak juga: Video Panen",
        "Lihat pula: Foto Taman",
        "  Tonton juga | Video Panen",
        "(Baca: Taman Baru Dibuka)",
        "[Simak juga: Taman Baru Dibuka]",
    ],
    "share_bar": ["Share", "Bagikan", "Facebook", "• WhatsApp", "Salin tautan", "Bagikan artikel ini", "SEBARKAN:"],
    "advertisement": ["spot_img", "ADVERTISEMENT", "Iklan", "Scroll to continue with content", "Lanjutkan membaca di bawah"],
    "tags": ["Kategori :", "Tags: taman, pasar", "Tag: taman", "Topik: Pelayanan", "Kata kunci: pasar", "Label : Kota"],
    "comment_prompt": ["KOMENTAR", "Tulis komentar", "Beri komentar anda", "Leave a Reply", "Comments", "Tinggalkan balasan"],
    "copyright": [
        "© 2023 Warta Melati",
        "(c) 2024 Warta",
        "Copyright 2023 Warta",
        "Copyright © Warta",
        "Copyright Warta. All rights reserved.",
        "All Right Reserved",
        "Hak Cipta © Warta",
    ],
    "follow_us": [
        "Ikuti kami di",
        "• Ikuti kami",
        "Follow us on",
        "Ikuti berita Warta Melati di Google News",
        "Cek berita dan artikel lainnya di Google News",
        "Dapatkan update berita pilihan lewat WhatsApp",
    ],
    "other_news": [
        "BERITA TERKINI",
        "BERITATERKAIT",
        "Artikel Terkait",
        "Read more",
        "Local News",
        "Terpopuler",
        "Related Posts",
        "Baca selengkapnya",
        "Pilihan Editor",
    ],
}

NEAR_MISSES = [
    "Kategori 1 (tribune tengah) dijual Rp150.000.",
    "Kategori: satu. Semua tiket habis terjual.",
    "Komentar ini dilontarkan Laksmi seusai rapat.",
    "Komentar warga beragam.",
    "Baca puisi itu menjadi pembuka acara.",
    "Baca juga termasuk lomba yang digelar.",
    "Simak pula penjelasan Laksmi dalam rapat itu.",
    "Share pasar koperasi naik menjadi 12 persen.",
    "Bagikan sembako, Laksmi menyapa warga.",
    "Facebook membuka kantor di kota itu.",
    "Iklan layanan masyarakat itu tayang sejak Senin.",
    "Sponsored event itu batal.",
    "Copyright menjadi bahasan para seniman kota.",
    "Hak cipta lagu itu dipegang Wirya.",
    "“Ikuti kami ke balai kota,” ajak Laksmi.",
    "Ikuti berita cuaca sebelum melaut, pesan Wirya.",
    "Follow us menjadi judul lagu itu.",
    "Dapatkan informasi jadwal di kantor kecamatan.",
    "Berita terkini soal banjir diterima pukul 10.00.",
    "Berita terkait banjir itu dibantah Laksmi.",
    "Populer di kalangan remaja, taman itu ramai.",
    "Reporter: Laksmi Wirya",
    "Sumber: Warta Melati",
    "KOTA MELATI, contoh.com – Taman dibuka.",
    "Topik itu dibahas: apakah pasar dipindah?",
]


def rules(text: str) -> list[str]:
    return [rule for _, _, rule in classify_lines(text)]


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in POSITIVE.items() for line in lines])
def test_a_rule_takes_its_line(rule: str, line: str) -> None:
    assert rules(line) == [rule]


@pytest.mark.parametrize("line", NEAR_MISSES)
def test_a_line_of_the_story_is_left_alone(line: str) -> None:
    assert find_boilerplate(line) == ()


@pytest.mark.parametrize("line", [lines[0] for lines in POSITIVE.values()])
def test_a_rule_takes_its_line_with_crlf_ends_and_white_space(line: str) -> None:
    assert len(rules(f"Warga datang.\r\n\u00a0 {line} \r\nMereka antre.")) == 1


def test_headlines_below_other_news_are_boilerplate() -> None:
    assert rules("Warga datang.\nBerita Terkini\nTaman Baru Dibuka\nPasar Ramai") == ["other_news"] * 3


def test_a_sentence_below_other_news_goes_on_with_the_story() -> None:
    text = "Berita Terkini\nTaman Baru Dibuka\nWarga datang ke taman.\nPasar Ramai"
    assert [text[s:e] for s, e in find_boilerplate(text)] == ["Berita Terkini\nTaman Baru Dibuka"]


@pytest.mark.parametrize("sentence", ["Warga datang.", "“Kami siap.”", "Benarkah?", "Ini (benar.)", "Selesai…"])
def test_each_kind_of_sentence_end_ends_the_other_news(sentence: str) -> None:
    assert rules(f"Read more\n{sentence}") == ["other_news"]


def test_a_span_covers_its_line_and_nothing_else() -> None:
    text = "Warga datang.\nBaca juga: Taman Baru\nMereka antre."
    assert [text[s:e] for s, e in find_boilerplate(text)] == ["Baca juga: Taman Baru"]


def test_boilerplate_lines_with_only_white_space_between_are_one_span() -> None:
    text = "Baca juga: Taman\n \u00a0\r\nBaca juga: Pasar\nWarga datang.\nShare"
    assert [text[s:e] for s, e in find_boilerplate(text)] == ["Baca juga: Taman\n \u00a0\r\nBaca juga: Pasar", "Share"]


@pytest.mark.parametrize("seed", range(50))
def test_spans_are_ascending_and_hold_only_classified_lines(seed: int) -> None:
    text = random_text(seed) + "\nIklan"
    spans = find_boilerplate(text)
    lines = [(start, end) for start, end, _ in classify_lines(text)]
    assert all(before.end < after.start for before, after in pairwise(spans))
    assert all(any(s <= start and end <= e for s, e in spans) for start, end in lines)
    assert sum(1 for s, e in spans for line in text[s:e].split("\n") if line.strip()) == len(lines)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("asn-melayani-2023-tribunjateng", ["Baca juga: Nenek", "Baca juga: Pelanggaran", "BERITATERKAIT"]),
        ("asn-progresif-2025-nukilan", ["Share", "spot_img"]),
        ("festival-asn-2025-obyektif", []),
        ("pakta-integritas-2026-disway", ["BACA JUGA:Awali", "BACA JUGA:Dana", "Kategori :"]),
        ("tiga-penghargaan-2024-suarabaru", []),
    ],
)
def test_the_boilerplate_of_the_seeds_is_found_and_no_more(name: str, begins: list[str]) -> None:
    text = (SEEDS / f"{name}.txt").read_text(encoding="utf-8")
    found = [text[s:e] for s, e in find_boilerplate(text)]
    assert len(found) == len(begins)
    assert all(span.startswith(begin) for span, begin in zip(found, begins, strict=True))
