from __future__ import annotations

import asyncio
import gzip
import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from dancu import AsyncClient, Client, DancuError, Found, MemorySink
from dancu.wire.limits import BODY_BYTES

from ..answers import (  # noqa: TID252  # one set of documents for all unit tests
    FOUND,
    NUMBER,
    PURPOSE,
    SECRET,
    SUBJECT,
    profile_in,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    Handler = Callable[[httpx.Request], httpx.Response]

CODES: dict[type[httpx.HTTPError], str] = {
    httpx.HTTPError: "disconnected",
    httpx.RequestError: "disconnected",
    httpx.TransportError: "disconnected",
    httpx.TimeoutException: "timed_out",
    httpx.ConnectTimeout: "timed_out",
    httpx.ReadTimeout: "timed_out",
    httpx.WriteTimeout: "timed_out",
    httpx.PoolTimeout: "too_busy",
    httpx.NetworkError: "disconnected",
    httpx.ConnectError: "connect_failed",
    httpx.ReadError: "disconnected",
    httpx.WriteError: "disconnected",
    httpx.CloseError: "disconnected",
    httpx.ProxyError: "connect_failed",
    httpx.UnsupportedProtocol: "connect_failed",
    httpx.ProtocolError: "disconnected",
    httpx.LocalProtocolError: "disconnected",
    httpx.RemoteProtocolError: "disconnected",
    httpx.DecodingError: "unreadable_answer",
    httpx.TooManyRedirects: "http_error",
    httpx.HTTPStatusError: "http_error",
}


@dataclass
class Asker:
    """Asks through either client over a transport of the user's."""

    profile: dict[str, Any]
    face: Literal["sync", "async"]
    sink: MemorySink = field(default_factory=MemorySink)

    def ask(self, handler: Handler) -> Any:
        """Look up over a `httpx.MockTransport`, which serves both clients."""
        transport = httpx.MockTransport(handler)
        if self.face == "sync":
            with Client(self.profile, transport=transport, audit=self.sink) as dancu:
                return dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)
        return asyncio.run(self._ask(transport))

    async def _ask(self, transport: httpx.AsyncBaseTransport) -> Any:
        async with AsyncClient(self.profile, transport=transport, audit=self.sink) as dancu:
            return await dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)

    def failure(self, handler: Handler) -> DancuError:
        """The error that asking comes to; intent and outcome are audited."""
        with pytest.raises(DancuError) as caught:
            self.ask(handler)
        assert len(self.sink.lines) == 2
        return caught.value


@pytest.fixture(params=["sync", "async"])
def asker(request: pytest.FixtureRequest, tmp_path: Path) -> Asker:
    """Each client in turn."""
    return Asker(profile_in(tmp_path), request.param)


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in parts and notes when it is let go."""

    def __init__(self, *parts: bytes, error: Exception | None = None) -> None:
        self.closed = False
        self.given = 0
        self._parts = parts
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self.given += 1
            yield part
        if self._error is not None:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        """Let go."""
        self.closed = True

    async def aclose(self) -> None:
        """Let go."""
        self.closed = True


def test_the_request_is_the_whole_question(asker: Asker) -> None:
    """A user's transport sees method, URL, headers, body and time-outs; no personal key stands in URL or headers."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=FOUND)

    assert isinstance(asker.ask(handler), Found)
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", "https://platform.example/dancu/tracuu")
    assert request.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert request.headers["Authorization"].startswith("Basic ")
    assert request.headers["Timestamp"].isdigit()
    assert 7.0 < request.extensions["timeout"]["read"] <= 8.0
    assert NUMBER.encode() in request.content
    outside = str(request.url) + str(request.headers.multi_items())
    assert NUMBER not in outside and SECRET not in outside and "MAU" not in outside


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP"])
def test_a_compressed_stream_is_read(asker: Asker, name: str) -> None:
    """A body that comes compressed, although identity was asked for, is inflated."""
    stream = Stream(*(bytes([byte]) for byte in gzip.compress(FOUND)))
    answer = asker.ask(lambda _request: httpx.Response(200, headers={"Content-Encoding": name}, stream=stream))
    assert isinstance(answer, Found)
    assert stream.closed


