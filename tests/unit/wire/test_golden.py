"""The twenty quirks of the wire (wire.md §5), each as a document or a request and what we make of it.

Documents are in ``tests/golden``; ``documents.toml`` there says where each shape was seen.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.names import Name
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.domain.queries import Officer, Purpose, Subject
from dancu.errors import InvalidInput, Unavailable
from dancu.policy.references import ulid_maker
from dancu.privacy import PersonalText
from dancu.wire.dialects import read_collection
from dancu.wire.messages import WireReply, WireRequest
from dancu.wire.services.confirm import read_confirmation
from dancu.wire.services.requests import build_request
from dancu.wire.services.spec import Keys, ServiceSpec, WireStyle
from dancu.wire.skins import SKINS
from dancu.wire.xml import Element

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.wire.dialects.record import Record

GOLDEN = Path(__file__).parents[2] / "golden"
DOCUMENTS: dict[str, Any] = tomllib.loads((GOLDEN / "documents.toml").read_text(encoding="utf-8"))
OF_REQUESTS = {7, 14, 16, 17, 18}
VN = Coded("VN", "Việt Nam")
MAU = "NGUYỄN VĂN MẪU"


def found(name: str, *fields: FieldName) -> tuple[Record, ...]:
    """The records of a document, by the skin it comes in."""
    payload = SKINS[DOCUMENTS[name]["skin"]]((GOLDEN / name).read_bytes())
    assert isinstance(payload, Element)
    return read_collection(payload, fields, "auto")


def only(name: str, *fields: FieldName) -> Any:
    """The values of a document's one record."""
    (record,) = found(name, *fields)
    return record.values


def request(*sent: str, json_form: bool = False, account: str | None = None, **changed: Any) -> WireRequest:
    """A request for an invented person with the elements listed."""
    spec = ServiceSpec("https://lgsp.example/tracuu", "/tracuu", "TraCuuThongTinCongDan", "037", sent)
    subject = Subject(**{"number": "000090000001", "name": MAU, "birth_date": "1990-01-02", **changed})
    purpose = Purpose(procedure="0.000000", unit="000.00.00.X00", officer=Officer("mau", account), dossier="MAU-0001")
    return build_request(Keys(spec, WireStyle(request="json" if json_form else "soap"), subject, purpose, "demo-1"))


def test_every_quirk_has_its_documents() -> None:
    """Each file has its origin, and each of the twenty quirks a document here or a request below."""
    assert {path.name for path in GOLDEN.iterdir()} == {*DOCUMENTS, "documents.toml"}
    assert {entry["quirk"] for entry in DOCUMENTS.values()} | OF_REQUESTS == set(range(1, 21))
    for name, entry in DOCUMENTS.items():
        assert name.startswith(f"q{entry['quirk']:02}-")
        assert re.fullmatch(r"[SD][0-9]+(, [SD][0-9]+)*", entry["origin"])
        assert entry["confidence"] in {"1", "2", "3", "4", "inf"}


@pytest.mark.parametrize("name", ["q01-whole-name-in-ten.xml", "q01-name-in-three-parts.xml"])
def test_01_a_name_is_whole_wherever_its_parts_stand(name: str) -> None:
    """The whole name in ``Ten`` and a name in three parts are the same name."""
    assert only(name, "name") == {"name": Name(MAU)}


def test_02_two_dialects_stand_under_one_namespace() -> None:
    """The live record and that of QCVN 109 tell the same, each by its own structure."""
    fields: tuple[FieldName, ...] = ("name", "birth_date", "gender", "ethnic_group", "religion")
    live, qcvn = only("q02-live.xml", *fields), only("q02-qcvn109.xml", *fields)
    assert (live.pop("ethnic_group"), qcvn.pop("ethnic_group")) == (
        Coded("12", "Ê-đê", "1979"),
        Coded("11", "Ê-đê", "2008"),
    )
    assert live == qcvn
    places: tuple[FieldName, ...] = ("birth_registration_place", "origin", "permanent_address")
    assert only("q02-live.xml", "permanent_address")["permanent_address"].province == "01"
    assert list(only("q02-qcvn109.xml", *places).values()) == [
        Address(province="01"),
        Address(district="001"),
        Address(commune="00004", detail="ĐỊA CHỈ MẪU", country="VN"),
    ]


