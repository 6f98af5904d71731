"""All scenarios by name: those that come with the mock, and those of a folder of the user's."""

from __future__ import annotations

import functools
import threading
import time
from importlib.resources import files
from typing import TYPE_CHECKING

from dancu_mock.scenario_files.loader import load_scenario
from dancu_mock.scenario_files.troubles import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from dancu_mock.scenario_files.model import Scenario
    from dancu_mock.scenario_files.troubles import Trouble

    Stamp = tuple[tuple[str, int, int], ...]

__all__ = ["LOOKED_AFTER", "Library", "shipped_names"]

LOOKED_AFTER = 0.5
"""Seconds after which a folder is looked at again."""

_SUFFIX = ".toml"


@functools.cache
def _shipped() -> Mapping[str, Traversable]:
    found = {
        file.name.removesuffix(_SUFFIX): file
        for file in files("dancu_mock.scenario_files").joinpath("shipped").iterdir()
    }
    return {name: file for name, file in sorted(found.items()) if file.name.endswith(_SUFFIX)}


@functools.cache
def _read_once(name: str) -> Scenario:
    return load_scenario(_shipped()[name])


def shipped_names() -> tuple[str, ...]:
    """The names of the scenarios that come with the mock, sorted."""
    return tuple(_shipped())


class Library:
    """Scenarios by name; safe for threads.

    A file of the user's hides one that comes with the mock under the same name. The folder is looked at
    again half a second after the last time; a file that cannot be used leaves its scenario as it was.

    Args:
        folder: of the user's scenarios, ``*.toml``; or None.
        monotonic: seconds, for the half second.

    Raises:
        ScenarioError: something in the folder cannot be used from the start.
    """

    def __init__(self, folder: Path | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._own: dict[str, Scenario] = {}
        self._troubles: tuple[Trouble, ...] = ()
        self._stamp: Stamp = ()
        self._looked = monotonic()
        if folder is not None:
            if not folder.is_dir():
                raise ValueError(f"{folder.name}: không có thư mục này / there is no such folder")
            self._read(folder, _stamp(folder) or ())
        if self.troubles:
            raise ScenarioError(*self.troubles)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        self._look()
        return tuple(sorted({*_shipped(), *self._own}))

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the user's own, sorted."""
        self._look()
        return tuple(sorted(self._own))

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with the folder now; the scenarios are still those that were read last."""
        self._look()
        return self._troubles

    def get(self, name: str) -> Scenario:
        """A scenario; raises ValueError that lists the names."""
        self._look()
        found = self._own.get(name)
        if found is not None:
            return found
        if name not in _shipped():
            raise ValueError(f"no such scenario; there are {', '.join(self.names)}")
        return _read_once(name)

    def newer(self, scenario: Scenario) -> Scenario:
        """The same scenario as its file says now; as it was, where its file is gone."""
        if self._folder is None:
            return scenario
        self._look()
        return self._own.get(scenario.name, scenario)

    def _look(self) -> None:
        if self._folder is None or self._monotonic() - self._looked < LOOKED_AFTER:
            return
        with self._lock:
            self._looked = self._monotonic()
            stamp = _stamp(self._folder)
            if stamp is not None and stamp != self._stamp:
                self._read(self._folder, stamp)

    def _read(self, folder: Path, stamp: Stamp) -> None:
        self._stamp = stamp
        own: dict[str, Scenario] = {}
        troubles: list[Trouble] = []
        for name in [name.removesuffix(_SUFFIX) for name, _time, _size in stamp if name.endswith(_SUFFIX)]:
            try:
                own[name] = load_scenario(folder / f"{name}{_SUFFIX}")
            except ScenarioError as error:
                troubles += error.troubles
                if name in self._own:
                    own[name] = self._own[name]
        self._own, self._troubles = own, tuple(troubles)


def _stamp(folder: Path) -> Stamp | None:
    """Name, time and size of every file, bodies too; None where they are just being replaced."""
    found: list[tuple[str, int, int]] = []
    try:
        for file in sorted(folder.iterdir()):
            state = file.stat()
            found.append((file.name, state.st_mtime_ns, state.st_size))
    except OSError:
        return None
    return tuple(found)
