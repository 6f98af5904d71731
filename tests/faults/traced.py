"""What a process does to its disk and its sockets, as `strace` saw it, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat"
SENDING = "sendto,sendmsg,write,writev,pwrite64,fsync,fdatasync"

_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|\?)")
_ABOUT = re.compile(r"(\d+)<([^>]*?(?:->[^>]*)?)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Event:
    """One call.

    Attributes:
        call: its name.
        about: path of the file, or the two ends of the socket.
        data: what was written, where it was recorded.
        place: offset; None for the end of the file.
    """

    call: str
    about: str
    data: bytes = b""
    place: int | None = None


def events(trace: Path) -> Iterator[Event]:
    """The calls of a trace made with ``-y`` or ``-yy`` and ``-xx``; those that failed are left out."""
    with trace.open(encoding="ascii", errors="replace") as lines:
        for line in _joined(lines):
            found = _LINE.match(line)
            if found is None or found[3].startswith("-"):
                continue
            yield _event(found[1], found[2])


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Calls that another thread's interrupted in the trace, whole again, where they ended."""
    begun: dict[str, str] = {}
    for line in lines:
        thread = line.partition(" ")[0]
        if line.endswith("<unfinished ...>\n"):
            begun[thread] = line.removesuffix("<unfinished ...>\n").rstrip()
        elif "resumed>" in line:
            yield begun.pop(thread, "") + line.partition("resumed>")[2]
        else:
            yield line


def _event(call: str, rest: str) -> Event:
    about = _ABOUT.search(rest)
    texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(rest)]
    name = _unescaped(about[2]) if about is not None else ""
    if call in {"unlink", "unlinkat"}:
        return Event(call, texts[-1].decode())
    place = int(rest.rpartition(",")[2]) if call in {"pwrite64", "ftruncate"} else None
    return Event(call, name, texts[-1] if texts else b"", place)


def _unescaped(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode() if text.startswith("\\x") else text
