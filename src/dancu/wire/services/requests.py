"""Requests, written: the elements or members a profile lists, in that order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dancu.wire.messages import WireRequest
from dancu.wire.services.values import wire_value
from dancu.wire.soap import CONTENT_TYPE, leaf, nested, seal_envelope

if TYPE_CHECKING:
    from dancu.wire.services.spec import Keys

__all__ = ["build_request"]

_JSON = "application/json; charset=utf-8"
_BIRTH = "NgayThangNamSinh"


def build_request(keys: Keys) -> WireRequest:
    """A request in the platform's form; nothing in it is left unescaped."""
    content_type, body = (_JSON, _json(keys)) if keys.style.request == "json" else (CONTENT_TYPE, _soap(keys))
    headers = (("Content-Type", content_type), ("Accept-Encoding", "identity"))
    return WireRequest(keys.spec.url, keys.spec.registered_url, headers, body)


def _json(keys: Keys) -> bytes:
    members = dict(wire_value(name, keys) for name in keys.spec.fields_sent)
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def _soap(keys: Keys) -> bytes:
    spec = keys.spec
    return seal_envelope(spec.operation, (_element(name, keys) for name in spec.fields_sent), spec.namespace)


def _element(name: str, keys: Keys) -> str:
    written = leaf(*wire_value(name, keys))
    if name != _BIRTH or keys.spec.birth == "flat":
        return written
    known = "Nam" if keys.subject.birth_date.day is None else "NgayThangNam"
    return nested(_BIRTH, leaf(known, wire_value(_BIRTH, keys)[1]))
