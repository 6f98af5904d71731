"""One command from nothing to the first answer, as its printed curl line asks for it."""

from __future__ import annotations

import os
import shlex
import signal
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from pathlib import Path


def test_the_printed_line_gets_an_answer(tmp_path: Path) -> None:
    """What the sandbox prints, done word for word by another client, finds the citizen; the audit is where it says."""
    command = [sys.executable, "-m", "dancu.cli", "sandbox", "--dir", str(tmp_path / "box")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as box:
        assert box.stdout is not None
        lines = [box.stdout.readline().strip() for _ in range(6)]
        words = shlex.split(" ".join(line.rstrip("\\") for line in lines[3:]))
        authority, url, data = words[2], words[3], words[words.index("--data") + 1]
        key_file = tmp_path / "box" / "key.txt"
        assert f"Authorization: Bearer $(cat {key_file})" in words
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(authority)
        headers = {"Authorization": f"Bearer {key_file.read_text()}", "Content-Type": "application/json"}
        with (
            httpx.Client(verify=context, trust_env=False, timeout=10) as client,
            open(data.removeprefix("@"), "rb") as question,  # noqa: PTH123  # the path as it was printed
        ):
            answer = client.post(url, content=question.read(), headers=headers)
        box.send_signal(signal.SIGTERM)
        box.wait(timeout=30)
    assert answer.json()["outcome"] == "found"
    assert answer.json()["citizen"]["name"] == "NGUYỄN THỊ MẪU"
    assert (tmp_path / "box" / "audit.sqlite").exists()
    assert str(tmp_path / "box" / "audit.sqlite") in lines[1]
