"""The desk as the program that `make desk` starts."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

PROGRAM = Path(__file__).parents[2] / "examples" / "one_stop_desk"


def started(*arguments: str) -> subprocess.Popen[str]:
    """The program, with this checkout's packages."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    command = [sys.executable, str(PROGRAM), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_it_brings_its_own_platform_and_says_where_it_is() -> None:
    """Two cards to paste, an address that answers, and an end at SIGTERM; it listens on the loopback alone."""
    with started("--port", "0") as process:
        assert process.stdout is not None and process.stderr is not None
        said = [process.stdout.readline() for _ in range(4)]
        found = re.search(r"http://127\.0\.0\.1:[0-9]+/", said[3])
        assert found is not None
        assert [line.count("|") >= 6 for line in said] == [False, True, True, False]
        assert "Ngắt nền tảng" in httpx.get(found[0], trust_env=False).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in {0, -signal.SIGTERM}
        assert process.stderr.read() == ""


def test_what_is_wrong_is_one_sentence() -> None:
    """A profile that cannot be read, and a port that is taken, end with a sentence and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for arguments in (("--profile", "nowhere.toml"), ("--port", str(taken.getsockname()[1]))):
            with started(*arguments) as process:
                said = process.communicate(timeout=30)[1]
            assert process.returncode == 1
            assert said.count("\n") == 1 and "Traceback" not in said
