"""T1x: T1, and the headers of an X-Road security server (wire.md §2.1, §7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.access.contract import Gate, same
from dancu_mock.access.hash_basic import admits_hash

if TYPE_CHECKING:
    from dancu_mock.access.contract import Visit

__all__ = ["XROAD"]


def _admits(visit: Visit) -> bool:
    """Also the right client, ``SOAPAction`` of two quotes, and the key where there is one."""
    request, settings = visit.request, visit.settings
    if request.header("X-Road-Client") != settings.x_road_client or request.header("SOAPAction") != '""':
        return False
    keyed = settings.api_key is None or same(request.header("ApiKey"), settings.api_key)
    return keyed and admits_hash(visit)


XROAD = Gate(_admits)
