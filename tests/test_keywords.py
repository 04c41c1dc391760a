"""Keywords as questions."""

import pytest

from qa.keywords import MOST_WORDS, as_question
from qa.questions import Kind, analyse


@pytest.mark.parametrize(
    ("keywords", "question", "kind"),
    [
        ("tarif bus sekolah tirtaloka", "berapa tarif bus sekolah tirtaloka?", Kind.AMOUNT),
        ("Jumlah PPPK Tirtaloka 2025", "Berapa jumlah PPPK Tirtaloka 2025?", Kind.AMOUNT),
        ("kepala dinas pasar tirtaloka sekarang", "siapa kepala dinas pasar tirtaloka sekarang?", Kind.PERSON),
        ("PLT sekda tirtaloka", "Siapa PLT sekda tirtaloka?", Kind.PERSON),
        ("lokasi pasar sementara", "di mana lokasi pasar sementara?", Kind.PLACE),
        ("syarat seleksi terbuka", "apa saja syarat seleksi terbuka?", Kind.LIST),
        ("alasan mutasi camat", "apa alasan mutasi camat?", Kind.REASON),
        ("jam buka loket tirtaloka", "jam berapa jam buka loket tirtaloka?", Kind.TIME),
        ("nomor telepon loket", "berapa nomor telepon loket?", Kind.AMOUNT),
        ("jadwal seleksi", "apa saja jadwal seleksi?", Kind.LIST),
        ("jml honorer tirtaloka", "berapa jml honorer tirtaloka?", Kind.AMOUNT),
    ],
)
def test_the_first_keyword_tells_what_is_asked(keywords: str, question: str, kind: Kind) -> None:
    assert (as_question(keywords), analyse(as_question(keywords)).kind) == (question, kind)


@pytest.mark.parametrize(
    "text",
    [
        "tarif bus sekolah berapa",
        "tarif bus sekolah naik?",
        "kepala dinas siapa",
        "biaya sekolah bisa dicicil",
        "program kebersihan tirtaloka",
        "jam malam tirtaloka",
        "Kepala dinas membuka loket.",
        "who is the kepala dinas",
        "",
        " ".join(["tarif"] * (MOST_WORDS + 1)),
    ],
)
def test_any_other_text_stays(text: str) -> None:
    assert as_question(text) == text