def test_a_response_that_was_read_already_is_not_inflated_twice(asker: Asker) -> None:
    """httpx has inflated what it was given whole; the body is taken as it then is."""
    body = gzip.compress(FOUND)
    answer = asker.ask(lambda _request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=body))
    assert isinstance(answer, Found)


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [
        ("br", FOUND, "unreadable_answer"),
        ("gzip", FOUND, "unreadable_answer"),
        ("gzip", gzip.compress(FOUND, mtime=0)[:-9], "unreadable_answer"),
        ("gzip", gzip.compress(bytes(4 * BODY_BYTES), mtime=0), "answer_too_large"),
    ],
    ids=["unknown", "not-gzip", "cut", "bomb"],
)
def test_a_broken_compression_is_an_error(asker: Asker, encoding: str, body: bytes, code: str) -> None:
    """An unknown or broken encoding is unreadable; one that inflates past the cap is too large."""
    response = {"headers": {"Content-Encoding": encoding}, "stream": Stream(body)}
    assert asker.failure(lambda _request: httpx.Response(200, **response)).code == code  # type: ignore[arg-type]  # two options in one


def test_an_oversized_stream_is_cut_off(asker: Asker) -> None:
    """Reading stops with the part that passes the cap, and the response is let go."""
    stream = Stream(*[bytes(BODY_BYTES // 4)] * 100)
    assert asker.failure(lambda _request: httpx.Response(200, stream=stream)).code == "answer_too_large"
    assert (stream.given, stream.closed) == (5, True)


def test_an_oversized_response_is_refused(asker: Asker) -> None:
    """A body that was read already is held to the same cap."""
    body = FOUND + b" " * BODY_BYTES
    assert asker.failure(lambda _request: httpx.Response(200, content=body)).code == "answer_too_large"


def test_the_table_of_this_file_is_complete() -> None:
    """Every exception that httpx may raise for a request has its expectation here."""
    known = {kind for _name, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, httpx.HTTPError)}
    assert CODES.keys() == known


@pytest.mark.parametrize(("kind", "code"), CODES.items(), ids=[kind.__name__ for kind in CODES])
def test_an_error_of_httpx_becomes_ours(asker: Asker, kind: type[httpx.HTTPError], code: str) -> None:
    """Each of httpx's errors is one of our codes, and neither its text nor its object goes on."""

    def handler(request: httpx.Request) -> httpx.Response:
        if kind is httpx.HTTPStatusError:
            raise httpx.HTTPStatusError("MAU-TEXT", request=request, response=httpx.Response(500))
        raise kind("MAU-TEXT")

    error = asker.failure(handler)
    assert (error.code, error.__suppress_context__) == (code, True)
    assert "MAU-TEXT" not in str(error) + repr(error)
    assert error.reference is not None


@pytest.mark.parametrize(("kind", "code"), [(httpx.ReadError, "disconnected"), (httpx.ReadTimeout, "timed_out")])
def test_an_error_in_the_middle_of_a_body_becomes_ours(
    asker: Asker, kind: type[httpx.TransportError], code: str
) -> None:
    """A body that breaks off is the same code as an answer that never came, and the response is let go."""
    stream = Stream(FOUND[:100], error=kind("MAU-TEXT"))
    assert asker.failure(lambda _request: httpx.Response(200, stream=stream)).code == code
    assert stream.closed


def test_an_error_of_another_kind_is_not_dressed_up(asker: Asker) -> None:
    """A user's transport that breaks by itself is audited as failed and raised as it is."""

    def handler(_request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asker.ask(handler)
    assert b'"result":"failed"' in asker.sink.lines[1]


def test_a_users_transport_stays_open(asker: Asker) -> None:
    """Whoever brings a transport closes it: a closed client leaves it alone."""
    closed: list[str] = []

    class Kept(httpx.MockTransport):
        def close(self) -> None:
            closed.append("close")

        async def aclose(self) -> None:
            closed.append("aclose")

    transport = Kept(lambda _request: httpx.Response(200, content=FOUND))
    with Client(asker.profile, transport=transport) as dancu:
        dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)

    async def main() -> None:
        async with AsyncClient(asker.profile, transport=transport) as dancu:
            await dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)

    asyncio.run(main())
    assert closed == []
