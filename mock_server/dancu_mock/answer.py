"""The heart of the mock: one pure function from a request to a reply.

::

    method ─► path ─► credential ─► content type ─► elements in order ─► MaYeuCau never seen
           ─► procedure ─► officer ─► number, name and birth date in the register ─► rendering ─► skin
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dancu_mock.access import GATES, Visit
from dancu_mock.access.contract import json_reply, mime, refused
from dancu_mock.fault_numbers import FAULT_NUMBERS
from dancu_mock.journal import Call
from dancu_mock.messages import Reply
from dancu_mock.reading import Malformed, read_json, read_soap
from dancu_mock.render.answers import payload
from dancu_mock.render.markup import envelope
from dancu_mock.scenarios import AT_THE_GATE, Good, play
from dancu_mock.skins import SKINS, opencps
from dancu_mock.wsdl import wsdl_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.memory import Memory
    from dancu_mock.messages import Raw, Request
    from dancu_mock.people import Person
    from dancu_mock.reading import Asked
    from dancu_mock.settings import MockSettings

__all__ = ["MOCK_HEADER", "Answered", "answer"]

MOCK_HEADER = ("X-Dancu-Mock", "1")
_REFUSED: Mapping[str, object] = {"message": "MOCK: refused"}
_MIMES = {"soap": {"application/xml", "text/xml"}, "json": {"application/json"}}


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and what the journal says about it."""

    reply: Reply | Raw
    call: Call


def answer(
    request: Request,
    settings: MockSettings,
    *,
    now: float,
    memory: Memory,
    scenario: str | None = None,
) -> Answered:
    """Answer a request.

    Args:
        request: as it came.
        settings: how strict to be.
        now: seconds since 1970.
        memory: ids seen and tokens handed out; all that one call knows of another.
        scenario: a fault to play instead of the answer, past the gate or not.
    """
    answered = _answered(request, settings, Visit(request, settings, memory, request.target, now), scenario)
    return replace(answered, reply=_marked(answered.reply))


def _answered(request: Request, settings: MockSettings, visit: Visit, scenario: str | None) -> Answered:
    gate = GATES[settings.family]
    for door in gate.doors:
        if request.target == getattr(settings, door.path):
            outcome, reply = door.open(visit) if request.method == "POST" else refused(405, _REFUSED)
            return Answered(reply, Call(door.name, outcome, reply.status))
    described = wsdl_for(request, settings)
    if described is not None:
        return Answered(described, Call("wsdl", "served", 200))
    service = settings.services.get(request.target, "")
    if request.method != "POST":
        return _refused(405, service)
    if not service:
        return _refused(404, service)
    if scenario == AT_THE_GATE or not gate.admits(visit):
        outcome = scenario if scenario == AT_THE_GATE else "refused"
        return Answered(json_reply(401, gate.refusal), Call(service, outcome, 401))
    if mime(request) not in _MIMES[settings.form]:
        return _refused(415, service)
    try:
        asked = _asked(request.body, service, settings, without=gate.members)
        if visit.memory.seen(asked.request_id):
            raise Malformed("MaYeuCau was used before")
    except Malformed as reason:
        skin = SKINS[settings.skin]
        status, body = skin.malformed(str(reason), settings)
        return Answered(Reply(status, (("Content-Type", skin.content_type),), body), Call(service, "fault", status))
    return _in_register(service, asked, settings, scenario)


def _asked(body: bytes, service: str, settings: MockSettings, *, without: tuple[str, ...]) -> Asked:
    if settings.form == "json":
        return read_json(body, service, without=without)
    return read_soap(body, service)


def _in_register(service: str, asked: Asked, settings: MockSettings, scenario: str | None) -> Answered:
    if settings.licensed_procedures is not None and asked.procedure not in settings.licensed_procedures:
        return _refused(settings.refusal_status, service, opencps("004", "procedure"))
    if settings.licensed_officers is not None and asked.officer not in settings.licensed_officers:
        return _refused(settings.refusal_status, service, opencps("005", "officer"))
    scenario = scenario or FAULT_NUMBERS.get(asked.number)
    person = next((one for one in settings.people if _fits(asked, one)), None)
    if scenario is not None:
        reply = play(scenario, _good(service, person or settings.people[0], settings))
        status = reply.status if isinstance(reply, Reply) else 0
        return Answered(reply, _call(service, asked, scenario, status))
    outcome = "not_matched" if person is None else "found" if len(person.answered) == 1 else "several"
    return Answered(_good(service, person, settings).reply(), _call(service, asked, outcome, 200))


def _fits(asked: Asked, person: Person) -> bool:
    if (asked.number, asked.key) != (person.asked_number, person.key):
        return False
    pairs = zip(asked.birth, (person.year, person.month, person.day), strict=True)
    return all(sent == held for sent, held in pairs if sent is not None and held is not None)


def _good(service: str, person: Person | None, settings: MockSettings) -> Good:
    """The answer about a person, or about nobody."""
    skin, people = SKINS[settings.skin], () if person is None else person.answered
    recorded = "look_up" if service == "confirm" else service
    return Good(
        envelope(payload(service, people, settings).written()),
        lambda document: skin.wrap(document, settings),
        skin.content_type,
        lambda other: envelope(payload(recorded, (other,), settings).written()),
    )


def _call(service: str, asked: Asked, outcome: str, status: int) -> Call:
    return Call(service, outcome, status, asked.request_id, asked.procedure, asked.officer, asked.operation)


def _refused(status: int, service: str, members: Mapping[str, object] = _REFUSED) -> Answered:
    return Answered(json_reply(status, members), Call(service, "refused", status))


def _marked(reply: Reply | Raw) -> Reply | Raw:
    """Every well-formed answer says that a mock gave it."""
    return Reply(reply.status, (*reply.headers, MOCK_HEADER), reply.body) if isinstance(reply, Reply) else reply
