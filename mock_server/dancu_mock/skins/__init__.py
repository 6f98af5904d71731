"""The skins, one file for each way in which a platform wraps its answers (wire.md §1.3, §3, §5, §7.5).

============== ======================= ========================================
skin           nobody fits             a request that was not understood
============== ======================= ========================================
soap           an empty collection     HTTP 500, a SOAP Fault
json-message   the same, as text       ``error_code`` -1
json-string    the same, as a string   a SOAP Fault as a string
json-flag      ``{"data": false}``     HTTP 400, ``errorCode`` 01
json-tree      ``CongdanCollection``   a Fault, converted
result-object  SUCCESS, the same       ``ThrowException``, ``StatusCode`` 500
coded-response code 200, the same      code 400
============== ======================= ========================================

A refused licence is ``{"message", "errorCode": "004" | "005"}`` in all of them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu_mock.skins.coded_response import CODED_RESPONSE
from dancu_mock.skins.contract import Skin, compact, opencps
from dancu_mock.skins.json_flag import JSON_FLAG
from dancu_mock.skins.json_message import JSON_MESSAGE
from dancu_mock.skins.json_string import JSON_STRING
from dancu_mock.skins.json_tree import JSON_TREE
from dancu_mock.skins.result_object import RESULT_OBJECT
from dancu_mock.skins.soap import SOAP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.settings import SkinName

__all__ = ["SKINS", "Skin", "compact", "opencps"]

SKINS: Mapping[SkinName, Skin] = MappingProxyType(
    {
        "soap": SOAP,
        "json-message": JSON_MESSAGE,
        "json-string": JSON_STRING,
        "json-flag": JSON_FLAG,
        "json-tree": JSON_TREE,
        "result-object": RESULT_OBJECT,
        "coded-response": CODED_RESPONSE,
    }
)
"""Name to skin."""
