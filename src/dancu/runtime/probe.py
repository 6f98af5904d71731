"""One connection, looked at step by step: name, route, TLS, certificates, the platform's clock.

A lane asks and answers; this tells how far one gets, which a lane has no use for. Nothing
is sent but a bare GET of the endpoint, without a credential and about nobody.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dancu.errors import DancuError, error_for
from dancu.runtime.blocking_stream import resolve
from dancu.runtime.budget import PROBE_SECONDS, Budget, handshake_failure
from dancu.runtime.failures import FOREIGN, code_of
from dancu.wire.messages import WireReply, header

if TYPE_CHECKING:
    import datetime
    import ssl
    from typing import Any

    from dancu.runtime.peers import Peer
    from dancu.wire.messages import Headers

__all__ = ["Seen", "Target", "look"]

_HEAD = 16 * 1024
_STATUS = re.compile(r"HTTP/1\.[01] ([0-9]{3})\b")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to look.

    Attributes:
        host, port, path: of the endpoint.
        context: TLS context; None where it goes no further than TCP, or for plain http.
        tls: whether the URL says https.
        presents_certificate: whether it has a client certificate to show.
        peer: whom to expect.
        proxy: host and port of an HTTP proxy that is asked to CONNECT.
        seconds: for name resolution, TCP and TLS together, and again for the answer.
    """

    host: str
    port: int
    path: str
    context: ssl.SSLContext | None
    presents_certificate: bool
    peer: Peer
    proxy: tuple[str, int] | None
    seconds: float
    tls: bool


@dataclass(slots=True)
class Seen:
    """How far it went.

    Attributes:
        addresses: of the host, or of the proxy.
        source: our own address on the way there.
        version: the TLS version agreed on.
        names: in the peer's certificate, once it was verified.
        accepted: the platform did not hang up on our certificate.
        reply: to a bare GET, its body cut; None where none came.
        error: what ended it early; None when nothing did.
    """

    addresses: tuple[str, ...] = ()
    source: str | None = None
    version: str | None = None
    names: tuple[str, ...] = ()
    accepted: bool = False
    reply: WireReply | None = None
    error: DancuError | None = None

    @property
    def date(self) -> datetime.datetime | None:
        """The platform's clock, UTC, to the second; None where its answer told none."""
        told = None if self.reply is None else header(self.reply.headers, "Date")
        with contextlib.suppress(ValueError):
            date = parsedate_to_datetime(told or "")
            return date if date.tzinfo is not None else None
        return None


def look(target: Target, *, only_names: bool = False) -> Seen:
    """Go as far as it goes, or to the names in the peer's certificate; nothing is raised."""
    seen = Seen()
    until = time.monotonic() + target.seconds
    budget = Budget(until, until, target.presents_certificate)
    try:
        sock = _connected(target, seen, budget)
        with contextlib.ExitStack() as stack:
            stack.callback(sock.close)
            if target.context is not None:
                sock = _secured(sock, target, seen, budget)
                stack.callback(sock.close)
                if only_names:
                    return seen
                _left_alone(sock, budget)
            elif target.tls:
                return seen
            seen.accepted = True
            _told(sock, target, seen)
    except DancuError as error:
        seen.error = error
    except FOREIGN as error:
        seen.error = budget.failed(code_of(error))
    return seen


def _connected(target: Target, seen: Seen, budget: Budget) -> socket.socket:
    host, port = target.proxy or (target.host, target.port)
    found = resolve(host, port, budget)
    at = None if target.proxy is None else "endpoint.proxy"
    if not found:
        raise error_for("connect_failed", field=at, detail="the name does not resolve")
    seen.addresses = tuple(str(address[0]) for *_kind, address in found)
    failure: OSError = OSError()
    for family, kind, protocol, _name, address in found:
        left = budget.remaining(connecting=True)
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(left)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
            continue
        seen.source = str(sock.getsockname()[0])
        budget.connected = True
        return sock if target.proxy is None else _tunnelled(sock, target)
    if isinstance(failure, TimeoutError):
        raise error_for("timed_out", field=at, detail="no connection in time")
    refused = isinstance(failure, ConnectionRefusedError)
    why = "the connection is refused" if refused else "no route to the host"
    raise error_for("connect_failed", field=at, detail=why)


def _tunnelled(sock: socket.socket, target: Target) -> socket.socket:
    where = _authority(target)
    try:
        sock.sendall(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n\r\n".encode("ascii"))
        status = _read(sock)[0]
    except OSError:
        status = 0
    if status != 200:
        sock.close()
        raise error_for("connect_failed", detail="the proxy refuses the tunnel")
    return sock


def _secured(sock: socket.socket, target: Target, seen: Seen, budget: Budget) -> ssl.SSLSocket:
    assert target.context is not None  # noqa: S101  # the caller looked
    name = target.peer.name or target.host
    try:
        name.encode("idna")
    except UnicodeError:
        # No certificate bears it; the ssl module would leave its socket open over it.
        raise error_for("server_untrusted", detail="for another name") from None
    sock.settimeout(budget.remaining(connecting=True))
    secured = target.context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
    try:
        secured.do_handshake()
    except OSError as error:
        budget.note(error)
        agreed = secured.cipher() is not None
        secured.close()
        raise budget.verdict or _no_handshake(error, budget, agreed=agreed) from None
    seen.version = secured.version() or ""
    certificate: Any = secured.getpeercert() or {}
    seen.names = tuple(str(name) for _kind, name in certificate.get("subjectAltName", ()))
    if not target.peer.fits(secured.getpeercert(binary_form=True)):
        secured.close()
        raise error_for("server_untrusted", detail="another key than the one pinned")
    budget.secured = True
    return secured


def _no_handshake(error: OSError, budget: Budget, *, agreed: bool) -> DancuError:
    """What a broken handshake comes to; once a cipher was agreed on, only our certificate was still to be judged."""
    if agreed:
        return budget.refused_certificate()
    return error_for("connect_failed", detail=handshake_failure(error) or "the TLS handshake fails")


def _left_alone(sock: socket.socket, budget: Budget) -> None:
    """A platform that likes our certificate waits to be asked; under TLS 1.3 another hangs up only now."""
    sock.settimeout(PROBE_SECONDS)
    try:
        said = sock.recv(1)
    except TimeoutError:
        return
    except OSError as error:
        budget.note(error)
        raise budget.verdict or budget.refused_certificate() from None
    if not said:
        raise budget.refused_certificate()


def _told(sock: socket.socket, target: Target, seen: Seen) -> None:
    """The answer to a bare GET; one that does not come proves nothing."""
    sock.settimeout(target.seconds)
    request = f"GET {target.path} HTTP/1.1\r\nHost: {_authority(target)}\r\nConnection: close\r\n\r\n"
    try:
        sock.sendall(request.encode("ascii"))
        status, headers, body = _read(sock)
    except OSError:
        return
    if status:
        seen.reply = WireReply(status, headers, body)


def _authority(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{host}:{target.port}"


def _read(sock: socket.socket) -> tuple[int, Headers, bytes]:
    """Status, headers and what came of the body with them; status 0 for what is no HTTP."""
    until = time.monotonic() + (sock.gettimeout() or 0)
    read = b""
    while b"\r\n\r\n" not in read and len(read) < _HEAD:
        sock.settimeout(max(0.001, until - time.monotonic()))
        data = sock.recv(_HEAD)
        if not data:
            break
        read += data
    head, _end, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = _STATUS.match(first)
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.strip(), value.strip()) for name, _colon, value in pairs)
    return int(status.group(1)) if status else 0, headers, body
