"""The blocking driver: performs effects in the calling thread."""

from __future__ import annotations

import copy
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from dancu.errors import DancuError, error_for
from dancu.flows.effects import Audit, Done, Effect, Failed, Forget, Load, Send, Shared, Sleep, Store, Together
from dancu.runtime.exchange import exchange
from dancu.runtime.sinks import AUDIT_SECONDS

if TYPE_CHECKING:
    import httpx

    from dancu.flows.effects import Flow
    from dancu.runtime.sinks import AuditSink
    from dancu.runtime.stores import ByteStore

__all__ = ["BlockingDriver"]

T = TypeVar("T")
_MOST_TOGETHER = 8


@dataclass(slots=True)
class _Slot:
    """One value that several threads want: who leads, how many hold it, what came of it."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    led: bool = True
    holders: int = 1
    result: Done | Failed | None = None


class BlockingDriver:
    """Runs flows; one for a client, shared by its threads."""

    def __init__(self, *, transport: httpx.BaseTransport, sink: AuditSink, store: ByteStore) -> None:
        self._transport = transport
        self._sink = sink
        self._store = store
        self._slots: dict[str, _Slot] = {}
        self._lock = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; whatever is raised while an effect runs is thrown into it."""
        try:
            effect = next(flow)
            while True:
                try:
                    answer = self._perform(effect)
                except BaseException as error:  # noqa: BLE001  # the flow decides, and may audit a cancellation
                    effect = flow.throw(error)
                else:
                    effect = flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # the flow's own return type
        finally:
            flow.close()

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Send():
                return exchange(self._transport, effect)
            case Audit(record):
                return self._audit(record.line())
            case Sleep(seconds, until):
                return _sleep(seconds, until)
            case Shared():
                return self._shared(effect)
            case Together(makes):
                return self._together(makes)
            case Load(key):
                return self._store.load(key)
            case Store(key, value, ttl, tags):
                return self._store.store(key, value, ttl, tags)
            case Forget(tags):
                return self._store.forget(tags)
            case _:
                assert_never(effect)

    def _audit(self, line: bytes) -> None:
        try:
            self._sink.append(line).result(AUDIT_SECONDS)
        except Exception:  # noqa: BLE001  # whatever a sink raises, the record is not durable
            raise error_for("audit_unavailable") from None

    def _together(self, makes: tuple[Any, ...]) -> tuple[Done | Failed, ...]:
        def one(make: Any) -> Done | Failed:
            try:
                return Done(self.run(make()))
            except DancuError as error:
                return Failed(error)

        with ThreadPoolExecutor(min(_MOST_TOGETHER, max(1, len(makes))), "dancu-together") as pool:
            return tuple(pool.map(one, makes))

    def _shared(self, effect: Shared) -> Any:
        with self._lock:
            slot = self._slots.get(effect.key)
            leads = slot is None
            if slot is None:
                slot = self._slots[effect.key] = _Slot()
            else:
                slot.holders += 1
        try:
            if not leads and not self._succeed(slot, effect):
                return _share(slot.result)
            return self._lead(slot, effect)
        finally:
            with self._lock:
                slot.holders -= 1
                if slot.result is not None or slot.holders == 0:
                    self._forget(effect.key, slot)

    def _forget(self, key: str, slot: _Slot) -> None:
        if self._slots.get(key) is slot:
            del self._slots[key]

    def _succeed(self, slot: _Slot, effect: Shared) -> bool:
        """Wait for a result; True when this follower is to lead instead."""
        with slot.changed:
            if not slot.changed.wait_for(lambda: slot.result or not slot.led, effect.until - time.monotonic()):
                raise error_for("timed_out")
            if slot.result is not None:
                return False
            slot.led = True
            return True

    def _lead(self, slot: _Slot, effect: Shared) -> Any:
        result: Done | Failed | None = None
        try:
            value = self.run(effect.make())
            result = Done(value)
            return value
        except DancuError as error:
            if error.code != "timed_out":
                result = Failed(error)
            raise
        finally:
            with self._lock, slot.changed:
                slot.result, slot.led = result, False
                if result is not None:
                    self._forget(effect.key, slot)
                slot.changed.notify_all()


def _share(result: Done | Failed | None) -> Any:
    """A follower's copy: one exception object is not raised in two threads."""
    if isinstance(result, Done):
        return result.value
    assert result is not None  # noqa: S101  # followers come here only with a result
    raise copy.copy(result.error)


def _sleep(seconds: float, until: float) -> None:
    left = until - time.monotonic()
    time.sleep(max(0.0, min(seconds, left)))
    if seconds > left:
        raise error_for("timed_out")
