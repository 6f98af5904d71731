"""The independent verifier among the examples: short, without dancu, and of one mind with ours."""

from __future__ import annotations

import ast
import random
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dancu.policy.chain_reading import verify_chain

from .chain_edits import KEYS, LOG, MAC, OTHER, SECRET, TORN, a_log, edited

EXAMPLE = Path(__file__).parents[3] / "examples" / "verify_audit.py"
SEED = 20261124


@pytest.fixture(scope="module")
def check() -> Any:
    """Its function."""
    return runpy.run_path(str(EXAMPLE))["check"]


def test_it_is_short_and_owes_nothing_to_dancu() -> None:
    """At most 70 lines; it imports the standard library and cryptography."""
    source = EXAMPLE.read_text(encoding="utf-8")
    assert source.count("\n") <= 70
    named = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in named}
    assert {str(name).partition(".")[0] for name in modules} - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_agrees_on_random_edits(check: Any) -> None:
    """Of 200 edited logs both find every one broken, and at the same line; both find the log itself whole."""
    chance = random.Random(SEED)
    whole, other = a_log(torn=TORN), a_log(log=OTHER, torn=TORN)
    kept = b"\n".join(whole.exported)

    def by_example(text: bytes) -> str:
        return str(check(text, kept, [SECRET.reveal().encode()], KEYS.public))

    assert by_example(whole.text) == ""
    for number in range(200):
        name, text = edited(chance, whole, other)
        ours = verify_chain(text.split(b"\n"), keys={1: MAC}, exported=whole.exported).broken
        theirs = by_example(text)
        told = f"seed {SEED}, edit {number}: {name}, {ours}, {theirs}"
        assert ours is not None and theirs, told
        if ours.line is not None and theirs.startswith("line"):
            assert theirs.startswith(f"line {ours.line} "), told


def test_it_runs_as_the_page_says(tmp_path: Path) -> None:
    """By its command line, on files: WHOLE, or the line, and an exit code."""
    kept = a_log()
    (tmp_path / "key").write_text(SECRET.reveal() + "\n", encoding="ascii")
    (tmp_path / "kept").write_bytes(b"\n".join(kept.exported))

    def run(text: bytes) -> subprocess.CompletedProcess[str]:
        (tmp_path / "log").write_bytes(text)
        command = [sys.executable, str(EXAMPLE), "log", "kept", KEYS.public, "key"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False)

    assert (run(kept.text).stdout, run(kept.text).returncode) == ("WHOLE\n", 0)
    broken = run(kept.text.replace(LOG.encode(), OTHER.encode()))
    assert (broken.returncode, broken.stderr[:7]) == (1, "line 1 ")
