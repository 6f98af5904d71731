"""The profile as a JSON Schema (draft 2020-12), for editors that complete and check TOML."""

from __future__ import annotations

from typing import Any

from dancu.profiles.schema import Profile

__all__ = ["profile_schema"]


def profile_schema() -> dict[str, Any]:
    """The schema; rules that need two settings at once are checked at load only."""
    schema = Profile.model_json_schema()
    schema["properties"].pop("directory")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dancu profile",
        **{key: part for key, part in schema.items() if key != "title"},
    }
