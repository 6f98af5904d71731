"""dancu: the typed door to Vietnam's national population database.

::

    from dancu import Client, Found, NotMatched, Officer, Purpose, Subject

Each name is loaded when it is first asked for: pytest loads a plugin out of this package wherever it is installed.
"""

from __future__ import annotations

import importlib as _importlib
import typing as _typing

if _typing.TYPE_CHECKING:
    from dancu.aclient import AsyncClient
    from dancu.client import Client
    from dancu.domain.address_text import parse_address
    from dancu.domain.card import parse_card
    from dancu.domain.codes import Coded
    from dancu.domain.conversion import convert
    from dancu.domain.date_words import date_in_words
    from dancu.domain.dates import PartialDate
    from dancu.domain.fields import FIELDS, FieldName
    from dancu.domain.ids import is_synthetic, parse_number, read_number
    from dancu.domain.names import Name
    from dancu.domain.number_findings import check_number
    from dancu.domain.outcomes import Ambiguous, Confirmed, FieldVerdict, Found, Note, NotMatched, Verified
    from dancu.domain.people import Citizen, Relative
    from dancu.domain.places import Address
    from dancu.domain.queries import Claim, Officer, Purpose, Subject
    from dancu.domain.search import find_places
    from dancu.domain.serial import from_json, to_json
    from dancu.errors import (
        CODES,
        ConfigurationError,
        DancuError,
        FieldNotAsked,
        InvalidInput,
        Rejected,
        Unavailable,
    )
    from dancu.prefill.record import FieldValue
    from dancu.prefilled import Prefill
    from dancu.privacy import Secret
    from dancu.profiles import Profile, load_profile
    from dancu.runtime.sinks import AuditSink, FileSink, MemorySink

__all__ = [
    "CODES",
    "FIELDS",
    "Address",
    "Ambiguous",
    "AsyncClient",
    "AuditSink",
    "Citizen",
    "Claim",
    "Client",
    "Coded",
    "ConfigurationError",
    "Confirmed",
    "DancuError",
    "FieldName",
    "FieldNotAsked",
    "FieldValue",
    "FieldVerdict",
    "FileSink",
    "Found",
    "InvalidInput",
    "MemorySink",
    "Name",
    "NotMatched",
    "Note",
    "Officer",
    "PartialDate",
    "Prefill",
    "Profile",
    "Purpose",
    "Rejected",
    "Relative",
    "Secret",
    "Subject",
    "Unavailable",
    "Verified",
    "check_number",
    "convert",
    "date_in_words",
    "find_places",
    "from_json",
    "is_synthetic",
    "load_profile",
    "parse_address",
    "parse_card",
    "parse_number",
    "read_number",
    "to_json",
]

_HOMES = {
    "dancu.aclient": ("AsyncClient",),
    "dancu.client": ("Client",),
    "dancu.domain.address_text": ("parse_address",),
    "dancu.domain.card": ("parse_card",),
    "dancu.domain.codes": ("Coded",),
    "dancu.domain.conversion": ("convert",),
    "dancu.domain.date_words": ("date_in_words",),
    "dancu.domain.dates": ("PartialDate",),
    "dancu.domain.fields": ("FIELDS", "FieldName"),
    "dancu.domain.ids": ("is_synthetic", "parse_number", "read_number"),
    "dancu.domain.names": ("Name",),
    "dancu.domain.number_findings": ("check_number",),
    "dancu.domain.outcomes": ("Ambiguous", "Confirmed", "FieldVerdict", "Found", "Note", "NotMatched", "Verified"),
    "dancu.domain.people": ("Citizen", "Relative"),
    "dancu.domain.places": ("Address",),
    "dancu.domain.queries": ("Claim", "Officer", "Purpose", "Subject"),
    "dancu.domain.search": ("find_places",),
    "dancu.domain.serial": ("from_json", "to_json"),
    "dancu.errors": (
        "CODES",
        "ConfigurationError",
        "DancuError",
        "FieldNotAsked",
        "InvalidInput",
        "Rejected",
        "Unavailable",
    ),
    "dancu.prefill.record": ("FieldValue",),
    "dancu.prefilled": ("Prefill",),
    "dancu.privacy": ("Secret",),
    "dancu.profiles": ("Profile", "load_profile"),
    "dancu.runtime.sinks": ("AuditSink", "FileSink", "MemorySink"),
}


if not _typing.TYPE_CHECKING:  # a checker would let every name pass

    def __getattr__(name: str) -> object:
        for module, names in _HOMES.items():
            if name in names:
                found = globals()[name] = getattr(_importlib.import_module(module), name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
