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

from dancu.runtime.chained import CHECKPOINT_SECONDS, Sealer, locked, read_tail

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.policy.chain import ChainKeys

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

    Args:
        sealer: chains the lines, where they are chained.
    """

    def __init__(self, sealer: Sealer | None = None) -> None:
        self._sealer = sealer
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
            lines: without their newlines; none to sign what was written before.
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
            group = _next_group(waiting, self._due())
            lines = group or []
            try:
                if lines or self._due() is not None:
                    until = min((line.until for line in lines), default=time.monotonic() + AUDIT_SECONDS)
                    self._keep([line.text for line in lines], until=until)
            except OSError as error:
                self._drop()
                _answer(lines, error)
            else:
                _answer(lines, None)
            if group is not None and not group:
                self._drop()
                return

    def _due(self) -> float | None:
        """Seconds until what was written is to be signed though nothing comes; None where there is nothing to sign."""
        return None if self._sealer is None else self._sealer.due()


class FileSink(GroupSink):
    """Append to a file, ``fdatasync``, then say so.

    A line cut short by a full disk or a crash is closed with a newline before the next
    one, so it spoils nobody else's.

    Args:
        path: of the file.
        keys: chain the lines (docs/audit.md); any number of sinks and processes may append to one chained file.
        checkpoints: a second file for the chain's checkpoints, best on another machine's disk.
        checkpoint_seconds: how long a record waits for a checkpoint.
    """

    def __init__(
        self,
        path: Path,
        *,
        keys: ChainKeys | None = None,
        checkpoints: Path | None = None,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ) -> None:
        self._second = None if checkpoints is None else FileSink(checkpoints)
        export = None if self._second is None else self._second.append
        super().__init__(None if keys is None else Sealer(keys, export=export, every=checkpoint_seconds))
        self._path = path
        self._torn = False
        self._file: int | None = None
        self._opener = 0
        self._size = 0

    def _keep(self, lines: list[bytes], *, until: float) -> None:
        if self._sealer is not None:
            self._keep_chained(lines, self._sealer)
            return
        if self._file is None:
            self._file = self._open()
        self._write(self._file, b"".join(line + b"\n" for line in lines), torn=self._torn)
        self._sync(self._file)
        self._torn = False

    def _write(self, file: int, text: bytes, *, torn: bool) -> int:
        data = b"\n" + text if torn else text
        written = os.write(file, data)
        if written != len(data):
            raise OSError("short write")
        return written

    def _sync(self, file: int) -> None:
        getattr(os, "fdatasync", os.fsync)(file)

    def _keep_chained(self, lines: list[bytes], sealer: Sealer) -> None:
        """The chain's order is made under the lock; the sync, which takes longest, needs none."""
        if self._file is None or self._opener != os.getpid():
            self._drop()
            self._file = self._open()
            self._opener = os.getpid()
        with locked(self._file):
            size = os.fstat(self._file).st_size
            tail = read_tail(self._file, size) if size != self._size or not sealer.follows else None
            first = [] if tail is None else sealer.begin(tail)
            text = b"".join(line + b"\n" for line in (*first, *sealer.seal(lines)))
            self._size = size + self._write(self._file, text, torn=tail is not None and not tail.ended)
        self._sync(self._file)
        sealer.settle()

    def close(self) -> None:
        """End both writers, of the file and of its checkpoints."""
        super().close()
        if self._second is not None:
            self._second.close()

    def _open(self) -> int:
        new = not self._path.exists()
        file = os.open(self._path, _APPEND, 0o600)
        self._torn = os.lseek(file, 0, os.SEEK_END) > 0 and _last_byte(file) != b"\n"
        if new and os.name == "posix":
            _sync_directory(self._path.parent)
        return file

    def _drop(self) -> None:
        if self._sealer is not None:
            self._sealer.forget()
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None


def _next_group(waiting: _Waiting, seconds: float | None) -> list[_Line] | None:
    """Everything that waits, up to 64 lines; empty when the sink is closed, None when nothing came in time."""
    try:
        first = waiting.get(timeout=seconds)
    except queue.Empty:
        return None
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
