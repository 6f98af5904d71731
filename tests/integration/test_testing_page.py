"""The page about testing: its suites run as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```python\n# (\S+\.py)\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's files in a folder, where a pytest with no plugin but ours runs them."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT / "mock_server"), "."]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, text in FILES.items():
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return pytester.path


def passes(pytester: pytest.Pytester, *files: str) -> None:
    """Run files of the page: every test in them passes, and there is one."""
    tests = sum(FILES[file].count("def test_") for file in files)
    result = pytester.runpytest_subprocess(
        *("-q", "-W", "error", "--strict-markers", "-p", "dancu.testing", "-p", "no:cacheprovider"), *files, timeout=50
    )
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= tests > 0


@pytest.mark.parametrize("files", [("test_forms.py", "test_application.py"), ("jwt/test_tokens.py",)])
def test_its_suites_pass(suite: Path, pytester: pytest.Pytester, files: tuple[str, ...]) -> None:
    """The suite in process, the one over the loopback and the one of another platform run as they are printed."""
    assert all((suite / file).is_file() for file in files)
    passes(pytester, *files)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A mock in a process of its own, ended by its id: what ``--json`` says of it."""
    folder = tmp_path / "mock"
    process = subprocess.Popen(
        [sys.executable, "-m", "dancu.cli", "mock", "serve", "--dir", str(folder), "--json"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


def test_its_suite_for_a_service_passes(
    suite: Path, pytester: pytest.Pytester, service: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The suite whose mock runs elsewhere finds it by the folder and the control port."""
    assert (suite / "service" / "conftest.py").is_file()
    monkeypatch.setenv("MOCK_DIR", service["dir"])
    monkeypatch.setenv("MOCK_CONTROL", service["control"])
    passes(pytester, "service/test_service.py")


def test_it_names_what_there_is() -> None:
    """Every member that the page's table names is one of the fixture's object, and none is left out."""
    from dancu.testing import DancuMock

    table = PAGE.partition("| of `dancu_mock` |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)", row.split("|")[1])}
    offered = {name for name in dir(DancuMock) if not name.startswith("_")}
    assert named == offered | {"mock", "profile"}
