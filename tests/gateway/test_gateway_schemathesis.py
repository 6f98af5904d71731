"""The gateway against its own document: whatever Schemathesis makes of it is answered as the document says.

``FUZZ_EXAMPLES=1000`` asks for that many examples of each operation instead of the few of an ordinary run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dancu.gateway.openapi import build_openapi

if TYPE_CHECKING:
    from .conftest import Served

PUBLISHED = Path(__file__).parents[2] / "docs" / "openapi"
SEED = 20261122
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
# What the domain refuses (no such day, a name with a digit) no flat schema can say: such a 422 has a code of its own.
CONFIG = """
{headers}
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "406", "409", "422"]
"""
HOOKS = """
import schemathesis


@schemathesis.check
def a_described_body_has_an_accepted_shape(ctx, response, case):
    meta = case.meta
    if meta is not None and meta.generation.mode.is_positive and response.status_code == 422:
        assert response.json()["code"] in {"invalid_subject", "invalid_purpose", "invalid_fields"}
"""


def run(served: Served, directory: Path, document: Path, *arguments: str, key: str | None) -> tuple[int, str]:
    """The exit code and report of a run with every check there is."""
    headers = f'headers = {{ Authorization = "Bearer {key}" }}' if key else ""
    (directory / "schemathesis.toml").write_text(CONFIG.format(headers=headers), encoding="utf-8")
    (directory / "gateway_checks.py").write_text(HOOKS, encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", served.url, "--checks", "all"]
    command += ["--tls-verify", str(served.directory / "ca.pem"), "--seed", str(SEED), "--no-color"]
    command += ["--generation-database", "none", "--continue-on-failure", *arguments]
    # It reports in UTF-8 whatever the terminal of the run is.
    environment = os.environ | {"PYTHONPATH": str(directory), "SCHEMATHESIS_HOOKS": "gateway_checks", "PYTHONUTF8": "1"}
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=directory, check=False)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.slow
@pytest.mark.timeout(120 + EXAMPLES)
@pytest.mark.parametrize(
    ("version", "with_key", "examples"),
    [("3.0.3", True, 20), ("3.0.3", False, 5), ("3.1", True, 5)],
)
def test_schemathesis_finds_nothing(
    served: Served, tmp_path: Path, version: str, with_key: bool, examples: int
) -> None:
    """Every operation is tested in every phase, with and without a key, and no answer differs from the document."""
    most = str(EXAMPLES or examples)
    key = served.key if with_key else None
    document = PUBLISHED / f"dancu-gateway-{version}.json"
    code, report = run(served, tmp_path, document, "--max-examples", most, key=key)
    assert code == 0, report
    operations = sum(len(methods) for methods in json.loads(document.read_bytes())["paths"].values())
    assert f"Tested: {operations}" in report
    made = re.search(r"(\d+) generated, (\d+) passed", report)
    assert made is not None and made.group(1) == made.group(2), report
    assert int(made.group(1)) > 500


@pytest.mark.slow
def test_schemathesis_sees_what_a_document_leaves_out(served: Served, tmp_path: Path) -> None:
    """A document without an outcome, without a status and with a part of another type fails in three ways."""
    document: Any = json.loads(json.dumps(build_openapi("3.0.3")))
    document["components"]["schemas"]["LookUpAnswer"]["properties"]["outcome"]["enum"].remove("found")
    del document["paths"]["/v1/whoami"]["get"]["responses"]["401"]
    document["components"]["schemas"]["PurposeBody"]["properties"]["basis"] = {"type": "boolean"}
    path = tmp_path / "less.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    code, report = run(served, tmp_path, path, "--phases", "examples,coverage", key=served.key)
    assert code == 1
    for found in ("Response violates schema", "Undocumented status code", "a_described_body_has_an_accepted_shape"):
        assert found in report, report
