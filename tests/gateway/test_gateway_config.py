"""A gateway that is set up badly says which setting it is, and does not start."""

from __future__ import annotations

import datetime
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dancu import ConfigurationError
from dancu.gateway.applications import Applications, hash_key, new_key
from dancu.gateway.config import load_config

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """
[listen]
plain = true
[upstream]
profile = "p.toml"
[audit]
database = "a.sqlite"
[[application]]
name = "a"
key_sha256 = "{key}"
units = ["U"]
[[grant]]
application = "a"
procedure = "1.1"
service = "confirm"
"""


def written(directory: Path, text: str) -> Path:
    """A configuration file."""
    path = directory / "gateway.toml"
    path.write_text(text.replace("{key}", "0" * 64), encoding="utf-8")
    return path


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    """The file of this module is accepted as it stands."""
    config = load_config(written(tmp_path, WHOLE))
    assert [one.name for one in config.application] == ["a"]
    assert config.directory == tmp_path


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("plain = true", "", "listen"),
        ("plain = true", 'plain = true\nhost = "0.0.0.0"', "listen"),
        ('name = "a"', 'name = "A B"', "application.0.name"),
        ("0000", "ZZZZ", "application.0.key_sha256"),
        ('units = ["U"]', "units = []", "application.0.units"),
        ('service = "confirm"', 'service = "all"', "grant.0.service"),
        ('service = "confirm"', 'service = "look_up"\nfields = ["*"]', "grant.0.fields.0"),
        ('application = "a"', 'application = "b"', "gateway"),
        ("[audit]", "[audit]\nencrypt = true", "audit.encrypt"),
        ("[listen]", "[listen", "gateway"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, old: str, new: str, field: str) -> None:
    """The setting is named and its value is not quoted."""
    with pytest.raises(ConfigurationError) as caught:
        load_config(written(tmp_path, WHOLE.replace("{key}", "0" * 64).replace(old, new, 1)))
    assert caught.value.field == field
    assert "ZZZZ" not in str(caught.value)


def test_a_key_opens_only_its_own_application(tmp_path: Path) -> None:
    """A key is found by its hash; another scheme, another key and nothing are nobody."""
    key = new_key()
    config = load_config(written(tmp_path, WHOLE.replace("{key}", hash_key(key))))
    applications = Applications(config.application)
    now = datetime.datetime.now(datetime.UTC)
    assert applications.of(f"Bearer {key}", now=now) is config.application[0]
    for wrong in (None, "", "Bearer", f"Basic {key}", f"Bearer {key}x", f"bearer {key}"):
        assert applications.of(wrong, now=now) is None


def test_a_gateway_that_cannot_start_says_one_sentence(tmp_path: Path) -> None:
    """A key that others may read ends the command with exit code 2 and no traceback."""
    text = WHOLE.replace("plain = true", 'certificate = "g.pem"\nkey = "g.key"')
    (tmp_path / "g.key").touch(mode=0o644)
    command = [sys.executable, "-m", "dancu.cli", "gateway", "serve", "--config", str(written(tmp_path, text))]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "listen.key" in ended.stderr
    assert "Traceback" not in ended.stderr
