"""An independent witness: zeep, which knows nothing of dancu, asks the mock by its WSDL and gets the same people."""

from __future__ import annotations

import base64
import hashlib
import time
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from dancu import Confirmed, Found, Subject

from .conftest import MAU, PURPOSE, Platform

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # zeep's own imports warn
    import zeep
    from zeep.transports import Transport

if TYPE_CHECKING:
    from pathlib import Path

BORN_IN_1945 = Subject(number="066645000011", name="Trần Văn Năm Mẫu", birth_date="1945")


class HashBasic(zeep.Plugin):
    """T1's headers, written here a second time."""

    def __init__(self, user: str, secret: str) -> None:
        self._user = user
        self._secret = secret

    def egress(self, envelope: Any, http_headers: Any, operation: Any, binding_options: Any) -> Any:
        """Sign what goes out."""
        stamp = str(int(time.time() * 1000))
        path = urlsplit(binding_options["address"]).path
        digest = hashlib.sha256(f"{path}{self._user}{stamp}{self._secret}".encode()).hexdigest()
        http_headers["Authorization"] = "Basic " + base64.b64encode(f"{self._user}:{digest}".encode()).decode()
        http_headers["Timestamp"] = stamp
        return envelope, http_headers


@pytest.fixture
def witness(platform: Platform, tmp_path: Path) -> Any:
    """A maker of zeep clients from the WSDL at a path, over mTLS."""
    session = requests.Session()
    session.trust_env = False
    session.verify = str(tmp_path / "ca.pem")
    session.cert = (str(tmp_path / "client.pem"), str(tmp_path / "client.key"))
    make: Any = zeep.Settings
    settings = make(strict=True, raw_response=True)
    above = f"https://127.0.0.1:{platform.server.port}"
    plugin = HashBasic(platform.mock.settings.user, platform.mock.settings.secret)
    with session:
        transport: Any = Transport(session=session)  # type: ignore[no-untyped-call]  # zeep has no annotations
        client: Any = zeep.Client
        yield lambda path: client(f"{above}{path}?wsdl", transport=transport, settings=settings, plugins=[plugin])


def asked(witness: Any, operation: str, **parts: Any) -> etree._Element:
    """The payload of an operation, by whichever port has it."""
    for service in witness.wsdl.services.values():
        for name, port in service.ports.items():
            if operation in port.binding.all():
                response = witness.bind(service.name, name)[operation](**parts)
                assert response.status_code == 200, response.status_code
                return etree.fromstring(response.content)
    raise AssertionError(operation)


def common(reference: str, integration: str) -> dict[str, str]:
    """The leading elements of A and B."""
    return {
        "MaYeuCau": reference,
        "MaDVC": PURPOSE.procedure,
        "MaTichHop": integration,
        "MaCanBo": PURPOSE.officer.code,
    }


def text(answer: etree._Element, path: str) -> list[str]:
    """The texts below a path of local names."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
    found: Any = answer.xpath(f"//{steps}")
    return [element.text or "" for element in found]


@pytest.mark.parametrize("subject", [MAU, BORN_IN_1945], ids=["by day", "by year"])
def test_zeep_and_the_sdk_find_the_same_person(witness: Any, platform: Platform, subject: Subject) -> None:
    """The number, name and birth date that zeep reads are those of the SDK's record."""
    name = {"066790000001": "NGUYENTHIMAU", "066645000011": "TRANVANNAMMAU"}[subject.number]
    day = subject.birth_date.day is not None
    born = {"NgayThangNam": "19900102"} if day else {"Nam": "1945"}
    answer = asked(
        witness(platform.mock.settings.lookup_path),
        "TraCuuThongTinCongDan",
        **common(f"zeep-{subject.number}", "037"),
        SoDinhDanh=subject.number,
        HoVaTen=name,
        NgayThangNamSinh=born,
    )
    found = platform.look_up(subject, fields=["number", "name", "birth_date", "gender"])
    assert isinstance(found, Found)
    citizen = found.citizen
    assert text(answer, "CongDan/SoDinhDanh") == [citizen.number]
    assert " ".join(text(answer, "CongDan/HoVaTen/Ten")) == str(citizen.name)
    assert text(answer, "CongDan/NgayThangNamSinh/Nam") == [str(citizen.birth_date)[:4]]
    assert citizen.gender is not None and text(answer, "CongDan/GioiTinh") == [citizen.gender.code]


def test_zeep_and_the_sdk_confirm_alike(witness: Any, platform: Platform) -> None:
    """TonTai is true for the person whom the SDK confirms."""
    answer = asked(
        witness(platform.mock.settings.confirm_path),
        "XacThucThongTinCongDan",
        **common("zeep-confirm", "003"),
        SoDinhDanh=MAU.number,
        HoVaTen="NGUYENTHIMAU",
        NgayThangNamSinh={"NgayThangNam": "19900102"},
    )
    assert text(answer, "TonTai") == ["true"]
    assert isinstance(platform.ask(lambda dancu: dancu.confirm(MAU, purpose=PURPOSE)), Confirmed)


@pytest.mark.parametrize(
    ("path", "operation", "element"),
    [
        ("relatives_path", "XacMinhThongTinNhanThan", "Cha/HoVaTen/Ten"),
        ("blood_group_path", "CungCapThongTinNhomMau", "NhomMau"),
    ],
)
def test_zeep_asks_the_other_services(
    witness: Any, platform: Platform, path: str, operation: str, element: str
) -> None:
    """Services C and K, with a flat birth date and both number elements, tell zeep what they tell the SDK."""
    answer = asked(
        witness(getattr(platform.mock.settings, path)),
        operation,
        **common(f"zeep-{path}", "001"),
        MaDonVi=PURPOSE.unit,
        SoDinhDanh=MAU.number,
        SoCMND="",
        HoVaTen="NGUYENTHIMAU",
        NgayThangNamSinh="19900102",
    )
    told = text(answer, f"CongDan/{element}")
    if operation == "CungCapThongTinNhomMau":
        found = platform.ask(lambda dancu: dancu.look_up_blood_group(MAU, purpose=PURPOSE))
        assert told == [found.citizen.blood_group.code]
    else:
        found = platform.ask(lambda dancu: dancu.look_up_relatives(MAU, fields=["father"], purpose=PURPOSE))
        assert told and str(found.citizen.father.name).endswith(told[0])


def test_a_request_of_the_sdk_bears_a_ulid(platform: Platform) -> None:
    """MaYeuCau is 26 characters, and no two calls share one."""
    platform.look_up()
    platform.look_up()
    ids = [call.request_id for call in platform.mock.journal.calls]
    assert [len(one) for one in ids] == [26, 26] and len(set(ids)) == 2
