"""``dancu gateway status``: a verdict of one line, and the exit codes that Nagios reads."""

from __future__ import annotations

import http.server
import json
import re
import socket
import socketserver
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu.gateway.readiness import Finding, Report
from dancu.gateway.status import judged

from .conftest import Served, question, serving
from .test_gateway_ready import OPERATIONS, free_port, within

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PERFORMANCE = re.compile(r"(?:'[^'=]+'|\w+)=-?\d+(?:;\d+:;\d+:)?")


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with an operations port."""
    with serving(tmp_path_factory.mktemp("status"), granting=OPERATIONS.format(port=free_port())) as made:
        yield made


def status(config: Path, *options: str) -> tuple[int, str]:
    """The exit code and what is printed."""
    ended = CliRunner().invoke(app, ["gateway", "status", "--config", str(config), *options])
    return ended.exit_code, ended.stdout


def told(*findings: Finding) -> dict[str, Any]:
    """What a gateway with these findings says."""
    return {**Report(findings).told(), "certificates": [], "traffic": {"last_5_minutes": []}}


@pytest.mark.parametrize(
    ("findings", "code", "word"),
    [
        ((Finding("audit", "ok", "audit_written"),), 0, "OK"),
        ((Finding("clock", "warning", "clock_unsynchronised"),), 1, "WARNING"),
        ((Finding("upstream", "degraded", "upstream_silent"),), 2, "CRITICAL"),
        ((Finding("audit", "failing", "audit_unwritable"), Finding("clock", "ok", "clock_unknown")), 2, "CRITICAL"),
        ((Finding("certificates", "warning", "certificate_ends", "upstream", 20),), 1, "WARNING"),
    ],
)
def test_the_worst_finding_decides(findings: tuple[Finding, ...], code: int, word: str) -> None:
    """The code is that of the worst finding, and every finding that is not ok is in the line."""
    answer = judged(told(*findings))
    assert answer.code == code and answer.line.startswith(f"DANCU {word} - ")
    assert "\n" not in answer.line and answer.line.count("|") == 1
    assert all((one.words.en in answer.line) is (one.state != "ok") for one in findings)


def test_a_running_gateway_is_told(operated: Served) -> None:
    """Its certificates of a few days make it critical; the line has their days and what was answered."""
    assert operated.post("v1/lookup", question(fields=["name"])).status_code == 200
    code, text = status(operated.directory / "gateway.toml")
    assert code == 2 and text.startswith("DANCU CRITICAL - ")
    verdict, _bar, performance = text.partition(" | ")
    assert "[listen.certificate]" in verdict
    parts = re.findall(r"(?:'[^']*'|[^\s'])+", performance)
    assert all(_PERFORMANCE.fullmatch(one) for one in parts) and "answered=1" in parts


def test_a_program_reads_all_of_it(operated: Served) -> None:
    """With --json: code, line, findings, traffic, certificates, applications, and nobody's data or key."""
    code, text = status(operated.directory / "gateway.toml", "--json")
    found = json.loads(text)
    assert found["exit_code"] == code == 2
    assert {"line", "findings", "traffic", "upstreams", "certificates", "applications", "audit"} <= set(found)
    assert [one["name"] for one in found["applications"]] == ["mot-cua", "slow"]
    assert not [word for word in ("066790000001", "Mẫu", "key_sha256", "k1:", "can.bo.mau") if word in text]


def test_without_an_operations_port_the_main_one_is_asked(tmp_path: Path) -> None:
    """The states of the checks, over TLS with the very certificate of the configuration."""
    with serving(tmp_path) as made:
        config = (tmp_path / "gateway.toml").read_text(encoding="utf-8")
        port = int(made.url.rsplit(":", 1)[1].strip("/"))
        (tmp_path / "status.toml").write_text(config.replace("port = 0", f"port = {port}"), encoding="utf-8")
        code, text = status(tmp_path / "status.toml")
        assert (code, text.partition(";")[0]) == (2, "DANCU CRITICAL - hoạt động hạn chế / degraded")
        assert "certificates: degraded" in text and "|" not in text
        (tmp_path / "gateway.pem").write_bytes((tmp_path / "client.pem").read_bytes())
        assert status(tmp_path / "status.toml") == (2, "DANCU CRITICAL - không liên lạc được / not reached\n")


def test_an_audit_that_fails_is_critical(operated: Served) -> None:
    """While somebody holds the store's lock, the line says that every question is refused."""
    with sqlite3.connect(operated.directory / "audit.sqlite", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        assert within(5, lambda: "every question is refused" in status(operated.directory / "gateway.toml")[1])
        database.execute("ROLLBACK")
    database.close()


def test_nobody_there_is_critical(operated: Served, tmp_path: Path) -> None:
    """A port where nobody listens, and one where nobody answers in time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (free_port(), silent.getsockname()[1]):
            text = (operated.directory / "gateway.toml").read_text(encoding="utf-8")
            text = re.sub(r"\[operations\]\nport = \d+", f"[operations]\nport = {port}", text)
            (tmp_path / "other.toml").write_text(text, encoding="utf-8")
            code, said = status(tmp_path / "other.toml", "--timeout", "0.3")
            assert (code, said) == (2, "DANCU CRITICAL - không liên lạc được / not reached\n")


class Stranger(http.server.BaseHTTPRequestHandler):
    """Somebody else's server on our port."""

    body = b"{}"

    def do_GET(self) -> None:
        """Answer with something that is no gateway's."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class named it
        """Nothing."""


@pytest.mark.parametrize("body", [b"{}", b"[]", b"<html>", b'{"status": "ok"}', b'{"status": "ready"}', b""])
def test_somebody_else_is_unknown(operated: Served, tmp_path: Path, body: bytes) -> None:
    """What is no answer of a gateway is UNKNOWN, and never OK."""
    Stranger.body = body
    with http.server.HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        text = (operated.directory / "gateway.toml").read_text(encoding="utf-8")
        text = re.sub(r"\[operations\]\nport = \d+", f"[operations]\nport = {server.server_port}", text)
        (tmp_path / "other.toml").write_text(text, encoding="utf-8")
        code, said = status(tmp_path / "other.toml")
        thread.join(5)
    assert (code, said) == (3, "DANCU UNKNOWN - something else than a gateway answers\n")


def test_a_gateway_behind_a_socket_is_asked_there(operated: Served, tmp_path: Path) -> None:
    """Where a proxy ends TLS, the socket is asked for the states of the checks; one without an owner is not reached."""
    text = (operated.directory / "gateway.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[operations\]\nport = \d+", "", text)
    text = re.sub(r"(?m)^(certificate|key) = .*\n", "", text).replace("port = 0\n", 'plain = true\nsocket = "g.sock"\n')
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    Stranger.body = b'{"status": "ready", "checks": {"audit": "ok", "clock": "warning"}}'
    with socketserver.UnixStreamServer(str(tmp_path / "g.sock"), Stranger) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert status(tmp_path / "other.toml") == (1, "DANCU WARNING - sẵn sàng / ready; clock: warning\n")
        thread.join(5)
    assert status(tmp_path / "other.toml") == (2, "DANCU CRITICAL - không liên lạc được / not reached\n")


def test_a_configuration_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    """Code 3, and the setting's name in the line."""
    (tmp_path / "gateway.toml").write_text("[listen]\nport = 'x'\n", encoding="utf-8")
    code, said = status(tmp_path / "gateway.toml")
    assert code == 3 and said.startswith("DANCU UNKNOWN - ")
