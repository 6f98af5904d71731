"""A certificate near its end: the doctor says so in days, and a client warns and then refuses."""

from __future__ import annotations

import datetime
import logging
import time
from typing import TYPE_CHECKING

import pytest

from dancu import ConfigurationError, Found
from dancu.flows.context import Clock

from .doctor import DAY, NOW, set_up
from .steady import install, steady

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Platform

MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("left", "said"), [(31, "Good until {}"), (29, "Good until {}, days left: 29; renew it"), (0, "days left: 0")]
)
def test_the_doctor_counts_the_days(tmp_path: Path, left: int, said: str) -> None:
    """The check passes and bears the end; from 30 days on it bears the days that are left, in both languages."""
    with set_up(tmp_path) as whole:
        end = (NOW + left * DAY + 10 * MINUTE).replace(microsecond=0)
        whole.own_certificate(not_after=end)
        checks = {check.name: check for check in whole.examined(purpose=None).checks}
    check = checks["certificate"]
    assert check.state == "passed" and check.note is not None
    assert said.format(end.date().isoformat()) in check.note.en
    assert (f"còn {left} ngày; cần gia hạn" in check.note.vi) == (left <= 30)


def test_a_client_warns_and_at_last_refuses(
    platform: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning for a day of calls; from the end on ``certificate_unusable``, and nothing is sent."""
    ahead = datetime.timedelta()
    clock = Clock(time.monotonic, lambda: datetime.datetime.now(datetime.UTC) + ahead)
    issued = platform.server.authority.issue_client(not_after=datetime.datetime.now(datetime.UTC) + 3 * DAY)
    install(tmp_path, issued)
    with caplog.at_level(logging.WARNING, "dancu"), steady(platform, clock=clock) as client:
        for _ in range(5):
            assert isinstance(client.look_up(), Found)
        assert len(caplog.records) == 1
        ahead = 3 * DAY
        with pytest.raises(ConfigurationError, check=lambda error: error.detail == "expired"):
            client.look_up()
    assert len(platform.mock.journal.calls) == 5
    assert "IdentityEnding days=2" in caplog.records[0].getMessage()
