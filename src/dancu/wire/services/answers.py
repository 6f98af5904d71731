"""From a reply to what its skin holds, past every refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.provider_codes import refusal
from dancu.wire.soap import open_envelope

if TYPE_CHECKING:
    from dancu.wire.messages import WireReply
    from dancu.wire.services.spec import WireStyle
    from dancu.wire.xml import Element

__all__ = ["payload"]


def payload(reply: WireReply, style: WireStyle) -> Element | bool | None:
    """The payload element, or a JSON yes or no; None where an empty Body means that nobody matched.

    Raises:
        Rejected, Unavailable: by status, by fault, or because it cannot be read.
    """
    refused = refusal(reply)
    if refused is not None:
        if reply.status == 500:
            _raise_fault(reply)
        raise refused
    found = style.opened(reply.body)
    if found is None and style.empty_body == "unavailable":
        raise Unavailable("empty_answer", detail="an empty SOAP Body")
    return found


def _raise_fault(reply: WireReply) -> None:
    """SOAP 1.1 sends its faults under HTTP 500."""
    try:
        open_envelope(reply.body)
    except Unavailable as error:
        if error.code == "provider_fault":
            raise
