"""What goes over the wire and what comes back, as plain bytes with headers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dancu.privacy import masked_repr

__all__ = ["Headers", "WireReply", "WireRequest", "header"]

Headers = tuple[tuple[str, str], ...]


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header, whatever its case, or None."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, repr=False)
class WireRequest:
    """One request, ready but for its credential.

    Attributes:
        url: absolute URL really called; it never holds personal data.
        registered_url: the service's URL as registered with the platform, which T1
            hashes; behind a proxy it differs from ``url`` (wire.md §2.1).
        headers: in the order in which they are sent.
        body: the document, UTF-8.
    """

    url: str
    registered_url: str
    headers: Headers
    body: bytes

    def with_headers(self, *more: tuple[str, str]) -> WireRequest:
        """A copy with further headers."""
        return replace(self, headers=(*self.headers, *more))

    def __repr__(self) -> str:
        return masked_repr(self, url=self.url)


@dataclass(frozen=True, slots=True, repr=False)
class WireReply:
    """One answer, read whole.

    Attributes:
        status: HTTP status.
        headers: as they came.
        body: without its content encoding.
    """

    status: int
    headers: Headers
    body: bytes

    def __repr__(self) -> str:
        return masked_repr(self, status=self.status)
