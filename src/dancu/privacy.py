"""The only code that decides how a personal or secret value may be shown: not at all.

Containers mask in ``repr`` and ``str``; leaves mask in ``repr`` only, since whoever
formats a leaf asked for exactly it (design.md law 3). A mask says that something is
there, never how long it is or how it ends.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

__all__ = ["MASK", "PersonalText", "Secret", "masked_repr"]

MASK = "***"


def masked_repr(value: object, **shown: object) -> str:
    """``TypeName(***)``, or ``TypeName(a=1, ***)`` with the parts that are nobody's data."""
    open_parts = "".join(f"{name}={part!r}, " for name, part in shown.items())
    return f"{type(value).__name__}({open_parts}{MASK})"


class PersonalText(str):
    """Text about a person: a whole ``str`` for use, a mask in ``repr``.

    ``f"{name}"`` and ``json.dumps`` give the text; ``repr``, ``%r`` and a debugger's list of
    locals give ``Name(***)``.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return masked_repr(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


class Secret:
    """A password, key or token. It cannot be printed, pickled, compared with ``==`` to text or sent by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself; call it where it goes on the wire and nowhere else."""
        return self._value

    def __repr__(self) -> str:
        return masked_repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")

    def __getstate__(self) -> Any:
        raise TypeError("a Secret is not copied")
