"""The doctor and what lies on this machine: profile, secrets, audit, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from .doctor import DAY, NOW, SetUp, first, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[SetUp]:
    """A good set-up."""
    with set_up(tmp_path) as one:
        yield one


def _server_usage(one: SetUp) -> None:
    issued = one.server.authority._issue("demo-app", (), ExtendedKeyUsageOID.SERVER_AUTH, None, None)
    one.put("client.pem", issued.certificate_pem)
    one.put("client.key", issued.key_pem)


def _other_key(one: SetUp) -> None:
    one.put("client.key", one.server.authority.issue_client().key_pem)


def _client_as_ca(one: SetUp) -> None:
    one.put("other.pem", one.server.authority.issue_client().certificate_pem)
    one.change('ca = "ca.pem"', 'ca = "other.pem"')


EXTRA = "Extra inputs are not permitted"
UNREADABLE = "the file cannot be read"
BROKEN: dict[str, tuple[Callable[[SetUp], object], tuple[str, str | None, str | None]]] = {
    "profile missing": (lambda one: one.path.unlink(), ("profile", "profile", UNREADABLE)),
    "not TOML": (lambda one: one.change('"test"', "test"), ("profile", "profile", "not TOML")),
    "unknown key": (
        lambda one: one.change('skin = "soap"', 'skim = "soap"'),
        ("profile", "wire.skim", EXTRA),
    ),
    "wrong value": (
        lambda one: one.change('environment = "test"', 'environment = "try"'),
        ("profile", "environment", "Input should be 'test' or 'production'"),
    ),
    "setting missing": (
        lambda one: one.change('user = "demo-app"\n', ""),
        ("profile", "credential.user", "Field required"),
    ),
    "secret missing": (
        lambda one: (one.directory / "secret.txt").unlink(),
        ("secrets", "credential.secret", UNREADABLE),
    ),
    "secret readable by others": (
        lambda one: (one.directory / "secret.txt").chmod(0o644),
        ("secrets", "credential.secret", "readable by others; chmod 600"),
    ),
    "secret empty": (
        lambda one: one.put("secret.txt", b"\n"),
        ("secrets", "credential.secret", "empty, or not set"),
    ),
    "variable not set": (
        lambda one: one.change('{ file = "secret.txt" }', '{ env = "NOT_SET_ANYWHERE" }'),
        ("secrets", "credential.secret", "empty, or not set"),
    ),
    "audit without a directory": (
        lambda one: one.change("file:audit.jsonl", "file:absent/audit.jsonl"),
        ("audit", "audit.sink", None),
    ),
    "CA missing": (lambda one: (one.directory / "ca.pem").unlink(), ("ca", "tls.ca", UNREADABLE)),
    "CA is no CA": (_client_as_ca, ("ca", "tls.ca", "not the certificate of a CA")),
    "CA is no certificate": (
        lambda one: one.put("ca.pem", b"CA\n"),
        ("ca", "tls.ca", "not a certificate in PEM"),
    ),
    "mock's CA in production": (
        lambda one: one.to_production(),
        ("ca", "tls.ca", "the mock's CA in production"),
    ),
    "certificate missing": (
        lambda one: (one.directory / "client.pem").unlink(),
        ("certificate", "tls.certificate", UNREADABLE),
    ),
    "certificate expired": (
        lambda one: one.own_certificate(not_before=NOW - 9 * DAY, not_after=NOW - DAY),
        ("certificate", "tls.certificate", "expired"),
    ),
    "certificate not yet valid": (
        lambda one: one.own_certificate(not_before=NOW + DAY, not_after=NOW + 9 * DAY),
        ("certificate", "tls.certificate", "not yet valid"),
    ),
    "certificate for servers": (_server_usage, ("usage", "tls.certificate", "not for client authentication")),
    "key of another": (_other_key, ("key", "tls.key", "the key of another certificate")),
    "password missing": (
        lambda one: one.change('key = "client.key"', 'key = "client.key"\npassword = { file = "absent.txt" }'),
        ("secrets", "tls.password", UNREADABLE),
    ),
    "CA not named": (
        lambda one: one.change('[tls]\nca = "ca.pem"\ncertificate = "client.pem"\nkey = "client.key"\n', ""),
        ("ca", "tls", "https needs a CA"),
    ),
    "key readable by others": (
        lambda one: (one.directory / "client.key").chmod(0o644),
        ("key", "tls.key", "readable by others; chmod 600"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(whole: SetUp, name: str) -> None:
    """The first cause is the check, the setting and the detail of the one thing that is broken."""
    broken, expected = BROKEN[name]
    broken(whole)
    report = whole.examined()
    assert first(report) == expected
    assert report.questions == 0
    assert whole.server.mock.journal.calls == () or expected[0] in {"secrets", "audit"}


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("not TOML", "environment"),
        ("unknown key", "skim"),
        ("wrong value", "environment"),
        ("setting missing", "[credential]"),
        ("secret missing", "secret"),
        ("audit without a directory", "sink"),
        ("certificate expired", "certificate"),
        ("key of another", "key"),
    ],
)
def test_the_line_to_change_is_counted(whole: SetUp, name: str, beginning: str) -> None:
    """The cause points at the line of the setting, at its table where it is missing, or at the break."""
    BROKEN[name][0](whole)
    cause = whole.examined().first_cause
    assert cause is not None and cause.line is not None
    assert cause.line.number == whole.line(beginning)


def test_one_broken_file_does_not_hide_another(whole: SetUp) -> None:
    """What does not depend on the broken piece is examined all the same; what does is not reached."""
    (whole.directory / "secret.txt").chmod(0o644)
    states = {check.name: check.state for check in whole.examined().checks}
    assert states["secrets"] == "failed"
    assert [states[name] for name in ("ca", "key", "route", "server_name", "clock")] == ["passed"] * 5
    assert [states[name] for name in ("token", "secret", "unknown_person")] == ["not_reached"] * 3


def test_the_environment_names_the_profile(whole: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path the doctor reads ``DANCU_PROFILE``, and says so when it is not set."""
    from dancu.diagnose import diagnose

    assert first(diagnose(None, purpose=None)) == (
        "profile",
        "DANCU_PROFILE",
        "not set, and no profile was given",
    )
    monkeypatch.setenv("DANCU_PROFILE", str(whole.path))
    report = diagnose(None, purpose=None)
    assert report.first_cause is None and report.profile == str(whole.path)
