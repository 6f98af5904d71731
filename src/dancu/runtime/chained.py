"""How the sinks keep an audit's chain: where it goes on, who may write, and when a checkpoint is due."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import logging
import os
import secrets
import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dancu.policy.chain import FORMAT, Chain, read_link

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from dancu.policy.chain import ChainKeys, Link, Mark

__all__ = ["CHECKPOINT_RECORDS", "CHECKPOINT_SECONDS", "Sealer", "Tail", "file_lines", "locked", "read_tail"]

CHECKPOINT_SECONDS = 60.0
"""How long a record waits for the checkpoint that covers it, at most, while the process lives."""
CHECKPOINT_RECORDS = 1000
"""How many records wait for it at most."""

_WINDOW = 1 << 14
_BLOCK = 1 << 20
_LOGGER = logging.getLogger("dancu.audit")


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a log.

    Attributes:
        last: its last chained line, without newline, and that line's tail; None where nothing is chained.
        torn: what stands behind that line, without a newline at its end.
        ended: whether the text ends with a newline, or is empty.
        size: bytes of all.
    """

    last: tuple[bytes, Link] | None
    torn: bytes
    ended: bool
    size: int


class Sealer:
    """Chains groups of lines, and closes them with a checkpoint when one is due.

    ``export`` is handed each checkpoint once it is durable in the log itself.
    """

    def __init__(
        self,
        keys: ChainKeys,
        *,
        export: Callable[[bytes], Future[None]] | None = None,
        every: float = CHECKPOINT_SECONDS,
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    ) -> None:
        self._keys = keys
        self._export = export
        self._every = every
        self._now = now
        self._node = socket.gethostname()
        self._chain: Chain | None = None
        self._unsigned = 0
        self._since = 0.0
        self._checkpoint: bytes | None = None

    @property
    def follows(self) -> bool:
        """Whether it knows where the log ends."""
        return self._chain is not None

    def begin(self, tail: Tail) -> list[bytes]:
        """Go on behind a tail; lines to be written first: how the log begins, or that its last line was cut short."""
        if tail.last is None:
            self._chain = Chain(self._keys, secrets.token_hex(8))
            return [self._mark("log", format=FORMAT, before=tail.size + (not tail.ended))]
        self._chain = Chain.after(*tail.last, keys=self._keys)
        if not tail.torn or any(map(_is_record, tail.torn.split(b"\n"))):
            return []
        return [self._mark("resumed", torn=len(tail.torn), torn_sha256=hashlib.sha256(tail.torn).hexdigest())]

    def forget(self) -> None:
        """Whether the last lines are in the log is not known; a checkpoint is tried again when the next is due."""
        self._chain = None
        self._checkpoint = None
        self._since = time.monotonic()

    def seal(self, lines: list[bytes]) -> list[bytes]:
        """Lines with their tails, and a checkpoint behind them when it is due; `begin` was called."""
        assert self._chain is not None  # noqa: S101  # the sinks begin first
        sealed = [self._chain.add(line) for line in lines]
        if lines and not self._unsigned:
            self._since = time.monotonic()
        self._unsigned += len(lines)
        if not lines or self._unsigned >= CHECKPOINT_RECORDS or self.due() == 0.0:
            self._checkpoint = self._mark("checkpoint")
            sealed.append(self._checkpoint)
        return sealed

    def settle(self) -> None:
        """What was sealed last is durable."""
        if self._checkpoint is None:
            return
        checkpoint, self._checkpoint, self._unsigned = self._checkpoint, None, 0
        if self._export is not None:
            self._export(checkpoint).add_done_callback(_tell)

    def due(self) -> float | None:
        """Seconds until a checkpoint is due; None where everything is signed."""
        return max(0.0, self._since + self._every - time.monotonic()) if self._unsigned else None

    def _mark(self, kind: Mark, **parts: Any) -> bytes:
        assert self._chain is not None  # noqa: S101  # the sinks begin first
        return self._chain.mark(kind, time=self._now(), node=self._node, **parts)


def _is_record(line: bytes) -> bool:
    """Whether somebody wrote it to be read: part of a record is no JSON, so no crash leaves an object."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _tell(exported: Future[None]) -> None:
    if exported.exception() is not None:
        _LOGGER.warning("a checkpoint of the audit could not be kept in its second place")


@contextlib.contextmanager
def locked(file: int) -> Generator[None]:
    """Alone at a file among all that lock it, processes and sinks; on Windows nobody is kept out."""
    if sys.platform == "win32":
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def read_tail(file: int, size: int) -> Tail:
    """The end of an open file; as much of it is read as it takes to find a chained line."""
    for start, line in _lines_backwards(file, size):
        link = read_link(line)
        if link is not None:
            behind = _read_at(file, start + len(line), size)
            torn = behind.removeprefix(b"\n").removesuffix(b"\n")
            return Tail((line, link), torn, ended=behind.endswith(b"\n"), size=size)
    return Tail(None, b"", ended=_read_at(file, max(0, size - 1), size) in {b"", b"\n"}, size=size)


def file_lines(path: Path) -> Iterator[bytes]:
    """A file split at its newlines, as it is read; the last is what follows the last newline.

    Raises:
        OSError: it cannot be read.
    """
    rest = b""
    with path.open("rb") as file:
        while text := file.read(_BLOCK):
            *lines, rest = (rest + text).split(b"\n")
            yield from lines
    yield rest


def _lines_backwards(file: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Lines and where they begin, the last first, which is what follows the last newline."""
    rest = b""
    while end:
        after = end + len(rest)
        start = max(0, end - max(_WINDOW, len(rest)))
        rest, *lines = (_read_at(file, start, end) + rest).split(b"\n")
        for line in reversed(lines):
            yield after - len(line), line
            after -= len(line) + 1
        end = start
    yield 0, rest


def _read_at(file: int, start: int, end: int) -> bytes:
    os.lseek(file, start, os.SEEK_SET)
    return os.read(file, end - start)
