"""What happens during a call, as typed events for logs, metrics and traces.

No event has a field that could hold an argument: no name, number, date, text of an answer or free
sentence (security.md T6, T9). ``reference`` is the call's ULID, the one of the audit, the outcome and
the wire's ``MaYeuCau``; it goes into logs and traces and never into a metric's label.

=================== ======================================================
event               told
=================== ======================================================
`Attempted`         after each exchange with the platform, tokens included
`Waited`            before a further attempt
`CacheRead`         when the response cache was looked into
`Ended`             once a call, after its outcome is in the audit
`BreakerMoved`      when the breaker opens, tries and closes
`IdentityChanged`   when a client certificate was replaced, or could not be
`IdentityEnding`    when a client certificate has few days left
=================== ======================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from dancu.errors import Code

__all__ = [
    "Attempted",
    "BreakerMoved",
    "CacheRead",
    "Ended",
    "Event",
    "IdentityChanged",
    "IdentityEnding",
    "Observer",
    "Waited",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """One exchange ended.

    Attributes:
        reference: ULID of the call.
        operation: ``look_up``, ``confirm``, ``verify``, ``relatives`` or ``blood_group``.
        attempt: 1 for the first.
        code: the error's code, or None when there was an answer.
        seconds: how long it took.
    """

    reference: str
    operation: str
    attempt: int
    code: Code | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A further attempt follows after ``seconds``, because of ``code``."""

    reference: str
    operation: str
    code: Code
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRead:
    """The response cache had the answer, had none, or had one that could not be opened."""

    reference: str
    operation: str
    state: Literal["hit", "miss", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call ended and its outcome is durable.

    Attributes:
        result: as in the audit: ``found``, ``not_matched``, ``ambiguous``, ``confirmed``, ``verified``,
            ``rejected``, ``unavailable``, ``failed`` or ``abandoned``.
        code: the error's code, or None.
        source: ``upstream``, ``cache`` or ``stale``.
        attempts: exchanges with the platform; 0 for a hit and for what was refused before.
        seconds: from the intent to the outcome.
    """

    reference: str
    operation: str
    result: str
    code: Code | None
    source: Literal["upstream", "cache", "stale"]
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerMoved:
    """The breaker of an upstream and credential is now in ``state``."""

    state: Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChanged:
    """Certificate files changed: the new ones are in use, or the old ones still are."""

    state: Literal["replaced", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityEnding:
    """The client certificate in use ends within ``days``."""

    days: int


Event: TypeAlias = Attempted | Waited | CacheRead | Ended | BreakerMoved | IdentityChanged | IdentityEnding
Observer: TypeAlias = Callable[[Event], None]
"""What takes events: quick, for it runs inside the call; what it raises is logged and harms no call."""
