"""Where a store's chain ends, after all of it was verified; and what a second place of checkpoints knows besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.store import stored_lines
from dancu.policy.chain import mac_key, read_link
from dancu.policy.chain_reading import verify_chain
from dancu.runtime.chained import file_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dancu.privacy import Secret

__all__ = ["Head", "head_of", "missing_after"]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain that is whole.

    Attributes:
        log: id of the log; None before its first line.
        sequence: of its last line; -1 before the first.
        records: lines of the chain.
        public_key: under which the log signs, hexadecimal.
        macs_checked: whether there was every key to check the MACs with.
    """

    log: str | None
    sequence: int
    records: int
    public_key: str | None
    macs_checked: bool


def head_of(database: Path, keys: Mapping[int, Secret], *, setting: str = "audit.database") -> Head:
    """Verify a store's chain from its first line to its last.

    Raises:
        ConfigurationError: it is broken; ``setting`` is blamed, the detail says at which line.
        sqlite3.Error: it cannot be read.
    """
    sequence, versions = -1, set[int]()
    for line in stored_lines(database):
        link = read_link(line)
        if link is not None:
            sequence = link.sequence
            versions.add(link.version)
    # An older key is kept elsewhere after a change of keys; what it sealed still has its hashes and signatures.
    macs = {version: mac_key(key) for version, key in keys.items()} if versions <= keys.keys() else {}
    report = verify_chain(stored_lines(database), keys=macs)
    if report.broken is not None and not (report.broken.kind == "no_chain" and not report.unchained):
        detail = f"the chain is broken: {report.broken.kind} at line {report.broken.line or '-'}"
        raise ConfigurationError("profile_invalid", field=setting, detail=detail)
    return Head(report.log, sequence, report.records, report.public_key, report.macs_checked)


def missing_after(head: Head, checkpoints: Path) -> int:
    """How many lines checkpoints of this log, kept elsewhere, have seen behind its head.

    Raises:
        OSError: they cannot be read.
    """
    links = (read_link(line) for line in file_lines(checkpoints))
    seen = [link.sequence for link in links if link is not None and link.log == head.log]
    return max(0, max(seen, default=-1) - head.sequence)
