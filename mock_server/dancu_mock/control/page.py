"""The page at the control port: people, scenarios, the journal live, clock and certificate, by the verbs.

::

    /?token=…  ──► a cookie, and back to /       whoever has the token has the page
    /          ──► the page; without the cookie, how to open it
    /page/…    ──► parts of it, asked for by htmx; what changes something also bears a header

The cookie is derived from the token, hidden from scripts and not sent from another site's page, and such a page cannot
set the header either: nothing is changed by a page that the reader was lured to.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dancu.pages import HEADERS, STATIC, environment, language_of, static
from dancu_mock.control import page_parts
from dancu_mock.control.models import Certificate, Move, PlayScenario
from dancu_mock.control.page_words import WORDS
from dancu_mock.control.problems import PROBLEMS, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from starlette.requests import Request

    from dancu.pages import Language
    from dancu_mock.control.verbs import Verbs

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
    Change = Callable[[Mapping[str, str]], object]

__all__ = ["Page"]

_CHANGES_HEADER = "X-Dancu-Page"
_LANGUAGE_COOKIE = "dancu_language"
_FORM_BYTES = 10_000
_PAGES = environment("dancu_mock.control")


class Page:
    """The page over a mock.

    Args:
        verbs: what it moves.
        token: what opens it.
    """

    def __init__(self, verbs: Verbs, *, token: str) -> None:
        self._on = verbs
        self._token = token
        self._cookie = hmac.new(token.encode(), b"dancu mock page", hashlib.sha256).hexdigest()

    def routes(self) -> list[Route]:
        """For the application of the control port."""
        changes: dict[str, tuple[Change, str, str]] = {
            "play": (self._play, "scenarios", "said_play"),
            "end": (self._end, "scenarios", "said_end"),
            "forget": (lambda _form: self._on.clear_journal(), "journal", "said_clear"),
            "clock": (self._move, "platform", "said_clock"),
            "certificate": (self._rotate, "platform", "said_certificate"),
            "reset": (lambda _form: self._on.reset(), "", ""),
        }
        return [
            Route("/", self._whole, methods=["GET"]),
            Route("/static/{name}", _static, methods=["GET"]),
            *(Route(f"/page/{part}", self._part(part), methods=["GET"]) for part in ("scenarios", "people", "journal")),
            *(Route(f"/page/{name}", self._change(*work), methods=["POST"]) for name, work in changes.items()),
        ]

    async def _whole(self, request: Request) -> Response:
        given = request.query_params.get("token")
        if given is not None and hmac.compare_digest(given.encode(), self._token.encode()):
            opened = RedirectResponse("/", 303, HEADERS)
            opened.set_cookie(_cookie_name(request), self._cookie, httponly=True, samesite="strict")
            return opened
        language = _language(request)
        if not self._admits(request):
            return _html("locked.html", language, {}, 401)
        shown = {part: self._shows(part, language) for part in ("platform", "scenarios", "people", "journal")}
        page = _html("page.html", language, {"parts": shown})
        page.set_cookie(_LANGUAGE_COOKIE, language, samesite="strict")
        return page

    def _part(self, part: str) -> Endpoint:
        """A part as it is now; 204 where the reader says by ``last`` that nothing is new."""

        async def endpoint(request: Request) -> Response:
            if not self._admits(request):
                return _refusal("unauthenticated")
            language, query = _language(request), request.query_params
            shown = self._shows(part, language, query.get("find", ""))
            if part == "journal" and query.get("last") == f"{shown['last']}.{shown['handshakes']}.{shown['total']}":
                return Response(status_code=204, headers=HEADERS)
            return _html(f"{part}.html", language, shown)

        return endpoint

    def _change(self, change: Change, part: str, said: str) -> Endpoint:
        """Do something, then show the part that it changed, or the whole page anew."""

        async def endpoint(request: Request) -> Response:
            if not self._admits(request) or _CHANGES_HEADER not in request.headers:
                return _refusal("unauthenticated")
            language = _language(request)
            try:
                change(await _form(request))
            except (Problem, ValueError) as error:
                return PlainTextResponse(error.detail if isinstance(error, Problem) else str(error), 400, HEADERS)
            if not part:
                return Response(status_code=204, headers={**HEADERS, "HX-Refresh": "true"})
            answer = _html(f"{part}.html", language, self._shows(part, language))
            answer.headers["X-Said"] = quote(_word(said, language))
            return answer

        return endpoint

    def _admits(self, request: Request) -> bool:
        return hmac.compare_digest(request.cookies.get(_cookie_name(request), ""), self._cookie)

    def _shows(self, part: str, language: Language, find: str = "") -> dict[str, Any]:
        match part:
            case "platform":
                return page_parts.platform(self._on)
            case "scenarios":
                return page_parts.scenarios(self._on, language, find)
            case "people":
                return page_parts.people(self._on, language, find)
            case _:
                return page_parts.journal(self._on)

    def _play(self, form: Mapping[str, str]) -> None:
        """On, or off where it plays: one click for a fault."""
        name, times = form.get("name", ""), form.get("times", "")
        self._on.play(PlayScenario(name=name, times=int(times) if times else None))

    def _end(self, form: Mapping[str, str]) -> None:
        """One by its id, those of a name, or all."""
        if "id" in form:
            self._on.end(int(form["id"]))
        elif "name" in form:
            for one in self._on.scenarios().playing:
                if one.name == form["name"]:
                    self._on.end(one.id)
        else:
            self._on.clear()

    def _move(self, form: Mapping[str, str]) -> None:
        if "advance" in form:
            self._on.move(Move(advance=float(form["advance"])))
        else:
            self._on.reset_clock()

    def _rotate(self, form: Mapping[str, str]) -> None:
        self._on.rotate(Certificate.model_validate({"kind": form.get("kind", "")}))


def _cookie_name(request: Request) -> str:
    """One for each port: cookies do not keep ports apart."""
    return f"dancu_mock_{request.url.port or 80}"


def _language(request: Request) -> Language:
    chosen = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    return language_of(chosen, request.headers.get("Accept-Language"))


def _word(key: str, language: Language) -> str:
    return WORDS[key][0 if language == "vi" else 1]


def _html(template: str, language: Language, shown: Mapping[str, object], status: int = 200) -> HTMLResponse:
    known = {"t": partial(_word, language=language), "language": language, "static": "/static/"}
    text = _PAGES.get_template(template).render({**known, **shown})
    return HTMLResponse(text, status, HEADERS)


def _refusal(code: str) -> PlainTextResponse:
    status, sentence = PROBLEMS[code]
    return PlainTextResponse(sentence, status, HEADERS)


async def _form(request: Request) -> dict[str, str]:
    """A form as htmx sends it: ``name=value&…``.

    Raises:
        Problem: ``too_large``.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_BYTES:
            raise Problem("too_large")
    return dict(parse_qsl(body.decode(errors="replace")))


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return _refusal("not_found")
    return Response(static(name), 200, {**HEADERS, "Cache-Control": "public, max-age=3600"}, STATIC[name])
