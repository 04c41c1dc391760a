"""The blocks around and inside the story of a generated news page.

Each writes down what it adds that is no story (`boilerplate`), each caption and each table cell of the story, so that both can be counted.
"""

from collections.abc import Callable

from training.page_parts import Drawn

Block = Callable[[Drawn], str]
READERS = ("Mas Gondrong", "Ibu Tuti W", "warga_biasa", "Anon 77", "Pak RT 05")
REMARKS = (
    "Semoga bukan cuma janji seperti tahun lalu.", "Mantap pak, lanjutkan!", "Di kelurahan saya antreannya masih lama, tolong dicek.", "Kapan giliran daerah kami diperhatikan?",
    "Saya setuju dengan kebijakan ini asal diawasi.", "Beritanya kurang lengkap, min.", "Tolong jalan di depan pasar juga diperbaiki.",
)  # fmt: skip


# Blocks before the story


def _menu(d: Drawn) -> str:
    items = d.no_story("Beranda", "Nasional", "Daerah", "Ekonomi", "Olahraga", "Gaya Hidup", "Indeks Berita")
    return '<nav class="navbar"><ul class="menu">' + "".join(f'<li><a href="/{i.split()[0].lower()}">{i}</a></li>' for i in items) + "</ul></nav>"


def _div_menu(d: Drawn) -> str:
    items = d.no_story("Home", "Pemerintahan", "Hukum dan Kriminal", "Pendidikan", "Video", "Foto", "Masuk / Daftar")
    return '<div id="header"><div class="top">' + " | ".join(f'<a href="#">{i}</a>' for i in items) + "</div></div>"


def _cookies(d: Drawn) -> str:
    text, button = d.no_story(
        f"Situs {d.site.name} memakai kuki untuk menyesuaikan isi dan iklan. Dengan melanjutkan, Anda menyetujui kebijakan privasi kami.",
        "Saya mengerti dan setuju",
    )
    return f'<div class="cookie-consent" role="dialog"><p>{text}</p><button>{button}</button></div>'


def _plain_cookies(d: Drawn) -> str:
    (text,) = d.no_story("Kami menggunakan cookie agar pengalaman membaca Anda lebih baik. Pelajari selengkapnya di halaman kebijakan data pribadi.")
    return f'<div class="x9f"><div class="x2a"><p>{text} <a href="/privasi">Tutup</a></p></div></div>'


def _crumbs(d: Drawn) -> str:
    first, second = d.no_story("Beranda", "Berita Pemerintahan Daerah")
    return f'<div class="breadcrumb"><a href="/">{first}</a> &raquo; <a href="/pemda">{second}</a></div>'


def _ticker(d: Drawn) -> str:
    lines = d.no_story(*(d.headline() for _ in range(3)))
    return (
        '<div class="breaking-news"><strong>Breaking News</strong><marquee>' + " &bull; ".join(f'<a href="#">{line}</a>' for line in lines) + "</marquee></div>"
    )


def _app_banner(d: Drawn) -> str:
    (text,) = d.no_story(f"Baca berita tanpa iklan di aplikasi {d.site.name}. Unduh gratis sekarang juga!")
    return f'<div class="smart-banner"><span>{text}</span></div>'


def _noscript(d: Drawn) -> str:
    (text,) = d.no_story("Peramban Anda tidak mendukung JavaScript. Aktifkan JavaScript untuk memakai seluruh fitur situs ini.")
    return f"<noscript><p>{text}</p></noscript>"


BEFORE: dict[str, Block] = {
    "menu": _menu, "div_menu": _div_menu, "cookies": _cookies, "plain_cookies": _plain_cookies, "crumbs": _crumbs, "ticker": _ticker, "app_banner": _app_banner,
    "noscript": _noscript,
}  # fmt: skip


# Blocks in the midst of the story


def _read_also(d: Drawn) -> str:
    (line,) = d.no_story(f"Baca juga: {d.headline()}")
    return d.rng.choice([
        f'<p><strong>Baca juga: <a href="#">{line.removeprefix("Baca juga: ")}</a></strong></p>',
        f'<div class="baca-juga"><span>Baca juga: </span><a href="#">{line.removeprefix("Baca juga: ")}</a></div>',
        f'<p>{line}</p>',
        f'<blockquote><p>{line}</p></blockquote>',
        f'<table class="linksisip"><tr><td>{line}</td></tr></table>',
    ])  # fmt: skip


def _read_also_list(d: Drawn) -> str:
    head, *lines = d.no_story("Baca Juga :", *(d.headline() for _ in range(3)))
    return f'<div class="related-inline"><p><b>{head}</b></p><ul>' + "".join(f'<li><a href="#">{line}</a></li>' for line in lines) + "</ul></div>"


