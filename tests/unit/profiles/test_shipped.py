from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import jsonschema  # type: ignore[import-untyped]  # it has no annotations
import pytest

from dancu.profiles.credentials import FAMILIES
from dancu.profiles.document import profile_schema
from dancu.profiles.loader import load_profile
from dancu.profiles.schema import SkinName
from dancu.profiles.shipped import shipped_names, shipped_text


def test_there_is_one_for_each_family() -> None:
    """Every credential family has one commented profile of its own name."""
    assert shipped_names() == tuple(sorted(set(FAMILIES) - {"adapter"}))
    for name in shipped_names():
        assert tomllib.loads(shipped_text(name))["credential"]["family"] == name
    with pytest.raises(KeyError):
        shipped_text("no-such-family")


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_profile_loads_as_it_is(name: str, tmp_path: Path) -> None:
    """The file is a valid profile, so whoever copies it begins with one that loads."""
    path = tmp_path / "profile.toml"
    path.write_text(shipped_text(name), encoding="utf-8")
    assert load_profile(path).credential.family == name


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_profile_explains_itself(name: str) -> None:
    """Each setting has a word of explanation on its line, tables and closing brackets aside."""
    for line in shipped_text(name).splitlines():
        setting = re.match(r"^([a-z_]+) = ", line)
        plain = setting is not None and setting.group(1) in {"family", "operation"}
        assert setting is None or plain or "  # " in line or line.rstrip().endswith(","), line


def test_the_schema_knows_every_setting_and_no_other() -> None:
    """The published schema closes every table, and offers exactly the families and skins there are."""
    schema = profile_schema()
    for part in (schema, *schema["$defs"].values()):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False, part.get("title")
    assert "directory" not in schema["properties"]
    mapping: dict[str, Any] = schema["properties"]["credential"]["discriminator"]["mapping"]
    assert set(mapping) == set(FAMILIES)
    assert set(schema["$defs"]["Wire"]["properties"]["skin"]["enum"]) == set(get_args(SkinName))


def test_the_published_schema_is_the_codes() -> None:
    """docs/schemas has what `dancu profile schema` prints, and every shipped profile is valid under it."""
    published = Path(__file__).parents[3] / "docs" / "schemas" / "dancu-profile.schema.json"
    schema = json.loads(published.read_text(encoding="utf-8"))
    assert schema == profile_schema()
    for name in shipped_names():
        jsonschema.validate(tomllib.loads(shipped_text(name)), schema)
    broken = tomllib.loads(shipped_text("xroad"))
    broken["credential"]["user_name"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)
