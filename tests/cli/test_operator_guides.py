"""Every command of the guides for backing up, rotating and upgrading does what its guide says, in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.config import load_config
from dancu.gateway.store_keys import open_store

from .test_cert_command import bundled

if TYPE_CHECKING:
    from .conftest import Terminal

DOCS = Path(__file__).parents[2] / "docs"
RECORD = b'{"record":"refusal","time":"2026-11-23T01:00:00.000Z","code":"not_granted"}'


def _commands(path: Path) -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("guide", ["backup", "rotate", "upgrade"])
def test_every_command_works(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guide: str) -> None:
    """In the directory of a gateway the commands end with 0, one after the other; a check may have notes."""
    words = ["--unit", "H15.42", "--procedure", "1.004194", "--profile", str(terminal.profile)]
    assert terminal.bare("gateway", "init", str(tmp_path / "g"), *words).code == 0
    monkeypatch.chdir(tmp_path / "g")
    sink = open_store(load_config(Path("gateway.toml")))
    sink.append(RECORD).result(5)
    sink.close()
    bundled(terminal.profile, Path("moi.p12"))
    commands = _commands(DOCS / f"{guide}.md")
    assert commands
    for program, *words in commands:
        done = terminal.bare(*words)
        assert program == "dancu"
        assert done.code in ({0, 1} if "--check" in words else {0}), (words, done.stderr)


@pytest.mark.parametrize("guide", ["backup", "rotate", "upgrade"])
def test_both_languages_type_the_same(guide: str) -> None:
    """The Vietnamese guide has the commands of the English one."""
    assert _commands(DOCS / "vi" / f"{guide}.md") == _commands(DOCS / f"{guide}.md")
