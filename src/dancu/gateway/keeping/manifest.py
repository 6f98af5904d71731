"""What a copy of a gateway consists of: one tar file, in which a manifest names everything else.

::

    manifest.json       what is here, with sizes and SHA-256, and where the audit's chain ends
    files/...           configuration, profiles, certificates, officer table, key sets; below gateway.toml's directory
    database            the audit
    keys.sealed         a tar of the files that hold secrets, in an envelope for the offline recipient

The names below ``files/`` are those on the machine, relative to the directory of ``gateway.toml``. A file outside
of it has its whole path below ``outside/``.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.keeping.chain_head import Head

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DATABASE",
    "FORMAT",
    "SEALED",
    "Entry",
    "Manifest",
    "add_bytes",
    "broken",
    "digest_of",
    "packed",
    "place_of",
    "safe",
    "unpacked",
]

FORMAT = "dancu-backup-1"
DATABASE = "database"
SEALED = "keys.sealed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of the tar file: its size in bytes, and SHA-256, hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy says of itself.

    Attributes:
        made: when, ISO 8601, UTC.
        node: on which machine.
        config: name of the configuration below its directory.
        database: where the audit belongs, relative to that directory.
        head: where the chain ends.
        entries: everything but the manifest.
        secrets: places of the files in the envelope; their content is told nowhere else.
        sealed: whether there is an envelope; without one they are not in the copy.
    """

    made: str
    node: str
    config: str
    database: str
    head: Head
    entries: tuple[Entry, ...]
    secrets: tuple[str, ...]
    sealed: bool

    def to_json(self) -> bytes:
        """The member ``manifest.json``."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it.

        Raises:
            ConfigurationError: it is none.
        """
        try:
            told = json.loads(text)
            if told.pop("format") != FORMAT:
                raise broken("made by another version of the format")
            entries = tuple(Entry(**one) for one in told.pop("entries"))
            return cls(head=Head(**told.pop("head")), entries=entries, secrets=tuple(told.pop("secrets")), **told)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise broken("its manifest cannot be read") from None


def broken(detail: str) -> ConfigurationError:
    """The error for a copy that is not to be trusted."""
    return ConfigurationError("profile_invalid", field="backup", detail=detail)


def place_of(path: Path, directory: Path) -> str:
    """Where a file stands in a copy: below the configuration's directory, or by its whole path."""
    try:
        return path.relative_to(directory).as_posix()
    except ValueError:
        return f"outside/{path.as_posix().lstrip('/')}"


def safe(name: str) -> bool:
    """Whether a name stays below the directory into which it is written."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\x00" not in name


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a member, mode 600, without a trace of whose machine it was."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def packed(files: Mapping[str, bytes]) -> bytes:
    """A tar of a few small files, in memory."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            add_bytes(tar, name, content)
    return buffer.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """Its files.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
            return {one.name: file.read() for one in tar if (file := tar.extractfile(one)) is not None}
    except tarfile.TarError:
        raise broken("the sealed keys cannot be read") from None
