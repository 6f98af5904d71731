"""A service as a profile describes it, and the elements a request can hold (wire.md §1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.domain.ids import OldPersonNumber
from dancu.domain.names import NameStyle, fold_name
from dancu.wire.messages import WireRequest
from dancu.wire.soap import CONTENT_TYPE, leaf, seal_envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu.domain.queries import Purpose, Subject

__all__ = ["ELEMENTS", "DateStyle", "Keys", "ServiceSpec", "WireStyle", "build_request", "keys_sent"]

DateStyle = Literal["yyyymmdd", "iso"]


@dataclass(frozen=True, slots=True)
class WireStyle:
    """How a platform wants names and dates, and what an empty SOAP Body means there.

    Attributes:
        name: ``folded``, ``spaced`` or ``raw`` (wire.md §2.6).
        date: ``yyyymmdd`` or ``iso``; a birth known to the month or year goes out as ``Nam``.
        empty_body: ``unavailable``, or ``not_matched`` where that is known.
    """

    name: NameStyle = "folded"
    date: DateStyle = "yyyymmdd"
    empty_body: Literal["unavailable", "not_matched"] = "unavailable"


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """One service of one platform.

    Attributes:
        url: absolute URL called.
        registered_url: URL as registered, for T1.
        operation: root element of the request.
        integration: ``MaTichHop`` (``MaDichVu`` in the 2023 form of B): 037, 003, 033.
        fields_sent: names of `ELEMENTS` in the order in which they go out.
    """

    url: str
    registered_url: str
    operation: str
    integration: str
    fields_sent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """All that a request is built from."""

    spec: ServiceSpec
    style: WireStyle
    subject: Subject
    purpose: Purpose
    reference: str


def _number(keys: Keys) -> str:
    old = isinstance(keys.subject.number, OldPersonNumber)
    return leaf("SoCMND" if old else "SoDinhDanh", keys.subject.number)


def _one_number(name: str, *, old: bool) -> Callable[[Keys], str]:
    def element(keys: Keys) -> str:
        fits = isinstance(keys.subject.number, OldPersonNumber) is old
        return leaf(name, keys.subject.number if fits else "")

    return element


def _birth_date(keys: Keys) -> str:
    date = keys.subject.birth_date
    if date.day is None:
        inside = leaf("Nam", f"{date.year:04}")
    else:
        text = str(date) if keys.style.date == "iso" else str(date).replace("-", "")
        inside = leaf("NgayThangNam", text)
    return f"<dan:NgayThangNamSinh>{inside}</dan:NgayThangNamSinh>"


ELEMENTS: Mapping[str, Callable[[Keys], str]] = {
    "MaYeuCau": lambda keys: leaf("MaYeuCau", keys.reference),
    "MaDVC": lambda keys: leaf("MaDVC", keys.purpose.procedure),
    "MaTichHop": lambda keys: leaf("MaTichHop", keys.spec.integration),
    "MaDichVu": lambda keys: leaf("MaDichVu", keys.spec.integration),
    "MaCanBo": lambda keys: leaf("MaCanBo", keys.purpose.officer.code),
    "MaDonVi": lambda keys: leaf("MaDonVi", keys.purpose.unit),
    "TaiKhoan": lambda keys: leaf("TaiKhoan", keys.purpose.officer.account or ""),
    "SoDienThoai": lambda keys: leaf("SoDienThoai", keys.purpose.officer.phone or "0"),
    "SoDinhDanh|SoCMND": _number,
    "SoDinhDanh": _one_number("SoDinhDanh", old=False),
    "SoCMND": _one_number("SoCMND", old=True),
    "HoVaTen": lambda keys: leaf("HoVaTen", fold_name(keys.subject.name, keys.style.name)),
    "NgayThangNamSinh": _birth_date,
}
"""Every element a profile may list in ``fields_sent``, and how it is written."""


def build_request(keys: Keys) -> WireRequest:
    """Write a request: the elements the profile lists, in that order, escaped."""
    body = seal_envelope(keys.spec.operation, (ELEMENTS[name](keys) for name in keys.spec.fields_sent))
    headers = (("Content-Type", CONTENT_TYPE), ("Accept-Encoding", "identity"))
    return WireRequest(keys.spec.url, keys.spec.registered_url, headers, body)


def keys_sent(spec: ServiceSpec, subject: Subject) -> tuple[str, ...]:
    """Which of the three keys the platform really gets to compare."""
    born = "birth_date" if subject.birth_date.day is not None else "birth_year"
    sent = ["number"]
    sent += ["name"] if "HoVaTen" in spec.fields_sent else []
    sent += [born] if "NgayThangNamSinh" in spec.fields_sent else []
    return tuple(sent)
