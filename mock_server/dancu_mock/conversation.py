"""One connection to the mock: HTTP/1.1, request after request, until somebody hangs up or a fault ends it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING, Any

import h11

from dancu_mock.messages import Raw, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["READ", "Conversation"]

READ = 64 * 1024
"""Octets read at a time."""
_RESET = struct.pack("ii", 1, 0)


class Conversation:
    """One connection, request after request.

    Args:
        handle: who answers.
        reader, writer: the connection, after its handshake.
        outdated: whether the server's certificate is another by now; then the next answer is the last one here.
    """

    def __init__(
        self,
        handle: Callable[[Request], Reply | Raw],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        outdated: Callable[[], bool],
    ) -> None:
        self._handle = handle
        self._reader = reader
        self._writer = writer
        self._outdated = outdated
        self._caller = _common_name(writer)
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        """Answer until the client hangs up or a fault ends it."""
        while (request := await self._request()) is not None:
            reply = self._handle(request)
            if isinstance(reply, Raw):
                if not await self._write_raw(reply):
                    return
                self._http = h11.Connection(h11.SERVER)
            else:
                await self._write(reply)
                if self._http.our_state is h11.MUST_CLOSE:
                    return
                self._http.start_next_cycle()

    async def _request(self) -> Request | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[])
                    self._writer.write(self._http.send(go_on) or b"")
                self._http.receive_data(await self._reader.read(READ))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
                target = head.target.decode("latin-1")
                return Request(head.method.decode(), target, headers, bytes(body), caller=self._caller)
            else:
                return None

    async def _write(self, reply: Reply) -> None:
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        if self._outdated():
            headers.append(("Connection", "close"))
        head = h11.Response(status_code=reply.status, headers=headers)
        parts = (head, h11.Data(data=reply.body), h11.EndOfMessage())
        self._writer.write(b"".join(self._http.send(part) or b"" for part in parts))
        await self._writer.drain()

    async def _write_raw(self, raw: Raw) -> bool:
        """Write bytes as they are; whether the connection goes on."""
        for place, chunk in enumerate(raw.chunks):
            if place < len(raw.delays) and raw.delays[place]:
                await asyncio.sleep(raw.delays[place])
            self._writer.write(chunk)
            await self._writer.drain()
        if raw.end == "hang":
            await self._reader.read()
        elif raw.end == "reset":
            with contextlib.suppress(OSError):
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._writer.transport.abort()
        return raw.end == "keep"


def _common_name(writer: asyncio.StreamWriter) -> str:
    """Whom the client's certificate names; empty without one."""
    presented: dict[str, Any] = writer.get_extra_info("peercert") or {}
    named: Iterator[tuple[str, str]] = (pair for part in presented.get("subject", ()) for pair in part)
    return next((value for key, value in named if key == "commonName"), "")