def _advertisement(d: Drawn) -> str:
    word, more = d.no_story(
        d.rng.choice(["ADVERTISEMENT", "Iklan", "Advertisement"]), d.rng.choice(["SCROLL TO CONTINUE WITH CONTENT", "Scroll untuk melanjutkan membaca"])
    )
    return d.rng.choice(
        [f'<div class="ads"><p>{word}</p><p>{more}</p></div>', f"<p>{word}</p><p>{more}</p>", f"<center><small>{word}</small><br>{more}</center>"]
    )


def _caption(d: Drawn) -> str:
    line = f"Suasana kegiatan di {d.site.name.split()[-1]} yang diikuti para pegawai. (Foto: Dok. Humas)"
    d.captions.append(line)
    return d.rng.choice([
        f'<figure><img src="/foto.jpg" alt=""><figcaption>{line}</figcaption></figure>',
        f'<div class="wp-caption"><img data-src="/foto.jpg" src="data:image/gif;base64,R0lGOD"><p class="wp-caption-text">{line}</p></div>',
        f'<p><img src="/foto.jpg"><br><em>{line}</em></p>',
    ])  # fmt: skip


def _table(d: Drawn) -> str:
    rows = [(f"Kecamatan {name}", f"{d.rng.randrange(20, 900)} pegawai") for name in d.rng.sample(["Melati", "Kenanga", "Dahlia", "Seroja", "Teratai"], 3)]
    d.story += [cell for row in rows for cell in row]
    return "<table><tr><th>Kecamatan</th><th>Jumlah</th></tr>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows) + "</table>"


def _list(d: Drawn) -> str:
    items = ["Fotokopi kartu pegawai yang masih berlaku", "Surat keterangan sehat dari puskesmas", "Daftar riwayat hidup yang ditandatangani"]
    d.story += items
    return d.rng.choice(["<ul>{}</ul>", "<ol>{}</ol>"]).format("".join(f"<li>{i}</li>" for i in items))


def _pull_quote(d: Drawn) -> str:
    line = f"Pelayanan yang baik di {d.site.name.split()[-1]} dimulai dari hal yang kecil, katanya menutup sambutan."
    d.story.append(line)
    return f"<blockquote>{line}</blockquote>"


def _subhead(d: Drawn) -> str:
    line = "Tanggapan warga dan rencana lanjutan"
    d.story.append(line)
    return d.rng.choice([f"<h2>{line}</h2>", f"<h3>{line}</h3>", f"<p><strong>{line}</strong></p>"])


def _channel(d: Drawn) -> str:
    (line,) = d.no_story(d.rng.choice([
        f"Dapatkan update berita pilihan setiap hari dari {d.site.name} lewat kanal WhatsApp. Klik tautan ini untuk bergabung.",
        f"Ikuti saluran WhatsApp {d.site.name} untuk kabar terbaru.",
        f"Simak breaking news dan berita pilihan kami langsung di ponselmu. Pilih saluran andalanmu di {d.site.name}.",
    ]))  # fmt: skip
    return d.rng.choice([f"<p><em>{line}</em></p>", f'<div class="wa-channel">{line}</div>', f"<p>{line}</p>"])


def _hidden(d: Drawn) -> str:
    (line,) = d.no_story(f"Kode sematan artikel ini hanya untuk mitra {d.site.name} yang terdaftar.")
    return f'<div style="display:none">{line}</div>'


INSIDE: dict[str, Block] = {
    "read_also": _read_also, "read_also_list": _read_also_list, "advertisement": _advertisement, "caption": _caption, "table": _table, "list": _list,
    "pull_quote": _pull_quote, "subhead": _subhead, "channel": _channel, "hidden": _hidden,
}  # fmt: skip


# Blocks after the story


def _share(d: Drawn) -> str:
    names = d.no_story("Bagikan:", "Facebook", "Twitter", "WhatsApp", "Telegram", "Salin Tautan")
    return d.rng.choice(['<div class="share-bar">{}</div>', '<ul class="sosmed">{}</ul>', "<p>{}</p>"]).format(" ".join(f'<a href="#">{n}</a>' for n in names))


def _related(d: Drawn) -> str:
    head = d.rng.choice(["Berita Terkait", "Artikel Terkait", "Berita Lainnya"])
    lines = d.no_story(*(d.headline() for _ in range(4)))
    d.no_story(head)
    return f'<div class="related"><h3>{head}</h3><ul>' + "".join(f'<li><a href="#">{line}</a></li>' for line in lines) + "</ul></div>"


