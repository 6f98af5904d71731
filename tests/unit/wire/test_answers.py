from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dancu.errors import Code, DancuError, Rejected, Unavailable
from dancu.wire.services.confirm import read_confirmation
from dancu.wire.services.lookup import read_lookup
from dancu.wire.services.spec import WireStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.wire.messages import WireReply

    Wrap = Callable[[str], bytes]
    Reply = Callable[..., WireReply]

STYLE = WireStyle()
LENIENT = WireStyle(empty_body="not_matched")
PAYLOAD = "http://www.mic.gov.vn/dancu/1.0"
OPERATION = "http://dancuquocgia.bca"


def test_a_citizen_is_found(collection: Wrap, record: str, reply: Reply) -> None:
    """One record in the collection is one record, with the fields asked for."""
    (found,) = read_lookup(reply(collection(record)), STYLE, ("name",))
    assert found.number == "000090000001"
    assert found.values == {"name": "NGUYỄN VĂN MẪU"}


def test_several_records_stay_several(collection: Wrap, record: str, reply: Reply) -> None:
    """Who is meant among several is not decided here."""
    assert len(read_lookup(reply(collection(record * 3)), STYLE, ())) == 3


def test_another_prefix_is_the_same_answer(reply: Reply) -> None:
    """A platform that binds the namespaces otherwise is understood."""
    body = (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<CongdanCollection xmlns="{PAYLOAD}"><CongDan><SoDinhDanh>000090000001</SoDinhDanh></CongDan>'
        "</CongdanCollection></S:Body></S:Envelope>"
    )
    assert read_lookup(reply(body.encode()), STYLE, ())[0].number == "000090000001"


@pytest.mark.parametrize("inside", ["", " \n", "<!-- nobody -->"])
def test_an_empty_collection_matches_nobody(collection: Wrap, reply: Reply, inside: str) -> None:
    """Only a recognised collection without records says that nobody fits."""
    assert read_lookup(reply(collection(inside)), STYLE, ()) == ()


def test_an_empty_body_is_an_outage_unless_the_profile_knows_better(envelope: Wrap, reply: Reply) -> None:
    """A Body without a collection is ``empty_answer``; a profile may say that it means nobody."""
    with pytest.raises(Unavailable) as caught:
        read_lookup(reply(envelope("")), STYLE, ())
    assert caught.value.code == "empty_answer"
    assert read_lookup(reply(envelope("")), LENIENT, ()) == ()
    assert read_confirmation(reply(envelope("")), LENIENT) is False
    with pytest.raises(Unavailable):
        read_confirmation(reply(envelope("")), STYLE)


@pytest.mark.parametrize("style", [STYLE, LENIENT])
@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<soapenv:Fault><faultcode>soapenv:Server</faultcode></soapenv:Fault>", "provider_fault"),
        ("<CongdanCollection/>", "unknown_answer"),
        (f'<CongdanCollection xmlns="{OPERATION}"/>', "unknown_answer"),
        (f'<CongDan xmlns="{PAYLOAD}"/>', "unknown_answer"),
        (f'<CongdanCollection xmlns="{PAYLOAD}">khong tim thay</CongdanCollection>', "unknown_answer"),
        (f'<CongdanCollection xmlns="{PAYLOAD}"><Loi>01</Loi></CongdanCollection>', "unknown_answer"),
        (f'<CongdanCollection xmlns="{PAYLOAD}"><CongDan/></CongdanCollection>', "unknown_answer"),
        (f'<CongdanCollection xmlns="{PAYLOAD}"><CongDan xmlns=""/></CongdanCollection>', "unknown_answer"),
        (f'<CongdanCollection xmlns="{PAYLOAD}"/><b/>', "unknown_answer"),
        (f'<KetQuaXacThuc xmlns="{OPERATION}"><TonTai>false</TonTai></KetQuaXacThuc>', "unknown_answer"),
        ("khong tim thay", "unknown_answer"),
    ],
)
def test_an_outage_is_never_nobody(envelope: Wrap, reply: Reply, inside: str, code: Code, style: WireStyle) -> None:
    """A fault, another payload, text and a record of no known shape raise, whatever the profile says."""
    with pytest.raises(Unavailable) as caught:
        read_lookup(reply(envelope(inside)), style, ())
    assert caught.value.code == code


@pytest.mark.parametrize("body", [b"", b" ", b"<html/>", b"<!doctype html><p>404", b"{}", b"null", b"<a>", b"\xff"])
def test_no_document_is_never_nobody(reply: Reply, body: bytes) -> None:
    """An empty body, a page, JSON and broken bytes under HTTP 200 raise in both services."""
    for read in (lambda: read_lookup(reply(body), LENIENT, ()), lambda: read_confirmation(reply(body), LENIENT)):
        with pytest.raises(Unavailable):
            read()


