"""Reserved numbers: whoever asks for one gets its fault, in any language, without a control door.

A number keeps its fault for good; a new scenario takes the next free number.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAULT_NUMBERS"]

FAULT_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "000990000000": "close_silently",
        "000990000001": "deep_nesting",
        "000990000002": "drip_body",
        "000990000003": "drip_head",
        "000990000004": "duplicate_element",
        "000990000005": "element_flood",
        "000990000006": "empty_body",
        "000990000007": "empty_soap_body",
        "000990000008": "error_500",
        "000990000009": "flood_1xx",
        "000990000010": "garbage_head",
        "000990000011": "gzip_bomb",
        "000990000012": "gzip_small",
        "000990000013": "hang",
        "000990000014": "html_200",
        "000990000015": "html_502",
        "000990000016": "maintenance_503",
        "000990000017": "oversized",
        "000990000018": "redirect",
        "000990000019": "reset",
        "000990000020": "reset_mid_body",
        "000990000021": "soap_fault_200",
        "000990000022": "soap_fault_500",
        "000990000023": "split_bytes",
        "000990000024": "te_and_cl",
        "000990000025": "throttled",
        "000990000026": "truncated_document",
        "000990000027": "truncated_length",
        "000990000028": "two_answers",
        "000990000029": "two_lengths",
        "000990000030": "unknown_root",
        "000990000031": "utf16_doctype",
        "000990000032": "utf7_doctype",
        "000990000033": "utf8_doctype",
        "000990000034": "wrong_charset",
        "000990000035": "wrong_hash",
        "000990000036": "wrong_person",
    }
)
"""Reserved number to scenario, with any name and birth date."""
