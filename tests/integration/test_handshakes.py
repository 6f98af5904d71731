"""Certificates of ours that are no good: named, before they are shown where that can be, after two tries at most."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import time
from typing import TYPE_CHECKING, Any, Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dancu import AsyncClient, Client, ConfigurationError, DancuError, MemorySink, Rejected
from dancu.flows.context import Clock
from dancu_mock import Authority, Mock, MockServer
from dancu_mock.pki import Issued

from .conftest import MAU, PURPOSE, profile_of
from .steady import ONCE, install

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

Face = Literal["sync", "async"]
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


class Counting(MockServer):
    """A server that counts who knocks."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.connections = 0

    async def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        await super()._serve(connection)


def _self_signed(_authority: Authority) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "demo-app")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Issued(certificate.public_bytes(Encoding.PEM), private)


# What the platform refuses, and by how many days our clock is off so that we do not refuse it ourselves.
SHOWN: dict[str, tuple[Callable[[Authority], Issued] | None, int]] = {
    "none": (None, 0),
    "of an unknown CA": (lambda _known: Authority.create("foreign MOCK CA").issue_client(), 0),
    "of a CA of the same name": (lambda _known: Authority.create().issue_client(), 0),
    "self-signed": (_self_signed, 0),
    "expired": (lambda known: known.issue_client(not_before=NOW - 3 * DAY, not_after=NOW - DAY), -2),
    "not yet valid": (lambda known: known.issue_client(not_before=NOW + DAY, not_after=NOW + 3 * DAY), 2),
}


def refused(face: Face, profile: dict[str, Any], clock: Clock | None = None) -> DancuError:
    """The error of one look-up."""

    def ask() -> object:
        with Client(profile, audit=MemorySink(), clock=clock) as dancu:
            return dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)

    async def ask_async() -> object:
        async with AsyncClient(profile, audit=MemorySink(), clock=clock) as dancu:
            return await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)

    with pytest.raises(DancuError) as caught:
        ask() if face == "sync" else asyncio.run(ask_async())
    return caught.value


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["tls1.2", "tls1.3"])
@pytest.mark.parametrize("kind", SHOWN)
def test_a_certificate_that_the_platform_refuses_is_named(
    tmp_path: Path, kind: str, version: ssl.TLSVersion, face: Face
) -> None:
    """Six bad certificates under both versions: ``client_certificate_refused``, and at most 2 connections."""
    make, days = SHOWN[kind]
    clock = Clock(time.monotonic, lambda: datetime.datetime.now(datetime.UTC) + days * DAY)
    with Counting(Mock(), minimum_version=version, maximum_version=version) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), "retry": ONCE}
        if make is None:
            del profile["tls"]["certificate"], profile["tls"]["key"]
        else:
            install(tmp_path, make(server.authority))
        error = refused(face, profile, clock)
        assert (type(error), error.code) == (Rejected, "client_certificate_refused")
        assert 1 <= server.connections <= 2
        assert server.mock.journal.calls == ()


def _for_servers(authority: Authority) -> Issued:
    return authority._issue("demo-app", (), ExtendedKeyUsageOID.SERVER_AUTH, None, None)


def _mixed(authority: Authority) -> Issued:
    return Issued(authority.issue_client().certificate_pem, authority.issue_client().key_pem)


# What we refuse ourselves, and why.
UNUSABLE: dict[str, tuple[Callable[[Authority], Issued], str]] = {
    "expired": (SHOWN["expired"][0] or _mixed, "expired"),
    "not yet valid": (SHOWN["not yet valid"][0] or _mixed, "not yet valid"),
    "for servers": (_for_servers, "not for client authentication"),
    "another's key": (_mixed, "the key of another certificate"),
}


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_certificate_that_cannot_be_good_is_not_shown(tmp_path: Path, kind: str, face: Face) -> None:
    """What can be known from the files is ``certificate_unusable``, and nobody is connected to."""
    make, why = UNUSABLE[kind]
    with Counting(Mock()) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        install(tmp_path, make(server.authority))
        error = refused(face, profile)
        assert (type(error), error.code, error.detail) == (ConfigurationError, "certificate_unusable", why)
        assert server.connections == 0
