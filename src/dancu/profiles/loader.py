"""Read a profile from a file or a mapping, and its secrets from where it says they lie."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dancu.errors import ConfigurationError
from dancu.privacy import Secret
from dancu.profiles.schema import FAMILIES, Profile
from dancu.runtime.private import check_guarded, check_private

if TYPE_CHECKING:
    from dancu.profiles.schema import SecretSource

__all__ = ["load_profile", "read_secret"]


def load_profile(source: str | os.PathLike[str] | Mapping[str, Any] | Profile) -> Profile:
    """A checked profile; file names in it are relative to the file, or to the working directory.

    Raises:
        ConfigurationError: ``profile_invalid`` naming the setting, never its value.
    """
    if isinstance(source, Profile):
        return source
    if isinstance(source, Mapping):
        return _checked(source, Path.cwd())
    path = Path(source)
    try:
        parts = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ConfigurationError("profile_invalid", field="profile", detail="the file cannot be read") from None
    except UnicodeDecodeError:
        raise ConfigurationError("profile_invalid", field="profile", detail="not UTF-8") from None
    except tomllib.TOMLDecodeError:
        raise ConfigurationError("profile_invalid", field="profile", detail="not TOML") from None
    return _checked(parts, path.resolve().parent)


def _checked(parts: Mapping[str, Any], directory: Path) -> Profile:
    if "directory" in parts:
        raise ConfigurationError("profile_invalid", field="directory", detail="an unknown setting")
    try:
        return Profile.model_validate({**parts, "directory": directory})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place, detail = _place(first["loc"]), first["msg"].removeprefix("Value error, ")
        if first["type"].startswith("union_tag_"):
            # pydantic's own words repeat what was written.
            place, detail = f"{place}.family", f"one of {', '.join(FAMILIES)}"
        raise ConfigurationError("profile_invalid", field=place, detail=detail) from None


def _place(loc: tuple[int | str, ...]) -> str:
    """A setting's dotted name; pydantic names a credential's family between table and setting."""
    parts = [str(part) for part in loc]
    if parts[:1] == ["credential"] and parts[1:2] and parts[1] in FAMILIES:
        del parts[1]
    return ".".join(parts) or "profile"


def _secret_path(source: SecretSource, directory: Path, field: str) -> Path:
    """A file that nobody else can read; the system itself guards its credential directory."""
    if source.credential is None:
        path = directory / (source.file or "")
        check_private(path, field)
        return path
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    if not given:
        raise ConfigurationError("profile_invalid", field=field, detail="the system names no credential directory")
    path = Path(given) / source.credential
    check_guarded(path, field)
    return path


def read_secret(source: SecretSource, directory: Path, field: str) -> Secret:
    """A secret from its private file, environment variable or system credential.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``field``.
    """
    if source.env is not None:
        value = os.environ.get(source.env, "")
    else:
        path = _secret_path(source, directory, field)
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError("profile_invalid", field=field, detail="the file cannot be read") from None
    if not value:
        raise ConfigurationError("profile_invalid", field=field, detail="empty, or not set")
    return Secret(value)
