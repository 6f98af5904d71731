"""A record out of a payload of somebody else's: our field names, or those of the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dancu.domain.ids import is_synthetic
from dancu.domain.names import fold_name
from dancu.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PLACES", "record_of"]

PLACES: Mapping[str, str] = {
    **dict.fromkeys(("number", "sodinhdanh"), "number"),
    **dict.fromkeys(("oldnumber", "socmnd"), "old_number"),
    **dict.fromkeys(("name", "hovaten"), "name"),
    **dict.fromkeys(("birthdate", "ngaythangnamsinh"), "birth"),
    **dict.fromkeys(("gender", "gioitinh"), "gender"),
    **dict.fromkeys(("ethnicgroup", "dantoc"), "ethnic_group"),
    **dict.fromkeys(("religion", "tongiao"), "religion"),
    **dict.fromkeys(("maritalstatus", "tinhtranghonnhan"), "marital_status"),
    **dict.fromkeys(("bloodgroup", "nhommau"), "blood_group"),
    **dict.fromkeys(("nationality", "quoctich"), "nationality"),
}
"""Letters of a key, small, to what it is."""

_BIRTH = re.compile(r"([0-9]{4})(?:-?([0-9]{2})-?([0-9]{2}))?")


def record_of(payload: Mapping[object, object], asked: str | None) -> dict[str, str | int] | None:
    """The keys of a person of the mock; None where number, name and birth are not all there and invented.

    Args:
        payload: as it was read.
        asked: the number of the question, where one is known.
    """
    held = {PLACES.get(re.sub("[^a-z]", "", str(key).lower())): str(value) for key, value in payload.items()}
    number, name, birth = held.get("number", asked or ""), held.get("name", ""), _BIRTH.fullmatch(held.get("birth", ""))
    numbers = (number, held.get("old_number") or number, asked or number)
    if birth is None or not all(one.isascii() and one.isdigit() and is_synthetic(one) for one in numbers):
        return None
    try:
        key = fold_name(name, "folded")
    except InvalidInput:
        return None
    found: dict[str, str | int] = {"asked_number": asked or number, "key": key, "year": int(birth.group(1))}
    if birth.group(2):
        found |= {"month": int(birth.group(2)), "day": int(birth.group(3))}
    if number != (asked or number):
        found["number"] = number
    plain = {place: value for place, value in held.items() if place not in {None, "number", "birth"} and value}
    return found | {str(place): value for place, value in plain.items()}
