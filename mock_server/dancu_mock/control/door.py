"""Who may move the mock: whoever names this computer in ``Host`` and bears the token."""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from dancu_mock.control.problems import Problem, render

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["GUARDED", "Door"]

GUARDED = "/v1/"
"""Paths below this one want the token; the others hold nothing to guard."""


class Door:
    """Stands before the application and turns away.

    A foreign ``Host`` is a name of somebody else's that was bent to this address; a foreign ``Origin`` is a
    page of somebody else's in the developer's browser.

    Args:
        token: what ``Authorization: Bearer`` has to bear.
        hosts: the names of this computer.
        any_address: whether a ``Host`` that is an address is let in too; an address cannot be bent.
    """

    def __init__(self, app: ASGIApp, *, token: str, hosts: Collection[str], any_address: bool) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = frozenset(hosts)
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in or answer with a problem."""
        refused = self._refused(Headers(scope=scope), str(scope["path"]))
        await (self._app if refused is None else render(refused))(scope, receive, send)

    def _refused(self, headers: Headers, path: str) -> Problem | None:
        named = headers.getlist("host")
        if len(named) != 1 or not self._is_ours(named[0]):
            return Problem("host_refused")
        known = self._is_known(headers.getlist("authorization"))
        if not known and any(_netloc(origin) != named[0] for origin in headers.getlist("origin")):
            return Problem("origin_refused")
        return Problem("unauthenticated") if path.startswith(GUARDED) and not known else None

    def _is_ours(self, host: str) -> bool:
        name = _netloc(f"//{host}", name_only=True)
        return name in self._hosts or (self._any_address and _is_address(name))

    def _is_known(self, values: list[str]) -> bool:
        if len(values) != 1:
            return False
        scheme, _blank, token = values[0].partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._token)


def _netloc(url: str, *, name_only: bool = False) -> str:
    """Name and port that a URL leads to, or the name only; empty where it leads nowhere."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if name_only else parts.netloc
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
