"""Between our messages and httpx's: what a driver's ``Send`` does around the transport."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeAlias

import httpx

from dancu.errors import error_for
from dancu.runtime.failures import from_httpx
from dancu.runtime.lanes import DEADLINE, ONCE
from dancu.wire.content import decode_content
from dancu.wire.limits import BODY_BYTES
from dancu.wire.messages import WireReply, header

if TYPE_CHECKING:
    from dancu.flows.effects import Send
    from dancu.wire.messages import Headers

__all__ = ["AsyncTransport", "Transport", "exchange", "exchange_async"]

Transport: TypeAlias = httpx.BaseTransport
AsyncTransport: TypeAlias = httpx.AsyncBaseTransport


def _request(effect: Send) -> httpx.Request:
    """The request for a transport; httpx's own time-outs serve users' transports."""
    seconds = max(0.001, effect.until - time.monotonic())
    wanted = effect.request
    return httpx.Request(
        "POST",
        wanted.url,
        headers=list(wanted.headers),
        content=wanted.body,
        extensions={
            DEADLINE: effect.until,
            ONCE: effect.once,
            "timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds),
        },
    )


def _reply(response: httpx.Response, body: bytes, *, decoded: bool) -> WireReply:
    headers: Headers = tuple(response.headers.multi_items())
    plain = body if decoded else decode_content(body, header(headers, "Content-Encoding"))
    return WireReply(response.status_code, headers, plain)


class _Capped(bytearray):
    """A body that does not grow past its cap."""

    def add(self, part: bytes) -> None:
        self.extend(part)
        if len(self) > BODY_BYTES:
            raise error_for("answer_too_large")


def exchange(transport: Transport, effect: Send) -> WireReply:
    """Send over a blocking transport.

    Raises:
        Unavailable, Rejected: whatever went wrong on the way.
    """
    try:
        response = transport.handle_request(_request(effect))
        if response.is_stream_consumed:
            return _reply(response, response.content, decoded=True)
        body = _Capped()
        try:
            for part in response.iter_raw():
                body.add(part)
        finally:
            response.close()
    except httpx.HTTPError as error:
        raise from_httpx(error) from None
    return _reply(response, bytes(body), decoded=False)


async def exchange_async(transport: AsyncTransport, effect: Send) -> WireReply:
    """Send over an awaiting transport.

    Raises:
        Unavailable, Rejected: whatever went wrong on the way.
    """
    try:
        response = await transport.handle_async_request(_request(effect))
        if response.is_stream_consumed:
            return _reply(response, response.content, decoded=True)
        body = _Capped()
        try:
            async for part in response.aiter_raw():
                body.add(part)
        finally:
            await response.aclose()
    except httpx.HTTPError as error:
        raise from_httpx(error) from None
    return _reply(response, bytes(body), decoded=False)
