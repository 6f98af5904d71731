"""Use case: does such a person exist? A yes or no, and no data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dancu.domain.outcomes import Confirmed, KeyName, NotMatched
from dancu.flows.ask import Question, Stamp, ask
from dancu.flows.identity import hints_for
from dancu.flows.native import native_answer
from dancu.wire.native import build_native
from dancu.wire.services.confirm import read_confirmation
from dancu.wire.services.spec import build_request, keys_sent

if TYPE_CHECKING:
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.wire.messages import WireReply

__all__ = ["confirm"]


def confirm(
    context: Context, subject: Subject, *, purpose: Purpose, deadline: float | None
) -> Flow[Confirmed | NotMatched]:
    """Ask service B about one citizen.

    Raises:
        InvalidInput, Rejected, Unavailable: see `dancu.errors`.
    """
    keys = cast("tuple[KeyName, ...]", keys_sent(context.service("confirm"), subject))

    def read(reply: WireReply, stamp: Stamp) -> Confirmed | NotMatched:
        if context.native:
            confirmed: Confirmed | NotMatched = native_answer(reply, stamp, Confirmed, NotMatched)
            return confirmed
        if read_confirmation(reply, context.style):
            return Confirmed(keys, stamp.reference, stamp.as_of)
        return NotMatched(hints_for(subject), stamp.reference, stamp.as_of)

    question = Question(
        "confirm", "confirm", subject, purpose, (), read, build_native if context.native else build_request
    )
    return (yield from ask(context, question, deadline=deadline))
