"""Skin ``result-object`` of Ho Chi Minh City (wire.md §3, §7.5: S12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.skins.contract import JSON, Skin, compact, inner

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["RESULT_OBJECT"]


def _wrap(document: bytes, settings: MockSettings) -> bytes:
    return _result(200, "SUCCESS", result=inner(document, settings))


def _malformed(text: str, _settings: MockSettings) -> tuple[int, bytes]:
    return 200, _result(500, "ERROR", threw=True, said=f"MOCK: {text}")


def _result(code: int, word: str, *, threw: bool = False, said: str | None = None, result: object = None) -> bytes:
    return compact(
        {
            "StatusCode": code,
            "Status": word,
            "ThrowException": threw,
            "Description": said,
            "ResultType": None if result is None else "Dancu.MOCK",
            "ResultObject": result,
        }
    )


RESULT_OBJECT = Skin(JSON, _wrap, _malformed)
