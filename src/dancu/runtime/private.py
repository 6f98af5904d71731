"""Files that hold a secret: written so that nobody else can read them, and refused where somebody can.

Who may read a file is asked of the descriptor from which it is then read, so nobody can put another file in
its place between the two (security.md T19). Two kinds of file may be read by more than their owner:

* a system credential by its group: a file in ``CREDENTIALS_DIRECTORY`` (systemd's ``LoadCredential=``), since
  the system limits who enters that directory;
* a container secret by everybody in the container: a file of root's that nobody else may write, on a tmpfs
  that is mounted read-only (Kubernetes' secret volumes, Docker's secrets).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from dancu.errors import ConfigurationError

__all__ = ["check_guarded", "check_private", "is_container_secret", "read_private", "write_private"]

_MOUNTS = Path("/proc/self/mountinfo")
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def write_private(path: Path, text: str) -> None:
    """Replace a file by one of mode 600; it is that before a word stands in it.

    Raises:
        OSError: it cannot be written.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def read_private(path: Path, field: str) -> bytes:
    """What a key or secret file holds, unless others may read it or another user owns it.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``.
    """
    return _read(path, field, others=0o037 if _is_credential(path) else 0o077)


def check_private(path: Path, field: str) -> None:
    """Refuse a key or secret file that others may read or that another user owns.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``.
    """
    read_private(path, field)


def check_guarded(path: Path, field: str) -> None:
    """The same for a system credential, which its group may read: the system limits who enters the directory.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``.
    """
    _read(path, field, others=0o037)


def is_container_secret(found: os.stat_result, *, read_only: bool, mounts: str) -> bool:
    """Whether a file is one that a container was given: root's, in memory, and not to be changed from in here.

    Args:
        found: of the file itself, links followed.
        read_only: whether its mount is.
        mounts: text of ``/proc/self/mountinfo`` (proc(5)), which names the kind of each file system.
    """
    if not read_only or found.st_uid != 0 or stat.S_IMODE(found.st_mode) & 0o033:
        return False
    device = f"{os.major(found.st_dev)}:{os.minor(found.st_dev)}"
    lines = (line.split() for line in mounts.splitlines())
    kinds = {parts[parts.index("-") + 1] for parts in lines if parts[2:3] == [device] and "-" in parts}
    return bool(kinds) and kinds <= _IN_MEMORY


def _is_credential(path: Path) -> bool:
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(given) and path.parent.absolute() == Path(given or "").absolute()


def _read(path: Path, field: str, *, others: int) -> bytes:
    try:
        with path.open("rb") as file:
            _check_mode(file.fileno(), field, others=others)
            return file.read()
    except (OSError, ValueError):
        raise ConfigurationError("profile_invalid", field=field, detail="the file cannot be read") from None


def _check_mode(file: int, field: str, *, others: int) -> None:
    if os.name != "posix":
        return
    found = os.fstat(file)
    if stat.S_IMODE(found.st_mode) & others and not _given(file, found):
        raise ConfigurationError("profile_invalid", field=field, detail="readable by others; chmod 600")
    if found.st_uid not in {0, os.geteuid()}:
        raise ConfigurationError("profile_invalid", field=field, detail="owned by another user")


def _given(file: int, found: os.stat_result) -> bool:
    """Whether a file is a container secret; no system but Linux has them."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return is_container_secret(found, read_only=bool(os.fstatvfs(file).f_flag & os.ST_RDONLY), mounts=mounts)
