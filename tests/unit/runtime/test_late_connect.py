"""A time to connect that is over before there is a connection."""

from __future__ import annotations

import socket
import time
from typing import Any

import httpcore
import pytest

from dancu.runtime import blocking_stream
from dancu.runtime.budget import Budget
from dancu.runtime.peers import Peer


def test_no_socket_is_opened_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name resolution took it all: the call has timed out, and nothing is left to be closed."""
    past = time.monotonic() - 1.0
    budget = Budget(until=past, connect_until=past)
    opened: list[Any] = []
    monkeypatch.setattr(blocking_stream, "resolve", lambda *_asked: [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ())])
    monkeypatch.setattr(socket, "socket", lambda *kind: opened.append(kind))
    backend = blocking_stream.BlockingBackend(lambda: budget, Peer())
    with pytest.raises(httpcore.ReadTimeout):
        backend.connect_tcp("platform.example", 443)
    assert opened == []
    assert budget.verdict is not None and budget.verdict.code == "timed_out"
