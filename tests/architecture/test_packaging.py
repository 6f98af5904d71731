from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from dancu.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path


def instructions(root: Path) -> list[tuple[str, str]]:
    """The image file's instructions, continued lines joined."""
    text = (root / "packaging" / "sandbox" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _blank, rest in (line.partition(" ") for line in lines)]


def test_the_image_copies_what_there_is(root: Path) -> None:
    """Every source of a COPY is in the repository, and every lock that is installed was copied."""
    found = instructions(root)
    assert found[0][0] == "FROM"
    copied = [source for word, rest in found if word == "COPY" for source in shlex.split(rest)[:-1]]
    assert all((root / source).exists() for source in copied)
    installed = {lock for word, rest in found if word == "RUN" for lock in re.findall(r"-r (\S+)", rest)}
    assert installed == {"requirements/sandbox.txt", "requirements/build.txt"} and installed <= set(copied)
    assert all("--require-hashes" in rest for word, rest in found if word == "RUN" and "-r " in rest)


def test_the_image_starts_a_command_that_there_is(root: Path) -> None:
    """Its entry point is the sandbox with options that the sandbox has, and not as root."""
    found = dict(instructions(root))
    program, command, *options = json.loads(found["ENTRYPOINT"])
    assert (program, command) == ("dancu", "sandbox")
    told = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}).invoke(app, ["sandbox", "--help"]).stdout
    assert all(option in told for option in options if option.startswith("--"))
    assert found["USER"] != "0"
