"""The skins: the exact document of each, for a yes, for nobody, for a refusal and for a fault."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from lxml import etree

from dancu_mock import SCENARIOS, Mock, Person, Raw, Reply, Request
from dancu_mock.settings import SkinName
from dancu_mock.skins import SKINS

from .callers import json_question, members, mock_of, posted, right
from .conftest import CONFIRM, LOOK_UP, confirm, enveloped

EACH = pytest.mark.parametrize("skin", get_args(SkinName))
SHORT = Person("066690000077", "MAU", 1990, name='MẪU & "MẪU"')
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MIC = "http://www.mic.gov.vn/dancu/1.0"
HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{SOAP}">'
    '<soapenv:Header xmlns:dan="http://dancuquocgia.bca"/><soapenv:Body xmlns:dan="http://dancuquocgia.bca">'
)
YES = (
    f'{HEAD}<ns2:KetQuaXacThucResponse xmlns:ns2="http://dancuquocgia.bca"><ns2:TonTai>true</ns2:TonTai>'
    "</ns2:KetQuaXacThucResponse></soapenv:Body></soapenv:Envelope>"
)
NOBODY = f'{HEAD}<ns1:CongdanCollection xmlns:ns1="{MIC}"/></soapenv:Body></soapenv:Envelope>'
TREE_YES = {"Envelope": {"Header": "", "Body": {"KetQuaXacThucResponse": {"TonTai": "true"}}}}
TREE_NOBODY = {"Envelope": {"Header": "", "Body": {"CongdanCollection": ""}}}


def wrapped_result(inner: object) -> dict[str, object]:
    """A result object of success."""
    return {
        "StatusCode": 200,
        "Status": "SUCCESS",
        "ThrowException": False,
        "Description": None,
        "ResultType": "Dancu.MOCK",
        "ResultObject": inner,
    }


def coded(inner: object) -> dict[str, object]:
    """A coded response of success."""
    return {"code": "200", "status": "OK", "correlationId": "mock-correlation", "response": inner}


def asked(skin: str, service: str = "look_up", *, key: str = "NGUYENTHIMAU", **settings: Any) -> Reply:
    """The answer of service A or B in a skin about Mẫu, or about nobody."""
    return put(mock_of("header-key", skin=skin, **settings), service, key=key)


def put(mock: Mock, service: str = "look_up", *, key: str = "NGUYENTHIMAU", request_id: str = "a") -> Reply:
    """The answer of a mock."""
    path = CONFIRM if service == "confirm" else LOOK_UP
    headers, body = right(mock)
    if mock.settings.form == "json":
        code = "003" if service == "confirm" else "037"
        body = json.dumps(json_question(request_id, HoVaTen=key, MaTichHop=code)).encode()
    elif service == "confirm":
        body = enveloped(confirm(request_id, key=key), "XacThucThongTinCongDan")
    else:
        body = body.replace(b"NGUYENTHIMAU", key.encode())
    return posted(mock, path, headers, body)


def test_every_skin_is_there() -> None:
    """The settings name the skins there are, no more and no fewer."""
    assert tuple(SKINS) == get_args(SkinName)


@pytest.mark.parametrize(
    ("skin", "settings", "document"),
    [
        ("json-message", {}, {"error_code": "0", "message": YES}),
        ("json-string", {}, YES),
        ("json-flag", {}, {"data": True}),
        ("json-tree", {}, TREE_YES),
        ("json-tree", {"tree_root": "Body"}, {"Body": TREE_YES["Envelope"]["Body"]}),
        ("json-tree", {"tree_root": "payload"}, TREE_YES["Envelope"]["Body"]),
        ("result-object", {}, wrapped_result(YES)),
        ("result-object", {"inner": "tree"}, wrapped_result(TREE_YES)),
        ("result-object", {"inner": "message"}, wrapped_result({"error_code": "0", "message": YES})),
        ("result-object", {"confirm_shape": "data"}, wrapped_result({"data": True})),
        ("coded-response", {}, coded(YES)),
        (
            "coded-response",
            {"inner": "tree", "tree_root": "payload"},
            coded({"KetQuaXacThucResponse": {"TonTai": "true"}}),
        ),
        ("coded-response", {"inner": "message"}, coded({"error_code": "0", "message": YES})),
        ("coded-response", {"confirm_shape": "data"}, coded({"data": True})),
    ],
)
def test_a_yes_is_this_document(skin: str, settings: dict[str, Any], document: object) -> None:
    """Service B's yes is exactly this JSON, member for member in order."""
    reply = asked(skin, "confirm", **settings)
    assert reply.body.decode() == json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert (reply.status, dict(reply.headers)["Content-Type"]) == (200, "application/json; charset=utf-8")


