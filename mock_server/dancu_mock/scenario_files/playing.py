"""From a step to an answer."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

from dancu_mock.messages import Raw, Reply
from dancu_mock.scenario_files.refusals import REFUSALS
from dancu_mock.scenario_files.steps import ChunksStep, FaultStep, HttpStep, PeopleStep, RefuseStep
from dancu_mock.scenarios import play

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu_mock.person import Person
    from dancu_mock.scenarios import Good
    from dancu_mock.settings import MockSettings
    from dancu_mock.stage import Taken

    Records = Callable[[tuple[Person, ...]], Good]

__all__ = ["late", "played", "played_at_the_gate"]


def played_at_the_gate(taken: Taken, settings: MockSettings, gate: Mapping[str, object]) -> Reply | None:
    """The answer of a step that plays before the credential is looked at; None where it lets the call go on."""
    match taken.step:
        case HttpStep() as step:
            return _http(step, taken.ends_in)
        case RefuseStep(refuse=name):
            return REFUSALS[name].reply(settings, gate)
        case FaultStep():
            return REFUSALS["credential"].reply(settings, gate)
        case _:
            return None


def played(
    taken: Taken, good: Good, records: Records, settings: MockSettings, gate: Mapping[str, object]
) -> Reply | Raw:
    """The answer of a step in place of the good one.

    Args:
        taken: the step.
        good: the answer that there would be.
        records: the answer with the records of these people.
        settings: of the mock.
        gate: the words in which the gate refuses.
    """
    match taken.step:
        case FaultStep(fault=name):
            return play(name, good)
        case PeopleStep() as step:
            return records(step.records).reply()
        case ChunksStep() as step:
            return Raw(_written(step), tuple(step.delays), step.end)
        case _:
            return played_at_the_gate(taken, settings, gate) or good.reply()


def _written(step: ChunksStep) -> tuple[bytes, ...]:
    often = (*step.repeats, *(1 for _ in step.chunks))
    return tuple(
        chunk.encode(step.encoding, "replace") * times for chunk, times in zip(step.chunks, often, strict=False)
    )


def _http(step: HttpStep, ends_in: int | None) -> Reply:
    seconds = ends_in if step.retry_after == "end" else step.retry_after
    waiting = () if seconds is None else (("Retry-After", str(seconds)),)
    return Reply(
        step.status, (("Content-Type", step.content_type), *step.headers.items(), *waiting), step.body.encode()
    )


def late(reply: Reply, seconds: float) -> Raw:
    """An answer that waits before it goes out."""
    phrase = http.client.responses.get(reply.status, "")
    head = f"HTTP/1.1 {reply.status} {phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in reply.headers)
    whole = f"{head}Content-Length: {len(reply.body)}\r\n\r\n".encode("latin-1") + reply.body
    return Raw((whole,), (seconds,), "keep")
