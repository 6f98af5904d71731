"""The application: routes, what each does in order, and a problem for everything else."""

from __future__ import annotations

import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu.assembly import assemble, lane_settings
from dancu.domain.fields import parse_fields
from dancu.domain.serial import to_json
from dancu.errors import DancuError
from dancu.flows.confirm import confirm
from dancu.flows.look_up import look_up
from dancu.flows.verify import verify
from dancu.gateway.applications import Applications
from dancu.gateway.bodies import ConfirmBody, LookUpBody, RelativesBody, VerifyBody
from dancu.gateway.grants import Grants
from dancu.gateway.limits import Rates
from dancu.gateway.openapi import PUBLISHED, openapi_json
from dancu.gateway.prefill_bodies import PrefillBody, served
from dancu.gateway.problems import DOOR, Problem, from_error, meaning, render
from dancu.gateway.reading import JSON, language, read_body
from dancu.gateway.refusals import Refusals
from dancu.gateway.store import ApplicationSink
from dancu.prefill.flow import prefill
from dancu.prefilled import Prefill
from dancu.runtime.awaiting import AwaitingDriver
from dancu.runtime.awaiting_lanes import AwaitingLanes
from dancu.runtime.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Coroutine

    from starlette.requests import Request

    from dancu.assembly import Parts
    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Purpose
    from dancu.domain.serial import Outcome
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.gateway.config import ApplicationPart, GatewayConfig, ServiceName
    from dancu.gateway.openapi import Version
    from dancu.runtime.sinks import AuditSink

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["Gateway", "build_app"]

T = TypeVar("T")
_NEVER_KEPT = {"Cache-Control": "no-store"}
_SAME_FOR_ALL = {"Cache-Control": "public, max-age=3600"}
_POINTERS = {"invalid_subject": "/subject", "invalid_purpose": "/purpose"}


