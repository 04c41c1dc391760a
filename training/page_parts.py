"""The parts that generated news pages are put together from: heads, frames, containers, paragraph markup, and the blocks around a story.

Each block writes down what it adds that is no story (`boilerplate`), each caption and each table cell of the story, so that both can be counted.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import NamedTuple

MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
READERS = ("Mas Gondrong", "Ibu Tuti W", "warga_biasa", "Anon 77", "Pak RT 05")
REMARKS = (
    "Semoga bukan cuma janji seperti tahun lalu.", "Mantap pak, lanjutkan!", "Di kelurahan saya antreannya masih lama, tolong dicek.", "Kapan giliran daerah kami diperhatikan?",
    "Saya setuju dengan kebijakan ini asal diawasi.", "Beritanya kurang lengkap, min.", "Tolong jalan di depan pasar juga diperbaiki.",
)  # fmt: skip


class Site(NamedTuple):
    """An invented news site."""

    name: str
    domain: str


@dataclass
class Drawn:
    """One page while it is put together: what was drawn for it, and what its blocks added."""

    rng: random.Random
    site: Site
    title: str
    author: str
    published: date
    others: list[str]
    boilerplate: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    names_author: bool = False

    @property
    def url(self) -> str:
        """The page's canonical address."""
        slug = "-".join("".join(c for c in w if c.isalnum()) for w in self.title.lower().split())
        return f"https://{self.site.domain}/{self.published:%Y/%m/%d}/{slug}"

    @property
    def day(self) -> str:
        """The date of publication as Indonesian sites write it."""
        return f"{DAYS[self.published.weekday()]}, {self.published.day} {MONTHS[self.published.month - 1]} {self.published.year}"

    def other(self, count: int = 1) -> list[str]:
        """Take sentences of other articles, each once a page."""
        taken, self.others = self.others[:count], self.others[count:]
        return taken

    def headline(self) -> str:
        """Return a headline of another article: the start of one of its sentences."""
        return " ".join(self.other()[0].split()[:8]).rstrip(" ,.;:–-")

    def no_story(self, *lines: str) -> tuple[str, ...]:
        """Write lines down as boilerplate and return them, escaped for HTML."""
        self.boilerplate += lines
        return tuple(escape(line, quote=False) for line in lines)


Block = Callable[[Drawn], str]
Writer = Callable[[Sequence[str], Sequence[str], Drawn], str]
Container = Callable[[str, Drawn], str]
Frame = Callable[[str, str, str, str, Drawn], str]


# Heads: where the metadata stands


def _meta(d: Drawn) -> str:
    d.names_author = True
    return (
        f'<meta property="og:title" content="{escape(d.title)}"><meta property="og:site_name" content="{d.site.name}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{d.published}T08:15:00+07:00"><meta name="author" content="{d.author}"><link rel="canonical" href="{d.url}">'
    )


def _json_ld(d: Drawn) -> str:
    d.names_author = True
    known = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": d.title, "datePublished": f"{d.published}T08:15:00+07:00", "mainEntityOfPage": d.url,
        "author": {"@type": "Person", "name": d.author}, "publisher": {"@type": "Organization", "name": d.site.name}, "url": d.url,
    }  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(known)}</script><link rel="canonical" href="{d.url}">'


def _graph(d: Drawn) -> str:
    d.names_author = True
    graph = [
        {"@type": "WebSite", "name": d.site.name, "url": f"https://{d.site.domain}/"},
        {"@type": "Article", "headline": d.title, "datePublished": f"{d.published}T01:15:00+00:00", "author": {"name": d.author, "@type": "Person"}},
        {"@type": "Organization", "name": d.site.name},
    ]
    return (
        f'<link rel="canonical" href="{d.url}"><meta property="og:site_name" content="{d.site.name}">'
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@graph": graph})}</script>'
    )


def _sparse(d: Drawn) -> str:
    return f'<meta property="og:url" content="{d.url}"><meta property="og:site_name" content="{d.site.name}"><meta name="pubdate" content="{d.published}">'


def _dublin(d: Drawn) -> str:
    d.names_author = True
    return (
        f'<meta name="dc.title" content="{escape(d.title)}"><meta name="dc.creator" content="{d.author}"><meta name="dc.date" content="{d.published}">'
        f'<meta name="dc.publisher" content="{d.site.name}"><link rel="canonical" href="{d.url}">'
    )


