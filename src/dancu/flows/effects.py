"""The closed set of effects: everything a flow may want from the world.

A flow yields an effect and receives its answer, or has an error thrown in at the
yield. Each effect has a helper to be used with ``yield from``, so that the answer is
typed although a bare yield is not::

    reply = yield from send(request, until=until)

====================== ======================================================
effect                 what a driver does
====================== ======================================================
Send                   one exchange over a lane; a `WireReply`
Sleep                  waits, within the deadline
Shared                 one leader runs the flow, followers get its value or error
Together               runs several flows; values and errors come back as values
Load, Store, Forget    reads, writes and purges the cache
Audit                  durable before it returns
====================== ======================================================
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dancu.errors import DancuError
    from dancu.policy.audit import AuditRecord
    from dancu.wire.messages import WireReply, WireRequest

__all__ = [
    "STALE",
    "Audit",
    "Done",
    "Effect",
    "Failed",
    "Flow",
    "Forget",
    "Load",
    "Send",
    "Shared",
    "Sleep",
    "Store",
    "Together",
    "audit",
    "forget",
    "load",
    "send",
    "shared",
    "sleep",
    "store",
    "together",
]

T = TypeVar("T")

STALE = "the kept connection had closed"
"""The detail of ``disconnected`` where nobody can say whether the platform saw the request."""


@dataclass(frozen=True, slots=True)
class Send:
    """One exchange, ended at ``until`` (seconds of the monotonic clock) whatever happens.

    A kept connection that turns out to be closed is replaced and the request sent once more; with ``once``, for
    what a platform may take no second time, that is `Unavailable` ``disconnected`` with the detail `STALE`.
    """

    request: WireRequest
    until: float
    once: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """A pause of ``seconds``, cut short with `Unavailable` ``timed_out`` at ``until``."""

    seconds: float
    until: float


@dataclass(frozen=True, slots=True)
class Shared:
    """The value of one run of a flow for all who want it under the same key at the same time.

    A leader that is cancelled or times out hands over to a follower, which starts the
    flow anew; a follower keeps its own ``until``. Keys are closed names or digests, never
    a person's number, and are dropped with their last holder.
    """

    key: str
    make: Callable[[], Flow[Any]]
    until: float


@dataclass(frozen=True, slots=True)
class Together:
    """Several flows at once; the answer is a tuple of `Done` and `Failed` in their order."""

    makes: tuple[Callable[[], Flow[Any]], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """The bytes stored under ``key``, or None, also where the store cannot say."""

    key: str


@dataclass(frozen=True, slots=True)
class Store:
    """Keep ``value`` under ``key`` for ``ttl`` seconds, 0 for not at all; a store that fails keeps nothing.

    ``tags`` are digests under which it is found to be forgotten.
    """

    key: str
    value: bytes
    ttl: float
    tags: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Store(ttl={self.ttl})"


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop all that bears one of these tags; how many entries, or `Unavailable` where the store cannot say."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Make a record durable, or raise `Unavailable` ``audit_unavailable``."""

    record: AuditRecord


@dataclass(frozen=True, slots=True)
class Done:
    """A flow of `Together` that returned."""

    value: Any

    def __repr__(self) -> str:
        return "Done(***)"


@dataclass(frozen=True, slots=True)
class Failed:
    """A flow of `Together` that raised."""

    error: DancuError


Effect = Send | Sleep | Shared | Together | Load | Store | Forget | Audit
Flow = Generator[Effect, Any, T]


def send(request: WireRequest, *, until: float, once: bool = False) -> Flow[WireReply]:
    """Exchange a request for its reply; ``once`` as in `Send`.

    Raises:
        Unavailable, Rejected: by what happened on the way.
    """
    reply: WireReply = yield Send(request, until, once)
    return reply


def sleep(seconds: float, *, until: float) -> Flow[None]:
    """Wait."""
    yield Sleep(seconds, until)


def shared(key: str, make: Callable[[], Flow[T]], *, until: float) -> Flow[T]:
    """Run a flow once for all who want it now."""
    value: T = yield Shared(key, make, until)
    return value


def together(*makes: Callable[[], Flow[Any]]) -> Flow[tuple[Done | Failed, ...]]:
    """Run several flows at once."""
    outcomes: tuple[Done | Failed, ...] = yield Together(makes)
    return outcomes


def load(key: str) -> Flow[bytes | None]:
    """Read the cache."""
    value: bytes | None = yield Load(key)
    return value


def store(key: str, value: bytes, *, ttl: float, tags: tuple[str, ...] = ()) -> Flow[None]:
    """Write the cache."""
    yield Store(key, value, ttl, tags)


def forget(tags: tuple[str, ...]) -> Flow[int]:
    """Purge the cache.

    Raises:
        Unavailable: the store cannot be reached.
    """
    dropped: int = yield Forget(tags)
    return dropped


def audit(record: AuditRecord) -> Flow[None]:
    """Write the audit."""
    yield Audit(record)
