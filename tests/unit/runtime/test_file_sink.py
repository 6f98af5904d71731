from __future__ import annotations

import errno
import os
import stat
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from dancu import DancuError, FileSink
from dancu.flows.effects import audit
from dancu.runtime.sinks import NoSink

from .conftest import LIMIT, RECORD, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from .conftest import Drive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the audit goes."""
    return tmp_path / "audit.jsonl"


@pytest.fixture
def sink(path: Path) -> Iterator[FileSink]:
    """A sink of that file, closed at the end."""
    sink = FileSink(path)
    yield sink
    sink.close()


class Disk:
    """Stands between the sink and the file: notes each call, and does otherwise when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self.calls: list[str] = []
        self.instead: dict[str, Callable[..., Any]] = {}
        self._path = path
        for name in ("write", "fdatasync"):
            monkeypatch.setattr(os, name, self._watch(name, getattr(os, name)))

    def _watch(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(file: int, *rest: Any) -> Any:
            if not self._is_ours(file):
                return real(file, *rest)
            self.calls.append(name)
            return self.instead.get(name, real)(file, *rest)

        return watched

    def _is_ours(self, file: int) -> bool:
        return self._path.exists() and os.path.samestat(os.fstat(file), self._path.stat())


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, path: Path) -> Disk:
    """A disk that can be made to misbehave."""
    return Disk(monkeypatch, path)


def written(future: Future[None]) -> None:
    """Wait until a record is durable."""
    future.result(LIMIT)


def failed(future: Future[None]) -> OSError:
    """The error for which a record is not durable."""
    error = future.exception(LIMIT)
    assert isinstance(error, OSError)
    return error


def test_a_record_is_done_when_it_is_synced(sink: FileSink, path: Path, disk: Disk) -> None:
    """A record is written, then synced, and only then said to be durable."""
    may_sync = threading.Event()
    disk.instead["fdatasync"] = lambda _file: may_sync.wait(LIMIT)
    future = sink.append(b"one")
    eventually(lambda: disk.calls == ["write", "fdatasync"])
    assert path.read_bytes() == b"one\n"
    assert not future.done()
    may_sync.set()
    written(future)


def test_records_that_wait_share_one_sync(sink: FileSink, path: Path, disk: Disk) -> None:
    """Records that come while the disk is busy are written and synced together, in the order in which they came."""
    may_sync = threading.Event()
    disk.instead["fdatasync"] = lambda _file: may_sync.wait(LIMIT)
    futures = [sink.append(b"0")]
    eventually(lambda: "fdatasync" in disk.calls)
    futures += [sink.append(str(number).encode()) for number in range(1, 51)]
    may_sync.set()
    for future in futures:
        written(future)
    assert disk.calls == ["write", "fdatasync"] * 2
    assert path.read_text().splitlines() == [str(number) for number in range(51)]


def test_a_group_has_a_largest_size(sink: FileSink, path: Path, disk: Disk) -> None:
    """A flood is synced 64 records at a time, and none is lost or split."""
    may_sync = threading.Event()
    disk.instead["fdatasync"] = lambda _file: may_sync.wait(LIMIT)
    futures = [sink.append(b"0")]
    eventually(lambda: "fdatasync" in disk.calls)
    futures += [sink.append(str(number).encode()) for number in range(1, 201)]
    may_sync.set()
    for future in futures:
        written(future)
    assert disk.calls.count("fdatasync") == 1 + 4
    assert path.read_text().splitlines() == [str(number) for number in range(201)]


