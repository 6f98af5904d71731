"""What the mock saw: calls and handshakes, and nobody's number or name."""

from __future__ import annotations

import threading
from dataclasses import dataclass

__all__ = ["Call", "Journal"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the mock.

    Attributes:
        service: ``look_up``, ``confirm``, ``relatives``, ``blood_group``; ``token``, ``login``, ``refresh``;
            ``wsdl``; or empty where the path is unknown.
        outcome: ``found``, ``not_matched``, ``several``, ``refused``, ``fault``, ``issued``, ``served`` or a
            scenario's name.
        status: HTTP status, 0 where the answer is not well-formed.
        request_id, procedure, officer: as sent, where they could be read.
        operation: the element in the SOAP body, where there is one and it could be read.
    """

    service: str
    outcome: str
    status: int
    request_id: str = ""
    procedure: str = ""
    officer: str = ""
    operation: str = ""


class Journal:
    """A list of calls and a count of handshakes; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._handshakes = 0

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls so far, in order."""
        with self._lock:
            return tuple(self._calls)

    @property
    def handshakes(self) -> int:
        """TLS handshakes completed so far."""
        return self._handshakes

    def record(self, call: Call) -> None:
        """Add a call."""
        with self._lock:
            self._calls.append(call)

    def shake(self) -> None:
        """Count a handshake."""
        with self._lock:
            self._handshakes += 1

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._calls.clear()
            self._handshakes = 0
