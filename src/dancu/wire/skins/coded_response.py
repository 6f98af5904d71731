"""Skin ``coded-response`` of Thái Nguyên (wire.md §3, §7.5: S13).

``{"code": "200", "status": ..., "correlationId": ..., "response": ...}``; what stands inside may hold
codes of its own, and all must say success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.provider_codes import refused
from dancu.wire.skins.members import inner, read_object

if TYPE_CHECKING:
    from dancu.wire.xml import Element

__all__ = ["open_coded_response"]


def open_coded_response(body: bytes) -> Element | bool | None:
    """What ``response`` holds."""
    members = read_object(body)
    code = members.get("code")
    if not isinstance(code, str):
        raise Unavailable("unknown_answer", detail="not a coded response")
    if code != "200":
        raise refused("code", code)
    return inner(members.get("response"))
