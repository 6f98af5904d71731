"""A platform that only a private package knows: the example of the repository, found by its entry points."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import AsyncClient, Client, ConfigurationError, Found, MemorySink, NotMatched, Rejected, Unavailable
from dancu.conformance import CASES, conform_with
from dancu.profiles.loader import load_profile
from dancu_mock import PEOPLE

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parents[2] / "examples" / "private_adapter"
SECRET = "synthetic-secret"
PERSON = {
    "SoDinhDanh": "066790000001",
    "HoVaTen": {"Ten": "NGUYỄN THỊ MẪU"},
    "NgayThangNamSinh": {"NgayThangNam": "19900102"},
}


def install(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the example a distribution that the interpreter finds, as installing it would."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = directory / "demo_national_adapter-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: demo-national-adapter\nVersion: 0.1.0\n")
    groups = (f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
              for group, table in project["entry-points"].items())  # fmt: skip
    (info / "entry_points.txt").write_text("\n".join(groups))
    monkeypatch.syspath_prepend(str(directory))
    monkeypatch.syspath_prepend(str(EXAMPLE))
    monkeypatch.delitem(sys.modules, "demo_national_adapter", raising=False)


@pytest.fixture
def profile(tmp_path: Path) -> dict[str, Any]:
    """A profile of the national platform."""
    secret = tmp_path / "secret.txt"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    return {
        "environment": "test",
        "endpoint": {"url": "https://national.example/v1/"},
        "credential": {
            "family": "adapter",
            "name": "demo-national",
            "settings": {"system": "DEMO", "secret": {"file": str(secret)}},
        },
        "wire": {"adapter": "demo-national", "request": "json"},
        "services": {
            "look_up": {
                "path": "person",
                "operation": "Person",
                "integration": "1",
                "fields_sent": ["MaYeuCau", "SoDinhDanh", "HoVaTen", "NgayThangNam"],
                "adapter": "demo-national",
            }
        },
        "audit": {"sink": "none"},
    }


def platform(answer: dict[str, Any], seen: list[dict[str, Any]]) -> Callable[[httpx.Request], httpx.Response]:
    """The invented platform: it checks the signature and answers."""

    def answered(request: httpx.Request) -> httpx.Response:
        signature = hmac.new(SECRET.encode(), request.content, hashlib.sha256).hexdigest()
        assert (request.headers["X-System"], request.headers["X-Signature"]) == ("DEMO", signature)
        seen.append(json.loads(request.content))
        return httpx.Response(200, json=answer)

    return answered


def ask(face: str, profile: dict[str, Any], transport: httpx.MockTransport) -> Any:
    """Look up Nguyễn Thị Mẫu through either client."""

    async def awaited() -> Any:
        async with AsyncClient(profile, transport=transport, audit=MemorySink()) as dancu:
            return await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)

    if face == "async":
        return asyncio.run(awaited())
    with Client(profile, transport=transport, audit=MemorySink()) as dancu:
        return dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_an_adapter_speaks_for_its_platform(
    face: str, profile: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed, in its own JSON, it finds, misses and is refused, with the outcomes and errors of every platform."""
    install(tmp_path, monkeypatch)
    seen: list[dict[str, Any]] = []

    def answered(answer: dict[str, Any]) -> Any:
        return ask(face, profile, httpx.MockTransport(platform(answer, seen)))

    found = answered({"status": "00", "answer": {"CongdanCollection": {"CongDan": PERSON}}})
    assert isinstance(found, Found) and str(found.citizen.name) == "NGUYỄN THỊ MẪU"
    assert isinstance(answered({"status": "00", "answer": {"CongdanCollection": ""}}), NotMatched)
    with pytest.raises(Rejected) as refused:
        answered({"status": "01"})
    assert refused.value.code == "credential_refused"
    with pytest.raises(Unavailable):
        answered({"status": "99"})
    assert seen[0]["person"] == {"number": "066790000001", "name": "NGUYENTHIMAU", "born": "1990-01-02"}
    assert len({one["request"]["id"] for one in seen}) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credential": {"family": "adapter", "name": "nobody"}}, "credential.name"),
        ({"wire": {"adapter": "nobody", "request": "json"}}, "wire.adapter"),
    ],
)
def test_an_adapter_that_is_not_installed_is_named(
    change: dict[str, Any], field: str, profile: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no installed package offers is the operator's error, naming the setting."""
    install(tmp_path, monkeypatch)
    with pytest.raises(ConfigurationError) as caught:
        Client({**profile, **change}, audit=MemorySink())
    assert (caught.value.field, caught.value.detail) == (field, "no installed package offers this adapter")


def test_a_service_of_nobody_and_a_broken_adapter_are_named(
    profile: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's own setting is named; a package that cannot be imported is one sentence without its traceback."""
    install(tmp_path, monkeypatch)
    profile["services"]["look_up"]["adapter"] = "nobody"
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, audit=MemorySink())
    assert caught.value.field == "services.look_up.adapter"
    entries = next(tmp_path.glob("*.dist-info")) / "entry_points.txt"
    entries.write_text("[dancu.skins]\ndemo-national = no_such_module:x\n")
    profile["services"]["look_up"]["adapter"] = None
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, audit=MemorySink())
    assert caught.value.detail in {"the adapter cannot be imported", "no installed package offers this adapter"}


def test_a_private_secret_says_where_it_lies(
    profile: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret of an adapter never stands in the profile either."""
    install(tmp_path, monkeypatch)
    profile["credential"]["settings"]["secret"] = SECRET
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, audit=MemorySink())
    assert caught.value.field == "credential.settings.secret"
    assert SECRET not in str(caught.value)


def test_a_private_skin_says_the_form_of_its_requests(profile: dict[str, Any]) -> None:
    """Nobody can guess it, so it is asked for."""
    del profile["wire"]["request"]
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, audit=MemorySink())
    assert caught.value.field == "wire"


def register(request: httpx.Request) -> httpx.Response:
    """The invented platform with the people of the mock, so that the kit knows whom to ask for."""
    person = json.loads(request.content)["person"]
    born = person["born"].split("-")
    found = [
        one
        for one in PEOPLE
        if (one.asked_number, one.key, f"{one.year:04}") == (person["number"], person["name"], born[0])
    ]
    records = [
        {
            "SoDinhDanh": record.record_number,
            "SoCMND": record.old_number,
            "HoVaTen": {"Ten": record.name if isinstance(record.name, str) else " ".join(record.name)},
            "NgayThangNamSinh": {"Nam": f"{record.year:04}"}
            | ({"NgayThangNam": f"{record.year:04}{record.month:02}{record.day:02}"} if record.month else {}),
        }
        for one in found
        for record in one.answered
    ]
    return httpx.Response(200, json={"status": "00", "answer": {"CongdanCollection": {"CongDan": records}}})


def test_an_adapter_is_held_to_the_same_kit(
    profile: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a double of its platform the kit's cases pass; with one that answers nobody, those about somebody fail."""
    install(tmp_path, monkeypatch)
    checked = load_profile(profile)
    whole = httpx.MockTransport(register)
    results = conform_with(checked, lambda: whole, lambda: whole)
    assert [one for one in results if not one.passed] == []
    assert len(results) == sum(case.service == "look_up" for case in CASES)
    empty = httpx.MockTransport(
        lambda _request: httpx.Response(200, json={"status": "00", "answer": {"CongdanCollection": ""}})
    )
    broken = conform_with(checked, lambda: empty, lambda: empty)
    assert {one.case.name for one in broken if one.passed} == {"nobody"}
