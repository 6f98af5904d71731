"""The application: routes, what each does in order, and a problem for everything else."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu.errors import DancuError
from dancu.gateway.gateway import NEVER_KEPT, PACE, Gateway
from dancu.gateway.links import link_routes
from dancu.gateway.openapi import PUBLISHED, openapi_json
from dancu.gateway.operations import Counted, Operations, readiness_routes
from dancu.gateway.problems import DOOR, Problem, from_error, meaning, render
from dancu.gateway.questions import question_routes
from dancu.gateway.reading import JSON, language

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from starlette.requests import Request

    from dancu.gateway.openapi import Version

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["Gateway", "build_app"]

_SAME_FOR_ALL = {"Cache-Control": "public, max-age=3600"}
_POINTERS = {"invalid_subject": "/subject", "invalid_purpose": "/purpose"}


def _endpoint(work: Endpoint) -> Endpoint:
    """Turn every way in which an endpoint can fail into a problem; each answer tells an application its rate."""

    async def endpoint(request: Request) -> Response:
        try:
            response = await work(request)
        except Problem as problem:
            response = render(problem, language=language(request))
        except DancuError as error:
            response = render(from_error(error, pointer=_pointer(error)), language=language(request))
        response.headers.update(request.scope.get("state", {}).get(PACE, {}))
        return response

    return endpoint


def _pointer(error: DancuError) -> str:
    """Where the part stands that an error names; a form's people and what is declared are named from the top."""
    is_whole = (error.field or "").startswith(("people", "declared"))
    return "" if is_whole else _POINTERS.get(error.code, "")


def _document(version: Version) -> Endpoint:
    async def document(_request: Request) -> Response:
        return Response(openapi_json(version), 200, _SAME_FOR_ALL, JSON)

    return document


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
        *question_routes(gateway, _endpoint),
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
