"""Settings: read from the environment, refused in words, and all listed in the README."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from index.settings import REPOSITORY, IndexSettings, settings_problems
from qa.settings import Settings

ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.M)


def test_the_readme_lists_exactly_the_settings_of_the_code() -> None:
    listed = ROW.findall((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert listed == [name.upper() for name in Settings.model_fields]


def test_a_relative_index_folder_is_relative_to_the_repository() -> None:
    assert IndexSettings(index_url="file:var/other").index_folder == REPOSITORY / "var" / "other"


def test_an_absolute_index_folder_stays_as_it_is(tmp_path: Path) -> None:
    assert IndexSettings(index_url=f"file:{tmp_path}").index_folder == tmp_path.resolve()


@pytest.mark.parametrize("url", ["var/index", "http://127.0.0.1", "file:"])
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
