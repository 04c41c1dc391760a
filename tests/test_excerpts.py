"""Links that open a publisher's page at a quote. Highlighted ranges are tested with the pages in test_app."""

import pytest

from qa.excerpts import quote_url, web_url

SITE = "https://kabar.example/loket"


@pytest.mark.parametrize(
    ("quoted", "fragment"),
    [
        ("Buka sampai malam.", "Buka%20sampai%20malam."),
        ("pukul 08.00-15.00, kecuali Jumat & libur", "pukul%2008.00%2D15.00%2C%20kecuali%20Jumat%20%26%20libur"),
        (
            "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas",
            "satu%20dua%20tiga%20empat%20lima,tujuh%20delapan%20sembilan%20sepuluh%20sebelas",
        ),
        ("Dua giliran.\nSampai malam.", "Dua%20giliran.,Sampai%20malam."),
        ("“Kami 😀”", "%E2%80%9CKami%20%F0%9F%98%80%E2%80%9D"),
    ],
)
def test_a_quote_becomes_a_text_fragment(quoted: str, fragment: str) -> None:
    assert quote_url(SITE, quoted) == f"{SITE}#:~:text={fragment}"


def test_an_anchor_of_the_address_stays_and_another_text_fragment_goes() -> None:
    assert quote_url(f"{SITE}#isi:~:text=lama", "Baru") == f"{SITE}#isi:~:text=Baru"


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "data:text/html,x", "//kabar.example"])
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert web_url(url) is None
    assert quote_url(url, "Buka") is None
