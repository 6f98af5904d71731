"""Records of the register as one or the other dialect writes them, told apart by structure alone.

Both dialects stand under the same namespace (wire.md §5 quirk 2), and prefixes mean nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dancu.errors import Unavailable
from dancu.wire.dialects import live, qcvn109
from dancu.wire.xml import local_name, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.domain.fields import FieldName
    from dancu.wire.dialects.record import Record
    from dancu.wire.xml import Element

__all__ = ["Dialect", "read_citizen", "read_collection"]

Dialect = Literal["auto", "live", "qcvn109"]

_ADDRESSES = frozenset({"NoiDangKyKhaiSinh", "QueQuan", "ThuongTru", "NoiOHienTai"})
_CODED = frozenset({"DanToc", "TonGiao"})


def read_collection(collection: Element, fields: tuple[FieldName, ...], dialect: Dialect) -> tuple[Record, ...]:
    """The records of a ``CongdanCollection``; none only of one that is empty and does not claim otherwise.

    Raises:
        Unavailable: ``unknown_answer`` for anything but ``CongDan`` in it, or another count than the
            attribute ``SoCongDan`` gives; or what `read_citizen` raises.
    """
    records = list(collection)
    namespace = str(collection.tag).rpartition("}")[0]
    strange = any(record.tag != f"{namespace}}}CongDan" for record in records)
    if strange or (not records and (collection.text or "").strip()):
        raise Unavailable("unknown_answer", detail="something else than citizens in the collection")
    if (collection.get("SoCongDan") or "").strip() not in {"", str(len(records))}:
        raise Unavailable("unknown_answer", detail="another count of citizens than the collection claims")
    return tuple(read_citizen(record, fields, dialect) for record in records)


def read_citizen(record: Element, fields: tuple[FieldName, ...], dialect: Dialect) -> Record:
    """Read one ``CongDan``; ``auto`` goes by its structure, each record by its own.

    Raises:
        Unavailable: ``unknown_answer`` for a record of the other dialect than the one named, or
            of both at once; or what the dialect's own reader raises.
    """
    signs = set(_signs(record))
    if len(signs) > 1:
        raise Unavailable("unknown_answer", detail="a record of two dialects")
    if dialect != "auto" and not signs <= {dialect}:
        raise Unavailable("unknown_answer", detail=f"a record of another dialect than {dialect}")
    # What bears no sign reads the same in both.
    read = qcvn109.read_citizen if "qcvn109" in {*signs, dialect} else live.read_citizen
    return read(record, fields)


def _signs(record: Element) -> Iterator[Literal["live", "qcvn109"]]:
    """The dialects to which the structure of some block belongs."""
    for block in record:
        name = local_name(block)
        if name in _ADDRESSES:
            inside = {local_name(part) for part in block}
            if not inside.isdisjoint(live.ADDRESS_CODES):
                yield "live"
            if qcvn109.UNIT_CODE in inside:
                yield "qcvn109"
        elif name in _CODED and (len(block) or text_of(block)):
            yield "qcvn109" if len(block) else "live"
