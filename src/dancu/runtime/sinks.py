"""Where audit records go. A sink answers with a future that is done when the record is durable."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from abc import ABC, abstractmethod
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AUDIT_SECONDS", "AuditSink", "FileSink", "GroupSink", "MemorySink", "NoSink"]

AUDIT_SECONDS = 0.25
"""How long a record may take to become durable before the call is refused."""

_GROUP = 64
_MOST_WAITING = 4096
_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class _Line(NamedTuple):
    """A line on its way: its text, who waits for it, and until when by the monotonic clock."""

    text: bytes
    durable: Future[None]
    until: float


_Waiting: TypeAlias = "queue.SimpleQueue[_Line | None]"


class AuditSink(Protocol):
    """What a sink is: it takes one line at a time and says when it is safe."""

    def append(self, line: bytes) -> Future[None]:
        """Make one line (no newline in it) durable."""
        ...

    def close(self) -> None:
        """Let go of what is open; lines already taken are written first."""
        ...


def _done() -> Future[None]:
    future: Future[None] = Future()
    future.set_result(None)
    return future


class NoSink:
    """``audit = "none"``: for tests and benchmarks; refused in production."""

    def append(self, line: bytes) -> Future[None]:
        """Keep nothing."""
        return _done()

    def close(self) -> None:
        """Nothing is open."""


class MemorySink:
    """Lines kept in a list, for tests."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def append(self, line: bytes) -> Future[None]:
        """Keep the line."""
        self.lines.append(line)
        return _done()

    def close(self) -> None:
        """Nothing is open."""


class GroupSink(ABC):
    """A sink with one writer thread; lines waiting at the same time are made durable together.

    A disk that hangs holds that thread and not the caller, who gives up after
    `AUDIT_SECONDS`; while thousands of lines wait, further ones are refused at once.
    Subclasses say how a group of lines becomes durable.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        """Without a writer. A fork leaves the writer, its lock and what waits to the parent."""
        self._waiting: _Waiting = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = os.getpid()

    @abstractmethod
    def _keep(self, lines: list[bytes], *, until: float) -> None:
        """Make lines durable, all or none; runs in the writer.

        Args:
            lines: without their newlines.
            until: when the first caller gives up, by the monotonic clock.

        Raises:
            OSError: they are not.
        """

    @abstractmethod
    def _drop(self) -> None:
        """Let go of what is open; runs in the writer, after an error and at the end."""

    def append(self, line: bytes) -> Future[None]:
        """Hand the line to the writer."""
        if self._process != os.getpid():
            self._begin()
        future: Future[None] = Future()
        with self._lock:
            if self._thread is None:
                self._waiting = queue.SimpleQueue()
                work = (self._waiting,)
                self._thread = threading.Thread(target=self._write_all, args=work, name="dancu-audit", daemon=True)
                self._thread.start()
            if self._waiting.qsize() < _MOST_WAITING:
                self._waiting.put(_Line(line, future, time.monotonic() + AUDIT_SECONDS))
            else:
                future.set_exception(OSError("too many records wait"))
        return future

    def close(self) -> None:
        """End the writer after what it was handed; a hanging disk is waited for a second."""
        if self._process != os.getpid():
            return
        with self._lock:
            thread, self._thread = self._thread, None
            self._waiting.put(None)
        if thread is not None:
            thread.join(1.0)

    def _write_all(self, waiting: _Waiting) -> None:
        while True:
            group = _next_group(waiting)
            if not group:
                self._drop()
                return
            try:
                self._keep([line.text for line in group], until=min(line.until for line in group))
            except OSError as error:
                self._drop()
                _answer(group, error)
            else:
                _answer(group, None)


class FileSink(GroupSink):
    """Append to a file, ``fdatasync``, then say so.

    A line cut short by a full disk or a crash is closed with a newline before the next
    one, so it spoils nobody else's.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._torn = False
        self._file: int | None = None

    def _keep(self, lines: list[bytes], *, until: float) -> None:
        if self._file is None:
            self._file = self._open()
        text = b"".join(line + b"\n" for line in lines)
        data = b"\n" + text if self._torn else text
        written = os.write(self._file, data)
        if written != len(data):
            raise OSError("short write")
        getattr(os, "fdatasync", os.fsync)(self._file)
        self._torn = False

    def _open(self) -> int:
        new = not self._path.exists()
        file = os.open(self._path, _APPEND, 0o600)
        self._torn = os.lseek(file, 0, os.SEEK_END) > 0 and _last_byte(file) != b"\n"
        if new and os.name == "posix":
            _sync_directory(self._path.parent)
        return file

    def _drop(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None


def _next_group(waiting: _Waiting) -> list[_Line]:
    """Everything that waits, up to 64 lines; empty when the sink is closed."""
    first = waiting.get()
    group = [] if first is None else [first]
    while group and len(group) < _GROUP:
        try:
            following = waiting.get_nowait()
        except queue.Empty:
            break
        if following is None:
            waiting.put(None)
            break
        group.append(following)
    return group


def _last_byte(file: int) -> bytes:
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1)


def _sync_directory(path: Path) -> None:
    """A new file's name is durable only when its directory is."""
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _answer(group: list[_Line], error: OSError | None) -> None:
    for line in group:
        if not line.durable.set_running_or_notify_cancel():
            continue
        if error is None:
            line.durable.set_result(None)
        else:
            line.durable.set_exception(error)
