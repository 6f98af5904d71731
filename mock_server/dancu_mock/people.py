"""The invented register by hand: one person for each thing that real records do to a client.

Nobody here can exist: 12-digit numbers have a 4th digit of 6 or more or the prefix 000,
old numbers begin with 000.
"""

from __future__ import annotations

from dancu_mock.person import Kin, Person, Place
from dancu_mock.personas import PERSONAS

__all__ = ["PEOPLE", "Kin", "Person", "Place"]

PEOPLE: tuple[Person, ...] = tuple(persona.person for persona in PERSONAS.values())
