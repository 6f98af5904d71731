"""The checks behind readiness, each by itself."""

from __future__ import annotations

import asyncio
import datetime
import sqlite3
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from dancu.errors import ConfigurationError
from dancu.flows.context import Clock
from dancu.gateway.config import Listen
from dancu.gateway.daemons import in_daemon
from dancu.gateway.listening import Listening
from dancu.gateway.parts import GrantPart, PermissionPart
from dancu.gateway.readiness import Finding, Readiness, Report
from dancu.gateway.readiness_checks import (
    AUDIT_HANGS,
    AuditCheck,
    CheckpointCheck,
    ClockCheck,
    certificate_finding,
    check_listening,
    check_permissions,
    check_rules,
    check_upstreams,
    is_synchronised,
)
from dancu.gateway.readiness_words import REASONS
from dancu.gateway.store import SqliteSink
from dancu.gateway.upstream_views import UpstreamView
from dancu.policy.chain import ChainKeys, mac_key, signing_key
from dancu.privacy import Secret
from dancu_mock import Authority

from .test_gateway_certificates import revoking
from .test_gateway_ready import within

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.datetime(2026, 11, 23, 3, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("days", "state"),
    [(31, "ok"), (30, "warning"), (8, "warning"), (7, "degraded"), (1, "degraded"), (0, "failing"), (-3, "failing")],
)
def test_a_certificate_by_its_days(days: int, state: str) -> None:
    """30 days are a warning, 7 are degraded, none is failing."""
    found = certificate_finding("listen.certificate", datetime.timedelta(days=days))
    assert (found.state, found.days) == (state, days)


def test_a_list_of_revoked_certificates_by_its_end(tmp_path: Path) -> None:
    """A day before its end is a warning, and from its end on it is degraded; with more time nothing is found."""
    authority = Authority.create("callers MOCK CA")
    issued = authority.issue_server()
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    for name, content in (
        ("gateway.pem", issued.certificate_pem),
        ("key.pem", issued.key_pem),
        ("callers.pem", authority.certificate_pem),
        ("crl.pem", revoking(authority, issued)),
    ):
        (tmp_path / name).write_bytes(content)
    listen = Listen(certificate="gateway.pem", key="key.pem", callers_ca="callers.pem", crl="crl.pem")
    listening = Listening(listen, tmp_path, clock=lambda: datetime.datetime.now(datetime.UTC))
    end = listening.current.lists_end
    assert end is not None
    found = {
        hours: [one.reason for one in check_listening(listening, now=end - datetime.timedelta(hours=hours))][1:]
        for hours in (25, 23, 0)
    }
    assert found == {25: [], 23: ["list_ends"], 0: ["list_ended"]}


def test_the_second_place_of_checkpoints_is_looked_at(tmp_path: Path) -> None:
    """The newest checkpoint must be there within ten seconds; a place that is gone or holds others is behind."""
    hands, path, second = Hands(), tmp_path / "audit.sqlite", tmp_path / "checkpoints.jsonl"

    def reason() -> str:
        (found,) = CheckpointCheck(path, second, clock=hands.clock())()
        return found.reason

    assert reason() == "checkpoints_kept"
    keys = ChainKeys(mac_key(Secret("m" * 64)), signing_key(Secret("5" * 64)))
    sink = SqliteSink(path, keys=keys, checkpoints=second, checkpoint_seconds=0.0)
    sink.append(b'{"record":"outcome","time":"2026-11-23T03:00:00.000+00:00"}').result(5)
    sink.close()
    written = second.read_bytes()
    hands.wall = datetime.datetime.now(datetime.UTC)
    second.unlink()
    assert reason() == "checkpoints_kept"
    hands.pass_by(11)
    assert reason() == "checkpoints_behind"
    for text, wanted in ((b"{}\n" * 9, "checkpoints_behind"), (b"{}\n" * 99_999 + written, "checkpoints_kept")):
        second.write_bytes(text)
        assert reason() == wanted


def audit_reason(path: Path, *, failing: bool = False, free: int = 1 << 40) -> str:
    """What the check of a store comes to."""
    (found,) = AuditCheck(path, failing=lambda: failing, free=lambda _directory: free)()
    return found.reason


