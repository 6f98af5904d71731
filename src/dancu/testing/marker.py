"""The marker ``dancu_scenario``: which scenarios a test begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.testing.at_hand import AtHand

__all__ = ["DECLARED", "check_marker", "play_marked"]

_NAME = "dancu_scenario"
_STAGES = {"dancu_mock", "dancu_mock_server"}

DECLARED = (
    f"{_NAME}(name, times=None, *, service=None, procedure=None, officer=None, number=None, caller=None): "
    "the mock of dancu plays a scenario from the start of the test, for so many calls, for those that fit"
)
"""The marker as ``pytest --markers`` lists it."""


def check_marker(item: pytest.Item) -> None:
    """Fail a test that bears the marker itself and asks for no mock: nothing would be played."""
    named = set[str](getattr(item, "fixturenames", ()))
    if not named & _STAGES and any(mark.name == _NAME for mark in item.own_markers):
        pytest.fail(f"the marker {_NAME} plays on dancu_mock or dancu_mock_server; ask for one of them", pytrace=False)


def play_marked(at_hand: AtHand, item: pytest.Item) -> None:
    """Put a test's scenarios on the stage: those of the module, of its classes, its own; the nearest plays first."""
    for mark in reversed(list(item.iter_markers(_NAME))):
        try:
            _player(at_hand)(*mark.args, **mark.kwargs)
        except (TypeError, ValueError) as error:
            raise pytest.fail.Exception(f"{_NAME}: {error}", pytrace=False) from None


def _player(at_hand: AtHand) -> Callable[..., None]:
    """What reads a marker's arguments; a TypeError about them names the marker."""
    from dancu_mock.stage import When

    def dancu_scenario(name: str, times: int | None = None, **when: Any) -> None:
        at_hand.scenario(name, times, when=When(**when) if when else None)

    return dancu_scenario
