"""T4: OAuth 2 client credentials as WSO2 has them: Basic or form, and never both (RFC 6749 §2.3, §4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from dancu_mock.access.contract import OAUTH_REFUSAL, Door, Gate, bearer, decoded, issued, mime, refused, same

if TYPE_CHECKING:
    from dancu_mock.access.contract import Opened, Visit

__all__ = ["CLIENT_CREDENTIALS"]


def _admits(visit: Visit) -> bool:
    return visit.memory.alive(bearer(visit.request), visit.now)


def _token(visit: Visit) -> Opened:
    """A token for id and secret, in the place that the platform looks at."""
    settings = visit.settings
    form = _form(visit)
    members = {"grant_type", *(("scope",) if settings.scope is not None else ())}
    members |= {"client_id", "client_secret"} if settings.secret_in == "form" else set()  # noqa: S105  # a place
    if form.keys() != members:
        return refused(400, {"error": "invalid_request", "error_description": "MOCK: another form"})
    if form["grant_type"] != "client_credentials":
        return refused(400, {"error": "unsupported_grant_type", "error_description": "MOCK: another grant"})
    if settings.scope is not None and form["scope"] != settings.scope:
        return refused(400, {"error": "invalid_scope", "error_description": "MOCK: another scope"})
    if not _known(visit, form):
        return refused(401, {"error": "invalid_client", "error_description": "MOCK: another id or secret"})
    token = visit.memory.issue(visit.now + settings.token_life)
    scope = settings.scope or "am_application_scope default"
    life = settings.token_life
    return issued({"access_token": token, "scope": scope, "token_type": "Bearer", "expires_in": life})


def _form(visit: Visit) -> dict[str, str]:
    """The members of the form; none where one comes twice or it is no form."""
    if mime(visit.request) != "application/x-www-form-urlencoded":
        return {}
    try:
        pairs = parse_qsl(visit.request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return {}
    return dict(pairs) if len(dict(pairs)) == len(pairs) else {}


def _known(visit: Visit, form: dict[str, str]) -> bool:
    settings, headers = visit.settings, visit.request.all("Authorization")
    if settings.secret_in == "form":  # noqa: S105  # a place
        return not headers and form["client_id"] == settings.user and same(form["client_secret"], settings.secret)
    scheme, _blank, encoded = (visit.request.header("Authorization") or "").partition(" ")
    return scheme == "Basic" and same(decoded(encoded), f"{settings.user}:{settings.secret}")


CLIENT_CREDENTIALS = Gate(_admits, OAUTH_REFUSAL, (Door("token", "token_path", _token),))
