"""What a persona is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu_mock.person import Person

__all__ = ["Persona"]


@dataclass(frozen=True, slots=True)
class Persona:
    """A person of the register who is there for a purpose.

    Attributes:
        name: how tests and documents call them; stays for as long as the major version does.
        vi, en: the purpose, in one sentence each.
    """

    name: str
    person: Person
    vi: str
    en: str
