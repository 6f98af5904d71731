"""A copy of a gateway is whole, gives nobody its keys, and becomes a gateway elsewhere whose log goes on."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dancu.errors import ConfigurationError
from dancu.gateway.config import load_config
from dancu.gateway.keeping.backup import back_up
from dancu.gateway.keeping.chain_head import head_of
from dancu.gateway.keeping.restore import restore
from dancu.gateway.store import SqliteSink
from dancu.gateway.store_keys import open_store, store_keys
from dancu_mock import Mock, MockServer

from .conftest import Served, question, start, write_files

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.UTC)
IDENTITY = X25519PrivateKey.generate()
RECORD = b'{"record":"refusal","time":"2026-11-23T01:00:00.000Z","code":"not_granted"}'
WRITER = """
import sys
from pathlib import Path
from dancu.gateway.config import load_config
from dancu.gateway.store_keys import open_store
sink = open_store(load_config(Path(sys.argv[1])))
for number in range(40):
    try:
        sink.append(sys.argv[2].encode()).result(5)
    except OSError:
        pass
sink.close()
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A gateway's files with three records in the audit."""
    made = tmp_path / "here"
    made.mkdir()
    with MockServer(Mock()) as platform:
        write_files(made, platform)
    _append(made, 3)
    return made


def _append(directory: Path, records: int) -> None:
    sink = open_store(load_config(directory / "gateway.toml"))
    for _number in range(records):
        sink.append(RECORD).result(5)
    sink.close()


def _copy(directory: Path, *, sealed: bool = True) -> Path:
    recipient = IDENTITY.public_key() if sealed else None
    return back_up(directory / "gateway.toml", directory.parent, recipient=recipient, now=NOW).path


def test_a_restored_log_goes_on(directory: Path, tmp_path: Path) -> None:
    """Records written after a restore continue the chain of those before the copy."""
    done = restore(_copy(directory), tmp_path / "there", identity=IDENTITY)
    assert done.without == () and done.head.macs_checked
    _append(done.config.parent, 2)
    after = head_of(done.config.parent / "audit.sqlite", {})
    assert after.log == done.head.log
    assert after.sequence > done.head.sequence


def test_a_log_under_two_keys_is_copied(directory: Path) -> None:
    """After a change of the audit's key a copy is still made: the chain is verified, the MACs are not."""
    config = directory / "gateway.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[audit]", "[audit]\nkey_version = 2"), encoding="utf-8")
    (directory / "audit.sqlite.key").write_text("cd" * 32, encoding="ascii")
    _append(directory, 1)
    head = back_up(config, directory.parent, recipient=None, now=NOW).manifest.head
    assert head.sequence > 3
    assert not head.macs_checked


def test_keys_are_in_a_copy_for_the_recipient_only(directory: Path, tmp_path: Path) -> None:
    """No secret file's bytes stand in a copy, and what is restored with the identity is what was there, mode 600."""
    copy = _copy(directory)
    names = ("client.key", "gateway.key", "audit.sqlite.key", "audit.sqlite.signing.key", "secret.txt")
    there = restore(copy, tmp_path / "there", identity=IDENTITY).config.parent
    content = copy.read_bytes()
    for name in names:
        secret = (directory / name).read_bytes()
        assert secret not in content, name
        assert (there / name).read_bytes() == secret, name
        assert (there / name).stat().st_mode & 0o777 == 0o600, name
    assert copy.stat().st_mode & 0o777 == 0o600


def test_without_a_recipient_the_keys_stay_out(directory: Path, tmp_path: Path) -> None:
    """A copy for nobody restores everything but the secrets, and says which are missing."""
    done = restore(_copy(directory, sealed=False), tmp_path / "there")
    assert "audit.sqlite.key" in done.without
    assert not (done.config.parent / "audit.sqlite.key").exists()


def test_another_identity_opens_nothing(directory: Path, tmp_path: Path) -> None:
    """A wrong identity is refused, and nothing is left where it was to be restored."""
    with pytest.raises(ConfigurationError) as caught:
        restore(_copy(directory), tmp_path / "there", identity=X25519PrivateKey.generate())
    assert caught.value.field == "--identity"
    assert not (tmp_path / "there").exists()


