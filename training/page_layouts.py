"""How generated news pages are marked up: paragraphs with the blocks between them, the container of a story, and the frame of the whole page."""

from collections.abc import Callable, Sequence
from html import escape

from training.page_parts import Drawn

Writer = Callable[[Sequence[str], Sequence[str], Drawn], str]
Container = Callable[[str, Drawn], str]
Frame = Callable[[str, str, str, str, Drawn], str]


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
