"""The conformance kit: what every profile, skin and adapter must make of the same people and the same faults.

`conform` lets the mock play a profile, as strictly as the profile describes its platform, and puts the
same questions through both clients. `conform_with` takes any other double of a platform, such as that of
a private adapter. `conform_live` asks a real platform the one question that is safe: about a person
whom no register holds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dancu.aclient import AsyncClient
from dancu.client import Client
from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched
from dancu.domain.queries import Officer, Purpose, Subject
from dancu.errors import DancuError
from dancu.profiles.credentials import AdapterPart, GatewayPart
from dancu.profiles.parts import SecretSource
from dancu.runtime.private import write_private
from dancu.runtime.sinks import MemorySink

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dancu.profiles.schema import Profile
    from dancu.runtime.exchange import AsyncTransport, Transport
    from dancu_mock import MockSettings

__all__ = ["CASES", "Case", "Result", "conform", "conform_live", "conform_with"]

_PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="conformance")
_WORDS = {Found: "found", NotMatched: "not_matched", Ambiguous: "ambiguous", Confirmed: "confirmed"}
_FAULTS = (
    *("close_silently", "deep_nesting", "empty_body", "empty_soap_body", "error_500", "garbage_head", "hang"),
    *("html_200", "html_502", "maintenance_503", "oversized", "redirect", "reset", "soap_fault_200", "soap_fault_500"),
    *("throttled", "truncated_document", "truncated_length", "unknown_root", "utf8_doctype", "wrong_hash"),
)
"""Scenarios of the mock that no profile may turn into an answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what it must come to.

    Attributes:
        service: of the profile.
        expected: an outcome's word, a code of `dancu.errors`, or ``error`` for any typed one.
    """

    name: str
    service: str
    subject: Subject
    expected: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a case came to through each client; they have to agree."""

    case: Case
    sync: str
    awaited: str

    @property
    def passed(self) -> bool:
        """Whether both are what was expected."""
        typed = self.case.expected == "error" and self.sync not in _WORDS.values() and self.sync != "untyped"
        return self.sync == self.awaited and (typed or self.sync == self.case.expected)


def _subject(number: str, name: str, birth_date: str) -> Subject:
    return Subject(number=number, name=name, birth_date=birth_date)


_MAU = _subject("066790000001", "Nguyễn Thị Mẫu", "1990-01-02")
_NOBODY = _subject("066790000001", "Nguyễn Thị Khác", "1990-01-02")
_RECORDS = (
    ("a person", _MAU, "found"),
    ("an old number", _subject("000000017", "Bùi Văn Cũ Mẫu", "1960-03-04"), "found"),
    ("a year of birth", _subject("066645000011", "Trần Văn Năm Mẫu", "1945"), "found"),
    ("a name of another people", _subject("066793000024", "H'Ƀlăk Niê", "1993-02-21"), "found"),
    ("a renumbered person", _subject("066680000020", "Ngô Văn Mới Mẫu", "1980-06-07"), "found"),
    ("somebody else's record", _subject("066681000022", "Dương Văn Lạc Mẫu", "1981-08-09"), "answer_mismatch"),
    ("two records", _subject("066698000029", "Nguyễn Văn Đôi Mẫu", "1998-07-26"), "ambiguous"),
    ("nobody", _NOBODY, "not_matched"),
)
CASES: tuple[Case, ...] = (
    *(Case(name, "look_up", subject, expected) for name, subject, expected in _RECORDS),
    Case("there is", "confirm", _MAU, "confirmed"),
    Case("there is not", "confirm", _NOBODY, "not_matched"),
    *(Case(name, "relatives", subject, expected) for name, subject, expected in _RECORDS if expected != "ambiguous"),
    *(Case(name, "blood_group", subject, expected) for name, subject, expected in (_RECORDS[0], _RECORDS[-1])),
)
"""About people; the faults of the mock come on top, by its reserved numbers."""


def conform(profile: Profile, directory: Path) -> tuple[Result, ...]:
    """Let the mock play a profile and ask all that it offers.

    Args:
        profile: a platform's; a gateway's or an adapter's needs `conform_with`.
        directory: where invented secrets are written for the run.

    Raises:
        ValueError: the mock cannot play it.
        ConfigurationError: naming the setting that cannot be used.
    """
    from dancu_mock import FAULT_NUMBERS, Mock

    mock = Mock(_played(profile))
    faults = [
        Case(scenario, service, _subject(number, "Nguyễn Thị Mẫu", "1990-01-02"), "error")
        for service in profile.services.offered
        for number, scenario in FAULT_NUMBERS.items()
        if scenario in _FAULTS
    ]
    return conform_with(
        _leading_to(profile, mock.settings.secret, directory), mock.transport, mock.async_transport, (*CASES, *faults)
    )


