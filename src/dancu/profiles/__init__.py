"""A province is data: one TOML profile, its schema and its loader."""

from __future__ import annotations

from dancu.profiles.loader import load_profile
from dancu.profiles.schema import Profile

__all__ = ["Profile", "load_profile"]
