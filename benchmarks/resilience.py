"""What repeats, quota, breaker and limits cost a question that is answered at once: one flow, with and without.

The flow is driven by hand, without socket, sink or waiting, so that the share is the largest that anybody
can see. No absolute time is asserted: read the ratios, and run it twice.
"""

from __future__ import annotations

import datetime
import statistics
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dancu import Officer, Purpose, Secret, Subject
from dancu.flows.access.hash_basic import HashBasic
from dancu.flows.confirm import confirm
from dancu.flows.context import Context, Times
from dancu.flows.effects import Send
from dancu.flows.upstreams.platform import Platform
from dancu.policy.audit import Pseudonyms
from dancu.profiles.resilience import BreakerPart, Limits, Retry, make_guards
from dancu.runtime.clock import system_clock
from dancu.wire.messages import WireReply
from dancu.wire.services.spec import ServiceSpec, WireStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.domain.outcomes import Confirmed, NotMatched
    from dancu.flows.resilient import Guards

ROUNDS, CALLS = 41, 500
GOAL = 15.0
"""Microseconds a call, on a machine that does nothing else."""
SENT = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh")
SUBJECT = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="benchmark")
YES = WireReply(
    200,
    (),
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b'<d:XacThucThongTinCongDanResponse xmlns:d="http://dancuquocgia.bca"><d:TonTai>true</d:TonTai>'
    b"</d:XacThucThongTinCongDanResponse></s:Body></s:Envelope>",
)


def context(guards: Guards | None) -> Context:
    """A platform with one service, and guards or none."""
    clock = system_clock()
    spec = ServiceSpec("https://platform.example/xacthuc", "/xacthuc", "XacThucThongTinCongDan", "003", SENT)
    return Context(
        environment="test",
        upstream=Platform({"confirm": spec}, WireStyle()),
        credential=HashBasic("demo-app", Secret("synthetic"), lambda: datetime.datetime.now(datetime.UTC).timestamp()),
        pseudonyms=Pseudonyms(Secret("synthetic")),
        clock=clock,
        references=lambda: "01HF7YAT0000000000000000RE",
        times=Times(),
        guards=guards,
    )


def guarded(retry: Retry | None = None, *, breaker: bool = True, rate: float | None = 10_000.0) -> Guards:
    """Guards of a profile; a rate high enough never to make anybody wait."""
    return make_guards(
        retry or Retry(),
        BreakerPart(enabled=breaker),
        Limits(per_second=rate, per_day=None if rate is None else 1_000_000_000),
        attempt_seconds=8.0,
        behind_gateway=False,
    )


def ask(at: Context) -> Confirmed | NotMatched:
    """One question, each effect answered at once."""
    flow = confirm(at, SUBJECT, purpose=PURPOSE, deadline=None)
    effect = next(flow)
    try:
        while True:
            effect = flow.send(YES if isinstance(effect, Send) else None)
    except StopIteration as end:
        answer: Confirmed | NotMatched = end.value
    return answer


def microseconds(work: Callable[[], object]) -> float:
    """Of one call, over `CALLS`."""
    begun = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - begun) / CALLS * 1e6


def main() -> int:
    """Measure in turn, print; 1 where the goal is missed."""
    bare = context(None)
    contexts = {
        "without guards": bare,
        "limits alone, no rates": replace(bare, guards=guarded(breaker=False, rate=None)),
        "limits with rates": replace(bare, guards=guarded(breaker=False)),
        "all: repeats, quota, breaker, limits": replace(bare, guards=guarded()),
    }
    found: dict[str, list[float]] = {name: [] for name in contexts}
    for _ in range(ROUNDS):
        for name, at in contexts.items():
            found[name].append(microseconds(lambda at=at: ask(at)))  # type: ignore[misc]  # bound now, not later
    base = found["without guards"]
    print(f"{ROUNDS} interleaved rounds of {CALLS} confirmations, median [range] against the flow without guards")
    for name, times in found.items():
        ratios = sorted(one / other for one, other in zip(times, base, strict=True))
        more = min(times) - min(base)
        share = f"{statistics.median(ratios):5.2f} [{ratios[0]:.2f}-{ratios[-1]:.2f}]"
        print(f"  {name:<38} {share} {more:+6.1f} us a call, of the quietest rounds")
    added = min(found["all: repeats, quota, breaker, limits"]) - min(base)
    print(f"  all of them add {added:.1f} us; the goal is {GOAL:.0f}")
    return 0 if added <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
