"""Ways to the platforms: one for each agency with a credential of its own, and one for all others.

The certificate belongs to the connection, so a pool is one agency's: a question of one agency never goes out on a
connection, under a token, or against a quota or breaker of another's (security.md T33).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dancu.assembly import assemble, lane_settings
from dancu.gateway.sharing import Places
from dancu.gateway.store import ApplicationSink
from dancu.gateway.upstream_views import UpstreamView
from dancu.policy.fairness import Fairness
from dancu.runtime.awaiting import AwaitingDriver
from dancu.runtime.awaiting_lanes import AwaitingLanes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from dancu.assembly import Parts
    from dancu.events import Observer
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.gateway.config import GatewayConfig
    from dancu.gateway.identity import Granted
    from dancu.runtime.sinks import AuditSink

__all__ = ["Upstreams"]

T = TypeVar("T")
SHARED = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """One credential with its connections."""

    parts: Parts
    lanes: AwaitingLanes
    driver: AwaitingDriver
    places: Places


class Upstreams:
    """All ways of a gateway."""

    def __init__(
        self, config: GatewayConfig, sink: AuditSink, *, observer: Observer, waited: Callable[[float], None]
    ) -> None:
        own = {one.name: one.profile for one in config.agency if one.profile is not None}
        self._profiles = {
            name: config.directory / path for name, path in {SHARED: config.upstream.profile, **own}.items()
        }
        self._sharing = config.sharing
        self._waited = waited
        self._sink = sink
        self._observer = observer
        self._ways: dict[str, _Way] = {}
        self._contexts: dict[tuple[str, str], Context] = {}

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Ready to ask, in this event loop; nothing is connected yet.

        Raises:
            ConfigurationError: a profile cannot be used.
        """
        async with contextlib.AsyncExitStack() as closing:
            for name, profile in self._profiles.items():
                parts = assemble(profile, audit=self._sink, clock=None, observers=(self._observer,))
                lanes = AwaitingLanes(lane_settings(parts))
                closing.push_async_callback(lanes.aclose)
                driver = AwaitingDriver(transport=lanes, sink=self._sink, store=parts.store)
                closing.push_async_callback(driver.aclose)
                fairness = Fairness(self._sharing.rule(parts.profile.limits.parallel))
                places = Places(fairness, seconds=self._sharing.seconds, waited=self._waited)
                self._ways[name] = _Way(parts, lanes, driver, places)
            yield

    def views(self) -> tuple[UpstreamView, ...]:
        """What operating needs to know of each."""
        return tuple(
            UpstreamView(name, way.lanes.identities, way.parts.context.guards) for name, way in self._ways.items()
        )

    @property
    def waiting(self) -> int:
        """Questions that wait for a place."""
        return sum(way.places.fairness.waiting for way in self._ways.values())

    async def run(self, granted: Granted, use_case: Callable[[Context], Flow[T]]) -> T:
        """What a use case comes to on its agency's way, once it has a place there; a whole form takes one.

        Raises:
            DancuError: the use case's; ``certificate_unusable`` where ours has ended meanwhile; ``too_busy`` where no
                place became free for it.
        """
        way, context = self._ways[self._name(granted)], self.context(granted)
        way.lanes.check_identity(context.clock.now())
        sink = ApplicationSink(self._sink, granted.application, granted.marks)
        async with way.places.one(granted.share):
            return await way.driver.auditing_to(sink).run(use_case(context))

    def context(self, granted: Granted) -> Context:
        """With the cache of one application under one credential; it sees nothing of another's."""
        name, application = self._name(granted), granted.application
        found = self._contexts.get((name, application))
        if found is None:
            found = self._contexts[name, application] = self._ways[name].parts.context_for(application)
        return found

    def _name(self, granted: Granted) -> str:
        return granted.agency if granted.agency in self._ways else SHARED
