"""What a gate is to the mock, and the little that gates have in common."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dancu_mock.messages import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu_mock.memory import Memory
    from dancu_mock.messages import Request
    from dancu_mock.settings import MockSettings

__all__ = [
    "OAUTH_REFUSAL",
    "Door",
    "Gate",
    "Opened",
    "Visit",
    "bearer",
    "decoded",
    "issued",
    "json_reply",
    "mime",
    "object_of",
    "refused",
    "same",
]

Opened = tuple[str, Reply]

OAUTH_REFUSAL: Mapping[str, object] = {
    "fault": {"code": 900901, "message": "Invalid Credentials", "description": "MOCK: invalid token"}
}
"""How WSO2 refuses a token (wire.md §3)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at the gate, and all that the gate may look at.

    Attributes:
        service_url: the path as registered, which T1 hashes.
        now: seconds since 1970.
    """

    request: Request
    settings: MockSettings
    memory: Memory
    service_url: str
    now: float


@dataclass(frozen=True, slots=True)
class Door:
    """An endpoint of the gate's own.

    Attributes:
        name: in the journal.
        path: the setting that says where it is.
        open: what the journal says, and the answer.
    """

    name: str
    path: str
    open: Callable[[Visit], Opened]


@dataclass(frozen=True, slots=True)
class Gate:
    """One credential family.

    Attributes:
        admits: whether a call of a service bears the credential, exactly.
        refusal: the body of HTTP 401, as JSON.
        doors: where tokens or sessions are had.
        members: what the family adds in front of a JSON request.
    """

    admits: Callable[[Visit], bool]
    refusal: Mapping[str, object] = field(default_factory=lambda: {"message": "MOCK: refused"})
    doors: tuple[Door, ...] = ()
    members: tuple[str, ...] = ()


def same(given: object, right: str) -> bool:
    """Whether a text is the right one, without telling by time how much of it is."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(errors="replace"), right.encode())


def decoded(text: str) -> str:
    """What base64 holds; empty where it is none, or no UTF-8."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def object_of(text: str | bytes) -> list[tuple[str, Any]]:
    """The members of a JSON object, in order and with duplicates; none of anything else."""
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return []
    return pairs if isinstance(pairs, _Pairs) else []


class _Pairs(list[tuple[str, Any]]):
    """Members of an object, told from a list."""


def bearer(request: Request) -> str:
    """The token of the one ``Authorization: Bearer``, or empty."""
    scheme, _blank, token = (request.header("Authorization") or "").partition(" ")
    return token if scheme == "Bearer" else ""


def mime(request: Request) -> str:
    """The media type of the body, without parameters."""
    return (request.header("Content-Type") or "").partition(";")[0].strip().lower()


def json_reply(status: int, members: Mapping[str, object]) -> Reply:
    """An answer in JSON."""
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, (("Content-Type", "application/json; charset=utf-8"),), body)


def issued(members: Mapping[str, object]) -> Opened:
    """A credential, handed out."""
    return "issued", json_reply(200, members)


def refused(status: int, members: Mapping[str, object]) -> Opened:
    """No credential."""
    return "refused", json_reply(status, members)