def test_the_audits_store_is_looked_at(tmp_path: Path) -> None:
    """It takes a record, unless it is gone, locked, without room, or has just failed; nothing is made or written."""
    path = tmp_path / "audit.sqlite"
    assert audit_reason(path) == "audit_unwritable" and not path.exists()
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("CREATE TABLE log (sequence INTEGER)")
        assert audit_reason(path) == "audit_written"
        assert audit_reason(path, failing=True) == "audit_unwritable"
        assert audit_reason(path, free=1 << 20) == "audit_disk_full"
        assert audit_reason(path, free=1 << 29) == "audit_disk_low"
        database.execute("BEGIN EXCLUSIVE")
        assert audit_reason(path) == "audit_unwritable"
        database.execute("ROLLBACK")
    database.close()
    assert audit_reason(path) == "audit_written"


def test_a_disk_that_cannot_be_asked_is_unwritable(tmp_path: Path) -> None:
    """Where the directory itself fails, so does the check."""

    def broken(_directory: Path) -> int:
        raise OSError("input/output error")

    (found,) = AuditCheck(tmp_path / "audit.sqlite", failing=lambda: False, free=broken)()
    assert found.reason == "audit_unwritable"


class Hands:
    """A wall clock and a monotonic one that a test moves."""

    def __init__(self) -> None:
        self.wall = NOW
        self.ticks = 100.0

    def pass_by(self, seconds: float) -> None:
        """Time passes on both."""
        self.wall += datetime.timedelta(seconds=seconds)
        self.ticks += seconds

    def clock(self) -> Clock:
        """Both of them."""
        return Clock(lambda: self.ticks, lambda: self.wall)


def test_a_clock_that_was_set_is_told_for_ten_minutes() -> None:
    """A step of an hour is degraded for ten minutes; time that passes as it should is none."""
    hands = Hands()
    check = ClockCheck(hands.clock(), synchronised=lambda: True)

    def reason() -> str:
        (found,) = check()
        return found.reason

    hands.pass_by(3600)
    assert reason() == "clock_synchronised"
    hands.wall -= datetime.timedelta(hours=1)
    assert reason() == "clock_stepped"
    hands.pass_by(599)
    assert reason() == "clock_stepped"
    hands.pass_by(2)
    assert reason() == "clock_synchronised"


@pytest.mark.parametrize(
    ("synchronised", "state", "reason"),
    [(True, "ok", "clock_synchronised"), (False, "warning", "clock_unsynchronised"), (None, "ok", "clock_unknown")],
)
def test_what_the_system_says_of_its_clock(synchronised: bool | None, state: str, reason: str) -> None:
    """A clock that nothing keeps right is a warning; a system that does not say is none."""
    (found,) = ClockCheck(Hands().clock(), synchronised=lambda: synchronised)()
    assert (found.state, found.reason) == (state, reason)
    assert is_synchronised() in {True, False, None}


def view(agency: str, *, breaker: str = "closed", days: int = 90, trouble: bool = False) -> UpstreamView:
    """A way to a platform, as far as the checks look at it."""
    identity = SimpleNamespace(not_after=NOW + datetime.timedelta(days=days))
    identities = SimpleNamespace(current=identity, trouble="kept" if trouble else None)
    guards = SimpleNamespace(breaker=SimpleNamespace(state=breaker))
    return UpstreamView(agency, cast("Any", identities), cast("Any", guards))


@pytest.mark.parametrize(("breaker", "state"), [("closed", "ok"), ("half_open", "degraded"), ("open", "degraded")])
def test_a_platform_that_is_down_is_degraded(breaker: str, state: str) -> None:
    """Another gateway would have no other platform, so this one stays in service."""
    report = Report(tuple(check_upstreams([view("", breaker=breaker)], now=NOW)))
    assert (report.state, report.http_status) == (state, 200)


@pytest.mark.parametrize(
    ("days", "state", "reason"),
    [
        (31, "ok", "permission_good"),
        (30, "warning", "permission_ends"),
        (7, "degraded", "permission_ends"),
        (0, "degraded", "permission_ends"),
        (-1, "degraded", "permission_ended"),
    ],
)
def test_a_permission_by_its_last_day(days: int, state: str, reason: str) -> None:
    """In force to the end of its last day in Viet Nam; one that several grants rest on is told once."""
    late = datetime.datetime(2026, 11, 22, 17, 30, tzinfo=datetime.UTC)  # half past midnight of the 23rd there
    until = datetime.date(2026, 11, 23) + datetime.timedelta(days=days)
    permission = PermissionPart(reference="12/QĐ-BCA", until=until)
    grants = [GrantPart(application="a", procedure="1", service=one) for one in ("look_up", "confirm", "verify")]
    grants = [grants[0], *(one.model_copy(update={"permission": permission}) for one in grants[1:])]
    (found,) = check_permissions(grants, now=late)
    assert (found.state, found.reason, found.about, found.days) == (state, reason, "12/QĐ-BCA", days)


