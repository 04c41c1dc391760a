import pytest

from qa.questions import Kind, analyse, is_question


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Siapa wali kota Tirtaloka?", Kind.PERSON),
        ("Siapakah camat Lembayung?", Kind.PERSON),
        ("Who leads the sanitation office?", Kind.PERSON),
        ("What is the name of the person who leads the office?", Kind.PERSON),
        ("For whom is the aid?", Kind.PERSON),
        ("Can you say who leads the office?", Kind.PERSON),
        ("What happens to civil servants who violate the rule?", Kind.THING),
        ("What must I bring when I apply?", Kind.THING),
        ("Where do civil servants who retire get training?", Kind.PLACE),
        ("By when must complaints be filed?", Kind.TIME),
        ("What are the working hours?", Kind.TIME),
        ("Kapan apel digelar?", Kind.TIME),
        ("Pukul berapa apel dimulai?", Kind.TIME),
        ("Jam berapa loket buka?", Kind.TIME),
        ("Tahun berapa balai dibangun?", Kind.TIME),
        ("Apel digelar hari apa?", Kind.TIME),
        ("When was the counter opened?", Kind.TIME),
        ("What year was the hall built?", Kind.TIME),
        ("Di mana apel digelar?", Kind.PLACE),
        ("Dimana apel digelar?", Kind.PLACE),
        ("Apel digelar di kota mana?", Kind.PLACE),
        ("Where was the assembly held?", Kind.PLACE),
        ("Berapa anggaran loket?", Kind.AMOUNT),
        ("Sungai dikeruk berapa kilometer?", Kind.AMOUNT),
        ("Berapa tahun masa jabatannya?", Kind.AMOUNT),
        ("How many residents are served?", Kind.AMOUNT),
        ("Apa saja program kebersihan Tirtaloka?", Kind.LIST),
        ("Sebutkan tiga program kebersihan!", Kind.LIST),
        ("Siapa saja yang hadir?", Kind.LIST),
        ("List the cleaning programs", Kind.LIST),
        ("What are the cleaning programs?", Kind.LIST),
        ("Mengapa loket dibuka malam hari?", Kind.REASON),
        ("Apa penyebab sungai meluap?", Kind.REASON),
        ("Apa pertimbangan pemkot menutup loket?", Kind.REASON),
        ("Apa yang menyebabkan sungai meluap?", Kind.REASON),
        ("Karena apa loket ditutup?", Kind.REASON),
        ("Virus apa yang menyebabkan wabah itu?", Kind.THING),
        ("Apa latar belakang pendidikan lurah itu?", Kind.THING),
        ("Why is the counter open at night?", Kind.REASON),
        ("Bagaimana warga mendaftar?", Kind.MANNER),
        ("Untuk apa dana itu dipakai?", Kind.MANNER),
        ("How do residents register?", Kind.MANNER),
        ("Apa kepanjangan TLK?", Kind.MEANING),
        ("What does TLK stand for?", Kind.MEANING),
        ("Apa yang dikatakan Rendra?", Kind.THING),
        ("What is the name of the counter?", Kind.THING),
    ],
)
def test_question_asks_for_its_kind_of_answer(text: str, kind: Kind) -> None:
    assert analyse(text).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sp wali kota tirtaloka", Kind.PERSON),
        ("kpn apel digelar", Kind.TIME),
        ("brp anggaran loket", Kind.AMOUNT),
        ("dmn apel digelar", Kind.PLACE),
        ("knp loket dibuka malam", Kind.REASON),
        ("gmn cara daftarnya", Kind.MANNER),
    ],
)
def test_chat_spelling_asks_for_the_same_kind(text: str, kind: Kind) -> None:
    assert analyse(text).kind is kind


@pytest.mark.parametrize(("text", "language"), [("Siapa wali kota Tirtaloka?", "id"), ("Who is the mayor of Tirtaloka?", "en")])
def test_question_knows_its_language(text: str, language: str) -> None:
    assert analyse(text).language == language


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Siapa wali kota Tirtaloka?", ("tirtaloka",)),
        ("Apa jabatan Rendra Wiskara?", ("rendra", "wiskara")),
        ("Apa itu TLK?", ("tlk",)),
        ("TLK itu apa?", ("tlk",)),
        ("Tirtaloka dipimpin siapa?", ()),
        ("Di Lembayung, Siapa camatnya?", ("lembayung",)),
        ("siapa wali kota tirtaloka", ()),
        ("Who is the Governor of Tirtaloka?", ("tirtaloka",)),
    ],
)
def test_names_are_capitalised_words_after_the_first_and_acronyms(text: str, names: tuple[str, ...]) -> None:
    assert analyse(text).names == names


