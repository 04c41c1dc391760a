"""schemathesis over the OpenAPI document, against a real server with the scripted pipeline.

It makes requests that fit the document and requests that do not, and checks statuses, content types, headers and
schemas of the replies by all its rules.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import TESTS, running

STRESS = os.environ.get("STRESS") == "1"
EXAMPLES, LEAST_CASES = (800, 5000) if STRESS else (10, 200)
SEED = 20261125


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("fuzz")
    with running("model", settings={"LOG_LEVEL": "ERROR"}) as (port, _):
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", str(TESTS / "schemathesis.toml")),
            *("run", f"http://127.0.0.1:{port}/openapi.json", "--checks", "all", "--continue-on-failure", "--no-color"),
            *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--report", "json", "--report-json-path", "report.json"),
        ]
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(TESTS)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=3000)
    if STRESS:
        print(done.stdout[done.stdout.find("SUMMARY") :])
    written = folder / "report.json"
    assert written.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(written.read_text())
    found["said"] = done.stdout
    return found


def test_schemathesis_is_installed_beside_python() -> None:
    assert shutil.which(str(Path(sys.executable).with_name("schemathesis")))


def test_every_operation_is_tested(report: dict[str, Any]) -> None:
    operations = report["operations"]
    assert (operations["tested"], operations["errored"]) == (operations["total"], 0)


def test_enough_cases_are_tried(report: dict[str, Any]) -> None:
    assert report["test_cases"]["generated"] >= LEAST_CASES


def test_no_reply_is_a_server_error_or_breaks_the_document(report: dict[str, Any]) -> None:
    assert (report["failures"], report["errors"]) == ([], []), report["said"]
