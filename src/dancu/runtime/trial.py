"""A handshake in memory: whether a certificate and its key do what they are for, before anybody depends on it."""

from __future__ import annotations

import datetime
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from dancu.runtime.key_pairs import KeyPair, unusable

__all__ = ["try_pair", "try_server_pair"]

_NAME = "trial.invalid"
_FLIGHTS = 4
_DAY = datetime.timedelta(days=1)


def try_pair(pair: KeyPair) -> None:
    """Have a server of a moment demand the certificate; our own trust has no part in it.

    Raises:
        ConfigurationError: ``certificate_unusable``: OpenSSL itself will not have it.
    """
    server, client = _server(pair)
    pair.load_into(client)
    _client_side, server_side = _shaken(client, server, pair.setting)
    _check_shown(server_side, pair)


def try_server_pair(pair: KeyPair) -> None:
    """Have a client of a moment meet a server with the certificate; names and our own trust have no part in it.

    Raises:
        ConfigurationError: ``certificate_unusable``: OpenSSL itself will not have it.
    """
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair.load_into(server)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.load_verify_locations(cadata=pair.certificate.public_bytes(Encoding.DER))
    client_side, _server_side = _shaken(client, server, pair.setting)
    _check_shown(client_side, pair)


def _shaken(client: ssl.SSLContext, server: ssl.SSLContext, setting: str) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (
        client.wrap_bio(to_client, to_server, server_hostname=_NAME),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for _flight in range(_FLIGHTS):
        for side in sides:
            _go_on(side, setting)
    return sides


def _check_shown(side: ssl.SSLObject, pair: KeyPair) -> None:
    if side.getpeercert(binary_form=True) != pair.certificate.public_bytes(Encoding.DER):
        raise unusable(pair.setting, "not usable, or a wrong password")


def _go_on(side: ssl.SSLObject, setting: str) -> None:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return
    except ssl.SSLError:
        raise unusable(setting, "not usable, or a wrong password") from None


def _server(pair: KeyPair) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that takes this one client certificate, and a client that trusts this one server."""
    own = _certificate_of_a_moment()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.verify_mode = ssl.CERT_REQUIRED
    server.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    server.load_verify_locations(cadata=pair.certificate.public_bytes(Encoding.DER))
    own.load_into(server)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=own.certificate.public_bytes(Encoding.DER))
    return server, client


def _certificate_of_a_moment() -> KeyPair:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(certificate, (), key)
