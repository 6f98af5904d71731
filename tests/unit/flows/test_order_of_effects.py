from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dancu import Ambiguous, Claim, Confirmed, DancuError, Found, NotMatched, Unavailable, Verified
from dancu.errors import error_for
from dancu.flows.effects import Audit, Send
from dancu.flows.upstreams.platform import Platform
from dancu.flows.verify import verify
from dancu.policy.audit import Intent

from ..answers import (  # noqa: TID252  # one set of documents for all unit tests
    CITIZEN,
    EMPTY_BODY,
    FOUND,
    NOBODY,
    NUMBER,
    PURPOSE,
    SUBJECT,
    collection,
    confirmation,
)
from .by_hand import CONTEXT, NOW, REFERENCE, confirming, looking_up, reply, walk

if TYPE_CHECKING:
    from dancu.errors import Code

WHOLE = ["intent", "send", "outcome"]


class Abandoned(BaseException):
    """Stands for a cancellation or an interrupt from the keyboard."""


@pytest.mark.parametrize(
    ("body", "kind", "result"),
    [
        (FOUND, Found, "found"),
        (NOBODY, NotMatched, "not_matched"),
        (collection(CITIZEN, CITIZEN, CITIZEN), Ambiguous, "ambiguous"),
    ],
)
def test_a_look_up_is_audited_before_it_asks_and_before_it_answers(body: bytes, kind: type, result: str) -> None:
    """The effects are intent, send, outcome; then the answer is returned with the call's reference and time."""
    walked = walk(looking_up(), send=reply(body))
    assert walked.kinds == WHOLE
    assert isinstance(walked.result, Found | NotMatched | Ambiguous) and type(walked.result) is kind
    assert (walked.result.reference, walked.result.as_of, walked.result.source) == (REFERENCE, NOW, "upstream")
    assert (walked.outcome.result, walked.outcome.code) == (result, None)


@pytest.mark.parametrize(
    ("word", "kind", "result"), [("true", Confirmed, "confirmed"), ("0", NotMatched, "not_matched")]
)
def test_a_confirmation_goes_the_same_way(word: str, kind: type, result: str) -> None:
    """A confirmation is intent, send, outcome; it asks for no field and gives none."""
    walked = walk(confirming(), send=reply(confirmation(word)))
    assert walked.kinds == WHOLE
    assert type(walked.result) is kind
    assert (walked.intent.operation, walked.intent.fields) == ("confirm", ())
    assert (walked.outcome.result, walked.outcome.fields) == (result, ())


def test_a_verification_goes_the_same_way() -> None:
    """A verification asks for the claimed fields, answers with verdicts, and gives the caller no field."""
    walked = walk(verify(CONTEXT, SUBJECT, Claim(name="Nguyễn Văn Mẫu", gender="2"), purpose=PURPOSE, deadline=None))
    assert walked.kinds == WHOLE
    assert isinstance(walked.result, Verified)
    assert {name: one.verdict for name, one in walked.result.fields.items()} == {"name": "match", "gender": "mismatch"}
    assert walked.result.overall == "mismatch"
    assert (walked.intent.fields, walked.outcome.fields) == (("name", "gender"), ())
    assert walked.outcome.result == "verified"


@pytest.mark.parametrize("count", [0, 2])
def test_a_verification_without_one_record_gives_no_verdict(count: int) -> None:
    """With no record, or with several, a verification is what the look-up is."""
    flow = verify(CONTEXT, SUBJECT, Claim(gender="1"), purpose=PURPOSE, deadline=None)
    walked = walk(flow, send=reply(collection(*[CITIZEN] * count)))
    assert type(walked.result) is (Ambiguous if count else NotMatched)


def test_the_intent_says_who_why_and_what_but_not_about_whom() -> None:
    """The intent bears purpose, names of keys and fields, and a keyed hash of the number."""
    intent = walk(looking_up()).intent
    assert (intent.procedure, intent.unit, intent.officer, intent.dossier) == (
        PURPOSE.procedure,
        PURPOSE.unit,
        PURPOSE.officer.code,
        PURPOSE.dossier,
    )
    assert (intent.reference, intent.environment, intent.credential) == (REFERENCE, "test", "demo-app")
    assert (intent.keys, intent.fields) == (("number", "name", "birth_date"), ("name", "birth_date"))
    assert intent.subject == CONTEXT.pseudonyms.of(SUBJECT)
    assert NUMBER not in intent.subject


def test_the_reference_is_one_in_audit_wire_and_answer() -> None:
    """Intent, outcome, ``MaYeuCau`` and the answer bear the same reference."""
    walked = walk(looking_up())
    assert {walked.intent.reference, walked.outcome.reference, walked.result.reference} == {REFERENCE}
    assert f"<dan:MaYeuCau>{REFERENCE}</dan:MaYeuCau>".encode() in walked.sent.request.body


