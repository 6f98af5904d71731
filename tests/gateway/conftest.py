"""A gateway process over TLS, in front of a mock over mTLS, with one application and its key.

Whoever asks through `Served.url` is overheard by a witness, and at the end of a module the answers that it heard are
those of the audit: no more, no fewer.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import FIELDS
from dancu.gateway.applications import hash_key, new_key
from dancu_mock import Mock, MockServer

from .witness import Witness, differences

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

CONFIG = """
[listen]
port = 0{listening}
certificate = "gateway.pem"
key = "gateway.key"
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[protection]
{protection}
[[application]]
name = "mot-cua"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 1000
[[application]]
name = "slow"
key_sha256 = "{slow}"
units = ["H15.42"]
per_second = 0.5
[[grant]]
application = "mot-cua"
procedure = "1.004194"
service = "look_up"
fields = {fields}
[[grant]]
application = "mot-cua"
procedure = "1.004194"
service = "confirm"
[[grant]]
application = "mot-cua"
procedure = "1.004194"
service = "verify"
fields = ["name", "gender", "birth_date", "permanent_address"]
"""


OPEN = "floor = 0\nper_subject = 1000000\nper_officer = 1000000\nper_application = 1000000"
"""The tests ask about the same people again and again."""


@dataclass
class Served:
    """A running gateway.

    Attributes:
        url: where to ask; through the witness, where there is one.
        key, slow_key: keys of its two applications.
        process: to be ended by its pid.
        witness: who hears every answer.
    """

    url: str
    directory: Path
    key: str
    slow_key: str
    mock: Mock
    process: subprocess.Popen[str]
    witness: Witness | None = None

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Ask with the key; ``json`` by default, ``content`` and ``headers`` where given."""
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        with httpx.Client(verify=self.trust(), trust_env=False, timeout=10) as client:
            if "content" in options:
                return client.post(self.url + path, content=options["content"], headers=headers)
            return client.post(self.url + path, json=body, headers=headers)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        """Ask anything without a body."""
        with httpx.Client(verify=self.trust(), trust_env=False, timeout=10) as client:
            return client.request(method, self.url + path, headers=headers)

    def trust(self) -> Any:
        """A context that trusts the gateway's CA."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.directory / "ca.pem")
        return context

    def records(self, table: str) -> list[dict[str, Any]]:
        """The audit's records of one table."""
        with sqlite3.connect(self.directory / "audit.sqlite", timeout=5) as database:
            rows = database.execute(f"SELECT record FROM {table} ORDER BY sequence").fetchall()
        database.close()
        return [json.loads(row[0]) for row in rows]


def question(**parts: Any) -> dict[str, Any]:
    """A body about Nguyễn Thị Mẫu, with parts changed."""
    return {
        "subject": {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"},
        "purpose": {"procedure": "1.004194", "unit": "H15.42", "officer": {"code": "can.bo.mau"}, "session": "s"},
        **parts,
    }


def start(directory: Path, *, under: Sequence[str] = ()) -> tuple[subprocess.Popen[str], str]:
    """A gateway process and its URL; ``under`` another program, where one is named."""
    command = [
        *under,
        sys.executable,
        "-m",
        "dancu.cli",
        "gateway",
        "serve",
        "--config",
        str(directory / "gateway.toml"),
        "--json",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("{"), "the gateway did not start"
    return process, json.loads(line)["url"]


def write_files(
    directory: Path, platform: MockServer, *, granting: str = "", protection: str = OPEN, listening: str = ""
) -> tuple[str, str]:
    """All that a gateway needs in front of a platform, with further grants; the keys of its two applications."""
    platform.write_files(directory)
    issued = platform.authority.issue_server()
    (directory / "gateway.pem").write_bytes(issued.certificate_pem)
    (directory / "gateway.key").touch(mode=0o600)
    (directory / "gateway.key").write_bytes(issued.key_pem)
    keys = new_key(), new_key()
    fields = json.dumps([name for name in FIELDS if name != "religion"])
    text = CONFIG.format(
        key=hash_key(keys[0]), slow=hash_key(keys[1]), fields=fields, protection=protection, listening=listening
    )
    (directory / "gateway.toml").write_text(text + granting, encoding="utf-8")
    return keys


@contextlib.contextmanager
def serving(
    directory: Path,
    *,
    mock: Mock | None = None,
    under: Sequence[str] = (),
    granting: str = "",
    protection: str = OPEN,
    listening: str = "",
) -> Generator[Served]:
    """A gateway without a witness, ended with the block."""
    mock = mock or Mock()
    with MockServer(mock) as platform:
        keys = write_files(directory, platform, granting=granting, protection=protection, listening=listening)
        process, url = start(directory, under=under)
        try:
            yield Served(url, directory, *keys, mock, process)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()
        assert code in {0, -signal.SIGTERM}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One gateway for the tests of a module, whose answers are counted at the end."""
    with serving(tmp_path_factory.mktemp("gateway")) as made, Witness(made.url, made.directory) as witness:
        yield Served(witness.url, made.directory, made.key, made.slow_key, made.mock, made.process, witness)
    assert differences(made, witness.answers) == {}
