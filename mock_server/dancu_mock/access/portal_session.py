"""T6: a session and our unit in front of every JSON body, the provider in ``dstcode`` (wire.md §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.access.contract import Door, Gate, issued, object_of, refused
from dancu_mock.access.jwt_login import logs_in

if TYPE_CHECKING:
    from dancu_mock.access.contract import Opened, Visit

__all__ = ["PORTAL_SESSION"]

_MEMBERS = ("session", "madonvi")


def _admits(visit: Visit) -> bool:
    """Session and unit as the first two members, each once, and the right destination."""
    members = object_of(visit.request.body)
    names = [name for name, _value in members]
    if tuple(names[:2]) != _MEMBERS or set(_MEMBERS) & set(names[2:]):
        return False
    session, unit = members[0][1], members[1][1]
    alive = isinstance(session, str) and visit.memory.alive(session, visit.now)
    right = (unit, visit.request.header("dstcode")) == (visit.settings.unit, visit.settings.destination)
    return alive and right


def _login(visit: Visit) -> Opened:
    """The portal says with a code, under HTTP 200, that it does not know the account."""
    if not logs_in(visit):
        return refused(200, {"session": None, "error_code": 1, "message": "MOCK: wrong user or password"})
    return issued({"session": visit.memory.issue(visit.now + visit.settings.token_life), "error_code": 0})


PORTAL_SESSION = Gate(
    _admits,
    {"error_code": 401, "message": "MOCK: no such session"},
    (Door("login", "login_path", _login),),
    _MEMBERS,
)
