"""Faults by name: everything that stands between a question and an answer, made to order.

Each scenario is a pure function of a good answer. One that is about XML changes the document inside the
skin, one that is about HTTP the whole answer. Any client in any language can ask for one by its reserved
number (`dancu_mock.FAULT_NUMBERS`).
"""

from __future__ import annotations

import functools
import gzip
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu_mock.messages import Raw, Reply
from dancu_mock.people import PEOPLE
from dancu_mock.render.markup import envelope, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu_mock.people import Person

    Scenario = Callable[["Good"], Reply | Raw]

__all__ = ["AT_THE_GATE", "SCENARIOS", "Good", "play"]

_HTML = (("Content-Type", "text/html"),)
_PAGE = b"<html><head><title>MOCK</title></head><body><h1>Service Unavailable</h1></body></html>"
_MARK = "Bao cao thanh tra"
_PAYLOAD = 'xmlns:ns1="http://www.mic.gov.vn/dancu/1.0"'


@dataclass(frozen=True, slots=True)
class Good:
    """A good answer, from which the faults are made.

    Attributes:
        document: a SOAP envelope.
        wrap: the skin around a document.
        content_type: of the answer.
        about: the document of a record of somebody's.
    """

    document: bytes
    wrap: Callable[[bytes], bytes]
    content_type: str
    about: Callable[[Person], bytes]

    @property
    def body(self) -> bytes:
        """As it goes out."""
        return self.wrap(self.document)

    @property
    def head(self) -> bytes:
        """Status line and headers, but for the body's length."""
        return f"HTTP/1.1 200 OK\r\nContent-Type: {self.content_type}\r\nX-Dancu-Mock: 1\r\n".encode()

    def reply(self, body: bytes | None = None, status: int = 200) -> Reply:
        """The answer, with another body."""
        return Reply(status, (("Content-Type", self.content_type),), self.body if body is None else body)

    def saying(self, document: bytes, status: int = 200) -> Reply:
        """Another document in the same skin."""
        return self.reply(self.wrap(document), status)

    def whole(self, body: bytes) -> bytes:
        """As bytes on the wire."""
        return self.head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _with_doctype(encoding: str, declared: str) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        f"<a>{_MARK} &e;</a>"
    )
    return text.encode(encoding)


def _drip(head: bytes, dripped: bytes) -> Raw:
    pieces = tuple(bytes([byte]) for byte in dripped)
    return Raw((head, *pieces), (0.0, *(0.05 for _ in pieces)), "hang")


def _redirect(good: Good) -> Reply:
    return Reply(302, (("Location", "file:///etc/hostname"),), b"")


def _informational(good: Good) -> Raw:
    return Raw((b"HTTP/1.1 102 Processing\r\n\r\n" * 100,) * 500, (), "hang")


def _elements(count: int) -> bytes:
    return envelope(f"<ns1:CongdanCollection {_PAYLOAD}>{'<ns1:CongDan/>' * count}</ns1:CongdanCollection>")


def _zipped(good: Good, packed: bytes) -> Reply:
    plain = good.reply(packed)
    return Reply(200, (*plain.headers, ("Content-Encoding", "gzip")), packed)


@functools.cache
def _bomb() -> bytes:
    """64 MiB of spaces, compressed once."""
    return gzip.compress(b" " * (64 * 1024 * 1024), mtime=0)


def _somebody_else(document: bytes, about: Callable[[Person], bytes]) -> bytes:
    """A good answer about a person who is not in this one."""
    return next(about(person) for person in reversed(PEOPLE) if person.record_number.encode() not in document)


