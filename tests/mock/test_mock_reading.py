"""What the mock's reading of a request does not let pass."""

from __future__ import annotations

import pytest

from dancu_mock import Mock

from .conftest import CONFIRM, ask, confirm, confirm_2023, enveloped, look_up

WHOLE = enveloped(look_up("r"))
DATE = b"<d:NgayThangNam>19900102</d:NgayThangNam>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (DATE, b"<NgayThangNam>19900102</NgayThangNam>"),
        (DATE, b"<d:NgayThangNam>1990-0102</d:NgayThangNam>"),
        (DATE, b"<d:NgayThangNam>19901302</d:NgayThangNam>"),
        (DATE, b"<d:NgayThangNam>19900230</d:NgayThangNam>"),
        (DATE, b"<d:Nam>90</d:Nam>"),
        (DATE, "<d:Nam>١٩٩٠</d:Nam>".encode()),
        (DATE, b""),
        (b"<d:MaDVC>", b"<d:MaDVC><d:x/>"),
        (b"<d:MaDVC>", b"<MaDVC>"),
        (b">066790000001<", b"> 066790000001 <"),
        (b">066790000001<", b">000000017<"),
        (b"SoDinhDanh", b"SoCMND"),
        (b"<d:MaYeuCau>r<", b"<d:MaYeuCau><"),
        (b"http://dancuquocgia.bca", b"http://dancuquocgia.bca/"),
        (b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope"),
    ],
)
def test_an_almost_right_request_is_a_fault(old: bytes, new: bytes) -> None:
    """Namespaces, dates, numbers and values have one form; what is nearly it is a fault of the client."""
    broken = WHOLE.replace(old, new)
    if b"<MaDVC>" in broken:
        broken = broken.replace(b"</d:MaDVC>", b"</MaDVC>")
    assert broken != WHOLE
    reply = ask(Mock(), broken)
    assert (reply.status, b"soapenv:Client" in reply.body) == (500, True)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b'<?xml version="1.0" encoding="UTF-8"?>\n', 200),
        (b"<?xml version='1.0' encoding='utf-8' standalone='yes'?>", 200),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>', 200),
        (b'<?xml version="1.0"?>', 200),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>', 500),
        (b"<?xml version='1.0' encoding='UTF-16'?>", 500),
        (b"<!-- -->", 500),
    ],
)
def test_a_request_says_utf_8_or_nothing(head: bytes, status: int) -> None:
    """A declaration of another charset is a fault even where the bytes are UTF-8."""
    assert ask(Mock(), head + WHOLE).status == status


@pytest.mark.parametrize("body", [b"<a>" * 5000, WHOLE + WHOLE, WHOLE[:-1], b"\x00" * 100])
def test_what_does_not_parse_is_a_fault(body: bytes) -> None:
    """Deep, doubled, cut and binary bodies are faults."""
    assert ask(Mock(), body).status == 500


def test_two_operations_are_one_too_many() -> None:
    """A body with two operations is a fault."""
    operation = WHOLE.partition(b"<s:Body>")[2].partition(b"</s:Body>")[0]
    assert ask(Mock(), WHOLE.replace(operation, operation + operation)).status == 500


def test_an_operation_belongs_to_its_service() -> None:
    """Each service refuses the other's operation and the other's integration code."""
    assert ask(Mock(), enveloped(confirm("a"), "XacThucThongTinCongDan")).status == 500
    assert ask(Mock(), WHOLE, CONFIRM).status == 500
    assert ask(Mock(), enveloped(look_up("b"), "XacThucThongTinCongDan"), CONFIRM).status == 500


def test_the_form_of_2023_needs_a_number() -> None:
    """Both number elements are there, and at least one is filled."""
    reply = ask(Mock(), enveloped(confirm_2023("c", number=""), "XacThucThongTinCongDanRequest"), CONFIRM)
    assert reply.status == 500


@pytest.mark.parametrize("prefix", ["dan", "qldc", "soapenv", "ns1"])
def test_prefixes_do_not_matter(prefix: str) -> None:
    """Elements are known by namespace and local name."""
    renamed = WHOLE.replace(b"<d:", f"<{prefix}:".encode()).replace(b"</d:", f"</{prefix}:".encode())
    assert ask(Mock(), renamed.replace(b"xmlns:d=", f"xmlns:{prefix}=".encode())).status == 200
