"""What ``[sharing]`` in ``gateway.toml`` may say, and the places of one way to a platform, shared by applications."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from dancu.errors import Unavailable
from dancu.policy.fairness import Fairness, FairRule, Ticket

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from dancu.policy.fairness import Share

__all__ = ["Places", "SharingPart"]

_BUSY_SECONDS = 1.0


class SharingPart(BaseModel):
    """How applications share the places to a platform, which are its profile's ``[limits] parallel``.

    Attributes:
        queue: questions of one application that may wait for a place.
        seconds: how long one waits at most.
        batch: the part of the places that applications with ``batch = true`` may hold together; one place at least.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    queue: Annotated[int, Field(ge=0, le=10_000)] = 64
    seconds: Annotated[float, Field(gt=0, le=20, strict=False)] = 2.0
    batch: Annotated[float, Field(gt=0, le=1, strict=False)] = 0.5

    def rule(self, places: int) -> FairRule:
        """For so many places."""
        return FairRule(places, self.queue, max(1, int(places * self.batch)))


class Places:
    """The places of one way, in one event loop.

    Args:
        fairness: who is next.
        seconds: how long a question waits at most.
        waited: told the seconds of each wait.
    """

    def __init__(self, fairness: Fairness, *, seconds: float, waited: Callable[[float], None]) -> None:
        self.fairness = fairness
        self._seconds = seconds
        self._waited = waited
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}

    @contextlib.asynccontextmanager
    async def one(self, share: Share) -> AsyncGenerator[None]:
        """A place for as long as the block runs.

        Raises:
            Unavailable: ``too_busy`` with ``retry_after``: too many of the application wait, or it waited too long.
        """
        ticket = Ticket(share)
        if not self.fairness.enter(ticket):
            await self._until_called(ticket)
        try:
            yield
        finally:
            self._leave(ticket)

    async def _until_called(self, ticket: Ticket) -> None:
        began, called = time.monotonic(), asyncio.get_running_loop().create_future()
        self._waiting[ticket] = called
        try:
            async with asyncio.timeout(self._seconds):
                await called
        except TimeoutError:
            self._give_up(ticket)
            raise Unavailable("too_busy", retry_after=_BUSY_SECONDS) from None
        except asyncio.CancelledError:
            self._give_up(ticket)
            raise
        finally:
            self._waited(time.monotonic() - began)

    def _give_up(self, ticket: Ticket) -> None:
        """It was called perhaps in the very moment in which it gave up."""
        self._waiting.pop(ticket, None)
        if not self.fairness.give_up(ticket):
            self._leave(ticket)

    def _leave(self, ticket: Ticket) -> None:
        self.fairness.leave(ticket)
        while (following := self.fairness.next()) is not None:
            called = self._waiting.pop(following)
            if not called.done():
                called.set_result(None)
