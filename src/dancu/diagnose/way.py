"""Checks of the way to the platform: name, route, TLS, both certificates, the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.causes import cause_of
from dancu.diagnose.clocks import SKEW_SECONDS, seconds_ahead
from dancu.diagnose.files import PLAIN_HTTP
from dancu.diagnose.findings import Ill, Unknowable
from dancu.errors import DancuError, Unavailable, error_for
from dancu.flows.ask import MOCK_HEADER
from dancu.wire.messages import header
from dancu.wire.provider_codes import refusal
from dancu.words import Phrase

if TYPE_CHECKING:
    from dancu.diagnose.findings import Run
    from dancu.diagnose.patient import Patient

__all__ = ["client_certificate", "clock", "mock", "name", "route", "server_certificate", "server_name", "tls_version"]


def _of_way(place: str, note: Run) -> Run:
    """A check of the way there: it ends at the first thing that is wrong."""

    def run(patient: Patient) -> Phrase | None:
        error = patient.way.error
        if error is not None and _place_on_way(patient, error) == place:
            raise error
        return note(patient)

    return run


def _place_on_way(patient: Patient, error: DancuError) -> str:
    cause = cause_of(error.code, error.detail, field=error.field)
    check = cause.check if cause else "route"
    seen = patient.way
    if check == "route" and not seen.addresses:
        return "name"
    if check == "route" and seen.source is not None and "proxy" not in (error.detail or ""):
        return "tls_version" if seen.version is None else "client_certificate"
    return check


def _addresses(patient: Patient) -> Phrase:
    found = ", ".join(patient.way.addresses[:3])
    return Phrase(found, found)


def _source(patient: Patient) -> Phrase | None:
    source = patient.way.source
    return None if source is None else Phrase(f"From {source}", f"Từ {source}")


def _version(patient: Patient) -> Phrase | None:
    if patient.identity is None:
        raise Unknowable(PLAIN_HTTP)
    version = patient.way.version
    return None if version is None else Phrase(version, version)


def _nothing(_patient: Patient) -> None:
    return None


def server_name(patient: Patient) -> Phrase | None:
    """The certificate bears the name or the key we expect; of another, the names that it does bear."""
    error = patient.way.error
    if error is None or _place_on_way(patient, error) != "server_name":
        borne = ", ".join(patient.way.names[:3])
        return Phrase(borne, borne) if borne else None
    names = patient.names_borne() if (error.detail or "").startswith("for another") else ()
    if not names:
        raise error
    other = Phrase(
        f"The platform's certificate bears other names: {', '.join(names[:5])}",
        f"Chứng thư của nền tảng mang tên khác: {', '.join(names[:5])}",
    )
    raise Ill(error, what=other, suggestion=f'server_name = "{names[0]}"')


def client_certificate(patient: Patient) -> Phrase | None:
    """The platform neither hangs up on our certificate nor misses it."""
    error = patient.way.error
    if error is not None and _place_on_way(patient, error) == "client_certificate":
        raise error
    reply = patient.way.reply
    refused = None if reply is None else refusal(reply)
    if refused is not None and refused.code == "client_certificate_refused":
        raise refused
    return None


def mock(patient: Patient) -> Phrase | None:
    """No mock answers in production."""
    reply = patient.way.reply
    mocked = reply is not None and header(reply.headers, MOCK_HEADER) is not None
    if mocked and patient.profile.environment == "production":
        raise Unavailable("server_untrusted", detail="a mock answered in production")
    return Phrase("A mock answers", "Máy chủ giả lập trả lời") if mocked else None


def clock(patient: Patient) -> Phrase:
    """The platform's ``Date`` and our clock agree within `SKEW_SECONDS`."""
    ahead = seconds_ahead(patient)
    if ahead is None:
        raise Unknowable(Phrase("The platform tells no time", "Nền tảng không cho biết giờ"))
    if abs(ahead) > SKEW_SECONDS:
        side = Phrase("behind", "chậm") if ahead > 0 else Phrase("ahead of", "nhanh")
        seconds = abs(int(ahead))
        raise Ill(
            error_for("credential_refused", detail="this machine's clock is off"),
            what=Phrase(
                f"This machine's clock is {seconds} s {side.en} the platform's",
                f"Đồng hồ máy này {side.vi} {seconds} giây so với nền tảng",
            ),
        )
    return Phrase(f"{int(ahead):+d} s", f"{int(ahead):+d} giây")


name = _of_way("name", _addresses)
route = _of_way("route", _source)
tls_version = _of_way("tls_version", _version)
server_certificate = _of_way("server_certificate", _nothing)