def test_a_changed_byte_is_found(directory: Path, tmp_path: Path) -> None:
    """A copy in which one byte of the audit differs is not restored."""
    copy = _copy(directory)
    content = bytearray(copy.read_bytes())
    content[content.index(b"not_granted")] ^= 1
    copy.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        restore(copy, tmp_path / "there", identity=IDENTITY)
    assert caught.value.field == "backup"
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("kept", [0, 100, 4096])
def test_a_copy_cut_short_is_refused(directory: Path, tmp_path: Path, kept: int) -> None:
    """The beginning of a copy is no copy."""
    copy = _copy(directory)
    copy.write_bytes(copy.read_bytes()[:kept])
    with pytest.raises(ConfigurationError):
        restore(copy, tmp_path / "there", identity=IDENTITY)
    assert not (tmp_path / "there").exists()


def test_nothing_is_restored_over_files(directory: Path) -> None:
    """A directory that holds something is refused, and keeps what it held."""
    copy = _copy(directory)
    before = sorted(directory.iterdir())
    with pytest.raises(ConfigurationError) as caught:
        restore(copy, directory, identity=IDENTITY)
    assert caught.value.field == "--to"
    assert sorted(directory.iterdir()) == before


def test_a_second_place_tells_what_was_lost(directory: Path, tmp_path: Path) -> None:
    """Checkpoints that have seen more than the copy say how many lines are missing."""
    config = directory / "gateway.toml"
    second = tmp_path / "checkpoints.jsonl"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[audit]", f'[audit]\ncheckpoints = "file:{second}"'), encoding="utf-8")
    copy = _copy(directory)
    keys = store_keys(load_config(config))
    sink = SqliteSink(directory / "audit.sqlite", keys=keys, checkpoints=second, checkpoint_seconds=0.0)
    sink.append(RECORD).result(5)
    sink.close()
    done = restore(copy, tmp_path / "there", identity=IDENTITY, checkpoints=second)
    assert done.lost == head_of(directory / "audit.sqlite", {}).sequence - done.head.sequence
    assert done.lost


def test_four_processes_write_meanwhile(directory: Path, tmp_path: Path) -> None:
    """Copies taken while four processes write are whole, each at its own moment."""
    command = [sys.executable, "-c", WRITER, str(directory / "gateway.toml"), RECORD.decode()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [subprocess.Popen(command, env=environment) for _number in range(4)]
    heads: list[int] = []
    while any(one.poll() is None for one in writers) or not heads:
        target = tmp_path / f"copy-{len(heads)}.tar"
        taken = back_up(directory / "gateway.toml", target, recipient=None, now=NOW)
        heads.append(taken.manifest.head.sequence)
    assert all(one.wait() == 0 for one in writers)
    assert heads == sorted(heads)
    assert head_of(directory / "audit.sqlite", {}).sequence >= heads[-1]


def test_the_drill(tmp_path: Path) -> None:
    """Killed under load, copied, restored elsewhere: the gateway answers again, and its log is one chain."""
    here = tmp_path / "here"
    here.mkdir()
    mock = Mock()
    with MockServer(mock) as platform:
        keys = write_files(here, platform)
        process, url = start(here)
        served = Served(url, here, *keys, mock, process)
        stop = threading.Event()
        asking = threading.Thread(target=_ask_on, args=(served, stop))
        asking.start()
        assert served.post("v1/lookup", {**question(), "fields": ["gender"]}).status_code == 200
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        stop.set()
        asking.join(10)
        done = restore(_copy(here), tmp_path / "there", identity=IDENTITY)
        again, url = start(done.config.parent)
        try:
            served = Served(url, done.config.parent, *keys, mock, again)
            answer = served.post("v1/lookup", {**question(), "fields": ["gender"]})
            assert answer.json()["outcome"] == "found"
        finally:
            again.send_signal(signal.SIGTERM)
            again.wait(30)
            for one in (process, again):
                if one.stdout is not None:
                    one.stdout.close()
    command = [sys.executable, "-m", "dancu.cli", "audit", "verify", str(done.config)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert head_of(done.config.parent / "audit.sqlite", {}).sequence > done.head.sequence


def _ask_on(served: Served, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            served.post("v1/lookup", {**question(), "fields": ["gender"]})
        except httpx.HTTPError:
            return
