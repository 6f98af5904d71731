"""A copy becomes a gateway again: in a directory of its own, whole and verified, or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.inspection.place import proof_of
from dancu.gateway.keeping.chain_head import Head, head_of, missing_after
from dancu.gateway.keeping.envelope import opened
from dancu.gateway.keeping.manifest import DATABASE, SEALED, Manifest, broken, digest_of, safe, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from dancu.privacy import Secret

__all__ = ["Restored", "restore"]


@dataclass(frozen=True, slots=True)
class Restored:
    """A gateway's directory that was made of a copy.

    Attributes:
        config: its ``gateway.toml``.
        head: the last line of the audit's chain; the log goes on behind it.
        without: files with secrets that are not there, since no identity opened them.
        outside: files that the configuration names elsewhere; they lie below ``outside/``.
        lost: lines that checkpoints kept elsewhere have seen behind the head; None where there are none to ask.
    """

    config: Path
    head: Head
    without: tuple[str, ...]
    outside: tuple[str, ...]
    lost: int | None


def restore(
    copy: Path, to: Path, *, identity: X25519PrivateKey | None = None, checkpoints: Path | None = None
) -> Restored:
    """Verify a copy, each file and the audit's chain, and put it where nothing is yet.

    Args:
        copy: what `dancu.gateway.keeping.backup.back_up` made.
        to: a directory that is empty, or not there.
        identity: opens the secrets.
        checkpoints: a second place of the audit's checkpoints, to be compared with.

    Raises:
        ConfigurationError: the directory is not empty, the copy was changed, or its chain is broken; nothing is there.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise ConfigurationError("profile_invalid", field="--to", detail="a directory that is empty, or a new one")
    try:
        to.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".dancu-", dir=to.absolute().parent) as work:
            draft = Path(work) / "restored"
            draft.mkdir(mode=0o700)
            return _restored(copy, draft, to, identity=identity, checkpoints=checkpoints)
    except OSError as error:
        raise ConfigurationError("profile_invalid", field="--to", detail=error.strerror or "not written") from None
    except (tarfile.TarError, sqlite3.Error):
        raise broken("not a copy that `dancu gateway backup` made, or cut short") from None


def _restored(
    copy: Path, draft: Path, to: Path, *, identity: X25519PrivateKey | None, checkpoints: Path | None
) -> Restored:
    manifest = _unpack(copy, draft)
    without = manifest.secrets
    if identity is not None and manifest.sealed:
        _unseal(draft, manifest, identity)
        without = ()
    (draft / SEALED).unlink(missing_ok=True)
    log = draft / manifest.database
    keys: Mapping[int, Secret] = {} if without else _keys(draft / manifest.config)
    found = head_of(log, keys, setting="backup")
    if (found.log, found.sequence) != (manifest.head.log, manifest.head.sequence):
        raise broken("its chain ends elsewhere than its manifest says")
    lost = None if checkpoints is None else missing_after(found, checkpoints)
    outside = tuple(one.relative_to(draft).as_posix() for one in (draft / "outside").rglob("*") if one.is_file())
    if to.is_dir():
        to.rmdir()
    draft.replace(to)
    return Restored(to / manifest.config, found, without, outside, lost)


def _unpack(copy: Path, draft: Path) -> Manifest:
    """Every member, at its place below a draft, compared with the manifest."""
    with tarfile.open(copy, mode="r:") as tar:
        first = tar.next()
        text = None if first is None or first.name != "manifest.json" else tar.extractfile(first)
        if text is None:
            raise broken("without a manifest")
        manifest = Manifest.from_json(text.read())
        if not all(map(safe, (manifest.database, manifest.config, *(one.name for one in manifest.entries)))):
            raise broken("it names a file outside of its directory")
        left = {one.name: one for one in manifest.entries}
        while (member := tar.next()) is not None:
            entry = left.pop(member.name, None)
            content = tar.extractfile(member) if member.isreg() else None
            if entry is None or content is None:
                raise broken("it holds what its manifest does not name")
            path = draft / (manifest.database if member.name == DATABASE else member.name.removeprefix("files/"))
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, b"")
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
            if (path.stat().st_size, digest_of(path)) != (entry.size, entry.sha256):
                raise broken(f"{member.name} is not what was copied")
    if left:
        raise broken(f"{min(left)} is not in it")
    return manifest


def _unseal(draft: Path, manifest: Manifest, identity: X25519PrivateKey) -> None:
    try:
        files = unpacked(opened((draft / SEALED).read_bytes(), identity))
    except ValueError:
        raise ConfigurationError("profile_invalid", field="--identity", detail="it does not open this copy") from None
    if set(files) != set(manifest.secrets) or not all(map(safe, files)):
        raise broken("its keys are not those that its manifest names")
    for name, content in files.items():
        path = draft / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, content)


def _keys(config: Path) -> Mapping[int, Secret]:
    """Of the MACs; none where the configuration names them elsewhere, on a machine that is gone."""
    try:
        return proof_of(config).keys
    except ConfigurationError:
        return {}


def _write(path: Path, content: bytes) -> None:
    """Of mode 600 from the beginning, and never over another file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
