"""Skin ``soap``: the SOAP envelope itself; faults come under HTTP 500, as SOAP 1.1 has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.render.markup import fault
from dancu_mock.skins.contract import XML, Skin

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["SOAP"]


def _wrap(document: bytes, _settings: MockSettings) -> bytes:
    return document


def _malformed(text: str, _settings: MockSettings) -> tuple[int, bytes]:
    return 500, fault("Client", text)


SOAP = Skin(XML, _wrap, _malformed)
