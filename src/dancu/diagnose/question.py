"""The question that proves a set-up, about somebody who does not exist; and what a refusal comes down to.

A refused hash or a Client fault has several possible causes that look alike from outside.
So at most `MOST_VARIANTS` further questions are asked, each with one setting changed: the
one that gets further names the setting. All of them are audited like any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from dancu.assembly import assemble
from dancu.causes import cause_of
from dancu.diagnose.clocks import SKEW_SECONDS, seconds_ahead
from dancu.domain.outcomes import Confirmed, Found, NotMatched
from dancu.domain.queries import Subject
from dancu.errors import DancuError, InvalidInput, error_for
from dancu.flows.confirm import confirm
from dancu.flows.look_up import look_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.diagnose.patient import Patient
    from dancu.domain.outcomes import Ambiguous
    from dancu.profiles.schema import Profile, Service

__all__ = ["AFTER_GATE", "MOST_VARIANTS", "NOBODY", "Answer", "put", "service_asked"]

MOST_VARIANTS = 3
NOBODY = Subject(number="000199000000", name="Không Có Người Này", birth_date="1999-09-09")
"""No register holds this number: no citizen's begins with 000 (design.md law 7)."""

AFTER_GATE = ("procedure", "officer", "element_order", "answer", "unknown_person")
"""Checks that a question comes to only once it was let in."""

_SERVICES = ("look_up", "confirm", "relatives", "blood_group")
_USUAL_ORDER = (
    *("mayeucau", "madvc", "matichhop", "madichvu", "macanbo", "madonvi", "taikhoan", "sodienthoai"),
    *(
        "sodinhdanh|socmnd",
        "sodinhdanh",
        "socmnd",
        "hovaten",
        "ngaythangnamsinh",
        "ngaythangnam",
        "nam",
        "usernameservice",
    ),
)
"""Of a request's elements, as most platforms are seen to want them (wire.md §1.2)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question came to.

    Attributes:
        outcome: the answer's kind: somebody was found, or nobody; None where there was an error.
        error: explained as far as further questions can.
        place: the check that the error belongs to.
        setting: where it lies, when further questions told.
        suggestion: the line as it should read.
    """

    outcome: Literal["somebody", "nobody"] | None
    error: DancuError | None = None
    place: str = ""
    setting: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class _Variant:
    """The profile with one setting changed."""

    profile: Profile
    detail: str
    setting: str
    suggestion: str


def service_asked(patient: Patient) -> str:
    """The first service of the platform; about a real subject, the one that gives no data back."""
    offered = patient.parts.context.upstream.services
    order = _SERVICES if patient.subject is None else ("confirm", *_SERVICES)
    return next(name for name in order if name in offered)


def put(patient: Patient) -> Answer:
    """Ask, and look into a refusal.

    Raises:
        InvalidInput: the purpose or the subject cannot be used.
    """
    try:
        found = _asked(patient, patient.profile)
    except InvalidInput:
        raise
    except DancuError as error:
        return _explained(patient, error)
    if found == "somebody" and patient.subject is None:
        impossible = error_for("answer_mismatch", detail="an invented person was found")
        return Answer(found, impossible, "unknown_person")
    return Answer(found)


def _asked(patient: Patient, profile: Profile) -> Literal["somebody", "nobody"]:
    """One question under a profile, over the lanes of the one examined."""
    assert patient.purpose is not None  # noqa: S101  # the checks looked
    service, purpose = service_asked(patient), patient.purpose
    whole = patient.parts
    parts = whole if profile is patient.profile else assemble(profile, audit=whole.sink, clock=patient.clock)
    subject = patient.subject or NOBODY
    patient.questions += 1
    answer: Found | NotMatched | Ambiguous | Confirmed
    if service == "confirm":
        answer = patient.driver.run(confirm(parts.context, subject, purpose=purpose, deadline=None))
    else:
        flow = look_up(parts.context, subject, fields=["name"], purpose=purpose, deadline=None, service=service)
        answer = patient.driver.run(flow)
    return "nobody" if isinstance(answer, NotMatched) else "somebody"


def _explained(patient: Patient, error: DancuError) -> Answer:
    ahead = seconds_ahead(patient)
    if error.code == "credential_refused" and ahead is not None and abs(ahead) > SKEW_SECONDS:
        return Answer(None, error, "clock")
    for variant in _variants(patient, error):
        if _gets_further(patient, variant, error):
            told = error_for(error.code, field=variant.setting, detail=variant.detail)
            cause = cause_of(told.code, told.detail)
            return Answer(None, told, cause.check if cause else "", variant.setting, variant.suggestion)
    cause = cause_of(error.code, error.detail, field=error.field)
    known = cause is not None and cause.check in {"service_path", "secret", "procedure", "officer", "element_order"}
    return Answer(None, error, cause.check if cause is not None and known else "answer")


def _gets_further(patient: Patient, variant: _Variant, error: DancuError) -> bool:
    try:
        _asked(patient, variant.profile)
    except DancuError as other:
        return other.origin != "network" and (other.code, other.detail) != (error.code, error.detail)
    return True


def _variants(patient: Patient, error: DancuError) -> Iterator[_Variant]:
    """At most `MOST_VARIANTS`, the likeliest first."""
    profile, credential = patient.profile, patient.profile.credential
    service = service_asked(patient)
    spec = profile.services.offered.get(service)
    if spec is None:
        return
    if error.code == "credential_refused" and "timestamp" in type(credential).model_fields:
        yield _other_unit(profile, credential)
        yield _other_registered(profile, service, spec)
    elif error.code == "provider_fault" and error.detail == "SOAP Fault Client":
        ordered = sorted(spec.fields_sent, key=lambda name: _USUAL_ORDER.index(name.lower()))
        if ordered != spec.fields_sent:
            setting = f"services.{service}.fields_sent"
            line = f"fields_sent = {json.dumps(ordered)}"
            changed = _with_service(profile, service, spec.model_copy(update={"fields_sent": ordered}))
            yield _Variant(changed, "the usual order is taken", setting, line)


def _other_unit(profile: Profile, credential: Any) -> _Variant:
    unit = "seconds" if credential.timestamp == "milliseconds" else "milliseconds"
    changed = profile.model_copy(update={"credential": credential.model_copy(update={"timestamp": unit})})
    return _Variant(changed, "the other unit is taken", "credential.timestamp", f'timestamp = "{unit}"')


def _other_registered(profile: Profile, service: str, spec: Service) -> _Variant:
    """The path alone; where that is what was hashed, the whole URL."""
    url = profile.endpoint.url + spec.path
    path = urlsplit(url).path
    hashed = spec.registered_url or profile.endpoint.registered_url or path
    other = url if hashed == path else path
    ours = spec.registered_url is None and profile.endpoint.registered_url is not None
    setting = "endpoint.registered_url" if ours else f"services.{service}.registered_url"
    changed = _with_service(profile, service, spec.model_copy(update={"registered_url": other}))
    return _Variant(changed, "another registered_url is taken", setting, f'registered_url = "{other}"')


def _with_service(profile: Profile, name: str, service: Service) -> Profile:
    services = profile.services.model_copy(update={name: service})
    return profile.model_copy(update={"services": services})
