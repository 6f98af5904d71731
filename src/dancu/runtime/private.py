"""Files that hold a secret: written so that nobody else can read them, and refused where somebody can."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_guarded", "check_private", "write_private"]


def write_private(path: Path, text: str) -> None:
    """Replace a file by one of mode 600; it is that before a word stands in it.

    Raises:
        OSError: it cannot be written.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def check_private(path: Path, field: str) -> None:
    """Refuse a key or secret file that others may read or that another user owns.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``.
    """
    _check_mode(path, field, others=0o077)


def check_guarded(path: Path, field: str) -> None:
    """The same for a system credential, which its group may read: the system limits who enters the directory.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``.
    """
    _check_mode(path, field, others=0o037)


def _check_mode(path: Path, field: str, *, others: int) -> None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        raise ConfigurationError("profile_invalid", field=field, detail="the file cannot be read") from None
    if os.name != "posix":
        return
    if stat.S_IMODE(found.st_mode) & others:
        raise ConfigurationError("profile_invalid", field=field, detail="readable by others; chmod 600")
    if found.st_uid not in {0, os.geteuid()}:
        raise ConfigurationError("profile_invalid", field=field, detail="owned by another user")
