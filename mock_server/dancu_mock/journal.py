"""What the mock saw: calls and handshakes, and nobody's number or name."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import islice

__all__ = ["KEPT", "Call", "Journal"]

KEPT = 100_000
"""So many calls are kept, the latest; about 25 MB of them."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the mock.

    Attributes:
        service: ``look_up``, ``confirm``, ``relatives``, ``blood_group``; ``token``, ``login``, ``refresh``;
            ``wsdl``; or empty where the path is unknown.
        outcome: ``found``, ``not_matched``, ``several``, ``refused``, ``fault``, ``issued``, ``served`` or the
            name of the scenario that answered instead.
        status: HTTP status, 0 where the answer is not well-formed.
        request_id, procedure, officer: as sent, where they could be read.
        operation: the element in the SOAP body, where there is one and it could be read.
        scenario: the scenario that had a part in it, also where it let the call pass.
        playing: that scenario's id on the stage; 0 where a reserved number asked for it.
        caller: common name of the client's certificate; empty in process.
        real_number: whether somebody may bear the number asked for; such a call is a ``fault``.
        sequence: 1 for the first call; no number comes twice, not even after the journal was cleared.
        at: the platform's time, in seconds since 1970.
    """

    service: str
    outcome: str
    status: int
    request_id: str = ""
    procedure: str = ""
    officer: str = ""
    operation: str = ""
    scenario: str = ""
    playing: int = 0
    caller: str = ""
    real_number: bool = False
    sequence: int = field(default=0, compare=False)
    at: float = field(default=0.0, compare=False)


class Journal:
    """A list of calls and a count of handshakes; safe for threads.

    Args:
        kept: how many calls at most, the latest.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=kept)
        self._last = 0
        self._handshakes = 0

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that are kept, in order."""
        with self._lock:
            return tuple(self._calls)

    def after(self, sequence: int) -> tuple[Call, ...]:
        """The calls with a higher number; where the first is not the next one, some were dropped or cleared."""
        with self._lock:
            if not self._calls:
                return ()
            return tuple(islice(self._calls, max(0, sequence + 1 - self._calls[0].sequence), None))

    @property
    def last(self) -> int:
        """The highest number so far; what to give `after` for those to come."""
        return self._last

    @property
    def handshakes(self) -> int:
        """TLS handshakes completed so far."""
        return self._handshakes

    def record(self, call: Call) -> None:
        """Add a call, under the next number."""
        with self._lock:
            self._last += 1
            self._calls.append(replace(call, sequence=self._last))

    def shake(self) -> None:
        """Count a handshake."""
        with self._lock:
            self._handshakes += 1

    def clear(self) -> None:
        """Forget everything but the number of the last call."""
        with self._lock:
            self._calls.clear()
            self._handshakes = 0
