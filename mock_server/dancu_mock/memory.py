"""What a mock remembers between calls: request ids it has seen, tokens it has handed out."""

from __future__ import annotations

import secrets
import threading

__all__ = ["Memory"]


class Memory:
    """Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: set[str] = set()
        self._tokens: dict[str, float] = {}
        self._refresh: set[str] = set()

    def seen(self, request_id: str) -> bool:
        """Whether an id was used before; from now on it was."""
        with self._lock:
            if request_id in self._ids:
                return True
            self._ids.add(request_id)
            return False

    def issue(self, until: float) -> str:
        """A new token or session, good until then (seconds since 1970)."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = until
        return token

    def alive(self, token: str, now: float) -> bool:
        """Whether a token was handed out and is still good."""
        with self._lock:
            return self._tokens.get(token, 0.0) > now

    def issue_refresh(self) -> str:
        """A new refresh token, good for one use."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._refresh.add(token)
        return token

    def redeem(self, refresh: str) -> bool:
        """Whether a refresh token is good; from now on it is not."""
        with self._lock:
            if refresh not in self._refresh:
                return False
            self._refresh.remove(refresh)
            return True

    def revoke_tokens(self, *, refresh: bool = True) -> None:
        """Let every token fail from now on, as a platform does when it restarts; refresh tokens too, unless told."""
        with self._lock:
            self._tokens.clear()
            if refresh:
                self._refresh.clear()