@pytest.mark.parametrize("name", ["q03-relatives-flat.xml", "q03-relatives-structured.xml"])
def test_03_a_relative_is_named_either_way(name: str) -> None:
    """A relative's name is flat text in one service and three parts in another."""
    values = only(name, "father", "mother")
    assert values["father"] == Relative(Name("NGUYỄN VĂN CHA MẪU"), PersonalText("000060000002"), nationality=VN)
    assert (values["mother"].name, values["mother"].number) == ("TRẦN THỊ MẸ MẪU", None)


def test_04_placeholder_relatives_are_kept_unverified() -> None:
    """Initials, short digits and words for a number stay what they are, as text and no number."""
    values = only("q04-placeholder-relatives.xml", "father", "mother")
    assert values == {
        "father": Relative(Name("N.V.C"), PersonalText("12"), PersonalText("0"), VN),
        "mother": Relative(Name("T"), PersonalText("000"), PersonalText("chua ro")),
    }
    assert type(values["father"].number) is PersonalText


def test_05_empty_missing_and_nil_all_hold_nothing() -> None:
    """An element that is empty, blank, nil or not there comes to None, and no date of "" is tried."""
    fields: tuple[FieldName, ...] = (
        "old_number",
        "gender",
        "nationality",
        "origin",
        "permanent_address",
        "current_address",
        "father",
        "mother",
    )
    assert only("q05-empty-missing-nil.xml", *fields) == dict.fromkeys(fields)


def test_06_a_birth_may_be_known_by_its_year() -> None:
    """Without ``NgayThangNam`` the year is the date, at its precision."""
    assert only("q06-year-only.xml", "birth_date") == {"birth_date": PartialDate(1990)}


@pytest.mark.parametrize(
    ("typed", "element"),
    [("000090000001", "SoDinhDanh"), (" 000 090 000 001 ", "SoDinhDanh"), ("000000001", "SoCMND")],
)
def test_07_a_number_goes_where_its_digits_belong(typed: str, element: str) -> None:
    """Trimmed and checked, 12 digits go into one element and 9 into the other; anything else is not sent."""
    body = request("SoDinhDanh|SoCMND", number=typed).body.decode()
    assert f"<dan:{element}>{typed.replace(' ', '')}</dan:{element}>" in body
    for wrong in ("00000000a", "0000000001", "00009000000"):
        with pytest.raises(InvalidInput):
            request("SoDinhDanh|SoCMND", number=wrong)


def test_08_a_conversion_may_drop_the_envelope() -> None:
    """From the Envelope, from the Body or from the collection on, the tree holds the same record."""
    names = [name for name in DOCUMENTS if name.startswith("q08")]
    records = [found(name, "name", "birth_date", "ethnic_group", "old_number") for name in names]
    assert len(records) == 3 and records[0] == records[1] == records[2]
    assert (records[0][0].number, records[0][0].birth_date) == ("000090000001", PartialDate(1990, 1, 2))


@pytest.mark.parametrize("name", ["q09-xml-in-json-message.json", "q09-json-string-lost-escapes.json"])
def test_09_xml_stands_in_json(name: str) -> None:
    """Beside an error code, or as a string whose line ends lost their backslash, it is the same answer."""
    assert found(name, "name", "old_number") == found("q01-whole-name-in-ten.xml", "name", "old_number")


def test_09_json_in_xml_is_no_answer() -> None:
    """Records of the bulk service hold JSON as text; read as a look-up they are an outage and not empty fields."""
    with pytest.raises(Unavailable) as caught:
        found("q09-json-in-xml.xml", "name")
    assert caught.value.code == "unknown_answer"


def test_10_prefixes_mean_nothing() -> None:
    """Any prefixes bind the namespaces, and text that looks like one stays text."""
    address = only("q10-prefixes-in-values.xml", "permanent_address")["permanent_address"]
    assert address.detail == 'TỔ ns1:5, soapenv:Body, <?xml version="1.0"?>'


def test_11_a_record_may_be_an_object_or_an_array() -> None:
    """One is one, and several stay several: nobody takes the first."""
    assert [record.number for record in found("q11-one-record.json")] == ["000090000001"]
    assert [record.number for record in found("q11-array-of-records.json")] == ["000090000001", "000090000002"]


def test_12_a_district_may_be_stale_absent_or_empty() -> None:
    """Codes stay as they came, an old place beside new ones; no district is looked for where none is given."""
    values = only(
        "q12-district-stale-absent-empty.xml",
        "birth_registration_place",
        "origin",
        "permanent_address",
        "current_address",
    )
    assert [(place.province, place.district, place.commune) for place in values.values()] == [
        ("01", "001", "00001"),
        ("66", "555", "22015"),
        ("66", None, "22015"),
        ("66", None, "22015"),
    ]
    assert str(values["birth_registration_place"]).endswith("Phường Phúc Xá, Quận Ba Đình, thành phố Hà Nội")


