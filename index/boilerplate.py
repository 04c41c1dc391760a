"""Boilerplate of news pages as excluded spans: found by general rules, recorded, never cut out of the text.

Each rule looks at one line. A byline, a dateline and a source line are no boilerplate: they stay quotable.
"""

import re
from collections.abc import Iterator

from index.datatypes import Span

_FLAGS = re.IGNORECASE
RULES: dict[str, re.Pattern[str]] = {
    "read_also": re.compile(
        r"\W{0,3}(?:baca|simak|lihat|tonton|dengarkan)\s*(?:juga|pula|selengkapnya)\s*[:\-–—|]|[(\[]\s*(?:baca|simak|lihat|tonton)(?:\s+juga)?\s*:[^\n]*[)\]]?$",
        _FLAGS,
    ),
    "share_bar": re.compile(
        r"\W*(?:share|bagikan|sebarkan|tweet|facebook|twitter|whatsapp|telegram|pinterest|linkedin|email|print|copy link|salin tautan|share this|bagikan (?:ini|artikel|berita)(?: ini)?)\W*$",
        _FLAGS,
    ),
    "advertisement": re.compile(
        r"\W*(?:spot_img|advertisement|advertorial|iklan|scroll (?:to (?:continue|resume)|untuk (?:melanjutkan|lanjut)).*|lanjutkan membaca.*|sponsored)\W*$",
        _FLAGS,
    ),
    "tags": re.compile(r"\W*(?:tags?|kategori|category|topik|label|kata kunci|keywords?)\s*:(?:[^.!?]{0,200})$", _FLAGS),
    "comment_prompt": re.compile(
        r"\W*(?:(?:tulis |beri |tinggalkan |kirim )?komentar(?: anda)?|leave a (?:reply|comment)|comments?|tinggalkan balasan)\W*$", _FLAGS
    ),
    "copyright": re.compile(r"\W*(?:©|\(c\)\s*\d{4}|copyright\s*(?:©|\(c\)|\d{4}|by\b|$|.*\breserved\b)|hak cipta\s*(?:©|\d{4})|all rights? reserved)", _FLAGS),
    "follow_us": re.compile(
        r"\W*(?:ikuti kami(?: di\b|\W*$)|follow us(?: on\b|\W*$)|ikuti (?:berita|kanal|saluran|channel)\b.*(?:google news|whatsapp|telegram)|cek berita dan artikel.*google news|dapatkan (?:update|berita|informasi)\b.*(?:google news|whatsapp|telegram|aplikasi)|simak (?:breaking news|berita)\b.*(?:ponsel|saluran|whatsapp|telegram)|pilih saluran andalan|klik (?:tautan|link)\b.*\bbergabung)",
        _FLAGS,
    ),
    "republished": re.compile(r"\W*(?:artikel|berita) ini (?:telah |sudah |pertama kali )*(?:tayang|terbit|dimuat|dipublikasikan) (?:di|pada)\b", _FLAGS),
    "no_copying": re.compile(r"\W*dilarang (?:keras )?(?:mengutip|mengambil|menyalin|memperbanyak|menyebarluaskan)\b.*\b(?:izin|persetujuan)\b", _FLAGS),
    "subscription": re.compile(
        r"\W*(?:anda (?:telah|sudah) membaca \d+ (?:artikel|berita)|(?:artikel|konten|berita) ini (?:hanya|khusus) (?:untuk|bagi) pelanggan|berlangganan\b.*\bakses (?:tanpa batas|penuh)|sudah berlangganan\W+(?:masuk|login))",
        _FLAGS,
    ),
    "cookies": re.compile(r"\W*(?:kami|situs(?: \S+){0,5}|website(?: \S+){0,5}) (?:menggunakan|memakai) (?:cookies?|kuki)\b", _FLAGS),
    "site_links": re.compile(
        r"\W*(?:redaksi|tentang kami|hubungi kami|kontak kami|pedoman (?:pemberitaan )?media siber|kebijakan privasi|syarat (?:dan|&) ketentuan|disclaimer|info iklan|indeks berita|halaman (?:selanjutnya|berikutnya|sebelumnya))\W*$",
        _FLAGS,
    ),
}
OTHER_NEWS = re.compile(
    r"\W*(?:(?:berita|artikel|artikel dan berita)\s*(?:terkini|terkait|terbaru|lainnya|lain|populer|terpopuler|pilihan|rekomendasi)|terpopuler|terkini|trending|rekomendasi(?: untuk anda)?|"
    r"read more|local news|latest news|related (?:posts?|articles?|news)|you (?:may|might) also like|baca selengkapnya|pilihan editor|most read|populer)\W*$",
    _FLAGS,
)
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*\s*$")


def find_boilerplate(text: str) -> tuple[Span, ...]:
    """Return the excluded spans of an article's text in ascending order; adjoining lines are joined."""
    spans = [Span(start, end) for start, end, _ in classify_lines(text)]
    joined: list[Span] = []
    for span in spans:
        if joined and not text[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)


def classify_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, rule) of each boilerplate line."""
    in_other_news = False
    for match in re.finditer(r"[^\n]+", text):
        line = match[0].strip()
        if not line:
            continue
        if OTHER_NEWS.match(line):
            in_other_news = True
            yield match.start(), match.end(), "other_news"
        elif rule := next((name for name, pattern in RULES.items() if pattern.match(line)), None):
            yield match.start(), match.end(), rule
        elif in_other_news and not _SENTENCE_END.search(line):
            # Headlines listed under "Berita terkini" have no full stop; a sentence means the story goes on.
            yield match.start(), match.end(), "other_news"
        else:
            in_other_news = False
