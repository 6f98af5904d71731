"""A cache that processes share: a real Redis server on a Unix socket, by both clients."""

from __future__ import annotations

import itertools
import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from dancu import Claim, Client, ConfigurationError, Found, MemorySink, Unavailable
from dancu.runtime.redis_store import RedisAddress, RedisStore

from .caching import caching, key_file
from .conftest import MAU, PURPOSE
from .redis_server import free_port, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Platform
    from .redis_server import RedisServer

IN_CLEAR = (b"066790000001", "MẪU".encode(), b"19900102", b"1990-01-02", b"H15.42", b"1.004194", b"demo-app")
OTHER_CASE = replace(PURPOSE, dossier="H15.42-261122-0002")


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """One server for the tests of this file."""
    with running() as one:
        yield one


@pytest.fixture
def shared(server: RedisServer, tmp_path: Path) -> dict[str, Any]:
    """Settings of a cache in the emptied server, which a busy machine may hold up."""
    with server.client() as inside:
        inside.flushall()
    return {"store": server.url, "wait": 1.0, "keys": [{"version": 1, "file": key_file(tmp_path)}]}


def test_two_clients_share_within_an_application(platform: Platform, shared: dict[str, Any]) -> None:
    """What one had, the other is shown, though it asks for fewer fields or verifies; one call in all."""
    with caching(platform, **shared) as one, caching(platform, **shared) as other:
        assert one.look_up().source == "upstream"
        assert other.look_up("gender").source == "cache"
        assert other.verify(Claim(name="Nguyễn Thị Mẫu")).source == "cache"
    assert len(platform.mock.journal.calls) == 1


def test_two_applications_do_not_share(platform: Platform, shared: dict[str, Any]) -> None:
    """Neither by name nor by credential's user is anything shown to another."""
    with caching(platform, **shared) as one, caching(platform, **shared, application="another") as other:
        assert one.look_up().source == "upstream"
        assert other.look_up().source == "upstream"
    assert len(platform.mock.journal.calls) == 2


def test_nothing_in_the_store_can_be_read(platform: Platform, shared: dict[str, Any], server: RedisServer) -> None:
    """Keys, tags and values hold no number, name, date, dossier, procedure or application (security.md T9)."""
    with caching(platform, **shared) as client:
        client.look_up("number", "name", "birth_date", "permanent_address", "father")
    with server.client() as inside:
        keys = [bytes(key) for key in inside.scan_iter()]
        stored = list(keys)
        for key in keys:
            stored += [inside.get(key)] if b":entry:" in key else list(inside.smembers(key))
    assert len(keys) >= 3
    assert {key.rsplit(b":", 1)[0] for key in keys} == {b"dancu:entry", b"dancu:tag"}
    assert not [word for word, text in itertools.product(IN_CLEAR, stored) if word in text]


def test_everything_in_the_store_ends(platform: Platform, shared: dict[str, Any], server: RedisServer) -> None:
    """An entry lives for less than a quarter of an hour, and a tag as long as its longest entry."""
    with caching(platform, **shared) as client:
        client.look_up()
        client.look_up(purpose=OTHER_CASE)
    with server.client() as inside:
        left = {bytes(key): inside.pttl(key) for key in inside.scan_iter()}
    entries = [one for key, one in left.items() if b":entry:" in key]
    tags = [one for key, one in left.items() if b":tag:" in key]
    assert all(736_000 - 5000 < one <= 900_000 for one in entries)
    assert abs(max(tags) - max(entries)) < 1000
    assert min(tags) > 0


def test_a_purge_reaches_what_others_keep(platform: Platform, shared: dict[str, Any], server: RedisServer) -> None:
    """By person in every application and dossier, by dossier in it alone; the tags go with the entries."""
    with caching(platform, **shared) as one, caching(platform, **shared, application="another") as other:
        for client, purpose in ((one, PURPOSE), (one, OTHER_CASE), (other, PURPOSE)):
            client.look_up(purpose=purpose)
        assert other.forget_dossier("H15.42-261122-0002") == 1
        assert (one.forget(), other.forget()) == (2, 0)
        assert one.look_up().source == "upstream"
        assert one.forget() == 1
    with server.client() as inside:
        assert not [key for key in inside.scan_iter() if b":entry:" in bytes(key)]


def test_keys_rotate(platform: Platform, shared: dict[str, Any], tmp_path: Path) -> None:
    """A client with the new key first reads what one with the old key keeps; one without the old key does not."""
    old, new = ({"version": version, "file": key_file(tmp_path, str(version))} for version in (1, 2))
    with caching(platform, **{**shared, "keys": [old]}) as before:
        before.look_up()
    with caching(platform, **{**shared, "keys": [new, old]}) as between:
        assert between.look_up().source == "cache"
    with caching(platform, **{**shared, "keys": [new]}) as after:
        assert [after.look_up().source for _ in range(2)] == ["upstream", "cache"]
        assert after.forget() == 1


def test_a_moved_or_spoilt_value_is_a_miss(platform: Platform, shared: dict[str, Any], server: RedisServer) -> None:
    """Another dossier's value under this one's name, noise, nothing, another kind of value: the platform is asked."""
    with caching(platform, **shared) as client, server.client() as inside:
        client.look_up()
        (first,) = inside.scan_iter("dancu:entry:*")
        client.look_up(purpose=OTHER_CASE)
        (second,) = set(inside.scan_iter("dancu:entry:*")) - {first}
        for value in (inside.get(second), b"", b"\x01", b"\x01" + bytes(60)):
            inside.set(first, value)
            assert client.look_up().source == "upstream"
            assert client.look_up().source == "cache"
        inside.delete(first)
        inside.lpush(first, b"a list")
        assert client.look_up().source == "upstream"


