from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from dancu import Found, from_json
from dancu_mock import SCENARIOS, Mock, MockServer, MockSettings, Person

from .conftest import MAU, REAL, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

SLOW = {"drip_body", "drip_head", "flood_1xx", "hang"}


@pytest.fixture
def planted(request: pytest.FixtureRequest) -> ModuleType:
    """The planted values, as the run's watch knows them."""
    watch = request.config.pluginmanager.get_plugin("canary-watch")
    module: ModuleType = sys.modules[type(watch).__module__].canaries
    return module


@pytest.fixture
def canary(planted: ModuleType, tmp_path: Path) -> Iterator[Terminal]:
    """The command over a register whose only citizen is planted."""
    person = Person(planted.NUMBER, "HOANGYENCANARY", 1984, 5, 6, name=planted.NAME)
    with MockServer(Mock(MockSettings(secret=planted.SECRET, people=(person,)))) as server:
        yield Terminal(server.mock, server.write_files(tmp_path))


def keys_of(planted: ModuleType) -> dict[str, str]:
    """The planted person's keys."""
    return {"number": planted.NUMBER, "name": planted.NAME, "birth_date": "06/05/1984"}


def test_keys_from_standard_input_stand_in_no_command_line(canary: Terminal, planted: ModuleType) -> None:
    """While the command holds the keys, no process on the machine has them in its command line."""
    with canary.process("lookup", "--field", "name", "--stdin", "--json") as process:
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(keys_of(planted))[:-1])
            process.stdin.flush()
            # The object is not closed yet, so the process cannot have ended.
            seen = planted.process_hits()
            out, err = process.communicate("}", timeout=10)
        finally:
            process.kill()
    assert (seen, process.returncode, err) == ([], 0, "")
    assert isinstance(found := from_json(out), Found) and found.citizen.name == planted.NAME


@pytest.mark.parametrize("command", ["lookup", "verify"])
def test_no_fault_brings_a_value_to_standard_error(canary: Terminal, planted: ModuleType, command: str) -> None:
    """Under every fault that answers at once, neither stream of a failed run holds a planted value."""
    extra: dict[str, object] = {"claim": {"name": planted.NAME}} if command == "verify" else {}
    options = ["--field", "name"] if command == "lookup" else []
    for name in SCENARIOS.keys() - SLOW:
        with canary.mock.scenario(name):
            ended = canary.asked(command, *options, "--json", **keys_of(planted), **extra)
        assert ended.code in {0, 3, 4}
        assert planted.hits(ended.stderr + ("" if ended.code == 0 else ended.stdout)) == []


def test_a_table_survives_a_console_without_vietnamese(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that the console lacks is a question mark in a table; JSON is UTF-8 all the same."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with terminal.process("lookup", "--field", "name", "--stdin") as process:
        out, err = process.communicate(json.dumps(MAU), timeout=10)
    assert (process.returncode, err) == (0, "")
    assert "NGUY?N TH? M?U" in out
    with terminal.process("lookup", "--field", "name", "--stdin", "--json") as process:
        out, _ = process.communicate(json.dumps(MAU), timeout=10)
    assert isinstance(found := from_json(out), Found) and found.citizen.name == "NGUYỄN THỊ MẪU"


def test_a_person_on_the_line_of_a_real_process_is_one_sentence(terminal: Terminal) -> None:
    """Exit code 2, one line on standard error, no traceback, and the number is not in it."""
    with terminal.process("confirm", "--number", REAL, "--name", "Mẫu", "--birth-date", "1990") as process:
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err.count("\n")) == (2, "", 1)
    assert REAL not in err and "--stdin" in err
