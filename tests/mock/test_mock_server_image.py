"""The image file of the mock: read as text, since nothing here builds it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The instructions, continued lines joined."""
    text = (ROOT / "packaging" / "mock" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _blank, rest in (line.partition(" ") for line in lines)]


def test_it_copies_what_there_is(instructions: list[tuple[str, str]]) -> None:
    """Every source of a COPY is in the repository, and every lock that is installed was copied and has hashes."""
    copied = [source for word, rest in instructions if word == "COPY" for source in shlex.split(rest)[:-1]]
    assert all((ROOT / source).exists() for source in copied)
    installed = {lock for word, rest in instructions if word == "RUN" for lock in re.findall(r"-r (\S+)", rest)}
    assert installed == {"requirements/sandbox.txt", "requirements/build.txt"} and installed <= set(copied)
    assert all("--require-hashes" in rest for word, rest in instructions if word == "RUN" and "-r " in rest)


def test_it_starts_a_command_that_there_is(instructions: list[tuple[str, str]]) -> None:
    """Its entry point is ``mock serve`` with options that it has; it opens the declared ports, and not as root."""
    found = dict(instructions)
    program, *command = json.loads(found["ENTRYPOINT"])
    assert (program, command[:2]) == ("dancu", ["mock", "serve"])
    given = dict(zip(command[2:], [*command[3:], ""], strict=True))
    told = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}).invoke(app, ["mock", "serve", "--help"])
    assert all(option in told.stdout for option in given if option.startswith("--"))
    assert found["EXPOSE"].split() == [given["--port"], given["--control-port"]]
    assert found["VOLUME"] == given["--dir"]
    assert found["USER"] != "0"


def test_its_health_is_asked_of_the_control_port(instructions: list[tuple[str, str]]) -> None:
    """The check opens the one document that needs no token, at the declared port."""
    check = dict(instructions)["HEALTHCHECK"]
    assert "http://127.0.0.1:8499/openapi.json" in check
