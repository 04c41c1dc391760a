"""Settings: read from the environment, refused in words, and all listed in the README."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from index.settings import MODEL_IN_THE_BOX, REPOSITORY, IndexSettings, settings_problems
from qa.settings import Settings

ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) ?\| (.*) \|$", re.M)


def shown(default: object) -> str:
    """A default as the README writes it."""
    if default is None:
        return ""
    return "`(in the box)`" if default == str(MODEL_IN_THE_BOX) else f"`{default}`"


def test_the_readme_lists_exactly_the_settings_of_the_code_with_their_defaults_and_meaning() -> None:
    listed = ROW.findall((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert listed == [(name.upper(), shown(field.default), field.description) for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize(("given", "share"), [({}, 0.9), ({"ENCODER": "static"}, 0.4), ({"ENCODER": "static", "DENSE_WEIGHT": "0.6"}, 0.6)])
def test_the_static_encoder_brings_its_share(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], share: float) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert IndexSettings().dense_weight == share


def test_a_relative_index_folder_is_relative_to_the_repository() -> None:
    assert IndexSettings(index_url="file:var/other").index_folder == REPOSITORY / "var" / "other"


def test_an_absolute_index_folder_stays_as_it_is(tmp_path: Path) -> None:
    assert IndexSettings(index_url=f"file:{tmp_path}").index_folder == tmp_path.resolve()


@pytest.mark.parametrize(
    ("url", "server", "collection"),
    [
        ("milvus+http://127.0.0.1:19530/warta", "http://127.0.0.1:19530", "warta"),
        ("milvus+https://milvus.contoh.com/warta_kota_2", "https://milvus.contoh.com", "warta_kota_2"),
        ("milvus+http://[::1]:19530/_warta", "http://[::1]:19530", "_warta"),
    ],
)
def test_an_address_of_milvus_names_a_server_and_a_collection(url: str, server: str, collection: str) -> None:
    milvus = IndexSettings(index_url=url).milvus
    assert milvus is not None
    assert (milvus.server, milvus.collection, str(milvus)) == (server, collection, url)


def test_a_folder_is_no_milvus() -> None:
    assert IndexSettings(index_url="file:var/index").milvus is None


@pytest.mark.parametrize("url", ["milvus+http://root:rahasia@127.0.0.1:19530/warta", "milvus+https://kunci-rahasia@contoh.com/warta"])
def test_a_password_in_the_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        IndexSettings(index_url=url)
    assert "MILVUS_TOKEN" in settings_problems(caught.value)
    assert "rahasia" not in settings_problems(caught.value)


def test_a_token_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", "root:rahasia")
    assert IndexSettings().milvus_token is not None
    assert "rahasia" not in repr(IndexSettings())


@pytest.mark.parametrize(
    "given",
    [{"milvus_client_key": "k.pem"}, {"milvus_client_certificate": "c.pem", "milvus_client_key": "k.pem"}, {"milvus_client_certificate": "c.pem"}],
)
def test_half_of_mutual_tls_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        IndexSettings(**given)
    assert "MILVUS_CA_FILE" in settings_problems(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "var/index",
        "http://127.0.0.1",
        "file:",
        "milvus+http://127.0.0.1:19530",
        "milvus+http://127.0.0.1:19530/",
        "milvus+http://127.0.0.1:19530/satu-dua",
        "milvus+http:///warta",
        "milvus://127.0.0.1:19530/warta",
        "milvus+http://127.0.0.1:19530/warta/lagi",
    ],
)
def test_an_index_url_of_an_unknown_kind_is_refused_with_its_value_and_cure(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        IndexSettings(index_url=url)
    assert repr(url) in settings_problems(caught.value)
    assert "file:var/index" in settings_problems(caught.value)


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIN_CONFIDENCE", "0.25")
    assert Settings().min_confidence == 0.25


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert Settings().port == 8000


@pytest.mark.parametrize(
    ("values", "cure"),
    [
        ({"cors_origins": "www.example.org"}, "https://www.example.org"),
        ({"cors_origins": "https://www.example.org/"}, "no slash"),
        ({"rate_limit": "sometimes"}, "30 per minute"),
        ({"rate_limit": "30 per minute", "workers": 2}, "RATE_LIMIT_STORAGE"),
        ({"log_format": "xml"}, "json"),
        ({"log_level": "LOUD"}, "WARNING"),
        ({"trusted_proxies": -1}, "greater than or equal to 0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_its_cure(values: dict[str, Any], cure: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**values)
    assert cure in settings_problems(caught.value)


def test_several_workers_may_limit_with_a_shared_place() -> None:
    assert Settings(rate_limit="30 per minute", workers=2, rate_limit_storage="redis://127.0.0.1:6379").workers == 2


def test_settings_that_do_not_fit_together_are_named_without_the_values_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE_MODEL", "rahasia")
    with pytest.raises(ValidationError) as caught:
        Settings(rate_limit="30 per minute", workers=2)
    assert "rahasia" not in settings_problems(caught.value)


def test_a_level_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")
    assert Settings().log_level == "DEBUG"
