"""How a platform wraps its answers, by the name a profile gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.wire.soap import open_envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu.wire.services.spec import RequestForm
    from dancu.wire.xml import Element

__all__ = ["REQUEST_FORMS", "SKINS"]

SKINS: Mapping[str, Callable[[bytes], Element | bool | None]] = {"soap": open_envelope}
"""From the bytes of an HTTP 200 to its payload, a JSON yes or no, or None for an empty Body."""

REQUEST_FORMS: Mapping[str, RequestForm] = {"soap": "soap"}
"""The form of the requests that goes with a skin unless the profile says otherwise."""
