"""The form that an answer must have: who asks for percent is not answered by rupiah.

The first question pattern that matches names the pattern that the answer's sentence must hold.
"""

import re

# Regulations write figures twice: "14 (empat belas) hari".
_NUMBER = r"\d+(?:[.,]\d+)*(?:\s*\([^()]{2,40}\))?"
_WRITTEN = (
    r"(?:se(?:ratus|ribu|juta)\w*|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belasan|puluh\w*|ratus\w*|ribu\w*|juta\w*|beberapa)"
)
_MONTH = r"(?:januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember)"
_MONEY = rf"\b(?:rp|us\$|usd|idr)\.?\s*{_NUMBER}|{_NUMBER}\s*(?:ribu|juta|miliar|milyar|triliun)?\s*(?:rupiah|dolar|dollar|ringgit|euro|poundsterling)"
_SUMS = (
    r"anggaran|biaya|harga|tarif|gaji|tunjangan|\buang|\bdana|rupiah|\bhonor(?:arium)?\b|denda|kerugian|hibah|utang|\bapb[dn]\b|\bpad\b|subsidi|retribusi|pendapatan|\bum[kpr]\b|upah|ongkos"
    r"|\btpp\b|\bthr\b|iuran|insentif|\bpagu|omzet"
)
_PEOPLE = "orang|pegawai|guru|warga|pejabat|peserta|pelamar|asn|pns"
_SPANS = "hari|pekan|minggu|bulan|tahun|jam|menit"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(question), answer)
    for question, answer in (
        (r"\bpersen|pro?sentase|\bpercent|%", rf"{_NUMBER}\s*(?:persen|%)|{_WRITTEN} persen"),
        (r"\b(?:jam|pukul) berapa|what time", r"(?<!\d )\b(?:pukul|jam)\s*\d{1,2}(?!\d|\s*menit)|\d{1,2}[.:]\d{2}"),
        (r"\btanggal berapa|\bwhat date|\bwhich date", rf"\d{{1,2}}\s+{_MONTH}|\(\d{{1,2}}/\d{{1,2}}|\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}"),
        (r"\btahun berapa|\bwhat year|\bwhich year", r"\b(?:1[5-9]|20)\d{2}\b"),
        (r"\bbulan (?:apa|berapa)|\bwhich month", rf"\b{_MONTH}\b|\(\d{{1,2}}/\d{{1,2}}"),
        (r"\bhari apa|\bwhich day\b", r"\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu)\b"),
        (r"\bberapa lama|\bhow long", rf"(?:{_NUMBER}|{_WRITTEN}|\bse)\s*(?:tahun|bulan|hari|jam|menit|pekan|minggu|periode|semester|triwulan)"),
        # "Berapa pegawai yang menerima tunjangan" counts people, "tunjangan berapa orang" too.
        (
            rf"(?:(?<!nomor )\bberapa(?: yang)?|\bhow much)(?:(?!\byang\b).)*(?:{_SUMS}|\bcost|\bpaid|\bspen[dt]\b|budget|money|incentive|allowance|salary|wages?\b|\bfine\b|\bfunds?\b|\bfees?\b)|(?:{_SUMS})\w*.*(?<!nomor )\bberapa\b(?!\s+(?:{_PEOPLE}|{_SPANS}|kali|unit)\b)",
            _MONEY,
        ),
        (r"\bkapan|\bwhen\b", rf"\d{{1,2}}\s+{_MONTH}|{_MONTH}|\d{{1,2}}/\d{{1,2}}|\b(?:1[5-9]|20)\d{{2}}\b|senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|kemarin|besok|pukul"),
    )
)  # fmt: skip
# "Hubungi 112" is a number to call, "112 laporan" is none.
_COUNTED_THINGS = (
    r"laporan|pengaduan|aduan|keluhan|panggilan|orang|warga|jiwa|keluarga|kk|pegawai|asn|pns|aparatur|guru|siswa|pelajar|peserta|pelamar|kasus|kejadian|unit"
    r"|kali|kelurahan|desa|kecamatan|sekolah|rumah|personel|petugas|formasi|berkas|surat|dokumen|permohonan|hari|tahun|persen|ribu|juta|di antaranya"
)
_EMERGENCY = (
    r"(?<!sebanyak )(?<!total )(?<!mencapai )(?<!menjadi )(?<!sekitar )(?<!menerima )(?<!ada )(?<!rp)(?<!rp )"
    rf"\b1[1-9]\d\b(?![.,]\d|-an\b|[ \t]+(?:{_COUNTED_THINGS})\b)"
)
# Ways to reach somebody: what is no number of that form is none, though it be called "Nomor".
_CONTACTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            r"\b(?:no(?:mor)?|kontak) (?:hp|wa|telp|telpon|telepon|tlp|kontak|whatsapp|hotline|call ?center|darurat|pengaduan|aduan|layanan)\b"
            r"|^(?:berapa )?(?:telp|telpon|telepon|tlp|hotline|call ?center|wa|whatsapp|kontak) |\b(?:telp|telpon|telepon|hotline|call ?center|wa|whatsapp) [\w ]*(?:berapa|nomornya)\b"
            r"|\b(?:tele)?phone number|\b(?:whatsapp|hotline|emergency|contact) number"
        ),
        re.compile(rf"(?:\+62|\b0)[\d\s().-]{{5,}}\d|{_EMERGENCY}|\b1500[\s-]?\d{{3}}\b|\b14\d{{3}}\b", re.IGNORECASE),
    ),
    (re.compile(r"\b(?:alamat )?(?:e-?mail|surel)\b(?!\w)"), re.compile(r"[^\s@]{1,64}@[^\s@]+\.\w+")),
    (
        re.compile(r"\b(?:alamat (?:situs|website|web|laman)|website address|url)\b"),
        re.compile(r"https?:|www\.|\b[\w-]+\.(?:go\.id|ac\.id|or\.id|co\.id|com|net|org|id)\b"),
    ),
)
_COUNTED = re.compile(
    r"\bberapa(?:kah| banyak| jumlah)?\s+(?!(?:lama|banyak|besar|besaran|jumlah|nilai|tinggi|luas|panjang|usia|umur|jarak|skor|persen|total|kali|yang|untuk|dari|dalam|pada|sih|nominal"
    r"|tuntutan|vonis|hukuman|bobot|batas|masa|kuota|pagu|radius|kontak|telepon|telp|hotline|ipk|potongan|tpp|thr|nomor|denda|upah|insentif|ketinggian|suhu)\b)(\w{3,})"
)
# All of them are counted as any of them: "berapa pegawai" is told by "412 aparatur sipil negara".
_CIVIL_SERVANTS = ("pegawai", "asn", "pns", "aparatur")
# Behind another noun a place in an order is asked for ("posisi berapa kota itu").
_THINGS = (
    rf"{_PEOPLE}|aparatur|pendaftar|siswa|murid|tenaga|honorer|formasi|lowongan|anggota|personel|petugas|pengunjung|penumpang|penerima|pemohon|korban|jiwa|keluarga|laporan"
    r"|pengaduan|aduan|kasus|pelanggaran|unit|rumah|bangunan|kendaraan|mobil|bus|kelurahan|kecamatan|desa|sekolah"
)
# They count or measure something about money: "berapa penerima hibah", "berapa kali dibayar", "diatur pasal berapa".
_NO_SUM = re.compile(
    rf"\bberapa(?:kah)?(?: (?:banyak|jumlah|total))? (?:{_THINGS}|{_SPANS}|kali|tahap|jenis|titik|luas|usia|umur|lama|lembaga|kelompok|pengendara|bidang)\b"
    r"|\b(?:pasal|ayat|nomor|h-) ?berapa|\bhow many\b|\bhow much (?:time|water|land)\b"
)
_COUNTS_THINGS = re.compile(
    r"(?:^|[,;?.] |\b(?:ada|total|sebanyak|sejumlah|berjumlah|punya|memiliki|oleh|kepada|dari|dan|serta|terus|lalu|itu|tersebut|kira-kira|sekitar) )"
    rf"berapa(?:kah)?(?: (?:banyak|jumlah|total|jumlah total))? (?:{_THINGS})\b"
)
_ANY_NUMBER = re.compile(rf"{_NUMBER}|\b{_WRITTEN}\b")


