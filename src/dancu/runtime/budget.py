"""What one exchange may spend, and what was seen of it: deadline, bytes, and the way it ended."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass

import httpcore

from dancu.errors import Code, DancuError, error_for
from dancu.wire.limits import BODY_BYTES, HEAD_BYTES

__all__ = ["PROBE_SECONDS", "Budget", "handshake_failure"]

PROBE_SECONDS = 0.25
"""How long a second connection waits to see whether the platform hangs up unasked."""

_REFUSED_CERTIFICATE = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "UNSUPPORTED_CERTIFICATE",
    "ALERT_UNKNOWN_CA",
    "ALERT_ACCESS_DENIED",
    "ALERT_DECRYPT_ERROR",
)
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError)
_UNTRUSTED = {
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "of an unknown CA",
    21: "of an unknown CA",
    62: "for another name",
    64: "for another address",
}
_HANDSHAKES = {
    "the port does not speak TLS": (
        *("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH", "UNKNOWN_PROTOCOL"),
    ),
    "no TLS version in common": ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE"),
}


def handshake_failure(error: OSError) -> str | None:
    """Why a handshake broke, in a closed phrase; None where it does not say."""
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else ""
    return next((why for why, words in _HANDSHAKES.items() if any(word in reason for word in words)), None)


@dataclass(slots=True)
class Budget:
    """One exchange's allowance, shared by a lane and its stream.

    Attributes:
        until: end of the exchange, seconds of the monotonic clock.
        connect_until: end of name resolution, TCP and TLS.
        presents_certificate: whether we have a client certificate to show.
        direct: no proxy stands between; through one there is no second connection to look.
        left: bytes that may still be received.
        connected: a TCP connection was opened for this exchange.
        secured: a TLS handshake was completed for this exchange.
        received: bytes received, TLS handshake not counted.
        ended: the far side closed.
        cut: it did so in the TLS handshake, and gave no reason.
        verdict: an error whose cause was seen on the wire.
    """

    until: float
    connect_until: float
    presents_certificate: bool = True
    direct: bool = True
    left: int = BODY_BYTES + HEAD_BYTES
    connected: bool = False
    secured: bool = False
    received: int = 0
    ended: bool = False
    cut: bool = False
    verdict: DancuError | None = None

    def remaining(self, *, connecting: bool = False) -> float:
        """Seconds left.

        Raises:
            httpcore.ReadTimeout: none are.
        """
        end = min(self.until, self.connect_until) if connecting else self.until
        seconds = end - time.monotonic()
        if seconds <= 0:
            raise self.out_of_time()
        return seconds

    def out_of_time(self) -> httpcore.ReadTimeout:
        """Note that time is up."""
        self.verdict = error_for("timed_out")
        return httpcore.ReadTimeout()

    def for_probe(self) -> Budget:
        """A short allowance to look why a fresh connection broke; never past this one's end."""
        until = min(self.until, time.monotonic() + PROBE_SECONDS)
        return Budget(until=until, connect_until=until, presents_certificate=self.presents_certificate)

    @property
    def worth_a_probe(self) -> bool:
        """Whether it broke on the first request of a fresh TLS connection, before a byte came.

        Under TLS 1.3 that is also how a platform that does not like our certificate looks
        (security.md T17): it says so only when the handshake is over for us.
        """
        fresh = self.direct and self.secured and not self.received and self.verdict is None
        return fresh and time.monotonic() < self.until

    @property
    def worth_another_handshake(self) -> bool:
        """Whether the far side cut the handshake: TLS 1.2 lets it do so at the sight of our certificate (T17)."""
        return self.direct and self.cut and self.verdict is None and time.monotonic() < self.until

    @property
    def shut_unasked(self) -> bool:
        """Of a probe: the far side hung up although nothing had been asked."""
        timed_out = self.verdict is not None and self.verdict.code == "timed_out"
        return self.secured and not self.received and not timed_out

    def take(self, count: int) -> None:
        """Count received bytes; none means that the far side closed.

        Raises:
            httpcore.ReadError: more than one answer may have.
        """
        self.received += count
        self.left -= count
        self.ended = count == 0
        if self.left < 0:
            self.verdict = error_for("answer_too_large")
            raise httpcore.ReadError

    def note(self, error: BaseException) -> None:
        """Keep what a socket or TLS error says, as a code of ours."""
        if isinstance(error, ssl.SSLCertVerificationError):
            why = _UNTRUSTED.get(error.verify_code, "not verified")
            self.verdict = error_for("server_untrusted", detail=why)
        elif isinstance(error, ssl.SSLError) and self._blames_certificate(error.reason or ""):
            self.verdict = error_for("client_certificate_refused", detail="the platform said so in TLS")
        elif isinstance(error, _CUT) and not self.secured:
            self.cut = self.connected
            self.verdict = self.refused_certificate() if self.connected and not self.presents_certificate else None
        elif isinstance(error, ssl.SSLError) and not self.secured and (broken := handshake_failure(error)):
            self.verdict = error_for("connect_failed", detail=broken)
        elif isinstance(error, TimeoutError):
            self.out_of_time()

    def _blames_certificate(self, reason: str) -> bool:
        """TLS 1.2 answers a missing certificate with no more than a failed handshake."""
        if any(word in reason for word in _REFUSED_CERTIFICATE):
            return True
        return "ALERT_HANDSHAKE_FAILURE" in reason and not self.presents_certificate

    def other_key(self) -> httpcore.ConnectError:
        """Note that the far end proved to have another key than the one pinned."""
        self.verdict = error_for("server_untrusted", detail="another key than the one pinned")
        return httpcore.ConnectError()

    def failed(self, code: Code) -> DancuError:
        """The error that a failed exchange comes to; ``code`` where the wire gave no clue."""
        if self.verdict is not None:
            return self.verdict
        if code == "unreadable_answer" and self.ended:
            code = "disconnected"
        return error_for(code)

    def refused_certificate(self) -> DancuError:
        """The error for a connection that the platform hung up on unasked."""
        why = "the platform hangs up on it" if self.presents_certificate else "none was presented"
        return error_for("client_certificate_refused", detail=why)
