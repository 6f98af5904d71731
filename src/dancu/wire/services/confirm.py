"""Service B, ``XacThucThongTinCongDan`` (003, 033): does such a person exist (wire.md §7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.services.answers import payload
from dancu.wire.soap import OPERATION_NAMESPACE, PAYLOAD_NAMESPACE
from dancu.wire.xml import children, text_of

if TYPE_CHECKING:
    from dancu.wire.messages import WireReply
    from dancu.wire.services.spec import WireStyle

__all__ = ["read_confirmation"]

_ROOTS = frozenset(
    f"{{{namespace}}}{name}"
    for namespace in (OPERATION_NAMESPACE, PAYLOAD_NAMESPACE)
    for name in ("KetQuaXacThucResponse", "KetQuaXacThuc", "XacThucThongTinCongDanResponse")
)
_WORDS = {"true": True, "1": True, "false": False, "0": False}


def read_confirmation(reply: WireReply, style: WireStyle) -> bool:
    """Whether the register knows such a person: ``TonTai``, the count ``SoLuongCongDan``, or a JSON yes or no.

    Raises:
        Rejected, Unavailable: as `payload`; ``unknown_answer`` for another payload or word.
    """
    element = payload(reply, style)
    if element is None or isinstance(element, bool):
        return bool(element)
    if element.tag not in _ROOTS:
        raise Unavailable("unknown_answer", detail="another payload than a confirmation")
    parts = children(element)
    count = text_of(parts.get("SoLuongCongDan"))
    if count is not None and "TonTai" not in parts and count.isascii() and count.isdigit():
        return int(count) > 0
    word = text_of(parts.get("TonTai"))
    if word not in _WORDS:
        raise Unavailable("unknown_answer", detail="a confirmation without yes or no")
    return _WORDS[word]
