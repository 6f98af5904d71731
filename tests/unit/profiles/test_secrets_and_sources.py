from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import Client, ConfigurationError, Found, MemorySink, Profile, load_profile
from dancu.profiles.loader import read_secret
from dancu.profiles.schema import SecretSource

from ..answers import FOUND, PURPOSE, SECRET, SUBJECT, profile_in  # noqa: TID252  # one set for all unit tests
from .conftest import PLANTED, TEXT, WHOLE, changed, refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("place", ["credential.secret", "credential.api_key", "audit.key", "tls.password"])
def test_a_secret_does_not_stand_in_the_profile(place: str) -> None:
    """A secret written into the profile is refused and not repeated; one of three places says where it lies."""
    assert refused(changed(place, PLANTED)).field == place
    for source in ({}, {"file": "a", "env": "B"}):
        assert (refused(changed(place, source)).field, refused(changed(place, source)).detail) == (
            place,
            "exactly one of file, env and credential",
        )
    assert PLANTED not in str(refused(changed(place, PLANTED)))


def secret(source: dict[str, str], directory: Path) -> str:
    """The text of a secret."""
    return read_secret(SecretSource(**source), directory, "credential.secret").reveal()


def secret_error(source: dict[str, str], directory: Path) -> str | None:
    """Why a secret cannot be had; the error names the setting."""
    with pytest.raises(ConfigurationError) as caught:
        secret(source, directory)
    assert (caught.value.code, caught.value.field) == ("profile_invalid", "credential.secret")
    return caught.value.detail


def test_a_secret_comes_from_a_private_file(tmp_path: Path) -> None:
    """The file lies relative to the profile, belongs to us alone, and its line ends are not part of the secret."""
    path = tmp_path / "secret.txt"
    path.touch(mode=0o600)
    path.write_text(f"{PLANTED}\r\n", encoding="utf-8")
    assert secret({"file": "secret.txt"}, tmp_path) == PLANTED
    path.chmod(0o640)
    assert secret_error({"file": "secret.txt"}, tmp_path) == "readable by others; chmod 600"


@pytest.mark.parametrize(
    ("content", "detail"),
    [(b"", "empty, or not set"), (b" \n", "empty, or not set"), (b"\xff", "the file cannot be read")],
)
def test_a_file_without_a_secret_is_refused(tmp_path: Path, content: bytes, detail: str) -> None:
    """An empty file, or one that is not UTF-8, holds no secret."""
    path = tmp_path / "secret.txt"
    path.touch(mode=0o600)
    path.write_bytes(content)
    assert secret_error({"file": "secret.txt"}, tmp_path) == detail


@pytest.mark.parametrize("name", ["missing.txt", "a\0b", "\udc80", ""])
def test_a_secret_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    """A name that leads to no file is the setting's error, whatever is odd about the name."""
    assert secret_error({"file": name}, tmp_path) in {"the file cannot be read", "readable by others; chmod 600"}


def test_a_secret_comes_from_the_systems_credential_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file there may be readable by its group and by nobody else; without the directory it is an error."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert secret_error({"credential": "dancu"}, tmp_path) == "the system names no credential directory"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret_error({"credential": "dancu"}, tmp_path) == "the file cannot be read"
    path = tmp_path / "dancu"
    path.write_text(PLANTED, encoding="utf-8")
    for mode, readable in ((0o400, True), (0o440, True), (0o444, False), (0o460, False)):
        path.chmod(mode)
        if readable:
            assert secret({"credential": "dancu"}, tmp_path) == PLANTED
        else:
            assert secret_error({"credential": "dancu"}, tmp_path) == "readable by others; chmod 600"


def test_a_secret_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The named variable holds it; unset or empty is an error."""
    monkeypatch.setenv("INVENTED_SECRET", PLANTED)
    assert secret({"env": "INVENTED_SECRET"}, tmp_path) == PLANTED
    monkeypatch.setenv("INVENTED_SECRET", "")
    assert secret_error({"env": "INVENTED_SECRET"}, tmp_path) == "empty, or not set"
    monkeypatch.delenv("INVENTED_SECRET")
    assert secret_error({"env": "INVENTED_SECRET"}, tmp_path) == "empty, or not set"


def _platform(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=FOUND)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (("audit", {"sink": "none", "key": {"env": "K"}}), "audit.sink cannot be none"),
        (("audit", {"sink": "file:audit.jsonl"}), "audit.key"),
        (("endpoint.url", "http://localhost/"), "https"),
    ],
)
def test_production_has_rules_of_its_own(change: tuple[str, Any], detail: str) -> None:
    """Production is audited under a named key and goes over https; elsewhere each is allowed."""
    profile = changed(*change)
    load_profile(profile)
    error = refused({**profile, "environment": "production"})
    assert error.field == "profile"
    assert detail in (error.detail or "")


def test_production_is_accepted_when_it_keeps_the_rules() -> None:
    """The whole profile is fit for production."""
    assert load_profile({**WHOLE, "environment": "production"}).environment == "production"


def test_a_profile_is_frozen_and_shows_no_secret(tmp_path: Path) -> None:
    """A loaded profile cannot be changed, and what it shows is where a secret lies."""
    profile = load_profile(profile_in(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        profile.environment = "production"
    assert SECRET not in repr(profile)


def test_a_client_reads_dancu_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a profile a client reads the file that ``DANCU_PROFILE`` names; unset or empty is an error."""
    path = tmp_path / "platform.toml"
    path.write_text(TEXT, encoding="utf-8")
    profile_in(tmp_path)
    monkeypatch.setenv("DANCU_PROFILE", str(path))
    with Client(transport=httpx.MockTransport(_platform), audit=MemorySink()) as dancu:
        assert isinstance(dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE), Found)
    monkeypatch.setenv("DANCU_PROFILE", "")
    with pytest.raises(ConfigurationError) as caught:
        Client()
    assert (caught.value.field, caught.value.detail) == ("DANCU_PROFILE", "not set, and no profile was given")


@pytest.mark.parametrize("given", [lambda parts: parts, load_profile], ids=["mapping", "profile"])
def test_a_client_takes_what_is_a_profile(tmp_path: Path, given: Callable[[dict[str, Any]], Any]) -> None:
    """A mapping and a loaded `Profile` make the same client."""
    source = given(profile_in(tmp_path))
    assert isinstance(source, dict | Profile)
    with Client(source, transport=httpx.MockTransport(_platform)) as dancu:
        assert isinstance(dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE), Found)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_key_for_the_audit_is_made_once(tmp_path: Path) -> None:
    """Outside production keys are made beside the audit file, private, and used again by the next client."""
    profile = {**profile_in(tmp_path), "audit": {"sink": f"file:{tmp_path}/audit.jsonl"}}
    paths = [tmp_path / "audit.jsonl.key", tmp_path / "audit.jsonl.signing.key"]
    keys = []
    for _client in range(2):
        Client(profile, transport=httpx.MockTransport(_platform)).close()
        keys.append([path.read_bytes() for path in paths])
    assert keys[0] == keys[1] and [len(key) for key in keys[0]] == [64, 64] and len(set(keys[0])) == 2
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
    assert sorted(tmp_path.iterdir()) == [*paths, tmp_path / "secret.txt"]
