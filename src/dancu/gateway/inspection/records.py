"""The record of a question to the audit: who looked into it, for what, and why; written before it is answered."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from dancu.errors import InvalidInput, Unavailable
from dancu.runtime.sinks import AUDIT_SECONDS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from dancu.runtime.sinks import AuditSink

__all__ = ["Inspection", "check_code", "check_words", "keep"]

_NUMBER = re.compile(r"[0-9](?:[ .]?[0-9]){8,}")
_PATIENCE = 4 * AUDIT_SECONDS
"""An inspector waits longer than a call at the counter does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One question to the audit.

    Attributes:
        time: UTC.
        reference: ULID.
        question: the command: ``subject``, ``officer``, ``application``, ``dossier``, ``unlinked``, ``export``,
            ``letter``, ``anomalies`` or ``inspections``.
        inspector: code of who asks.
        account: their account on the machine.
        reason: why, in their words.
        about: what was asked for, by option.
        subjects: keyed hashes of the person asked about, one for each number and key.
        refused: whether the inspector is none, so that nothing was answered.
    """

    time: datetime.datetime
    reference: str
    question: str
    inspector: str
    account: str
    reason: str
    about: Mapping[str, str] = field(default_factory=dict[str, str])
    subjects: tuple[str, ...] = ()
    refused: bool = False

    def line(self) -> bytes:
        """The record as one line of JSON, UTF-8, without its newline."""
        parts = {"record": "inspection", **asdict(self), "time": self.time.isoformat(timespec="milliseconds")}
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def check_words(name: str, text: str) -> str:
    """What an inspector typed, on one line of 3 to 500 characters, without a person's number in it.

    Raises:
        InvalidInput: ``invalid_purpose`` naming the option.
    """
    words = " ".join(text.split())
    if not 3 <= len(words) <= 500 or not words.isprintable():
        raise InvalidInput("invalid_purpose", field=name, detail="3 to 500 characters of one line")
    if _NUMBER.search(words):
        raise InvalidInput("invalid_purpose", field=name, detail="holds what may be a person's number")
    return words


def check_code(name: str, text: str) -> str:
    """A code or name that an inspector typed, 1 to 200 characters of one line.

    Raises:
        InvalidInput: ``invalid_purpose`` naming the option.
    """
    if not 1 <= len(text) <= 200 or not text.isprintable():
        raise InvalidInput("invalid_purpose", field=name, detail="1 to 200 characters of one line")
    return text


def keep(inspection: Inspection, sink: AuditSink) -> None:
    """Make it durable.

    Raises:
        Unavailable: ``audit_unavailable``: nothing may be answered.
    """
    try:
        sink.append(inspection.line()).result(_PATIENCE)
    except (OSError, TimeoutError):
        raise Unavailable("audit_unavailable", detail="the inspection could not be recorded") from None
