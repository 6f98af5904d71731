"""Use case: a claim compared with the record; a verdict and its reason for each field, never the value.

::

    claimed fields ─► shares ─► main question ─► NotMatched, Ambiguous, any error: that is the answer
                         │            └ Verified ─► the other questions, at once ─► one Verified
                         └ a field that no service answers: not_licensed
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dancu.domain.fields import parse_fields
from dancu.domain.outcomes import Verified
from dancu.errors import InvalidInput, Rejected, Unavailable
from dancu.flows.ask import Question, ask, seconds_for
from dancu.flows.effects import Done, Failed, together
from dancu.matching.claims import overall
from dancu.matching.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import Ambiguous, FieldVerdict, NotMatched
    from dancu.domain.queries import Claim, Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.flows.upstreams.contract import Share

__all__ = ["verify"]

_NOT_LICENSED = frozenset({"procedure_not_licensed", "officer_not_licensed"})


def verify(
    context: Context,
    subject: Subject,
    claim: Claim,
    *,
    purpose: Purpose,
    deadline: float | None,
    reference: str | None = None,
) -> Flow[Verified | NotMatched | Ambiguous]:
    """Ask whoever answers the claimed fields and compare; no record is returned.

    The main question, to service A where the profile has it and under ``reference``, decides whether there is such a
    person. Another one that fails leaves its own fields ``unavailable`` or ``not_licensed``.

    Raises:
        InvalidInput: also ``invalid_fields`` where no service answers any claimed field.
        Rejected, Unavailable: of the main question; see `dancu.errors`.
    """
    asked = parse_fields(claim.claimed)
    shares = context.upstream.shares(asked)
    if not shares:
        context.service("look_up")
        raise InvalidInput("invalid_fields", field="claim", detail="no service of the profile answers these fields")
    until = context.clock.monotonic() + seconds_for(context, deadline)

    def put(share: Share, named: str | None = None) -> Callable[[], Flow[Verified | NotMatched | Ambiguous]]:
        def flow() -> Flow[Verified | NotMatched | Ambiguous]:
            left = max(until - context.clock.monotonic(), 0.001)
            exchange = context.upstream.verify(share.service, subject, claim, share.fields)
            question = Question("verify", subject, purpose, share.fields, exchange)
            return (yield from ask(context, question, deadline=left, reference=named))

        return flow

    main, *others = shares
    answer = yield from put(main, reference)()
    if not isinstance(answer, Verified) or not (others or set(asked) - answer.fields.keys()):
        return answer
    outcomes = (yield from together(*map(put, others))) if others else ()
    return _together(asked, answer, dict(zip(others, outcomes, strict=True)))


def _together(asked: tuple[FieldName, ...], main: Verified, others: dict[Share, Done | Failed]) -> Verified:
    """One answer of several, under the main one's reference; a field that nobody was asked for is not licensed."""
    found: dict[FieldName, FieldVerdict] = dict.fromkeys(asked, verdict("not_licensed"))
    found |= main.fields
    for share, outcome in others.items():
        if isinstance(outcome, Failed):
            found |= dict.fromkeys(share.fields, verdict(_rule_for(outcome.error)))
        elif isinstance(outcome.value, Verified):
            found |= outcome.value.fields
        else:
            found |= dict.fromkeys(share.fields, verdict("no_record_there"))
    notes = [
        note
        for outcome in others.values()
        if isinstance(outcome, Done) and isinstance(outcome.value, Verified)
        for note in outcome.value.findings
    ]
    findings = tuple(dict.fromkeys((*main.findings, *notes)))
    return replace(main, overall=overall(found.values()), fields=found, findings=findings)


def _rule_for(error: Exception) -> str:
    if isinstance(error, Rejected) and error.code in _NOT_LICENSED:
        return "not_licensed"
    if isinstance(error, Rejected | Unavailable):
        return "unavailable"
    raise error
