from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dancu import Claim, ConfigurationError, InvalidInput, Officer, Purpose, Rejected, Subject, Unavailable
from dancu.flows.confirm import confirm
from dancu.flows.look_up import look_up
from dancu.flows.upstreams.platform import Platform
from dancu.flows.verify import verify

from ..answers import NUMBER, PURPOSE, SUBJECT  # noqa: TID252  # one set of documents for all unit tests
from .by_hand import CONTEXT, confirming, looking_up, production, refused, reply, walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# A birth in 2190: no living person bears it, and yet it is not one of the invented numbers production refuses.
FAR_NUMBER = "066" + "4" + "90000001"
FAR = Subject(number=FAR_NUMBER, name="Nguyễn Văn Mẫu", birth_date="1990-01-02")
THREE: list[Callable[..., Any]] = [
    lambda subject, **rest: look_up(rest.pop("context", CONTEXT), subject, fields=["name"], **rest),
    lambda subject, **rest: confirm(rest.pop("context", CONTEXT), subject, **rest),
    lambda subject, **rest: verify(rest.pop("context", CONTEXT), subject, Claim(name="Nguyễn Văn Mẫu"), **rest),
]
WAYS = pytest.mark.parametrize("asking", THREE, ids=["look_up", "confirm", "verify"])


@pytest.mark.parametrize("fields", [(), ("name", "shoe_size"), "name", None, 7])
def test_fields_that_cannot_be_asked_yield_nothing(fields: Any) -> None:
    """No field, an unknown one, one text instead of a list: refused before any effect."""
    error = refused(look_up(CONTEXT, SUBJECT, fields=fields, purpose=PURPOSE, deadline=None))
    assert isinstance(error, InvalidInput)
    assert (error.code, error.field, error.reference) == ("invalid_fields", "fields", None)


@WAYS
def test_a_birth_in_the_future_yields_nothing(asking: Callable[..., Any]) -> None:
    """A birth date after today is refused before any effect."""
    unborn = Subject(number=NUMBER, name="Nguyễn Văn Mẫu", birth_date="2023-11-15")
    error = refused(asking(unborn, purpose=PURPOSE, deadline=None))
    assert (error.code, error.field) == ("invalid_subject", "birth_date")


@WAYS
@pytest.mark.parametrize("part", ["procedure", "unit", "dossier", "session", "basis"])
def test_a_purpose_that_holds_the_number_yields_nothing(asking: Callable[..., Any], part: str) -> None:
    """The asked number in the purpose would stand in the audit in clear, so it is refused before any effect."""
    purpose = replace(PURPOSE, **{part: f"A-{NUMBER}"})  # type: ignore[arg-type]  # one part of text at a time
    error = refused(asking(SUBJECT, purpose=purpose, deadline=None))
    assert (error.code, error.field) == ("invalid_purpose", part)
    assert NUMBER not in str(error)


@WAYS
@pytest.mark.parametrize("deadline", [0, -1.0, 3601, float("nan"), float("inf")])
def test_a_deadline_that_is_none_yields_nothing(asking: Callable[..., Any], deadline: float) -> None:
    """A deadline is a number of seconds above 0 and up to an hour; else refused before any effect."""
    error = refused(asking(SUBJECT, purpose=PURPOSE, deadline=deadline))
    assert (error.code, error.field) == ("invalid_purpose", "deadline")


@WAYS
def test_production_refuses_invented_numbers(asking: Callable[..., Any]) -> None:
    """No synthetic number leaves in production; refused before any effect."""
    error = refused(asking(SUBJECT, context=production(), purpose=PURPOSE, deadline=None))
    assert (error.code, error.field, error.detail) == ("invalid_subject", "number", "a synthetic number in production")


@WAYS
def test_production_asks_about_other_numbers(asking: Callable[..., Any]) -> None:
    """A number that is not synthetic is asked about in production."""
    assert walk(asking(FAR, context=production(), purpose=PURPOSE, deadline=None)).kinds == [
        "intent",
        "send",
        "outcome",
    ]


@pytest.mark.parametrize("name", ["X-Dancu-Mock", "x-dancu-mock"])
def test_production_refuses_the_answer_of_a_mock(name: str) -> None:
    """An answer that bears the mock's header is untrusted in production, whatever its value, and audited so."""
    walked = walk(looking_up(FAR, context=production()), send=reply(headers=((name, ""),)))
    assert isinstance(walked.error, Unavailable)
    assert (walked.failure.code, walked.failure.retryable) == ("server_untrusted", False)
    assert (walked.result, walked.outcome.code) == (None, "server_untrusted")


def test_a_test_environment_takes_the_answer_of_a_mock() -> None:
    """Outside production the mock's header says nothing."""
    assert walk(looking_up(), send=reply(headers=(("X-Dancu-Mock", "1"),))).error is None


@pytest.mark.parametrize(("service", "asking"), [("look_up", looking_up), ("confirm", confirming)])
def test_a_service_that_the_profile_lacks_yields_nothing(service: str, asking: Callable[..., Any]) -> None:
    """Asking a service that the profile does not name is the operator's error, before any effect."""
    error = refused(asking(context=replace(CONTEXT, upstream=Platform({}, CONTEXT.upstream.style))))
    assert isinstance(error, ConfigurationError)
    assert (error.code, error.field) == ("profile_invalid", f"services.{service}")


def test_a_refused_question_makes_no_request() -> None:
    """A name that cannot be folded never becomes a subject, so there is no flow to drive."""
    with pytest.raises(InvalidInput) as caught:
        Subject(number=NUMBER, name="Nguyễn 2", birth_date="1990")
    assert (caught.value.code, caught.value.field) == ("invalid_subject", "name")


def test_a_credential_that_fails_is_audited() -> None:
    """An error of the credential comes after the intent, is audited, and nothing is sent."""

    class Refusing:
        user = "demo-app"

        def authorise(self, request: object, *, until: float) -> Any:
            raise Rejected("credential_refused")
            yield

        def renew(self, request: object, *, refused: object, until: float) -> Any:
            raise AssertionError
            yield

    walked = walk(looking_up(context=replace(CONTEXT, credential=Refusing())))
    assert walked.kinds == ["intent", "outcome"]
    assert (walked.outcome.result, walked.outcome.code) == ("rejected", "credential_refused")


def test_a_session_stands_for_a_dossier() -> None:
    """A question asked before there is a dossier bears its draft's session into the intent."""
    purpose = Purpose(procedure="0.000000", unit="000.00.00.X00", officer=Officer("canbo.mau"), session="draft-1")
    intent = walk(look_up(CONTEXT, SUBJECT, fields=["name"], purpose=purpose, deadline=None)).intent
    assert (intent.dossier, intent.session) == (None, "draft-1")
