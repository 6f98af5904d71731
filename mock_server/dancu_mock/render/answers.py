"""What each service answers (wire.md §1.3): A a record, B a yes or no, C the parents, K the blood group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.forms import GTEL
from dancu_mock.render import live, qcvn109
from dancu_mock.render.markup import BCA, MIC, Payload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dancu_mock.people import Person
    from dancu_mock.settings import MockSettings

__all__ = ["payload"]

_DIALECTS = {"live": live.collection, "qcvn109": qcvn109.collection}


def payload(service: str, people: Sequence[Person], settings: MockSettings) -> Payload:
    """The good answer about these people; nobody is an answer too."""
    return _ANSWERS[service](people, settings)


def _look_up(people: Sequence[Person], settings: MockSettings) -> Payload:
    return _DIALECTS[settings.dialect](people)


def _confirm(people: Sequence[Person], settings: MockSettings) -> Payload:
    """A count, or a word; a skin that says ``data`` takes it from the word."""
    if settings.confirm_shape == "SoLuongCongDan":
        return Payload("XacThucThongTinCongDanResponse", BCA, "ns2", (("SoLuongCongDan", str(len(people))),))
    return Payload("KetQuaXacThucResponse", BCA, "ns2", (("TonTai", "true" if people else "false"),))


def _relatives(people: Sequence[Person], settings: MockSettings) -> Payload:
    records = tuple(
        (
            "CongDan",
            {
                "SoDinhDanh": person.record_number,
                "SoCMND": person.old_number,
                "HoVaTen": qcvn109.name(person.name),
                "NgayThangNamSinh": qcvn109.birth(person),
                "Cha": qcvn109.kin(person.father),
                "Me": qcvn109.kin(person.mother),
            },
        )
        for person in people
    )
    wrapper = ("XacMinhThongTinNhanThanResponse", GTEL) if settings.relatives_wrapped else None
    return Payload("CongdanCollection", MIC, "ns1", records, qcvn109.attributes(len(records)), wrapper)


def _blood_group(people: Sequence[Person], _settings: MockSettings) -> Payload:
    records = tuple(
        (
            "CongDan",
            {
                "SoDinhDanh": person.record_number,
                "SoCMND": person.old_number,
                "HoVaTen": qcvn109.name(person.name),
                "NhomMau": person.blood_group,
            },
        )
        for person in people
    )
    return Payload("CongdanCollection", MIC, "ns1", records)


_ANSWERS: dict[str, Callable[[Sequence[Person], MockSettings], Payload]] = {
    "look_up": _look_up,
    "confirm": _confirm,
    "relatives": _relatives,
    "blood_group": _blood_group,
}
