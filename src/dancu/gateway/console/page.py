"""The console's page and its parts, which are drawn anew every two seconds where something changed.

::

    /                        ──► the page; ?live=no for one that stands still
    /page/{part}?seen=...    ──► a part as it is now; 204 where the reader has it already

Nothing here changes anything: every route is GET.
"""

from __future__ import annotations

import hashlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dancu.gateway.console.words import WORDS, shown_time
from dancu.gateway.snapshot import snapshot
from dancu.pages import HEADERS, STATIC, environment, language_of, static

if TYPE_CHECKING:
    from starlette.requests import Request

    from dancu.gateway.gateway import Gateway
    from dancu.pages import Language

__all__ = ["PARTS", "console_routes"]

PARTS = ("status", "traffic", "platform", "certificates", "applications", "audit")
_LANGUAGE_COOKIE = "dancu_language"
_PAGES = environment("dancu.gateway.console")
_KEPT_FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def console_routes(gateway: Gateway) -> list[Route]:
    """For the operations port."""
    recent: dict[int, dict[str, Any]] = {}

    async def look() -> dict[str, Any]:
        """All parts of a second, and all readers, share one look."""
        second = int(time.monotonic())
        if second not in recent:
            recent.clear()
            recent[second] = await snapshot(gateway)
        return recent[second]

    async def page(request: Request) -> Response:
        language, live = _language(request), request.query_params.get("live") != "no"
        shown = await look()
        drawn = {part: _drawn(part, language, shown, live=live)[0] for part in PARTS}
        text = _template("page.html", language, {"parts": drawn, "node": shown["node"], "live": live})
        answer = HTMLResponse(text, 200, HEADERS)
        answer.set_cookie(_LANGUAGE_COOKIE, language, samesite="strict")
        return answer

    async def part(request: Request) -> Response:
        name = request.path_params["part"]
        if name not in PARTS:
            return _unknown()
        text, seen = _drawn(name, _language(request), await look(), live=True)
        if request.query_params.get("seen") == seen:
            return Response(status_code=204, headers=HEADERS)
        return HTMLResponse(text, 200, HEADERS)

    return [
        Route("/", page, methods=["GET"]),
        Route("/page/{part}", part, methods=["GET"]),
        Route("/static/{name}", _static, methods=["GET"]),
    ]


def _drawn(part: str, language: Language, shown: dict[str, Any], *, live: bool) -> tuple[str, str]:
    """A part, and the digest of what stands in it."""
    content = _template(f"{part}.html", language, {"shown": shown})
    seen = hashlib.sha256(content.encode()).hexdigest()[:16]
    return _template("part.html", language, {"part": part, "content": content, "live": live, "seen": seen}), seen


def _template(name: str, language: Language, shown: dict[str, Any]) -> str:
    known = {"t": partial(_word, language=language), "language": language, "static": "/static/", "at": shown_time}
    return _PAGES.get_template(name).render({**known, **shown})


def _word(key: str, language: Language) -> str:
    return WORDS[key][0 if language == "vi" else 1]


def _language(request: Request) -> Language:
    chosen = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    return language_of(chosen, request.headers.get("Accept-Language"))


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return _unknown()
    return Response(static(name), 200, {**HEADERS, **_KEPT_FOR_AN_HOUR}, STATIC[name])


def _unknown() -> PlainTextResponse:
    return PlainTextResponse("there is no such page", 404, HEADERS)
