"""One authorised, audited question: the way every use case goes out.

::

    check ─► build ─► Audit(intent) ─► attempts, each: authorise ─► Send ─► read ─► Audit(outcome) ─► answer
      └ InvalidInput, nothing sent        └─ any error that is the last ─► Audit(outcome) ─► raised

The call's reference is the ``MaYeuCau`` of its first attempt. A platform may take each only once
(wire.md §5 quirk 18), so a further attempt bears it with its number: ``01HF…-2``, 28 of 40 characters; what is
sent anew because a kept connection had closed, which is no attempt, ``01HF…-r1``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.errors import DancuError, InvalidInput, Rejected, Unavailable
from dancu.events import CacheRead, Ended
from dancu.flows.cached import Reading, Wanted, cached
from dancu.flows.effects import STALE, Flow, audit, send
from dancu.flows.resilient import Tally, resilient
from dancu.flows.upstreams.contract import Exchange, Stamp
from dancu.policy.audit import Intent, Outcome
from dancu.policy.references import check_reference
from dancu.wire.messages import header
from dancu.wire.services.spec import Keys, keys_sent

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Context
    from dancu.policy.audit import AuditRecord
    from dancu.wire.messages import WireReply, WireRequest

__all__ = ["MOCK_HEADER", "Question", "ask", "seconds_for"]

A = TypeVar("A", bound="Found | NotMatched | Ambiguous | Confirmed | Verified")

MOCK_HEADER = "X-Dancu-Mock"
_UNAUTHORISED = 401
_CLOSED_LANES = 3
_RESULTS = {
    Found: "found",
    NotMatched: "not_matched",
    Ambiguous: "ambiguous",
    Confirmed: "confirmed",
    Verified: "verified",
}


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """One question.

    Attributes:
        operation: name for the audit.
        fields: what the caller wants to know, for the audit.
        exchange: how it is put to the far side, and read.
        stale: whether an older record may stand in where there is no answer.
    """

    operation: str
    subject: Subject
    purpose: Purpose
    fields: tuple[FieldName, ...]
    exchange: Exchange[A]
    stale: bool = False


def ask(context: Context, question: Question[A], *, deadline: float | None, reference: str | None = None) -> Flow[A]:
    """Put a question and audit it.

    Args:
        context: see there.
        question: what is asked.
        deadline: seconds; the profile's call time by default.
        reference: the caller's own ULID for this call; a new one by default.

    Raises:
        InvalidInput: before anything is audited or sent.
        Rejected, Unavailable: with the call's reference; audited.
    """
    started = context.clock.monotonic()
    reference = context.references() if reference is None else check_reference(reference, question.subject.number)
    request = _prepare(context, question, reference)
    until = started + seconds_for(context, deadline)
    tally = Tally(reference, question.operation)
    begun = False
    try:
        yield from _audited(_intent(context, question, reference))
        begun = True
        answer = yield from _answer(context, question, request, until, reference, tally)
    except GeneratorExit:
        raise
    except BaseException as error:
        if isinstance(error, DancuError):
            error.reference = reference
            if not begun:
                raise
        # A caller who gives up while the intent is written may leave it on disk: it gets its outcome too.
        try:
            yield from _ended(context, _outcome(context, question, reference, started, tally, error=error))
        except Unavailable:
            # A caller who gave up is told so; there is no answer to hold back.
            if isinstance(error, Exception):
                raise
        raise
    yield from _ended(context, _outcome(context, question, reference, started, tally, answer=answer))
    return answer


def _audited(record: AuditRecord) -> Flow[None]:
    """Write a record; where that fails, the error says which call it was."""
    try:
        yield from audit(record)
    except DancuError as error:
        error.reference = record.reference
        raise


def _ended(context: Context, outcome: Outcome) -> Flow[None]:
    """Write an outcome and tell it; where that fails, what is told is what the caller gets."""
    code, result = outcome.code, outcome.result
    try:
        yield from _audited(outcome)
    except DancuError as error:
        code, result = error.code, "unavailable"
        raise
    finally:
        context.tell(
            Ended(
                reference=outcome.reference,
                operation=outcome.operation,
                result=result,
                code=code,
                source=outcome.source,
                attempts=outcome.attempts,
                seconds=outcome.duration_ms / 1000,
            )
        )


def seconds_for(context: Context, deadline: float | None) -> float:
    """The seconds of a call; raises `InvalidInput` for a deadline that is none."""
    if deadline is None:
        return context.times.call
    if not 0 < deadline <= 3600:
        raise InvalidInput("invalid_purpose", field="deadline", detail="seconds above 0 and up to 3600")
    return deadline


def _prepare(context: Context, question: Question[A], reference: str) -> WireRequest:
    """All that can be refused is refused here, before a record is written or a byte sent."""
    subject, purpose = question.subject, question.purpose
    subject.check_born_by(context.clock.now().date())
    purpose.check_holds_no(subject.number)
    if context.environment == "production" and subject.synthetic:
        raise InvalidInput("invalid_subject", field="number", detail="a synthetic number in production")
    return _built(context, question, reference)


def _built(context: Context, question: Question[A], reference: str) -> WireRequest:
    spec = context.service(question.exchange.service)
    keys = Keys(spec, context.upstream.style, question.subject, question.purpose, reference)
    return question.exchange.build(keys)


def _answer(
    context: Context, question: Question[A], request: WireRequest, until: float, reference: str, tally: Tally
) -> Flow[A]:
    """The answer, of a record that is kept where there is one and it may be shown; else of the platform's."""
    records = question.exchange.records
    if context.cache is None or records is None:
        return (yield from _exchange(context, question, request, until, reference, tally))
    exchange = Exchange(question.exchange.service, question.exchange.build, records.read)
    asked = Question(question.operation, question.subject, question.purpose, question.fields, exchange)
    reading = Reading()
    try:
        record = yield from cached(
            context.cache,
            Wanted(question.subject, question.purpose, exchange.service, question.fields),
            lambda: _exchange(context, asked, request, until, reference, tally),
            now=context.clock.now,
            until=until,
            reading=reading,
            stale=question.stale,
        )
    finally:
        if reading.state is not None:
            context.tell(CacheRead(reference=reference, operation=question.operation, state=reading.state))
    return records.conclude(replace(record, reference=reference))


