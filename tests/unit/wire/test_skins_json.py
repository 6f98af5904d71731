"""The seven skins on one record: what each makes of an answer, a refusal, and of everything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.fields import FieldName
from dancu.errors import Code, Rejected, Unavailable
from dancu.wire.dialects import read_collection
from dancu.wire.limits import BODY_BYTES, DEPTH, ELEMENTS
from dancu.wire.skins import REQUEST_FORMS, SKINS
from dancu.wire.xml import Element, local_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.wire.dialects.record import Record

EVERY: tuple[FieldName, ...] = get_args(FieldName)
JSON_SKINS = [skin for skin in SKINS if skin != "soap"]
WRAPPERS = ["result-object", "coded-response"]
TREE: dict[str, Any] = {"CongdanCollection": {"CongDan": {"SoDinhDanh": "000090000001", "HoVaTen": "NGUYỄN VĂN MẪU"}}}
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0"><CongDan><SoDinhDanh>000090000001</SoDinhDanh>'
    "<HoVaTen>NGUYỄN VĂN MẪU</HoVaTen></CongDan></CongdanCollection></e:Body></e:Envelope>"
)
EMPTY_BODY = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>'
BROKEN = [b"", b" ", b"null", b"[]", b"{}", b'""', b"true", b"0", b"{", b'{"data":', b"\xff", b"<html/>", b"<a>", b"x"]


def wrapped(skin: str, inside: Any) -> bytes:
    """An answer of a skin around XML text, a tree or a yes or no."""
    if skin == "soap":
        return str(inside).encode()
    success = {"StatusCode": 200, "Status": "SUCCESS", "ThrowException": False, "Description": None}
    whole = {
        "json-message": {"error_code": "0", "message": inside},
        "result-object": {**success, "ResultObject": inside},
        "coded-response": {"code": "200", "status": "x", "correlationId": "demo", "response": inside},
    }
    return json.dumps(whole.get(skin, inside)).encode()


def records(payload: Element | bool | None) -> tuple[Record, ...]:
    """The records of a payload."""
    assert isinstance(payload, Element)
    return read_collection(payload, EVERY, "auto")


def refusal(skin: str, body: bytes) -> tuple[Code, str | None]:
    """Code and detail of the error that an answer comes to."""
    with pytest.raises((Rejected, Unavailable)) as caught:
        SKINS[skin](body)
    assert "CANARY" not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value.code, caught.value.detail


def test_each_skin_has_a_form_of_request() -> None:
    """The two tables name the same skins."""
    assert SKINS.keys() == REQUEST_FORMS.keys()
    assert set(REQUEST_FORMS.values()) == {"soap", "json"}


@pytest.mark.parametrize("skin", ["soap", "json-message", "json-string", *WRAPPERS])
def test_xml_text_is_opened(skin: str) -> None:
    """The envelope inside is the answer; an empty Body is None for the profile to judge."""
    (found,) = records(SKINS[skin](wrapped(skin, XML)))
    assert (found.number, found.name) == ("000090000001", "NGUYỄN VĂN MẪU")
    assert SKINS[skin](wrapped(skin, EMPTY_BODY)) is None


@pytest.mark.parametrize("skin", ["json-tree", *WRAPPERS])
@pytest.mark.parametrize("level", [lambda t: t, lambda t: {"Body": t}, lambda t: {"soap:Envelope": {"soap:Body": t}}])
def test_a_tree_is_opened_at_each_level(skin: str, level: Callable[[Any], Any]) -> None:
    """Whether the conversion kept Envelope and Body or dropped them, the records are the same."""
    assert records(SKINS[skin](wrapped(skin, level(TREE))))[0].name == "NGUYỄN VĂN MẪU"


@pytest.mark.parametrize("skin", ["json-flag", *WRAPPERS])
@pytest.mark.parametrize("word", [True, False])
def test_a_json_yes_or_no_is_opened(skin: str, word: bool) -> None:
    """Only the two JSON words are one."""
    assert SKINS[skin](wrapped(skin, {"data": word})) is word


@pytest.mark.parametrize("skin", WRAPPERS)
def test_a_message_stands_in_a_wrapper(skin: str) -> None:
    """A wrapper may hold the form of json-message, with a code of its own that must say success too."""
    assert records(SKINS[skin](wrapped(skin, {"error_code": 0, "message": XML})))[0].number == "000090000001"
    assert refusal(skin, wrapped(skin, {"error_code": "-1", "message": XML}))[0] == "request_refused"


def test_every_word_of_success_is_needed() -> None:
    """In a coded response all of code, successful and errorCode must say success."""
    skin = "coded-response"
    good = {"successful": True, "errorCode": "", "message": "CANARY", **TREE}
    assert records(SKINS[skin](wrapped(skin, good)))[0].number == "000090000001"
    assert SKINS[skin](wrapped(skin, {"successful": True, "data": False})) is False
    assert refusal(skin, wrapped(skin, {**good, "successful": False}))[0] == "request_refused"
    assert refusal(skin, wrapped(skin, {**good, "errorCode": "005"}))[0] == "officer_not_licensed"
    assert refusal(skin, wrapped(skin, {"successful": True}))[0] == "unknown_answer"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"StatusCode": 401}, "credential_refused"),
        ({"StatusCode": "403"}, "request_refused"),
        ({"StatusCode": 429}, "throttled"),
        ({"StatusCode": 500}, "provider_fault"),
        ({"StatusCode": 404}, "provider_fault"),
        ({"Status": "CANARY"}, "provider_fault"),
        ({"ThrowException": True}, "provider_fault"),
        ({"ThrowException": "false"}, "unknown_answer"),
        ({"ThrowException": None}, "unknown_answer"),
        ({"StatusCode": None}, "unknown_answer"),
        ({"StatusCode": 200.5}, "unknown_answer"),
        ({"ResultObject": None}, "empty_answer"),
        ({"ResultObject": ""}, "empty_answer"),
        ({"ResultObject": []}, "unknown_answer"),
        ({"ResultObject": {}}, "unknown_answer"),
        ({"ResultObject": 1}, "unreadable_answer"),
    ],
)
def test_a_result_object_needs_all_three(change: dict[str, Any], code: Code) -> None:
    """StatusCode 200, Status SUCCESS and ThrowException false together are success, and then there must be a result."""
    whole = json.loads(wrapped("result-object", XML)) | {"Description": "CANARY"}
    assert refusal("result-object", json.dumps(whole | change).encode())[0] == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("401", "credential_refused"),
        ("403", "request_refused"),
        ("429", "throttled"),
        (500, "provider_fault"),
        ("CANARY", "provider_fault"),
        ("900901", "credential_refused"),
        (None, "unknown_answer"),
        (True, "unknown_answer"),
    ],
)
def test_another_code_is_never_an_answer(code: Any, expected: Code) -> None:
    """A coded response with another code than 200 raises, whatever it holds."""
    body = json.dumps({"code": code, "status": "CANARY", "response": XML}).encode()
    assert refusal("coded-response", body)[0] == expected


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize(
    ("said", "code"),
    [("004", "procedure_not_licensed"), ("005", "officer_not_licensed"), ("01", "request_refused")],
)
def test_opencps_refuses_instead_of_any_answer(skin: str, said: str, code: Code) -> None:
    """Its error object under HTTP 200 is a refusal under every skin."""
    assert refusal(skin, json.dumps({"message": "CANARY", "errorCode": said}).encode()) == (code, f"errorCode {said}")


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_answer_is_an_outage(skin: str, body: bytes) -> None:
    """Nothing, a page, a cut document and another JSON value raise under every skin."""
    assert refusal(skin, body)[0] in {"empty_answer", "unknown_answer", "unreadable_answer"}


@pytest.mark.parametrize("skin", ["json-message", "json-string", "json-tree", *WRAPPERS])
def test_a_cut_answer_is_an_outage(skin: str) -> None:
    """No proper beginning of an answer is one."""
    whole = wrapped(skin, TREE if skin == "json-tree" else XML)
    for end in range(0, len(whole), 37):
        assert refusal(skin, whole[:end])[0] in {"empty_answer", "unreadable_answer"}


@pytest.mark.parametrize("skin", JSON_SKINS)
def test_soap_in_place_of_json_is_unknown(skin: str) -> None:
    """A SOAP answer is not of this skin; a fault is still the fault."""
    assert refusal(skin, XML.encode()) == ("unknown_answer", "SOAP where JSON is expected")
    fault = XML.replace('CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0"', "e:Fault")
    assert refusal(skin, fault.replace("</CongdanCollection", "</e:Fault").encode())[0] == "provider_fault"


def test_json_in_place_of_soap_is_unknown() -> None:
    """An object without a code we know is nothing that the skin soap reads."""
    assert refusal("soap", b' {"data": false}') == ("unknown_answer", "JSON where SOAP is expected")


@pytest.mark.parametrize(
    "members",
    [
        {"data": "true"},
        {"data": 1},
        {"data": None},
        {"data": False, "error": "CANARY"},
        {"data": [True]},
    ],
)
def test_only_a_bare_json_word_is_yes_or_no(members: dict[str, Any]) -> None:
    """Another type and a further member, which may take the word back, are no answer."""
    assert refusal("json-flag", b'{"Data": true}')[0] == "unknown_answer"
    for skin in ("json-flag", *WRAPPERS):
        assert refusal(skin, wrapped(skin, members))[0] == "unknown_answer"


@pytest.mark.parametrize("between", ["u000a", "u000au0009", "u000D", " u000a\n", "\n", ""])
def test_line_ends_without_their_backslash_are_space(between: str) -> None:
    """Between tags they are no text; inside a value the same letters stay."""
    text = XML.replace("><", f">{between}<").replace("MẪU", "MẪU u000a X") + between
    (found,) = records(SKINS["json-string"](json.dumps(text).encode()))
    assert (found.number, found.name) == ("000090000001", "NGUYỄN VĂN MẪU u000a X")


@pytest.mark.parametrize("skin", ["json-message", "json-string", *WRAPPERS])
def test_another_declared_charset_is_refused_in_text_too(skin: str) -> None:
    """The text in a JSON string is decoded already, so that it may declare UTF-8 or nothing."""
    assert records(SKINS[skin](wrapped(skin, "\ufeff" + XML)))[0].number == "000090000001"
    assert refusal(skin, wrapped(skin, XML.replace("UTF-8", "utf-16"))) == (
        "unreadable_answer",
        "a charset that is not accepted",
    )


HOSTILE = {
    "deep": ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), "answer_too_large"),
    "very deep": ("[" * 200_000, "answer_too_large"),
    "wide": (f"[{','.join(['1'] * (5 * ELEMENTS))}]", "answer_too_large"),
    "long": (json.dumps(" " * BODY_BYTES), "answer_too_large"),
    "open quotes": ('"' + '\\"' * 300_000, "unreadable_answer"),
    "twice": ('{"data":true,"data":true}', "unreadable_answer"),
    "twice, escaped": ('{"data":true,"d\\u0061ta":true}', "unreadable_answer"),
    "NaN": ('{"data":NaN}', "unreadable_answer"),
    "infinity": ('{"data":-Infinity}', "unreadable_answer"),
    "half a pair": ('{"data":"\\ud83d"}', "unreadable_answer"),
    "half a pair in a name": ('{"\\udc00":true}', "unreadable_answer"),
    "control": ('{"data":"\n"}', "unreadable_answer"),
    "trailing": ('{"data":true} x', "unreadable_answer"),
}


@pytest.mark.parametrize("skin", JSON_SKINS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_json_is_refused(skin: str, kind: str) -> None:
    """Depth, number of members and size have caps; what can be read in two ways is not read."""
    body, code = HOSTILE[kind]
    assert refusal(skin, body.encode())[0] == code


def test_json_at_the_caps_is_read() -> None:
    """As many records as XML may hold are read from a tree as well."""
    many = {"CongdanCollection": {"CongDan": [{"SoCMND": ""}] * (ELEMENTS // 2 - 1)}}
    assert len(records(SKINS["json-tree"](json.dumps(many).encode()))) == ELEMENTS // 2 - 1
    many["CongdanCollection"]["CongDan"] *= 2
    assert refusal("json-tree", json.dumps(many).encode())[0] == "answer_too_large"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([XML, EMPTY_BODY]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(
                [
                    "data",
                    "error_code",
                    "message",
                    "Envelope",
                    "Body",
                    "ns1:CongdanCollection",
                    "CongDan",
                    "@id",
                    "xsi:nil",
                ]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(list(SKINS)), st.binary(max_size=60) | values)
def test_any_answer_is_a_payload_or_a_typed_error(skin: str, whole: Any) -> None:
    """Whatever comes is an element, a yes or no, an empty Body or one of the two errors, in every skin."""
    bodies = [whole] if isinstance(whole, bytes) else [json.dumps(whole).encode()]
    bodies += [wrapped(skin, whole)] if skin != "soap" and not isinstance(whole, bytes) else []
    for body in bodies:
        try:
            found = SKINS[skin](body)
        except (Rejected, Unavailable):
            continue
        assert found is None or isinstance(found, bool) or local_name(found)
