"""A generated corpus of dated facts that change: `python -m training.dated_corpus --out var/dated`.

Writes `dated.corpus.jsonl` and the questions about it, `dated.jsonl`, for `python -m qa eval`. Cities and people are invented;
wording varies by templates. What is right is known, because the generator chose it.
"""

import argparse
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

SEED = 20261124
CITIES = "Tirtaloka Gandasuli Wanakerta Purwasari Banyuwangsa Kertajaya Sindangraya Lembahsari Argamulya Telukandong".split()
FIRST = "Suwanda Ratih Bramantyo Kartika Hendarto Yuliani Prabu Nirmala Darmawan Sekar Wiratama Laksmi Gunadi Puspita Rangga Citra".split()
LAST = "Prakasa Wulandari Sastranegara Anggraini Kusumah Paramitha Wijayanto Maharani Tanuwijaya Lestari Nugraha Handayani Suryadi Permata".split()


class Kind(NamedTuple):
    """One kind of fact: how articles state `{v}` of city `{c}`, and how it is asked; `person` values are names."""

    name: str
    states: tuple[str, ...]
    asks: tuple[str, ...]
    person: bool = False


KINDS = (
    Kind("mayor", ("Wali Kota {c} {v} membuka pasar rakyat di alun-alun, {d}.", "{v} selaku Wali Kota {c} meninjau perbaikan jalan pada {d}.", "Wali Kota {c}, {v}, menyerahkan bantuan kepada warga lansia, {d}."), ("Siapa wali kota {c}", "Siapakah yang menjabat wali kota {c}"), True),
    Kind("secretary", ("Sekretaris Daerah Kota {c} {v} memimpin rapat anggaran, {d}.", "Menurut Sekda Kota {c} {v}, seleksi pegawai dimulai bulan depan."), ("Siapa sekretaris daerah Kota {c}", "Siapa sekda Kota {c}"), True),
    Kind("health", ("Kepala Dinas Kesehatan {c} {v} mengatakan vaksinasi berjalan lancar.", "{v}, Kepala Dinas Kesehatan {c}, mengunjungi puskesmas pada {d}."), ("Siapa kepala dinas kesehatan {c}", "Siapakah nama kepala Dinas Kesehatan {c}"), True),
    Kind("acting", ("Plt. Direktur Perusahaan Air Minum {c} {v} meresmikan instalasi baru, {d}.", "Direktur Perusahaan Air Minum {c} {v} menyatakan pasokan aman."), ("Siapa direktur perusahaan air minum {c}",), True),
    Kind("fare", ("Tarif bus kota {c} ditetapkan Rp{v} sekali jalan mulai {d}.", "Mulai {d}, penumpang bus kota {c} membayar tarif Rp{v}."), ("Berapa tarif bus kota {c}", "Berapa ongkos naik bus kota {c}")),
    Kind("budget", ("APBD Kota {c} disepakati sebesar Rp{v} miliar.", "DPRD menyetujui APBD Kota {c} senilai Rp{v} miliar dalam sidang {d}."), ("Berapa APBD Kota {c}", "Berapa besar APBD Kota {c}")),
    Kind("staff", ("Jumlah pegawai negeri di Kota {c} tercatat {v} orang.", "Badan Kepegawaian mencatat pegawai negeri Kota {c} sebanyak {v} orang pada {d}."), ("Berapa jumlah pegawai negeri di Kota {c}", "Berapa banyak pegawai negeri Kota {c}")),
    Kind("wage", ("Upah minimum Kota {c} ditetapkan Rp{v} per bulan.", "Pemerintah menetapkan upah minimum Kota {c} sebesar Rp{v} sebulan, {d}."), ("Berapa upah minimum Kota {c}",)),
    Kind("jobless", ("Tingkat pengangguran di {c} tercatat {v} persen.", "Badan Pusat Statistik melaporkan tingkat pengangguran {c} {v} persen pada {d}."), ("Berapa persen tingkat pengangguran di {c}", "Berapa tingkat pengangguran {c}")),
    Kind("routes", ("Layanan bus {c} kini memiliki {v} koridor.", "Dengan tambahan itu, bus {c} melayani {v} koridor sejak {d}."), ("Berapa koridor bus {c}", "Berapa jumlah koridor yang dilayani bus {c}")),
)  # fmt: skip
FILLERS = (
    "Acara itu dihadiri tokoh masyarakat dan perwakilan kecamatan.", "Warga berharap pelayanan menjadi lebih cepat.", "Kegiatan berlangsung tertib meski hujan turun sejak pagi.",
    "Pemerintah kota menyatakan akan mengevaluasi program itu setiap triwulan.", "Sejumlah pedagang mengaku belum menerima pemberitahuan.", "Panitia menyediakan tempat parkir di lapangan sebelah.",
    "Hasil pembahasan akan diumumkan melalui situs resmi.", "Anak-anak sekolah ikut memeriahkan acara dengan tarian daerah.", "Masyarakat diminta melapor bila menemukan keluhan.",
)  # fmt: skip
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
YEARS = (2019, 2022, 2025)


