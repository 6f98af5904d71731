"""Services A, C and K: a collection of records (wire.md §1.1, §1.3).

``TraCuuThongTinCongDan`` (037) holds all fields, ``XacMinhThongTinNhanThan`` the parents, and
``CungCapThongTinNhomMau`` the blood group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.dialects import read_collection
from dancu.wire.services.answers import payload
from dancu.wire.soap import PAYLOAD_NAMESPACE
from dancu.wire.xml import local_name

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.wire.dialects.record import Record
    from dancu.wire.messages import WireReply
    from dancu.wire.services.spec import WireStyle

__all__ = ["read_lookup"]

_COLLECTION = f"{{{PAYLOAD_NAMESPACE}}}CongdanCollection"
_WRAPPED = "XacMinhThongTinNhanThanResponse"


def read_lookup(reply: WireReply, style: WireStyle, fields: tuple[FieldName, ...]) -> tuple[Record, ...]:
    """The records that fit; none only from a well-formed, recognised, empty collection.

    Raises:
        Rejected, Unavailable: as `payload`; ``unknown_answer`` for another payload.
    """
    collection = payload(reply, style)
    if collection is None:
        return ()
    if not isinstance(collection, bool) and local_name(collection) == _WRAPPED and len(collection) == 1:
        collection = collection[0]
    if isinstance(collection, bool) or collection.tag != _COLLECTION:
        raise Unavailable("unknown_answer", detail="another payload than a collection of citizens")
    return read_collection(collection, fields, style.dialect)
