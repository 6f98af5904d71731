"""The command in this process or in one of its own, over a mock behind real mTLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu_mock import FAULT_NUMBERS, Mock, MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# In two parts, since no file holds a number that a living person could bear.
REAL = "001" + "190000001"
MAU = {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "02/01/1990"}
PURPOSE = ["--procedure", "1.004194", "--unit", "H15.42", "--officer", "can.bo.mau", "--session", "nhap-1"]
CARD = "066790000001||Nguyễn Thị Mẫu|02011990|Nữ|TDP Mẫu 1, Phường Tuy Hòa, Đắk Lắk|01012022"
FAULTS = {name: number for number, name in FAULT_NUMBERS.items()}


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended."""

    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Terminal:
    """A place to run the command, with the profile of a running mock."""

    mock: Mock
    profile: Path

    def bare(self, *arguments: str, stdin: str | bytes = "") -> Ended:
        """Run the command in this process with exactly these arguments."""
        done = CliRunner().invoke(app, list(arguments), input=stdin)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return Ended(done.exit_code, done.stdout, done.stderr)

    def run(self, command: str, *arguments: str, stdin: str | bytes = "") -> Ended:
        """Run a command in this process with profile and purpose."""
        return self.bare(command, "--profile", str(self.profile), *PURPOSE, *arguments, stdin=stdin)

    def asked(self, command: str, *arguments: str, **keys: Any) -> Ended:
        """Run it with keys (Mẫu's where not given) as JSON on standard input."""
        return self.run(command, "--stdin", *arguments, stdin=json.dumps({**MAU, **keys}))

    def process(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command with profile and purpose as a process; the caller ends it."""
        command, *others = arguments
        given = [command, "--profile", str(self.profile), *PURPOSE, *others]
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "dancu.cli", *given],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mock, Path]]:
    """A mock over mTLS for the tests of one file, and the path of its profile."""
    with MockServer(Mock()) as server:
        yield server.mock, server.write_files(tmp_path_factory.mktemp("mock"))


@pytest.fixture
def terminal(served: tuple[Mock, Path]) -> Terminal:
    """The command over a mock that plays no scenario."""
    mock, profile = served
    mock.scenario(None)
    return Terminal(mock, profile)