def _related_summaries(d: Drawn) -> str:
    d.no_story("Rekomendasi untuk Anda")
    cards = "".join("<div class='card'><h4><a href='#'>{}</a></h4><p>{}</p></div>".format(*d.no_story(d.headline(), d.other()[0])) for _ in range(3))
    return f'<section class="rekomendasi"><h3>Rekomendasi untuk Anda</h3>{cards}</section>'


def _unnamed_summaries(d: Drawn) -> str:
    cards = "".join("<div class='c7'><a href='#'>{}</a><p>{}</p></div>".format(*d.no_story(d.headline(), d.other()[0])) for _ in range(3))
    return f'<div class="k1">{cards}</div>'


def _popular(d: Drawn) -> str:
    d.no_story("Terpopuler")
    return (
        "<aside><h4>Terpopuler</h4><ol>"
        + "".join(f'<li><a href="#">{line}</a></li>' for line in d.no_story(*(d.headline() for _ in range(5))))
        + "</ol></aside>"
    )


def _comments(d: Drawn) -> str:
    d.no_story("Komentar")
    said = "".join(f'<div class="comment"><b>{d.rng.choice(READERS)}</b><p>{d.no_story(r)[0]}</p></div>' for r in d.rng.sample(REMARKS, 3))
    return f'<div id="comments"><h3>Komentar</h3>{said}<form><textarea></textarea><button>Kirim</button></form></div>'


def _plain_comments(d: Drawn) -> str:
    said = "".join(
        f"<div class='u3'><span>{d.rng.choice(READERS)}</span> <span>2 jam lalu</span><p>{d.no_story(r)[0]}</p></div>" for r in d.rng.sample(REMARKS, 2)
    )
    return f'<div class="u1"><h3>{d.no_story("Tinggalkan Balasan")[0]}</h3>{said}</div>'


def _paywall(d: Drawn) -> str:
    (line,) = d.no_story(f"Anda telah membaca 3 artikel gratis bulan ini. Berlangganan {d.site.name} mulai Rp15.000 untuk akses tanpa batas.")
    return d.rng.choice(['<div class="paywall"><p>{}</p></div>', '<div class="m2"><p>{}</p></div>']).format(line)


def _newsletter(d: Drawn) -> str:
    (line,) = d.no_story("Daftarkan surel Anda untuk menerima rangkuman berita setiap pagi. Kami tidak akan membagikan alamat Anda.")
    return f'<div class="newsletter"><p>{line}</p><form><input type="email"><button>Daftar</button></form></div>'


def _tags(d: Drawn) -> str:
    line = d.no_story("Tags: pegawai, pelayanan publik, pemerintah daerah")[0]
    return d.rng.choice([f"<p>{line}</p>", f'<div class="tags">{line}</div>'])


def _author_box(d: Drawn) -> str:
    (line,) = d.no_story(f"{d.author} bergabung dengan {d.site.name} sejak 2018 dan meliput isu pemerintahan daerah.")
    return f'<div class="author-box"><img src="/a.png"><h5>{d.author}</h5><p>{line}</p></div>'


def _footer(d: Drawn) -> str:
    lines = d.no_story(f"© 2026 {d.site.name}. Hak cipta dilindungi undang-undang.", "Redaksi", "Pedoman Media Siber", "Tentang Kami",
                       f"Kantor redaksi {d.site.name} beralamat di Jalan Anggrek Nomor 7 dan buka setiap hari kerja.")  # fmt: skip
    return d.rng.choice(["<footer>{}</footer>", '<div id="footer">{}</div>', '<div class="bawah">{}</div>']).format("".join(f"<p>{line}</p>" for line in lines))


def _copy_notice(d: Drawn) -> str:
    (line,) = d.no_story(f"Artikel ini telah tayang di {d.site.domain} dengan judul serupa. Dilarang mengutip tanpa izin redaksi.")
    return f"<p><em>{line}</em></p>"


def _pager(d: Drawn) -> str:
    line = d.no_story("Halaman Selanjutnya")[0]
    return f'<div class="paging"><a href="?page=2">{line}</a> <a href="?page=all">Tampilkan Semua</a></div>'


AFTER: dict[str, Block] = {
    "share": _share, "related": _related, "related_summaries": _related_summaries, "unnamed_summaries": _unnamed_summaries, "popular": _popular,
    "comments": _comments, "plain_comments": _plain_comments, "paywall": _paywall, "newsletter": _newsletter, "tags": _tags, "author_box": _author_box,
    "footer": _footer, "copy_notice": _copy_notice, "pager": _pager,
}  # fmt: skip