def test_soap_is_the_document_itself() -> None:
    """The bare skin is the XML, under XML's type."""
    reply = asked("soap", "confirm")
    assert (reply.body.decode(), dict(reply.headers)["Content-Type"]) == (YES, "application/xml; charset=utf-8")


@pytest.mark.parametrize(
    ("skin", "document"),
    [
        ("json-message", {"error_code": "0", "message": NOBODY}),
        ("json-string", NOBODY),
        ("json-tree", TREE_NOBODY),
        ("result-object", wrapped_result(NOBODY)),
        ("coded-response", coded(NOBODY)),
    ],
)
def test_nobody_is_a_good_answer(skin: str, document: object) -> None:
    """Three keys that fit nobody are answered with success around an empty collection."""
    mock = mock_of("header-key", skin=skin)
    assert json.loads(put(mock, key="KHONGAICA").body) == document
    assert mock.journal.calls[-1].outcome == "not_matched"


def test_nobody_is_false_where_there_is_only_a_flag() -> None:
    """Đồng Tháp's JSON says no with false; the count says it with 0, the word with false."""
    assert members(asked("json-flag", "confirm", key="KHONGAICA")) == {"data": False}
    assert members(asked("result-object", "confirm", key="KHONGAICA", confirm_shape="data"))["ResultObject"] == {
        "data": False
    }
    count = asked("soap", "confirm", key="KHONGAICA", confirm_shape="SoLuongCongDan")
    assert b"<ns2:SoLuongCongDan>0</ns2:SoLuongCongDan>" in count.body


def test_service_b_counts_where_set() -> None:
    """The count is that of the records that fit."""
    reply = asked("soap", "confirm", confirm_shape="SoLuongCongDan")
    assert b"<ns2:XacThucThongTinCongDanResponse " in reply.body
    assert b"<ns2:SoLuongCongDan>1</ns2:SoLuongCongDan>" in reply.body


def test_a_flag_carries_service_b_alone() -> None:
    """Other services are not there in json-flag: HTTP 404."""
    assert asked("json-flag", "look_up").status == 404
    assert set(mock_of("header-key", skin="json-flag").settings.services.values()) == {"confirm"}


def test_escapes_are_lost_between_tags_only() -> None:
    """``u000a`` stands between touching tags; taken out again, the document is the good one."""
    reply = asked("json-string", lost_escapes=True)
    text = json.loads(reply.body)
    assert "\n" not in text
    assert text.count(">u000a<") > 50
    good = json.loads(asked("json-string").body)
    assert text.replace(">u000a<", "><") == good.replace("\n", "")


@pytest.mark.parametrize(("root", "path"), [("Envelope", ["Envelope", "Body"]), ("Body", ["Body"]), ("payload", [])])
def test_a_tree_begins_at_its_level(root: str, path: list[str]) -> None:
    """Backends keep the envelope, drop it, or drop the body too; the record below is the same."""
    value: Any = json.loads(asked("json-tree", tree_root=root).body)
    for name in path:
        value = value[name]
    record = value["CongdanCollection"]["CongDan"]
    assert list(record)[:3] == ["SoDinhDanh", "SoCMND", "HoVaTen"]
    assert record["HoVaTen"] == {"Ho": "", "ChuDem": "", "Ten": "NGUYỄN THỊ MẪU"}


