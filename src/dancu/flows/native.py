"""An answer of our own gateway, taken over as the caller's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dancu.errors import Unavailable
from dancu.wire.native import read_native

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.flows.ask import Stamp
    from dancu.wire.messages import WireReply

__all__ = ["native_answer"]


def native_answer(reply: WireReply, stamp: Stamp, *kinds: type[Any], fields: tuple[FieldName, ...] = ()) -> Any:
    """One of the outcomes that the question can have, under this call's own reference.

    Raises:
        DancuError: the gateway's.
        Unavailable: ``unknown_answer`` for an outcome of another question.
    """
    outcome = read_native(reply, fields=fields)
    if not isinstance(outcome, kinds):
        raise Unavailable("unknown_answer", detail="an outcome of another question")
    return replace(outcome, reference=stamp.reference)
