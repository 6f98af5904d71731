"""Private adapters: what a profile cannot say of a platform is code of somebody else's, loaded by entry point.

A confidential national platform is added outside this repository, and held to the same conformance kit::

    [project.entry-points."dancu.families"]     # Callable[[Mapping[str, Any], FamilyTools], Credential]
    ndop = "ndop_adapter:family"
    [project.entry-points."dancu.skins"]        # Callable[[bytes], Element | bool | None]
    ndop = "ndop_adapter:opened"
    [project.entry-points."dancu.services"]     # ServiceAdapter
    ndop = "ndop_adapter:service"

and named in a profile::

    [credential]
    family = "adapter"
    name = "ndop"
    settings = { system = "DEMO", secret = { file = "secret.txt" } }
    [wire]
    adapter = "ndop"
    request = "json"
    [services.look_up]
    adapter = "ndop"

Each may take part alone. An adapter is pure where the SDK is pure: a family is a flow that yields
effects, a skin and a service turn values into values and raise only `dancu.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Literal

from dancu.errors import ConfigurationError, Rejected, Unavailable, error_for
from dancu.flows.access.contract import Credential
from dancu.flows.access.kept_token import KeptToken, TokenFamily
from dancu.flows.effects import Flow, send
from dancu.privacy import Secret
from dancu.wire.dialects import read_collection
from dancu.wire.dialects.record import Record
from dancu.wire.messages import WireReply, WireRequest
from dancu.wire.provider_codes import refusal
from dancu.wire.services.adapter import ServiceAdapter
from dancu.wire.services.spec import Keys, WireStyle
from dancu.wire.skins.hardened_json import parse_json
from dancu.wire.tokens import Token
from dancu.wire.xml import Element, parse

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Credential",
    "Element",
    "FamilyTools",
    "Flow",
    "KeptToken",
    "Keys",
    "Record",
    "Rejected",
    "Secret",
    "ServiceAdapter",
    "Token",
    "TokenFamily",
    "Unavailable",
    "WireReply",
    "WireRequest",
    "WireStyle",
    "error_for",
    "load_adapter",
    "parse",
    "parse_json",
    "read_collection",
    "refusal",
    "send",
]

Group = Literal["families", "skins", "services"]


@dataclass(frozen=True, slots=True)
class FamilyTools:
    """What a private family is made with.

    Attributes:
        secret: reads a setting that says where a secret lies, ``{"file": ...}`` and its like; raises
            `ConfigurationError` naming it.
        now: seconds since 1970.
        monotonic: seconds for lives and deadlines.
    """

    secret: Callable[[str], Secret]
    now: Callable[[], float]
    monotonic: Callable[[], float]


def load_adapter(group: Group, name: str, *, field: str) -> Any:
    """The object that an installed package offers under a name.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``: nothing of this name is installed,
            several packages offer it, or it cannot be imported.
    """
    found = tuple(entry_points(group=f"dancu.{group}", name=name))
    if len(found) != 1:
        detail = "no installed package offers this adapter" if not found else "several packages offer this adapter"
        raise ConfigurationError("profile_invalid", field=field, detail=detail)
    try:
        return found[0].load()
    except Exception:  # noqa: BLE001  # whatever a foreign package does at import is one sentence here
        raise ConfigurationError("profile_invalid", field=field, detail="the adapter cannot be imported") from None
