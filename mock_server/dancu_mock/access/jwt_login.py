"""T5: a JSON login that answers with a token and a refresh token of one use (wire.md §2.1)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from dancu_mock.access.contract import OAUTH_REFUSAL, Door, Gate, bearer, issued, mime, object_of, refused, same

if TYPE_CHECKING:
    from typing import Any

    from dancu_mock.access.contract import Opened, Visit

__all__ = ["JWT_LOGIN", "logs_in", "members_in"]


def _admits(visit: Visit) -> bool:
    """The token as Bearer, in apostrophes where the platform wants them and only there."""
    token = bearer(visit.request)
    if visit.settings.quoted:
        if len(token) < 3 or (token[0], token[-1]) != ("'", "'"):
            return False
        token = token[1:-1]
    return visit.memory.alive(token, visit.now)


def members_in(visit: Visit, *names: str) -> tuple[Any, ...] | None:
    """The values of a JSON body that holds just these members, in order; None of another body."""
    members = object_of(visit.request.body) if mime(visit.request) == "application/json" else []
    return tuple(value for _name, value in members) if tuple(name for name, _value in members) == names else None


def logs_in(visit: Visit) -> bool:
    """Whether the body is a login of our account, without a credential beside it."""
    account = members_in(visit, "username", "password")
    if account is None or visit.request.all("Authorization"):
        return False
    return account[0] == visit.settings.user and same(account[1], visit.settings.secret)


def _login(visit: Visit) -> Opened:
    return _issued(visit) if logs_in(visit) else refused(401, {"message": "MOCK: wrong user or password"})


def _refresh(visit: Visit) -> Opened:
    given = members_in(visit, "refreshToken")
    good = given is not None and isinstance(given[0], str) and visit.memory.redeem(given[0])
    return _issued(visit) if good else refused(401, {"message": "MOCK: no such refresh token"})


def _issued(visit: Visit) -> Opened:
    ends = visit.now + visit.settings.token_life
    members = {"token": visit.memory.issue(ends), "refreshToken": visit.memory.issue_refresh()}
    return issued({**members, **_expiry(ends, visit.settings.expiry)})


def _expiry(ends: float, form: str) -> dict[str, object]:
    """``expiryDate`` in one of the forms met, or left out."""
    forms: dict[str, object] = {
        "milliseconds": int(ends * 1000),
        "seconds": int(ends),
        "iso": datetime.datetime.fromtimestamp(ends, datetime.UTC).isoformat(),
    }
    return {"expiryDate": forms[form]} if form in forms else {}


JWT_LOGIN = Gate(
    _admits, OAUTH_REFUSAL, (Door("login", "login_path", _login), Door("refresh", "refresh_path", _refresh))
)
