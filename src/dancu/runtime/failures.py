"""Foreign transport errors stop here: each becomes a code of ours (style.md §9.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore
import httpx

from dancu.errors import Code, DancuError, error_for

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOREIGN", "code_of", "from_httpx"]

_CODES: Mapping[type[Exception], Code] = {
    httpcore.ConnectError: "connect_failed",
    httpcore.ConnectTimeout: "timed_out",
    httpcore.ReadTimeout: "timed_out",
    httpcore.WriteTimeout: "timed_out",
    httpcore.PoolTimeout: "too_busy",
    httpcore.ReadError: "disconnected",
    httpcore.WriteError: "disconnected",
    httpcore.RemoteProtocolError: "unreadable_answer",
    httpcore.ProxyError: "connect_failed",
    httpx.ConnectError: "connect_failed",
    httpx.PoolTimeout: "too_busy",
    httpx.TimeoutException: "timed_out",
    httpx.RemoteProtocolError: "disconnected",
    httpx.DecodingError: "unreadable_answer",
    httpx.ProxyError: "connect_failed",
    httpx.NetworkError: "disconnected",
    httpx.UnsupportedProtocol: "connect_failed",
    httpx.TooManyRedirects: "http_error",
    httpx.HTTPStatusError: "http_error",
}

FOREIGN = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpx.HTTPError,
    OSError,
)
"""Everything a transport may raise because of the network or the far side."""


def code_of(error: BaseException) -> Code:
    """The most specific code for a foreign error."""
    for kind in type(error).__mro__:
        if kind in _CODES:
            return _CODES[kind]
    return "disconnected"


def from_httpx(error: Exception) -> DancuError:
    """The error of ours for what a user's own transport raised."""
    return error_for(code_of(error))
