"""Work that may hang on a disk, in a thread of its own that holds up nobody, not even the end of the process."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["in_daemon"]

T = TypeVar("T")


def in_daemon(work: Callable[[], T]) -> asyncio.Future[T]:
    """Begin some work; asyncio's own threads would be waited for when the loop ends."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            told = partial(_answer, future, work())
        except Exception as error:  # noqa: BLE001  # it is for whoever awaits
            told = partial(_fail, future, error)
        # The loop may have ended meanwhile, and with it whoever waited.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(told)

    threading.Thread(target=run, name="dancu-disk", daemon=True).start()
    return future


def _answer(future: asyncio.Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: asyncio.Future[T], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
