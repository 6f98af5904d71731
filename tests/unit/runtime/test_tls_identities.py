"""An identity and its successors in virtual time: when files are looked at, what is said, and what is kept."""

from __future__ import annotations

import datetime
import itertools
import os
import threading
from typing import TYPE_CHECKING

import pytest

from dancu import ConfigurationError
from dancu.errors import error_for
from dancu.events import Event, IdentityChanged, IdentityEnding
from dancu.runtime.identities import RETRY_SECONDS, Identities
from dancu.runtime.tls import TlsFiles, load_tls
from dancu.runtime.trial import try_pair
from dancu_mock import Authority

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.runtime.tls import Identity
    from dancu_mock.pki import Issued

NOW = datetime.datetime.now(datetime.UTC).replace(hour=12, minute=0, second=0, microsecond=0)
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
MOMENTS = itertools.count(1)


class Desk:
    """Files, who loads them, and what was told.

    Attributes:
        now: the time of the next look.
        loads: how often the files were loaded.
    """

    def __init__(self, directory: Path, authority: Authority, issued: Issued) -> None:
        self.files = TlsFiles(directory / "ca.pem", directory / "client.pem", directory / "client.key")
        self.authority = authority
        self.now = NOW
        self.loads = 0
        self.told: list[Event] = []
        self.write("ca", authority.certificate_pem)
        self.install(issued)
        named = (self.files.ca, self.files.certificate, self.files.key)
        self.identities = Identities(self.load, [path for path in named if path is not None], tell=self.told.append)

    def load(self) -> Identity:
        """What assembly does."""
        self.loads += 1
        return load_tls(self.files, now=self.now, production=False)

    def write(self, part: str, content: bytes) -> None:
        """Write a file in place, as a careless installer does."""
        path: Path = getattr(self.files, part)
        path.touch(mode=0o600)
        path.write_bytes(content)
        # Some file systems count time in ticks of 4 ms, and two writes may fall into one.
        found = path.stat()
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1_000_000 * next(MOMENTS)))

    def install(self, issued: Issued) -> None:
        """Write certificate and key."""
        self.write("certificate", issued.certificate_pem)
        self.write("key", issued.key_pem)

    def look(self, later: datetime.timedelta = SECOND) -> None:
        """The beginning of a call."""
        self.now += later
        self.identities.check(self.now)

    @property
    def name(self) -> str:
        """Whom the certificate in use names."""
        pair = self.identities.current.pair
        assert pair is not None
        return pair.certificate.subject.rfc4514_string()


@pytest.fixture(scope="module")
def authority() -> Authority:
    """The CA of everybody here."""
    return Authority.create("INVENTED CA")


def ending(authority: Authority, after: datetime.timedelta, name: str = "first") -> Issued:
    """A certificate that ends so long from now."""
    return authority.issue_client(name, not_before=NOW - 400 * DAY, not_after=NOW + after)