class Fact(NamedTuple):
    """One value of a city's fact and the day of the article that states it."""

    article_id: str
    value: str
    published: date
    quote: str


def spelled(day: date) -> str:
    """Returns "2 Januari 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def value_of(kind: Kind, rng: random.Random) -> str:
    """Returns a value of the kind, as articles write it."""
    numbers = {"fare": lambda: f"{rng.randrange(2, 12)}.{rng.choice(('000', '500'))}", "budget": lambda: f"{rng.randrange(1, 9)}.{rng.randrange(100, 999)}",
               "staff": lambda: f"{rng.randrange(3, 20)}.{rng.randrange(100, 999)}", "wage": lambda: f"{rng.randrange(2, 4)}.{rng.randrange(100, 999)}.{rng.randrange(100, 999)}",
               "jobless": lambda: f"{rng.randrange(3, 9)},{rng.randrange(1, 99)}", "routes": lambda: str(rng.randrange(3, 30))}  # fmt: skip
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}" if kind.person else numbers[kind.name]()


def facts(rng: random.Random) -> Iterator[tuple[str, Kind, list[Fact], list[dict[str, Any]]]]:
    """Yields for each city and kind its facts in order of time, with the articles that state them."""
    for city in CITIES:
        for kind in KINDS:
            values: list[str] = []
            while len(values) < len(YEARS):
                fresh = value_of(kind, rng)
                if not any(set(fresh.split()) & set(v.split()) for v in values):
                    values.append(fresh)
            found, articles = [], []
            for year, value in zip(YEARS, values, strict=True):
                day = date(year, rng.randrange(1, 13), rng.randrange(1, 28))
                quote = rng.choice(kind.states).format(c=city, v=value, d=spelled(day))
                fill = rng.sample(FILLERS, 4)
                article_id = f"{city.lower()}-{kind.name}-{year}"
                articles.append({"article_id": article_id, "title": f"Kabar {city}: {rng.choice(fill)[:40]}", "text": " ".join([*fill[:2], quote, *fill[2:]]),
                                 "publisher": "Warta Uji", "published": day.isoformat()})  # fmt: skip
                found.append(Fact(article_id, value, day, quote))
            yield city, kind, found, articles


def questions(city: str, kind: Kind, found: list[Fact], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yields the latest value's question, one with a year between two articles, one with an article's year, one before all, and for people one by order."""
    ask = rng.choice(kind.asks).format(c=city)
    yield _question(f"{ask}?", "latest", city, kind, found[-1])
    yield _question(f"{ask} sekarang?", "now", city, kind, found[-1])
    yield _question(f"{ask} pada tahun {YEARS[1]}?", "year", city, kind, found[1])
    yield _question(f"{ask} pada tahun {YEARS[1] + 1}?", "year_between", city, kind, found[1])
    yield _question(f"{ask} pada tahun {YEARS[0] - 4}?", "before_all", city, kind, None)
    if kind.person:
        yield _question(f"{ask} sebelum {found[1].value}?", "order", city, kind, found[0])
        yield _question(f"{ask} setelah {found[1].value}?", "order", city, kind, found[2])


def _question(text: str, category: str, city: str, kind: Kind, fact: Fact | None) -> dict[str, Any]:
    return {
        "id": f"{city.lower()}-{kind.name}-{category}-0", "question": text, "language": "id", "category": category,
        "answers": [fact.value] if fact else [], "evidence": [{"article_id": fact.article_id, "quote": fact.quote}] if fact else [], "answerable": fact is not None,
    }  # fmt: skip


def generate(seed: int = SEED) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns (articles, questions)."""
    rng = random.Random(seed)  # noqa: S311  # reproducible, nothing secret
    articles: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    for city, kind, found, written in facts(rng):
        articles += written
        asked += [{**q, "id": f"{q['id'].rsplit('-', 1)[0]}-{n}"} for n, q in enumerate(questions(city, kind, found, rng))]
    return articles, asked


def main() -> None:
    """Writes the corpus and its questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(("dated.corpus.jsonl", "dated.jsonl"), generate(), strict=True):
        (options.out / name).write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        print(f"{name}: {len(rows)} lines")


if __name__ == "__main__":
    main()
