"""Who was turned away at the door, for an inspector to read: a record of its own kind, and no person in it.

Best effort: a refusal stays one whether its record could be kept or not. Whoever has no key can be refused as often
as they like, so only some refusals a second are written; the next record tells how many there were besides.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from dancu.runtime.sinks import AUDIT_SECONDS

if TYPE_CHECKING:
    import datetime

    from dancu.domain.queries import Purpose
    from dancu.flows.context import Clock
    from dancu.runtime.sinks import AuditSink

__all__ = ["PER_SECOND", "Refusal", "RefusalCode", "Refusals"]

RefusalCode = Literal[
    "unauthenticated", "rate_limited", "not_granted", "officer_refused", "subject_locked", "quota_spent"
]
PER_SECOND = 20
"""Records that are written a second, of each code."""

_PERSONAL = re.compile(r"[0-9](?:[ .-]?[0-9]){8,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One question that was turned away, as far as it was read until then.

    Attributes:
        time: UTC.
        code: why.
        service: ``look_up``, ``confirm``, ``verify``, ``relatives``, ``blood_group``, ``prefill`` or
            ``whoami``.
        application: its name; empty where no valid key was shown.
        procedure, unit: as the application gave them; empty where the body was not read.
        fields: names of the fields asked for.
        reason: a closed word: what stood against it, where there is more to say than the code.
        besides: how many refusals of this code had no record since the last one that had.
    """

    time: datetime.datetime
    code: RefusalCode
    service: str
    application: str = ""
    procedure: str = ""
    unit: str = ""
    fields: tuple[str, ...] = ()
    reason: str = ""
    besides: int = 0

    def line(self) -> bytes:
        """The record as one line of JSON, UTF-8, without its newline."""
        parts = {"record": "refusal", **asdict(self), "time": self.time.isoformat(timespec="milliseconds")}
        parts |= {"procedure": _impersonal(self.procedure), "unit": _impersonal(self.unit)}
        if not self.reason:
            del parts["reason"]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def _impersonal(text: str) -> str:
    """Text of the caller's without what may be a person's number, put where a code belongs."""
    return _PERSONAL.sub("#", text)


@dataclass(slots=True)
class _Second:
    """What was written and left out of one code in a second that began at ``since``."""

    since: float
    written: int = 0
    left_out: int = 0


class Refusals:
    """Keeps refusals in the audit's store: ``sink`` itself, since a refusal names its application."""

    def __init__(self, sink: AuditSink, *, clock: Clock) -> None:
        self._sink = sink
        self._clock = clock
        self._seconds: dict[RefusalCode, _Second] = {}

    async def note(
        self,
        code: RefusalCode,
        *,
        service: str,
        application: str = "",
        purpose: Purpose | None = None,
        fields: tuple[str, ...] = (),
        reason: str = "",
    ) -> None:
        """Keep one, within `AUDIT_SECONDS`; where that fails, the caller is refused all the same."""
        besides = self._admitted(code)
        if besides is None:
            return
        refusal = Refusal(
            time=self._clock.now(),
            code=code,
            service=service,
            application=application,
            procedure="" if purpose is None else purpose.procedure,
            unit="" if purpose is None else purpose.unit,
            fields=fields,
            reason=reason,
            besides=besides,
        )
        # A sink may fail in any way; what the caller is told does not depend on it.
        try:
            async with asyncio.timeout(AUDIT_SECONDS):
                await asyncio.shield(asyncio.wrap_future(self._sink.append(refusal.line())))
        except Exception:  # noqa: BLE001  # see above
            self._seconds[code].left_out += 1 + besides

    def _admitted(self, code: RefusalCode) -> int | None:
        """How many were left out before this one, which is to be written; None where it is left out itself."""
        now = self._clock.monotonic()
        second = self._seconds.setdefault(code, _Second(now))
        if now - second.since >= 1.0:
            second.since, second.written = now, 0
        if second.written >= PER_SECOND:
            second.left_out += 1
            return None
        second.written += 1
        besides, second.left_out = second.left_out, 0
        return besides