HEADS: dict[str, Block] = {"meta": _meta, "json_ld": _json_ld, "graph": _graph, "sparse": _sparse, "dublin": _dublin}


def head_of(d: Drawn) -> tuple[str, str]:
    """Return the inner HTML of `<head>` and the name of its kind."""
    name = d.rng.choice(sorted(HEADS))
    charset = d.rng.choice(['<meta charset="utf-8">', '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', '<meta charset="windows-1252">'])
    title = d.rng.choice([f"{d.title} - {d.site.name}", f"{d.title} | {d.site.name}", f"{d.title}"])
    style = "<style>.menu{display:flex}.iklan{min-height:250px}</style><script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}</script>"
    return f"{charset}<title>{escape(title)}</title>{HEADS[name](d)}{style}", name


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


# How paragraphs are written; the blocks of the midst stand between them


def _mixed(parts: Sequence[str], blocks: Sequence[str], d: Drawn) -> str:
    mixed = list(parts)
    for block in blocks:
        mixed.insert(d.rng.randrange(1, len(mixed)), block)
    return "".join(mixed)


def _tagged(template: str) -> Writer:
    return lambda paragraphs, blocks, d: _mixed([template.format(p) for p in paragraphs], blocks, d)


def _broken(paragraphs: Sequence[str], blocks: Sequence[str], d: Drawn) -> str:
    return _mixed([f"{p}<br><br>\n" for p in paragraphs], blocks, d)


def _halved(paragraphs: Sequence[str], blocks: Sequence[str], d: Drawn) -> str:
    middle = len(paragraphs) // 2 or 1
    written = [f"<p>{p}</p>" for p in paragraphs]
    return (
        f'<div class="part">{_mixed(written[:middle], blocks, d)}</div><div class="part">{"".join(written[middle:])}</div>'
        if middle > 1
        else _mixed(written, blocks, d)
    )


def _lead(paragraphs: Sequence[str], blocks: Sequence[str], d: Drawn) -> str:
    return f'<h2 class="lead">{paragraphs[0]}</h2>' + _mixed(["", *(f"<p>{p}</p>" for p in paragraphs[1:])], blocks, d)


def _linked(paragraphs: Sequence[str], blocks: Sequence[str], d: Drawn) -> str:
    """Names in links and bold type, as tag-happy sites have them."""
    written = []
    for paragraph in paragraphs:
        words = paragraph.split(" ")
        at = d.rng.randrange(len(words))
        words[at] = d.rng.choice(['<a href="/tag/x">{}</a>', "<strong>{}</strong>", "<i>{}</i>"]).format(words[at])
        written.append(f"<p>{' '.join(words)}</p>\n")
    return _mixed(written, blocks, d)


PARAGRAPHS: dict[str, Writer] = {
    "p": _tagged("<p>{}</p>\n"), "p_class": _tagged('<p class="p{{}}" style="text-align:justify">{}</p>'), "div": _tagged("<div>{}</div>"), "br": _broken,
    "p_span": _tagged('<p><span style="font-size:12pt">{}</span></p>'), "unclosed": _tagged("<P>{}\n"), "halved": _halved, "lead": _lead, "linked": _linked,
    "nested": _tagged('<div class="blk"><div class="txt"><p>{}</p></div></div>'), "section": _tagged("<section><p>{}</p></section>"),
}  # fmt: skip


# Containers of headline, byline and story


def _headed(opening: str, closing: str, headline: str = "<h1>{}</h1>", byline: str = '<p class="byline">{}</p>') -> Container:
    def contain(body: str, d: Drawn) -> str:
        line = d.rng.choice([f"{d.author} - {d.day}", f"{d.day} | 08:15 WIB", f"Oleh: {d.author}<br>{d.day}"])
        d.names_author = d.names_author or d.author in line
        return headline.format(escape(d.title)) + byline.format(line) + opening + body + closing

    return contain


