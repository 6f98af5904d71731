"""Guessing at the gateway (security.md T11): counted, locked, never "not matched", unlocked by a supervisor."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import Client, MemorySink, Officer, Purpose, Rejected, Subject
from dancu.domain.outcomes import Ambiguous, NotMatched
from dancu.gateway.mismatches import Asking, Mismatches, fits
from dancu.gateway.problems import Problem
from dancu.gateway.store import stored_lines
from dancu.policy.mismatches import Limits

from .conftest import Served, question, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBER = "066790000001"
OTHER = {"number": "066791000023", "name": "H'Hen Niê", "birth_date": "1991-01-20"}
GRANT = """
[[grant]]
application = "slow"
procedure = "1.004194"
service = "confirm"
"""


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Served]:
    """A gateway that lets three questions about a person miss, and five of an officer; both applications may ask."""
    with serving(tmp_path, granting=GRANT, protection="per_subject = 3\nper_officer = 5\nfloor = 0") as made:
        yield made


def guess(day: int, *, officer: str = "can.bo.mau", **parts: Any) -> dict[str, Any]:
    """A question with a birth date that is not hers; the second is."""
    subject = {"number": NUMBER, "name": "Nguyễn Thị Mẫu", "birth_date": f"1990-01-{day:02}"}
    body = question(subject=subject, **parts)
    body["purpose"] = {**body["purpose"], "officer": {"code": officer}}
    return body


def outcome(answer: httpx.Response) -> str:
    """The outcome of an answer, or the code of a problem."""
    body = answer.json()
    return str(body.get("outcome") or body["code"])


def test_a_locked_person_never_reads_as_not_matched(locked: Served) -> None:
    """After the limit the right keys are refused like wrong ones, with a time, and nothing reaches the platform."""
    assert [outcome(locked.post("v1/confirm", guess(day))) for day in (3, 4, 5)] == ["not_matched"] * 3
    asked = len(locked.mock.journal.calls)
    further: dict[str, dict[str, Any]] = {
        "confirm": {},
        "lookup": {"fields": ["name"]},
        "verify": {"claim": {"gender": "Nữ"}},
    }
    for path, parts in further.items():
        for day in (2, 6):
            answer = locked.post(f"v1/{path}", guess(day, **parts))
            assert (answer.status_code, outcome(answer)) == (429, "subject_locked")
            assert 86_000 < int(answer.headers["Retry-After"]) <= 86_400
    assert len(locked.mock.journal.calls) == asked
    assert {record["code"] for record in locked.records("refusals")} == {"subject_locked"}
    assert NUMBER not in (locked.directory / "audit.sqlite.mismatches").read_bytes().decode("latin-1")


def test_no_other_person_or_application_is_locked(locked: Served) -> None:
    """The officer asks about somebody else, and another application about the same person."""
    for day in (3, 4, 5):
        locked.post("v1/confirm", guess(day))
    assert outcome(locked.post("v1/confirm", question(subject=OTHER))) == "confirmed"
    slow = {"Authorization": f"Bearer {locked.slow_key}"}
    assert outcome(locked.post("v1/confirm", guess(2), headers=slow)) == "confirmed"


def test_an_officer_who_misses_too_often_waits(locked: Served) -> None:
    """Over several people; a colleague asks on."""
    for number in range(5):
        subject = {"number": f"06679000090{number}", "name": "Không Ai Cả", "birth_date": "1990-01-02"}
        assert outcome(locked.post("v1/confirm", question(subject=subject))) == "not_matched"
    assert outcome(locked.post("v1/confirm", question(subject=OTHER))) == "quota_spent"
    assert outcome(locked.post("v1/confirm", guess(2, officer="dong.nghiep"))) == "confirmed"


def test_a_claim_that_differs_is_a_guess_too(locked: Served) -> None:
    """Verifying one value after the other ends like guessing keys."""
    asked = [outcome(locked.post("v1/verify", guess(2, claim={"gender": "Nam"}))) for _ in range(4)]
    assert asked == ["verified", "verified", "verified", "subject_locked"]


def test_an_outage_counts_for_nothing(locked: Served) -> None:
    """Ten questions without an answer, then the right one is answered."""
    with locked.mock.scenario("soap_fault_500"):
        for _ in range(10):
            assert outcome(locked.post("v1/confirm", guess(3))) in {"provider_fault", "circuit_open"}
    assert locked.mock.journal.calls != ()


def test_a_form_counts_whom_it_asked_about(tmp_path: Path) -> None:
    """Keys that fit nobody in a prefill are guesses; past the limit the form is refused whole."""
    grant = '[[grant]]\napplication = "mot-cua"\nprocedure = "1.004222"\nservice = "prefill"\nfields = ["name"]\n'
    with serving(tmp_path, granting=grant, protection="per_subject = 2") as made:
        wrong = {"number": NUMBER, "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-05"}
        purpose = {**question()["purpose"], "procedure": "1.004222"}
        body = {"procedure": "1.004222", "people": {"applicant": wrong}, "purpose": purpose}
        assert [outcome(made.post("v1/prefill", body)) for _ in range(3)] == ["prefilled"] * 2 + ["subject_locked"]


def test_ten_thousand_guesses_reach_the_platform_ten_times(tmp_path: Path) -> None:
    """All at once or one after the other: ten at most are asked, and no answer after them tells anything."""
    protection = "per_subject = 10\nper_officer = 1000000\nfloor = 0"
    with serving(tmp_path, protection=protection) as made:

        async def attack(count: int) -> Counter[str]:
            async with httpx.AsyncClient(verify=made.trust(), trust_env=False, timeout=30) as client:
                headers = {"Authorization": f"Bearer {made.key}"}
                at = made.url + "v1/confirm"
                found: Counter[str] = Counter()
                for start in range(0, count, 50):
                    asked = (client.post(at, json=guess(3 + (start + one) % 25), headers=headers) for one in range(50))
                    found.update(map(outcome, await asyncio.gather(*asked)))
                return found

        said = asyncio.run(attack(int(os.environ.get("GUESSES", "500"))))
        assert len(made.mock.journal.calls) <= 10
        assert said["not_matched"] <= 10
        assert set(said) <= {"not_matched", "subject_locked", "too_busy", "rate_limited"}
        assert outcome(made.post("v1/confirm", guess(2))) == "subject_locked"


def test_a_supervisor_ends_a_lock_on_record(locked: Served) -> None:
    """With a reason, while the gateway runs; the audit has who and why before it is so, and nobody's number."""
    for day in (3, 4, 5):
        locked.post("v1/confirm", guess(day))
    ended = unlock(locked, "Nhập nhầm nhiều lần")
    assert (ended.returncode, "unlocked (3)" in ended.stderr) == (0, True)
    assert outcome(locked.post("v1/confirm", guess(2))) == "confirmed"
    lines = [json.loads(line) for line in stored_lines(locked.directory / "audit.sqlite") if line]
    (record,) = [one for one in lines if one.get("record") == "unlock"]
    assert (record["application"], record["supervisor"], record["reason"]) == (
        "mot-cua",
        "truong.phong",
        "Nhập nhầm nhiều lần",
    )
    assert NUMBER not in json.dumps(record)


