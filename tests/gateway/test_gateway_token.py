"""A gateway's applications are one caller to the platform: one credential, one token."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dancu import FIELDS
from dancu.gateway.applications import hash_key, new_key
from dancu_mock import Mock, MockServer, MockSettings

from .conftest import CONFIG, OPEN, Served, question, start

if TYPE_CHECKING:
    from pathlib import Path


def test_two_applications_share_one_token(tmp_path: Path) -> None:
    """Twenty calls of two applications at once make one token request, and each is audited under its own name."""
    mock = Mock(MockSettings(family="lgsp-token"))
    keys = new_key(), new_key()
    with MockServer(mock) as platform:
        platform.write_files(tmp_path)
        issued = platform.authority.issue_server()
        (tmp_path / "gateway.pem").write_bytes(issued.certificate_pem)
        (tmp_path / "gateway.key").touch(mode=0o600)
        (tmp_path / "gateway.key").write_bytes(issued.key_pem)
        hashes = {"key": hash_key(keys[0]), "slow": hash_key(keys[1])}
        text = CONFIG.format(**hashes, fields=json.dumps(list(FIELDS)), protection=OPEN, listening="")
        slow_too = text.replace("per_second = 0.5", "per_second = 1000") + SECOND
        (tmp_path / "gateway.toml").write_text(slow_too, encoding="utf-8")
        process, url = start(tmp_path)
        try:
            first = Served(url, tmp_path, keys[0], keys[1], mock, process)
            second = Served(url, tmp_path, keys[1], keys[0], mock, process)
            with ThreadPoolExecutor(10) as pool:
                asking = [pool.submit((first, second)[turn % 2].post, "v1/confirm", question()) for turn in range(20)]
                assert {one.result().json()["outcome"] for one in asking} == {"confirmed"}
            assert sum(call.outcome == "issued" for call in mock.journal.calls) == 1
            assert sorted(one["application"] for one in first.records("intents")) == ["mot-cua"] * 10 + ["slow"] * 10
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()


SECOND = """
[[grant]]
application = "slow"
procedure = "1.004194"
service = "confirm"
"""