class Gateway:
    """What the endpoints share: who may ask what, how fast, and one way to the platform.

    One credential, one token and one set of connections for all; the records of each application bear its name.
    """

    def __init__(self, config: GatewayConfig, sink: AuditSink) -> None:
        self._config = config
        self._sink = sink
        self._parts: Parts
        self._lanes: AwaitingLanes
        self._drivers: dict[str, AwaitingDriver] = {}
        self._contexts: dict[str, Context] = {}
        self.applications = Applications(config.application)
        self.grants = Grants(config.grant)
        self.rates = Rates(time.monotonic)
        self.refusals = Refusals(sink, clock=system_clock())

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Ready to ask, in this event loop."""
        self._parts = assemble(self._config.directory / self._config.upstream.profile, audit=self._sink, clock=None)
        self._lanes = AwaitingLanes(lane_settings(self._parts))
        driver = AwaitingDriver(transport=self._lanes, sink=self._sink, store=self._parts.store)
        for one in self._config.application:
            self._drivers[one.name] = driver.auditing_to(ApplicationSink(self._sink, one.name))
            self._contexts[one.name] = self._parts.context_for(one.name)
        try:
            yield
        finally:
            await self._lanes.aclose()
            await driver.aclose()
            self._sink.close()

    async def ask(self, application: ApplicationPart, use_case: Callable[[Context], Flow[Outcome]]) -> Response:
        """The answer of a use case, see `run`."""
        return Response(to_json(await self.run(application, use_case)), 200, _NEVER_KEPT, JSON)

    async def run(self, application: ApplicationPart, use_case: Callable[[Context], Flow[T]]) -> T:
        """What a use case comes to, audited under the application's name.

        Raises:
            DancuError: the use case's; ``certificate_unusable`` where ours has ended meanwhile.
        """
        context = self._contexts[application.name]
        self._lanes.check_identity(context.clock.now())
        return await self._drivers[application.name].run(use_case(context))

    async def admit(self, request: Request, service: ServiceName | Literal["whoami"]) -> ApplicationPart:
        """The application that asks, at its rate; a refusal is on record.

        Raises:
            Problem: ``unauthenticated``, ``rate_limited``.
        """
        application = self.applications.of(request.headers.get("Authorization"))
        if application is None:
            await self.refusals.note("unauthenticated", service=service)
            raise Problem("unauthenticated", headers=(("WWW-Authenticate", "Bearer"),))
        wait = self.rates.wait_for(application)
        if wait:
            await self.refusals.note("rate_limited", service=service, application=application.name)
            policy = (("RateLimit-Policy", f'"application";q={application.per_second:g};w=1'),)
            raise Problem("rate_limited", retry_after=wait, headers=(*policy, ("RateLimit", '"application";r=0;t=1')))
        return application

    async def check_granted(
        self, application: ApplicationPart, purpose: Purpose, service: ServiceName, fields: Collection[str]
    ) -> None:
        """Deny by default; a refusal is on record.

        Raises:
            Problem: ``not_granted``.
        """
        granted = self.grants.allow(
            application, unit=purpose.unit, procedure=purpose.procedure, service=service, fields=fields
        )
        if not granted:
            await self._refuse(application, purpose, service, tuple(fields))

    async def granted_fields(
        self, application: ApplicationPart, purpose: Purpose, service: ServiceName
    ) -> frozenset[FieldName]:
        """The fields that may be asked for, where one refused does not refuse the others.

        Raises:
            Problem: ``not_granted``: nothing of the service is; on record.
        """
        fields = self.grants.fields(application, unit=purpose.unit, procedure=purpose.procedure, service=service)
        if fields is None:
            await self._refuse(application, purpose, service, ())
        return fields

    async def _refuse(
        self, application: ApplicationPart, purpose: Purpose, service: ServiceName, fields: tuple[str, ...]
    ) -> NoReturn:
        await self.refusals.note(
            "not_granted", service=service, application=application.name, purpose=purpose, fields=fields
        )
        raise Problem("not_granted")


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
            application = await gateway.admit(request, service)
            body = await read_body(request, kind)
            subject, purpose, fields = body.to_subject(), body.to_purpose(), parse_fields(body.fields)
            await gateway.check_granted(application, purpose, service, fields)
            question = partial(look_up, subject=subject, fields=fields, purpose=purpose, deadline=None, service=service)
            return await gateway.ask(application, question)

        return asked

    async def asked_blood_group(request: Request) -> Response:
        application = await gateway.admit(request, "blood_group")
        body = await read_body(request, ConfirmBody)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), ("blood_group",)
        await gateway.check_granted(application, purpose, "blood_group", fields)
        question = partial(
            look_up, subject=subject, fields=fields, purpose=purpose, deadline=None, service="blood_group"
        )
        return await gateway.ask(application, question)

    async def asked_confirm(request: Request) -> Response:
        application = await gateway.admit(request, "confirm")
        body = await read_body(request, ConfirmBody)
        subject, purpose = body.to_subject(), body.to_purpose()
        await gateway.check_granted(application, purpose, "confirm", ())
        return await gateway.ask(application, partial(confirm, subject=subject, purpose=purpose, deadline=None))

    async def asked_verify(request: Request) -> Response:
        application = await gateway.admit(request, "verify")
        body = await read_body(request, VerifyBody)
        subject, purpose, claim = body.to_subject(), body.to_purpose(), body.to_claim()
        await gateway.check_granted(application, purpose, "verify", claim.claimed)
        question = partial(verify, subject=subject, claim=claim, purpose=purpose, deadline=None)
        return await gateway.ask(application, question)

    async def asked_prefill(request: Request) -> Response:
        application = await gateway.admit(request, "prefill")
        body = await read_body(request, PrefillBody)
        purpose, form = body.to_purpose(), body.to_form()
        people = body.to_people(form)
        granted = await gateway.granted_fields(application, purpose, "prefill")
        parts: dict[str, Any] = {"purpose": purpose, "declared": body.declared, "granted": granted}
        record = await gateway.run(application, lambda context: prefill(context, form, people, **parts))
        answer = served(Prefill(record), body.format)
        return Response(answer.model_dump_json(exclude_none=True), 200, _NEVER_KEPT, JSON)

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
        application = await gateway.admit(request, "whoami")
        known = {"application": application.name, "units": list(application.units)}
        return JSONResponse({**known, "grants": gateway.grants.of(application)}, headers=_NEVER_KEPT)

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

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with gateway.opened():
            yield

    app = Starlette(
        routes=_routes(gateway),
        lifespan=lifespan,
        exception_handlers={HTTPException: _http_problem, Exception: _failure},
    )
    # A redirection would repeat the Host header that the caller made up.
    app.router.redirect_slashes = False
    return app
