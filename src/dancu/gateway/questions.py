"""The endpoints that ask: read the body, check the grant, run the use case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from dancu.domain.fields import parse_fields
from dancu.flows.confirm import confirm
from dancu.flows.look_up import look_up
from dancu.flows.verify import verify
from dancu.gateway.bodies import ConfirmBody, LookUpBody, RelativesBody, VerifyBody
from dancu.gateway.gateway import NEVER_KEPT, Gateway
from dancu.gateway.prefill_bodies import PrefillBody, served
from dancu.gateway.reading import JSON, read_body
from dancu.prefill.flow import prefill
from dancu.prefilled import Prefill

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request

    from dancu.gateway.parts import ServiceName

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

from dancu.gateway.gateway import Question
from dancu.gateway.mismatches import missed

__all__ = ["question_routes"]


def question_routes(gateway: Gateway, endpoint: Callable[[Endpoint], Endpoint]) -> list[Route]:
    """Paths that ask about people; ``endpoint`` turns a failure into a problem."""

    async def asked_blood_group(request: Request) -> Response:
        caller = await gateway.admit(request, "blood_group")
        body = await read_body(request, ConfirmBody)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), ("blood_group",)
        granted = await gateway.check_granted(caller, purpose, "blood_group", fields, [subject])
        question = partial(
            look_up, subject=subject, fields=fields, purpose=purpose, deadline=None, service="blood_group"
        )
        return await gateway.ask(granted, Question("blood_group", purpose, (subject,)), question)

    async def asked_confirm(request: Request) -> Response:
        caller = await gateway.admit(request, "confirm")
        body = await read_body(request, ConfirmBody)
        subject, purpose = body.to_subject(), body.to_purpose()
        granted = await gateway.check_granted(caller, purpose, "confirm", (), [subject])
        question = partial(confirm, subject=subject, purpose=purpose, deadline=None)
        return await gateway.ask(granted, Question("confirm", purpose, (subject,)), question, even=True)

    async def asked_verify(request: Request) -> Response:
        caller = await gateway.admit(request, "verify")
        body = await read_body(request, VerifyBody)
        subject, purpose, claim = body.to_subject(), body.to_purpose(), body.to_claim()
        granted = await gateway.check_granted(caller, purpose, "verify", claim.claimed, [subject])
        question = partial(verify, subject=subject, claim=claim, purpose=purpose, deadline=None)
        return await gateway.ask(granted, Question("verify", purpose, (subject,)), question, even=True)

    async def asked_prefill(request: Request) -> Response:
        caller = await gateway.admit(request, "prefill")
        body = await read_body(request, PrefillBody)
        purpose, form = body.to_purpose(), body.to_form()
        people = body.to_people(form)
        granted = await gateway.granted(caller, purpose, "prefill", people.values())
        parts: dict[str, Any] = {"purpose": purpose, "declared": body.declared, "granted": granted.fields}
        async with gateway.watching(granted, Question("prefill", purpose, tuple(people.values()))) as watch:
            record = await gateway.run(granted, lambda context: prefill(context, form, people, **parts))
            watch.missed |= {gateway.pseudonym(granted, people[role]) for role in missed(record)}
        answer = served(Prefill(record), body.format)
        return Response(answer.model_dump_json(exclude_none=True), 200, NEVER_KEPT, JSON)

    asked = {
        "/v1/lookup": _records(gateway, "look_up", LookUpBody),
        "/v1/confirm": asked_confirm,
        "/v1/verify": asked_verify,
        "/v1/relatives": _records(gateway, "relatives", RelativesBody),
        "/v1/blood-group": asked_blood_group,
        "/v1/prefill": asked_prefill,
    }
    return [Route(path, endpoint(work), methods=["POST"]) for path, work in asked.items()]


def _records(gateway: Gateway, service: ServiceName, kind: type[LookUpBody | RelativesBody]) -> Endpoint:
    async def asked(request: Request) -> Response:
        caller = await gateway.admit(request, service)
        body = await read_body(request, kind)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), parse_fields(body.fields)
        granted = await gateway.check_granted(caller, purpose, service, fields, [subject])
        question = partial(look_up, subject=subject, fields=fields, purpose=purpose, deadline=None, service=service)
        return await gateway.ask(granted, Question(service, purpose, (subject,)), question)

    return asked
