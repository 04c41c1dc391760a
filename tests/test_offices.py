"""A regent is no mayor, a deputy is not the one he stands in for, and a regency is another place than the city of its name."""

import pytest

from index.datatypes import Article
from qa.article_view import ArticleView
from qa.offices import asks_for_holder, is_about_another_office, kinds_of_areas
from qa.questions import analyse


def another(question: str, text: str) -> bool:
    return is_about_another_office(analyse(question), ArticleView(Article("a", "Kabar", text, "0" * 64)))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Siapa bupati Tirtaloka?", "Wali Kota Tirtaloka Rendra Wiskara membuka loket."),
        ("Siapa wali kota Tirtaloka?", "Bupati Tirtaloka Rendra Wiskara membuka loket."),
        ("siapa wakil wali kota tirtaloka", "Sasmita mewakili Wali Kota Tirtaloka."),
        ("siapa wawali tirtaloka", "Wali Kota Tirtaloka membuka loket."),
        ("Who is the regent of Tirtaloka?", "Wali Kota Tirtaloka membuka loket."),
        ("Siapa sekda Kota Tirtaloka?", "Wali Kota Tirtaloka membuka loket."),
        ("Berapa loket di Kabupaten Tirtaloka?", "Kota Tirtaloka membuka tiga loket."),
        ("Kapan bupati Tirtaloka melantik pegawai?", "Pemkot Tirtaloka melantik pegawai Senin."),
    ],
)
def test_an_article_about_another_office_or_kind_of_area_does_not_answer(question: str, text: str) -> None:
    assert another(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Siapa bupati Tirtaloka?", "Bupati Tirtaloka Rendra Wiskara membuka loket."),
        ("Siapa walikota Tirtaloka?", "Wali Kota Tirtaloka Rendra Wiskara membuka loket."),
        ("Siapa wali kota Tirtaloka?", "Walikota Rendra Wiskara membuka loket."),
        ("siapa wakil bupati tirtaloka", "Wabup Tirtaloka Sasmita membuka loket."),
        ("siapa sekda tirtaloka", "Sekretaris Daerah Kota Tirtaloka, Sasmita, membuka loket."),
        ("Siapa yang mewakili wali kota Tirtaloka?", "Sasmita mewakili Wali Kota Tirtaloka."),
        ("Berapa loket di Kabupaten Tirtaloka?", "Kota dan Kabupaten Tirtaloka membuka tiga loket."),
        ("Berapa loket di Kota Tirtaloka?", "Loket di Tirtaloka ada tiga."),
        ("Kapan gubernur datang?", "Rendra datang Senin."),
        ("Berapa kota di Jawa yang ikut?", "Lima kabupaten di Jawa ikut, dan tiga kota."),
        ("Siapa yang membuka loket?", "Rendra membuka loket."),
        ("?", ""),
    ],
)
def test_any_other_article_may_answer(question: str, text: str) -> None:
    assert not another(question, text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("pemkab melur dan bupati melur", {"melur": {"regency"}}),
        ("kota dan kabupaten melur", {"melur": {"city", "regency"}}),
        ("kota di jawa dan kabupaten besar", {}),
        ("wali kota kabupaten", {}),
        ("kota", {}),
        ("", {}),
    ],
)
def test_an_area_is_what_stands_before_its_name(text: str, kinds: dict[str, set[str]]) -> None:
    assert kinds_of_areas(text.split()) == kinds


@pytest.mark.parametrize(
    ("question", "holder"),
    [
        ("Siapa sekda Melur?", True),
        ("siapa kepala BKPP", True),
        ("Who is the mayor of Melur?", True),
        ("Siapa yang membuka loket?", False),
        ("Kapan wali kota dilantik?", False),
    ],
)
def test_holders_of_offices_are_asked_for(question: str, holder: bool) -> None:
    assert asks_for_holder(analyse(question)) is holder
