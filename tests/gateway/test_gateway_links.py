"""A draft session becomes a dossier: said once by the application that asked, on record, and never another's."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import question, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from .conftest import Served

PATH = "v1/dossiers/link"
GRANTED = '[[grant]]\napplication = "slow"\nprocedure = "1.004194"\nservice = "confirm"\n'


@pytest.fixture(scope="module")
def linking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway whose two applications may both ask."""
    with serving(tmp_path_factory.mktemp("links"), granting=GRANTED) as made:
        yield made


def purpose(session: str | None, dossier: str | None = None, **parts: Any) -> dict[str, Any]:
    """Why somebody asks; a part that is None is absent."""
    whole = {**question()["purpose"], "session": session, "dossier": dossier, **parts}
    return {name: value for name, value in whole.items() if value is not None}


def ask(linking: Served, session: str, times: int = 1) -> None:
    """Questions under a session."""
    for _ in range(times):
        assert linking.post("v1/confirm", question(purpose=purpose(session))).status_code == 200


def link(linking: Served, session: str | None, dossier: str | None, **options: Any) -> httpx.Response:
    """Say that a session became a dossier."""
    parts = options.pop("parts", {})
    return linking.post(PATH, {"purpose": purpose(session, dossier, **parts)}, **options)


def links(linking: Served, session: str) -> list[dict[str, Any]]:
    """Records of the links of a session."""
    return [record for record in linking.records("links") if record["session"] == session]


def test_a_session_becomes_a_dossier(linking: Served) -> None:
    """The answer counts its questions; the record says who linked what, under the reference that is answered."""
    ask(linking, "nhap-1", times=2)
    answer = link(linking, "nhap-1", "H15.42-261122-0001")
    assert answer.status_code == 200
    (record,) = links(linking, "nhap-1")
    assert answer.json() == {"outcome": "linked", "questions": 2, "reference": record["reference"]}
    expected = {"application": "mot-cua", "unit": "H15.42", "procedure": "1.004194", "officer": "can.bo.mau"}
    assert {name: record[name] for name in expected} == expected
    assert record["dossier"] == "H15.42-261122-0001"


def test_saying_it_again_changes_nothing(linking: Served) -> None:
    """The same link is answered with the first one's reference, also when it is said twenty times at once."""
    ask(linking, "nhap-2")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _turn: link(linking, "nhap-2", "HS-2").json(), range(20)))
    assert len({answer["reference"] for answer in said}) == 1
    assert len(links(linking, "nhap-2")) == 1


def test_a_session_is_one_dossiers_only(linking: Served) -> None:
    """Another dossier is 409 with the reference of the link that stands."""
    ask(linking, "nhap-3")
    first = link(linking, "nhap-3", "HS-3").json()["reference"]
    refused = link(linking, "nhap-3", "HS-4")
    assert (refused.status_code, refused.json()["code"]) == (409, "session_linked")
    assert refused.json()["reference"] == first
    assert [record["dossier"] for record in links(linking, "nhap-3")] == ["HS-3"]


def test_nobody_links_what_they_did_not_ask(linking: Served) -> None:
    """A session of nobody, of another application or of another unit is 404, all alike, and leaves no record."""
    ask(linking, "nhap-5")
    others = [
        link(linking, "nhap-of-nobody", "HS-5"),
        link(linking, "nhap-5", "HS-5", headers={"Authorization": f"Bearer {linking.slow_key}"}),
        link(linking, "nhap-5", "HS-5", parts={"unit": "H15.1"}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in others] == [(404, "unknown_session")] * 3
    assert len({one.text for one in others}) == 1
    assert links(linking, "nhap-5") == links(linking, "nhap-of-nobody") == []


@pytest.mark.parametrize(("session", "dossier", "missing"), [("s", None, "dossier"), (None, "HS", "session")])
def test_both_are_named(linking: Served, session: str | None, dossier: str | None, missing: str) -> None:
    """Without the dossier or the session it is a problem that points there."""
    refused = link(linking, session, dossier)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_purpose")
    assert refused.json()["errors"] == [{"pointer": f"/purpose/{missing}", "message": "required here"}]


def test_without_a_key_nothing_is_linked(linking: Served) -> None:
    """401, as for a question."""
    assert link(linking, "s", "HS", headers={"Authorization": "Bearer dk_x"}).status_code == 401


def test_a_link_that_cannot_be_kept_is_not_answered(linking: Served) -> None:
    """While the store is locked it is 503 audit_unavailable, and afterwards it can be said again."""
    ask(linking, "nhap-6")
    other = sqlite3.connect(linking.directory / "audit.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        refused = link(linking, "nhap-6", "HS-6")
    finally:
        other.close()
    assert (refused.status_code, refused.json()["code"]) == (503, "audit_unavailable")
    assert links(linking, "nhap-6") == []
    assert link(linking, "nhap-6", "HS-6").status_code == 200


def test_the_inspector_finds_the_draft_under_its_dossier(linking: Served) -> None:
    """By gateway.toml alone: its inspectors may ask, and the dossier's looks are those of its drafts as well."""
    ask(linking, "nhap-7")
    link(linking, "nhap-7", "HS-7")
    assert linking.post("v1/confirm", question(purpose=purpose(None, "HS-7"))).status_code == 200
    config = linking.directory / "gateway.toml"
    inspected = linking.directory / "inspected.toml"
    granted = '[inspection]\ninspectors = ["thanh.tra.mau"]\n'
    inspected.write_text(f"{config.read_text(encoding='utf-8')}{granted}", encoding="utf-8")

    def run(path: Path, inspector: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dancu.cli", "audit", "dossier", str(path), "HS-7", "--json"]
        command += ["--inspector", inspector, "--reason", "Đơn số 7"]
        environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30, check=False)

    ended = run(inspected, "thanh.tra.mau")
    assert ended.returncode == 0, ended.stderr
    told = [(look["session"], look["dossier"]) for look in json.loads(ended.stdout)["looks"]]
    assert told == [("nhap-7", "HS-7"), (None, "HS-7")]
    for path, inspector in ((inspected, "can.bo.mau"), (config, "thanh.tra.mau")):
        refused = run(path, inspector)
        assert (refused.returncode, "HS-7" in refused.stdout) == (3, False)
    asked = [(record["inspector"], record["refused"]) for record in linking.records("inspections")]
    assert asked == [("thanh.tra.mau", False), ("can.bo.mau", True), ("thanh.tra.mau", True)]
