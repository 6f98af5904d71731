"""Skin ``result-object`` of Ho Chi Minh City (wire.md §3, §7.5: S12).

``{"StatusCode": 200, "Status": "SUCCESS", "ThrowException": false, "ResultObject": ...}``: success
needs all three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.provider_codes import refused
from dancu.wire.skins.members import inner, read_object

if TYPE_CHECKING:
    from dancu.wire.xml import Element

__all__ = ["open_result_object"]


def open_result_object(body: bytes) -> Element | bool | None:
    """What ``ResultObject`` holds; ``Description`` is never repeated."""
    members = read_object(body)
    status, word, threw = (members.get(name) for name in ("StatusCode", "Status", "ThrowException"))
    if not isinstance(status, str) or not isinstance(word, str) or not isinstance(threw, bool):
        raise Unavailable("unknown_answer", detail="not a result object")
    if status != "200":
        raise refused("StatusCode", status)
    if threw:
        raise refused("ThrowException", "true")
    if word != "SUCCESS":
        raise refused("Status", word)
    return inner(members.get("ResultObject"))
