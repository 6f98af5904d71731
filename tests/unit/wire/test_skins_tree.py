"""XML converted to JSON by somebody else, read back as the XML it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.fields import FieldName
from dancu.errors import Code, Unavailable
from dancu.wire.dialects import read_collection
from dancu.wire.skins import SKINS
from dancu.wire.xml import Element, local_name, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.wire.dialects.record import Record

EVERY: tuple[FieldName, ...] = get_args(FieldName)
NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NUMBER = {"SoDinhDanh": "000090000001"}


def opened(whole: Any) -> Element | bool | None:
    """What the skin json-tree makes of a value."""
    return SKINS["json-tree"](json.dumps(whole).encode())


def collection(inside: Any) -> dict[str, Any]:
    """A collection around one record or several."""
    return {"CongdanCollection": {"CongDan": inside}}


def records(whole: Any, *fields: FieldName) -> tuple[Record, ...]:
    """The records in a tree."""
    payload = opened(whole)
    assert isinstance(payload, Element)
    return read_collection(payload, fields, "auto")


def outage(whole: Any, *fields: FieldName) -> Code:
    """The code under which a tree gives no answer."""
    with pytest.raises(Unavailable) as caught:
        records(whole, *fields)
    return caught.value.code


@pytest.mark.parametrize(("inside", "count"), [(NUMBER, 1), ([NUMBER], 1), ([NUMBER] * 3, 3), ([], 0)])
def test_one_record_is_an_object_or_an_array(inside: Any, count: int) -> None:
    """A converter writes one as an object and several as an array (quirk 11)."""
    assert len(records(collection(inside))) == count


@pytest.mark.parametrize("inside", ["", {}, {"@xmlns:ns1": NAMESPACE}, {"xmlns:ns1": NAMESPACE, "SoCongDan": 0}])
def test_an_empty_collection_matches_nobody(inside: Any) -> None:
    """An element without content, however a converter writes it, is the recognised empty collection."""
    assert records({"ns1:CongdanCollection": inside}) == ()


@pytest.mark.parametrize("body", ["", None, {}, {"xmlns:dan": "http://dancuquocgia.bca"}])
@pytest.mark.parametrize("level", [lambda body: {"Body": body}, lambda body: {"S:Envelope": {"S:Body": body}}])
def test_an_empty_body_is_for_the_profile_to_judge(body: Any, level: Callable[[Any], Any]) -> None:
    """A Body with nothing in it is None, as in SOAP."""
    assert opened(level(body)) is None


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        ({"CongdanCollection": None}, "empty_answer"),
        ({"Body": {"CongdanCollection": None}}, "empty_answer"),
        ({"Body": {"Fault": {"faultstring": "x"}}}, "provider_fault"),
        ({"Fault": ""}, "provider_fault"),
        ({}, "unknown_answer"),
        ({"?xml": {"@version": "1.0"}}, "unknown_answer"),
        ({"Body": "khong tim thay"}, "unknown_answer"),
        ({"Body": {"#text": "khong tim thay"}}, "unknown_answer"),
        ({"Body": []}, "unknown_answer"),
        ({"Body": [{}, {}]}, "unknown_answer"),
        ({"Body": {}, "CongdanCollection": ""}, "unknown_answer"),
        ({"Body": False}, "unknown_answer"),
        ({"Envelope": ""}, "unknown_answer"),
        ({"Envelope": None}, "unknown_answer"),
        ({"Envelope": [{}, {}]}, "unknown_answer"),
        ({"Envelope": {}}, "unknown_answer"),
        ({"Envelope": {"Header": ""}}, "unknown_answer"),
        ({"Envelope": {"CongdanCollection": ""}}, "unknown_answer"),
        ({"Envelope": {"Envelope": {"Body": ""}}}, "unknown_answer"),
        ({"CongdanCollection": "", "x": ""}, "unknown_answer"),
        ({"CongdanCollection": [{}, {}]}, "unknown_answer"),
        ({"CongdanCollection": [[]]}, "unknown_answer"),
        ({"CongdanCollection": []}, "unknown_answer"),
        ({"CongdanCollection": "khong tim thay"}, "unknown_answer"),
        ({"CongdanCollection": False}, "unknown_answer"),
        ({"CongdanCollection": {"Loi": "01"}}, "unknown_answer"),
        ({"CongdanCollection": {"SoCongDan": "1"}}, "unknown_answer"),
        (collection(None), "unknown_answer"),
        (collection(""), "unknown_answer"),
        (collection([NUMBER, None]), "unknown_answer"),
        (collection({"SoDinhDanh": {"So": "1"}}), "unknown_answer"),
        (collection({"SoDinhDanh": ["", ""]}), "unreadable_answer"),
        (collection({"SoDinhDanh": 1.0}), "unreadable_answer"),
        (collection({"SoDinhDanh": "", "ns1:SoDinhDanh": ""}), "unreadable_answer"),
        (collection({"SoDinhDanh": "\x00"}), "unreadable_answer"),
        (collection({"SoDinhDanh/><x": ""}), "unreadable_answer"),
        (collection({"a:b:c": ""}), "unreadable_answer"),
        (collection({"": ""}), "unreadable_answer"),
        (collection({"@a": "", "-a": "", **NUMBER}), "unreadable_answer"),
        (collection({"@a": {}, **NUMBER}), "unknown_answer"),
    ],
)
def test_another_tree_is_never_nobody(whole: Any, code: Code) -> None:
    """Null, text, other members and what cannot have been XML are outages."""
    assert outage(whole) == code


def test_a_number_that_lost_its_zero_is_not_padded() -> None:
    """A converter that made numbers of texts dropped digits, and nobody guesses which number it was."""
    assert outage(collection({"SoDinhDanh": 90000001})) == "unreadable_answer"
    assert records(collection({"SoDinhDanh": 999090000001}))[0].number == "999090000001"


def test_integers_and_booleans_are_their_text() -> None:
    """A converter turns ``1`` and ``true`` into JSON's own; they come back as they stood in the XML."""
    (found,) = records(collection({**NUMBER, "GioiTinh": 1, "NgayThangNamSinh": {"Nam": 1990}}), "gender", "birth_date")
    assert [str(value) for value in found.values.values()] == ["Nam", "1990"]
    payload = opened({"KetQuaXacThucResponse": {"TonTai": True}})
    assert isinstance(payload, Element)
    assert (local_name(payload), payload[0].text) == ("KetQuaXacThucResponse", "true")


