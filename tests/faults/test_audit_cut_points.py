"""Power cuts at every point of a log's life: what was said to be durable is there, and the chain is whole.

A kill leaves the kernel's memory to be written; a power cut does not. So a run is recorded call by call, and after
each call the disk is made as a cut may leave it: with all that was written, without what was not synced, with the last
write torn, and with only the last one there. 200 records; ``CUT_RECORDS`` says otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.store import SqliteSink, stored_lines
from dancu.policy.chain_reading import verify_chain
from dancu.runtime.chained import file_lines
from dancu.runtime.sinks import FileSink

from ..unit.policy.chain_edits import KEYS, MAC, record  # noqa: TID252  # one set of keys for all tests
from .traced import CALLS, Event, events

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS = int(os.environ.get("CUT_RECORDS", "200"))
WRITER = """
import os, sys
from pathlib import Path
from dancu import FileSink
from dancu.gateway.store import SqliteSink
from chain_edits import KEYS, record
path, count = Path(sys.argv[1]), int(sys.argv[2])
sink = (SqliteSink if path.suffix == ".sqlite" else FileSink)(path, keys=KEYS, checkpoint_seconds=0.01)
for first in range(0, count, 2):
    futures = [(number, sink.append(record(number))) for number in (first, first + 1)]
    for number, future in futures:
        if future.exception(10) is None:
            os.write(1, b"R%d\\n" % number)
sink.close()
"""
needs_strace = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("strace") is None, reason="strace, as root, records what is written"
)
pytestmark = [needs_strace, pytest.mark.timeout(60 + 2 * RECORDS)]


@dataclass
class File:
    """A file as programs see it and as the disk has it.

    Attributes:
        seen: its bytes; None where it is not there.
        synced: those of the last sync.
        pending: writes since, with their places.
    """

    seen: bytearray | None = None
    synced: bytes | None = None
    pending: list[tuple[int, bytes]] = field(default_factory=list)

    def do(self, event: Event) -> None:
        """One call."""
        if event.call.startswith("unlink"):
            self.seen, self.synced = None, None
            self.pending.clear()
            return
        if self.seen is None:
            self.seen, self.synced = bytearray(), b""
        if event.call in {"write", "pwrite64"}:
            place = len(self.seen) if event.place is None else event.place
            self.pending.append((place, event.data))
            _put(self.seen, place, event.data)
        elif event.call == "ftruncate":
            del self.seen[event.place or 0 :]
        elif event.call in {"fsync", "fdatasync"}:
            self.synced = bytes(self.seen)
            self.pending.clear()

    def left(self) -> Iterator[bytes | None]:
        """What a cut may leave: all, what was synced, the last write torn, the last write alone."""
        yield None if self.seen is None else bytes(self.seen)
        yield self.synced
        if self.synced is not None and self.pending:
            *earlier, (place, data) = self.pending
            torn, alone = bytearray(self.synced), bytearray(self.synced)
            for one, text in earlier:
                _put(torn, one, text)
            _put(torn, place, data[: len(data) // 2])
            _put(alone, place, data)
            yield bytes(torn)
            yield bytes(alone)


def _put(into: bytearray, place: int, data: bytes) -> None:
    into.extend(bytes(max(0, place - len(into))))
    into[place : place + len(data)] = data


def recorded(path: Path, directory: Path) -> list[Event]:
    """A process that appends and closes, call by call; what it said is durable is written to ``said``."""
    beside = Path(__file__).parents[1] / "unit" / "policy"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(beside)])}
    trace, said = directory / "trace", directory / "said"
    command = ["strace", "-f", "-y", "-xx", "-s", "10000000", "-o", str(trace), "-e", f"trace={CALLS}"]
    command += [sys.executable, "-c", WRITER, str(path), str(RECORDS)]
    with said.open("wb") as output:
        subprocess.run(command, stdout=output, env=environment, timeout=120, check=True)
    ours = (str(path), f"{path}-wal", str(said))
    return [event for event in events(trace) if event.about in ours]


def durable(path: Path) -> set[str]:
    """References in a log whose chain is whole; an empty set where there is no log yet."""
    if not path.exists() or not path.stat().st_size:
        return set()
    try:
        lines = list(stored_lines(path) if path.suffix == ".sqlite" else file_lines(path))
    except sqlite3.OperationalError as error:
        if str(error) != "no such table: log":
            raise
        return set()
    report = verify_chain(lines, keys={1: MAC})
    assert report.broken is None or (report.broken.kind == "no_chain" and not any(map(_is_object, lines)))
    return {json.loads(line)["reference"] for line in lines if b'"reference":' in line and _is_object(line)}


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def states(happened: list[Event], path: Path) -> Iterator[tuple[int, set[str], dict[str, bytes | None]]]:
    """Each different disk that a cut may leave: after how many calls, what was said until then, and its files."""
    files = {str(path): File(), f"{path}-wal": File()}
    said: set[str] = set()
    before: set[tuple[frozenset[str], int]] = set()
    for number, event in enumerate(happened):
        if event.about not in files:
            said.add(event.data.decode().strip())
            continue
        files[event.about].do(event)
        for contents in zip(*(list(_four(one)) for one in files.values()), strict=True):
            state = dict(zip(files, contents, strict=True))
            key = (frozenset(said), hash(tuple(contents)))
            if key not in before:
                before.add(key)
                yield number, set(said), state


def _four(file: File) -> Iterator[bytes | None]:
    """The four states of a file; one that has nothing unsynced is as it is in all of them."""
    left = list(file.left())
    yield from left if len(left) == 4 else [*left, left[1], left[1]]


@pytest.mark.parametrize("name", ["audit.sqlite", "audit.jsonl"])
def test_no_cut_loses_what_was_said_to_be_durable(tmp_path: Path, name: str) -> None:
    """At every call, in every state of the disk: all that was said is there, in a chain that is whole and goes on."""
    path, cut = tmp_path / name, tmp_path / "cut" / name
    cut.parent.mkdir()
    happened = recorded(path, tmp_path)
    said, tried, kept = set[str](), 0, set[str]()
    for number, said, disk in states(happened, path):
        for was, content in disk.items():
            file = cut.with_name(Path(was).name)
            file.unlink(missing_ok=True)
            if content is not None:
                file.write_bytes(content)
        cut.with_name(f"{name}-shm").unlink(missing_ok=True)
        kept = durable(cut)
        assert said <= kept, f"call {number}: {happened[number].call}"
        tried += 1
        if tried % 10 == 0:
            sink = (SqliteSink if name.endswith(".sqlite") else FileSink)(cut, keys=KEYS)
            sink.append(record(10_000)).result(5)
            sink.close()
            assert said | {"R10000"} <= durable(cut), f"call {number}, written on"
    assert said == {f"R{number}" for number in range(RECORDS)} <= kept
    assert tried > RECORDS
