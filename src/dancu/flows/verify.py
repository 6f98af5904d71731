"""Use case: a claim compared with the record; a verdict and its reason for each field, never the value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dancu.domain.fields import parse_fields
from dancu.domain.outcomes import Ambiguous, Found, NotMatched, Verified
from dancu.flows.ask import Question, Stamp, ask
from dancu.flows.look_up import decide
from dancu.flows.native import native_answer
from dancu.matching.claims import compare_claim, overall
from dancu.wire.native import build_native
from dancu.wire.services.lookup import read_lookup
from dancu.wire.services.spec import build_request

if TYPE_CHECKING:
    from dancu.domain.queries import Claim, Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.wire.messages import WireReply

__all__ = ["verify"]


def verify(
    context: Context, subject: Subject, claim: Claim, *, purpose: Purpose, deadline: float | None
) -> Flow[Verified | NotMatched | Ambiguous]:
    """Ask service A for the claimed fields and compare them; the record goes no further.

    Raises:
        InvalidInput, Rejected, Unavailable: see `dancu.errors`.
    """
    asked = parse_fields(claim.claimed)

    def read(reply: WireReply, stamp: Stamp) -> Verified | NotMatched | Ambiguous:
        if context.native:
            verified: Verified | NotMatched | Ambiguous = native_answer(reply, stamp, Verified, NotMatched, Ambiguous)
            return verified
        found = decide(subject, read_lookup(reply, context.style, asked), stamp)
        if not isinstance(found, Found):
            return found
        verdicts = compare_claim(claim, found.citizen)
        return Verified(overall(verdicts.values()), verdicts, found.findings, stamp.reference, stamp.as_of)

    build = partial(build_native, claim=claim) if context.native else build_request
    service = "verify" if context.native else "look_up"
    question = Question("verify", service, subject, purpose, asked, read, build)
    return (yield from ask(context, question, deadline=deadline))
