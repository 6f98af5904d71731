"""What a new version changes, said before it does; forward after a copy was made, and back again."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cryptography import x509

from dancu.errors import ConfigurationError
from dancu.gateway.config import load_config
from dancu.gateway.inspection.place import proof_of
from dancu.gateway.keeping.chain_head import head_of
from dancu.gateway.keeping.files import named_files
from dancu.gateway.migrations import CURRENT, migrate, transaction, version_of
from dancu.gateway.store import read_only
from dancu.words import Phrase

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from dancu.gateway.config import GatewayConfig

__all__ = ["Finding", "foresee", "move"]

_SOON_DAYS = 30
_LOCK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an upgrade would change or stumble over.

    Attributes:
        level: ``change``: it will be done; ``note``: it should be looked at; ``fault``: the upgrade is refused.
        place: the setting.
        words: about it.
    """

    level: Literal["change", "note", "fault"]
    place: str
    words: Phrase


def foresee(path: Path, *, now: datetime.datetime) -> list[Finding]:
    """What this version would do with the files of an older one; nothing is written.

    Args:
        path: of ``gateway.toml``.
        now: UTC.
    """
    try:
        config = load_config(path)
    except ConfigurationError as error:
        return [_fault(error)]
    return [*_of_database(config), *_of_certificates(path, now)]


def _fault(error: ConfigurationError) -> Finding:
    detail = error.detail or error.code
    return Finding("fault", error.field or "gateway", Phrase(detail, f"không dùng được: {detail}"))


def _of_database(config: GatewayConfig) -> Iterator[Finding]:
    path = config.directory / config.audit.database
    place = "audit.database"
    if not path.exists():
        yield Finding("change", place, Phrase("will be made", "sẽ được tạo mới"))
        return
    try:
        with contextlib.closing(read_only(path)) as database:
            version = version_of(database)
    except ConfigurationError as error:
        yield _fault(error)
        return
    except sqlite3.Error:
        yield Finding("fault", place, Phrase("cannot be read", "không đọc được"))
        return
    if version < CURRENT:
        words = Phrase(f"tables from version {version} to {CURRENT}", f"bảng từ phiên bản {version} lên {CURRENT}")
        yield Finding("change", place, words)
    free, wanted = shutil.disk_usage(path.parent).free, 3 * path.stat().st_size
    if free < wanted:
        words = Phrase(f"{wanted - free} bytes more must be free", f"đĩa thiếu {wanted - free} byte")
        yield Finding("fault", place, words)


def _of_certificates(path: Path, now: datetime.datetime) -> Iterator[Finding]:
    for one in named_files(path):
        if one.setting.rpartition(".")[2] != "certificate":
            continue
        try:
            left = (x509.load_pem_x509_certificate(one.path.read_bytes()).not_valid_after_utc - now).days
        except (OSError, ValueError):
            words = Phrase("no certificate can be read there", "không đọc được chứng thư")
            yield Finding("note", one.setting, words)
            continue
        if left < _SOON_DAYS:
            yield Finding("note", one.setting, Phrase(f"ends in {left} days", f"còn {left} ngày"))


def move(path: Path, *, to: int) -> tuple[int, int]:
    """Take the audit's tables to a version, in one transaction, and verify the chain afterwards.

    Args:
        path: of ``gateway.toml``.
        to: the version; a lower one goes back.

    Returns:
        The version before, and the number of the chain's last line.

    Raises:
        ConfigurationError: there is no such way, the chain is broken, or the database cannot be written.
    """
    proof = proof_of(path)
    if not proof.log.is_file():
        raise _unusable("there is none yet: the gateway makes it when it starts")
    try:
        with contextlib.closing(_opened(proof.log)) as database:
            before = version_of(database)
            with transaction(database):
                migrate(database, to=to)
        return before, head_of(proof.log, proof.keys).sequence
    except sqlite3.Error:
        raise _unusable("cannot be written") from None


def _opened(path: Path) -> sqlite3.Connection:
    """The database as it is: `opened_to_write` would take it forward by itself."""
    database = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None)
    database.execute("PRAGMA synchronous=FULL")
    return database


def _unusable(detail: str) -> ConfigurationError:
    return ConfigurationError("profile_invalid", field="audit.database", detail=detail)
