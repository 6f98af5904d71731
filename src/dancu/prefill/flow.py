"""Use case: fill a form. Every question at once, under one deadline, each audited like any look-up.

::

    people ─► plan ─► Together: one look-up for each person and service ─► fields with their states ─► Record
                 └ InvalidInput: a role is missing; nothing was sent

A form comes whatever the platform does: an outage, a refusal or nobody under these keys is the state of the fields
that it concerns. Raised are only the caller's and the operator's mistakes, and an audit that cannot be written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dancu.domain.outcomes import Found, NotMatched
from dancu.errors import ConfigurationError, DancuError, InvalidInput, Rejected, Unavailable
from dancu.flows.ask import seconds_for
from dancu.flows.effects import Done, together
from dancu.flows.look_up import answered, look_up
from dancu.prefill.assembling import Answered, assemble_fields, check_declared
from dancu.prefill.plan import SERVICES, make_plan, subject_of
from dancu.prefill.record import Failure, Record
from dancu.wire.native import is_problem

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import Ambiguous, Note
    from dancu.domain.queries import Purpose
    from dancu.flows.context import Context
    from dancu.flows.effects import Failed, Flow
    from dancu.prefill.forms import Form
    from dancu.prefill.plan import Query
    from dancu.prefill.record import Given

__all__ = ["prefill"]

_SHORTEST = 0.001


def prefill(
    context: Context,
    form: Form,
    people: Mapping[str, Given],
    *,
    purpose: Purpose,
    declared: Mapping[str, str] | None = None,
    deadline: float | None = None,
    granted: frozenset[FieldName] | None = None,
) -> Flow[Record]:
    """Fill a form as far as that is possible.

    Args:
        context: see there.
        form: its definition.
        people: who is known, by role.
        purpose: the same for every question.
        declared: what the citizen said, by the form's keys, to be compared.
        deadline: seconds for everything; the profile's call time by default.
        granted: the fields that may be asked for, the others are ``restricted``; None for all.

    Raises:
        InvalidInput: a role, a key or the purpose is off.
        ConfigurationError: the profile has no service that looks anybody up, or a certificate cannot be used.
        Unavailable: ``audit_unavailable``; nothing else.
    """
    until = context.clock.monotonic() + seconds_for(context, deadline)
    check_declared(form, declared or {})
    services = [name for name in SERVICES if name in context.upstream.services]
    if not services:
        context.service(SERVICES[0])
    offered = {name: answered(name, context.service(name)) for name in services}
    plan = make_plan(form, people, offered, granted=granted)
    _check_people(context, people, purpose)
    answers = yield from _ask(context, plan.queries, purpose, until)
    lesser = [part for one in answers if (part := _granted_part(one)) is not None]
    if lesser:
        answers = [*answers, *(yield from _ask(context, lesser, purpose, until))]
    now = context.clock.now()
    fields = assemble_fields(form, people, plan, answers, declared or {})
    failures, remarks = _failures(answers, now), _remarks(answers)
    return Record(form, people, purpose, fields, failures, now, context.environment, remarks)


def _check_people(context: Context, people: Mapping[str, Given], purpose: Purpose) -> None:
    """What a question would be refused for is found before any is sent, and says whose it is."""
    today = context.clock.now().date()
    for role, given in people.items():
        subject = subject_of(given)
        purpose.check_holds_no(subject.number)
        try:
            subject.check_born_by(today)
        except InvalidInput as error:
            error.field = f"people.{role}.{error.field}"
            raise


def _ask(context: Context, queries: Iterable[Query], purpose: Purpose, until: float) -> Flow[list[Answered]]:
    """All at once."""
    asked = tuple(queries)
    outcomes = yield from together(*(_asking(context, query, purpose, until) for query in asked))
    return [Answered(query, _answer(query, one)) for query, one in zip(asked, outcomes, strict=True)]


def _granted_part(one: Answered) -> Query | None:
    """The question without the fields for which a gateway refused it; None where it had another reason."""
    error = one.answer
    if not (isinstance(error, Rejected) and error.code == "not_granted" and error.field):
        return None
    left = tuple(name for name in one.query.fields if name not in error.field.split(","))
    return replace(one.query, fields=left) if left and left != one.query.fields else None


def _asking(
    context: Context, query: Query, purpose: Purpose, until: float
) -> Callable[[], Flow[Found | NotMatched | Ambiguous]]:
    def asked() -> Flow[Found | NotMatched | Ambiguous]:
        return look_up(
            context,
            query.subject,
            fields=query.fields,
            purpose=purpose,
            deadline=max(until - context.clock.monotonic(), _SHORTEST),
            service=query.service,
            stale=True,
        )

    return asked


def _answer(query: Query, outcome: Done | Failed) -> Found | NotMatched | Ambiguous | DancuError:
    """An answer, or an error that is the state of some fields.

    Raises:
        DancuError: what no form can be filled with: a mistake on this side, or no audit of ours.
    """
    if isinstance(outcome, Done):
        answer: Found | NotMatched | Ambiguous = outcome.value
        return answer
    error = outcome.error
    if is_problem(error):
        return _behind_gateway(error)
    if isinstance(error, InvalidInput) and error.code == "invalid_subject":
        error.field = f"people.{query.roles[0]}.{error.field}"
    if isinstance(error, InvalidInput | ConfigurationError) or error.code == "audit_unavailable":
        raise error
    return error


def _behind_gateway(error: DancuError) -> DancuError:
    """A gateway's own set-up and audit are its outage, not ours; that its platform lacks a field is no fault.

    Raises:
        InvalidInput: the gateway refuses the keys or the purpose.
    """
    if isinstance(error, InvalidInput) and error.code != "invalid_fields":
        raise error
    return error


def _failures(answers: list[Answered], now: datetime.datetime) -> tuple[Failure, ...]:
    return tuple(
        Failure(one.query.service, one.query.roles, one.answer, now)
        for one in answers
        if isinstance(one.answer, Unavailable)
    )


def _remarks(answers: list[Answered]) -> dict[str, tuple[Note, ...]]:
    """By role, each remark once, however many questions it took."""
    found: dict[str, dict[Note, None]] = {}
    for one in answers:
        match one.answer:
            case NotMatched(hints=notes) | Found(findings=notes):
                for role in one.query.roles:
                    found.setdefault(role, {}).update(dict.fromkeys(notes))
            case _:
                pass
    return {role: tuple(notes) for role, notes in found.items() if notes}
