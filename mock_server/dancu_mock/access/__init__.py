"""The gates, one file for each credential family, each as strict as a real one (wire.md §2.1)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu_mock.access.client_credentials import CLIENT_CREDENTIALS
from dancu_mock.access.contract import Door, Gate, Visit
from dancu_mock.access.esb import ESB
from dancu_mock.access.hash_basic import HASH_BASIC
from dancu_mock.access.header_key import HEADER_KEY
from dancu_mock.access.jwt_login import JWT_LOGIN
from dancu_mock.access.lgsp_token import LGSP_TOKEN
from dancu_mock.access.portal_session import PORTAL_SESSION
from dancu_mock.access.xroad import XROAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.settings import FamilyName

__all__ = ["GATES", "Door", "Gate", "Visit"]

GATES: Mapping[FamilyName, Gate] = MappingProxyType(
    {
        "hash-basic": HASH_BASIC,
        "xroad": XROAD,
        "esb": ESB,
        "lgsp-token": LGSP_TOKEN,
        "header-key": HEADER_KEY,
        "client-credentials": CLIENT_CREDENTIALS,
        "jwt-login": JWT_LOGIN,
        "portal-session": PORTAL_SESSION,
    }
)
"""Family to gate."""
