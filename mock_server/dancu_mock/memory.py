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

    def seen(self, request_id: str) -> bool:
        """Whether an id was used before; from now on it was."""
        with self._lock:
            if request_id in self._ids:
                return True
            self._ids.add(request_id)
            return False

    def issue(self, until: float) -> str:
        """A new token, good until then (seconds since 1970)."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = until
        return token

    def alive(self, token: str, now: float) -> bool:
        """Whether a token was handed out and is still good."""
        with self._lock:
            return self._tokens.get(token, 0.0) > now

    def revoke_tokens(self) -> None:
        """Let every token fail from now on, as a platform does when it restarts."""
        with self._lock:
            self._tokens.clear()
