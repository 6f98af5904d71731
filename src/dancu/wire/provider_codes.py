"""Every status and code by which a platform refuses or fails, in one table (wire.md §3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dancu.errors import Code, DancuError, error_for
from dancu.wire.messages import WireReply, header

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BODY_CODES", "STATUSES", "refusal", "retry_after"]


class Meaning(NamedTuple):
    """What a status or code comes to; ``retryable`` overrides the code's own word."""

    code: Code
    retryable: bool | None = None


STATUSES: Mapping[int, Meaning] = {
    400: Meaning("request_refused"),
    401: Meaning("credential_refused"),
    403: Meaning("request_refused"),
    408: Meaning("timed_out"),
    422: Meaning("request_refused"),
    429: Meaning("throttled"),
    500: Meaning("http_error", retryable=True),
    502: Meaning("http_error", retryable=True),
    503: Meaning("maintenance"),
    504: Meaning("http_error", retryable=True),
}
"""HTTP status to code; any other but 200 is ``http_error``, not to be tried again."""

BODY_CODES: tuple[tuple[re.Pattern[bytes], Meaning], ...] = (
    (re.compile(rb'"errorCode"\s*:\s*"?004"?'), Meaning("procedure_not_licensed")),
    (re.compile(rb'"errorCode"\s*:\s*"?005"?'), Meaning("officer_not_licensed")),
    (re.compile(rb"\b9009[0-9]{2}\b"), Meaning("credential_refused")),
    (re.compile(rb"\b9008[0-9]{2}\b"), Meaning("throttled")),
    (re.compile(rb"SSL certificate"), Meaning("client_certificate_refused")),
)
"""Codes in the first 2 KiB of a refusing body: OpenCPS 004 and 005 [1: S3], WSO2 9009xx and
9008xx [inf], and the page with which nginx answers a missing client certificate (HTTP 400)."""

_LOOKED_AT = 2048
_REFUSING = frozenset({400, 401, 403, 429})
_SECONDS = re.compile(r"[0-9]{1,6}")


def refusal(reply: WireReply) -> DancuError | None:
    """The error that an answer's status and body stand for; None for HTTP 200."""
    if reply.status == 200:
        return None
    meaning = STATUSES.get(reply.status, Meaning("http_error"))
    if reply.status in _REFUSING:
        said = reply.body[:_LOOKED_AT]
        meaning = next((known for pattern, known in BODY_CODES if pattern.search(said)), meaning)
    return error_for(
        meaning.code,
        detail=f"HTTP {reply.status}",
        retry_after=retry_after(reply),
        retryable=meaning.retryable,
    )


def retry_after(reply: WireReply) -> float | None:
    """The seconds of ``Retry-After``; a date is not read, since clocks differ."""
    value = (header(reply.headers, "Retry-After") or "").strip()
    return float(value) if _SECONDS.fullmatch(value) else None
