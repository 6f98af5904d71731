"""An adapter for an invented national platform: requests signed with HMAC, JSON of its own, answers with a status.

::

    POST  X-System: DEMO   X-Signature: <hex HMAC-SHA-256 of the body>
          {"request": {"id", "procedure", "officer"}, "person": {"number", "name", "born"}}
    200   {"status": "00", "answer": {"CongdanCollection": ...}}    00 answered, 01 our system is not known
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dancu.adapters import WireRequest, error_for, parse_json, read_collection, refusal
from dancu.domain.names import fold_name
from dancu.wire.skins.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.adapters import Element, FamilyTools, Flow, Keys, Record, Secret, WireReply, WireStyle
    from dancu.domain.fields import FieldName


@dataclass(frozen=True, slots=True)
class Signed:
    """The credential: every body is signed."""

    user: str
    secret: Secret

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add system and signature."""
        yield from ()
        digest = hmac.new(self.secret.reveal().encode(), request.body, hashlib.sha256).hexdigest()
        return request.with_headers(("X-System", self.user), ("X-Signature", digest))

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused signature is refused again."""
        yield from ()
        return None


def family(settings: Mapping[str, Any], tools: FamilyTools) -> Signed:
    """The entry point of the group ``dancu.families``."""
    return Signed(str(settings["system"]), tools.secret("secret"))


def opened(body: bytes) -> Element | bool | None:
    """The entry point of the group ``dancu.skins``: what an HTTP 200 holds."""
    members = parse_json(body)
    status = members.get("status") if isinstance(members, dict) else None
    if status == "01":
        raise error_for("credential_refused", detail="status 01")
    if not isinstance(members, dict) or status != "00" or not isinstance(members.get("answer"), dict):
        raise error_for("unknown_answer", detail="no status 00 with an answer")
    answer: Any = members["answer"]
    return open_tree(answer)


class Service:
    """The national platform's way to ask for a record."""

    def build(self, keys: Keys) -> WireRequest:
        """Its own JSON; the name is folded as everywhere."""
        subject, purpose = keys.subject, keys.purpose
        body = {
            "request": {"id": keys.reference, "procedure": purpose.procedure, "officer": purpose.officer.code},
            "person": {
                "number": str(subject.number),
                "name": fold_name(subject.name, keys.style.name),
                "born": str(subject.birth_date),
            },
        }
        headers = (("Content-Type", "application/json"), ("Accept-Encoding", "identity"))
        return WireRequest(keys.spec.url, keys.spec.registered_url, headers, json.dumps(body).encode())

    def records(self, reply: WireReply, style: WireStyle, fields: tuple[FieldName, ...]) -> tuple[Record, ...]:
        """Records past every refusal; an answer without a collection is an outage."""
        refused = refusal(reply)
        if refused is not None:
            raise refused
        found = style.opened(reply.body)
        if found is None or isinstance(found, bool):
            raise error_for("unknown_answer", detail="no collection")
        return read_collection(found, fields, style.dialect)

    def exists(self, reply: WireReply, style: WireStyle) -> bool:
        """Yes, if it has a record."""
        return bool(self.records(reply, style, ("number",)))


service = Service()
"""The entry point of the group ``dancu.services``."""