def test_a_store_that_says_nothing_costs_a_time_out_a_second(platform: Platform, shared: dict[str, Any]) -> None:
    """The first question waits for it within bounds, the next ones do not wait; no caller sees an error."""
    with running() as silent, caching(platform, **{**shared, "store": silent.url, "wait": 0.2}) as client:
        client.look_up()
        with silent.stopped():
            began = time.monotonic()
            answers = [client.look_up() for _ in range(5)]
            took = time.monotonic() - began
            with pytest.raises(Unavailable) as caught:
                client.forget()
        assert [one.source for one in answers] == ["upstream"] * 5
        assert took < 2.0
        assert (caught.value.code, caught.value.detail) == ("connect_failed", "the cache's store")
        store = client.store
        assert isinstance(store, RedisStore)
        assert 2 <= store.failures <= 2 + took


def test_a_store_that_is_gone_is_a_miss(platform: Platform, shared: dict[str, Any]) -> None:
    """Killed under an open connection, or never there."""
    with running() as gone, caching(platform, **{**shared, "store": gone.url}) as client:
        client.look_up()
        gone.kill()
        assert client.look_up().source == "upstream"
    with caching(platform, **{**shared, "store": gone.url}) as client:
        assert client.look_up().source == "upstream"


def test_a_store_may_want_a_password(platform: Platform, shared: dict[str, Any], tmp_path: Path) -> None:
    """It is read from where the profile says it lies; without it nothing is kept and nothing fails."""
    password = tmp_path / "password.txt"
    password.touch(mode=0o600)
    password.write_text("synthetic-password", encoding="utf-8")
    with running("--requirepass", "synthetic-password") as closed:
        settings = {**shared, "store": closed.url}
        with caching(platform, **settings, password={"file": str(password)}) as client:
            assert [client.look_up().source for _ in range(2)] == ["upstream", "cache"]
        with caching(platform, **settings) as client:
            assert [client.look_up().source for _ in range(2)] == ["upstream", "upstream"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_parent_and_child_go_on_after_a_fork(dancu_mock: Any, shared: dict[str, Any]) -> None:
    """Each over connections of its own: both are shown what the parent had, and neither reads the other's answers."""
    profile = {**dancu_mock.profile, "cache": {"enabled": True, **shared}}
    with Client(profile, transport=dancu_mock.mock.transport(), audit=MemorySink()) as dancu:

        def sources() -> list[str]:
            asked = [dancu.look_up(MAU, fields=["name"], purpose=PURPOSE) for _ in range(50)]
            return [answer.source for answer in asked if isinstance(answer, Found)]

        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if sources() == ["cache"] * 50 else 1)
            except BaseException:  # noqa: BLE001  # the child ends here whatever happens
                os._exit(2)
        assert sources() == ["cache"] * 50
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert sources() == ["cache"] * 50


def test_valkey_and_tls_are_named_as_the_library_names_them(tmp_path: Path) -> None:
    """``valkey`` is the same protocol; over TLS the certificate is checked, against the CA that is named."""
    said = RedisAddress("valkeys://cache.example:6379/1", ca=str(tmp_path / "ca.pem"))
    assert said.target == "rediss://cache.example:6379/1"
    assert said.options["ssl_cert_reqs"] == "required"
    assert said.options["ssl_check_hostname"] is True
    assert RedisAddress("valkey://cache.example/0").target == "redis://cache.example/0"
    assert "ssl_cert_reqs" not in RedisAddress("unix:///run/redis.sock").options


@pytest.mark.parametrize("known", [True, False], ids=["its-ca", "another-ca"])
def test_a_store_over_tls_is_checked(platform: Platform, shared: dict[str, Any], tmp_path: Path, known: bool) -> None:
    """A certificate of the named CA is believed; one of another CA is a store that fails, and nothing is kept there."""
    authority, stranger = trustme.CA(), trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(tmp_path / "redis.key")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "redis.pem")
    (authority if known else stranger).cert_pem.write_to_path(tmp_path / "redis-ca.pem")
    own, port = str(tmp_path / "redis.pem"), str(free_port())
    files = ("--tls-cert-file", own, "--tls-key-file", str(tmp_path / "redis.key"), "--tls-ca-cert-file", own)
    with running("--tls-port", port, *files, "--tls-auth-clients", "no") as server:
        cache = {**shared, "store": f"rediss://localhost:{port}/0", "ca": str(tmp_path / "redis-ca.pem")}
        with caching(platform, **cache) as client:
            assert [client.look_up().source for _ in range(2)] == ["upstream", "cache" if known else "upstream"]
        with server.client() as inside:
            assert bool(inside.dbsize()) is known


def test_a_missing_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without redis-py a shared store is refused with the command that installs it."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigurationError) as caught:
        RedisStore(RedisAddress("redis://localhost"), time.monotonic)
    assert (caught.value.code, caught.value.field) == ("extra_missing", "cache.store")


def test_the_store_rests_after_a_failure(tmp_path: Path) -> None:
    """For a second of the injected clock it is not asked; then it is."""
    now = [0.0]
    address = RedisAddress(f"unix://{tmp_path}/nobody.sock")
    store = RedisStore(address, lambda: now[0])
    for _ in range(3):
        assert store.load("k") is None
        store.store("k", b"v", 60.0, ())
    assert store.failures == 1
    now[0] = 1.5
    store.store("k", b"v", 60.0, ())
    assert store.failures == 2
    store.close()


def test_a_purge_of_nobody_is_none(platform: Platform, shared: dict[str, Any]) -> None:
    """What is not kept is not dropped, and that is no error."""
    with caching(platform, **shared) as client:
        assert (client.forget(), client.forget_dossier("H15.42-261122-0009")) == (0, 0)
