"""The awaiting driver: performs effects in one event loop."""

from __future__ import annotations

import asyncio
import copy
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from dancu.errors import DancuError, error_for
from dancu.flows.effects import Audit, Done, Effect, Failed, Forget, Load, Send, Shared, Sleep, Store, Together
from dancu.runtime.exchange import exchange_async
from dancu.runtime.sinks import AUDIT_SECONDS

if TYPE_CHECKING:
    import httpx

    from dancu.flows.effects import Flow
    from dancu.runtime.sinks import AuditSink
    from dancu.runtime.stores import ByteStore

__all__ = ["AwaitingDriver"]

T = TypeVar("T")


@dataclass(slots=True)
class _Slot:
    """One value that several tasks want: who leads, how many hold it, what came of it."""

    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    led: bool = True
    holders: int = 1
    result: Done | Failed | None = None


class AwaitingDriver:
    """Runs flows; one for a client, shared by the tasks of its event loop."""

    def __init__(self, *, transport: httpx.AsyncBaseTransport, sink: AuditSink, store: ByteStore) -> None:
        self._transport = transport
        self._sink = sink
        self._store = store.awaited()
        self._slots: dict[str, _Slot] = {}

    def auditing_to(self, sink: AuditSink) -> AwaitingDriver:
        """This driver with another sink; what is shared among its tasks is shared with this one's."""
        other = copy.copy(self)
        other._sink = sink  # noqa: SLF001  # of the same class
        return other

    async def aclose(self) -> None:
        """Let go of the store's connections; the transport and the sink are whose they are."""
        await self._store.close()

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; whatever is raised, a cancellation too, is thrown into it."""
        try:
            effect = next(flow)
            while True:
                try:
                    answer = await self._perform(effect)
                except BaseException as error:  # noqa: BLE001  # the flow decides, and may audit a cancellation
                    effect = flow.throw(error)
                else:
                    effect = flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # the flow's own return type
        finally:
            flow.close()

    async def _perform(self, effect: Effect) -> Any:
        match effect:
            case Send():
                return await exchange_async(self._transport, effect)
            case Audit(record):
                return await self._audit(record.line())
            case Sleep(seconds, until):
                return await _sleep(seconds, until)
            case Shared():
                return await self._shared(effect)
            case Together(makes):
                return await self._together(makes)
            case Load(key):
                return await self._store.load(key)
            case Store(key, value, ttl, tags):
                return await self._store.store(key, value, ttl, tags)
            case Forget(tags):
                return await self._store.forget(tags)
            case _:
                assert_never(effect)

    async def _audit(self, line: bytes) -> None:
        """Shielded: a record handed to the sink is written even when the caller is cancelled."""
        try:
            future = self._sink.append(line)
            if not future.done():
                async with asyncio.timeout(AUDIT_SECONDS):
                    await asyncio.shield(asyncio.wrap_future(future))
            else:
                future.result()
        except Exception:  # noqa: BLE001  # whatever a sink raises, the record is not durable
            raise error_for("audit_unavailable") from None

    async def _together(self, makes: tuple[Any, ...]) -> tuple[Done | Failed, ...]:
        async def one(make: Any) -> Done | Failed:
            try:
                return Done(await self.run(make()))
            except DancuError as error:
                return Failed(error)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(make)) for make in makes]
        return tuple(task.result() for task in tasks)

    async def _shared(self, effect: Shared) -> Any:
        slot = self._slots.get(effect.key)
        if slot is None:
            slot = self._slots[effect.key] = _Slot()
            leads = True
        else:
            slot.holders += 1
            leads = False
        try:
            if not leads and not await self._succeed(slot, effect):
                return _share(slot.result)
            return await self._lead(slot, effect)
        finally:
            slot.holders -= 1
            if slot.result is not None or slot.holders == 0:
                self._forget(effect.key, slot)

    def _forget(self, key: str, slot: _Slot) -> None:
        if self._slots.get(key) is slot:
            del self._slots[key]

    async def _succeed(self, slot: _Slot, effect: Shared) -> bool:
        """Wait for a result; True when this follower is to lead instead."""
        try:
            async with asyncio.timeout(effect.until - time.monotonic()), slot.changed:
                await slot.changed.wait_for(lambda: slot.result or not slot.led)
                if slot.result is not None:
                    return False
                slot.led = True
                return True
        except TimeoutError:
            raise error_for("timed_out") from None

    async def _lead(self, slot: _Slot, effect: Shared) -> Any:
        result: Done | Failed | None = None
        try:
            value = await self.run(effect.make())
            result = Done(value)
            return value
        except DancuError as error:
            if error.code != "timed_out":
                result = Failed(error)
            raise
        finally:
            slot.result, slot.led = result, False
            if result is not None:
                self._forget(effect.key, slot)
            async with slot.changed:
                slot.changed.notify_all()


def _share(result: Done | Failed | None) -> Any:
    """A follower's copy: one exception object is not raised in two tasks."""
    if isinstance(result, Done):
        return result.value
    assert result is not None  # noqa: S101  # followers come here only with a result
    raise copy.copy(result.error)


async def _sleep(seconds: float, until: float) -> None:
    left = until - time.monotonic()
    await asyncio.sleep(max(0.0, min(seconds, left)))
    if seconds > left:
        raise error_for("timed_out")
