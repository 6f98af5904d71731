"""Use case: the record of one citizen, as far as the fields asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dancu.domain.fields import parse_fields
from dancu.domain.outcomes import Ambiguous, Found, NotMatched
from dancu.domain.people import Citizen
from dancu.flows.ask import Question, Stamp, ask
from dancu.flows.identity import fits_typed_month, hints_for, same_person
from dancu.flows.native import native_answer
from dancu.wire.native import build_native
from dancu.wire.services.lookup import read_lookup
from dancu.wire.services.spec import build_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.wire.dialects.record import Record
    from dancu.wire.messages import WireReply

__all__ = ["decide", "look_up"]


def look_up(
    context: Context, subject: Subject, *, fields: Iterable[str], purpose: Purpose, deadline: float | None
) -> Flow[Found | NotMatched | Ambiguous]:
    """Ask service A for one citizen.

    Raises:
        InvalidInput, Rejected, Unavailable: see `dancu.errors`.
    """
    asked = parse_fields(fields)

    def read(reply: WireReply, stamp: Stamp) -> Found | NotMatched | Ambiguous:
        if context.native:
            found: Found | NotMatched | Ambiguous = native_answer(
                reply, stamp, Found, NotMatched, Ambiguous, fields=asked
            )
            return found
        return decide(subject, read_lookup(reply, context.style, asked), stamp)

    build = partial(build_native, fields=asked) if context.native else build_request
    question = Question("look_up", "look_up", subject, purpose, asked, read, build)
    return (yield from ask(context, question, deadline=deadline))


def decide(subject: Subject, records: tuple[Record, ...], stamp: Stamp) -> Found | NotMatched | Ambiguous:
    """What records come to; of several, only their count is told.

    Raises:
        Unavailable: ``answer_mismatch``.
    """
    if len(records) > 1:
        return Ambiguous(len(records), stamp.reference, stamp.as_of)
    if records:
        findings = same_person(subject, records[0])
        if fits_typed_month(subject, records[0]):
            return Found(Citizen.of(records[0].values), findings, stamp.reference, stamp.as_of)
    return NotMatched(hints_for(subject), stamp.reference, stamp.as_of)