def records_of(number: str, key: str, birth: str, **settings: Any) -> Any:
    """``CongDan`` of a tree about one of our people."""
    mock = mock_of("header-key", skin="json-tree", tree_root="payload", **settings)
    body = json.dumps(json_question(SoDinhDanh=number, HoVaTen=key, NgayThangNam=birth)).encode()
    return members(posted(mock, LOOK_UP, right(mock)[0], body))["CongdanCollection"]["CongDan"]


def test_one_record_is_an_object_or_a_list() -> None:
    """One record is an object unless the settings say list; two are a list in any case."""
    one = ("066790000001", "NGUYENTHIMAU", "19900102")
    two = ("066698000029", "NGUYENVANDOIMAU", "19980726")
    assert isinstance(records_of(*one), dict)
    assert [record["SoDinhDanh"] for record in records_of(*one, tree_array=True)] == ["066790000001"]
    assert len(records_of(*two)) == len(records_of(*two, tree_array=True)) == 2


def test_a_tree_may_keep_prefixes() -> None:
    """Prefixes stay in the names, and namespaces and attributes come as further members."""
    tree = members(asked("json-tree", tree_prefixes=True, dialect="qcvn109"))
    body = tree["soapenv:Envelope"]["soapenv:Body"]
    collection = body["dc:CongdanCollection"]
    assert (tree["soapenv:Envelope"]["@xmlns:soapenv"], collection["@xmlns:dc"]) == (SOAP, MIC)
    assert (collection["@SoCongDan"], collection["dc:CongDan"]["dc:SoCMND"]) == ("1", "000000001")


@pytest.mark.parametrize("skin", sorted(set(get_args(SkinName)) - {"json-flag"}))
def test_values_survive_every_skin_that_carries_them(skin: str) -> None:
    """Marks of XML and JSON in a name come out as they went in."""
    mock = mock_of("header-key", skin=skin, people=(SHORT,))
    headers, body = right(mock)
    for old, new in (("066790000001", SHORT.asked_number), ("NGUYENTHIMAU", "MAU")):
        body = body.replace(old.encode(), new.encode())
    reply = posted(mock, LOOK_UP, headers, body)
    value: Any = reply.body.decode() if skin == "soap" else json.loads(reply.body)
    for name in ("message", "ResultObject", "response"):
        value = value[name] if isinstance(value, dict) and name in value else value
    if isinstance(value, dict):
        said = value["Envelope"]["Body"]["CongdanCollection"]["CongDan"]["HoVaTen"]["Ten"]
    else:
        said = etree.fromstring(value.encode()).findtext(f".//{{{MIC}}}Ten")
    assert said == 'MẪU & "MẪU"'


MALFORMED: dict[str, tuple[int, list[str], object]] = {
    "json-message": (200, ["error_code"], "-1"),
    "json-flag": (400, ["errorCode"], "01"),
    "json-tree": (200, ["Envelope", "Body", "Fault", "faultcode"], "soapenv:Client"),
    "result-object": (200, ["ThrowException"], True),
    "coded-response": (200, ["code"], "400"),
}


@pytest.mark.parametrize("skin", MALFORMED)
def test_what_is_not_understood_is_told_in_the_skin(skin: str) -> None:
    """A request that no service understands gets the skin's own refusal, marked as the mock's, and never success."""
    mock = mock_of("header-key", skin=skin)
    reply = posted(mock, CONFIRM, right(mock)[0], b"{}")
    status, path, said = MALFORMED[skin]
    value: Any = json.loads(reply.body)
    for name in path:
        value = value[name]
    assert (reply.status, value, b"MOCK" in reply.body) == (status, said, True)
    assert mock.journal.calls[-1].outcome == "fault"


def test_a_fault_is_xml_in_soap_and_a_string_of_it_in_json_string() -> None:
    """SOAP 1.1 sends its faults under 500; inside a string nothing but the text is left."""
    for skin, status in (("soap", 500), ("json-string", 200)):
        mock = mock_of("header-key", skin=skin)
        reply = posted(mock, LOOK_UP, right(mock)[0], b"<a/>")
        text = reply.body if skin == "soap" else json.loads(reply.body).encode()
        found = etree.fromstring(text).findtext(".//faultcode")
        assert (reply.status, found) == (status, "soapenv:Client")


