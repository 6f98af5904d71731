"""The doctor on the way to the platform: name, route, TLS, both certificates, the clocks."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dancu.runtime.peers import pin_of
from dancu_mock import Mock, MockServer

from .doctor import DAY, NOW, SetUp, bare_server, closed_port, first, other_authority, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dancu_mock import Issued

# A fatal alert protocol_version(70) in a record of TLS 1.0 (RFC 8446 §6).
TOO_OLD = bytes([0x15, 3, 1, 0, 2, 2, 70])


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[SetUp]:
    """A good set-up."""
    with set_up(tmp_path) as one:
        yield one


def pin(issued: Issued) -> str:
    """The pin of an issued certificate's key."""
    return pin_of(x509.load_pem_x509_certificate(issued.certificate_pem).public_bytes(Encoding.DER))


def _port(one: SetUp, port: int) -> None:
    one.elsewhere(f"https://127.0.0.1:{port}/dancu/")


def _speaks(one: SetUp, said: bytes | None) -> None:
    _port(one, one.stack.enter_context(bare_server(said)))


def _another_server(one: SetUp, **options: Any) -> None:
    one.serve(server=one.server.authority.issue_server(**options))


def _another_ca(one: SetUp) -> None:
    one.put("other.pem", other_authority().certificate_pem)
    one.change('ca = "ca.pem"', 'ca = "other.pem"')


def _no_certificate(one: SetUp) -> None:
    one.change('certificate = "client.pem"\nkey = "client.key"\n', "")


def _through(one: SetUp, port: int) -> None:
    one.change("[tls]", f'proxy = "http://127.0.0.1:{port}"\n[tls]')


def _wrong_pin(one: SetUp) -> None:
    one.change("[tls]", f'server_pin = "{pin(one.server.authority.issue_server())}"\n[tls]')


REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
URL = "endpoint.url"
BROKEN: dict[str, tuple[Callable[[SetUp], object], str, str | None, str | None]] = {
    "refused": (lambda one: _port(one, closed_port()), "route", URL, "the connection is refused"),
    "proxy down": (lambda one: _through(one, closed_port()), "route", "endpoint.proxy", "the connection is refused"),
    "proxy refuses": (
        lambda one: _through(one, one.stack.enter_context(bare_server(REFUSAL))),
        "route",
        "endpoint.proxy",
        "the proxy refuses the tunnel",
    ),
    "silence": (lambda one: _speaks(one, None), "tls_version", URL, None),
    "plain http": (
        lambda one: _speaks(one, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        "tls_version",
        URL,
        "the port does not speak TLS",
    ),
    "TLS too old": (lambda one: _speaks(one, TOO_OLD), "tls_version", URL, "no TLS version in common"),
    "another CA": (_another_ca, "server_certificate", "tls.ca", "self-signed"),
    "server expired": (
        lambda one: _another_server(one, not_before=NOW - 9 * DAY, not_after=NOW - DAY),
        "server_certificate",
        URL,
        "expired",
    ),
    "another name": (
        lambda one: _another_server(one, names=["lgsp.example"]),
        "server_name",
        "endpoint.server_name",
        "for another address",
    ),
    "wrong server_name": (
        lambda one: one.change("[tls]", 'server_name = "lgsp.example"\n[tls]'),
        "server_name",
        "endpoint.server_name",
        "for another name",
    ),
    "impossible server_name": (
        lambda one: one.change("[tls]", 'server_name = "a..b"\n[tls]'),
        "profile",
        "endpoint.server_name",
        "a host name",
    ),
    "wrong pin": (_wrong_pin, "server_name", "endpoint.server_pin", "another key than the one pinned"),
    "no client certificate": (_no_certificate, "client_certificate", "tls.certificate", None),
    "foreign client certificate": (
        lambda one: one.own_certificate(authority=other_authority()),
        "client_certificate",
        "tls.certificate",
        None,
    ),
    "clock": (
        lambda one: one.serve(Mock(one.server.mock.settings, now=lambda: time.time() + 600)),
        "clock",
        None,
        "this machine's clock is off",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_way_is_named(whole: SetUp, name: str) -> None:
    """The first cause is the check, the setting and the detail of the one thing that is broken."""
    broken, *expected = BROKEN[name]
    broken(whole)
    report = whole.examined()
    found = first(report)
    assert found[:2] == tuple(expected[:2])
    # Whether a platform says in TLS why it hangs up is a race with its hanging up.
    assert found[2] == expected[2] or expected[0] == "client_certificate"
    failed = [check.name for check in report.checks if check.state == "failed"]
    assert failed == [expected[0]]
    assert report.questions == (1 if name == "clock" else 0)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["no client certificate", "foreign client certificate"])
def test_a_certificate_is_blamed_under_both_versions(whole: SetUp, name: str, version: ssl.TLSVersion) -> None:
    """TLS 1.2 refuses a certificate in the handshake, TLS 1.3 after it; the cause is the same."""
    whole.serve(minimum_version=version, maximum_version=version)
    BROKEN[name][0](whole)
    assert first(whole.examined())[:2] == ("client_certificate", "tls.certificate")


def test_a_name_without_an_address_is_named(whole: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that no name server knows fails at the name, before any route."""
    whole.elsewhere("https://lgsp.example:8443/dancu/")

    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    report = whole.examined()
    assert first(report) == ("name", URL, "the name does not resolve")
    cause = report.first_cause
    assert cause is not None and cause.line is not None and cause.line.number == whole.line("url")


def test_the_names_a_certificate_bears_are_told(whole: SetUp) -> None:
    """For a wrong name the line is suggested as it should read, and with that line all is well."""
    _another_server(whole, names=["lgsp.example", "lgsp2.example"])
    cause = whole.examined().first_cause
    assert cause is not None and cause.line is not None and cause.what is not None
    assert "lgsp.example, lgsp2.example" in cause.what.en
    assert cause.line.suggestion == 'server_name = "lgsp.example"'
    whole.change("[tls]", f"{cause.line.suggestion}\n[tls]")
    assert whole.examined().first_cause is None


def test_the_clocks_difference_is_told(whole: SetUp) -> None:
    """A platform ten minutes ahead is told in seconds, in both languages, before any secret is blamed."""
    BROKEN["clock"][0](whole)
    cause = whole.examined().first_cause
    assert cause is not None and cause.what is not None
    assert any(f"{seconds} s behind" in cause.what.en for seconds in (599, 600, 601))
    assert "chậm" in cause.what.vi


def test_named_keys_are_told(whole: SetUp) -> None:
    """Settings that change the way pass and are named."""
    whole.change("[tls]", f'server_pin = "{pin(whole.server._issued)}"\nlegacy_renegotiation = true\n[tls]')
    report = whole.examined()
    assert report.first_cause is None
    note = {check.name: check.note for check in report.checks}["named_keys"]
    assert note is not None and "server_pin, legacy_renegotiation" in note.en


def test_production_refuses_a_mock_under_another_ca(whole: SetUp) -> None:
    """A mock whose CA does not say so is known by its answers' header, and nobody is asked about."""
    authority = other_authority()
    server = whole.stack.enter_context(MockServer(whole.server.mock, authority=authority))
    whole.elsewhere(server.url)
    whole.put("ca.pem", authority.certificate_pem)
    whole.own_certificate(authority=authority)
    whole.to_production()
    report = whole.examined()
    assert first(report) == ("mock", URL, "a mock answered in production")
    assert report.questions == 0
