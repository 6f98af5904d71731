"""Who asks, through the whole gateway: keys with overlap and ban, officers by token and table, rules read again."""

from __future__ import annotations

import asyncio
import datetime
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from dancu.gateway.applications import Applications, hash_key, new_key
from dancu.gateway.parts import ApplicationPart
from dancu.gateway.rules import RETRY_SECONDS, STALE_SECONDS
from dancu_mock import Mock, MockServer

from .at_once import HEAD, asked_of, gateway_at
from .signing import EcSigner, key_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
GRANT = '[[grant]]\napplication = "mot-cua"\nprocedure = "1.004194"\nservice = "look_up"\nfields = ["name"]\n'
AGENCY = """
[[agency]]
name = "tu-phap"
units = ["H15.42"]
sign_in = {{ issuer = "https://sign-in.example/", audience = "dancu", jwks = "keys.json", once = {once} }}
"""
HEADER = "officer,unit,undertaking,revoked\n"
SIGNER = EcSigner("a")


@pytest.fixture(scope="module")
def platform() -> Iterator[MockServer]:
    """The platform behind the gateway."""
    with MockServer(Mock()) as server:
        yield server


def part(**said: Any) -> ApplicationPart:
    """An application as a file would say it."""
    return ApplicationPart.model_validate({"name": "a", "units": ["U"], **said})


def test_two_keys_are_good_while_one_takes_the_place_of_the_other() -> None:
    """The new key opens at once and for good, the old one up to its end; a ban shuts out both."""
    new, old = new_key(), new_key()
    said = {"key_sha256": hash_key(new), "old_key": {"sha256": hash_key(old), "until": LATER}}
    applications = Applications([part(**said)])
    for now, opens in ((NOW, True), (LATER - datetime.timedelta(seconds=1), True), (LATER, False)):
        assert (applications.of(f"Bearer {old}", now=now) is not None) is opens
        assert applications.of(f"Bearer {new}", now=now) is not None
    banned = Applications([part(**said, banned=True)])
    assert [banned.of(f"Bearer {key}", now=NOW) for key in (new, old)] == [None, None]


def test_a_certificate_opens_alone_or_besides_the_key() -> None:
    """An application with both needs both; another's certificate, and a key without it, are nobody."""
    key, mine, other = new_key(), "a" * 64, "b" * 64
    both = Applications([part(key_sha256=hash_key(key), certificates=[mine])])
    assert both.of(f"Bearer {key}", now=NOW, certificate=mine) is not None
    for header, certificate in ((f"Bearer {key}", None), (f"Bearer {key}", other), (None, mine), ("Bearer x", mine)):
        assert both.of(header, now=NOW, certificate=certificate) is None
    alone = Applications([part(certificates=[mine, other])])
    assert alone.of(None, now=NOW, certificate=other) is not None
    for header, certificate in ((None, None), (None, "c" * 64), (f"Bearer {key}", mine)):
        assert alone.of(header, now=NOW, certificate=certificate) is None


def test_an_application_of_the_exchange_comes_no_other_way() -> None:
    """The exchange's word opens it and nothing else does; a ban shuts it out there too."""
    said = {"exchange_client": "mot-cua-lgsp"}
    applications = Applications([part(**said)])
    assert applications.through_exchange("mot-cua-lgsp") is not None
    assert [applications.through_exchange(name) for name in (None, "other")] == [None, None]
    for header, certificate in ((None, None), (None, "a" * 64), ("Bearer", None)):
        assert applications.of(header, now=NOW, certificate=certificate) is None
    assert Applications([part(**said, banned=True)]).through_exchange("mot-cua-lgsp") is None


def write(directory: Path, platform: MockServer, key: str, *, more: str = "", agency: str = "", top: str = "") -> None:
    """The files of a gateway with one application."""
    platform.write_files(directory)
    application = f'[[application]]\nname = "mot-cua"\nkey_sha256 = "{hash_key(key)}"\nunits = ["H15.42"]\n{more}'
    replace(directory / "gateway.toml", HEAD + top + agency + application + GRANT)


