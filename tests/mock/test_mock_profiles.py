"""The files a mock writes: for every province a profile with which the SDK gets an answer, and secrets nobody reads."""

from __future__ import annotations

import stat
import tomllib
from itertools import product
from typing import TYPE_CHECKING, Any, get_args

import pytest

from dancu import Client, Confirmed, Found, NotMatched, Officer, Purpose, Subject
from dancu.runtime.sinks import MemorySink
from dancu_mock import Authority, Mock, MockSettings
from dancu_mock.files import write_files
from dancu_mock.settings import DialectName, FamilyName, RequestForm, SkinName

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://mock.example/dancu/"
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
NOBODY = Subject(number="066790000001", name="Nguyễn Thị Mai", birth_date="1990-01-02")
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), dossier="X")
PROVINCES = [
    (family, skin, dialect, request)
    for family, skin, dialect, request in product(*map(get_args, (FamilyName, SkinName, DialectName, RequestForm)))
    if (family, request) != ("portal-session", "soap")
]
KNOBS: list[dict[str, Any]] = [
    {"family": "xroad", "api_key": "synthetic-key"},
    {"family": "hash-basic", "timestamp": "seconds"},
    {"family": "header-key", "key_names": "short"},
    {"family": "client-credentials", "secret_in": "form", "scope": "default am_application_scope"},
    *(
        {"family": "jwt-login", "quoted": True, "expiry": expiry}
        for expiry in ("milliseconds", "seconds", "iso", "none")
    ),
    {"skin": "soap", "confirm_shape": "SoLuongCongDan", "relatives_wrapped": True},
    {"skin": "json-flag", "confirm_shape": "SoLuongCongDan"},
    {"skin": "json-string", "lost_escapes": True},
    {"skin": "json-tree", "tree_root": "Body", "tree_array": True, "tree_prefixes": True, "relatives_wrapped": True},
    {"skin": "json-tree", "tree_root": "payload", "dialect": "qcvn109"},
    *(
        {"skin": skin, "inner": inner, "confirm_shape": shape}
        for skin, inner, shape in product(
            ("result-object", "coded-response"), ("xml", "tree", "message"), ("data", "SoLuongCongDan")
        )
    ),
]


@pytest.fixture(scope="module")
def authority() -> Authority:
    """One CA for all."""
    return Authority.create()


def answers(settings: MockSettings, directory: Path, authority: Authority) -> list[tuple[str, type]]:
    """What the SDK with the written profile gets from each service, about Mẫu and about nobody."""
    profile = write_files(directory, settings, authority, url=URL)
    found: list[tuple[str, type]] = []
    with Client(profile, transport=Mock(settings).transport(), audit=MemorySink()) as dancu:
        for service, subject in product(settings.services.values(), (MAU, NOBODY)):
            match service:
                case "look_up":
                    answer: object = dancu.look_up(subject, fields=["name", "father", "ethnic_group"], purpose=PURPOSE)
                case "confirm":
                    answer = dancu.confirm(subject, purpose=PURPOSE)
                case "relatives":
                    answer = dancu.look_up_relatives(subject, fields=["father", "mother"], purpose=PURPOSE)
                case _:
                    answer = dancu.look_up_blood_group(subject, purpose=PURPOSE)
            found.append((service, type(answer)))
    return found


def expected(settings: MockSettings) -> list[tuple[str, type]]:
    """Mẫu is found and confirmed, nobody is not."""
    return [
        (service, kind)
        for service in settings.services.values()
        for kind in (Confirmed if service == "confirm" else Found, NotMatched)
    ]


@pytest.mark.parametrize("province", PROVINCES, ids="-".join)
def test_the_profile_of_every_province_leads_to_its_mock(
    province: tuple[str, str, str, str], tmp_path: Path, authority: Authority
) -> None:
    """Each family, skin, dialect and form of request: the SDK with the written files is answered by every service."""
    family, skin, dialect, request = province
    settings = MockSettings(family=family, skin=skin, dialect=dialect, request=request)  # type: ignore[arg-type]  # names of the case
    assert answers(settings, tmp_path, authority) == expected(settings)


@pytest.mark.parametrize("knobs", KNOBS, ids=lambda knobs: "-".join(map(str, knobs.values())))
def test_the_profile_follows_the_settings(knobs: dict[str, Any], tmp_path: Path, authority: Authority) -> None:
    """What a platform wants differently the profile says, and what it answers differently the SDK reads."""
    settings = MockSettings(**knobs)
    assert answers(settings, tmp_path, authority) == expected(settings)


@pytest.mark.parametrize("family", get_args(FamilyName))
def test_secrets_are_in_files_of_the_owner(family: str, tmp_path: Path, authority: Authority) -> None:
    """The profile holds no secret; key and secrets are files that only their owner reads."""
    settings = MockSettings(family=family, api_key="synthetic-api-key")  # type: ignore[arg-type]  # a name of the case
    path = write_files(tmp_path, settings, authority, url=URL)
    text = path.read_text(encoding="utf-8")
    assert settings.secret not in text and "synthetic-api-key" not in text
    written = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    private = {"client.key", "secret.txt", *(["api-key.txt"] if family == "xroad" else [])}
    assert {name for name, mode in written.items() if mode == 0o600} == private
    assert set(written) == {"ca.pem", "client.pem", "profile.toml", *private}
    assert (tmp_path / "secret.txt").read_text(encoding="utf-8") == settings.secret


def test_a_profile_names_what_the_skin_carries(tmp_path: Path, authority: Authority) -> None:
    """Four services, or the one of a flag with the names of Đồng Tháp."""
    for skin, services in (("soap", {"look_up", "confirm", "relatives", "blood_group"}), ("json-flag", {"confirm"})):
        settings = MockSettings(skin=skin)  # type: ignore[arg-type]  # a name of the case
        profile = tomllib.loads(write_files(tmp_path, settings, authority, url=URL).read_text(encoding="utf-8"))
        assert set(profile["services"]) == services
    assert profile["services"]["confirm"]["fields_sent"][-1] == "userNameService"


def test_a_text_of_any_letters_is_written_as_it_is(tmp_path: Path, authority: Authority) -> None:
    """Quotes, backslashes and Vietnamese in a setting come out of the TOML as they went in."""
    settings = MockSettings(family="esb", source_type='Tỉnh "A" \\ B')
    profile = tomllib.loads(write_files(tmp_path, settings, authority, url=URL).read_text(encoding="utf-8"))
    assert profile["credential"]["source_type"] == 'Tỉnh "A" \\ B'


def test_other_paths_lead_there_too(tmp_path: Path, authority: Authority) -> None:
    """Services on paths of no common folder are reached below the root."""
    settings = MockSettings(
        lookup_path="/a/x", confirm_path="/b/y", relatives_path="/c/z", blood_group_path="/d", token_path="/e/token"
    )
    profile = tomllib.loads(write_files(tmp_path, settings, authority, url="https://mock.example/").read_text("utf-8"))
    assert settings.folder == "/"
    assert [one["path"] for one in profile["services"].values()] == ["a/x", "b/y", "c/z", "d"]