CONTAINERS: dict[str, Container] = {
    "article": _headed("<article>", "</article>"),
    "entry": _headed('<div class="entry-content">', "</div>", '<h1 class="entry-title">{}</h1>', '<span class="posted-on">{}</span>'),
    "isi": _headed('<div id="isi-berita">', "</div>", '<div class="judul">{}</div>', '<div class="tgl">{}</div>'),
    "detail": _headed('<div class="detail__body"><div class="detail__body-text">', "</div></div>", '<h1 class="detail__title">{}</h1>'),
    "microdata": _headed('<div itemprop="articleBody">', "</div>", '<h1 itemprop="headline">{}</h1>', '<time itemprop="datePublished">{}</time>'),
    "columns": _headed('<div class="row"><div class="col-md-8">', "</div></div>"),
    "bare": _headed("<div>", "</div>", "<h2>{}</h2>", "<small>{}</small>"),
    "read": _headed('<div class="read__content clearfix">', "</div>", '<h1 class="read__title">{}</h1>', '<div class="read__time">{}</div>'),
    "hashed": _headed('<div class="css-1q2w3e"><div class="css-9z8y">', "</div></div>", '<h1 class="css-77">{}</h1>', '<div class="css-55">{}</div>'),
    "cell": _headed("<table width=640><tr><td>", "</td></tr></table>", '<font size="5"><b>{}</b></font>', "<br><font size=1>{}</font>"),
    "main": _headed("<main>", "</main>"),
    "blog": _headed('<div class="post-body entry-content" id="post-body-17">', "</div>", '<h3 class="post-title">{}</h3>', '<h2 class="date-header">{}</h2>'),
    "inner": lambda body, d: f'<article class="single">{_headed("<div class=content>", "</div>")(body, d)}</article>',
}


# Frames: the whole page


def _modern(head: str, before: str, story: str, after: str, _: Drawn) -> str:
    return f'<!DOCTYPE html><html lang="id"><head>{head}</head><body>{before}<main class="site-main">{story}</main>{after}</body></html>'


def _after_inside(head: str, before: str, story: str, after: str, _: Drawn) -> str:
    """Related lists and comments stand in the same element as the story."""
    return f'<!DOCTYPE html><html lang="id"><head>{head}</head><body>{before}<div class="wrapper"><div class="main-content">{story}{after}</div></div></body></html>'


def _sidebar(head: str, before: str, story: str, after: str, d: Drawn) -> str:
    side = '<div class="sidebar"><h3>{}</h3>{}</div>'.format(
        *d.no_story("Trending"), "".join(f"<p><a href='#'>{line}</a></p>" for line in d.no_story(*(d.headline() for _ in range(4))))
    )
    return f"<html><head>{head}</head><body><div id=page>{before}<div id=content>{story}</div>{side}{after}</div></body></html>"


def _table_frame(head: str, before: str, story: str, after: str, d: Drawn) -> str:
    links = "".join(f"<a href='#'>{line}</a><br>" for line in d.no_story("Profil Daerah", "Buku Tamu", "Galeri Kegiatan"))
    return f"<HTML><HEAD>{head}</HEAD><BODY bgcolor=white>{before}<TABLE width=100%><TR><TD width=160 valign=top>{links}</TD><TD>{story}</TD></TR></TABLE>{after}</BODY></HTML>"


def _blocks(head: str, before: str, story: str, after: str, _: Drawn) -> str:
    return f'<!doctype html>\n<html>\n<head>\n{head}\n</head>\n<body class="single">\n<div class="d1">\n<div class="d2">{before}</div>\n<div class="d3">\n{story}\n</div>\n<div class="d4">{after}</div>\n</div>\n</body>\n</html>'


def _all_article(head: str, before: str, story: str, after: str, d: Drawn) -> str:
    """A theme that calls everything an article: cards of other stories too."""
    cards = "".join(
        f'<article class="card"><h2><a href="#">{a}</a></h2><p>{b}</p></article>' for a, b in (d.no_story(d.headline(), d.other()[0]) for _ in range(2))
    )
    return f'<!DOCTYPE html><html lang="id"><head>{head}</head><body>{before}<div class="content-area"><article class="post">{story}</article>{cards}</div>{after}</body></html>'


FRAMES: dict[str, Frame] = {
    "modern": _modern, "after_inside": _after_inside, "sidebar": _sidebar, "table": _table_frame, "blocks": _blocks, "all_article": _all_article,
}  # fmt: skip