@pytest.mark.parametrize("reason", ["", f"số {NUMBER[:6]} {NUMBER[6:]}"])
def test_a_lock_is_not_ended_without_a_reason(locked: Served, reason: str) -> None:
    """A reason that is none, or that holds a number, changes nothing."""
    for day in (3, 4, 5):
        locked.post("v1/confirm", guess(day))
    assert unlock(locked, reason).returncode == 2
    assert outcome(locked.post("v1/confirm", guess(2))) == "subject_locked"


def test_the_sdk_reads_a_lock_with_its_time(locked: Served) -> None:
    """Through the gateway a lock is `Rejected`, with the seconds to wait, and is not asked again."""
    (locked.directory / "key.txt").touch(mode=0o600)
    (locked.directory / "key.txt").write_text(locked.key, encoding="utf-8")
    profile = {
        "environment": "test",
        "endpoint": {"url": locked.url},
        "tls": {"ca": str(locked.directory / "ca.pem")},
        "credential": {"family": "gateway", "application": "a", "key": {"file": str(locked.directory / "key.txt")}},
        "audit": {"sink": "none"},
    }
    purpose = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="s")
    with Client(profile, audit=MemorySink()) as dancu:
        asked = [Subject(number=NUMBER, name="Nguyễn Thị Mẫu", birth_date=f"1990-01-{day:02}") for day in (3, 4, 5, 2)]
        for subject in asked[:3]:
            assert isinstance(dancu.confirm(subject, purpose=purpose), NotMatched)
        with pytest.raises(Rejected) as caught:
            dancu.confirm(asked[3], purpose=purpose)
    assert caught.value.code == "subject_locked"
    assert caught.value.retry_after is not None and caught.value.retry_after > 86_000


