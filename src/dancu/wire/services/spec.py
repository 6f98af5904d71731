"""A service as a profile describes it, and all that a request to it is built from (wire.md §1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.wire.services.adapter import PublicService
from dancu.wire.soap import OPERATION_NAMESPACE, open_envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.domain.fields import FieldName
    from dancu.domain.names import NameStyle
    from dancu.domain.queries import Purpose, Subject
    from dancu.wire.services.adapter import ServiceAdapter
    from dancu.wire.xml import Element

__all__ = ["BirthForm", "DateStyle", "Keys", "RequestForm", "ServiceSpec", "WireStyle", "keys_sent"]

DateStyle = Literal["yyyymmdd", "iso"]
_PUBLIC = PublicService()
RequestForm = Literal["soap", "json"]
BirthForm = Literal["structured", "flat"]


@dataclass(frozen=True, slots=True)
class WireStyle:
    """How a platform wants to be asked, and how it answers.

    Attributes:
        name: ``folded``, ``spaced`` or ``raw`` (wire.md §2.6).
        date: ``yyyymmdd`` or ``iso``; a birth known to the month or year goes out as the year.
        empty_body: what an empty SOAP Body means: ``unavailable``, or ``not_matched`` where that is known.
        dialect: ``auto`` tells the two dialects apart by their structure.
        request: whether requests are SOAP or JSON.
        opened: the skin: from the bytes of an answer to its payload, a yes or no, or None for an empty Body.
    """

    name: NameStyle = "folded"
    date: DateStyle = "yyyymmdd"
    empty_body: Literal["unavailable", "not_matched"] = "unavailable"
    dialect: Literal["auto", "live", "qcvn109"] = "auto"
    request: RequestForm = "soap"
    opened: Callable[[bytes], Element | bool | None] = open_envelope


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """One service of one platform.

    Attributes:
        url: absolute URL called.
        registered_url: URL as registered, for T1.
        operation: root element of a SOAP request.
        integration: ``MaTichHop`` (``MaDichVu`` in the 2023 form of B): 037, 003, 033.
        fields_sent: names of `dancu.wire.services.values` in the order in which they go out.
        namespace: of a SOAP request; service C has its own (wire.md §7.6).
        birth: ``NgayThangNamSinh`` of a SOAP request: a structure (A, B), or flat text (C).
        fields: what it answers with, where the profile says so; None for all that such a service can hold.
        adapter: how it is asked and read.
    """

    url: str
    registered_url: str
    operation: str
    integration: str
    fields_sent: tuple[str, ...]
    namespace: str = OPERATION_NAMESPACE
    birth: BirthForm = "structured"
    adapter: ServiceAdapter = _PUBLIC
    fields: frozenset[FieldName] | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """All that a request is built from."""

    spec: ServiceSpec
    style: WireStyle
    subject: Subject
    purpose: Purpose
    reference: str


def keys_sent(spec: ServiceSpec, subject: Subject) -> tuple[str, ...]:
    """Which of the three keys the platform really gets to compare."""
    names = {name.lower() for name in spec.fields_sent}
    born = "birth_date" if subject.birth_date.day is not None else "birth_year"
    sent = ["number"]
    sent += ["name"] if "hovaten" in names else []
    sent += [born] if names & {"ngaythangnamsinh", "ngaythangnam", "nam"} else []
    return tuple(sent)
