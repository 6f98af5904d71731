"""The application: routes, what each does in order, and a problem for everything else."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu.aclient import AsyncClient
from dancu.domain.fields import parse_fields
from dancu.domain.serial import to_json
from dancu.errors import DancuError
from dancu.gateway.applications import Applications
from dancu.gateway.bodies import ConfirmBody, LookUpBody, RelativesBody, VerifyBody
from dancu.gateway.grants import Grants
from dancu.gateway.limits import Rates
from dancu.gateway.openapi import PUBLISHED, openapi_json
from dancu.gateway.problems import DOOR, Problem, from_error, meaning, render
from dancu.gateway.reading import JSON, language, read_body
from dancu.gateway.store import ApplicationSink

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable

    from starlette.requests import Request

    from dancu.domain.queries import Purpose
    from dancu.domain.serial import Outcome
    from dancu.gateway.config import ApplicationPart, GatewayConfig, ServiceName
    from dancu.gateway.openapi import Version
    from dancu.runtime.sinks import AuditSink

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["Gateway", "build_app"]

_NEVER_KEPT = {"Cache-Control": "no-store"}
_SAME_FOR_ALL = {"Cache-Control": "public, max-age=3600"}
_POINTERS = {"invalid_subject": "/subject", "invalid_purpose": "/purpose"}


class Gateway:
    """What the endpoints share: who may ask what, how fast, and a client for each application."""

    def __init__(self, config: GatewayConfig, sink: AuditSink) -> None:
        self._config = config
        self._sink = sink
        self._clients: dict[str, AsyncClient] = {}
        self.applications = Applications(config.application)
        self.grants = Grants(config.grant)
        self.rates = Rates(time.monotonic)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """One client, and a view of it for each application: one credential, one token, one set of connections."""
        profile = self._config.directory / self._config.upstream.profile
        whole = AsyncClient(profile, audit=self._sink)
        for one in self._config.application:
            self._clients[one.name] = whole.audited_by(ApplicationSink(self._sink, one.name))
        try:
            yield
        finally:
            await whole.aclose()
            self._sink.close()

    def client(self, application: ApplicationPart) -> AsyncClient:
        """The client whose records bear the application's name."""
        return self._clients[application.name]

    def admit(self, request: Request) -> ApplicationPart:
        """The application that asks, at its rate.

        Raises:
            Problem: ``unauthenticated``, ``rate_limited``.
        """
        application = self.applications.of(request.headers.get("Authorization"))
        if application is None:
            raise Problem("unauthenticated", headers=(("WWW-Authenticate", "Bearer"),))
        wait = self.rates.wait_for(application)
        if wait:
            policy = (("RateLimit-Policy", f'"application";q={application.per_second:g};w=1'),)
            raise Problem("rate_limited", retry_after=wait, headers=(*policy, ("RateLimit", '"application";r=0;t=1')))
        return application

    def check_granted(
        self, application: ApplicationPart, purpose: Purpose, service: ServiceName, fields: Iterable[str]
    ) -> None:
        """Deny by default.

        Raises:
            Problem: ``not_granted``.
        """
        granted = self.grants.allow(
            application, unit=purpose.unit, procedure=purpose.procedure, service=service, fields=fields
        )
        if not granted:
            raise Problem("not_granted")


def _answer(outcome: Outcome) -> Response:
    return Response(to_json(outcome), 200, _NEVER_KEPT, JSON)


def _endpoint(work: Endpoint) -> Endpoint:
    """Turn every way in which an endpoint can fail into a problem."""

    async def endpoint(request: Request) -> Response:
        try:
            return await work(request)
        except Problem as problem:
            return render(problem, language=language(request))
        except DancuError as error:
            return render(from_error(error, pointer=_POINTERS.get(error.code, "")), language=language(request))

    return endpoint


def _document(version: Version) -> Endpoint:
    async def document(_request: Request) -> Response:
        return Response(openapi_json(version), 200, _SAME_FOR_ALL, JSON)

    return document


def _questions(gateway: Gateway) -> list[Route]:
    async def look_up(request: Request) -> Response:
        application = gateway.admit(request)
        body = await read_body(request, LookUpBody)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), parse_fields(body.fields)
        gateway.check_granted(application, purpose, "look_up", fields)
        return _answer(await gateway.client(application).look_up(subject, fields=fields, purpose=purpose))

    async def relatives(request: Request) -> Response:
        application = gateway.admit(request)
        body = await read_body(request, RelativesBody)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), parse_fields(body.fields)
        gateway.check_granted(application, purpose, "relatives", fields)
        return _answer(await gateway.client(application).look_up_relatives(subject, fields=fields, purpose=purpose))

    async def blood_group(request: Request) -> Response:
        application = gateway.admit(request)
        body = await read_body(request, ConfirmBody)
        subject, purpose = body.to_subject(), body.to_purpose()
        gateway.check_granted(application, purpose, "blood_group", ("blood_group",))
        return _answer(await gateway.client(application).look_up_blood_group(subject, purpose=purpose))

    async def confirm(request: Request) -> Response:
        application = gateway.admit(request)
        body = await read_body(request, ConfirmBody)
        subject, purpose = body.to_subject(), body.to_purpose()
        gateway.check_granted(application, purpose, "confirm", ())
        return _answer(await gateway.client(application).confirm(subject, purpose=purpose))

    async def verify(request: Request) -> Response:
        application = gateway.admit(request)
        body = await read_body(request, VerifyBody)
        subject, purpose, claim = body.to_subject(), body.to_purpose(), body.to_claim()
        gateway.check_granted(application, purpose, "verify", claim.claimed)
        return _answer(await gateway.client(application).verify(subject, claim, purpose=purpose))

    asked = {
        "/v1/lookup": look_up,
        "/v1/confirm": confirm,
        "/v1/verify": verify,
        "/v1/relatives": relatives,
        "/v1/blood-group": blood_group,
    }
    return [Route(path, _endpoint(work), methods=["POST"]) for path, work in asked.items()]


def _routes(gateway: Gateway) -> list[Route]:
    async def whoami(request: Request) -> Response:
        application = gateway.admit(request)
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
