"""A consistent copy of a gateway while it runs: the audit by SQLite's online copy, its chain verified in the copy."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import socket
import sqlite3
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.config import load_config
from dancu.gateway.inspection.place import proof_of
from dancu.gateway.keeping.chain_head import head_of
from dancu.gateway.keeping.envelope import closed
from dancu.gateway.keeping.files import named_files
from dancu.gateway.keeping.manifest import DATABASE, SEALED, Entry, Manifest, add_bytes, digest_of, packed, place_of
from dancu.gateway.store import read_only

if TYPE_CHECKING:
    import datetime

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

__all__ = ["Taken", "back_up", "copy_database"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy that was made.

    Attributes:
        path: of the tar file, mode 600.
        manifest: what is in it.
        missing: files that the configuration names and that are not there.
    """

    path: Path
    manifest: Manifest
    missing: tuple[str, ...]


def back_up(config: Path, to: Path, *, recipient: X25519PublicKey | None, now: datetime.datetime) -> Taken:
    """Copy everything that a gateway needs elsewhere into one file; it may be answering meanwhile.

    Args:
        config: ``gateway.toml``.
        to: a directory, or a file that does not exist yet.
        recipient: who can open the secrets; without one they are left out.
        now: UTC.

    Raises:
        ConfigurationError: the configuration cannot be used, the chain is broken, or the copy cannot be written.
    """
    path = to / f"dancu-{socket.gethostname()}-{now:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
    if path.exists():
        raise _not_written("it exists already")
    try:
        with tempfile.TemporaryDirectory(prefix=".dancu-", dir=path.parent) as work:
            return _written(config, path, Path(work), recipient=recipient, now=now)
    except OSError as error:
        raise _not_written(error.strerror or "not written") from None
    except sqlite3.Error:
        raise ConfigurationError("profile_invalid", field="audit.database", detail="cannot be copied") from None


def _not_written(detail: str) -> ConfigurationError:
    return ConfigurationError("profile_invalid", field="--to", detail=detail)


def _written(
    config: Path, path: Path, work: Path, *, recipient: X25519PublicKey | None, now: datetime.datetime
) -> Taken:
    at = load_config(config).directory
    proof = proof_of(config)
    copy = work / "database"
    copy_database(proof.log, copy)
    head = head_of(copy, proof.keys)
    files = named_files(config)
    missing = tuple(one.setting for one in files if not one.path.is_file())
    public = {
        place_of(one.path, at): one.path.read_bytes() for one in files if one.path.is_file() and not one.is_secret
    }
    hidden = {place_of(one.path, at): one.path.read_bytes() for one in files if one.path.is_file() and one.is_secret}
    members = {f"files/{name}": content for name, content in public.items()}
    if recipient is not None:
        members[SEALED] = closed(packed(hidden), recipient, random_bytes=secrets.token_bytes)
    manifest = Manifest(
        made=now.isoformat(timespec="seconds"),
        node=socket.gethostname(),
        config=config.name,
        database=place_of(proof.log.absolute(), at),
        head=head,
        entries=(_of_database(copy), *(_entry(name, content) for name, content in members.items())),
        secrets=tuple(hidden),
        sealed=recipient is not None,
    )
    _pack(path, work / "copy.tar", manifest, members, copy)
    return Taken(path, manifest, missing)


def _of_database(copy: Path) -> Entry:
    return Entry(DATABASE, copy.stat().st_size, digest_of(copy))


def _entry(name: str, content: bytes) -> Entry:
    return Entry(name, len(content), hashlib.sha256(content).hexdigest())


def _pack(path: Path, draft: Path, manifest: Manifest, members: dict[str, bytes], copy: Path) -> None:
    """Whole under another name first, on disk, then under its own."""
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            add_bytes(tar, "manifest.json", manifest.to_json())
            for name, content in members.items():
                add_bytes(tar, name, content)
            member = tarfile.TarInfo(DATABASE)
            member.size, member.mode = copy.stat().st_size, 0o600
            with copy.open("rb") as database:
                tar.addfile(member, database)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def copy_database(source: Path, target: Path) -> None:
    """One moment of a database that others write; they are not held up, since it has a write-ahead log.

    Raises:
        OSError: the disk has less room than twice the database.
        sqlite3.Error: it cannot be read.
    """
    size = source.stat().st_size
    if shutil.disk_usage(target.parent).free < 2 * size:
        raise OSError(28, "the disk has less room than twice the audit")
    target.touch(mode=0o600)
    with contextlib.closing(read_only(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
