"""The machine of a data centre: no network, no index, no cache, and a stick."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

MOST_COMMANDS = 8
GUIDES = [ROOT / "docs" / name for name in ("install.md", "vi/install.md")]


@pytest.mark.timeout(300)
def test_from_the_stick_to_a_rollback_without_a_network(bundle: Path, next_bundle: Path, tmp_path: Path) -> None:
    """First audited answer in at most eight commands; copy, restore elsewhere, upgrade and rollback; one chain."""
    alone = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    script = Path(__file__).with_name("offline.py")
    command = [*alone, sys.executable, str(script), str(bundle), str(next_bundle), str(tmp_path)]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280, env=environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["commands"] <= MOST_COMMANDS, "from the stick to the first audited answer"
    assert {found[name] for name in ("first", "restored", "upgraded", "rolled back")} == {"found"}
    assert (found["next"], found["back"]) == ("99.0.0", found["version"])
    typed = {begun(command) for command in found["typed"]}
    for guide in GUIDES:
        told = [begun(shlex.split(line)) for line in commands(guide)]
        assert told and set(told) <= typed, guide.name


def commands(guide: Path) -> list[str]:
    """What a guide has typed, a line each."""
    blocks = re.findall(r"^```sh\n(.*?)^```", guide.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def begun(command: list[str]) -> str:
    """Which program, which command of it, and with which options; the values are each operator's own."""
    program = Path(command[0]).name
    if program == "sh":
        return f"sh {Path(command[1]).name}"
    words = [word for word in command[1:] if not word.startswith("-")][:2] if program == "dancu" else []
    options = sorted(word for word in command[1:] if word.startswith("--") and word != "--json")
    return " ".join([program, *words, *(options if program == "dancu" else [])])


def test_both_languages_type_the_same() -> None:
    """The Vietnamese guide has the commands of the English one."""
    assert commands(GUIDES[0]) == commands(GUIDES[1])
