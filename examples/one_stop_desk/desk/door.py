"""Who may use the desk: this computer's own browser, with a session, and no page of anybody else's.

::

    Host        this computer by name, or the answer is 421
    cookie      a session: random, hidden from scripts, never sent from elsewhere
    token       in each form: what a page of somebody else's cannot know
    Sec-Fetch-Site, Origin   of a POST, where the browser sends them: ours
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["Door", "Refused"]

_MOST_BYTES = 256 * 1024
_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class Refused(Exception):
    """A request that is not let in, with its status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Door:
    """Sessions and the tokens of their forms; both end with the program."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def check_host(self, request: Request) -> None:
        """Refuse a name of somebody else's that was bent to this address.

        Raises:
            Refused: 421.
        """
        try:
            name = urlsplit(f"//{request.headers.get('host', '')}").hostname
        except ValueError:
            name = None
        if name not in _NAMES:
            raise Refused(421)

    def session(self, request: Request) -> str | None:
        """The session that the browser has; None without one."""
        return request.cookies.get(_cookie(request))

    def begin(self) -> str:
        """A new session."""
        return secrets.token_urlsafe(24)

    def keep(self, request: Request, response: Response, session: str) -> None:
        """Let the browser keep it."""
        response.set_cookie(_cookie(request), session, httponly=True, samesite="strict")

    def token(self, session: str) -> str:
        """What the forms of a session bear."""
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    async def posted(self, request: Request) -> dict[str, list[str]]:
        """A form of ours, field by field.

        Raises:
            Refused: 403 without session or token, or from another page; 413 beyond measure.
        """
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise Refused(413)
        posted = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
        session = self.session(request)
        if session is None or not _is_from_here(request):
            raise Refused(403)
        if not hmac.compare_digest(posted.get("token", [""])[0].encode(), self.token(session).encode()):
            raise Refused(403)
        return posted


def _is_from_here(request: Request) -> bool:
    """What the browser says of the page that sends; our pages name no referrer, so their origin reads ``null``."""
    origin = request.headers.get("origin", "null")
    is_ours = origin == "null" or urlsplit(origin).netloc == request.headers.get("host")
    return is_ours and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _cookie(request: Request) -> str:
    """One for each port: cookies do not keep ports apart."""
    return f"dancu_desk_{request.url.port or 80}"
