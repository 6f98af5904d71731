"""One event to several observers, none of whom can harm a call."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.events import Event, Observer

__all__ = ["tell_all"]

_LOGGER = logging.getLogger("dancu")


def tell_all(observers: Iterable[Observer]) -> Observer:
    """An observer that tells each of ``observers``; one that raises is named in the log, by its type, once."""
    asked = tuple(observers)
    complained: set[int] = set()

    def tell(event: Event) -> None:
        for place, observer in enumerate(asked):
            try:
                observer(event)
            except Exception as error:  # noqa: BLE001  # whatever a hook raises, the call goes on
                if place not in complained:
                    complained.add(place)
                    _LOGGER.error("an observer failed: %s", type(error).__name__)

    return tell
