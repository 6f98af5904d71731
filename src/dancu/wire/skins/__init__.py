"""How a platform wraps its answers, by the name a profile gives it.

============== ===================================================== ================
skin           an HTTP 200                                           requests, unless
============== ===================================================== ================
soap           SOAP 1.1 envelope                                     soap
json-message   error_code and the SOAP XML as message                json
json-string    a JSON string, the SOAP XML                           soap
json-flag      data: true or false                                   json
json-tree      the XML converted to JSON                             json
result-object  StatusCode, Status, ThrowException, ResultObject      soap
coded-response code, status, correlationId, response                 json
============== ===================================================== ================

``{"message", "errorCode"}`` of OpenCPS may come instead of any of them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.wire.skins.coded_response import open_coded_response
from dancu.wire.skins.json_flag import open_json_flag
from dancu.wire.skins.json_message import open_json_message
from dancu.wire.skins.json_string import open_json_string
from dancu.wire.skins.json_tree import open_json_tree
from dancu.wire.skins.result_object import open_result_object
from dancu.wire.skins.soap_envelope import open_soap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu.wire.services.spec import RequestForm
    from dancu.wire.xml import Element

__all__ = ["REQUEST_FORMS", "SKINS"]

SKINS: Mapping[str, Callable[[bytes], Element | bool | None]] = MappingProxyType(
    {
        "soap": open_soap,
        "json-message": open_json_message,
        "json-string": open_json_string,
        "json-flag": open_json_flag,
        "json-tree": open_json_tree,
        "result-object": open_result_object,
        "coded-response": open_coded_response,
    }
)
"""From the bytes of an HTTP 200 to its payload, a JSON yes or no, or None for an empty Body.

Each raises `Rejected` or `Unavailable`, without a word of the answer in the error.
"""

REQUEST_FORMS: Mapping[str, RequestForm] = MappingProxyType(
    {
        "soap": "soap",
        "json-message": "json",
        "json-string": "soap",
        "json-flag": "json",
        "json-tree": "json",
        "result-object": "soap",
        "coded-response": "json",
    }
)
"""The form of the requests that goes with a skin unless the profile says otherwise."""
