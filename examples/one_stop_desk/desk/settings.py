"""How the desk runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import os

__all__ = ["Settings", "Switch"]


class Switch(Protocol):
    """Breaks the platform behind the desk while one watches; a demonstration's."""

    @property
    def is_off(self) -> bool:
        """Whether it is broken now."""
        ...

    def turn(self) -> None:
        """Break it, or mend it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the desk runs.

    Attributes:
        profile: of a platform or of a gateway; nothing else differs between them.
        unit: code of the unit whose officers sit at it.
        officer: who does; a real portal has that from its own sign-in.
        idle: seconds after which a case that nobody touches is forgotten.
        switch: to break the platform with; None outside of demonstrations.
    """

    profile: str | os.PathLike[str]
    unit: str = "H15.42"
    officer: str = "can.bo.mau"
    idle: float = 600.0
    switch: Switch | None = None
