"""Faults by name: everything that stands between a question and an answer, made to order.

Each scenario is a pure function of a good answer's body. Any client in any language can ask for
one by its reserved number (`dancu_mock.FAULT_NUMBERS`).
"""

from __future__ import annotations

import functools
import gzip
from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu_mock.messages import Raw, Reply
from dancu_mock.people import PEOPLE
from dancu_mock.render import collection, envelope, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Scenario = Callable[[bytes], Reply | Raw]

__all__ = ["AT_THE_GATE", "SCENARIOS", "play"]

_XML = (("Content-Type", "application/xml; charset=utf-8"),)
_HTML = (("Content-Type", "text/html"),)
_PAGE = b"<html><head><title>MOCK</title></head><body><h1>Service Unavailable</h1></body></html>"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nX-Dancu-Mock: 1\r\n"
_MARK = "Bao cao thanh tra"
_PAYLOAD = 'xmlns:ns1="http://www.mic.gov.vn/dancu/1.0"'


def _xml(body: bytes, status: int = 200) -> Reply:
    return Reply(status, _XML, body)


def _whole(body: bytes) -> bytes:
    return _OK + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _with_doctype(encoding: str, declared: str) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        f"<a>{_MARK} &e;</a>"
    )
    return text.encode(encoding)


def _drip(head: bytes, dripped: bytes) -> Raw:
    pieces = tuple(bytes([byte]) for byte in dripped)
    return Raw((head, *pieces), (0.0, *(0.05 for _ in pieces)), "hang")


def _redirect(body: bytes) -> Reply:
    return Reply(302, (("Location", "file:///etc/hostname"),), b"")


def _informational(body: bytes) -> Raw:
    return Raw((b"HTTP/1.1 102 Processing\r\n\r\n" * 100,) * 500, (), "hang")


def _elements(count: int) -> bytes:
    return envelope(f"<ns1:CongdanCollection {_PAYLOAD}>{'<ns1:CongDan/>' * count}</ns1:CongdanCollection>")


def _gzip(body: bytes) -> Reply:
    return Reply(200, (*_XML, ("Content-Encoding", "gzip")), gzip.compress(body, mtime=0))


@functools.cache
def _bomb() -> Reply:
    """64 MiB of spaces, compressed once."""
    return _gzip(b" " * (64 * 1024 * 1024))


def _somebody_else(body: bytes) -> bytes:
    """A good answer about a person who is not in this one."""
    return next(collection((person,)) for person in reversed(PEOPLE) if person.record_number.encode() not in body)


def _twice(body: bytes) -> bytes:
    """The first number of the record stands there twice."""
    return body.replace(b"<ns1:GioiTinh>", b"<ns1:SoDinhDanh>066790000099</ns1:SoDinhDanh><ns1:GioiTinh>", 1)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "close_silently": lambda body: Raw((), (), "close"),
        "deep_nesting": lambda body: _xml(envelope("<a>" * 100 + "</a>" * 100)),
        "drip_body": lambda body: _drip(_OK + b"Content-Length: %d\r\n\r\n" % len(body), body[:400]),
        "drip_head": lambda body: _drip(b"HTTP", _whole(body)[4:400]),
        "duplicate_element": lambda body: _xml(_twice(body)),
        "element_flood": lambda body: _xml(_elements(9_000)),
        "empty_body": lambda body: _xml(b""),
        "empty_soap_body": lambda body: _xml(envelope("")),
        "error_500": lambda body: Reply(500, (("Content-Type", "text/plain"),), b"MOCK: internal error"),
        "flood_1xx": _informational,
        "garbage_head": lambda body: Raw((b"\x00\x01 no protocol \xff\r\n\r\n",), (), "close"),
        "gzip_bomb": lambda body: _bomb(),
        "gzip_small": _gzip,
        "hang": lambda body: Raw((), (), "hang"),
        "html_200": lambda body: Reply(200, _HTML, _PAGE),
        "html_502": lambda body: Reply(502, _HTML, _PAGE),
        "maintenance_503": lambda body: Reply(503, (*_HTML, ("Retry-After", "120")), _PAGE),
        "oversized": lambda body: _xml(body + b" " * (4 * 1024 * 1024)),
        "redirect": _redirect,
        "reset": lambda body: Raw((), (), "reset"),
        "reset_mid_body": lambda body: Raw((_whole(body)[:-200],), (), "reset"),
        "soap_fault_200": lambda body: _xml(fault("Server", "invented fault")),
        "soap_fault_500": lambda body: _xml(fault("Server", "invented fault"), 500),
        "split_bytes": lambda body: Raw(tuple(bytes([byte]) for byte in _whole(body)), (), "keep"),
        "te_and_cl": lambda body: Raw(
            (_OK + b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n" % len(body) + _chunked(body),),
            (),
            "keep",
        ),
        "throttled": lambda body: Reply(429, (("Retry-After", "7"),), b""),
        "truncated_document": lambda body: _xml(body[: len(body) * 2 // 3]),
        "truncated_length": lambda body: Raw((_whole(body)[:-100],), (), "close"),
        "two_answers": lambda body: Raw((_whole(body) + _whole(envelope("")),), (), "keep"),
        "two_lengths": lambda body: Raw((_OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello",), (), "close"),
        "unknown_root": lambda body: _xml(b'<?xml version="1.0"?><answer><ok>true</ok></answer>'),
        "utf16_doctype": lambda body: _xml(_with_doctype("utf-16", "UTF-16")),
        "utf7_doctype": lambda body: _xml(_utf7()),
        "utf8_doctype": lambda body: _xml(_with_doctype("utf-8", "UTF-8")),
        "wrong_charset": lambda body: _xml(body.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1)),
        "wrong_hash": lambda body: Reply(401, (("Content-Type", "application/json"),), b'{"error":"unauthorized"}'),
        "wrong_person": lambda body: _xml(_somebody_else(body)),
    }
)
"""Scenario by name; sorted."""

AT_THE_GATE = "wrong_hash"
"""The one fault that comes before the request is read, as a refused credential does."""


def _chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def _utf7() -> bytes:
    declaration = b'<?xml version="1.0" encoding="UTF-7"?>'
    hidden = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'.encode("utf-7")
    return declaration + hidden.replace(b"<", b"+ADw-").replace(b">", b"+AD4-").replace(b"&", b"+ACY-")


def play(name: str, body: bytes) -> Reply | Raw:
    """A scenario's answer, given the body that a good answer would have had."""
    return SCENARIOS[name](body)
