"""T2: the key header on every call, and a token from the token endpoint on each service call (wire.md §7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.access.contract import OAUTH_REFUSAL, Door, Gate, bearer, issued, mime, refused
from dancu_mock.access.header_key import holds_key

if TYPE_CHECKING:
    from dancu_mock.access.contract import Opened, Visit

__all__ = ["LGSP_TOKEN"]


def _holds_key(visit: Visit) -> bool:
    return holds_key(visit.request.header("lgspaccesstoken"), visit.settings, names="long")


def _admits(visit: Visit) -> bool:
    """The token as Bearer, and the key again."""
    return visit.memory.alive(bearer(visit.request), visit.now) and _holds_key(visit)


def _token(visit: Visit) -> Opened:
    """A token for the key alone: a form with one grant, and no Basic."""
    request, settings = visit.request, visit.settings
    form = mime(request) == "application/x-www-form-urlencoded"
    if not form or request.body != b"grant_type=client_credentials" or request.all("Authorization"):
        return refused(401, {"error": "invalid_request", "error_description": "MOCK: a form with one grant"})
    if not _holds_key(visit):
        return refused(401, {"error": "invalid_client", "error_description": "MOCK: another key"})
    token = visit.memory.issue(visit.now + settings.token_life)
    return issued({"access_token": token, "token_type": "Bearer", "expires_in": settings.token_life})


LGSP_TOKEN = Gate(_admits, OAUTH_REFUSAL, (Door("token", "token_path", _token),))
