"""The keys of an audit: where they lie, and how those that nobody named are made at first use."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.policy.chain import ChainKeys, mac_key, signing_key
from dancu.profiles.loader import read_secret
from dancu.profiles.parts import SecretSource

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.privacy import Secret

__all__ = ["audit_key", "chain_keys", "key_beside", "signing_key_beside"]


def key_beside(log: Path) -> Path:
    """Where the audit's key lies when nobody says: ``LOG.key``."""
    return log.with_name(f"{log.name}.key")


def signing_key_beside(log: Path) -> Path:
    """Where the key that signs lies when nobody says: ``LOG.signing.key``."""
    return log.with_name(f"{log.name}.signing.key")


def audit_key(named: SecretSource | None, *, log: Path, directory: Path, setting: str) -> Secret:
    """The key that a profile names; else the one beside the log, ``LOG.key``, so that hashes stay comparable.

    Args:
        named: where it lies.
        log: the file or database.
        directory: what relative names are relative to.
        setting: what to blame where the log's directory cannot be written.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``audit.key`` or ``setting``.
    """
    return _kept(named, "audit.key", path=key_beside(log), directory=directory, setting=setting)


def chain_keys(
    key: Secret, *, version: int, signing: SecretSource | None, log: Path, directory: Path, setting: str
) -> ChainKeys:
    """What a log is chained with: a MAC key from the audit's key, and a key that signs, by default ``LOG.signing.key``.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``audit.signing_key`` or ``setting``.
    """
    beside = signing_key_beside(log)
    text = _kept(signing, "audit.signing_key", path=beside, directory=directory, setting=setting)
    try:
        return ChainKeys(mac_key(key), signing_key(text), version=version)
    except ValueError:
        wanted = "64 hexadecimal digits are wanted"
        raise ConfigurationError("profile_invalid", field="audit.signing_key", detail=wanted) from None


def _kept(named: SecretSource | None, field: str, *, path: Path, directory: Path, setting: str) -> Secret:
    """The named secret; else the one in a file of ours, which is made when it is missing."""
    if named is not None:
        return read_secret(named, directory, field)
    if not path.exists():
        try:
            _make_key(path)
        except OSError:
            where = "its directory cannot be written"
            raise ConfigurationError("profile_invalid", field=setting, detail=where) from None
    return read_secret(SecretSource(file=str(path.absolute())), directory, field)


def _make_key(path: Path) -> None:
    """Written whole under another name first: two processes that start together share one key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32))
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