@EACH
@pytest.mark.parametrize(("setting", "code"), [("licensed_procedures", "004"), ("licensed_officers", "005")])
@pytest.mark.parametrize("status", [200, 400, 403])
def test_a_refused_licence_is_the_same_in_every_skin(skin: str, setting: str, code: str, status: int) -> None:
    """OpenCPS answers in place of the platform, under one of three statuses."""
    settings: dict[str, Any] = {setting: frozenset({"another"}), "refusal_status": status}
    reply = asked(skin, "confirm", **settings)
    assert (reply.status, members(reply)["errorCode"]) == (status, code)
    assert list(members(reply)) == ["message", "errorCode"]


@EACH
def test_every_scenario_plays_in_every_skin(skin: str) -> None:
    """Faults of the transport are the same everywhere; those of XML are wrapped as a good answer is."""
    mock = mock_of("header-key", skin=skin)
    for place, name in enumerate(sorted(set(SCENARIOS) - {"gzip_bomb", "oversized"})):
        headers, body = right(mock)
        body = body.replace(b'"037"', b'"003"').replace(b'"MaYeuCau": "a"', f'"MaYeuCau": "s{place}"'.encode())
        body = body.replace(b">a<", f">s{place}<".encode())
        path = CONFIRM if mock.settings.form == "json" else LOOK_UP
        with mock.scenario(name):
            reply = mock.handle(Request("POST", path, tuple(headers.items()), body))
        assert isinstance(reply, Reply | Raw)
        assert mock.journal.calls[-1].outcome == name


@pytest.mark.parametrize("skin", ["json-message", "json-string", "json-tree", "result-object", "coded-response"])
def test_a_fault_of_the_platform_is_wrapped(skin: str) -> None:
    """A SOAP fault comes as JSON in the skin, with the skin's type."""
    mock = mock_of("header-key", skin=skin)
    with mock.scenario("soap_fault_200"):
        reply = put(mock)
    assert dict(reply.headers)["Content-Type"] == "application/json; charset=utf-8"
    json.loads(reply.body)
    assert b"invented fault" in reply.body


@pytest.mark.parametrize("skin", ["soap", "json-message", "json-tree"])
@pytest.mark.parametrize("dialect", ["live", "qcvn109"])
def test_the_wrong_person_comes_in_the_same_clothes(skin: str, dialect: str) -> None:
    """Somebody else's record is in the skin and the dialect of a good answer."""
    mock = mock_of("header-key", skin=skin, dialect=dialect)
    with mock.scenario("wrong_person"):
        reply = put(mock)
    assert b"066790000001<" not in reply.body and b'"066790000001"' not in reply.body
    assert (b"MaDonViHanhChinh" in reply.body) is (dialect == "qcvn109")
    assert dict(reply.headers)["Content-Type"] == SKINS[skin].content_type  # type: ignore[index]  # a name of the case


def test_the_wrong_person_is_a_record_to_service_b_too() -> None:
    """A question for a yes or no is answered with somebody's record, which is neither."""
    mock = mock_of("header-key")
    with mock.scenario("wrong_person"):
        assert b"<ns1:CongDan>" in put(mock, "confirm").body


@pytest.mark.parametrize("name", ["drip_body", "drip_head", "reset_mid_body", "truncated_length"])
def test_a_cut_answer_is_cut_even_where_it_is_short(name: str) -> None:
    """The few bytes of a flag never come whole in a scenario that cuts them."""
    mock = mock_of("header-key", skin="json-flag")
    headers, _body = right(mock)
    body = json.dumps(json_question(MaTichHop="003")).encode()
    with mock.scenario(name):
        reply = mock.handle(Request("POST", CONFIRM, tuple(headers.items()), body))
    assert isinstance(reply, Raw)
    assert b'{"data":true}' not in b"".join(reply.chunks)
