"""The heart of the mock: one function from a request to a reply.

::

    method ─► path ─► scenario at the gate ─► credential ─► content type ─► elements in order ─► MaYeuCau never seen
           ─► procedure ─► officer ─► scenario ─► number, name and birth date in the register ─► rendering ─► skin
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dancu.domain.ids import is_synthetic
from dancu_mock.access import GATES, Visit
from dancu_mock.access.contract import json_reply, mime, refused
from dancu_mock.fault_numbers import FAULT_NUMBERS
from dancu_mock.journal import Call
from dancu_mock.messages import Reply
from dancu_mock.people import PEOPLE
from dancu_mock.reading import Malformed, read_json, read_soap
from dancu_mock.render.answers import payload
from dancu_mock.render.markup import envelope
from dancu_mock.scenario_files.playing import played, played_at_the_gate
from dancu_mock.scenario_files.steps import GoodStep, RevokeStep
from dancu_mock.scenarios import Good, play
from dancu_mock.skins import SKINS, opencps
from dancu_mock.stage import Facts
from dancu_mock.wsdl import wsdl_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dancu_mock.access import Door
    from dancu_mock.memory import Memory
    from dancu_mock.messages import Raw, Request
    from dancu_mock.person import Person
    from dancu_mock.reading import Asked
    from dancu_mock.register import Register
    from dancu_mock.scenario_files.playing import Records
    from dancu_mock.settings import MockSettings
    from dancu_mock.stage import Stage, Taken

__all__ = ["MOCK_HEADER", "Answered", "Platform", "answer"]

MOCK_HEADER = ("X-Dancu-Mock", "1")
_REFUSED: Mapping[str, object] = {"message": "MOCK: refused"}
_MIMES = {"soap": {"application/xml", "text/xml"}, "json": {"application/json"}}


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and what the journal says about it.

    Attributes:
        delay: seconds that a well-formed reply waits before it goes out.
    """

    reply: Reply | Raw
    call: Call
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Platform:
    """All that an answer depends on.

    Attributes:
        settings: how strict to be.
        memory: ids seen and tokens handed out.
        register: who is found.
        stage: which scenarios are in play.
    """

    settings: MockSettings
    memory: Memory
    register: Register
    stage: Stage


def answer(request: Request, platform: Platform, *, now: float) -> Answered:
    """Answer a request as it came, at the platform's time in seconds since 1970."""
    answered = _answered(request, platform, Visit(request, platform.settings, platform.memory, request.target, now))
    call = replace(answered.call, caller=request.caller, at=now)
    return replace(answered, reply=_marked(answered.reply), call=call)


def _answered(request: Request, platform: Platform, visit: Visit) -> Answered:
    settings = platform.settings
    for door in GATES[settings.family].doors:
        if request.target == getattr(settings, door.path):
            return _at_a_door(door, platform, visit)
    described = wsdl_for(request, settings)
    if described is not None:
        return Answered(described, Call("wsdl", "served", 200))
    service = settings.services.get(request.target, "")
    if request.method != "POST":
        return _refused(405, service)
    if not service:
        return _refused(404, service)
    return _at_a_service(service, platform, visit)


def _at_a_door(door: Door, platform: Platform, visit: Visit) -> Answered:
    taken = platform.stage.take(_facts(door.name, None, visit))
    outcome, reply = door.open(visit) if visit.request.method == "POST" else refused(405, _REFUSED)
    content_type = dict(reply.headers).get("Content-Type", "")
    good = Good(reply.body, lambda body: body, content_type, lambda _person: reply.body)
    answered = Answered(reply, Call(door.name, outcome, reply.status))
    return answered if taken is None else _staged(taken, answered, good, lambda _people: good, visit)


def _at_a_service(service: str, platform: Platform, visit: Visit) -> Answered:
    settings, gate = platform.settings, GATES[platform.settings.family]
    readable = mime(visit.request) in _MIMES[settings.form]
    asked = _read(visit.request.body, service, settings, without=gate.members) if readable else None
    taken = platform.stage.take(_facts(service, asked, visit), gate=True)
    if taken is not None:
        instead = played_at_the_gate(taken, settings, gate.refusal)
        if instead is not None:
            return _answered_by(taken, instead, Call(service, taken.name, instead.status))
        if isinstance(taken.step, RevokeStep):
            visit.memory.revoke_tokens(refresh=taken.step.revoke == "everything")
    answered = _past_a_scenario(service, asked, platform, visit, spent=taken is not None)
    return answered if taken is None else replace(answered, call=_named(answered.call, taken))


