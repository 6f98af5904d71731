"""Certificates that are changed for bad ones: the old ones serve on, nobody's call fails, and it is said."""

from __future__ import annotations

import datetime
import logging
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

import pytest

from dancu import Client, Found, MemorySink
from dancu.flows.context import Clock
from dancu.runtime.identities import RETRY_SECONDS
from dancu_mock import Authority, Mock, MockServer
from dancu_mock.messages import Reply

from .conftest import MAU, PURPOSE, Platform, profile_of
from .steady import ONCE, Steady, install, put, steady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dancu_mock.messages import Raw, Request

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


class Ahead:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.by = datetime.timedelta()
        self.clock = Clock(time.monotonic, lambda: datetime.datetime.now(datetime.UTC) + self.by)

    def forward(self, seconds: float = 2.0) -> None:
        """Let the next call look at the files."""
        self.by += datetime.timedelta(seconds=seconds)


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["tls1.2", "tls1.3"])
def version(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    """The one version of TLS that the platform speaks."""
    assert isinstance(request.param, ssl.TLSVersion)
    return request.param


@pytest.fixture(params=["sync", "async"])
def platform(request: pytest.FixtureRequest, tmp_path: Path, version: ssl.TLSVersion) -> Iterator[Platform]:
    """A platform over mTLS, and a client that repeats nothing."""
    mock = Mock()
    with MockServer(mock, minimum_version=version, maximum_version=version) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), "retry": ONCE}
        yield Platform(server, mock, profile, request.param)


def _other_key(directory: Path, authority: Authority) -> None:
    put(directory / "client.key", authority.issue_client("new").key_pem)


def _expired(directory: Path, authority: Authority) -> None:
    install(directory, authority.issue_client("new", not_before=NOW - 2 * DAY, not_after=NOW - DAY))


