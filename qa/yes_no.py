"""Questions that "ya" or "tidak" would answer, and sentences that decide them.

The reader was taught spans and knows no "tidak": what it points at is seldom the sentence that permits, forbids or denies.
"""

import re

_MODAL = (
    r"(?:boleh|bisa|dapat|harus|wajib|perlu|masih|tetap|sudah|udah|pernah|akan|bakal|ada|juga|benar|betul|mungkin|cukup|(?<!hari )jadi|ikut|termasuk"
    r"|kena|gratis|buka|tutup|bayar|berlaku|diperbolehkan|dilarang|diwajibkan|diharuskan)"
)
# Verbs by their prefix; nouns rarely have one of these.
_VERB = r"(?:di(?!nas|rektur|sdik)[a-z]{4,}|me[mnlr][a-z]{4,}|ber[a-z]{4,})"
_NOT = r"(?:tidak|belum|bukan)"
# "Apakah nama gedung itu?" is the older way to ask what the name is.
_WHAT = r"(?:yang|nama|jenis|definisi|maksud|arti|landasan|sumber|tujuan|fungsi|bahasa|isi)"
_ASKS_MORE = re.compile(
    r"\b(?:siapa|kapan|(?:se)?berapa|mengapa|kenapa|bagaimana|mana|di ?mana|ke ?mana|sebutkan|jelaskan|kok|apa (?:saja|yang)"
    rf"|apakah {_WHAT}|who|what|when|where|which|why|how)(?:kah)?\b"
)
_YES_NO = re.compile(
    rf"(?:^|[.,?!:] )apakah\b(?:(?=.*\b{_MODAL}\b)|(?!.*\byang\b)(?=.*\b{_VERB}\b)|(?=.*\byang (?:baru|lama)\b))|^apa (?={_MODAL}\b)"
    rf"|\b{_NOT}(?: (?:ya|sih|dong|nih|kak))*\s*[?.!]*$|\b{_MODAL} {_NOT}\b"
    r"|^(?:bisa|boleh|ada|benar|harus|sudah|perlu|masih|wajib|mungkin)kah\b|^(?:apakah )?(?:benar|betul)\b"
    rf"|^(?=.*\b{_MODAL}\b.*\?$)(?!.*\bapa\b)"
    r"|(?:^|[.,?!] )(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|must|may)(?:n['’]?t)? \w+",
)
_DECIDES = re.compile(
    r"\b(?:tidak|tak|bukan|belum|tanpa|gratis|boleh|diperbolehkan|dibolehkan|diizinkan|dilarang|larangan|wajib|diwajibkan|harus|diharuskan|dapat|bisa|hanya|cukup|tetap"
    r"|masih|sudah|telah|akan|kecuali|batal|dibatalkan|dihentikan|juga|berlaku|tutup|ditutup|libur|ya|menolak|melarang|mengizinkan|membantah|membenarkan)\b"
)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question, in small letters with chat spelling written out, is answered by yes or no.

    >>> asks_yes_or_no("apakah pedagang harus bayar?"), asks_yes_or_no("apakah makanan khas daerah itu?")
    (True, False)
    """
    return _YES_NO.search(question) is not None and _ASKS_MORE.search(question) is None


def decides(text: str) -> bool:
    """Whether a text holds a word that permits, forbids, affirms or denies."""
    return _DECIDES.search(text.lower()) is not None
