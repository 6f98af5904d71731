"""Answers framed to confuse: none of them ever becomes the answer to another question (security.md T5)."""

from __future__ import annotations

import asyncio
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, DancuError, Found, MemorySink

from .raw_server import PURPOSE, RawServer, asking, found, whole

if TYPE_CHECKING:
    from pathlib import Path

OTHER = found("000090999999", "somebody-else", "TRẦN VĂN KHÁC")
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
HOSTILE: tuple[bytes | None, ...] = (
    whole(OTHER) + whole(OTHER),
    whole(OTHER) + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    whole(OTHER, b"Transfer-Encoding: chunked"),
    OK + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n" + whole(OTHER),
    OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello",
    OK + b"Content-Length: 5, 9\r\n\r\nhello",
    OK + b"Content-Length: 3\r\n\r\n" + OTHER,
    OK + b"Content-Length: +3\r\n\r\nabc" + OTHER,
    OK + b"Content-Length: -3\r\n\r\nabc",
    OK + b"Content-Length: 0x10\r\n\r\n" + OTHER,
    OK + b"Content-Length: \r\n\r\n" + OTHER,
    OK + b"Content-Length : 3\r\n\r\nabc" + OTHER,
    OK + CHUNKED + b"\r\n-1\r\n\r\n",
    OK + CHUNKED + b"\r\nfffffffffffffffff\r\n",
    OK + CHUNKED + b"\r\n3\r\nabcd\r\n0\r\n\r\n",
    OK + CHUNKED + b"\r\n3\nabc\n0\n\n",
    OK + CHUNKED + b"\r\n0\r\nContent-Length: 9\r\n\r\n" + whole(OTHER),
    OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    OK + b"Transfer-Encoding: identity\r\n\r\n" + OTHER,
    OK + b"Transfer-Encoding: xchunked\r\n\r\n" + OTHER,
    OK + b"Content-Length: 3\r\n X: y\r\n\r\nabc" + whole(OTHER),
    OK + b"X: a\x00b\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n" + whole(OTHER),
    b"HTTP/1.1 304 Not Modified\r\n\r\n" + whole(OTHER),
    b"HTTP/1.1 100 Continue\r\n\r\n" + whole(OTHER) + whole(OTHER),
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + whole(OTHER),
    b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc" + whole(OTHER),
    b"HTTP/9.9 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + whole(OTHER),
    b"\r\n\r\n" + whole(OTHER) + whole(OTHER),
    None,
)
ROUNDS = 5_000
NUMBER = re.compile(rb"SoDinhDanh>([0-9]{12})<")


class Platform:
    """Every eighth answer is hostile, in turn; the others bear the tag of the question they answer."""

    def __init__(self) -> None:
        self.hostile = 0
        self._asked = 0
        self._lock = threading.Lock()

    def answer(self, body: bytes) -> bytes | None:
        """The next answer."""
        matched = NUMBER.search(body)
        assert matched is not None
        number = matched.group(1).decode()
        with self._lock:
            self._asked += 1
            turn, bad = divmod(self._asked, 8)
            self.hostile += bad == 0
        if bad == 0:
            return HOSTILE[turn % len(HOSTILE)]
        return whole(found(number, f"tag-{number}"))


def checked(number: str, answer: Any) -> bool:
    """Whether an answer came; it is the one to this very question."""
    if isinstance(answer, DancuError):
        return False
    assert isinstance(answer, Found)
    assert str(answer.citizen.household_book) == f"tag-{number}"
    return True


def numbers() -> list[str]:
    """Invented numbers, each asked once."""
    return [f"00009{place:07}" for place in range(ROUNDS)]


@pytest.mark.timeout(240)
def test_threads_never_get_an_answer_to_another_question(tmp_path: Path) -> None:
    """In 5,000 pooled look-ups of eight threads with 30 kinds of broken framing nobody gets another's record."""
    platform = Platform()
    with (
        RawServer(platform.answer) as server,
        Client(server.profile(tmp_path), audit=MemorySink()) as dancu,
        ThreadPoolExecutor(8) as pool,
    ):

        def ask(number: str) -> bool:
            try:
                answer: Any = dancu.look_up(asking(number), fields=["household_book"], purpose=PURPOSE, deadline=2)
            except DancuError as error:
                answer = error
            return checked(number, answer)

        answered = sum(pool.map(ask, numbers()))
    assert platform.hostile >= ROUNDS // 8
    assert ROUNDS - platform.hostile <= answered <= ROUNDS


@pytest.mark.timeout(240)
def test_tasks_never_get_an_answer_to_another_question(tmp_path: Path) -> None:
    """The same for 5,000 look-ups of sixteen tasks."""
    platform = Platform()

    async def ask_all(profile: dict[str, Any]) -> int:
        left = iter(numbers())
        answered = 0

        async with AsyncClient(profile, audit=MemorySink()) as dancu:

            async def work() -> None:
                nonlocal answered
                for number in left:
                    try:
                        answer: Any = await dancu.look_up(
                            asking(number), fields=["household_book"], purpose=PURPOSE, deadline=2
                        )
                    except DancuError as error:
                        answer = error
                    answered += checked(number, answer)

            async with asyncio.TaskGroup() as group:
                for _worker in range(16):
                    group.create_task(work())
        return answered

    with RawServer(platform.answer) as server:
        answered = asyncio.run(ask_all(server.profile(tmp_path)))
    assert platform.hostile >= ROUNDS // 8
    assert ROUNDS - platform.hostile <= answered <= ROUNDS
