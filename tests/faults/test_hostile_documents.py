"""Documents made to read files, reach out, or grow: refused, nothing read, nothing grown (security.md T1-T3)."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gzip
import mmap
import os
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, DancuError, MemorySink, Unavailable
from dancu.wire.content import decode_content
from dancu.wire.xml import parse

from .raw_server import PURPOSE, RawServer, asking, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = "000090000001"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-7")
MIB = 1024 * 1024


def kinds(path: str, url: str) -> dict[str, str]:
    """Six ways to make a careless parser read a file or open a socket."""
    return {
        "external entity": f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{path}">]><a>&e;</a>',
        "parameter entity": f'<!DOCTYPE a [<!ENTITY % e SYSTEM "{url}/e.dtd"> %e;]><a/>',
        "external subset": f'<!DOCTYPE a SYSTEM "{url}/a.dtd"><a/>',
        "public subset": f'<!DOCTYPE a PUBLIC "-//MOCK//A" "file://{path}"><a/>',
        "schema location": (
            f'<!DOCTYPE a [<!ATTLIST a xmlns:x CDATA #FIXED "urn:x">]><a xmlns:xsi='
            f'"http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{url}/a.xsd"/>'
        ),
        "inclusion": (
            f'<!DOCTYPE a [<!ENTITY e "x">]><a xmlns:xi="http://www.w3.org/2001/XInclude">'
            f'<xi:include href="file://{path}" parse="text"/>&e;</a>'
        ),
    }


class Watch:
    """A file and a socket that notice whoever touches them."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "watched.txt"
        self.path.write_text("canary", encoding="utf-8")
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify: int = libc.inotify_init1(os.O_NONBLOCK)
        opened_or_read = 0x20 | 0x1
        assert libc.inotify_add_watch(self._inotify, os.fsencode(self.path), opened_or_read) >= 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def touched(self) -> bool:
        """Whether the file was opened or the socket reached since the last look."""
        seen = False
        with contextlib.suppress(BlockingIOError):
            seen = bool(os.read(self._inotify, 65536))
        try:
            self._listener.accept()[0].close()
        except BlockingIOError:
            return seen
        return True

    def close(self) -> None:
        """Let go of both."""
        os.close(self._inotify)
        self._listener.close()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """A watched file and socket."""
    if not sys.platform.startswith("linux"):
        pytest.skip("inotify is Linux's")
    watched = Watch(tmp_path)
    yield watched
    watched.close()


def test_the_watch_notices(watch: Watch) -> None:
    """Opening the file is noticed, and so is reaching the socket; the test below could fail."""
    assert not watch.touched
    watch.path.read_bytes()
    assert watch.touched
    socket.create_connection(("127.0.0.1", int(watch.url.rpartition(":")[2]))).close()
    assert watch.touched


def ask(face: str, profile: dict[str, Any]) -> Any:
    """What a look-up comes to, an error as a value."""

    async def awaited() -> Any:
        async with AsyncClient(profile, audit=MemorySink()) as dancu:
            return await dancu.look_up(asking(NUMBER), fields=["name"], purpose=PURPOSE, deadline=2)

    try:
        if face == "async":
            return asyncio.run(awaited())
        with Client(profile, audit=MemorySink()) as dancu:
            return dancu.look_up(asking(NUMBER), fields=["name"], purpose=PURPOSE, deadline=2)
    except DancuError as error:
        return error


@pytest.mark.parametrize("face", ["sync", "async"])
def test_no_document_reads_a_file_or_opens_a_socket(face: str, watch: Watch, tmp_path: Path) -> None:
    """6 kinds in 5 encodings through each client: 60 typed errors, no file opened, no socket reached."""
    documents: list[bytes] = []
    with RawServer(lambda _body: whole(documents[-1])) as server:
        profile = server.profile(tmp_path)
        for kind, text in kinds(str(watch.path), watch.url).items():
            for encoding in ENCODINGS:
                declared = encoding.removesuffix("-sig").upper()
                documents.append(f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding))
                error = ask(face, profile)
                assert isinstance(error, Unavailable), (kind, encoding)
                assert error.code in {"unreadable_answer", "unknown_answer"}, (kind, encoding)
                assert "canary" not in str(error)
    assert len(documents) == 30
    assert not watch.touched


def bombs() -> dict[str, bytes]:
    """Forty documents that are small to send and large to hold."""
    lol = "".join(f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10}">' for depth in range(1, 10))
    made: dict[str, bytes] = {
        "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{lol}]><a>&l9;</a>'.encode(),
        "quadratic": f'<!DOCTYPE a [<!ENTITY e "{"x" * 50_000}">]><a>{"&e;" * 5_000}</a>'.encode(),
    }
    for step in range(1, 11):
        depth, many = 200 * step, 5_500 * step
        made[f"deep {depth}"] = b"<a>" * depth + b"</a>" * depth
        made[f"wide {many}"] = b"<a>" + b"<b/>" * many + b"</a>"
        made[f"attributes {many}"] = (
            b"<a " + b" ".join(b'a%d="x"' % place for place in range(min(many, 30_000))) + b"/>"
        )
    for step in range(1, 9):
        long = 66_000 * step
        made[f"text {long}"] = b"<a>" + b"x" * long + b"</a>"
    return made


BOMBS = bombs()


class Peak:
    """The most memory that this process has held since now; Linux tells, and forgets on demand."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = self._most()

    @staticmethod
    def _most() -> int:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    @property
    def rise(self) -> int:
        """Bytes above what was held at the start."""
        return self._most() - self._before


def test_the_peak_notices() -> None:
    """Sixteen MiB held for a moment are seen; the tests below could fail."""
    peak = Peak()
    # Straight from the system: the heap may still hold what an earlier test gave back.
    with mmap.mmap(-1, 16 * MIB) as held:
        held.write(b"x" * MIB * 16)
    assert peak.rise >= 15 * MIB


def test_forty_bombs_are_refused_at_once_and_small() -> None:
    """Each bomb is a typed error within 100 ms; all forty together lift the peak of memory by less than 32 MiB."""
    assert len(BOMBS) == 40
    peak = Peak()
    for name, document in BOMBS.items():
        started = time.perf_counter()
        with pytest.raises(Unavailable) as caught:
            parse(document)
        seconds = time.perf_counter() - started
        assert caught.value.code in {"answer_too_large", "unreadable_answer"}, name
        assert seconds < 0.1, name
    assert peak.rise < 32 * MIB


def test_a_hundred_decompression_bombs_stay_small() -> None:
    """200 MiB in 200 KiB of gzip, a hundred times: each answer_too_large, and memory's peak rises by under 8 MiB."""
    bomb = gzip.compress(b"\x00" * (200 * MIB), 9)
    peak = Peak()
    for _time in range(100):
        with pytest.raises(Unavailable) as caught:
            decode_content(bomb, "gzip")
        assert caught.value.code == "answer_too_large"
    assert peak.rise < 8 * MIB
