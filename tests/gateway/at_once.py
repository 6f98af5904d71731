"""A gateway in the test's own event loop, before a mock over mTLS, with the files of a test."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from dancu import MemorySink
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.config import load_config

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

__all__ = ["HEAD", "AtOnce", "asked_of", "gateway_at"]

HEAD = """
[listen]
port = 0
plain = true
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[protection]
floor = 0
per_subject = 1000000
per_officer = 1000000
per_application = 1000000
"""


@dataclass
class AtOnce:
    """A gateway that is open.

    Attributes:
        now: its rules' monotonic clock, to be moved.
        sink: its records.
    """

    gateway: Gateway
    client: httpx.AsyncClient
    sink: MemorySink
    now: list[float]

    async def ask(self, key: str | None, body: dict[str, Any], *, path: str = "lookup", token: str = "") -> Any:
        """The status, and the code or outcome of a question; the reason where there is one."""
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        headers |= {"Officer-Token": token} if token else {}
        response = await self.client.post(f"/v1/{path}", json=body, headers=headers)
        said = response.json()
        errors = [one["message"] for one in said.get("errors", ())]
        return (response.status_code, said.get("code", said.get("outcome")), *errors)

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The records of a kind."""
        found = [json.loads(line) for line in self.sink.lines]
        return [one for one in found if one["record"] == kind]


def asked_of(unit: str = "H15.42", officer: str = "can.bo.mau", **parts: Any) -> dict[str, Any]:
    """A look-up of the name of Nguyễn Thị Mẫu."""
    return {
        "subject": {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"},
        "purpose": {"procedure": "1.004194", "unit": unit, "officer": {"code": officer}, "session": "s"},
        "fields": ["name"],
        **parts,
    }


@contextlib.asynccontextmanager
async def gateway_at(directory: Path) -> AsyncGenerator[AtOnce]:
    """The gateway of a directory's ``gateway.toml``."""
    sink, now = MemorySink(), [time.monotonic()]
    gateway = Gateway(load_config(directory / "gateway.toml"), sink, monotonic=lambda: now[0])
    transport = httpx.ASGITransport(build_app(gateway))
    async with gateway.opened(), httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield AtOnce(gateway, client, sink, now)
