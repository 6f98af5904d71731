"""Every status and code by which a platform refuses or fails, in one table (wire.md §3).

Nothing of a platform's own text is kept: it may repeat what was asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dancu.errors import CODES, error_for
from dancu.wire.messages import WireReply, header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.errors import Code, DancuError, Origin

__all__ = ["PROVIDER_CODES", "Place", "ProviderCode", "meaning", "refusal", "refusal_in", "refused", "retry_after"]

Place = Literal[
    "HTTP", "errorCode", "error_code", "successful", "StatusCode", "Status", "ThrowException", "code", "WSO2", "page"
]


@dataclass(frozen=True, slots=True)
class ProviderCode:
    """One row: what a word in one place of an answer comes to.

    Attributes:
        place: HTTP status line, the JSON member of that name, a WSO2 code, or words on a page.
        said: the word; ``9009xx`` stands for a hundred codes, ``*`` for every other word.
        code: ours.
        source: who wrote or documented it, by the letters of wire.md.
        confidence: how many sources, or ``inf`` for what was inferred.
        again: where not the code's own word decides whether to ask again.
    """

    place: Place
    said: str
    code: Code
    source: str
    confidence: str
    again: bool | None = None

    @property
    def origin(self) -> Origin:
        """Whose it is."""
        return CODES[self.code].origin

    @property
    def retryable(self) -> bool:
        """Whether the same question may be asked again as it is."""
        return CODES[self.code].retryable if self.again is None else self.again

    def error(self, detail: str, *, retry_after: float | None = None) -> DancuError:
        """The error that this row stands for."""
        return error_for(self.code, detail=detail, retry_after=retry_after, retryable=self.retryable)


PROVIDER_CODES: tuple[ProviderCode, ...] = (
    ProviderCode("HTTP", "400", "request_refused", "S2", "1"),
    ProviderCode("HTTP", "401", "credential_refused", "S12", "1"),
    ProviderCode("HTTP", "403", "request_refused", "S12", "1"),
    ProviderCode("HTTP", "408", "timed_out", "RFC 9110", "inf"),
    ProviderCode("HTTP", "422", "request_refused", "RFC 9110", "inf"),
    ProviderCode("HTTP", "429", "throttled", "S12", "1"),
    ProviderCode("HTTP", "500", "http_error", "RFC 9110", "inf", again=True),
    ProviderCode("HTTP", "502", "http_error", "RFC 9110", "inf", again=True),
    ProviderCode("HTTP", "503", "maintenance", "RFC 9110", "inf"),
    ProviderCode("HTTP", "504", "http_error", "RFC 9110", "inf", again=True),
    ProviderCode("HTTP", "*", "http_error", "RFC 9110", "inf"),
    # OpenCPS, in place of any answer
    ProviderCode("errorCode", "004", "procedure_not_licensed", "S3", "1"),
    ProviderCode("errorCode", "005", "officer_not_licensed", "S3", "1"),
    ProviderCode("errorCode", "01", "request_refused", "S2", "1"),
    ProviderCode("errorCode", "*", "request_refused", "S2", "inf"),
    # json-message, and what a coded response holds
    ProviderCode("error_code", "00", "request_refused", "S5", "1"),
    ProviderCode("error_code", "01", "request_refused", "S5", "1"),
    ProviderCode("error_code", "-1", "request_refused", "S15", "1"),
    ProviderCode("error_code", "*", "request_refused", "S5", "inf"),
    ProviderCode("successful", "*", "request_refused", "S13", "1"),
    # result-object
    ProviderCode("StatusCode", "401", "credential_refused", "S12", "3"),
    ProviderCode("StatusCode", "403", "request_refused", "S12", "3"),
    ProviderCode("StatusCode", "429", "throttled", "S12", "3"),
    ProviderCode("StatusCode", "500", "provider_fault", "S12", "inf", again=True),
    ProviderCode("StatusCode", "*", "provider_fault", "S12", "inf"),
    ProviderCode("Status", "*", "provider_fault", "S12", "3"),
    ProviderCode("ThrowException", "true", "provider_fault", "S12", "3"),
    # coded-response
    ProviderCode("code", "401", "credential_refused", "S13", "inf"),
    ProviderCode("code", "403", "request_refused", "S13", "inf"),
    ProviderCode("code", "429", "throttled", "S13", "inf"),
    ProviderCode("code", "500", "provider_fault", "S13", "inf", again=True),
    ProviderCode("code", "*", "provider_fault", "S13", "inf"),
    # the product in front of many platforms
    ProviderCode("WSO2", "9009xx", "credential_refused", "WSO2 API Manager", "inf"),
    ProviderCode("WSO2", "9008xx", "throttled", "WSO2 API Manager", "inf"),
    # nginx, to whom brings no client certificate (HTTP 400)
    ProviderCode("page", "SSL certificate", "client_certificate_refused", "nginx", "1"),
)

_ROWS: Mapping[tuple[str, str], ProviderCode] = MappingProxyType({(row.place, row.said): row for row in PROVIDER_CODES})
_LOOKED_AT = 2048
_REFUSING = frozenset({400, 401, 403, 429})
_IN_BODIES: tuple[tuple[Place, re.Pattern[bytes]], ...] = (
    ("errorCode", re.compile(rb'"errorCode"\s*:\s*"?([0-9]{1,4})\b')),
    ("WSO2", re.compile(rb"\b(900[89])[0-9]{2}\b")),
    ("page", re.compile(rb"(SSL certificate)")),
)
_WSO2 = re.compile(r"(900[89])[0-9]{2}", re.ASCII)
_SUCCESS: Mapping[Place, tuple[object, ...]] = {
    "errorCode": (None, "", "0"),
    "error_code": ("0",),
    "successful": (True, "true"),
}
_SECONDS = re.compile(r"[0-9]{1,6}")


def meaning(place: Place, said: str) -> ProviderCode:
    """The row for a word in a place, or the place's row for any other word.

    Raises:
        KeyError: the place knows no other words than its own.
    """
    return _ROWS.get((place, said)) or _ROWS[place, "*"]


def refused(place: Place, said: str) -> DancuError:
    """The error for a word that is not success; a word of no list does not appear in it."""
    row = meaning(place, said)
    return row.error(f"{place}, of no list" if row.said == "*" else f"{place} {row.said}")


def refusal_in(members: Mapping[str, object]) -> DancuError | None:
    """The error that a JSON object under HTTP 200 stands for; None where it holds no code that refuses.

    Integers are expected as text. OpenCPS and WSO2 put theirs in place of any answer.
    """
    for place, success in _SUCCESS.items():
        if place in members and members[place] not in success:
            word = members[place]
            return refused(place, word if isinstance(word, str) else "*")
    fault = members.get("fault", members)
    code = fault.get("code") if isinstance(fault, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # of any type, and checked
    found = _WSO2.fullmatch(code) if isinstance(code, str) else None
    return refused("WSO2", f"{found.group(1)}xx") if found else None


def refusal(reply: WireReply) -> DancuError | None:
    """The error that an answer's status and body stand for; None for HTTP 200, whose body its skin reads."""
    if reply.status == 200:
        return None
    row = meaning("HTTP", str(reply.status))
    if reply.status in _REFUSING:
        row = _narrowed(reply.body[:_LOOKED_AT]) or row
    return row.error(f"HTTP {reply.status}", retry_after=retry_after(reply))


def _narrowed(said: bytes) -> ProviderCode | None:
    """The row of a code near the beginning of a refusing body, of any form, that says more than its status."""
    for place, pattern in _IN_BODIES:
        found = pattern.search(said)
        word = found.group(1).decode() if found else ""
        row = _ROWS.get((place, f"{word}xx" if place == "WSO2" else word))
        if row is not None and row.code != "request_refused":
            return row
    return None


def retry_after(reply: WireReply) -> float | None:
    """The seconds of ``Retry-After``; a date is not read, since clocks differ."""
    value = (header(reply.headers, "Retry-After") or "").strip()
    return float(value) if _SECONDS.fullmatch(value) else None
