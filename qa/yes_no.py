"""Questions that "ya" or "tidak" would answer, and sentences that decide them.

The reader was taught spans and knows no "tidak": what it points at is seldom the sentence that permits, forbids or denies.
"""

import re

from qa.keywords import WORD_FOR

_MODAL = (
    r"(?:boleh|bisa|dapat|harus|wajib|perlu|masih|tetap|sudah|udah|pernah|akan|bakal|ada|juga|benar|betul|mungkin|cukup|(?<!hari )jadi|ikut|termasuk"
    r"|kena|gratis|buka|tutup|bayar|berlaku|diperbolehkan|dilarang|diwajibkan|diharuskan)"
)
# Verbs by their prefix; nouns rarely have one of these.
_VERB = r"(?:di(?!nas|rektur|sdik)[a-z]{4,}|me[mnlr][a-z]{4,}|ber[a-z]{4,}|ter(?:bukti|pilih|sedia|libat|ikat|kena|ancam|tunda|dampak|ganggu))"
# What became of somebody of whom more is told behind a "yang".
_OUTCOME = r"(?:dikenai|dihukum|dipenjara|dipecat|dicopot|diberi|dibuka|ditutup|dibayar|mendapat|menerima|meraih|lolos|terwujud)"
# "Masihkah …", "Akankah …"; "siapakah" and its misspellings ask for more, and nouns end like that too.
_KAH = (
    r"(?:masih|sudah|udah|belum|akan|bisa|boleh|dapat|ada|benar|betul|harus|perlu|wajib|mungkin|cukup|pernah|tidak|bukan|jadi|tetap|mampu|layak|hanya|cuma|semua|baru|sama|lebih"
    r"|gratis|aman|naik|turun|lolos|lulus|menang|kalah|me[mnlr][a-z]{4,}|ber(?!apa)[a-z]{4,}|di(?!man|aman)[a-z]{4,})kah"
)
# Words before which a "tidak" denies nothing that follows: "kena denda tidak di Melur".
_AFTER_NOT = r"(?:di|ke|dari|buat|selama|pas|saat|kalau|jika|soal|karena|waktu|walau|meski|gara-gara|pada|dengan|oleh|sama|habis|setelah|sesudah|sebelum)"
_NOT = r"(?:tidak|belum|bukan)"
# "Apakah nama gedung itu?" is the older way to ask what the name is.
_WHAT = (
    r"(?:yang|nama|jenis|definisi|maksud|arti|landasan|sumber|tujuan|fungsi|bahasa|isi|judul|julukan|jabatan|pekerjaan|warna|istilah|alasan|penyebab|sebab|pemicu|cara|dampak|akibat"
    r"|manfaat|pengertian|perbedaan)"
)
_ASKS_MORE = re.compile(
    r"\b(?:siapa|kapan|(?:se)?berapa|mengapa|kenapa|bagaimana|mana|di ?mana|ke ?mana|sebutkan|jelaskan|kok|apa (?:saja|yang)"
    rf"|apakah {_WHAT}|who|what|when|where|which|why|how)(?:kah)?\b"
)
_YES_NO = re.compile(
    rf"(?:^|[.,?!:] )apakah\b(?:(?=.*\b{_MODAL}\b)|(?=(?:(?!\byang\b).)*\b{_VERB}\b)|(?=.*\byang (?:baru|lama)\b)"
    rf"|(?=.*\b(?:lebih|sebanyak|sebesar|setinggi) [a-z]+ (?:daripada|dari|dibanding))|(?=.*\bkarena\b)|(?= (?:semua|seluruh|setiap)\b)"
    rf"|(?=.*\byang\b.*\b{_VERB}\b.*\b{_OUTCOME}\b))|^apa (?={_MODAL}\b)"
    rf"|\b{_NOT}(?: (?:ya|sih|dong|nih|kak))*\s*[?.!]*$|\b{_MODAL} {_NOT}\b"
    rf"|(?:^|[.,?!] ){_KAH}\b|^(?:apakah )?(?:benar|betul)\b|\bkan\s*[?.!]*$|\b{_NOT} {_AFTER_NOT}\b"
    rf"|^(?=.*\b{_MODAL}\b.*\?$)(?!.*\bapa\b)"
    r"|(?:^|[.,?!] )(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|must|may)(?:n['’]?t)? \w+",
)
# "… jadi dibiayai provinsi ya?" wants to hear yes; "jadwal yang berlaku ya" a timetable.
_AGREES = re.compile(rf"^(?!.*\bapa\b).*\b(?:harus|wajib|boleh|bisa|dapat|sudah|udah|bakal|akan|mau|naik|turun|jadi|{_VERB})\b.* ya\s*[?.!]*$")
_DECIDES = re.compile(
    r"\b(?:tidak|tak|bukan|belum|tanpa|gratis|boleh|diperbolehkan|dibolehkan|diizinkan|dilarang|larangan|wajib|diwajibkan|harus|diharuskan|dapat|bisa|hanya|cukup|tetap"
    r"|masih|sudah|telah|akan|kecuali|batal|dibatalkan|dihentikan|juga|berlaku|tutup|ditutup|libur|ya|menolak|melarang|mengizinkan|membantah|membenarkan)\b"
)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question, in small letters with chat spelling written out, is answered by yes or no.

    >>> asks_yes_or_no("apakah pedagang harus bayar?"), asks_yes_or_no("apakah makanan khas daerah itu?")
    (True, False)
    """
    asks = _YES_NO.search(question) is not None or (_AGREES.search(question) is not None and question.split()[0] not in WORD_FOR)
    return asks and _ASKS_MORE.search(question) is None


def decides(text: str) -> bool:
    """Whether a text holds a word that permits, forbids, affirms or denies."""
    return _DECIDES.search(text.lower()) is not None