@pytest.mark.parametrize("mark", ["", "@", "-", "@_"])
def test_attributes_of_a_collection_are_no_citizens(mark: str) -> None:
    """Bare or marked, they are attributes again, and the count is held to what stands there."""
    attributes = {f"{mark}{name}": "" for name in ("ThoiDiemDuLieu", "GhiChu", "id")}
    tree = collection(NUMBER)
    tree["CongdanCollection"] |= {**attributes, f"{mark}SoCongDan": "1", f"{mark}xmlns:ns1": NAMESPACE}
    assert len(records(tree)) == 1
    tree["CongdanCollection"][f"{mark}SoCongDan"] = "2"
    assert outage(tree) == "unknown_answer"


@pytest.mark.parametrize("name", ["#text", "content", "_"])
def test_text_beside_attributes_is_the_text(name: str) -> None:
    """Converters give the text of an element with attributes a member of its own."""
    assert records(collection({"SoDinhDanh": {"@lang": 'v"i', name: "000090000001"}}))[0].number == "000090000001"


@pytest.mark.parametrize("nil", [{"xsi:nil": True}, {"@xsi:nil": "true"}, {"-i:nil": "1", "xmlns:i": XSI}])
def test_nil_is_nothing(nil: dict[str, Any]) -> None:
    """An element that is nil has no value, whatever text stands beside."""
    (found,) = records(collection({**NUMBER, "HoVaTen": {**nil, "#text": "x"}, "VoChong": nil}), "name", "spouse")
    assert found.values == {"name": None, "spouse": None}