def conform_with(
    profile: Profile,
    transport: Callable[[], Transport],
    async_transport: Callable[[], AsyncTransport],
    cases: tuple[Case, ...] = CASES,
) -> tuple[Result, ...]:
    """Ask any double of a platform, by its httpx transports; the cases are about its people."""
    asked = [case for case in cases if case.service in profile.services.offered]

    async def awaited() -> list[str]:
        async with AsyncClient(profile, transport=async_transport(), audit=MemorySink()) as dancu:
            return [await _told_async(dancu, case) for case in asked]

    with Client(profile, transport=transport(), audit=MemorySink()) as dancu:
        told = [_told(dancu, case) for case in asked]
    return tuple(Result(*one) for one in zip(asked, told, asyncio.run(awaited()), strict=True))


def conform_live(profile: Profile, *, purpose: Purpose) -> tuple[Result, ...]:
    """Ask the real platform about a person whom no register holds, by each service; audited as every question is."""
    nobody = _subject("066799999999", "Không Có Ai", "1999-09-09")
    cases = [Case("nobody", service, nobody, "not_matched") for service in profile.services.offered]
    with Client(profile) as dancu:
        told = [_told(dancu, case, purpose=purpose) for case in cases]
    return tuple(Result(case, word, word) for case, word in zip(cases, told, strict=True))


def _told(dancu: Client, case: Case, *, purpose: Purpose = _PURPOSE) -> str:
    try:
        return _word(_asked(dancu, case, purpose))
    except DancuError as error:
        return error.code
    except Exception:  # noqa: BLE001  # that there is such a thing is what the kit looks for
        return "untyped"


async def _told_async(dancu: AsyncClient, case: Case) -> str:
    try:
        return _word(await _asked(dancu, case, _PURPOSE))
    except DancuError as error:
        return error.code
    except Exception:  # noqa: BLE001  # the same
        return "untyped"


def _asked(dancu: Any, case: Case, purpose: Purpose) -> Any:
    """The question; of an awaiting client, what is to be awaited."""
    match case.service:
        case "confirm":
            return dancu.confirm(case.subject, purpose=purpose, deadline=1.0)
        case "relatives":
            return dancu.look_up_relatives(case.subject, fields=["father"], purpose=purpose, deadline=1.0)
        case "blood_group":
            return dancu.look_up_blood_group(case.subject, purpose=purpose, deadline=1.0)
        case _:
            return dancu.look_up(case.subject, fields=["name"], purpose=purpose, deadline=1.0)


def _word(answer: Any) -> str:
    return _WORDS[type(answer)]


_USERS = ("user", "access_key", "client_id")
_ALIKE = (
    *("timestamp", "x_road_client", "source_type", "app_name", "partner_code", "partner_code_cus"),
    *("secret_in", "scope", "quoted", "unit", "destination"),
)


def _played(profile: Profile) -> MockSettings:
    """The mock's settings for a platform as the profile describes it."""
    from dancu_mock import MockSettings

    credential = profile.credential
    if isinstance(credential, GatewayPart | AdapterPart) or profile.wire.adapter is not None:
        raise ValueError("the mock plays public families and skins only")
    given: dict[str, Any] = {name: getattr(credential, name) for name in _ALIKE if hasattr(credential, name)}
    given["user"] = next(getattr(credential, name) for name in _USERS if hasattr(credential, name))
    given["key_names"] = getattr(credential, "names", "long")
    above = urlsplit(profile.endpoint.url).path
    paths = {"look_up": "lookup_path", "confirm": "confirm_path"}
    for name, service in profile.services.offered.items():
        given[paths.get(name, f"{name}_path")] = above + service.path
    for name, url in credential.urls.items():
        given[name.replace("_url", "_path")] = urlsplit(url).path
    wire = profile.wire
    dialect = "live" if wire.dialect == "auto" else wire.dialect
    return MockSettings(family=credential.family, skin=wire.skin, dialect=dialect, request=wire.form, **given)


def _leading_to(profile: Profile, secret: str, directory: Path) -> Profile:
    """The profile with invented secrets, hashed paths that are the paths called, and no production."""
    path = directory / "secret.txt"
    write_private(path, secret)
    source = SecretSource(file=str(path))
    credential = profile.credential
    secrets = {
        name: source for name in type(credential).model_fields if isinstance(getattr(credential, name), SecretSource)
    }
    optional = {"api_key": None} if "api_key" in secrets else {}
    services = {name: one.model_copy(update={"registered_url": None}) for name, one in profile.services.offered.items()}
    return profile.model_copy(
        update={
            "environment": "test",
            "endpoint": profile.endpoint.model_copy(update={"registered_url": None}),
            "credential": credential.model_copy(update=secrets | optional),
            "services": profile.services.model_copy(update=services),
            "audit": profile.audit.model_copy(update={"sink": "none", "key": None}),
        }
    )
