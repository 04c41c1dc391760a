"""The page of the last evaluation: which report it shows, its figures, its plots."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fakes_service import FakePipeline
from flask.testing import FlaskClient

from qa.app import create_app
from qa.calibration import ReliabilityBin, RiskPoint, ThresholdPoint
from qa.evaluate import as_json
from qa.evaluation_page import report_files
from qa.intervals import Estimate
from qa.results import Evaluation, Row, RunFacts, Scores
from qa.settings import Settings

BROWSER = {"Accept": "text/html"}
RELIABILITY = [ReliabilityBin(0.9, 1.0, 0.9, Estimate(0.75, 0.3, 0.95, 4))]
THRESHOLDS = [ThresholdPoint(0.5, 0.8, 0.75, 0.1, 0.25)]
SVG = "{http://www.w3.org/2000/svg}"


def evaluation(testset: str, contains: float) -> Evaluation:
    estimates = {"contains": Estimate(contains, contains - 0.1, contains + 0.1, 3), "hallucination_rate": Estimate(0.25, 0.1, 0.4, 1)}
    scores = Scores(4, 3, 3, estimates, {"no_evidence": 1}, 5, 5, 120.0, 41.2, 80.9)
    row = Row("q1", "fact", "id", "Siapa?", True, False, None, 0.9, ["A"], ["A."], "A", "A. [1]", True, True, [], 1, 40.0, {"contains": 1.0})
    run = RunFacts("2026-01-03T10:00:00+00:00", "Satu CPU", "3.11", testset, "0" * 64, "g-uji", 3, 3, "uji", "0" * 64, {"min_confidence": 0.5})
    return Evaluation(run, scores, {"fact": scores, "new_kind": scores}, [RiskPoint(0.9, 0.5, 0.0)], RELIABILITY, THRESHOLDS, [row])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for age, name, contains in ((200, "lama", 0.5), (100, "baru", 0.753)):
        path = tmp_path / f"{name}.json"
        path.write_bytes(as_json(evaluation(f"{name}.jsonl", contains)))
        os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    (tmp_path / "bench.json").write_text('{"something": "else"}')
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    return create_app(Settings(evaluation_folder=folder), FakePipeline()).test_client()


def test_reports_are_found_newest_first_and_other_files_left_alone(folder: Path) -> None:
    assert [f.name for f in report_files(folder)] == ["baru", "lama"]


def test_the_newest_report_is_shown_in_words(client: FlaskClient) -> None:
    text = client.get("/evaluation", headers=BROWSER).text
    assert "75,3 % <small>(65,3–85,3)</small>" in text
    assert "4 pertanyaan (3 dapat dijawab) atas 3 artikel, diuji pada 3 Januari 2026." in text
    assert "5 dari 5" in text
    assert "41 / 81 milidetik" in text


def test_english_has_points(client: FlaskClient) -> None:
    assert "75.3 %" in client.get("/evaluation?lang=en", headers=BROWSER).text


def test_kinds_have_words_and_unknown_ones_their_name(client: FlaskClient) -> None:
    text = client.get("/evaluation", headers=BROWSER).text
    assert '<th scope="row">Fakta</th>' in text
    assert '<th scope="row">new kind</th>' in text


def test_another_report_is_shown_by_its_name(client: FlaskClient) -> None:
    assert "lama.jsonl" in client.get("/evaluation?report=lama", headers=BROWSER).text


@pytest.mark.parametrize("name", ["tidak-ada", "../baru", "bench", "/etc/passwd", ""])
def test_only_names_of_reports_lead_to_one(client: FlaskClient, name: str) -> None:
    assert client.get("/evaluation", query_string={"report": name}, headers=BROWSER).status_code == 404


def test_a_rewritten_report_is_read_again(client: FlaskClient, folder: Path) -> None:
    client.get("/evaluation", headers=BROWSER)
    (folder / "baru.json").write_bytes(as_json(evaluation("lain.jsonl", 0.2)))
    assert "20,0 %" in client.get("/evaluation", headers=BROWSER).text


def test_without_a_report_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    client = create_app(Settings(evaluation_folder=tmp_path / "none"), FakePipeline()).test_client()
    text = client.get("/evaluation", headers=BROWSER).text
    assert "Belum ada laporan" in text
    assert "make eval" in text


def test_each_plot_is_an_image_of_its_own_without_scripts(client: FlaskClient) -> None:
    text = client.get("/evaluation", headers=BROWSER).text
    sources = [part.split('"')[0].replace("&amp;", "&") for part in text.split('<img src="')[1:]]
    assert len(sources) == 6
    for source in sources:
        response = client.get(source)
        assert response.mimetype == "image/svg+xml"
        assert "script" not in response.headers["Content-Security-Policy"]
        assert ElementTree.fromstring(response.text).tag == f"{SVG}svg"


@pytest.mark.parametrize("path", ["/evaluation/baru/0.svg", "/evaluation/baru/7.svg", "/evaluation/tidak-ada/1.svg", "/evaluation/bench/1.svg"])
def test_there_are_no_other_plots(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
