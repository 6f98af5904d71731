"""Every way in which a platform fails, over real sockets and both clients: a code, in time, never NotMatched."""

from __future__ import annotations

import datetime
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from dancu import ConfigurationError, DancuError, Found, MemorySink, Rejected, Subject, Unavailable
from dancu_mock import FAULT_NUMBERS, SCENARIOS, Authority, Mock, MockServer

from .conftest import MAU, PURPOSE, Platform, Stopwatch, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEADLINE = 0.5
GRACE = 0.1

CODES = {
    "close_silently": "disconnected",
    "deep_nesting": "answer_too_large",
    "drip_body": "timed_out",
    "drip_head": "timed_out",
    "duplicate_element": "unreadable_answer",
    "element_flood": "answer_too_large",
    "empty_body": "empty_answer",
    "empty_soap_body": "empty_answer",
    "error_500": "http_error",
    "flood_1xx": "timed_out",
    "garbage_head": "unreadable_answer",
    "gzip_bomb": "answer_too_large",
    "hang": "timed_out",
    "html_200": "unknown_answer",
    "html_502": "http_error",
    "maintenance_503": "maintenance",
    "oversized": "answer_too_large",
    "redirect": "http_error",
    "reset": "disconnected",
    "reset_mid_body": "disconnected",
    "soap_fault_200": "provider_fault",
    "soap_fault_500": "provider_fault",
    "te_and_cl": "unreadable_answer",
    "throttled": "throttled",
    "truncated_document": "unreadable_answer",
    "truncated_length": "disconnected",
    "two_lengths": "unreadable_answer",
    "unknown_root": "unknown_answer",
    "utf16_doctype": "unreadable_answer",
    "utf7_doctype": "unreadable_answer",
    "utf8_doctype": "unreadable_answer",
    "wrong_charset": "unreadable_answer",
    "wrong_hash": "credential_refused",
    "wrong_person": "answer_mismatch",
}
CHANCES = 3
HARMLESS = {"gzip_small", "split_bytes", "two_answers"}


def failure(platform: Platform, expected: str = "", **options: Any) -> DancuError:
    """The error of a look-up under the deadline; it comes in time.

    A machine that held its breath, past the deadline or up to it, is given further chances: lateness that is ours
    comes again and again.
    """
    took = 0.0
    for chance in range(CHANCES):
        watch = Stopwatch()
        with pytest.raises(DancuError) as caught:
            platform.look_up(deadline=DEADLINE, **options)
        took = watch.seconds
        is_last, code = chance == CHANCES - 1, caught.value.code
        if took <= DEADLINE + GRACE and (is_last or code == expected or code != "timed_out"):
            return caught.value
    raise AssertionError(f"late each time, {took:.3f} s")


def test_every_scenario_has_an_expectation() -> None:
    """The table of this file and the mock's scenarios are the same set."""
    assert CODES.keys() | HARMLESS == SCENARIOS.keys()


@pytest.mark.parametrize("scenario", sorted(CODES))
def test_a_fault_is_named_in_time(platform: Platform, scenario: str) -> None:
    """A fault raises its code within deadline + 100 ms and is audited; the next call is served."""
    with platform.mock.scenario(scenario):
        error = failure(platform, CODES[scenario])
    assert error.code == CODES[scenario]
    assert isinstance(platform.sink, MemorySink)
    assert f'"code":"{error.code}"' in platform.sink.lines[-1].decode()
    assert error.reference is not None and error.reference in platform.sink.lines[-1].decode()
    assert isinstance(platform.look_up(), Found)


@pytest.mark.parametrize("scenario", sorted(HARMLESS))
def test_an_odd_but_whole_answer_is_read(platform: Platform, scenario: str) -> None:
    """Gzip, one byte a segment, and bytes after the answer do not stand in the way."""
    with platform.mock.scenario(scenario):
        assert isinstance(platform.look_up(), Found)
    assert isinstance(platform.look_up(), Found)


def test_throttling_says_how_long(platform: Platform) -> None:
    """``Retry-After`` in seconds is on the error."""
    with platform.mock.scenario("throttled"):
        assert failure(platform).retry_after == 7.0


def test_a_reserved_number_asks_for_its_fault(platform: Platform) -> None:
    """A client in any language gets a fault by asking for a reserved number."""
    number = next(number for number, name in FAULT_NUMBERS.items() if name == "soap_fault_200")
    error = failure(platform, subject=Subject(number=number, name="Ai Cũng Được", birth_date="1990"))
    assert error.code == "provider_fault"


def test_a_wrong_secret_is_refused(platform: Platform, tmp_path: Path) -> None:
    """A hash made with another secret is credential_refused."""
    secret = tmp_path / "other.txt"
    secret.touch(mode=0o600)
    secret.write_text("another", encoding="utf-8")
    error = failure(platform.changed(credential={"secret": {"file": str(secret)}}))
    assert (type(error), error.code) == (Rejected, "credential_refused")


