"""Invented news articles and a real index of them, built by an encoder that needs no model. No name here exists."""

import json
from pathlib import Path
from typing import Any

from fakes import HashingEncoder

from index.build import build_index
from index.local import LocalIndex, open_index

LOKET = {
    "article_id": "loket-2026",
    "title": "Loket Terpadu Tirtaloka Buka Sampai Malam",
    "publisher": "Kabar Tirtaloka",
    "published": "2026-01-02",
    "url": "https://kabar.example/loket",
    "text": (
        "Wali Kota Tirtaloka Rendra Wiskara membuka loket terpadu pada Jumat 2 Januari 2026.\n"
        "Loket itu melayani 1.250 warga setiap hari.\n"
        "Baca juga: Bazar Murah Dibuka di Alun-alun Lembayung\n"
        "“Kami ingin warga tidak menunggu lama,” kata Rendra.\n"
        "Anggaran loket sebesar Rp5,9 miliar naik 12 persen."
    ),
}
APEL = {
    "article_id": "apel-2023",
    "title": "Apel Pegawai di Balai Tirtaloka",
    "publisher": "Warta Lembayung",
    "published": "2023-03-13",
    "text": (
        "Wali Kota Tirtaloka, Sasmita Barunadi, memimpin apel pegawai di halaman Balai Lembayung.\n"
        "Ia meminta pegawai datang tepat waktu.\n"
        "Apel dimulai pukul 07.30 dan diikuti 480 pegawai."
    ),
}
DAFTAR = {
    "article_id": "daftar-2025",
    "title": "Tiga Program Kebersihan Tirtaloka",
    "publisher": "Kabar Tirtaloka",
    "published": "2025-06-20",
    "text": (
        "Dinas Kebersihan Tirtaloka menyiapkan program tahun depan.\n"
        "Tiga program kebersihan itu adalah:\n"
        "- Bank Sampah Melati untuk sampah plastik,\n"
        "- Kompos Warga untuk sampah dapur, dan\n"
        "Bagikan artikel ini\n"
        "- Jumat Bersih untuk selokan.\n"
        "Program itu dimulai serentak."
    ),
}
UNDATED = {
    "article_id": "sungai-tanpa-tanggal",
    "title": "Sungai Kemuning Dikeruk",
    "text": "Sungai Kemuning dikeruk sepanjang tiga kilometer.\nPengerukan dipimpin Harsa Mandalika.",
}
ARTICLES = (LOKET, APEL, DAFTAR, UNDATED)


def indexed(folder: Path, *articles: dict[str, Any]) -> LocalIndex:
    """Build and open an index of the articles (corpus lines) under `folder`, with `HashingEncoder(256)`."""
    corpus = folder / "corpus.jsonl"
    corpus.parent.mkdir(parents=True, exist_ok=True)
    corpus.write_text("".join(f"{json.dumps(a, ensure_ascii=False)}\n" for a in articles), encoding="utf-8")
    encoder = HashingEncoder(256)
    build_index([corpus], folder / "index", encoder)
    return open_index(folder / "index", encoder)
