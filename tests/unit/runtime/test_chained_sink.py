"""The file sink when it chains: one unbroken log, whoever writes to it, and whatever cuts them short."""

from __future__ import annotations

import errno
import json
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from dancu import FileSink
from dancu.policy.chain import ChainKeys
from dancu.policy.chain_reading import verify_chain
from dancu.runtime.chained import CHECKPOINT_RECORDS, file_lines

from ..policy.chain_edits import KEYS, MAC, SIGNER, record  # noqa: TID252  # one set of records for all tests
from .conftest import LIMIT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dancu.policy.chain_reading import Report


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the audit goes."""
    return tmp_path / "audit.jsonl"


def write(path: Path, count: int, *, keys: ChainKeys = KEYS, **options: Any) -> None:
    """Open a log, append records and close it."""
    sink = FileSink(path, keys=keys, **options)
    for number in range(count):
        sink.append(record(number)).result(LIMIT)
    sink.close()


def read(path: Path, *, keys: Mapping[int, bytes] | None = None, **options: Any) -> Report:
    """The report on a log."""
    return verify_chain(file_lines(path), keys=keys or {1: MAC}, **options)


def kinds(path: Path) -> list[str]:
    """What the lines of a log are, in order."""
    return [json.loads(line)["record"] for line in path.read_bytes().splitlines()]


def test_a_log_begins_says_its_records_and_is_signed_at_the_end(path: Path) -> None:
    """A header, the records, a checkpoint when it is closed; opened again, it goes on without a second header."""
    write(path, 2)
    write(path, 1)
    assert kinds(path) == ["log", "intent", "intent", "checkpoint", "intent", "checkpoint"]
    report = read(path)
    assert (report.broken, report.records, report.after_checkpoint) == (None, 6, 0)


def test_an_unused_log_is_not_begun(path: Path) -> None:
    """Without a record there is no file."""
    write(path, 0)
    assert not path.exists()


@pytest.mark.parametrize("sinks", [1, 3])
def test_threads_and_sinks_keep_one_chain(path: Path, sinks: int) -> None:
    """Eight threads over one sink or three of the same file: every record once, in one unbroken chain."""
    made = [FileSink(path, keys=KEYS) for _ in range(sinks)]

    def append(number: int) -> None:
        for place in range(25):
            made[number % sinks].append(record(100 * number + place)).result(LIMIT)

    threads = [threading.Thread(target=append, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    for sink in made:
        sink.close()
    report = read(path)
    assert (report.broken, report.torn) == (None, 0)
    told = [json.loads(line).get("reference") for line in path.read_bytes().splitlines()]
    wanted = [f"R{100 * number + place}" for number in range(8) for place in range(25)]
    assert sorted(filter(None, told)) == sorted(wanted)
    assert kinds(path).count("log") == 1


def test_a_checkpoint_comes_by_itself(path: Path) -> None:
    """What was written is signed after the given seconds, though nothing follows; then there is nothing to sign."""
    sink = FileSink(path, keys=KEYS, checkpoint_seconds=0.05)
    sink.append(record(1)).result(LIMIT)
    eventually(lambda: kinds(path) == ["log", "intent", "checkpoint"])
    sink.append(record(2)).result(LIMIT)
    eventually(lambda: kinds(path)[3:] == ["intent", "checkpoint"])
    sink.close()
    assert kinds(path).count("checkpoint") == 2


def test_a_checkpoint_comes_after_so_many_records(path: Path) -> None:
    """Within the time a checkpoint closes each thousand records or a few more, in the same write."""
    sink = FileSink(path, keys=KEYS)
    futures = [sink.append(record(number)) for number in range(2 * CHECKPOINT_RECORDS + 200)]
    for future in futures:
        future.result(LIMIT)
    assert kinds(path).count("checkpoint") == 2
    assert read(path).after_checkpoint <= 200
    sink.close()


def test_checkpoints_go_to_a_second_place(path: Path, tmp_path: Path) -> None:
    """Each stands there as it stands in the log; what is then cut off the log is found."""
    second = tmp_path / "elsewhere.jsonl"
    for _ in range(2):
        write(path, 3, checkpoints=second)
    lines = path.read_bytes().splitlines(keepends=True)
    assert second.read_bytes() == lines[4] + lines[8]
    assert read(path, exported=file_lines(second)).broken is None
    path.write_bytes(b"".join(lines[:-2]))
    assert read(path).broken is None
    broken = read(path, exported=file_lines(second)).broken
    assert broken is not None and broken.kind == "cut"


def test_a_second_place_that_fails_is_told_and_harms_nothing(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log goes on and a warning says so."""
    with caplog.at_level(logging.WARNING, logger="dancu.audit"):
        write(path, 2, checkpoints=tmp_path / "absent" / "elsewhere.jsonl")
    assert "second place" in caplog.text
    assert read(path).broken is None