def test_the_wrong_unit_of_time_is_refused(platform: Platform) -> None:
    """Seconds where milliseconds are due are credential_refused."""
    assert failure(platform.changed(credential={"timestamp": "seconds"})).code == "credential_refused"


def test_a_refused_connection_is_named(platform: Platform) -> None:
    """A port where nobody listens is connect_failed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failure(platform.changed(endpoint={"url": f"https://127.0.0.1:{port}/dancu/"}))
    assert error.code == "connect_failed"


def test_a_stalled_handshake_ends_in_time(platform: Platform) -> None:
    """A peer that takes the connection and never answers the handshake is timed_out."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(platform.changed(endpoint={"url": f"https://127.0.0.1:{silent.getsockname()[1]}/dancu/"}))
    assert error.code == "timed_out"


def test_an_untrusted_server_is_named(platform: Platform, tmp_path: Path) -> None:
    """A server of another CA is server_untrusted, and hears no request."""
    other = tmp_path / "other-ca.pem"
    other.write_bytes(Authority.create("another MOCK CA").certificate_pem)
    error = failure(platform.changed(tls={"ca": str(other)}))
    assert (error.code, error.retryable) == ("server_untrusted", False)
    assert platform.mock.journal.calls == ()


def test_a_wrong_host_name_is_named(platform: Platform) -> None:
    """A certificate for another name is server_untrusted; server_name says which name to expect."""
    wrong = failure(platform.changed(endpoint={"server_name": "lgsp.example"}))
    assert (wrong.code, wrong.detail) == ("server_untrusted", "for another name")
    assert isinstance(platform.changed(endpoint={"server_name": "localhost"}).look_up(), Found)


def test_a_missing_client_certificate_is_named(platform: Platform) -> None:
    """Without a client certificate the code says so, although TLS 1.3 shows only a disconnect."""
    error = failure(platform.changed(tls={"certificate": None, "key": None}))
    assert (type(error), error.code) == (Rejected, "client_certificate_refused")
    assert platform.mock.journal.calls == ()


def test_a_foreign_client_certificate_is_named(platform: Platform, tmp_path: Path) -> None:
    """A client certificate of a CA the platform does not know is named."""
    issued = Authority.create("foreign MOCK CA").issue_client()
    write_pair(tmp_path, issued.certificate_pem, issued.key_pem)
    changed = {"certificate": str(tmp_path / "other.pem"), "key": str(tmp_path / "other.key")}
    assert failure(platform.changed(tls=changed)).code == "client_certificate_refused"


def write_pair(directory: Path, certificate: bytes, key: bytes) -> None:
    """Write a certificate and its private key."""
    (directory / "other.pem").write_bytes(certificate)
    (directory / "other.key").touch(mode=0o600)
    (directory / "other.key").write_bytes(key)


def test_an_expired_client_certificate_is_named_before_it_is_used(platform: Platform, tmp_path: Path) -> None:
    """An expired certificate is certificate_unusable, and the platform hears nothing."""
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    issued = platform.server.authority.issue_client(not_before=now - 2 * day, not_after=now - day)
    write_pair(tmp_path, issued.certificate_pem, issued.key_pem)
    error = failure(
        platform.changed(tls={"certificate": str(tmp_path / "other.pem"), "key": str(tmp_path / "other.key")})
    )
    assert (type(error), error.code, error.detail) == (ConfigurationError, "certificate_unusable", "expired")
    assert platform.mock.journal.handshakes == 0


@pytest.fixture(params=["sync", "async"])
def old_platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """A platform that speaks TLS 1.2."""
    mock = Mock()
    with MockServer(mock, maximum_version=ssl.TLSVersion.TLSv1_2) as server:
        yield Platform(server, mock, profile_of(tmp_path, server.write_files(tmp_path)), request.param)


def test_tls_1_2_serves_and_names_a_missing_certificate(old_platform: Platform) -> None:
    """Under TLS 1.2 a call is served, and a missing client certificate is named too."""
    assert isinstance(old_platform.look_up(), Found)
    without = old_platform.changed(tls={"certificate": None, "key": None})
    assert failure(without).code == "client_certificate_refused"


def test_an_outage_is_unavailable_for_every_question(platform: Platform) -> None:
    """Confirm does not read a fault, a page or an empty body as "no such citizen"."""
    for scenario in ("soap_fault_200", "html_200", "empty_body", "empty_soap_body", "truncated_document"):
        with platform.mock.scenario(scenario), pytest.raises(Unavailable):
            platform.ask(lambda dancu: dancu.confirm(MAU, purpose=PURPOSE))