def _exchange(
    context: Context, question: Question[A], request: WireRequest, until: float, reference: str, tally: Tally
) -> Flow[A]:
    """The platform's answer, by as many attempts as it takes; ``request`` is the first's."""

    def once(number: int, end: float) -> Flow[A]:
        name = reference if number == 1 else f"{reference}-{number}"
        first = request if number == 1 else _built(context, question, name)
        return _attempt(context, question, name, first, end, reference)

    return resilient(context, once, until=until, tally=tally)


def _attempt(
    context: Context, question: Question[A], name: str, request: WireRequest, end: float, reference: str
) -> Flow[A]:
    """One attempt under this ``MaYeuCau``; where a kept connection had closed, the same anew under one of its own.

    A platform may have noted the id before it hung up, and would take the repeat for a collision (wire.md §5 quirk 18).
    """
    for again in range(1, _CLOSED_LANES + 1):
        try:
            reply = yield from _sent(context, request, end)
            break
        except Unavailable as error:
            if error.detail != STALE:
                raise
            request = _built(context, question, f"{name}-r{again}")
    else:
        reply = yield from _sent(context, request, end)
    if context.environment == "production" and header(reply.headers, MOCK_HEADER) is not None:
        raise Unavailable("server_untrusted", detail="a mock answered in production")
    return question.exchange.read(reply, Stamp(reference, context.clock.now()))


def _sent(context: Context, request: WireRequest, end: float) -> Flow[WireReply]:
    """What the platform says, under a credential that it takes."""
    authorised = yield from context.credential.authorise(request, until=end)
    reply = yield from send(authorised, until=end, once=True)
    if reply.status == _UNAUTHORISED:
        renewed = yield from context.credential.renew(request, refused=authorised, until=end)
        if renewed is not None:
            reply = yield from send(renewed, until=end, once=True)
    return reply


def _intent(context: Context, question: Question[A], reference: str) -> Intent:
    return Intent.of(
        question.purpose,
        time=context.clock.now(),
        reference=reference,
        operation=question.operation,
        environment=context.environment,
        credential=context.credential.user,
        named_keys=context.named_keys,
        keys=keys_sent(context.service(question.exchange.service), question.subject),
        fields=question.fields,
        subject=context.pseudonyms.of(question.subject),
        family=context.pseudonyms.family(question.purpose.officer.code, question.subject.name),
    )


def _outcome(
    context: Context,
    question: Question[A],
    reference: str,
    started: float,
    tally: Tally,
    *,
    answer: A | None = None,
    error: BaseException | None = None,
) -> Outcome:
    findings = answer.findings if isinstance(answer, Found | Verified) else ()
    return Outcome(
        time=context.clock.now(),
        reference=reference,
        operation=question.operation,
        result=_error_result(error) if answer is None else _RESULTS[type(answer)],
        code=error.code if isinstance(error, DancuError) else None,
        findings=tuple(note.code for note in findings),
        fields=question.fields if isinstance(answer, Found) else (),
        source="upstream" if answer is None else answer.source,
        attempts=tally.attempts,
        duration_ms=round((context.clock.monotonic() - started) * 1000),
        homes=_homes(context, question, answer) if isinstance(answer, Found) else (),
    )


def _homes(context: Context, question: Question[A], answer: Found) -> tuple[str, ...]:
    """Of the addresses that are given, for the audit."""
    wanted = [name for name in ("permanent_address", "current_address") if name in question.fields]
    addresses = filter(None, (getattr(answer.citizen, name) for name in wanted))
    officer, hashes = question.purpose.officer.code, context.pseudonyms
    return tuple(filter(None, (hashes.home(officer, one.commune, one.detail) for one in addresses)))


def _error_result(error: BaseException | None) -> str:
    if isinstance(error, Rejected):
        return "rejected"
    if isinstance(error, DancuError):
        return "unavailable"
    return "failed" if isinstance(error, Exception) else "abandoned"