def test_a_second_place_that_hangs_holds_up_no_record(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its disk does not answer, records are durable and checkpoints stand in the log; then it catches up."""
    second, may_sync, real = tmp_path / "elsewhere.jsonl", threading.Event(), os.fdatasync

    def sync(file: int) -> None:
        if second.exists() and os.path.samestat(os.fstat(file), second.stat()):
            may_sync.wait(LIMIT)
        real(file)

    monkeypatch.setattr(os, "fdatasync", sync)
    sink = FileSink(path, keys=KEYS, checkpoints=second, checkpoint_seconds=0.02)
    for count in range(1, 4):
        sink.append(record(count)).result(LIMIT)
        eventually(lambda count=count: kinds(path).count("checkpoint") == count)  # type: ignore[misc]  # bound now
    may_sync.set()
    sink.close()
    assert read(path, exported=file_lines(second)).exported == 3


def full(_file: int, _data: bytes) -> int:
    """A disk without a free block."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def short(file: int, data: bytes) -> int:
    """A disk that takes the first 30 bytes."""
    return os.pwrite(file, data[:30], os.fstat(file).st_size)


@pytest.mark.parametrize(("instead", "torn"), [(full, 0), (short, 1)])
def test_the_chain_goes_on_after_a_write_that_failed(
    path: Path, monkeypatch: pytest.MonkeyPatch, instead: Callable[[int, bytes], int], torn: int
) -> None:
    """The record fails; what it left is accounted for, and the next follows the last one that is whole."""
    sink = FileSink(path, keys=KEYS)
    sink.append(record(1)).result(LIMIT)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", instead)
        assert isinstance(sink.append(record(2)).exception(LIMIT), OSError)
    sink.append(record(3)).result(LIMIT)
    sink.close()
    report = read(path)
    assert (report.broken, report.torn) == (None, torn)
    assert b'"R3"' in path.read_bytes() and b'"R2"' not in path.read_bytes()


def test_every_place_where_a_crash_may_cut_leaves_a_chain_that_goes_on(path: Path) -> None:
    """Cut behind any byte of a log of six lines, reopened and written to: whole, and nothing but the cut is missing."""
    write(path, 4)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        write(path, 1)
        report = read(path)
        assert report.broken is None, f"cut behind byte {length}"
        assert whole[:length].count(b"\n") <= report.records + report.unchained


def test_a_crash_while_going_on_after_a_crash_leaves_a_chain_too(path: Path) -> None:
    """Cut behind any byte of what was written after a torn line: all of it is accounted for by the next writer."""
    write(path, 2)
    first = path.read_bytes()[:-700]
    path.write_bytes(first)
    write(path, 1)
    whole = path.read_bytes()
    assert read(path).torn == 1
    for length in range(len(first), len(whole)):
        path.write_bytes(whole[:length])
        write(path, 1)
        assert read(path).broken is None, f"cut behind byte {length}"


def test_a_long_torn_end_is_accounted_for(path: Path) -> None:
    """Blocks of zeros that a power cut left behind are told by their number and hash."""
    write(path, 2)
    with path.open("ab") as file:
        file.write(b"\0" * 100_000)
    write(path, 1)
    report = read(path)
    assert (report.broken, report.torn) == (None, 1)


def test_an_older_log_is_continued(path: Path) -> None:
    """Records without a chain stay as they are, before the header, which says how many bytes they are."""
    old = b"".join(record(number) + b"\n" for number in range(500))
    path.write_bytes(old + b'{"record":"in')
    write(path, 2)
    assert path.read_bytes().startswith(old + b'{"record":"in\n{"record":"log"')
    report = read(path)
    assert (report.broken, report.unchained, report.records) == (None, 501, 4)


def test_an_edit_is_not_covered_up_by_going_on(path: Path) -> None:
    """A log to which somebody changed or added a line while nobody wrote is continued, and found broken."""
    for added, replaced in ((b"", b"R9"), (record(7) + b"\n", b"R2")):
        path.unlink(missing_ok=True)
        write(path, 3)
        path.write_bytes(path.read_bytes().replace(b"R2", replaced) + added)
        write(path, 1)
        assert read(path).broken is not None


def test_a_new_key_continues_the_log(path: Path) -> None:
    """After a restart under version 2 the chain goes on; both keys are needed to check it."""
    write(path, 2)
    write(path, 2, keys=ChainKeys(b"2" * 32, SIGNER, version=2))
    assert read(path, keys={1: MAC, 2: b"2" * 32}).broken is None
    broken = read(path).broken
    assert broken is not None and (broken.kind, broken.sequence) == ("wrong_mac", 4)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_forked_children_keep_the_chain(path: Path) -> None:
    """Children append with the sink that their parent has open, all at once: one chain, no record lost."""
    sink = FileSink(path, keys=KEYS)
    sink.append(record(0)).result(LIMIT)
    children = []
    for place in range(1, 4):
        child = os.fork()
        if not child:
            try:
                for number in range(20):
                    sink.append(record(100 * place + number)).result(LIMIT)
                sink.close()
            finally:
                os._exit(0)
        children.append(child)
    for number in range(1, 20):
        sink.append(record(number)).result(LIMIT)
    for child in children:
        os.waitpid(child, 0)
    sink.close()
    assert read(path).broken is None
    assert kinds(path).count("intent") == 80


def test_a_line_of_another_writer_is_followed(path: Path) -> None:
    """A sink looks at the end before each group: what somebody else appended meanwhile is what it goes on from."""
    sink = FileSink(path, keys=KEYS)
    sink.append(record(1)).result(LIMIT)
    write(path, 1)
    sink.append(record(2)).result(LIMIT)
    sink.close()
    assert read(path).broken is None
    assert kinds(path) == ["log", "intent", "intent", "checkpoint", "intent", "checkpoint"]
