"""T3: the key itself in ``Authorization``, no scheme word, no token (wire.md §2.1, HCM City)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.access.contract import Gate, decoded, object_of, same

if TYPE_CHECKING:
    from dancu_mock.access.contract import Visit
    from dancu_mock.settings import MockSettings

__all__ = ["HEADER_KEY", "holds_key"]

_LONG = {
    "AccessKey": "user",
    "SecretKey": "secret",
    "AppName": "app_name",
    "PartnerCode": "partner_code",
    "PartnerCodeCus": "partner_code_cus",
}
_SHORT = {"app": "app_name", "secret": "secret", "key": "user"}
_NAMES = {"long": _LONG, "short": _SHORT}


def holds_key(header: str | None, settings: MockSettings, *, names: str) -> bool:
    """Whether a header is base64 of a JSON object with just these members, in order, and the right values."""
    right = _NAMES[names]
    members = object_of(decoded(header or ""))
    if [name for name, _value in members] != list(right):
        return False
    return all(same(value, getattr(settings, right[name])) for name, value in members)


def _admits(visit: Visit) -> bool:
    header = visit.request.header("Authorization")
    return holds_key(header, visit.settings, names=visit.settings.key_names)


HEADER_KEY = Gate(
    _admits,
    {
        "StatusCode": 401,
        "Status": "ERROR",
        "ThrowException": False,
        "Description": "MOCK: wrong credentials",
        "ResultType": None,
        "ResultObject": None,
    },
)
