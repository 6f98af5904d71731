"""Refusals by their words: every code that a platform is known, or inferred, to refuse with (wire.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu_mock.access.contract import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.messages import Reply
    from dancu_mock.settings import MockSettings

__all__ = ["REFUSALS", "Refusal"]

_OURS = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal.

    Attributes:
        status: HTTP status; 0 for the mock's ``refusal_status``.
        members: of the body; None for the words of the gate.
        at_the_gate: whether it comes before the credential is looked at.
    """

    status: int
    members: Mapping[str, object] | None
    at_the_gate: bool = False

    def reply(self, settings: MockSettings, gate: Mapping[str, object]) -> Reply:
        """As an answer."""
        return json_reply(self.status or settings.refusal_status, gate if self.members is None else self.members)


def _opencps(code: str, status: int = _OURS) -> Refusal:
    return Refusal(status, {"message": "MOCK: refused", "errorCode": code})


def _error(code: str) -> Refusal:
    return Refusal(200, {"error_code": code, "message": "MOCK: refused", "result": None})


def _result(code: int, *, status: str = "FAIL", threw: bool = False) -> Refusal:
    said = {"StatusCode": code, "Status": status, "ThrowException": threw, "Description": "MOCK: refused"}
    return Refusal(200, {**said, "ResultObject": None, "ResultType": None})


def _coded(code: int) -> Refusal:
    return Refusal(200, {"code": str(code), "status": "MOCK: refused", "correlationId": "mock", "response": None})


def _wso2(status: int, code: int, *, gate: bool = False) -> Refusal:
    fault = {"code": code, "message": "MOCK", "description": "MOCK: refused"}
    return Refusal(status, {"fault": fault}, at_the_gate=gate)


REFUSALS: Mapping[str, Refusal] = MappingProxyType(
    {
        "credential": Refusal(401, None, at_the_gate=True),
        "errorCode 004": _opencps("004"),
        "errorCode 005": _opencps("005"),
        "errorCode 01": _opencps("01", 400),
        "error_code 00": _error("00"),
        "error_code 01": _error("01"),
        "error_code -1": _error("-1"),
        "successful false": Refusal(200, {"successful": False, "errorCode": "MOCK", "message": "MOCK: refused"}),
        "StatusCode 401": _result(401),
        "StatusCode 403": _result(403),
        "StatusCode 429": _result(429),
        "StatusCode 500": _result(500),
        "Status FAIL": _result(200),
        "ThrowException true": _result(200, status="SUCCESS", threw=True),
        "code 401": _coded(401),
        "code 403": _coded(403),
        "code 429": _coded(429),
        "code 500": _coded(500),
        "WSO2 900901": _wso2(401, 900901, gate=True),
        "WSO2 900800": _wso2(429, 900800, gate=True),
    }
)
"""Where it is said, and what is said there."""