def expected_form(question: str) -> re.Pattern[str] | None:
    """Return the pattern that an answering sentence (in lower case) must hold, or None when any form will do.

    `question` is in lower case with chat spelling written out.
    """
    for pattern, answer in _FORMS:
        if pattern.search(question):
            return re.compile(answer)
    if counted := _COUNTED.search(question):
        # "seorang warga" counts, "semua warga" does not.
        return re.compile(rf"(?:{_NUMBER}|\b{_WRITTEN}|\bse(?:orang|buah|ekor)\b)\s*(?:\w+\s+)?(?:{_also_called(counted[1])})\b")
    return _ANY_NUMBER if re.search(r"\bberapa|\bhow many|\bhow much", question) else None


def asks_for_money(question: str) -> bool:
    """Whether a question in small letters asks for a sum of money.

    >>> asks_for_money("berapa anggaran pelatihan itu?"), asks_for_money("berapa orang yang menerima tunjangan?")
    (True, False)
    """
    return _NO_SUM.search(question) is None and next((answer == _MONEY for pattern, answer in _FORMS if pattern.search(question)), False)


def asks_for_count(question: str) -> bool:
    """Whether a question in small letters has people or things counted: "berapa orang", not "jam berapa", "berapa lama", "posisi berapa".

    >>> asks_for_count("ada berapa orang yang lulus?"), asks_for_count("berapa lama ujiannya?")
    (True, False)
    """
    return _COUNTS_THINGS.search(question) is not None and not any(pattern.search(question) for pattern, _ in _FORMS)


def _also_called(counted: str) -> str:
    """The ways in which what is counted may stand behind the number, as a pattern."""
    return "|".join(_CIVIL_SERVANTS) if counted in _CIVIL_SERVANTS else re.escape(counted)


def contact_form(question: str) -> re.Pattern[str] | None:
    """Return the form of the telephone number or address that a question in small letters asks for, None when it asks for none.

    >>> contact_form("berapa nomor telepon kantor itu?").search("Nomor 800/417/ORG") is None
    True
    """
    return next((form for asked, form in _CONTACTS if asked.search(question)), None)
