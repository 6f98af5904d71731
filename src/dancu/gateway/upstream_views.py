"""What operating a gateway needs to know of its way to a platform, read off its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from dancu.flows.resilient import Guards
    from dancu.runtime.identities import Identities
    from dancu.runtime.tls import Identity

__all__ = ["UpstreamView"]


@dataclass(frozen=True, slots=True)
class UpstreamView:
    """One platform under one credential.

    Attributes:
        agency: whose credential it is; empty where all share one.
        identities: our certificate there, None over plain http to the loopback.
        guards: limits and breaker.
    """

    agency: str
    identities: Identities[Identity] | None
    guards: Guards | None

    @property
    def breaker(self) -> str:
        """``closed``, ``half_open`` or ``open``; closed where there is none."""
        guards = self.guards
        return "closed" if guards is None or guards.breaker is None else guards.breaker.state

    @property
    def inside(self) -> int:
        """Attempts that are under way or wait for a place."""
        return 0 if self.guards is None else self.guards.limits.inside

    def spent(self, at: datetime.datetime) -> int | None:
        """Attempts of the day, Viet Nam's; None where a day has no limit."""
        return None if self.guards is None else self.guards.limits.spent(at)

    @property
    def per_day(self) -> int | None:
        """Attempts that a day allows; None for any number."""
        return None if self.guards is None else self.guards.limits.rule.per_day

    @property
    def not_after(self) -> datetime.datetime | None:
        """The end of our client certificate, UTC; None without one."""
        return None if self.identities is None else self.identities.current.not_after

    @property
    def identity_trouble(self) -> bool:
        """Whether the newest certificate files are not in use."""
        return self.identities is not None and self.identities.trouble is not None

    @property
    def about_certificate(self) -> str:
        """How the client certificate is called in findings and metrics."""
        return f"upstream.{self.agency}" if self.agency else "upstream"
