"""Where the mock may listen, and how a URL names that."""

from __future__ import annotations

__all__ = ["LOOPBACK", "check_loopback", "url_host"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this computer by which no other reaches it."""
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared, never bound


def check_loopback(host: str, *, expose: bool) -> None:
    """Refuse an address that other computers reach.

    Raises:
        ValueError: it is not the loopback, and nobody said ``expose``.
    """
    if host not in LOOPBACK and not expose:
        raise ValueError("the mock listens on the loopback; expose=True (--expose) lets it listen elsewhere")


def url_host(host: str) -> str:
    """A host as a URL has it: IPv6 in brackets, every address as localhost."""
    if host in _EVERYWHERE:
        return "localhost"
    return f"[{host}]" if ":" in host else host
