"""All that a flow knows besides its arguments: services, style, credential, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.errors import ConfigurationError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from dancu.events import Event, Observer
    from dancu.flows.access.contract import Credential
    from dancu.flows.cached import Cache
    from dancu.flows.resilient import Guards
    from dancu.flows.upstreams.contract import Upstream
    from dancu.policy.audit import Pseudonyms
    from dancu.wire.services.spec import ServiceSpec

__all__ = ["Clock", "Context", "Environment", "Times"]

Environment = Literal["test", "production"]


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, injected: ``monotonic`` seconds for deadlines, ``now`` in UTC for people."""

    monotonic: Callable[[], float]
    now: Callable[[], datetime.datetime]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds a whole call, one attempt, and opening a connection may take."""

    call: float = 20.0
    attempt: float = 8.0
    connect: float = 3.0


def _nobody(_event: Event) -> None:
    """Who is told where nobody observes."""


@dataclass(frozen=True, slots=True)
class Context:
    """What assembly makes of a profile for the flows.

    Attributes:
        named_keys: settings that change the way to the platform (``server_pin``, ``proxy`` ...), for the audit.
        cache: the response cache for one application; None for none.
        guards: limits, breaker and repeats; None for one attempt without them.
        tell: an observer of all that happens.
    """

    environment: Environment
    upstream: Upstream
    credential: Credential
    pseudonyms: Pseudonyms
    clock: Clock
    references: Callable[[], str]
    times: Times
    named_keys: tuple[str, ...] = ()
    guards: Guards | None = None
    cache: Cache | None = None
    tell: Observer = _nobody

    def service(self, name: str) -> ServiceSpec:
        """A service of the profile.

        Raises:
            ConfigurationError: ``profile_invalid`` naming ``services.<name>``.
        """
        spec = self.upstream.services.get(name)
        if spec is None:
            raise ConfigurationError(
                "profile_invalid", field=f"services.{name}", detail="the profile has no such service"
            )
        return spec
