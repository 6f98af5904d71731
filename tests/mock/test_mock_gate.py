"""The mock's gate and its reading of requests: as strict as the real thing."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest

from dancu_mock import FAULT_NUMBERS, PEOPLE, SCENARIOS, Mock, MockSettings, Raw, Reply, Request
from dancu_mock.access import GATES, Visit
from dancu_mock.memory import Memory

NOW = 1_700_000_000.0
SETTINGS = MockSettings(secret="synthetic-secret")
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
LOOK_UP = (
    "<d:MaYeuCau>{id}</d:MaYeuCau><d:MaDVC>1.004194</d:MaDVC><d:MaTichHop>037</d:MaTichHop><d:MaCanBo>a</d:MaCanBo>"
    "<d:SoDinhDanh>066790000001</d:SoDinhDanh><d:HoVaTen>NGUYENTHIMAU</d:HoVaTen>"
    "<d:NgayThangNamSinh><d:NgayThangNam>19900102</d:NgayThangNam></d:NgayThangNamSinh>"
)


def envelope(inside: str, operation: str = "TraCuuThongTinCongDan") -> bytes:
    """A request by hand, with a prefix no client uses."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:d="http://dancuquocgia.bca"><s:Body>'
        f"<d:{operation}>{inside}</d:{operation}></s:Body></s:Envelope>"
    ).encode()


def signed(
    body: bytes, *, stamp: str = "1700000000000", path: str = "/dancu/tracuu", secret: str = "synthetic-secret"
) -> Request:
    """A request with T1 credentials made here, not by the SDK."""
    digest = hashlib.sha256(f"{path}demo-app{stamp}{secret}".encode()).hexdigest()
    basic = base64.b64encode(f"demo-app:{digest}".encode()).decode()
    headers = (("Authorization", f"Basic {basic}"), ("Timestamp", stamp), ("Content-Type", "application/xml"))
    return Request("POST", path, headers, body)


def handle(request: Request, settings: MockSettings = SETTINGS) -> Reply:
    """The well-formed answer of a fresh mock at a fixed time."""
    reply = Mock(settings, now=lambda: NOW).handle(request)
    assert isinstance(reply, Reply)
    return reply


def test_the_published_vector_is_admitted() -> None:
    """The hash of wire.md §2.1 opens the gate, and one digit less does not."""
    right = "811f4870aa8a05f04fe389734fb2b5a85ea1540985fde44d770717226a1f76a5"
    for digest, opens in ((right, True), (right[:-1], False), (right.upper(), False)):
        basic = base64.b64encode(f"demo-app:{digest}".encode()).decode()
        request = Request("POST", "/", (("Authorization", f"Basic {basic}"), ("Timestamp", "1700000000000")), b"")
        visit = Visit(request, SETTINGS, Memory(), "/dancu/tracuu", NOW)
        assert GATES["hash-basic"].admits(visit) is opens


@pytest.mark.parametrize(
    ("stamp", "status"),
    [
        ("1700000000000", 200),
        ("1699999700000", 200),
        ("1699999699000", 401),
        ("1700000301000", 401),
        ("1700000000", 401),
        ("17000000000000", 401),
        ("1700000000000 ", 401),
        ("", 401),
    ],
)
def test_the_timestamp_is_in_its_unit_and_in_time(stamp: str, status: int) -> None:
    """Milliseconds of 13 digits within 5 minutes pass; anything else is 401."""
    assert handle(signed(envelope(LOOK_UP.format(id="a")), stamp=stamp)).status == status


def test_a_gate_of_seconds_refuses_milliseconds() -> None:
    """The unit is a setting of the platform."""
    settings = replace(SETTINGS, timestamp="seconds")
    assert handle(signed(envelope(LOOK_UP.format(id="a")), stamp="1700000000"), settings).status == 200
    assert handle(signed(envelope(LOOK_UP.format(id="a"))), settings).status == 401


def test_the_hash_covers_the_service() -> None:
    """A hash over the look-up's URL does not open the confirmation."""
    request = signed(envelope(LOOK_UP.format(id="a")))
    assert handle(replace(request, target="/dancu/xacthuc")).status == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [({"method": "GET"}, 405), ({"target": "/elsewhere"}, 404), ({"target": "/dancu/tracuu?a=1"}, 404)],
)
def test_method_and_path_are_exact(change: dict[str, str], status: int) -> None:
    """Another method is 405, another path 404; a query is another path."""
    assert handle(replace(signed(envelope(LOOK_UP.format(id="a"))), **change)).status == status  # type: ignore[arg-type]  # names and texts of the case


def test_another_content_type_is_refused() -> None:
    """JSON is 415."""
    request = signed(b"{}")
    headers = tuple((name, "application/json" if name == "Content-Type" else value) for name, value in request.headers)
    assert handle(replace(request, headers=headers)).status == 415


ELEMENTS = LOOK_UP.format(id="a").replace("><d:Ma", ">|<d:Ma").replace("><d:So", ">|<d:So").replace("><d:Ho", ">|<d:Ho")
PARTS = ELEMENTS.replace("><d:NgayThangNamSinh", ">|<d:NgayThangNamSinh").split("|")


@pytest.mark.parametrize("place", range(len(PARTS) - 1))
def test_order_matters(place: int) -> None:
    """Two neighbouring elements the wrong way round are a fault."""
    swapped = list(PARTS)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    reply = handle(signed(envelope("".join(swapped))))
    assert (reply.status, b"Fault" in reply.body) == (500, True)


