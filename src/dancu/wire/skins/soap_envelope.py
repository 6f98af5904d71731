"""Skin ``soap``: the SOAP envelope itself (wire.md §2.2, §7.2), or a refusal of OpenCPS or WSO2 as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.skins.members import read_value
from dancu.wire.soap import open_envelope

if TYPE_CHECKING:
    from dancu.wire.xml import Element

__all__ = ["open_soap"]


def open_soap(body: bytes) -> Element | None:
    """The payload; raises as `open_envelope`, and by a JSON object's code, ``unknown_answer`` for another one."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        read_value(body)
        raise Unavailable("unknown_answer", detail="JSON where SOAP is expected")
    return open_envelope(body)