def test_markup_in_a_value_stays_text() -> None:
    """No value ends an element or begins another one."""
    evil = "</HoVaTen><SoCMND>000000001</SoCMND><!DOCTYPE a>&amp;]]>"
    (found,) = records(collection({**NUMBER, "HoVaTen": evil}), "name", "old_number")
    assert (found.name, found.old_number) == (evil, None)


def converted(element: Element, prefix: str, mark: str, null: Any, *, numbers: bool, arrays: bool) -> Any:
    """An element as a converter would write it: objects, with arrays for what is repeated."""
    members: dict[str, Any] = {mark + str(name): text for name, text in element.attrib.items()}
    for child in element:
        value = converted(child, prefix, mark, null, numbers=numbers, arrays=arrays)
        members.setdefault(prefix + local_name(child), []).append(value)
    if not len(element):
        text = (element.text or "").strip()
        plain = int(text) if numbers and text.isascii() and text.isdigit() and str(int(text)) == text else text or null
        return {**members, "#text": plain} if members else plain
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 and not arrays else value
        for name, value in members.items()
    }


CODES = st.sampled_from(["", "01", "1", "00004", "ZZ", "<&>", "u000a"])
NAMES = st.sampled_from(["NGUYỄN VĂN MẪU", "H'Ƀlăk", "", " A  B "])
LEAVES = {
    "SoDinhDanh": st.sampled_from(["000090000001", "999090000001", "12", ""]),
    "SoCMND": st.sampled_from(["000000001", "", "12"]),
    "HoVaTen": NAMES | st.fixed_dictionaries({"Ho": NAMES, "Ten": NAMES}),
    "NgayThangNamSinh": st.fixed_dictionaries({"Nam": st.sampled_from(["1990", ""])}),
    "GioiTinh": CODES,
    "DanToc": CODES | st.fixed_dictionaries({"MaDanToc": CODES, "TenGoi": NAMES}),
    "ThuongTru": st.dictionaries(st.sampled_from(["MaTinhThanh", "MaPhuongXa", "ChiTiet"]), CODES),
    "QueQuan": st.dictionaries(st.sampled_from(["MaDonViHanhChinh", "ChiTiet"]), CODES),
    "Cha": st.fixed_dictionaries({}, optional={"HoVaTen": NAMES, "SoDinhDanh": CODES, "QuanHe": CODES}),
}
PEOPLE = st.lists(st.fixed_dictionaries({}, optional=LEAVES), max_size=3)
STYLES = st.tuples(st.sampled_from(["", "ns1:"]), st.sampled_from(["@", "-"]), st.sampled_from(["", None]))


def document(name: str, value: Any) -> Element:
    """A payload built element by element."""
    root = parse(f'<{name} xmlns="{NAMESPACE}"/>'.encode())
    if isinstance(value, str):
        root.text = value
    else:
        for inside, part in value.items():
            root.append(document(inside, part))
    return root


def outcome(read: Callable[[], tuple[Record, ...]]) -> Any:
    """The records, or the code of the error."""
    try:
        return read()
    except Unavailable as error:
        return error.code


@given(PEOPLE, STYLES, st.booleans(), st.booleans())
def test_a_converted_payload_is_the_payload(people: list[Any], style: Any, numbers: bool, arrays: bool) -> None:
    """Whatever converter wrote the JSON, the records, or the error, are those of the XML."""
    xml = parse(f'<CongdanCollection xmlns="{NAMESPACE}" SoCongDan="{len(people)}"/>'.encode())
    xml.extend([document("CongDan", person) for person in people])
    prefix, mark, null = style
    tree = {f"{prefix}CongdanCollection": converted(xml, prefix, mark, null, numbers=numbers, arrays=arrays)}
    expected = outcome(lambda: read_collection(xml, EVERY, "auto"))
    assert outcome(lambda: records(tree, *EVERY)) == expected
