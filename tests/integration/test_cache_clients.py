"""A cache in memory, over real mTLS by both clients."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dancu import Claim, Client, ConfigurationError, Found, MemorySink, Verified
from dancu.assembly import assemble
from dancu.flows.look_up import look_up
from dancu.runtime.blocking import BlockingDriver
from dancu_mock import Mock

from .caching import FIELDS, caching
from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from dancu.flows.context import Context

    from .conftest import Platform


def test_prefill_then_verify_is_one_call_and_two_audit_pairs(platform: Platform) -> None:
    """A form filled and then verified in one dossier asks the platform once; both are on record with their source."""
    with caching(platform) as client:
        filled = client.look_up()
        verified = client.verify(Claim(name="Nguyễn Thị Mẫu", gender="2"))
    assert isinstance(filled, Found)
    assert isinstance(verified, Verified)
    assert (verified.overall, verified.source, verified.as_of) == ("match", "cache", filled.as_of)
    assert len(platform.mock.journal.calls) == 1
    assert [one["record"] for one in client.records] == ["intent", "outcome"] * 2
    outcomes = [(one["operation"], one["source"], one["attempts"]) for one in client.records[1::2]]
    assert outcomes == [("look_up", "upstream", 1), ("verify", "cache", 0)]
    assert verified.reference == client.records[2]["reference"] != filled.reference


def test_by_default_nothing_is_kept(platform: Platform) -> None:
    """A cache is switched on by name."""
    with caching(platform, enabled=False) as client:
        assert [client.look_up().source for _ in range(2)] == ["upstream", "upstream"]
        assert (client.forget(), client.forget_dossier(PURPOSE.dossier or "")) == (0, 0)


def test_what_is_kept_is_whole(platform: Platform) -> None:
    """Every field that may be kept comes back as it came from the platform, relatives and places too."""
    every = ("number", "old_number", *FIELDS, "nationality", "ethnic_group", "origin", "father", "mother", "spouse")
    with caching(platform) as client:
        first, second = client.look_up(*every), client.look_up(*every)
    assert (first.source, second.source) == ("upstream", "cache")
    assert second.citizen == first.citizen
    assert second.citizen.asked == first.citizen.asked


def test_a_purge_by_person_and_by_dossier(platform: Platform) -> None:
    """What is forgotten is asked for anew; what is not stays; the purge itself is not in the audit."""
    other = replace(PURPOSE, dossier="H15.42-261122-0002")
    with caching(platform) as client:
        client.look_up()
        client.look_up(purpose=other)
        assert client.forget_dossier("H15.42-261122-0002") == 1
        assert (client.look_up().source, client.look_up(purpose=other).source) == ("cache", "upstream")
        assert client.forget() == 2
        assert client.look_up().source == "upstream"
    assert len(client.records) == 2 * 5


def test_relatives_are_kept_apart_from_the_record(platform: Platform) -> None:
    """Another service is another entry, also for the same field."""
    with caching(platform) as client:
        client.look_up("name", "father")
        answer = client.run(client.dancu.look_up_relatives(MAU, fields=["father"], purpose=PURPOSE))
    assert answer.source == "upstream"


def test_applications_over_one_way_to_the_platform_do_not_share(dancu_mock: Any) -> None:
    """One set of parts serves several applications, each with a context of its own; the bare one has no cache."""
    parts = assemble({**dancu_mock.profile, "cache": {"enabled": True}}, audit=MemorySink(), clock=None)
    driver = BlockingDriver(transport=dancu_mock.mock.transport(), sink=parts.sink, store=parts.store)

    def source(context: Context) -> str:
        answer = driver.run(look_up(context, MAU, fields=["name"], purpose=PURPOSE, deadline=None))
        return answer.source

    one, other, own = parts.context_for("one"), parts.context_for("other"), parts.context_for()
    assert [source(each) for each in (one, other, own, parts.context)] == ["upstream"] * 4
    assert [source(each) for each in (one, other, own, parts.context)] == ["cache"] * 3 + ["upstream"]


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"store": "redis://localhost"}, "cache"),
        ({"store": "redis://user:synthetic@localhost"}, "cache.store"),
        ({"store": "rediss://localhost/0?ssl_cert_reqs=none"}, "cache.store"),
        ({"store": "redis://localhost:99999"}, "cache.store"),
        ({"store": "redis://localhost/a"}, "cache.store"),
        ({"store": "file:///tmp/cache"}, "cache.store"),
        ({"store": "unix://"}, "cache.store"),
        ({"password": {"env": "CACHE_PASSWORD"}}, "cache"),
        ({"keys": [{"version": 1, "env": "A"}, {"version": 1, "env": "B"}]}, "cache"),
        ({"keys": [{"version": 256, "env": "A"}]}, "cache.keys.0.version"),
        ({"keys": [{"version": 1}]}, "cache.keys.0"),
        ({"keys": [{"version": 1, "env": "DANCU_NOT_SET"}]}, "cache.keys"),
        ({"store": "unix:///run/redis.sock", "keys": [{"version": 1, "env": "A"}], "ca": "ca.pem"}, "cache"),
        ({"store": "unix:///run/redis.sock", "keys": [{"version": 1, "env": "A"}], "user": "dancu"}, "cache"),
    ],
)
def test_a_cache_that_cannot_be_is_refused_at_once(
    dancu_mock: Any, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], setting: str
) -> None:
    """The error names the setting; a certificate check cannot be switched off, and no password stands in a URL."""
    monkeypatch.setenv("A", "a" * 64)
    profile = {**dancu_mock.profile, "cache": {"enabled": True, **settings}}
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, transport=Mock().transport())
    assert caught.value.field == setting
    assert "synthetic" not in str(caught.value)


@pytest.mark.parametrize("text", ["a" * 63, "a" * 62, "a" * 66, "g" * 64])
def test_a_key_that_is_no_key_is_refused(dancu_mock: Any, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """256 bits in hexadecimal digits, and nothing shorter or longer; the text is not quoted."""
    monkeypatch.setenv("CACHE_KEY", text)
    profile = {**dancu_mock.profile, "cache": {"enabled": True, "keys": [{"version": 1, "env": "CACHE_KEY"}]}}
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, transport=Mock().transport())
    assert caught.value.field == "cache.keys"
    assert text not in str(caught.value)


def test_behind_our_gateway_there_is_no_cache() -> None:
    """The gateway keeps records for its applications: what they kept themselves, its audit would not see."""
    profile = {
        "environment": "test",
        "endpoint": {"url": "https://gateway.example/"},
        "credential": {"family": "gateway", "application": "demo-app", "key": {"env": "GATEWAY_KEY"}},
        "audit": {"sink": "none"},
        "cache": {"enabled": True},
    }
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, transport=Mock().transport())
    assert "cache" in (caught.value.detail or "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_keeps_records_of_its_own(dancu_mock: Any) -> None:
    """What the parent keeps is not shown in the child, whose key is another; the child's cache works."""
    profile = {**dancu_mock.profile, "cache": {"enabled": True}}
    with Client(profile, transport=dancu_mock.mock.transport(), audit=MemorySink()) as dancu:

        def source() -> str:
            answer = dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
            return "" if not isinstance(answer, Found) else answer.source

        assert [source(), source()] == ["upstream", "cache"]
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if [source(), source()] == ["upstream", "cache"] else 1)
            except BaseException:  # noqa: BLE001  # the child ends here whatever happens
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert source() == "cache"