@pytest.mark.parametrize("place", range(len(PARTS)))
def test_every_element_is_needed_once(place: int) -> None:
    """A missing and a doubled element are faults."""
    assert handle(signed(envelope("".join(PARTS[:place] + PARTS[place + 1 :])))).status == 500
    assert handle(signed(envelope("".join([*PARTS[: place + 1], *PARTS[place:]])))).status == 500


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("037", "003"),
        ("066790000001", "0" * 11 + "x"),
        ("066790000001", "999"),
        ("NGUYENTHIMAU", "NGUYỄN THỊ MẪU"),
        ("NGUYENTHIMAU", "nguyenthimau"),
        ("19900102", "02/01/1990"),
        ("19900102</d:NgayThangNam>", "19900102</d:NgayThangNam><d:Nam>1990</d:Nam>"),
        ("<d:MaYeuCau>a", f"<d:MaYeuCau>{'a' * 41}"),
    ],
)
def test_a_malformed_value_is_a_fault(old: str, new: str) -> None:
    """Codes, numbers, names and dates have one form each."""
    reply = handle(signed(envelope(LOOK_UP.format(id="a").replace(old, new))))
    assert (reply.status, b"MOCK" in reply.body) == (500, True)


def test_a_number_that_somebody_may_bear_is_not_matched_and_flagged() -> None:
    """The mock has a record for invented numbers only, and its journal says when another was asked about."""
    mock = Mock(SETTINGS, now=lambda: NOW)
    for place, number in enumerate(("066" + "0" + "90000001", "066790000001")):
        mock.handle(signed(envelope(LOOK_UP.format(id=f"a{place}").replace("066790000001", number))))
    assert [(call.outcome, call.real_number) for call in mock.journal.calls] == [
        ("not_matched", True),
        ("found", False),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<a/>", b"not xml", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', b"\xff\xfe<\x00"]
)
def test_what_is_no_envelope_is_a_fault(body: bytes) -> None:
    """Anything but one operation in a SOAP 1.1 envelope in UTF-8 is a fault."""
    assert handle(signed(body)).status == 500


def test_an_id_is_good_once() -> None:
    """A second request under the same MaYeuCau is a fault."""
    mock = Mock(SETTINGS, now=lambda: NOW)
    first, second = (
        mock.handle(signed(envelope(LOOK_UP.format(id="a")))),
        mock.handle(signed(envelope(LOOK_UP.format(id="a")))),
    )
    assert isinstance(first, Reply) and isinstance(second, Reply)
    assert (first.status, second.status) == (200, 500)
    assert [call.outcome for call in mock.journal.calls] == ["found", "fault"]


@pytest.mark.parametrize(("licensed", "code"), [("licensed_procedures", b'"004"'), ("licensed_officers", b'"005"')])
def test_licences_are_checked(licensed: str, code: bytes) -> None:
    """A procedure or officer without a licence is 403 with its code."""
    settings = replace(SETTINGS, **{licensed: frozenset({"other"})})  # type: ignore[arg-type]  # a field of the settings
    reply = handle(signed(envelope(LOOK_UP.format(id="a"))), settings)
    assert (reply.status, code in reply.body) == (403, True)


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        ("19900102", "19900102", True),
        ("19900102", "1990-01-02", True),
        ("<d:NgayThangNam>19900102</d:NgayThangNam>", "<d:Nam>1990</d:Nam>", True),
        ("19900102", "19900201", False),
        ("NGUYENTHIMAU", "NGUYENTHIMAI", False),
        ("066790000001", "066790000007", False),
    ],
)
def test_all_three_keys_must_fit(old: str, new: str, fits: bool) -> None:
    """One wrong key gives a well-formed empty collection."""
    body = handle(signed(envelope(LOOK_UP.format(id="a").replace(old, new)))).body
    assert (b"<ns1:CongDan>" in body) is fits
    assert b"CongdanCollection" in body


def test_every_answer_says_that_a_mock_gave_it() -> None:
    """The mock's header is on every well-formed answer."""
    for request in (signed(envelope(LOOK_UP.format(id="a"))), signed(b""), Request("GET", "/", (), b"")):
        assert ("X-Dancu-Mock", "1") in handle(request).headers


def test_every_scenario_plays() -> None:
    """Each named fault gives an answer of its own and is in the journal; reserved numbers name them all."""
    assert list(SCENARIOS) == sorted(SCENARIOS)
    assert sorted(FAULT_NUMBERS.values()) == list(SCENARIOS)
    assert (FAULT_NUMBERS["000990000000"], FAULT_NUMBERS["000990000013"]) == ("close_silently", "hang")
    mock = Mock(SETTINGS, now=lambda: NOW)
    for place, name in enumerate(sorted(set(SCENARIOS) - {"gzip_bomb"})):
        with mock.scenario(name):
            assert isinstance(mock.handle(signed(envelope(LOOK_UP.format(id=f"s{place}")))), Reply | Raw)
        assert mock.journal.calls[-1].outcome == name
    with pytest.raises(ValueError, match="no such scenario"):
        mock.scenario("nonsense")


def test_a_scenario_ends_after_its_count() -> None:
    """``times`` calls fail and the next one is served."""
    mock = Mock(SETTINGS, now=lambda: NOW)
    mock.scenario("html_200", 2)
    for place in range(3):
        mock.handle(signed(envelope(LOOK_UP.format(id=f"t{place}"))))
    assert [call.outcome for call in mock.journal.calls] == ["html_200", "html_200", "found"]


def test_the_register_is_invented_and_of_many_kinds() -> None:
    """At least 14 people, each with a number of their own that nobody can bear."""
    from dancu import is_synthetic

    numbers = [person.asked_number for person in PEOPLE]
    assert len(numbers) == len(set(numbers)) >= 14
    assert all(map(is_synthetic, numbers))
