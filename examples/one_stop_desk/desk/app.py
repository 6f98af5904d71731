"""The desk as a web application: pages, what their forms do, and the door before them.

::

    /                          pick a procedure            POST /cases          begin a case
    /cases/ID                  people, then the form       POST .../people      give the keys, and fill
                                                           POST .../save        and again, mend, choose, override, slip
    /cases/ID/proof, slip      papers to print             POST .../end         forget it
    /cases/ID/submission       what a portal would get     POST .../here        somebody still works on it
    /cases/ID/document         the form as a document      POST /switch         break the platform, in a demonstration

Every change answers with 303, so that Back and Reload repeat nothing; no page is kept by anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dancu import AsyncClient, DancuError
from dancu.pages import HEADERS, STATIC, environment, static
from dancu.prefill.reading import load_form, shipped_forms
from dancu.render.docx import DOCUMENTS
from desk.cases import Cases, Trouble
from desk.door import Door, Refused
from desk.showing import sections, still
from desk.words import WORDS
from desk.work import Work

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from starlette.requests import Request

    from desk.cases import Case
    from desk.settings import Settings

    Posted = Mapping[str, list[str]]
    Do = Callable[[Case, Posted], Awaitable[str]]
    Endpoint = Callable[[Request], Awaitable[Response]]

__all__ = ["Desk", "build_app"]

_PAGES = environment("desk")
_OWN = {"desk.css": "text/css; charset=utf-8", "desk.js": "text/javascript"}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Desk:
    """The pages over open cases."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._work: Work
        self.cases = Cases(clock, idle=settings.idle)
        self.door = Door()

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Ready to ask; what is idle is forgotten even if nobody comes any more."""
        settings = self._settings
        async with AsyncClient(settings.profile) as client, asyncio.TaskGroup() as tasks:
            self._work = Work(client, unit=settings.unit, officer=settings.officer)
            sweeping = tasks.create_task(self._sweep())
            try:
                yield
            finally:
                sweeping.cancel()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self.cases.idle / 4)
            self.cases.forget_idle()

    def routes(self) -> list[Route]:
        """Of the application."""
        changes: dict[str, Do] = {
            "people": self._people,
            "save": self._save,
            "again": self._again,
            "mend": self._mend,
            "choose": self._choose,
            "override": self._override,
            "slip": self._slip,
            "end": self._end,
            "here": self._here,
        }
        pages: dict[str, Callable[[Request, Case], Response]] = {
            "": self._case,
            "/proof": self._proof,
            "/slip": self._shown_slip,
            "/submission": self._submission,
            "/document": self._document,
        }

        def at(method: str, path: str, work: Endpoint) -> Route:
            return Route(f"/cases/{{id}}{path}", self._guarded(work), methods=[method])

        return [
            Route("/", self._guarded(self._front), methods=["GET"]),
            Route("/cases", self._guarded(self._begin), methods=["POST"]),
            Route("/switch", self._guarded(self._turn), methods=["POST"]),
            Route("/static/{name}", self._guarded(_static), methods=["GET"]),
            *(at("GET", path, self._page(page)) for path, page in pages.items()),
            *(at("POST", f"/{path}", self._change(do)) for path, do in changes.items()),
        ]

    def _guarded(self, work: Endpoint) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                self.door.check_host(request)
                return await work(request)
            except Refused as refused:
                return self._html(request, "gone.html", {"why": "refused"}, refused.status)

        return endpoint

    async def _front(self, request: Request) -> Response:
        session = self.door.session(request) or self.door.begin()
        forms = sorted(shipped_forms(), key=lambda form: form.title_vi)
        page = self._html(request, "front.html", {"forms": forms, "token": self.door.token(session)})
        self.door.keep(request, page, session)
        return page

    async def _begin(self, request: Request) -> Response:
        posted = await self.door.posted(request)
        wanted = posted.get("form", [""])[0]
        session = self.door.session(request)
        if session is None or wanted not in {form.id for form in shipped_forms()}:
            raise Refused(400)
        return _to(f"/cases/{self.cases.begin(session, load_form(wanted)).id}")

    async def _turn(self, request: Request) -> Response:
        posted = await self.door.posted(request)
        if self._settings.switch is None:
            raise Refused(404)
        self._settings.switch.turn()
        case = self.cases.of(posted.get("case", [""])[0], session=self.door.session(request) or "")
        return _to("/" if case is None else f"/cases/{case.id}")

    def _page(self, page: Callable[[Request, Case], Response]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            case = self._open(request)
            return self._html(request, "gone.html", {"why": "gone"}, 404) if case is None else page(request, case)

        return endpoint

    def _change(self, do: Do) -> Endpoint:
        """Do something to a case, one at a time, then lead to a page of it."""

        async def endpoint(request: Request) -> Response:
            posted = await self.door.posted(request)
            case = self._open(request)
            if case is None:
                return self._html(request, "gone.html", {"why": "gone"}, 404)
            async with case.turn:
                return _to(await do(case, posted))

        return endpoint

    def _open(self, request: Request) -> Case | None:
        return self.cases.of(request.path_params["id"], session=self.door.session(request) or "")

    async def _people(self, case: Case, posted: Posted) -> str:
        await self._work.give(case, _flat(posted))
        return f"/cases/{case.id}"

    async def _save(self, case: Case, posted: Posted) -> str:
        if case.filled is not None:
            self._work.save(case, _flat(posted))
        return f"/cases/{case.id}"

    async def _again(self, case: Case, posted: Posted) -> str:
        at = await self._save(case, posted)
        await self._work.ask_again(case)
        return at

    async def _mend(self, case: Case, posted: Posted) -> str:
        at = await self._save(case, posted)
        case.filled = None
        return at

    async def _choose(self, case: Case, posted: Posted) -> str:
        at, flat = await self._save(case, posted), _flat(posted)
        key = flat.get("choose", "")
        self._work.choose(case, key, flat.get(f"choice.{key}", ""))
        return at

    async def _override(self, case: Case, posted: Posted) -> str:
        at, flat = await self._save(case, posted), _flat(posted)
        key = flat.get("override", "")
        said = {part: flat.get(f"{part}.{key}", "") for part in ("reason", "evidence", "instead")}
        await self._work.override(case, key, **said)
        return at

    async def _slip(self, case: Case, posted: Posted) -> str:
        at = await self._save(case, posted)
        drawn = case.filled is not None and self._work.dispute(case, posted.get("dispute", []))
        return f"{at}/slip" if drawn else at

    async def _end(self, case: Case, _posted: Posted) -> str:
        self.cases.end(case)
        return "/"

    async def _here(self, case: Case, _posted: Posted) -> str:
        return f"/cases/{case.id}"

    def _case(self, request: Request, case: Case) -> Response:
        troubles = case.told()
        shown: dict[str, Any] = {"case": case, "troubles": troubles, "wrong": {trouble.at for trouble in troubles}}
        if case.filled is None:
            return self._html(request, "people.html", shown)
        filled = case.filled
        shown |= {"sections": sections(filled), "still": still(filled), "has_proof": filled.proof() is not None}
        return self._html(request, "form.html", {**shown, "has_document": case.form.id in DOCUMENTS})

    def _proof(self, request: Request, case: Case) -> Response:
        proof = None if case.filled is None else case.filled.proof()
        return self._paper(request, case, None if proof is None else proof.text("vi"))

    def _shown_slip(self, request: Request, case: Case) -> Response:
        return self._paper(request, case, None if case.slip is None else case.slip.text("vi"))

    def _submission(self, request: Request, case: Case) -> Response:
        rendered = None if case.filled is None else case.filled.render("formio")
        text = None if rendered is None else json.dumps(rendered, ensure_ascii=False, indent=2)
        return self._paper(request, case, text, printed=False)

    def _document(self, _request: Request, case: Case) -> Response:
        if case.filled is None or case.form.id not in DOCUMENTS:
            return _to(f"/cases/{case.id}")
        try:
            content = case.filled.render("docx")
        except DancuError as error:
            case.troubles += (Trouble("main", f"{WORDS['failed']}: {error.message('vi')}"),)
            return _to(f"/cases/{case.id}")
        named = {"Content-Disposition": f'attachment; filename="{case.form.id}.docx"'}
        return Response(content, 200, {**HEADERS, **named}, _DOCX)

    def _paper(self, request: Request, case: Case, text: str | None, *, printed: bool = True) -> Response:
        if text is None:
            return _to(f"/cases/{case.id}")
        return self._html(request, "paper.html", {"case": case, "text": text, "printed": printed})

    def _html(self, request: Request, template: str, shown: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        session, switch = self.door.session(request), self._settings.switch
        known = {
            "t": WORDS.__getitem__,
            "language": "vi",
            "static": "/static/",
            "token": "" if session is None else self.door.token(session),
            "idle": self.cases.idle,
            "case": None,
            "switch": switch,
        }
        text = _PAGES.get_template(template).render({**known, **shown})
        return HTMLResponse(text, status, HEADERS)


def build_app(desk: Desk) -> Starlette:
    """The ASGI application of a desk."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with desk.opened():
            yield

    app = Starlette(routes=desk.routes(), lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


def _flat(posted: Posted) -> dict[str, str]:
    return {name: values[-1] for name, values in posted.items()}


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, HEADERS)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name in _OWN:
        content, kind = files("desk").joinpath("static", name).read_bytes(), _OWN[name]
    elif name in STATIC:
        content, kind = static(name), STATIC[name]
    else:
        raise Refused(404)
    return Response(content, 200, {**HEADERS, "Cache-Control": "public, max-age=3600"}, kind)
