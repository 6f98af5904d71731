"""The heart of the mock: one pure function from a request to a reply.

::

    method ─► path ─► credential ─► content type ─► elements in order ─► MaYeuCau never seen
           ─► procedure ─► officer ─► number, name and birth date in the register ─► rendering
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dancu_mock.access import admits
from dancu_mock.fault_numbers import FAULT_NUMBERS
from dancu_mock.journal import Call
from dancu_mock.messages import Reply
from dancu_mock.reading import Asked, Malformed, read_request
from dancu_mock.render import collection, confirmation, fault
from dancu_mock.scenarios import AT_THE_GATE, play
from dancu_mock.token_access import admits_key, admits_token, asks_for_token

if TYPE_CHECKING:
    from dancu_mock.memory import Memory
    from dancu_mock.messages import Raw, Request
    from dancu_mock.people import Person
    from dancu_mock.settings import MockSettings

__all__ = ["MOCK_HEADER", "Answered", "answer"]

MOCK_HEADER = ("X-Dancu-Mock", "1")
_XML = ("Content-Type", "application/xml; charset=utf-8")
_JSON = ("Content-Type", "application/json")
_OPERATIONS = {
    "look_up": ("TraCuuThongTinCongDan",),
    "confirm": ("XacThucThongTinCongDan", "XacThucThongTinCongDanRequest"),
}


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
    if settings.family == "lgsp-token" and request.target == settings.token_path:
        return _token(request, settings, memory, now=now)
    service = {settings.lookup_path: "look_up", settings.confirm_path: "confirm"}.get(request.target, "")
    if request.method != "POST":
        return _refused(405, service)
    if not service:
        return _refused(404, service)
    if scenario == AT_THE_GATE or not _admitted(request, settings, memory, now=now):
        refused = _refused(401, service)
        return replace(refused, call=replace(refused.call, outcome=scenario)) if scenario == AT_THE_GATE else refused
    if (request.header("Content-Type") or "").partition(";")[0].strip().lower() not in {"application/xml", "text/xml"}:
        return _refused(415, service)
    try:
        asked = read_request(request.body, _OPERATIONS[service])
        if memory.seen(asked.request_id):
            raise Malformed("MaYeuCau was used before")
    except Malformed as reason:
        return Answered(_reply(500, _XML, fault("Client", str(reason))), Call(service, "fault", 500))
    return _in_register(service, asked, settings, scenario)


def _admitted(request: Request, settings: MockSettings, memory: Memory, *, now: float) -> bool:
    if settings.family == "lgsp-token":
        return admits_token(request, settings, memory, now=now)
    return admits(request, settings, service_url=request.target, now=now)


def _token(request: Request, settings: MockSettings, memory: Memory, *, now: float) -> Answered:
    if request.method != "POST":
        return _refused(405, "token")
    if not admits_key(request, settings) or not asks_for_token(request):
        return _refused(401, "token")
    token = memory.issue(now + settings.token_life)
    body = {"access_token": token, "token_type": "Bearer", "expires_in": settings.token_life}
    return Answered(_reply(200, _JSON, json.dumps(body).encode()), Call("token", "issued", 200))


def _in_register(service: str, asked: Asked, settings: MockSettings, scenario: str | None) -> Answered:
    if settings.licensed_procedures is not None and asked.procedure not in settings.licensed_procedures:
        return _refused(403, service, b'{"message":"MOCK: procedure","errorCode":"004"}')
    if settings.licensed_officers is not None and asked.officer not in settings.licensed_officers:
        return _refused(403, service, b'{"message":"MOCK: officer","errorCode":"005"}')
    scenario = scenario or FAULT_NUMBERS.get(asked.number)
    person = next((one for one in settings.people if _fits(asked, one)), None)
    if scenario is not None:
        body = _body(service, person or settings.people[0])
        reply = play(scenario, body)
        status = reply.status if isinstance(reply, Reply) else 0
        return Answered(_marked(reply), _call(service, asked, scenario, status))
    outcome = "not_matched" if person is None else "found" if len(person.answered) == 1 else "several"
    return Answered(_reply(200, _XML, _body(service, person)), _call(service, asked, outcome, 200))


def _fits(asked: Asked, person: Person) -> bool:
    if (asked.number, asked.key) != (person.asked_number, person.key):
        return False
    pairs = zip(asked.birth, (person.year, person.month, person.day), strict=True)
    return all(sent == held for sent, held in pairs if sent is not None and held is not None)


def _body(service: str, person: Person | None) -> bytes:
    if service == "confirm":
        return confirmation(exists=person is not None)
    return collection(() if person is None else person.answered)


def _call(service: str, asked: Asked, outcome: str, status: int) -> Call:
    return Call(service, outcome, status, asked.request_id, asked.procedure, asked.officer, asked.operation)


def _refused(status: int, service: str, body: bytes = b'{"message":"MOCK: refused"}') -> Answered:
    return Answered(_reply(status, _JSON, body), Call(service, "refused", status))


def _reply(status: int, content_type: tuple[str, str], body: bytes) -> Reply:
    return Reply(status, (content_type, MOCK_HEADER), body)


def _marked(reply: Reply | Raw) -> Reply | Raw:
    """Every well-formed answer says that a mock gave it."""
    return Reply(reply.status, (*reply.headers, MOCK_HEADER), reply.body) if isinstance(reply, Reply) else reply
