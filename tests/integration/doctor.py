"""A set-up over real mTLS that the doctor examines, whole or broken in one place."""

from __future__ import annotations

import contextlib
import datetime
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dancu import Officer, Purpose
from dancu.diagnose import Report, diagnose
from dancu_mock import Authority, Mock, MockServer

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from dancu import Subject

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="nhap-1")
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


@dataclass
class SetUp:
    """A server and the files that lead to it.

    Attributes:
        directory: where the files lie.
        server: running; its certificates are its authority's.
    """

    directory: Path
    server: MockServer
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def path(self) -> Path:
        """The profile."""
        return self.directory / "profile.toml"

    @property
    def text(self) -> str:
        """The profile's text."""
        return self.path.read_text(encoding="utf-8")

    def put(self, name: str, content: bytes, mode: int = 0o600) -> None:
        """Replace a file."""
        path = self.directory / name
        path.write_bytes(content)
        path.chmod(mode)

    def change(self, old: str, new: str) -> None:
        """Change the profile's text, once."""
        assert self.text.count(old) == 1
        self.path.write_text(self.text.replace(old, new), encoding="utf-8")

    def to_production(self) -> None:
        """Call it production, with what that needs."""
        self.change('environment = "test"', 'environment = "production"')
        self.change('sink = "file:audit.jsonl"', 'sink = "file:audit.jsonl"\nkey = { file = "secret.txt" }')

    def elsewhere(self, url: str) -> None:
        """Point the profile at another endpoint."""
        self.change(self.server.url, url)

    def serve(self, mock: Mock | None = None, **options: Any) -> MockServer:
        """Put another server in this one's place; it trusts the same clients unless told otherwise."""
        options.setdefault("authority", self.server.authority)
        server = self.stack.enter_context(MockServer(mock or self.server.mock, **options))
        self.elsewhere(server.url)
        self.server = server
        return server

    def own_certificate(self, **options: Any) -> None:
        """Give the client another certificate of the platform's CA."""
        issued = options.pop("authority", self.server.authority).issue_client(**options)
        self.put("client.pem", issued.certificate_pem)
        self.put("client.key", issued.key_pem)

    def line(self, beginning: str) -> int:
        """The number of the profile's one line that begins so."""
        found = [number for number, line in enumerate(self.text.splitlines(), 1) if line.startswith(beginning)]
        assert len(found) == 1
        return found[0]

    def examined(self, *, purpose: Purpose | None = PURPOSE, subject: Subject | None = None) -> Report:
        """What the doctor says."""
        return diagnose(self.path, purpose=purpose, subject=subject)


@contextlib.contextmanager
def set_up(directory: Path, mock: Mock | None = None, **options: Any) -> Generator[SetUp]:
    """A good one."""
    with MockServer(mock or Mock(), **options) as server:
        server.write_files(directory)
        path = directory / "profile.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n[deadline]\ncall = 2.0\nattempt = 1.0\nconnect = 0.4\n", encoding="utf-8")
        one = SetUp(directory, server)
        with one.stack:
            yield one


@contextlib.contextmanager
def bare_server(said: bytes | None) -> Generator[int]:
    """A port that answers whatever comes with some bytes, or with nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            held: list[socket.socket] = []
            with contextlib.suppress(OSError):
                while True:
                    client, _address = listener.accept()
                    held.append(client)
                    if said is not None:
                        client.recv(4096)
                        client.sendall(said)
            for client in held:
                client.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(1)


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def first(report: Report) -> tuple[str, str | None, str | None]:
    """The first cause: its check, the setting it points at, and its detail."""
    cause = report.first_cause
    assert cause is not None
    assert cause.what is not None and cause.remedy is not None
    return cause.name, None if cause.line is None else cause.line.setting, cause.detail


def other_authority() -> Authority:
    """A CA that nobody here trusts."""
    return Authority.create("INVENTED CA")