def test_rules_that_are_not_taken_over_are_told() -> None:
    """A new file that cannot be used is degraded, by the setting, while the rules before stay in force."""
    assert [one.state for one in check_rules(None)] == ["ok"]
    (found,) = check_rules(ConfigurationError("profile_invalid", field="grant.0.fields", detail="not accepted"))
    assert (found.state, found.reason, found.about) == ("degraded", "rules_kept", "grant.0.fields")


def test_one_agency_of_several_does_not_stop_the_others() -> None:
    """A client certificate that has ended is failing where there is one, and degraded where there are others."""
    alone = Report(tuple(check_upstreams([view("", days=-1)], now=NOW)))
    among = Report(tuple(check_upstreams([view("so-tu-phap", days=-1), view("so-y-te")], now=NOW)))
    assert (alone.state, alone.http_status) == ("failing", 503)
    assert (among.state, among.http_status) == ("degraded", 200)
    assert {one.about for one in among.findings if one.reason == "certificate_ended"} == {"upstream.so-tu-phap"}


def test_certificate_files_that_are_not_taken_over_are_told() -> None:
    """New files that cannot be used are degraded while the old certificate serves on."""
    findings = tuple(check_upstreams([view("", trouble=True)], now=NOW))
    assert [one.reason for one in findings if one.state != "ok"] == ["certificate_not_taken"]


def test_a_disk_that_hangs_holds_nobody() -> None:
    """A look takes half a second and says so, a second one starts no second thread, and the end of it is noticed."""
    going, starts = threading.Event(), [0]

    def hangs() -> Iterator[Finding]:
        starts[0] += 1
        going.wait(10)
        yield Finding("audit", "ok", "audit_written")

    async def looked() -> None:
        readiness = Readiness((), disks=[(hangs, AUDIT_HANGS)])
        began = time.monotonic()
        first = await readiness.look()
        assert time.monotonic() - began < 1.5
        readiness._looked = float("-inf")
        second = await readiness.look()
        assert [one.findings[0].reason for one in (first, second)] == ["audit_hangs", "audit_hangs"]
        assert (starts[0], first.http_status) == (1, 503)
        going.set()
        readiness._looked = float("-inf")
        assert (await readiness.look()).state == "ok"

    asyncio.run(looked())


def test_a_disk_that_hangs_does_not_hold_up_the_end() -> None:
    """The loop ends while the look at the disk still hangs."""
    going = threading.Event()

    def hangs() -> Iterator[Finding]:
        going.wait(20)
        yield Finding("audit", "ok", "audit_written")

    began = time.monotonic()
    report = asyncio.run(Readiness((), disks=[(hangs, AUDIT_HANGS)]).look())
    assert report.state == "failing" and time.monotonic() - began < 5
    going.set()


def test_it_looks_once_a_second_and_drains_at_once() -> None:
    """Whoever asks often gets the same findings; a gateway that ends says so to the next one who asks."""
    looks = [0]

    def check() -> Iterator[Finding]:
        looks[0] += 1
        yield Finding("clock", "ok", "clock_unknown")

    async def asked() -> None:
        readiness = Readiness((check,), disks=())
        reports = [await readiness.look() for _ in range(50)]
        assert looks[0] == 1 and {one.status for one in reports} == {"ready"}
        readiness.drain()
        ending = await readiness.look()
        assert (ending.status, ending.http_status, ending.findings[0].check) == ("not_ready", 503, "draining")

    asyncio.run(asked())


def test_every_reason_is_in_both_languages() -> None:
    """No sentence is empty or the same in both, and none ends with a full stop."""
    assert all(one.vi and one.en and one.vi != one.en for one in REASONS.values())
    assert not [one for one in REASONS.values() if one.vi.endswith(".") or one.en.endswith(".")]


def test_work_in_a_thread_answers_fails_and_is_given_up() -> None:
    """Its value and its exception come to who awaits; who gave up, or whose loop has ended, is not missed."""
    going = threading.Event()

    def broken() -> int:
        raise OSError("input/output error")

    async def awaited() -> None:
        assert await in_daemon(lambda: 42) == 42
        with pytest.raises(OSError, match="input/output"):
            await in_daemon(broken)
        for late in (lambda: going.wait(10), lambda: [going.wait(10), broken()]):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await in_daemon(late)
        abandoned = in_daemon(lambda: going.wait(10))
        assert not abandoned.done()

    asyncio.run(awaited())
    going.set()
    assert within(5, lambda: not [one for one in threading.enumerate() if one.name == "dancu-disk"])
