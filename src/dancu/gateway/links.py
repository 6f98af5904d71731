"""``POST /v1/dossiers/link``: which dossier a draft session became, as its application says; on record first."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from dancu.gateway.bodies import Body, PurposeBody, pointing, purpose_of
from dancu.gateway.problems import Problem
from dancu.gateway.reading import read_body
from dancu.gateway.store import ApplicationSink, read_only
from dancu.policy.references import ulid_maker
from dancu.runtime.clock import system_clock
from dancu.runtime.sinks import AUDIT_SECONDS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from dancu.domain.queries import Purpose
    from dancu.gateway.gateway import Gateway
    from dancu.runtime.sinks import AuditSink

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

__all__ = ["Link", "LinkBody", "link_routes"]

_ASKED = (
    "SELECT count(*) FROM log WHERE session = ? AND application = ? AND kind = 'intent'"
    " AND json_extract(line, '$.unit') = ?"
)
_LINKED = (
    "SELECT dossier, reference FROM log WHERE session = ? AND application = ? AND kind = 'link'"
    " ORDER BY sequence LIMIT 1"
)
_NEVER_KEPT = {"Cache-Control": "no-store"}


class LinkBody(Body):
    """Body of ``POST /v1/dossiers/link``: the purpose of the draft's questions, with session and dossier both."""

    purpose: PurposeBody

    def to_purpose(self) -> Purpose:
        """The purpose; a part that is refused or missing is pointed at.

        Raises:
            Problem: ``invalid_purpose``.
        """
        purpose = pointing("/purpose", lambda: purpose_of(self.purpose))
        for name in ("session", "dossier"):
            if getattr(purpose, name) is None:
                raise Problem("invalid_purpose", ((f"/purpose/{name}", "required here"),))
        return purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A draft session that became a dossier.

    Attributes:
        time: UTC.
        reference: ULID.
        procedure, unit, officer: of the purpose.
        session, dossier: which became which.
    """

    time: datetime.datetime
    reference: str
    procedure: str
    unit: str
    officer: str
    session: str
    dossier: str

    def line(self) -> bytes:
        """The record as one line of JSON, UTF-8, without its newline."""
        parts = {"record": "link", **asdict(self), "time": self.time.isoformat(timespec="milliseconds")}
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the log says of a session: how many questions, and the dossier and reference of its link."""

    questions: int
    link: tuple[str, str] | None


def link_routes(gateway: Gateway, endpoint: Callable[[Endpoint], Endpoint]) -> list[Route]:
    """The path; ``endpoint`` turns failures into problems."""
    clock = system_clock()
    references = ulid_maker(lambda: clock.now().timestamp(), secrets.token_bytes)
    one_by_one = asyncio.Lock()
    path = gateway.config.directory / gateway.config.audit.database

    async def linked(request: Request) -> Response:
        caller = await gateway.admit(request, "link")
        purpose = (await read_body(request, LinkBody)).to_purpose()
        who = await gateway.identified(caller, purpose, "link")
        async with one_by_one:
            known = await _known(path, caller.name, purpose)
            reference = _repeated(known, purpose) or references()
            if known.link is None:
                link = _link(purpose, clock.now(), reference)
                await _keep(link, ApplicationSink(gateway.sink, caller.name, who.marks))
        told = {"outcome": "linked", "questions": known.questions, "reference": reference}
        return JSONResponse(told, headers=_NEVER_KEPT)

    return [Route("/v1/dossiers/link", endpoint(linked), methods=["POST"])]


def _link(purpose: Purpose, now: datetime.datetime, reference: str) -> Link:
    return Link(
        time=now,
        reference=reference,
        procedure=purpose.procedure,
        unit=purpose.unit,
        officer=purpose.officer.code,
        session=purpose.session or "",
        dossier=purpose.dossier or "",
    )


def _repeated(known: _Known, purpose: Purpose) -> str | None:
    """The reference of the same link made before, or None.

    Raises:
        Problem: ``unknown_session``: no question of this application and unit bears it; ``session_linked``: it became
            another dossier.
    """
    if not known.questions:
        raise Problem("unknown_session")
    if known.link is None:
        return None
    dossier, reference = known.link
    if dossier != purpose.dossier:
        raise Problem("session_linked", reference=reference)
    return reference


async def _known(path: Path, application: str, purpose: Purpose) -> _Known:
    """What the log says.

    Raises:
        Problem: ``audit_unavailable``.
    """

    def read() -> _Known:
        asked = (purpose.session, application)
        with closing(read_only(path)) as database:
            (questions,) = database.execute(_ASKED, (*asked, purpose.unit)).fetchone()
            return _Known(questions, database.execute(_LINKED, asked).fetchone())

    try:
        return await asyncio.to_thread(read)
    except sqlite3.Error:
        raise Problem("audit_unavailable") from None


async def _keep(link: Link, sink: AuditSink) -> None:
    """Make it durable, within `AUDIT_SECONDS`.

    Raises:
        Problem: ``audit_unavailable``.
    """
    try:
        async with asyncio.timeout(AUDIT_SECONDS):
            await asyncio.shield(asyncio.wrap_future(sink.append(link.line())))
    except (OSError, TimeoutError):
        raise Problem("audit_unavailable") from None
