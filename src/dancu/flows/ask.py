"""One authorised, audited question: the way every use case goes out.

::

    check ─► build ─► Audit(intent) ─► authorise ─► Send ─► read ─► Audit(outcome) ─► answer
      └ InvalidInput, nothing sent        └─ any error ─► Audit(outcome) ─► raised
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.errors import DancuError, InvalidInput, Rejected, Unavailable
from dancu.flows.effects import Flow, audit, send
from dancu.flows.upstreams.contract import Stamp
from dancu.policy.audit import Intent, Outcome
from dancu.wire.messages import header
from dancu.wire.services.spec import Keys, keys_sent

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.context import Context
    from dancu.flows.upstreams.contract import Exchange
    from dancu.policy.audit import AuditRecord
    from dancu.wire.messages import WireRequest

__all__ = ["MOCK_HEADER", "Question", "ask", "seconds_for"]

A = TypeVar("A", bound="Found | NotMatched | Ambiguous | Confirmed | Verified")

MOCK_HEADER = "X-Dancu-Mock"
_UNAUTHORISED = 401
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
    """

    operation: str
    subject: Subject
    purpose: Purpose
    fields: tuple[FieldName, ...]
    exchange: Exchange[A]


def ask(context: Context, question: Question[A], *, deadline: float | None) -> Flow[A]:
    """Put a question and audit it; ``deadline`` in seconds, the profile's call time by default.

    Raises:
        InvalidInput: before anything is audited or sent.
        Rejected, Unavailable: with the call's reference; audited.
    """
    started = context.clock.monotonic()
    reference = context.references()
    request = _prepare(context, question, reference)
    until = started + seconds_for(context, deadline)
    begun = False
    try:
        yield from _audited(_intent(context, question, reference))
        begun = True
        answer = yield from _exchange(context, question, request, until, reference)
    except GeneratorExit:
        raise
    except BaseException as error:
        if isinstance(error, DancuError):
            error.reference = reference
            if not begun:
                raise
        # A caller who gives up while the intent is written may leave it on disk: it gets its outcome too.
        try:
            yield from _audited(_outcome(context, question, reference, started, error=error))
        except Unavailable:
            # A caller who gave up is told so; there is no answer to hold back.
            if isinstance(error, Exception):
                raise
        raise
    yield from _audited(_outcome(context, question, reference, started, answer=answer))
    return answer


def _audited(record: AuditRecord) -> Flow[None]:
    """Write a record; where that fails, the error says which call it was."""
    try:
        yield from audit(record)
    except DancuError as error:
        error.reference = record.reference
        raise


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
    spec = context.service(question.exchange.service)
    return question.exchange.build(Keys(spec, context.upstream.style, subject, purpose, reference))


def _exchange(context: Context, question: Question[A], request: WireRequest, until: float, reference: str) -> Flow[A]:
    attempt = min(until, context.clock.monotonic() + context.times.attempt)
    authorised = yield from context.credential.authorise(request, until=attempt)
    reply = yield from send(authorised, until=attempt)
    if reply.status == _UNAUTHORISED:
        renewed = yield from context.credential.renew(request, refused=authorised, until=attempt)
        if renewed is not None:
            reply = yield from send(renewed, until=attempt)
    if context.environment == "production" and header(reply.headers, MOCK_HEADER) is not None:
        raise Unavailable("server_untrusted", detail="a mock answered in production")
    return question.exchange.read(reply, Stamp(reference, context.clock.now()))


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
    )


def _outcome(
    context: Context,
    question: Question[A],
    reference: str,
    started: float,
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
        source="upstream",
        duration_ms=round((context.clock.monotonic() - started) * 1000),
    )


def _error_result(error: BaseException | None) -> str:
    if isinstance(error, Rejected):
        return "rejected"
    if isinstance(error, DancuError):
        return "unavailable"
    return "failed" if isinstance(error, Exception) else "abandoned"
