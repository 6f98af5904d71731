"""The control port against its own document: whatever Schemathesis makes of it is answered as the document says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dancu_mock.control.openapi import build_openapi, openapi_json
from dancu_mock.control.server import ControlServer

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Line

SEED = 20261123
# A scenario that there is not, a number that is taken, a clock moved two ways: no flat schema can say so.
CONFIG = """
{headers}
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "404"]
"""


def run(control: ControlServer, directory: Path, text: str, *arguments: str, token: bool = True) -> tuple[int, str]:
    """The exit code and report of a run with every check there is."""
    headers = f'headers = {{ Authorization = "Bearer {control.token}" }}' if token else ""
    (directory / "schemathesis.toml").write_text(CONFIG.format(headers=headers), encoding="utf-8")
    document = directory / "control.json"
    document.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", control.url, "--checks", "all"]
    command += ["--seed", str(SEED), "--no-color", "--generation-database", "none", "--continue-on-failure", *arguments]
    environment = os.environ | {"PYTHONUTF8": "1"}
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=directory, check=False)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("token", [True, False])
def test_schemathesis_finds_nothing(line: Line, tmp_path: Path, token: bool) -> None:
    """Every verb is tested in every phase, with the token and without, and no answer differs from the document."""
    with ControlServer(line.mock, line.server) as control:
        code, report = run(control, tmp_path, openapi_json(), "--max-examples", "5", token=token)
    assert code == 0, report
    assert "Tested: 16" in report
    made = re.search(r"(\d+) generated, (\d+) passed", report)
    assert made is not None and int(made.group(1)) > 500, report


@pytest.mark.slow
def test_schemathesis_sees_what_a_document_leaves_out(line: Line, tmp_path: Path) -> None:
    """A document without a status and with a member of another type fails in two ways."""
    document = json.loads(json.dumps(build_openapi()))
    del document["paths"]["/v1/clock"]["post"]["responses"]["400"]
    document["components"]["schemas"]["Clock"]["properties"]["now"] = {"type": "string"}
    with ControlServer(line.mock, line.server) as control:
        code, report = run(control, tmp_path, json.dumps(document), "--phases", "examples,coverage")
    assert code == 1
    for found in ("Response violates schema", "Undocumented status code"):
        assert found in report, report