def _past_a_scenario(
    service: str, asked: Asked | Malformed | None, platform: Platform, visit: Visit, *, spent: bool
) -> Answered:
    """What the gate and the service say; ``spent``: this call had its scenario already."""
    gate = GATES[platform.settings.family]
    if not gate.admits(visit):
        return Answered(json_reply(401, gate.refusal), Call(service, "refused", 401))
    if asked is None:
        return _refused(415, service)
    if not isinstance(asked, Malformed) and visit.memory.seen(asked.request_id):
        asked = Malformed("MaYeuCau was used before")
    if isinstance(asked, Malformed):
        skin = SKINS[platform.settings.skin]
        status, body = skin.malformed(str(asked), platform.settings)
        reply = Reply(status, (("Content-Type", skin.content_type),), body)
        return Answered(reply, Call(service, "fault", status))
    return _in_register(service, asked, platform, visit, spent=spent)


def _read(body: bytes, service: str, settings: MockSettings, *, without: tuple[str, ...]) -> Asked | Malformed:
    try:
        return read_json(body, service, without=without) if settings.form == "json" else read_soap(body, service)
    except Malformed as reason:
        return reason


def _facts(service: str, asked: Asked | Malformed | None, visit: Visit) -> Facts:
    if asked is None or isinstance(asked, Malformed):
        return Facts(service, visit.request.caller, now=visit.now)
    return Facts(service, visit.request.caller, asked.officer, asked.procedure, asked.number, visit.now)


def _in_register(service: str, asked: Asked, platform: Platform, visit: Visit, *, spent: bool) -> Answered:
    settings = platform.settings
    if settings.licensed_procedures is not None and asked.procedure not in settings.licensed_procedures:
        return _refused(settings.refusal_status, service, opencps("004", "procedure"))
    if settings.licensed_officers is not None and asked.officer not in settings.licensed_officers:
        return _refused(settings.refusal_status, service, opencps("005", "officer"))
    taken = None if spent else platform.stage.take(_facts(service, asked, visit))
    person = platform.register.find(asked.number, asked.key, asked.birth)
    found = () if person is None else person.answered
    good = _good(service, found, settings)
    # A fault is played about somebody, also where nobody fits.
    shown = good if found else _good(service, (settings.people or PEOPLE)[0].answered, settings)
    reserved = FAULT_NUMBERS.get(asked.number)
    if taken is None and reserved is not None:
        reply = play(reserved, shown)
        return Answered(reply, replace(_call(service, asked, reserved, _status(reply)), scenario=reserved))
    outcome = "not_matched" if not found else "found" if len(found) == 1 else "several"
    answered = Answered(good.reply(), _call(service, asked, outcome, 200))
    if taken is None:
        return answered
    return _staged(taken, answered, shown, lambda people: _good(service, people, settings), visit)


def _staged(taken: Taken, answered: Answered, good: Good, records: Records, visit: Visit) -> Answered:
    """What a step makes of the answer that there would be."""
    if isinstance(taken.step, GoodStep | RevokeStep):
        return _answered_by(taken, answered.reply, answered.call)
    reply = played(taken, good, records, visit.settings, GATES[visit.settings.family].refusal)
    return _answered_by(taken, reply, replace(answered.call, outcome=taken.name, status=_status(reply)))


def _answered_by(taken: Taken, reply: Reply | Raw, call: Call) -> Answered:
    return Answered(reply, _named(call, taken), getattr(taken.step, "delay", 0.0))


def _named(call: Call, taken: Taken) -> Call:
    return replace(call, scenario=taken.name, playing=taken.id)


def _good(service: str, people: Sequence[Person], settings: MockSettings) -> Good:
    """The answer with the records of these people, or of nobody."""
    skin = SKINS[settings.skin]
    recorded = "look_up" if service == "confirm" else service
    return Good(
        envelope(payload(service, people, settings).written()),
        lambda document: skin.wrap(document, settings),
        skin.content_type,
        lambda other: envelope(payload(recorded, (other,), settings).written()),
    )


def _status(reply: Reply | Raw) -> int:
    return reply.status if isinstance(reply, Reply) else 0


def _call(service: str, asked: Asked, outcome: str, status: int) -> Call:
    call = Call(service, outcome, status, asked.request_id, asked.procedure, asked.officer, asked.operation)
    return replace(call, real_number=not is_synthetic(asked.number))


def _refused(status: int, service: str, members: Mapping[str, object] = _REFUSED) -> Answered:
    return Answered(json_reply(status, members), Call(service, "refused", status))


def _marked(reply: Reply | Raw) -> Reply | Raw:
    """Every well-formed answer says that a mock gave it."""
    return Reply(reply.status, (*reply.headers, MOCK_HEADER), reply.body) if isinstance(reply, Reply) else reply