@pytest.mark.parametrize("text", ["SIAPA WALI KOTA TIRTALOKA?", "KAPAN APEL DIGELAR"])
def test_question_in_capitals_insists_on_no_name(text: str) -> None:
    assert analyse(text).names == ()


def test_question_in_capitals_searches_for_the_same_terms() -> None:
    assert analyse("SIAPA WALI KOTA TIRTALOKA?").terms == analyse("Siapa wali kota Tirtaloka?").terms


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Siapa wali kota Tirtaloka?", ("tirtaloka",)),
        ("siapa wali kota tirtaloka?", ("tirtaloka",)),
        ("siapa walkot tirtaloka", ("tirtaloka",)),
        ("SIAPA WALI KOTA TIRTALOKA?", ("tirtaloka",)),
        ("siapa bupati kab melur", ("melur",)),
        ("Siapa bupati Kabupaten Melur Raya?", ("melur", "raya")),
        ("Apa program Pemkot Tirtaloka?", ("tirtaloka",)),
        ("Who is the mayor of Tirtaloka?", ("tirtaloka",)),
        ("who is the mayor of tirtaloka?", ("tirtaloka",)),
        ("Who is Tirtaloka's mayor?", ("tirtaloka",)),
        ("How many villages does Tirtaloka Regency have?", ("tirtaloka",)),
        ("Which city is the best?", ()),
        ("Where is the Tirtaloka District Court?", ()),
        ("Apa kata Rendra walikota itu?", ()),
        ("siapa wali kota kemelur", ("melur",)),
        ("siapa bupati padangan", ("padang",)),
        ("Siapa Wali Kota Tirtaloka saat ini?", ("tirtaloka",)),
        ("Kapan wali kota membuka pasar?", ()),
        ("kapan wali kota menandatangani pakta?", ()),
        ("Kecamatan mana yang terbaik?", ()),
        ("Apa yang dibuka di Tirtaloka?", ()),
        ("Di kota manakah Observatorium Mawar berada?", ()),
        ("Kota mana Kemelur itu?", ()),
        ("kota manakah yang jumlah penduduknya naik di kota namun sekarang turun?", ()),
        ("Kota Kemelur Baru ada di mana?", ("melur", "baru")),
    ],
)
def test_areas_are_named_after_an_office_or_a_kind_of_area(text: str, areas: tuple[str, ...]) -> None:
    assert analyse(text).areas == areas


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Berapa anggaran 2026?", ("2026",)),
        ("Siapa melayani 1.250 warga?", ("1250",)),
        ("Apa yang naik 12,5 persen?", ("12,5",)),
        ("Apa beda 2025 dan 2026, bukan 2025?", ("2025", "2026")),
        ("Berapa anggaran loket?", ()),
    ],
)
def test_numbers_are_kept_once_without_thousands_points(text: str, numbers: tuple[str, ...]) -> None:
    assert analyse(text).numbers == numbers


def test_terms_leave_out_words_that_only_ask() -> None:
    assert analyse("Siapa wali kota Tirtaloka?").terms == ("wali", "kota", "tirtaloka")


def test_repeated_words_are_searched_for_once() -> None:
    assert analyse("loket loket LOKET").terms == ("loket",)


def test_chat_spelling_does_not_change_the_text_of_the_question() -> None:
    assert analyse("brp anggaran yg naik").text == "brp anggaran yg naik"


@pytest.mark.parametrize("text", ["halo", "Selamat pagi!", "terima kasih", "hi", "Hello?", "test", "ok", "ping", "???", "12345", "a", "😀", "-", "1 2 3", "_"])
def test_greetings_signs_and_bare_numbers_are_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("text", ["Selamat pagi, siapa wali kota?", "Tirtaloka", "APEL", "Why?", "jam 7 ada apa", "Mengapa?"])
def test_anything_with_a_word_to_look_up_is_a_question(text: str) -> None:
    assert is_question(text)
