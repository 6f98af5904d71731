"""Use case: a claim compared with the record; a verdict and its reason for each field, never the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.fields import parse_fields
from dancu.flows.ask import Question, ask

if TYPE_CHECKING:
    from dancu.domain.outcomes import Ambiguous, NotMatched, Verified
    from dancu.domain.queries import Claim, Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow

__all__ = ["verify"]


def verify(
    context: Context, subject: Subject, claim: Claim, *, purpose: Purpose, deadline: float | None
) -> Flow[Verified | NotMatched | Ambiguous]:
    """Ask service A for the claimed fields and compare them; the record goes no further.

    Raises:
        InvalidInput, Rejected, Unavailable: see `dancu.errors`.
    """
    asked = parse_fields(claim.claimed)
    question = Question("verify", subject, purpose, asked, context.upstream.verify(subject, claim, asked))
    return (yield from ask(context, question, deadline=deadline))
