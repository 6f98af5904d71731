"""How fast an application may ask, counted by all gateways of a machine together, in one small file.

::

    DATABASE.rates    64 bytes   which start of the machine the moments belong to
                      4,096 slots of 24 bytes: hash of the application's name (16), moment by the monotonic clock (8)

The monotonic clock is one for all processes of a machine, and begins anew when it starts: so does the file. A name
looks for its slot in a window of 64, where one whose moment has passed says nothing and may be taken over. Whoever
holds the file's lock holds it for microseconds, and lets go of it when its process dies.

Without the lock or the start's number (Windows, macOS) each process counts by itself; so it does while the disk takes
no byte, when the audit refuses every question anyway.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.policy.rates import Pace

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from dancu.gateway.parts import ApplicationPart
    from dancu.policy.rates import Paced

__all__ = ["Rates", "told"]

_START = Path("/proc/sys/kernel/random/boot_id")
_HEAD_BYTES = 64
_SLOT = struct.Struct("<16sd")
_SLOTS, _WINDOW = 4096, 64
_FILE_BYTES = _HEAD_BYTES + _SLOTS * _SLOT.size
_TRIES, _TRY_SECONDS = 2500, 0.0001


class Rates:
    """The pace of each application.

    Args:
        path: of the file; None to count in this process alone.
        monotonic: seconds; of the machine, where there is a file.
    """

    def __init__(self, path: Path | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._dues: dict[str, float] = {}
        start = _started()
        self._file = None if path is None or start is None else _opened(path, start)

    def asked(self, application: ApplicationPart) -> Paced:
        """One question of an application, counted where it may be asked.

        Raises:
            OSError: it cannot be known how many there were.
        """
        pace, now = Pace(application.per_second), self._monotonic()
        if self._file is None:
            found = pace.asked(self._dues.get(application.name, 0.0), now)
            self._dues[application.name] = found.due
            return found
        name = hashlib.sha256(application.name.encode()).digest()[:16]
        with _alone(self._file):
            place, due = _slot(self._file, name, now)
            found = pace.asked(max(due, self._dues.get(application.name, 0.0)), now)
            if not found.wait and not _put(self._file, _SLOT.pack(name, found.due), place):
                self._dues[application.name] = found.due
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def told(application: ApplicationPart, found: Paced) -> dict[str, str]:
    """The headers about a pace (draft-ietf-httpapi-ratelimit-headers)."""
    questions, seconds = Pace(application.per_second).policy
    wait = max(1, -int(-(found.wait or found.full) // 1))
    return {
        "RateLimit-Policy": f'"application";q={questions};w={seconds}',
        "RateLimit": f'"application";r={found.left};t={wait}',
    }


def _started() -> bytes | None:
    """Which start of the machine this is."""
    if sys.platform == "win32":
        return None
    try:
        return _START.read_bytes().strip().ljust(_HEAD_BYTES)[:_HEAD_BYTES]
    except OSError:
        return None


def _opened(path: Path, start: bytes) -> int:
    """The file, made anew where it is not of this start of the machine.

    Raises:
        OSError: it cannot be.
    """
    with contextlib.ExitStack() as unless_used:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        unless_used.callback(os.close, file)
        with _alone(file):
            if os.pread(file, _HEAD_BYTES, 0) != start or os.fstat(file).st_size != _FILE_BYTES:
                os.ftruncate(file, 0)
                os.ftruncate(file, _FILE_BYTES)
                os.pwrite(file, start, 0)
        unless_used.pop_all()
    return file


@contextlib.contextmanager
def _alone(file: int) -> Generator[None]:
    """Alone at the file; a process that was stopped while it held the lock holds nobody for long.

    Raises:
        OSError: somebody else keeps it.
    """
    for _try in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            time.sleep(_TRY_SECONDS)
    else:
        raise OSError("the file of rates is locked")
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _put(file: int, content: bytes, place: int) -> bool:
    """Whether the disk took it."""
    try:
        return os.pwrite(file, content, place) == len(content)
    except OSError:
        return False


def _slot(file: int, name: bytes, now: float) -> tuple[int, float]:
    """Where a name's moment stands, and the moment; a slot that says nothing any more for a name that has none.

    Raises:
        OSError: the file was cut, or every slot of the window is somebody else's.
    """
    first = _HEAD_BYTES + int.from_bytes(name[:4], "little") % (_SLOTS - _WINDOW) * _SLOT.size
    window = os.pread(file, _WINDOW * _SLOT.size, first)
    if len(window) < _WINDOW * _SLOT.size:
        raise OSError("the file of rates was cut")
    free = None
    for number, (other, due) in enumerate(_SLOT.iter_unpack(window)):
        if other == name:
            return first + number * _SLOT.size, due
        if free is None and due <= now:
            free = first + number * _SLOT.size
    if free is None:
        raise OSError("the file of rates is full")
    return free, 0.0