def replace(path: Path, text: str) -> None:
    """Write a file as an editor does; its time is another even where the clock is coarse."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_a_change_of_the_file_is_in_force_within_a_second(tmp_path: Path, platform: MockServer) -> None:
    """A ban, a lifted ban and a grant taken away hold from the next look on, and no look comes after more than 1 s."""
    key = new_key()
    seen: list[Any] = []

    async def scenario() -> None:
        async with gateway_at(tmp_path) as gateway:
            seen.append(await gateway.ask(key, asked_of()))
            for more in ("banned = true\n", ""):
                write(tmp_path, platform, key, more=more)
                gateway.now[0] += 1.0
                seen.append(await gateway.ask(key, asked_of()))
            path = tmp_path / "gateway.toml"
            replace(path, path.read_text(encoding="utf-8").replace('"name"]', '"gender"]'))
            gateway.now[0] += 1.0
            seen.append(await gateway.ask(key, asked_of()))
            seen.append([one["reason"] for one in gateway.records("refusal") if "reason" in one])

    write(tmp_path, platform, key)
    asyncio.run(scenario())
    assert seen == [(200, "found"), (401, "unauthenticated"), (200, "found"), (403, "not_granted", "name"), ["fields"]]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("units =", "unit =", "application.0.units"),
        ("[listen]", "[listen", "gateway"),
        ("port = 0", "port = 1", "listen"),
        ('"audit.sqlite"', '"other.sqlite"', "audit"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    tmp_path: Path, platform: MockServer, old: str, new: str, field: str
) -> None:
    """The rules before stay in force and the trouble names the setting, until the file is whole again."""
    key = new_key()

    async def scenario() -> tuple[list[Any], str | None, object]:
        async with gateway_at(tmp_path) as gateway:
            path = tmp_path / "gateway.toml"
            whole = path.read_text(encoding="utf-8")
            replace(path, whole.replace(old, new))
            gateway.now[0] += 1.0
            answers = [await gateway.ask(key, asked_of())]
            trouble = gateway.gateway.rules_trouble
            replace(path, whole)
            gateway.now[0] += 1.0
            answers.append(await gateway.ask(key, asked_of()))
            return answers, None if trouble is None else trouble.field, gateway.gateway.rules_trouble

    write(tmp_path, platform, key)
    answers, named, after = asyncio.run(scenario())
    assert answers == [(200, "found")] * 2
    assert (named, after) == (field, None)


def token(**changed: Any) -> str:
    """A good token of now."""
    now = int(time.time())
    said = {"iss": "https://sign-in.example/", "aud": "dancu", "azp": "mot-cua", "sub": "can.bo.mau", "jti": "1"}
    return SIGNER.sign({**said, "iat": now, "exp": now + 120, **changed})


@pytest.mark.parametrize("once", [False, True])
def test_signed_officers_are_who_their_token_says(tmp_path: Path, platform: MockServer, once: bool) -> None:
    """A question needs its officer's token; what it says goes on record, and another officer's is refused."""
    key, good = new_key(), token()
    seen: list[Any] = []

    async def scenario() -> None:
        async with gateway_at(tmp_path) as gateway:
            seen.append(await gateway.ask(key, asked_of()))
            seen.append(await gateway.ask(key, asked_of(officer="can.bo.hai"), token=token(jti="2")))
            seen.append(await gateway.ask(key, asked_of("H15.99"), token=good))
            seen.append(await gateway.ask(key, asked_of(), token=good))
            seen.append(await gateway.ask(key, asked_of(), token=good))
            seen.append({one["officer_named_by"] for kind in ("intent", "outcome") for one in gateway.records(kind)})
            seen.append([one["reason"] for one in gateway.records("refusal")])
            assert good not in repr(gateway.sink.lines)

    write(tmp_path, platform, key, more='officers = "signed"\n', agency=AGENCY.format(once=str(once).lower()))
    (tmp_path / "keys.json").write_text(key_set(SIGNER), encoding="utf-8")
    asyncio.run(scenario())
    again: Any = (403, "officer_refused", "token_replayed") if once else (200, "found")
    assert seen[:5] == [
        (403, "officer_refused", "token_missing"),
        (403, "officer_refused", "another_officer"),
        (403, "officer_refused", "another_unit"),
        (200, "found"),
        again,
    ]
    assert seen[5] == {"token"}
    assert seen[6] == ["token_missing", "another_officer", "another_unit", *(["token_replayed"] if once else [])]


def test_a_revoked_officer_is_refused_within_a_second_of_the_table(tmp_path: Path, platform: MockServer) -> None:
    """Listed they ask, and their undertaking is on record; revoked, or in another place, they do not."""
    key, day = new_key(), datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=30)
    row, table = f"can.bo.mau,H15.42,{day},", tmp_path / "officers.csv"
    seen: list[Any] = []

    async def scenario() -> None:
        async with gateway_at(tmp_path) as gateway:
            seen.append(await gateway.ask(key, asked_of()))
            assert [one["undertaking"] for one in gateway.records("intent")] == [day.isoformat()]
            for text in (f"{row}2026-01-01T00:00:00Z\n", row.replace("H15.42", "H15.43") + "\n", f"{row}\n"):
                replace(table, HEADER + text)
                gateway.now[0] += 1.0
                seen.append(await gateway.ask(key, asked_of()))
            seen.append(await gateway.ask(key, asked_of(officer="can.bo.la")))
            assert len(gateway.records("intent")) == 2

    write(tmp_path, platform, key, top='[officers]\ntable = "officers.csv"\n')
    replace(table, f"{HEADER}{row}\n")
    asyncio.run(scenario())
    assert seen == [
        (200, "found"),
        (403, "officer_refused", "revoked"),
        (403, "not_granted"),
        (200, "found"),
        (403, "officer_refused", "not_listed"),
    ]


def test_a_table_that_cannot_be_read_is_believed_for_five_minutes(tmp_path: Path, platform: MockServer) -> None:
    """Then nobody of it may ask, until it can be read again."""
    key, day = new_key(), datetime.datetime.now(datetime.UTC).date()
    table = tmp_path / "officers.csv"
    seen: list[Any] = []

    async def scenario() -> None:
        async with gateway_at(tmp_path) as gateway:
            replace(table, "half a fi")
            for seconds in (1.0, STALE_SECONDS - 2, 2.0):
                gateway.now[0] += seconds
                seen.append(await gateway.ask(key, asked_of()))
            replace(table, f"{HEADER}can.bo.mau,H15.42,{day},\n")
            gateway.now[0] += 1.0
            seen.append(await gateway.ask(key, asked_of()))

    write(tmp_path, platform, key, top='[officers]\ntable = "officers.csv"\n')
    replace(table, f"{HEADER}can.bo.mau,H15.42,{day},\n")
    asyncio.run(scenario())
    assert seen == [(200, "found"), (200, "found"), (403, "officer_refused", "table_stale"), (200, "found")]


def test_a_revocation_does_not_wait_for_a_broken_file(tmp_path: Path, platform: MockServer) -> None:
    """While gateway.toml cannot be used, the officer table that it named is still read again."""
    key, day = new_key(), datetime.datetime.now(datetime.UTC).date()
    table, path = tmp_path / "officers.csv", tmp_path / "gateway.toml"
    seen: list[Any] = []

    async def scenario() -> None:
        async with gateway_at(tmp_path) as gateway:
            replace(path, "[listen")
            gateway.now[0] += 1.0
            seen.append(await gateway.ask(key, asked_of()))
            replace(table, f"{HEADER}can.bo.mau,H15.42,{day},2026-01-01T00:00:00Z\n")
            gateway.now[0] += 1.0
            seen.append(await gateway.ask(key, asked_of()))
            gateway.now[0] += STALE_SECONDS + 1
            seen.append(await gateway.ask(key, asked_of()))

    write(tmp_path, platform, key, top='[officers]\ntable = "officers.csv"\n')
    replace(table, f"{HEADER}can.bo.mau,H15.42,{day},\n")
    asyncio.run(scenario())
    assert seen == [(200, "found"), *[(403, "officer_refused", "revoked")] * 2]


def test_what_a_file_names_is_tried_again(tmp_path: Path, platform: MockServer) -> None:
    """A change that names a missing file is kept waiting, and in force soon after the file is there."""
    key = new_key()
    seen: list[Any] = []

    async def scenario() -> None:
        async with gateway_at(tmp_path) as gateway:
            write(tmp_path, platform, key, more='officers = "signed"\n', agency=AGENCY.format(once="false"))
            for seconds in (1.0, RETRY_SECONDS):
                gateway.now[0] += seconds
                seen.append(await gateway.ask(key, asked_of()))
                (tmp_path / "keys.json").write_text(key_set(SIGNER), encoding="utf-8")

    write(tmp_path, platform, key)
    asyncio.run(scenario())
    assert seen == [(200, "found"), (403, "officer_refused", "token_missing")]


def test_the_permission_is_on_record(tmp_path: Path, platform: MockServer) -> None:
    """Both records of a question bear the reference of the permission that its grant rests on."""
    key = new_key()

    async def scenario() -> list[Any]:
        async with gateway_at(tmp_path) as gateway:
            assert await gateway.ask(key, asked_of()) == (200, "found")
            return [one["permissions"] for kind in ("intent", "outcome") for one in gateway.records(kind)]

    write(tmp_path, platform, key)
    with (tmp_path / "gateway.toml").open("a", encoding="utf-8") as file:
        file.write('permission = { reference = "12/GP-C06", until = 2999-12-31 }\n')
    assert asyncio.run(scenario()) == [["12/GP-C06"]] * 2
