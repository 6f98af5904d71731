"""Who may read a key: its owner, and in two stated places more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dancu import ConfigurationError
from dancu.runtime.private import is_container_secret, read_private

if TYPE_CHECKING:
    from pathlib import Path

if os.name != "posix":
    pytest.skip("modes are of POSIX", allow_module_level=True)

TMPFS = "36 25 0:37 / /run/secrets ro,nosuid - tmpfs tmpfs rw,size=64k"
DISK = "25 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw"
OPEN = "readable by others; chmod 600"


def stat_of(mode: int = 0o444, *, owner: int = 0, device: tuple[int, int] = (0, 37)) -> os.stat_result:
    """A regular file of this mode."""
    return os.stat_result((0o100000 | mode, 7, os.makedev(*device), 1, owner, 0, 12, 0, 0, 0))


def why(path: Path) -> str | None:
    """Why a key is not read; None where it is."""
    try:
        held = read_private(path, "tls.key")
    except ConfigurationError as error:
        return error.detail if error.field == "tls.key" else "of another setting"
    return None if held == b"key" else "another file"


@pytest.mark.parametrize("mode", [0o444, 0o440, 0o644, 0o400])
def test_a_container_secret_may_be_read_by_everybody(mode: int) -> None:
    """A file of root's in memory, on a mount that cannot be written: what Kubernetes and Docker mount."""
    assert is_container_secret(stat_of(mode), read_only=True, mounts=f"{DISK}\n{TMPFS}\n")


@pytest.mark.parametrize(
    ("found", "read_only", "mounts"),
    [
        (stat_of(), False, TMPFS),
        (stat_of(owner=1000), True, TMPFS),
        (stat_of(0o464), True, TMPFS),
        (stat_of(0o446), True, TMPFS),
        (stat_of(0o555), True, TMPFS),
        (stat_of(device=(8, 1)), True, f"{DISK}\n{TMPFS}"),
        (stat_of(device=(9, 9)), True, TMPFS),
        (stat_of(), True, ""),
        (stat_of(), True, "36 25 0:37\n\nnonsense -"),
    ],
    ids=["writable", "not root's", "group writes", "others write", "executed", "disk", "unknown", "none", "unreadable"],
)
def test_what_lacks_one_thing_is_no_container_secret(found: os.stat_result, read_only: bool, mounts: str) -> None:
    """A mount that can be written, another owner or mode, a disk, or an unknown file system: not excepted."""
    assert not is_container_secret(found, read_only=read_only, mounts=mounts)


READ = """
import pathlib, sys
from dancu.errors import ConfigurationError
from dancu.runtime.private import read_private
try:
    print(read_private(pathlib.Path(sys.argv[1]), "tls.key").decode())
except ConfigurationError as error:
    print(error.detail)
"""
MOUNT = """
set -e
mount -t tmpfs -o size=64k tmpfs "$1"
printf key > "$1/client.key"
chmod 0444 "$1/client.key"
"$2" -c "$3" "$1/client.key"
mount -o remount,ro "$1"
"$2" -c "$3" "$1/client.key"
"""


def test_a_real_mount_is_known_for_what_it_is(tmp_path: Path) -> None:
    """On a real tmpfs a key of mode 444 is refused while the mount can be written, and read once it cannot."""
    unshare = shutil.which("unshare")
    if unshare is None or os.geteuid() != 0:
        pytest.skip("mounting needs root and unshare")
    command = [unshare, "-m", "sh", "-c", MOUNT, "sh", str(tmp_path), sys.executable, READ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment)
    if "mount" in ended.stderr or ended.stderr.startswith("unshare:"):
        pytest.skip("this machine lets nobody mount")
    assert ended.stdout.splitlines() == [OPEN, "key"], ended.stderr


@pytest.mark.parametrize(("mode", "reason"), [(0o400, None), (0o440, None), (0o444, OPEN), (0o460, OPEN)])
def test_a_system_credential_may_be_read_by_its_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, reason: str | None
) -> None:
    """In the directory that systemd made for the service the group may read, and nobody more."""
    path = tmp_path / "client.key"
    path.write_bytes(b"key")
    path.chmod(mode)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert why(path) == reason
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "other"))
    assert why(path) == (OPEN if mode & 0o077 else None)


def test_what_is_checked_is_what_is_read(tmp_path: Path) -> None:
    """A link is followed once, to the file whose mode counts."""
    real, link = tmp_path / "real.key", tmp_path / "client.key"
    real.write_bytes(b"key")
    real.chmod(0o644)
    link.symlink_to(real)
    assert why(link) == OPEN
    real.chmod(0o600)
    assert why(link) is None
    real.unlink()
    assert why(link) == "the file cannot be read"
