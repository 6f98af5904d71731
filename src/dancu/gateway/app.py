"""The application: routes, what each does in order, and a problem for everything else."""

from __future__ import annotations

import contextlib
import json
import time
from typing import TYPE_CHECKING, Any, TypeVar, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu.aclient import AsyncClient
from dancu.assembly import assemble, lane_settings
from dancu.domain.fields import parse_fields
from dancu.domain.serial import to_json
from dancu.errors import DancuError
from dancu.gateway.applications import Applications
from dancu.gateway.bodies import ConfirmBody, LookUpBody, VerifyBody, read
from dancu.gateway.grants import Grants
from dancu.gateway.limits import Rates
from dancu.gateway.problems import DOOR, Problem, from_error, render
from dancu.gateway.store import ApplicationSink
from dancu.runtime.awaiting_lanes import AwaitingLanes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable

    from starlette.requests import Request

    from dancu.domain.queries import Purpose
    from dancu.domain.serial import Outcome
    from dancu.gateway.config import ApplicationPart, GatewayConfig, ServiceName
    from dancu.runtime.sinks import AuditSink

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["Gateway", "build_app"]

B = TypeVar("B", bound=ConfirmBody)
_MOST = 64 * 1024
_JSON = "application/json"
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
        """Clients over one set of lanes: one credential, one set of connections."""
        profile = self._config.directory / self._config.upstream.profile
        lanes = AwaitingLanes(lane_settings(assemble(profile, audit=self._sink, clock=None)))
        for one in self._config.application:
            sink = ApplicationSink(self._sink, one.name)
            self._clients[one.name] = AsyncClient(profile, transport=lanes, audit=sink)
        try:
            yield
        finally:
            for client in self._clients.values():
                await client.aclose()
            await lanes.aclose()
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


async def _body(request: Request, kind: type[B]) -> B:
    """A body of the right type, size and shape.

    Raises:
        Problem: ``unsupported_media_type``, ``not_acceptable``, ``too_large``, ``malformed_json``, ``invalid_body``.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _JSON:
        raise Problem("unsupported_media_type")
    accepted = request.headers.get("Accept", "*/*")
    if not any(kind in accepted for kind in ("*/*", "application/*", _JSON)):
        raise Problem("not_acceptable")
    text = bytearray()
    async for part in request.stream():
        text += part
        if len(text) > _MOST:
            raise Problem("too_large", headers=(("Connection", "close"),))
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem("malformed_json") from None
    return read(kind, parsed)


def _answer(outcome: Outcome) -> Response:
    return Response(to_json(outcome), 200, {"Cache-Control": "no-store"}, _JSON)


def _language(request: Request) -> str:
    first = request.headers.get("Accept-Language", "").strip().lower()
    return "vi" if first.startswith("vi") else "en"


def _endpoint(work: Endpoint) -> Endpoint:
    """Turn every way in which an endpoint can fail into a problem."""

    async def endpoint(request: Request) -> Response:
        try:
            return await work(request)
        except Problem as problem:
            return render(problem, language=_language(request))
        except DancuError as error:
            return render(from_error(error, pointer=_POINTERS.get(error.code, "")), language=_language(request))

    return endpoint


def _routes(gateway: Gateway) -> list[Route]:
    async def look_up(request: Request) -> Response:
        application = gateway.admit(request)
        body = await _body(request, LookUpBody)
        subject, purpose, fields = body.to_subject(), body.to_purpose(), parse_fields(body.fields)
        gateway.check_granted(application, purpose, "look_up", fields)
        return _answer(await gateway.client(application).look_up(subject, fields=fields, purpose=purpose))

    async def confirm(request: Request) -> Response:
        application = gateway.admit(request)
        body = await _body(request, ConfirmBody)
        subject, purpose = body.to_subject(), body.to_purpose()
        gateway.check_granted(application, purpose, "confirm", ())
        return _answer(await gateway.client(application).confirm(subject, purpose=purpose))

    async def verify(request: Request) -> Response:
        application = gateway.admit(request)
        body = await _body(request, VerifyBody)
        subject, purpose, claim = body.to_subject(), body.to_purpose(), body.to_claim()
        gateway.check_granted(application, purpose, "verify", claim.claimed)
        return _answer(await gateway.client(application).verify(subject, claim, purpose=purpose))

    async def whoami(request: Request) -> Response:
        application = gateway.admit(request)
        known = {"application": application.name, "units": list(application.units)}
        return JSONResponse({**known, "grants": gateway.grants.of(application)})

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def problem(request: Request) -> Response:
        code = str(request.path_params["code"])
        if code not in DOOR:
            raise Problem("not_found")
        status, words = DOOR[code]
        return JSONResponse({"code": code, "status": status, "title_en": words.en, "title_vi": words.vi})

    return [
        Route("/v1/lookup", _endpoint(look_up), methods=["POST"]),
        Route("/v1/confirm", _endpoint(confirm), methods=["POST"]),
        Route("/v1/verify", _endpoint(verify), methods=["POST"]),
        Route("/v1/whoami", _endpoint(whoami), methods=["GET"]),
        Route("/healthz", _endpoint(healthz), methods=["GET"]),
        Route("/problems/{code}", _endpoint(problem), methods=["GET"]),
    ]


async def _http_problem(request: Request, error: Exception) -> Response:
    """What routing refuses: 404 and 405, and anything else that has only a status."""
    refused = cast("HTTPException", error)
    code = next((code for code, (status, _words) in DOOR.items() if status == refused.status_code), "failed")
    headers = tuple((refused.headers or {}).items())
    return render(Problem(code, headers=headers), language=_language(request))


async def _failure(request: Request, _error: Exception) -> Response:
    return render(Problem("failed"), language=_language(request))


def build_app(gateway: Gateway) -> Starlette:
    """The ASGI application of a gateway."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with gateway.opened():
            yield

    return Starlette(
        routes=_routes(gateway),
        lifespan=lifespan,
        exception_handlers={HTTPException: _http_problem, Exception: _failure},
    )
