"""Skin ``json-string``: a JSON string whose text is the SOAP XML (wire.md §5 quirk 9: S6).

One sample's line ends had lost their backslash, so that ``u000a`` stood between the tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.skins.members import read_value, text

if TYPE_CHECKING:
    from dancu.wire.xml import Element

__all__ = ["open_json_string"]

_LOST_ESCAPES = re.compile(r"(?<=>)(?:\s|u000[ad9])++(?=<|\Z)", re.IGNORECASE)


def open_json_string(body: bytes) -> Element | None:
    """The payload; inside a value the same letters are left alone."""
    document = read_value(body)
    if not isinstance(document, str):
        raise Unavailable("unknown_answer", detail="another value than a JSON string")
    return text(_LOST_ESCAPES.sub("\n", document))
