"""Use case: does such a person exist? A yes or no, and no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.flows.ask import Question, ask

if TYPE_CHECKING:
    from dancu.domain.outcomes import Confirmed, NotMatched
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow

__all__ = ["confirm"]


def confirm(
    context: Context, subject: Subject, *, purpose: Purpose, deadline: float | None, reference: str | None = None
) -> Flow[Confirmed | NotMatched]:
    """Ask service B about one citizen.

    Raises:
        InvalidInput, Rejected, Unavailable: see `dancu.errors`.
    """
    question = Question("confirm", subject, purpose, (), context.upstream.confirm(subject))
    return (yield from ask(context, question, deadline=deadline, reference=reference))
