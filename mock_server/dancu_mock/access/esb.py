"""T1e: T1, and the headers of a service bus (wire.md §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.access.contract import Gate
from dancu_mock.access.hash_basic import admits_hash

if TYPE_CHECKING:
    from dancu_mock.access.contract import Visit

__all__ = ["ESB"]


def _admits(visit: Visit) -> bool:
    """Also the type of the source and its user's name."""
    request, settings = visit.request, visit.settings
    source = (request.header("ESB_SOURCE_TYPE"), request.header("ESB_SOURCE_USERNAME"))
    return source == (settings.source_type, settings.user) and admits_hash(visit)


ESB = Gate(_admits)
