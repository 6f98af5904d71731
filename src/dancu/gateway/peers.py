"""The client certificate of a connection: of TLS that ends here, or as a proxy on a Unix socket tells it.

Only a proxy on the socket is believed; over TCP its headers are not looked at. On the socket they are believed whole:
the proxy sets both, always: what a caller sent under these names never gets through it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

__all__ = ["CERTIFICATE", "thumbprint_of", "told_thumbprint"]

CERTIFICATE = "certificate"
"""Where in a request's state the SHA-256 of its client certificate stands."""
_VERIFIED = b"x-client-verify"
_TOLD = b"x-client-certificate"
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def thumbprint_of(tls: ssl.SSLObject | ssl.SSLSocket | None) -> str | None:
    """SHA-256 in hexadecimal of the certificate that a connection's peer proved; None without one."""
    found = None if tls is None else tls.getpeercert(binary_form=True)
    return None if found is None else hashlib.sha256(found).hexdigest()


def told_thumbprint(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The same of what a proxy tells: ``X-Client-Verify: SUCCESS``, and the PEM, percent-encoded; None otherwise."""
    told = [(name, value) for name, value in headers if name in {_VERIFIED, _TOLD}]
    found = dict(told)
    if len(told) != len(found) or found.get(_VERIFIED) != b"SUCCESS":
        return None
    pem = unquote(found.get(_TOLD, b"").decode("latin-1")).strip()
    if not (pem.startswith(_BEGIN) and pem.endswith(_END)):
        return None
    try:
        der = base64.b64decode("".join(pem[len(_BEGIN) : -len(_END)].split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    return hashlib.sha256(der).hexdigest()