def _truncated(directory: Path, authority: Authority) -> None:
    issued = authority.issue_client("new")
    put(directory / "client.key", issued.key_pem)
    put(directory / "client.pem", issued.certificate_pem[: len(issued.certificate_pem) // 2])


def _unknown_to_the_platform(directory: Path, _authority: Authority) -> None:
    install(directory, Authority.create("foreign MOCK CA").issue_client("new"))


def _platform_unknown_to_us(directory: Path, _authority: Authority) -> None:
    put(directory / "ca.pem", Authority.create("foreign MOCK CA").certificate_pem)


def _for_everybody_to_read(directory: Path, authority: Authority) -> None:
    issued = authority.issue_client("new")
    put(directory / "client.pem", issued.certificate_pem)
    put(directory / "client.key", issued.key_pem, mode=0o644)


def _gone(directory: Path, _authority: Authority) -> None:
    (directory / "client.key").unlink()


BAD: dict[str, tuple[Callable[[Path, Authority], None], tuple[str, str | None, str | None]]] = {
    "wrong key": (_other_key, ("certificate_unusable", "tls.key", "the key of another certificate")),
    "expired": (_expired, ("certificate_unusable", "tls.certificate", "expired")),
    "truncated": (_truncated, ("certificate_unusable", "tls.certificate", "not a certificate in PEM")),
    "foreign CA": (_unknown_to_the_platform, ("client_certificate_refused", None, None)),
    "foreign CA of ours": (_platform_unknown_to_us, ("server_untrusted", None, None)),
    "readable by others": (
        _for_everybody_to_read,
        ("certificate_unusable", "tls.key", "readable by others; chmod 600"),
    ),
    "gone": (_gone, ("certificate_unusable", "tls.key", "the file cannot be read")),
}


def kept(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was said of files that are not used."""
    return [record.getMessage() for record in caplog.records if "not used" in record.getMessage()]


def served(client: Steady, ahead: Ahead, looks: int) -> None:
    """Ask as often, each time after another look at the files."""
    for _ in range(looks):
        ahead.forward()
        assert isinstance(client.look_up(), Found)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_certificate_leaves_the_old_one_in_use(
    platform: Platform, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every call is answered under the old certificate, one line says why, and a good one mends it."""
    ahead, (spoil, why) = Ahead(), BAD[kind]
    with caplog.at_level(logging.WARNING, "dancu.certificates"), steady(platform, clock=ahead.clock) as client:
        assert isinstance(client.look_up(), Found)
        first_ca = (tmp_path / "ca.pem").read_bytes()
        spoil(tmp_path, platform.server.authority)
        served(client, ahead, 4)
        trouble = client.identities.trouble
        assert trouble is not None and (trouble.code, trouble.field) == why[:2]
        assert why[2] in {None, trouble.detail}
        assert len(kept(caplog)) == 1
        assert {call.caller for call in platform.mock.journal.calls} == {"demo-app"}
        put(tmp_path / "ca.pem", first_ca)
        install(tmp_path, platform.server.authority.issue_client("mended"))
        served(client, ahead, 2)
        assert client.identities.trouble is None
    assert [call.caller for call in platform.mock.journal.calls[-2:]] == ["mended"] * 2
    assert len(platform.mock.journal.calls) == 7


def test_a_certificate_before_its_time_is_taken_when_it_comes(platform: Platform, tmp_path: Path) -> None:
    """A certificate that is not valid yet is tried again later, although nobody touched its files."""
    ahead = Ahead()
    # The platform's clock is ours without this: to it the certificate is good.
    ahead.forward(-250)
    soon = ahead.clock.now() + datetime.timedelta(seconds=150)
    issued = platform.server.authority.issue_client("later", not_before=soon)
    with steady(platform, clock=ahead.clock) as client:
        client.look_up()
        install(tmp_path, issued)
        served(client, ahead, 3)
        trouble = client.identities.trouble
        assert trouble is not None and trouble.detail == "not yet valid"
        ahead.forward(RETRY_SECONDS)
        assert isinstance(client.look_up(), Found)
        assert client.identities.trouble is None
    assert [call.caller for call in platform.mock.journal.calls] == ["demo-app"] * 4 + ["later"]


class Nginx(Mock):
    """A mock behind an nginx, which refuses a client certificate by a page and not in the handshake."""

    def handle(self, request: Request) -> Reply | Raw:
        """Let in whom the first certificate names."""
        if request.caller != "demo-app":
            return Reply(400, (("Content-Type", "text/html"),), b"<h1>The SSL certificate error</h1>")
        return super().handle(request)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_a_page_that_refuses_a_new_certificate_leaves_the_old_one_in_use(
    tmp_path: Path, face: Literal["sync", "async"]
) -> None:
    """What nginx says of a new certificate is no answer: the call is answered under the old one."""
    ahead, mock = Ahead(), Nginx()
    with MockServer(mock) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), "retry": ONCE}
        with steady(Platform(server, mock, profile, face), clock=ahead.clock) as client:
            client.look_up()
            install(tmp_path, server.authority.issue_client("new"))
            served(client, ahead, 2)
            assert client.identities.trouble is not None
            assert client.identities.trouble.code == "client_certificate_refused"
    assert len(mock.journal.calls) == 3


def test_many_callers_meet_a_refused_certificate(tmp_path: Path) -> None:
    """Eight threads whose lanes all take a certificate that the platform refuses are all answered."""
    ahead, mock = Ahead(), Mock()
    with MockServer(mock) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), "retry": ONCE}
        with Client(profile, audit=MemorySink(), clock=ahead.clock) as dancu, ThreadPoolExecutor(8) as pool:

            def ask(_turn: int) -> bool:
                return isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)

            assert all(pool.map(ask, range(16)))
            _unknown_to_the_platform(tmp_path, server.authority)
            ahead.forward()
            assert all(pool.map(ask, range(32)))
    assert {call.caller for call in mock.journal.calls} == {"demo-app"}
    assert len(mock.journal.calls) == 48
