"""A supervisor's act: what was counted about a person is forgotten, after the audit has who, for whom and why."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from dancu.domain.ids import without_separators
from dancu.errors import InvalidInput, Unavailable
from dancu.gateway.config import load_config
from dancu.gateway.inspection.place import place_of
from dancu.gateway.mismatches import Mismatches, counters_of
from dancu.gateway.store_keys import open_store
from dancu.runtime.clock import system_clock
from dancu.runtime.sinks import AUDIT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.gateway.config import GatewayConfig

__all__ = ["unlock"]

_SHORTEST, _LONGEST = 3, 500


def unlock(path: Path, *, application: str, supervisor: str, reason: str, number: str) -> int:
    """End the lock on a person for one application.

    Args:
        path: of ``gateway.toml``; the gateway may run meanwhile.
        application: its name there.
        supervisor: who does it.
        reason: why.
        number: of the person; it is hashed here and kept nowhere.

    Returns:
        How many questions are forgotten.

    Raises:
        ConfigurationError: the file, or a setting of it.
        InvalidInput: ``invalid_fields`` naming ``application``, ``supervisor`` or ``reason``.
        Unavailable: ``audit_unavailable``; the lock stays.
    """
    config = load_config(path)
    if application not in {one.name for one in config.application}:
        raise InvalidInput("invalid_fields", field="application", detail="not in the configuration")
    said = {"supervisor": _words("supervisor", supervisor, number), "reason": _words("reason", reason, number)}
    subjects = [key.of_number(number) for key in place_of(path).persons]
    time_now = system_clock().now().isoformat(timespec="milliseconds")
    for subject in subjects:
        record = {"record": "unlock", "time": time_now, "application": application, "subject": subject, **said}
        _keep(config, json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())
    mismatches = Mismatches(counters_of(config), config.protection.limits, time.time)
    try:
        return sum(mismatches.unlock(application, subject) for subject in subjects)
    finally:
        mismatches.close()


def _words(name: str, text: str, number: str) -> str:
    said = text.strip()
    if not _SHORTEST <= len(said) <= _LONGEST or not said.isprintable() or number in without_separators(said):
        detail = f"{_SHORTEST} to {_LONGEST} characters of one line, without a person's number"
        raise InvalidInput("invalid_fields", field=name, detail=detail)
    return said


def _keep(config: GatewayConfig, line: bytes) -> None:
    sink = open_store(config)
    try:
        sink.append(line).result(AUDIT_SECONDS)
    except (OSError, TimeoutError):
        raise Unavailable("audit_unavailable") from None
    finally:
        sink.close()
