"""The application of the control port: reads what a verb takes, lets it work, and turns refusals into problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from dancu_mock.control.door import Door
from dancu_mock.control.openapi import openapi_json
from dancu_mock.control.page import Page
from dancu_mock.control.problems import PROBLEMS, Problem, render
from dancu_mock.control.routes import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine

    from starlette.requests import Request

    from dancu_mock.control.routes import Verb
    from dancu_mock.control.verbs import Verbs

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["build_app"]

_MOST = 1024 * 1024
_JSON = "application/json"
_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Dancu-Mock": "1"}


def build_app(verbs: Verbs, *, token: str, hosts: Collection[str], any_address: bool = False) -> Starlette:
    """The ASGI application.

    Args:
        verbs: what it moves.
        token: as in `Door`.
        hosts: as in `Door`.
        any_address: as in `Door`.
    """
    app = Starlette(
        routes=[
            *_routes(verbs),
            Route("/openapi.json", _document, methods=["GET"]),
            *Page(verbs, token=token).routes(),
        ],
        middleware=[Middleware(Door, token=token, hosts=hosts, any_address=any_address)],
        exception_handlers={HTTPException: _http_problem, Exception: _failure},
    )
    app.router.redirect_slashes = False
    return app


def _routes(verbs: Verbs) -> list[Route]:
    """One route a path, so that another method is told which there are."""
    by_path: dict[str, dict[str, Verb]] = {}
    for verb in VERBS:
        by_path.setdefault(verb.path, {})[verb.method] = verb
    return [
        Route(path.replace("{id}", "{id:int}"), _endpoint(verbs, methods), methods=list(methods))
        for path, methods in by_path.items()
    ]


def _endpoint(verbs: Verbs, methods: dict[str, Verb]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        verb = methods["GET" if request.method == "HEAD" else request.method]
        try:
            done = verb.work(verbs, await _read(request, verb))
        except Problem as problem:
            return render(problem)
        except ValueError as error:
            return render(Problem("invalid", str(error)))
        body = b"" if done is None else done.model_dump_json().encode()
        return Response(body, verb.status, _ALWAYS, None if done is None else _JSON)

    return endpoint


async def _read(request: Request, verb: Verb) -> object:
    """What the verb takes; `Problem` where it was sent something else."""
    if verb.takes is None:
        return request.path_params.get("id")
    if verb.method == "GET":
        query = dict(request.query_params)
        return _checked(lambda kind: kind.model_validate_strings(query), verb.takes)
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _JSON:
        raise Problem("not_json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST:
            raise Problem("too_large")
    return _checked(lambda kind: kind.model_validate_json(bytes(body), strict=True), verb.takes)


def _checked(read: Callable[[type[BaseModel]], BaseModel], kind: type[BaseModel]) -> BaseModel:
    try:
        return read(kind)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Problem("invalid", f"{where}: {first['msg']}") from None


async def _document(_request: Request) -> Response:
    return Response(openapi_json(), 200, _ALWAYS, _JSON)


async def _http_problem(_request: Request, error: Exception) -> Response:
    refused = cast("HTTPException", error)
    code = next((code for code, (status, _said) in PROBLEMS.items() if status == refused.status_code), "failed")
    return render(Problem(code), dict(refused.headers or {}))


async def _failure(_request: Request, _error: Exception) -> Response:
    return render(Problem("failed"))