@pytest.fixture
def desk(tmp_path: Path, authority: Authority) -> Desk:
    """A certificate with a year before it."""
    return Desk(tmp_path, authority, ending(authority, 365 * DAY))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged."""
    return [record.getMessage() for record in caplog.records if record.name == "dancu.certificates"]


def test_files_that_stay_are_loaded_once(desk: Desk) -> None:
    """A thousand calls over a day load nothing again."""
    for _ in range(1000):
        desk.look(datetime.timedelta(seconds=86.4))
    assert (desk.loads, desk.identities.generation, desk.told) == (1, 1, [])


def test_files_are_looked_at_once_a_second(desk: Desk, authority: Authority) -> None:
    """A change is not seen by calls within the same second, and by the first after it."""
    desk.look()
    desk.install(ending(authority, 300 * DAY, "second"))
    desk.look(SECOND / 2)
    assert desk.name == "CN=first"
    desk.look(SECOND / 2)
    assert (desk.name, desk.identities.generation) == ("CN=second", 2)


def test_a_new_identity_is_on_probation_until_it_is_answered(desk: Desk, authority: Authority) -> None:
    """It is told of as replaced with its first answer, once."""
    first = desk.identities.current
    desk.install(ending(authority, 300 * DAY, "second"))
    desk.look()
    second = desk.identities.current
    assert desk.identities.on_probation(second) and not desk.identities.on_probation(first)
    desk.identities.answered(first)
    assert desk.told == []
    for _ in range(2):
        desk.identities.answered(second)
    assert desk.told == [IdentityChanged(state="replaced")]
    assert not desk.identities.on_probation(second)


def test_what_the_platform_refuses_gives_way_to_its_predecessor(desk: Desk, authority: Authority) -> None:
    """A refused newcomer is replaced by the one before, once for all who meet the refusal; it is tried again later."""
    first, refusal = desk.identities.current, error_for("client_certificate_refused")
    desk.install(ending(authority, 300 * DAY, "second"))
    desk.look()
    second = desk.identities.current
    assert not desk.identities.replaces(second, error_for("disconnected"))
    assert desk.identities.replaces(second, refusal)
    assert desk.identities.current is first
    assert desk.identities.replaces(second, refusal), "a caller whose lane was slower asks anew as well"
    assert not desk.identities.replaces(first, refusal), "nobody is behind the first"
    assert (desk.told, desk.identities.trouble) == ([IdentityChanged(state="kept")], refusal)
    desk.look(SECOND * 10)
    assert desk.identities.current is first
    desk.look(SECOND * RETRY_SECONDS)
    assert desk.name == "CN=second"


def test_nobody_falls_back_on_what_has_ended(desk: Desk, authority: Authority, tmp_path: Path) -> None:
    """Where the predecessor has ended by now, the refusal of its successor is told as it is."""
    directory = tmp_path / "ends"
    directory.mkdir()
    desk = Desk(directory, authority, ending(authority, DAY))
    desk.install(ending(authority, 300 * DAY, "second"))
    desk.look(2 * DAY)
    assert desk.name == "CN=second"
    assert not desk.identities.replaces(desk.identities.current, error_for("client_certificate_refused"))


def test_a_writer_half_way_is_given_time(desk: Desk, authority: Authority, caplog: pytest.LogCaptureFixture) -> None:
    """A certificate whose key is still to come changes nothing and is not complained of."""
    second = ending(authority, 300 * DAY, "second")
    desk.write("certificate", second.certificate_pem)
    desk.look()
    assert (desk.name, desk.identities.trouble) == ("CN=first", None)
    desk.write("key", second.key_pem)
    desk.look()
    assert desk.name == "CN=second"
    assert said(caplog) == []


def test_what_stays_wrong_is_said_once_a_day(
    desk: Desk, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """Files that nobody touches any more are named with their fault, once a day, and loaded rarely."""
    desk.write("key", ending(authority, DAY).key_pem)
    for _ in range(3 * 24 * 60):
        desk.look(SECOND * 60)
    assert desk.name == "CN=first"
    trouble = desk.identities.trouble
    assert trouble is not None and trouble.detail == "the key of another certificate"
    line = "the new certificate files are not used: tls.key: the key of another certificate; the old ones stay in use"
    assert said(caplog) == [line] * 4
    assert desk.told == [IdentityChanged(state="kept")] * 4
    assert desk.loads < 3 * 24 * 60 * 60 / RETRY_SECONDS + 5


def test_a_half_that_is_touched_anew_is_named_anew(
    desk: Desk, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """A second bad pair on the same day is said again."""
    for _ in range(2):
        desk.write("key", ending(authority, DAY).key_pem)
        for _ in range(3):
            desk.look()
    assert len(said(caplog)) == 2


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (31 * DAY, None),
        (30 * DAY, 30),
        (8 * DAY, 30),
        (7 * DAY, 7),
        (DAY, 7),
    ],
)
def test_an_end_that_is_near_is_known(
    tmp_path: Path, authority: Authority, left: datetime.timedelta, expected: int | None
) -> None:
    """A certificate is near its end from 30 days on, and very near it from 7 days on."""
    desk = Desk(tmp_path, authority, ending(authority, left))
    assert desk.identities.current.ends_within(NOW) == expected
    assert desk.identities.current.days_left(NOW) == left.days
    with pytest.raises(ConfigurationError):
        desk.look(left + SECOND)


def test_an_end_is_told_once_a_day(tmp_path: Path, authority: Authority) -> None:
    """From 30 days on it is told once a day, once more on the day on which 7 are left, and not after the end."""
    desk = Desk(tmp_path, authority, ending(authority, 40 * DAY))
    for _ in range(40 * 24 - 1):
        desk.look(datetime.timedelta(hours=1))
    for _ in range(3):
        with pytest.raises(ConfigurationError, match="expired"):
            desk.look(datetime.timedelta(hours=1))
    days = [event.days for event in desk.told if isinstance(event, IdentityEnding)]
    assert days[0] == 30 and days[-1] == 0 and set(days) == set(range(31))
    assert len(days) <= 33 and days == sorted(days, reverse=True)


def test_a_renewal_ends_the_warnings(tmp_path: Path, authority: Authority) -> None:
    """After a good successor nothing more is told."""
    desk = Desk(tmp_path, authority, ending(authority, 5 * DAY))
    desk.look()
    assert desk.told == [IdentityEnding(days=4)]
    desk.install(ending(authority, 365 * DAY, "second"))
    desk.look()
    for _ in range(10):
        desk.look(DAY)
    assert desk.told == [IdentityEnding(days=4)]


@pytest.mark.timeout(60)
def test_no_load_ever_mixes_two_pairs(desk: Desk, authority: Authority) -> None:
    """300 looks race with a writer who changes certificate and key one after the other: each pair in use is one."""
    pairs = [ending(authority, 300 * DAY, f"pair-{place}") for place in range(5)]
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for issued in pairs:
                desk.install(issued)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            desk.look()
            pair = desk.identities.current.pair
            assert pair is not None
            try_pair(pair)
    finally:
        stop.set()
        writer.join()
    desk.install(pairs[0])
    for _ in range(3):
        desk.look()
    assert desk.name == "CN=pair-0"
