"""The application: routes, what each does in order, and a problem for everything else."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu.domain.fields import parse_fields
from dancu.errors import DancuError
from dancu.flows.confirm import confirm
from dancu.flows.look_up import look_up
from dancu.flows.verify import verify
from dancu.gateway.bodies import ConfirmBody, LookUpBody, RelativesBody, VerifyBody
from dancu.gateway.gateway import NEVER_KEPT, Gateway
from dancu.gateway.links import link_routes
from dancu.gateway.openapi import PUBLISHED, openapi_json
from dancu.gateway.operations import Counted, Operations, readiness_routes
from dancu.gateway.prefill_bodies import PrefillBody, served
from dancu.gateway.problems import DOOR, Problem, from_error, meaning, render
from dancu.gateway.reading import JSON, language, read_body
from dancu.prefill.flow import prefill
from dancu.prefilled import Prefill

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from starlette.requests import Request

    from dancu.gateway.openapi import Version
    from dancu.gateway.parts import ServiceName

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["Gateway", "build_app"]

_SAME_FOR_ALL = {"Cache-Control": "public, max-age=3600"}
_POINTERS = {"invalid_subject": "/subject", "invalid_purpose": "/purpose"}


def _endpoint(work: Endpoint) -> Endpoint:
    """Turn every way in which an endpoint can fail into a problem."""

    async def endpoint(request: Request) -> Response:
        try:
            return await work(request)
        except Problem as problem:
            return render(problem, language=language(request))
        except DancuError as error:
            return render(from_error(error, pointer=_pointer(error)), language=language(request))

    return endpoint


def _pointer(error: DancuError) -> str:
    """Where the part stands that an error names; a form's people and what is declared are named from the top."""
    is_whole = (error.field or "").startswith(("people", "declared"))
    return "" if is_whole else _POINTERS.get(error.code, "")


def _document(version: Version) -> Endpoint:
    async def document(_request: Request) -> Response:
        return Response(openapi_json(version), 200, _SAME_FOR_ALL, JSON)

    return document


def _questions(gateway: Gateway) -> list[Route]:
    def records(service: ServiceName, kind: type[LookUpBody | RelativesBody]) -> Endpoint:
        async def asked(request: Request) -> Response:
            caller = await gateway.admit(request, service)
            body = await read_body(request, kind)
            subject, purpose, fields = body.to_subject(), body.to_purpose(), parse_fields(body.fields)
            granted = await gateway.check_granted(caller, purpose, service, fields, [subject])
            question = partial(look_up, subject=subject, fields=fields, purpose=purpose, deadline=None, service=service)
            return await gateway.ask(granted, question)

        return asked

    async def asked_blood_group(request: Request) -> Response:
        caller = await gateway.admit(request, "blood_group")
        body = await read_body(request, ConfirmBody)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), ("blood_group",)
        granted = await gateway.check_granted(caller, purpose, "blood_group", fields, [subject])
        question = partial(
            look_up, subject=subject, fields=fields, purpose=purpose, deadline=None, service="blood_group"
        )
        return await gateway.ask(granted, question)

    async def asked_confirm(request: Request) -> Response:
        caller = await gateway.admit(request, "confirm")
        body = await read_body(request, ConfirmBody)
        subject, purpose = body.to_subject(), body.to_purpose()
        granted = await gateway.check_granted(caller, purpose, "confirm", (), [subject])
        return await gateway.ask(granted, partial(confirm, subject=subject, purpose=purpose, deadline=None))

    async def asked_verify(request: Request) -> Response:
        caller = await gateway.admit(request, "verify")
        body = await read_body(request, VerifyBody)
        subject, purpose, claim = body.to_subject(), body.to_purpose(), body.to_claim()
        granted = await gateway.check_granted(caller, purpose, "verify", claim.claimed, [subject])
        question = partial(verify, subject=subject, claim=claim, purpose=purpose, deadline=None)
        return await gateway.ask(granted, question)

    async def asked_prefill(request: Request) -> Response:
        caller = await gateway.admit(request, "prefill")
        body = await read_body(request, PrefillBody)
        purpose, form = body.to_purpose(), body.to_form()
        people = body.to_people(form)
        granted = await gateway.granted(caller, purpose, "prefill", people.values())
        parts: dict[str, Any] = {"purpose": purpose, "declared": body.declared, "granted": granted.fields}
        record = await gateway.run(granted, lambda context: prefill(context, form, people, **parts))
        answer = served(Prefill(record), body.format)
        return Response(answer.model_dump_json(exclude_none=True), 200, NEVER_KEPT, JSON)

    asked = {
        "/v1/lookup": records("look_up", LookUpBody),
        "/v1/confirm": asked_confirm,
        "/v1/verify": asked_verify,
        "/v1/relatives": records("relatives", RelativesBody),
        "/v1/blood-group": asked_blood_group,
        "/v1/prefill": asked_prefill,
    }
    return [Route(path, _endpoint(work), methods=["POST"]) for path, work in asked.items()]


def _routes(gateway: Gateway) -> list[Route]:
    async def whoami(request: Request) -> Response:
        caller = await gateway.admit(request, "whoami")
        known = {"application": caller.name, "units": list(caller.part.units)}
        return JSONResponse({**known, "grants": gateway.grants.of(caller.part)}, headers=NEVER_KEPT)

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def problem(request: Request) -> Response:
        code = str(request.path_params["code"])
        try:
            status, words = meaning(code)
        except KeyError:
            raise Problem("not_found") from None
        told = {"code": code, "status": status, "title_en": words.en, "title_vi": words.vi}
        return JSONResponse(told, headers=_SAME_FOR_ALL)

    return [
        *_questions(gateway),
        *readiness_routes(gateway),
        *link_routes(gateway, _endpoint),
        Route("/v1/whoami", _endpoint(whoami), methods=["GET"]),
        Route("/healthz", _endpoint(healthz), methods=["GET"]),
        Route("/problems/{code}", _endpoint(problem), methods=["GET"]),
        *(Route(path, _document(version), methods=["GET"]) for path, version in PUBLISHED.items()),
    ]


async def _http_problem(request: Request, error: Exception) -> Response:
    """What routing refuses: 404 and 405, and anything else that has only a status."""
    refused = cast("HTTPException", error)
    code = next((code for code, (status, _words) in DOOR.items() if status == refused.status_code), "failed")
    headers = tuple((refused.headers or {}).items())
    return render(Problem(code, headers=headers), language=language(request))


async def _failure(request: Request, _error: Exception) -> Response:
    return render(Problem("failed"), language=language(request))


def build_app(gateway: Gateway) -> Starlette:
    """The ASGI application of a gateway."""
    operations = Operations(gateway)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with gateway.opened(), operations.open():
            yield

    app = Starlette(
        routes=_routes(gateway),
        middleware=[Middleware(Counted, metrics=gateway.metrics)],
        lifespan=lifespan,
        exception_handlers={HTTPException: _http_problem, Exception: _failure},
    )
    # A redirection would repeat the Host header that the caller made up.
    app.router.redirect_slashes = False
    return app
