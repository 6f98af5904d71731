"""A handshake by hand, to see at what the far side cuts it.

A platform of TLS 1.2 that does not like our certificate may hang up without an alert (security.md T17). That looks
like a broken network, but it comes after our second flight, the one that bears the certificate.
"""

from __future__ import annotations

import ssl

__all__ = ["Flights"]

_WITH_CERTIFICATE = 2


class Flights:
    """Our side of one handshake; what is sent and received is the caller's."""

    def __init__(self, context: ssl.SSLContext, server_name: str | None) -> None:
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._side = context.wrap_bio(self._received, self._to_send, server_hostname=server_name)
        self._sent = 0
        self._ended = False

    def answer(self, received: bytes) -> bytes:
        """What to send next after what was received; nothing at first, and nothing to send where more is to come."""
        self._received.write(received)
        try:
            self._side.do_handshake()
            self._ended = True
        except ssl.SSLWantReadError:
            pass
        flight = self._to_send.read()
        self._sent += bool(flight)
        return flight

    @property
    def unfinished(self) -> bool:
        """Whether the handshake goes on."""
        return not self._ended

    @property
    def showed_certificate(self) -> bool:
        """Whether our certificate is the last that was sent, and was not accepted."""
        return self.unfinished and self._sent >= _WITH_CERTIFICATE
