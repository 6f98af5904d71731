"""Who hears what a gateway answers: a relay in front of it, so that a client of any make is overheard.

::

    any client ──TLS──► Witness ──TLS──► gateway ──mTLS──► mock
                        answers          intents, outcomes   journal
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from pathlib import Path
    from typing import Self

    from .conftest import Served

ANSWERS = ("found", "not_matched", "ambiguous", "confirmed", "verified")
"""Outcomes that say something about a person, be it that no record fits."""

# A quotation mark inside a value is escaped, so that no value of a record can look like this.
_ANSWER = re.compile(rb'(?<!\\)"outcome":"(%s)".*?"reference":"(\w{26})"' % "|".join(ANSWERS).encode(), re.DOTALL)


class Witness:
    """A relay with the gateway's own certificate; a context manager, in a thread of its own.

    Attributes:
        answers: (reference, outcome) of each answer that left the gateway, in order.
        url: where to ask.
    """

    def __init__(self, url: str, directory: Path) -> None:
        self.answers: list[tuple[str, str]] = []
        self.url = ""
        self._behind = urlsplit(url)
        self._server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.load_cert_chain(directory / "gateway.pem", directory / "gateway.key")
        self._client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client.load_verify_locations(directory / "ca.pem")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="witness", daemon=True)
        self._relaying: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._listener: asyncio.Server = self._do(self._listen())
        port = self._listener.sockets[0].getsockname()[1]
        self.url = f"https://{self._behind.hostname}:{port}/"
        return self

    def __exit__(self, *_exception: object) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        # A client that vanishes, or never shakes hands, is the business of the test that plays it.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        return await asyncio.start_server(self._relay, self._behind.hostname, 0, ssl=self._server)

    async def _stop(self) -> None:
        self._listener.close()
        for task in self._relaying:
            task.cancel()
        await asyncio.gather(*self._relaying, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._relaying.add(task)
        behind = None
        try:
            asked, behind = await asyncio.open_connection(
                self._behind.hostname, self._behind.port, ssl=self._client, server_hostname=self._behind.hostname
            )
            going = asyncio.create_task(_copy(reader, behind))
            try:
                await self._copy_answers(asked, writer)
            finally:
                going.cancel()
        except OSError:
            pass
        finally:
            self._relaying.discard(task)
            for one in (behind, writer):
                if one is not None:
                    await _closed(one)

    async def _copy_answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = b""
        while data := await reader.read(65536):
            said += data
            while found := _ANSWER.search(said):
                self.answers.append((found.group(2).decode(), found.group(1).decode()))
                said = said[found.end() :]
            writer.write(data)
            await writer.drain()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what a client says; where it hangs up, so does its relay."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError, TimeoutError):
        async with asyncio.timeout(1):
            await writer.wait_closed()


def differences(served: Served, answers: list[tuple[str, str]]) -> Mapping[str, set[Any]]:
    """Where witness, audit and the mock's journal contradict each other; empty where they agree.

    What the mock heard without an intent is told by `asked_otherwise`: a client may ask it directly too.
    """
    intents = [record["reference"] for record in served.records("intents")]
    ended = [record["reference"] for record in served.records("outcomes")]
    audited = [(one["reference"], one["result"]) for one in served.records("outcomes") if one["result"] in ANSWERS]
    return compared(given=answers, intents=intents, ended=ended, audited=audited, heard=_heard(served))


def _heard(served: Served) -> set[str]:
    """References of the questions that came past the mock's gate; a repeat's id begins with its call's."""
    return {call.request_id.partition("-")[0] for call in served.mock.journal.calls} - {""}


def compared(
    *,
    given: list[tuple[str, str]],
    intents: list[str],
    ended: list[str],
    audited: list[tuple[str, str]],
    heard: set[str],
) -> dict[str, set[Any]]:
    """Each contradiction by its name, with the references that it is about."""
    found: dict[str, set[Any]] = {
        "given and not audited": set(given) - set(audited),
        "audited and not given": set(audited) - set(given),
        "given twice": _repeated([reference for reference, _outcome in given]),
        "audited twice": _repeated(ended) | _repeated(intents),
        "ended and never begun": set(ended) - set(intents),
        "begun and never ended": set(intents) - set(ended),
        "given and not heard by the platform": {reference for reference, _outcome in given} - heard,
    }
    return {name: references for name, references in found.items() if references}


def _repeated(references: list[str]) -> set[str]:
    return {reference for reference, times in Counter(references).items() if times > 1}


def asked_otherwise(served: Served) -> set[str]:
    """References of the mock's questions of which the gateway's audit knows nothing."""
    return _heard(served) - {record["reference"] for record in served.records("intents")}
