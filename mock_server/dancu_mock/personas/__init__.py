"""People of the register who are there for a purpose, by name; the names are public API."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu_mock.personas.lived import LIVED
from dancu_mock.personas.persona import Persona
from dancu_mock.personas.written import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PERSONAS", "Persona"]

PERSONAS: Mapping[str, Persona] = MappingProxyType({persona.name: persona for persona in (*WRITTEN, *LIVED)})
"""Name: persona; new ones come last."""