def unlock(served: Served, reason: str) -> subprocess.CompletedProcess[str]:
    """The command, as a supervisor runs it."""
    command = [sys.executable, "-m", "dancu.cli", "gateway", "unlock", "--application", "mot-cua"]
    command += ["--config", str(served.directory / "gateway.toml"), "--supervisor", "truong.phong", "--reason", reason]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    given = f"{NUMBER}\n"
    return subprocess.run(command, input=given, capture_output=True, encoding="utf-8", env=environment, check=False)


def test_several_processes_count_together(tmp_path: Path) -> None:
    """Counts over one file are one count: what one has noted blocks at the other, and the window slides for both."""
    now = [1000.0]
    limits = Limits(subject=3, window=100.0)
    one, other = (Mismatches(tmp_path / "counts", limits, lambda: now[0]) for _ in range(2))
    asking = Asking("mot-cua", "can.bo.mau", ("k1:a",))
    for counts in (one, other, one):
        with counts.watching(asking) as watch:
            watch.saw("k1:a", NotMatched())
    for counts in (one, other):
        with pytest.raises(Problem) as caught, counts.watching(asking):
            pytest.fail("it was let pass")
        assert (caught.value.code, caught.value.retry_after) == ("subject_locked", 100.0)
    now[0] += 101
    with other.watching(asking) as watch:
        watch.saw("k1:a", Ambiguous(2))
    one.close()
    other.close()


def test_what_cannot_be_counted_is_not_asked(tmp_path: Path) -> None:
    """A file that another holds for too long refuses the answer of a question that missed: fail closed."""
    counts = Mismatches(tmp_path / "counts", Limits(), lambda: 0.0)
    holder = Mismatches(tmp_path / "counts", Limits(), lambda: 0.0)
    holder._database.execute("BEGIN IMMEDIATE")
    with pytest.raises(Problem) as caught, counts.watching(Asking("a", "o", ("k1:a",))) as watch:
        watch.saw("k1:a", NotMatched())
    assert caught.value.code == "audit_unavailable"
    counts.close()
    holder.close()


def test_threads_await_up_to_the_limit(tmp_path: Path) -> None:
    """While answers are awaited no more than the limit are let pass, whatever they come to."""
    counts = Mismatches(tmp_path / "counts", Limits(subject=5), lambda: 0.0)
    asking, released = Asking("a", "o", ("k1:a",)), threading.Event()
    with counts.watching(asking), counts.watching(asking), counts.watching(asking), counts.watching(asking):
        with counts.watching(asking), pytest.raises(Problem) as caught, counts.watching(asking):
            pytest.fail("it was let pass")
        assert caught.value.code == "too_busy"
    with counts.watching(asking):
        released.set()
    assert released.is_set()
    counts.close()


def test_what_fits_tells_a_guesser_nothing() -> None:
    """Several records are no miss: nothing of any came back, and the keys fitted."""
    assert fits(Ambiguous(2)) and not fits(NotMatched())
