"""The certificates that the mock can show: the good one, and each that a client has to refuse."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from dancu_mock.pki import Authority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dancu_mock.pki import Issued

__all__ = ["KINDS", "CertificateKind", "issue", "server_context"]

CertificateKind = Literal["good", "wrong_issuer", "expired", "not_yet_valid", "wrong_name"]
KINDS: tuple[CertificateKind, ...] = get_args(CertificateKind)
_DAY = datetime.timedelta(days=1)
_ELSEWHERE = ("elsewhere.mock.example",)


def issue(kind: CertificateKind, authority: Authority, names: Sequence[str]) -> Issued:
    """A server certificate of a kind, for the names under which clients know the server."""
    now = datetime.datetime.now(datetime.UTC)
    match kind:
        case "good":
            return authority.issue_server(names)
        case "wrong_issuer":
            return Authority.create("dancu MOCK CA that nobody trusts").issue_server(names)
        case "expired":
            return authority.issue_server(names, not_before=now - 2 * _DAY, not_after=now - _DAY)
        case "not_yet_valid":
            return authority.issue_server(names, not_before=now + _DAY, not_after=now + 2 * _DAY)
        case "wrong_name":
            return authority.issue_server(_ELSEWHERE)


def server_context(
    issued: Issued,
    clients: Authority,
    *,
    require: bool,
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion],
) -> ssl.SSLContext:
    """What a handshake needs: the server's certificate, the CA that clients are signed by, versions of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = versions
    if require:
        context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=clients.certificate_pem.decode())
    with tempfile.TemporaryDirectory(prefix="dancu-mock-") as name:
        path = Path(name) / "server.pem"
        path.touch(mode=0o600)
        path.write_bytes(issued.certificate_pem + issued.key_pem)
        context.load_cert_chain(path)
    return context
