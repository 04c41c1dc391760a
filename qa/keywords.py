"""Keywords, as typed into a search box, as a question: "tarif bus sekolah" asks what "Berapa tarif bus sekolah?" asks.

The reader was taught questions, and what kind of answer is asked for is told by the question word. Of keywords the first one tells it.
"""

from index.text import detect_language, spell_out

_ASKED_BY = {
    "siapa": """kepala ketua wali walikota bupati gubernur camat lurah sekda sekretaris direktur kadis kabid plt pj plh menteri presiden kapolres kapolda rektor
        juru dalang pemilik pelaku tersangka pengganti""",
    "berapa": """jumlah tarif harga biaya gaji anggaran besaran nilai persentase total kuota target luas panjang tinggi skor potongan denda angka ongkos iuran
        retribusi tunjangan honor upah ump umk umur usia nomor telepon telp kontak hotline formasi""",
    "kapan": "tanggal deadline",
    "di mana": "lokasi alamat tempat",
    "apa saja": "syarat persyaratan dokumen berkas jenis macam jadwal",
    "apa": "alasan penyebab sebab sanksi hukuman akibat dampak",
    "bagaimana": "cara prosedur mekanisme alur rute",
}
# What the first of some keywords asks for.
WORD_FOR = {head: asking for asking, heads in _ASKED_BY.items() for head in heads.split()}
_ASKING = frozenset(
    """siapa siapakah kapan kapankah berapa berapakah seberapa bagaimana bagaimanakah mengapa kenapa apa apakah mana manakah dimana kemana sebutkan jelaskan
    tidak belum bukan bisa boleh""".split()
)
MOST_WORDS = 12
# "Jam buka loket" asks when it opens; "jam malam" is a thing.
_HOURS_OF = frozenset("buka tutup layanan pelayanan operasional kerja istirahat masuk pulang".split())


def as_question(text: str) -> str:
    """Return keywords in Indonesian as a question, when the first one tells what kind of answer they look for; any other text as it is.

    >>> as_question("tarif bus sekolah tirtaloka")
    'berapa tarif bus sekolah tirtaloka?'
    """
    words = spell_out(text).lower().split()
    asking = WORD_FOR.get(words[0]) if words else None
    if words[:1] == ["jam"] and _HOURS_OF.intersection(words[1:2]):
        asking = "jam berapa"
    if asking is None or len(words) > MOST_WORDS or text[-1] in "?.!" or _ASKING.intersection(words) or detect_language(text) == "en":
        return text
    head, capital = words[0], text[0].isupper()
    kept = text if text[: len(head)].isupper() and len(head) > 1 else text[0].lower() + text[1:]
    return f"{asking.capitalize() if capital else asking} {kept}?"