@pytest.mark.parametrize(
    ("code", "result"),
    [("timed_out", "unavailable"), ("server_untrusted", "unavailable"), ("client_certificate_refused", "rejected")],
)
def test_an_error_of_the_exchange_is_audited_and_then_raised(code: Code, result: str) -> None:
    """What the driver throws at the send is in the outcome, and is raised with the reference."""
    error = error_for(code)
    walked = walk(looking_up(), send=error)
    assert walked.kinds == WHOLE
    assert walked.error is error
    assert error.reference == REFERENCE
    assert (walked.outcome.result, walked.outcome.code, walked.outcome.fields) == (result, code, ())


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html/>", "unknown_answer"),
        (200, b"", "empty_answer"),
        (200, b"<cut", "unreadable_answer"),
        (200, EMPTY_BODY, "empty_answer"),
        (401, b"", "credential_refused"),
        (429, b"", "throttled"),
        (500, FOUND, "http_error"),
        (503, b"", "maintenance"),
    ],
)
def test_an_unusable_answer_is_an_error_and_never_not_matched(status: int, body: bytes, code: str) -> None:
    """An answer that cannot be used is audited by its code and raised with the reference."""
    walked = walk(looking_up(), send=reply(body, status=status))
    assert walked.kinds == WHOLE
    assert (walked.failure.code, walked.failure.reference, walked.result) == (code, REFERENCE, None)
    assert walked.outcome.code == code


def test_an_empty_body_is_not_matched_where_the_profile_says_so() -> None:
    """Only ``empty_body = "not_matched"`` makes an empty SOAP Body mean nobody."""
    upstream = Platform(CONTEXT.upstream.services, replace(CONTEXT.upstream.style, empty_body="not_matched"))
    context = replace(CONTEXT, upstream=upstream)
    assert isinstance(walk(looking_up(context=context), send=reply(EMPTY_BODY)).result, NotMatched)


def test_without_a_durable_intent_nothing_is_sent() -> None:
    """When the intent cannot be written there is no send and no outcome; the error names the call."""
    walked = walk(looking_up(), intent=error_for("audit_unavailable"))
    assert walked.kinds == ["intent"]
    assert (walked.failure.code, walked.failure.reference) == ("audit_unavailable", REFERENCE)


def test_without_a_durable_outcome_there_is_no_answer() -> None:
    """When the outcome cannot be written the answer is withheld; the error names the call."""
    walked = walk(looking_up(), outcome=error_for("audit_unavailable"))
    assert walked.kinds == WHOLE
    assert (walked.result, walked.failure.code, walked.failure.reference) == (None, "audit_unavailable", REFERENCE)


def test_a_failure_that_cannot_be_audited_is_an_audit_failure() -> None:
    """When the outcome of an error cannot be written, the missing audit is what is raised."""
    walked = walk(looking_up(), send=error_for("timed_out"), outcome=error_for("audit_unavailable"))
    assert walked.kinds == WHOLE
    assert (walked.failure.code, walked.failure.reference) == ("audit_unavailable", REFERENCE)


@pytest.mark.parametrize(("error", "result"), [(Abandoned(), "abandoned"), (ZeroDivisionError(), "failed")])
def test_whatever_is_thrown_in_is_audited_and_goes_on(error: BaseException, result: str) -> None:
    """A cancellation is audited as abandoned, an unknown error as failed; the very object is raised again."""
    walked = walk(looking_up(), send=error)
    assert walked.kinds == WHOLE
    assert (walked.outcome.result, walked.outcome.code) == (result, None)
    assert walked.error is error


def test_a_cancellation_stays_one_when_its_audit_fails() -> None:
    """A caller who gave up is not told about the audit instead: a cancelled task ends cancelled."""
    gone = Abandoned()
    walked = walk(looking_up(), send=gone, outcome=error_for("audit_unavailable"))
    assert walked.kinds == WHOLE
    assert walked.error is gone


def test_a_cancellation_at_the_intent_sends_nothing() -> None:
    """Whoever gives up while the intent is written has asked nothing; an intent on disk gets its outcome."""
    gone = Abandoned()
    walked = walk(looking_up(), intent=gone)
    assert walked.kinds == ["intent", "outcome"]
    assert walked.error is gone


def test_a_flow_that_is_closed_says_no_more() -> None:
    """Closing a flow at its send ends it without a further effect."""
    flow = looking_up()
    assert isinstance(next(flow), Audit)
    assert isinstance(flow.send(None), Send)
    flow.close()
    with pytest.raises(StopIteration):
        next(flow)


def test_nothing_happens_before_the_flow_is_driven() -> None:
    """A flow that nobody drives has no effect, not even a reference."""
    made: list[str] = []

    def reference() -> str:
        made.append(REFERENCE)
        return REFERENCE

    flow = looking_up(context=replace(CONTEXT, references=reference))
    assert made == []
    first = next(flow)
    assert isinstance(first, Audit) and isinstance(first.record, Intent)
    assert made == [REFERENCE]


def test_the_outcome_counts_its_milliseconds() -> None:
    """The outcome bears the time from the beginning to its own, by the injected clock."""
    ticks = iter([100.0, 100.0, 100.1, 100.2345])
    context = replace(CONTEXT, clock=replace(CONTEXT.clock, monotonic=lambda: next(ticks)))
    assert walk(looking_up(context=context)).outcome.duration_ms == 234


def test_a_fault_under_500_is_a_fault() -> None:
    """SOAP 1.1 sends faults under HTTP 500: the fault's code is kept, its text is not."""
    fault = b"<Fault><faultcode>soapenv:Server</faultcode><faultstring>MAU-TEXT</faultstring></Fault>"
    fault = fault.replace(b"Fault>", b"soapenv:Fault>")
    document = EMPTY_BODY.replace(b"</soapenv:Body>", fault + b"</soapenv:Body>")
    error = walk(looking_up(), send=reply(document, status=500)).failure
    assert isinstance(error, Unavailable) and isinstance(error, DancuError)
    assert (error.code, error.detail) == ("provider_fault", "SOAP Fault Server")
    assert "MAU-TEXT" not in str(error)