def test_a_cut_answer_is_unreadable(collection: Wrap, record: str, reply: Reply) -> None:
    """No proper beginning of an answer is an answer."""
    whole = collection(record)
    for end in range(0, len(whole) - 1, 97):
        with pytest.raises(Unavailable):
            read_lookup(reply(whole[:end]), LENIENT, ())


@pytest.mark.parametrize("root", ["KetQuaXacThucResponse", "KetQuaXacThuc", "XacThucThongTinCongDanResponse"])
@pytest.mark.parametrize(
    ("word", "exists"), [("true", True), ("1", True), ("false", False), ("0", False), (" true ", True)]
)
def test_a_confirmation_says_yes_or_no(envelope: Wrap, reply: Reply, root: str, word: str, exists: bool) -> None:
    """``TonTai`` under any of the three roots is the answer."""
    inside = f'<ns2:{root} xmlns:ns2="{OPERATION}"><ns2:TonTai>{word}</ns2:TonTai></ns2:{root}>'
    assert read_confirmation(reply(envelope(inside)), STYLE) is exists


@pytest.mark.parametrize(
    "inside",
    [
        f'<KetQuaXacThuc xmlns="{OPERATION}"/>',
        f'<KetQuaXacThuc xmlns="{OPERATION}">true</KetQuaXacThuc>',
        f'<KetQuaXacThuc xmlns="{OPERATION}"><TonTai/></KetQuaXacThuc>',
        f'<KetQuaXacThuc xmlns="{OPERATION}"><TonTai>co</TonTai></KetQuaXacThuc>',
        f'<KetQuaXacThuc xmlns="{OPERATION}"><TonTai>TRUE</TonTai></KetQuaXacThuc>',
        f'<KetQuaXacThuc xmlns="{OPERATION}"><TonTai>true</TonTai><TonTai>false</TonTai></KetQuaXacThuc>',
        f'<KetQuaXacThuc xmlns="{OPERATION}"><TonTai xmlns="">true</TonTai></KetQuaXacThuc>',
        '<KetQuaXacThuc xmlns="urn:other"><TonTai>true</TonTai></KetQuaXacThuc>',
        f'<CongdanCollection xmlns="{PAYLOAD}"/>',
    ],
)
def test_a_confirmation_without_yes_or_no_is_an_outage(envelope: Wrap, reply: Reply, inside: str) -> None:
    """Another word, no word, two words or another payload are neither yes nor no."""
    for style in (STYLE, LENIENT):
        with pytest.raises(Unavailable):
            read_confirmation(reply(envelope(inside)), style)


def test_a_fault_under_500_is_the_fault(envelope: Wrap, reply: Reply) -> None:
    """SOAP 1.1 sends faults under HTTP 500; any other 500 is an HTTP error that may pass."""
    fault = envelope("<soapenv:Fault><faultcode>soapenv:Client</faultcode></soapenv:Fault>")
    with pytest.raises(Unavailable) as caught:
        read_lookup(reply(fault, 500), STYLE, ())
    assert (caught.value.code, caught.value.retryable) == ("provider_fault", False)
    for body in (b"", b"<html/>", envelope("")):
        with pytest.raises(Unavailable) as other:
            read_lookup(reply(body, 500), LENIENT, ())
        assert (other.value.code, other.value.detail, other.value.retryable) == ("http_error", "HTTP 500", True)


def test_a_record_under_another_status_is_not_read(collection: Wrap, record: str, reply: Reply) -> None:
    """A refusal stays a refusal, whatever stands in its body."""
    for status, error in ((500, Unavailable), (403, Rejected), (206, Unavailable), (302, Unavailable)):
        expected: type[DancuError] = error
        with pytest.raises(expected):
            read_lookup(reply(collection(record), status), LENIENT, ("name",))


@pytest.mark.parametrize(("count", "exists"), [("0", False), ("1", True), ("2", True)])
def test_a_count_confirms_too(envelope: Wrap, reply: Reply, count: str, exists: bool) -> None:
    """Where a platform counts instead of saying yes or no, zero is nobody (wire.md §7.3)."""
    inside = (
        f'<XacThucThongTinCongDanResponse xmlns="{OPERATION}"><SoLuongCongDan>{count}</SoLuongCongDan>'
        "</XacThucThongTinCongDanResponse>"
    )
    assert read_confirmation(reply(envelope(inside)), STYLE) is exists


@pytest.mark.parametrize("count", ["", "-1", "x", "1.0"])
def test_a_count_that_is_none_is_unknown(envelope: Wrap, reply: Reply, count: str) -> None:
    """Anything but digits is no answer about the person."""
    inside = f'<KetQuaXacThuc xmlns="{OPERATION}"><SoLuongCongDan>{count}</SoLuongCongDan></KetQuaXacThuc>'
    with pytest.raises(Unavailable) as caught:
        read_confirmation(reply(envelope(inside)), STYLE)
    assert caught.value.code == "unknown_answer"