def test_threads_share_the_sink(sink: FileSink, path: Path) -> None:
    """Records of many threads are all there, each on a line of its own."""

    def append(name: str) -> None:
        for number in range(20):
            written(sink.append(f"{name}{number}".encode()))

    threads = [threading.Thread(target=append, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    lines = path.read_text().splitlines()
    assert len(lines) == 160
    for name in "abcdefgh":
        assert [line for line in lines if line[0] == name] == [f"{name}{number}" for number in range(20)]


def test_the_file_is_private(sink: FileSink, path: Path) -> None:
    """A new audit file can be read by its owner only."""
    written(sink.append(b"one"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("before", "between"), [(b"", b""), (b"whole\n", b""), (b"whole\ntor", b"\n")])
def test_a_torn_tail_is_closed(sink: FileSink, path: Path, before: bytes, between: bytes) -> None:
    """A line that a crash cut short is ended before the next one; a whole one is left as it is."""
    path.write_bytes(before)
    written(sink.append(b"one"))
    written(sink.append(b"two"))
    assert path.read_bytes() == before + between + b"one\ntwo\n"


def full(_file: int, _data: bytes) -> int:
    """A disk without a free block."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_and_recovered_from(sink: FileSink, path: Path, disk: Disk) -> None:
    """While the disk is full each record fails; with room again the next is written, and no empty line is left."""
    written(sink.append(b"one"))
    disk.instead["write"] = full
    assert failed(sink.append(b"lost")).errno == errno.ENOSPC
    assert failed(sink.append(b"lost too")).errno == errno.ENOSPC
    del disk.instead["write"]
    written(sink.append(b"two"))
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_short_write_spoils_no_other_record(sink: FileSink, path: Path, disk: Disk) -> None:
    """A record cut short fails, is ended with a newline, and the next stands on a line of its own."""
    real = os.pwrite
    written(sink.append(b"one"))
    disk.instead["write"] = lambda file, data: real(file, data[:3], os.fstat(file).st_size)
    failed(sink.append(b"shortened"))
    del disk.instead["write"]
    written(sink.append(b"two"))
    assert path.read_bytes() == b"one\nsho\ntwo\n"


def test_a_sync_that_fails_is_told(sink: FileSink, path: Path, disk: Disk) -> None:
    """A record that could not be synced is not durable; the file is opened anew for the next."""

    def fail(_file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    disk.instead["fdatasync"] = fail
    assert failed(sink.append(b"one")).errno == errno.EIO
    del disk.instead["fdatasync"]
    written(sink.append(b"two"))
    assert path.read_bytes() == b"one\ntwo\n"


def test_the_file_is_reopened_after_an_error(sink: FileSink, path: Path, disk: Disk) -> None:
    """After an error the sink writes to the file that bears the name now."""
    written(sink.append(b"one"))
    disk.instead["write"] = full
    failed(sink.append(b"lost"))
    del disk.instead["write"]
    path.rename(path.with_suffix(".1"))
    written(sink.append(b"two"))
    assert path.read_bytes() == b"two\n"
    assert path.with_suffix(".1").read_bytes() == b"one\n"


def test_a_folder_that_appears_later_is_used(tmp_path: Path) -> None:
    """A file that cannot be opened fails the record; once it can be, the next is written."""
    sink = FileSink(tmp_path / "later" / "audit.jsonl")
    failed(sink.append(b"lost"))
    (tmp_path / "later").mkdir()
    written(sink.append(b"one"))
    sink.close()
    assert (tmp_path / "later" / "audit.jsonl").read_bytes() == b"one\n"


def test_closing_writes_what_was_taken(path: Path, disk: Disk) -> None:
    """Records handed over before the close are durable after it, although nobody waited for them."""
    sink = FileSink(path)
    futures = [sink.append(str(number).encode()) for number in range(100)]
    sink.close()
    assert all(future.done() for future in futures)
    assert path.read_text().splitlines() == [str(number) for number in range(100)]
    assert disk.calls[-1] == "fdatasync"


def test_closing_twice_or_unused_does_nothing(path: Path) -> None:
    """A sink that was never used makes no file, and may be closed again and again."""
    sink = FileSink(path)
    sink.close()
    sink.close()
    assert not path.exists()


def test_a_closed_sink_can_be_used_again(path: Path) -> None:
    """A record after the close opens the file anew."""
    sink = FileSink(path)
    for line in (b"one", b"two"):
        written(sink.append(line))
        sink.close()
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_disk_that_hangs_refuses_calls_in_time_and_recovers(drive: Drive, path: Path, disk: Disk) -> None:
    """While a sync hangs each call is refused within 350 ms; when it returns, later calls are audited again."""
    may_sync = threading.Event()
    disk.instead["fdatasync"] = lambda _file: may_sync.wait(LIMIT)
    sink = FileSink(path)
    for _call in range(2):
        started = time.monotonic()
        with pytest.raises(DancuError) as caught:
            drive.run(audit(RECORD), sink=sink)
        assert caught.value.code == "audit_unavailable"
        assert time.monotonic() - started <= 0.35
    may_sync.set()
    eventually(lambda: disk.calls.count("fdatasync") == 2)
    drive.run(audit(RECORD), sink=sink)
    sink.close()
    assert path.read_bytes() == (RECORD.line() + b"\n") * 3


def test_closing_does_not_wait_for_a_hanging_disk(path: Path, disk: Disk) -> None:
    """Closing gives a disk that hangs a second and no more."""
    may_sync = threading.Event()
    disk.instead["fdatasync"] = lambda _file: may_sync.wait(LIMIT)
    sink = FileSink(path)
    future = sink.append(b"one")
    started = time.monotonic()
    sink.close()
    assert time.monotonic() - started <= 1.5
    may_sync.set()
    written(future)


def test_no_sink_keeps_nothing() -> None:
    """``audit = "none"`` says at once that it is done."""
    sink = NoSink()
    assert sink.append(b"one").done()
    sink.close()