def test_13_a_detail_that_repeats_the_names_is_kept_as_it_is() -> None:
    """``ChiTiet`` is never cut; only the text for people does not say the same name twice."""
    values = only("q13-detail-repeats-names.xml", "birth_registration_place", "origin")
    repeating = values["birth_registration_place"]
    assert repeating.detail == "SỐ 1 NGÕ MẪU, PHƯỜNG PHÚC XÁ, QUẬN BA ĐÌNH, HÀ NỘI"
    assert str(repeating).lower().count("phúc xá") == 1
    assert values["origin"].detail == "THÔN MẪU"


def test_14_a_credential_changes_headers_and_not_the_body() -> None:
    """Provinces differ in what stands around the same document."""
    bare = request("MaYeuCau", "SoDinhDanh")
    for header in (("Authorization", "Basic x"), ("lgspaccesstoken", "x"), ("X-Road-Client", "A/B")):
        assert bare.with_headers(header).body == bare.body


@pytest.mark.parametrize(
    ("name", "exists"), [("q15-boolean.xml", True), ("q15-count.xml", False), ("q15-flag.json", True)]
)
def test_15_a_confirmation_is_a_word_a_count_or_json(name: str, exists: bool) -> None:
    """Three provinces answer service B in three ways, each a clear yes or no."""
    style = WireStyle(opened=SKINS[DOCUMENTS[name]["skin"]])
    assert read_confirmation(WireReply(200, (), (GOLDEN / name).read_bytes()), style) is exists


@pytest.mark.parametrize("procedure", ["", " ", None])
def test_16_no_question_goes_out_without_its_procedure(procedure: Any) -> None:
    """``MaDVC`` is never sent empty for somebody behind us to fill."""
    with pytest.raises(InvalidInput) as caught:
        Purpose(procedure=procedure, unit="000.00.00.X00", officer=Officer("mau"), dossier="MAU-0001")
    assert (caught.value.code, caught.value.field) == ("invalid_purpose", "procedure")


def test_17_what_is_typed_cannot_break_a_request() -> None:
    """Markup in a value is escaped in XML and quoted in JSON, and nothing follows the Envelope."""
    evil = '</dan:TaiKhoan><dan:SoDinhDanh>&"\\'
    body = request("TaiKhoan", "SoDinhDanh", account=evil).body
    assert b"&lt;/dan:TaiKhoan&gt;&lt;dan:SoDinhDanh&gt;&amp;" in body
    assert body.count(b"<dan:SoDinhDanh>") == 1 and body.endswith(b"</soapenv:Envelope>")
    assert json.loads(request("TaiKhoan", account=evil, json_form=True).body) == {"TaiKhoan": evil}


def test_18_no_two_requests_bear_one_reference() -> None:
    """``MaYeuCau`` is a ULID of 26 characters, other for each of many requests of one millisecond."""
    counter = iter(range(10_000))
    make = ulid_maker(lambda: 1_700_000_000.0, lambda count: next(counter).to_bytes(count, "big"))
    made = Counter(make() for _ in range(1000))
    assert made.most_common(1)[0][1] == 1
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", reference) for reference in made)
    assert b"<dan:MaYeuCau>demo-1</dan:MaYeuCau>" in request("MaYeuCau").body


def test_19_one_value_goes_out_under_either_name() -> None:
    """The integration code is ``MaTichHop`` or ``MaDichVu``, as the profile lists it, and each name once."""
    for name in ("MaTichHop", "MaDichVu"):
        assert request("MaDVC", name).body.count(f"<dan:{name}>037</dan:{name}>".encode()) == 1


def test_19_a_name_of_the_portal_is_no_empty_address() -> None:
    """``NoiOHienNay`` belongs to accounts of the portal; read as a record it is an outage, not "no address"."""
    with pytest.raises(Unavailable) as caught:
        found("q19-name-of-the-portal.xml", "current_address")
    assert caught.value.code == "unknown_answer"


def test_20_a_child_has_no_old_number_and_an_empty_spouse_is_nobody() -> None:
    """An empty ``SoCMND`` and a ``VoChong`` block of empty parts hold nothing."""
    (record,) = found("q20-child-without-old-number.xml", "old_number", "spouse", "birth_date")
    assert record.number == "000320000004"
    assert record.values == {"old_number": None, "spouse": None, "birth_date": PartialDate(2020, 3, 1)}