def _twice(document: bytes) -> bytes:
    """The number of the record stands there twice."""
    return re.sub(rb"<(\w+):SoCMND", rb"<\1:SoDinhDanh>066790000099</\1:SoDinhDanh><\1:SoCMND", document, count=1)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "close_silently": lambda good: Raw((), (), "close"),
        "deep_nesting": lambda good: good.saying(envelope("<a>" * 100 + "</a>" * 100)),
        "drip_body": lambda good: _drip(good.whole(good.body)[: -len(good.body)], good.body[:-1][:400]),
        "drip_head": lambda good: _drip(b"HTTP", good.whole(good.body)[4:-1][:400]),
        "duplicate_element": lambda good: good.saying(_twice(good.document)),
        "element_flood": lambda good: good.saying(_elements(9_000)),
        "empty_body": lambda good: good.reply(b""),
        "empty_soap_body": lambda good: good.saying(envelope("")),
        "error_500": lambda good: Reply(500, (("Content-Type", "text/plain"),), b"MOCK: internal error"),
        "flood_1xx": _informational,
        "garbage_head": lambda good: Raw((b"\x00\x01 no protocol \xff\r\n\r\n",), (), "close"),
        "gzip_bomb": lambda good: _zipped(good, _bomb()),
        "gzip_small": lambda good: _zipped(good, gzip.compress(good.body, mtime=0)),
        "hang": lambda good: Raw((), (), "hang"),
        "html_200": lambda good: Reply(200, _HTML, _PAGE),
        "html_502": lambda good: Reply(502, _HTML, _PAGE),
        "maintenance_503": lambda good: Reply(503, (*_HTML, ("Retry-After", "120")), _PAGE),
        "oversized": lambda good: good.reply(good.body + b" " * (4 * 1024 * 1024)),
        "redirect": _redirect,
        "reset": lambda good: Raw((), (), "reset"),
        "reset_mid_body": lambda good: Raw((_cut(good),), (), "reset"),
        "soap_fault_200": lambda good: good.saying(fault("Server", "invented fault")),
        "soap_fault_500": lambda good: good.saying(fault("Server", "invented fault"), 500),
        "split_bytes": lambda good: Raw(tuple(bytes([byte]) for byte in good.whole(good.body)), (), "keep"),
        "te_and_cl": lambda good: Raw((_of_two_lengths(good),), (), "keep"),
        "throttled": lambda good: Reply(429, (("Retry-After", "7"),), b""),
        "truncated_document": lambda good: good.saying(good.document[: len(good.document) * 2 // 3]),
        "truncated_length": lambda good: Raw((_cut(good),), (), "close"),
        "two_answers": lambda good: Raw((good.whole(good.body) + good.whole(good.wrap(envelope(""))),), (), "keep"),
        "two_lengths": lambda good: Raw(
            (good.head + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello",), (), "close"
        ),
        "unknown_root": lambda good: good.saying(b'<?xml version="1.0"?><answer><ok>true</ok></answer>'),
        "utf16_doctype": lambda good: good.saying(_with_doctype("utf-16", "UTF-16")),
        "utf7_doctype": lambda good: good.saying(_utf7()),
        "utf8_doctype": lambda good: good.saying(_with_doctype("utf-8", "UTF-8")),
        "wrong_charset": lambda good: good.saying(
            good.document.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1)
        ),
        "wrong_hash": lambda good: Reply(401, (("Content-Type", "application/json"),), b'{"error":"unauthorized"}'),
        "wrong_person": lambda good: good.saying(_somebody_else(good.document, good.about)),
    }
)
"""Scenario by name; sorted."""

AT_THE_GATE = "wrong_hash"
"""The one fault that comes before the request is read, as a refused credential does."""


def _cut(good: Good) -> bytes:
    """The answer without its last third, 200 bytes at most."""
    return good.whole(good.body)[: -min(200, len(good.body) // 3)]


def _of_two_lengths(good: Good) -> bytes:
    body = good.body
    head = good.head + b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def _utf7() -> bytes:
    declaration = b'<?xml version="1.0" encoding="UTF-7"?>'
    hidden = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'.encode("utf-7")
    return declaration + hidden.replace(b"<", b"+ADw-").replace(b">", b"+AD4-").replace(b"&", b"+ACY-")


def play(name: str, good: Good) -> Reply | Raw:
    """A scenario's answer, given the good one."""
    return SCENARIOS[name](good)
