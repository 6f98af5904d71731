"""What the Java and C# examples say and exit with, for everything that a gateway answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from dancu.words import WHAT_HAPPENED

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Door, Program

MAU = ("066790000001", "Nguyễn Thị Mẫu", "1990-01-02")
FIELDS = ["name", "gender", "permanent_address"]
REFERENCE = re.compile(r" \(reference [0-9A-Z]{26}\)")


def question(number: str, name: str, birth_date: str, **parts: Any) -> dict[str, Any]:
    """A body as the sandbox's one application may send it."""
    return {
        "subject": {"number": number, "name": name, "birth_date": birth_date},
        "purpose": {"procedure": "1.004194", "unit": "H15.42", "officer": {"code": "can.bo.mau"}, "session": "s"},
        **parts,
    }


OUTCOMES: list[tuple[str, dict[str, Any], int, str]] = [
    (
        "lookup",
        question(*MAU, fields=FIELDS),
        0,
        "found: name=NGUYỄN THỊ MẪU; gender=Nữ; permanent_address=66, 22015, VN",
    ),
    (
        "lookup",
        question(*MAU, fields=["birth_date", "blood_group", "father"]),
        0,
        "found: birth_date=1990-01-02; blood_group=O; father=NGUYỄN VĂN CHA MẪU, 066660000002, Việt Nam",
    ),
    (
        "lookup",
        question("066790000001", "Nguyễn Thị Mẫu", "1990-02-01", fields=FIELDS),
        1,
        "not_matched: no record fits these three keys; hints: Ngày và tháng có thể bị đảo",
    ),
    (
        "lookup",
        question("066698000029", "Nguyễn Văn Đôi Mẫu", "1998-07-26", fields=FIELDS),
        5,
        "ambiguous: 2 records fit; ask for more",
    ),
    ("confirm", question(*MAU), 0, "confirmed: number, name, birth_date"),
    ("confirm", question("066790000001", "Người Khác Mẫu", "1990-03-15"), 1, "not_matched: "),
    ("verify", question(*MAU, claim={"gender": "Nữ"}), 0, "verified: match; gender=match"),
    (
        "verify",
        question(*MAU, claim={"name": "Nguyễn Thị Mẫu", "gender": "Nam"}),
        1,
        "verified: mismatch; name=match; gender=mismatch",
    ),
    (
        "verify",
        question("066698000029", "Nguyễn Văn Đôi Mẫu", "1998-07-26", claim={"gender": "Nam"}),
        5,
        "ambiguous: 2 records fit",
    ),
]


@pytest.mark.parametrize(("operation", "body", "code", "line"), OUTCOMES)
def test_each_outcome_has_its_line_and_exit_code(
    program: Program, sandbox: Door, operation: str, body: dict[str, Any], code: int, line: str
) -> None:
    """Each outcome of each operation ends as it does for `dancu lookup`, with the call's reference."""
    ended = sandbox.ask(program, operation, body)
    assert (ended.code, ended.line[: len(line)]) == (code, line)
    assert REFERENCE.search(ended.line)


NOT_GRANTED = question(*MAU, fields=FIELDS)
NOT_GRANTED["purpose"] = {**NOT_GRANTED["purpose"], "procedure": "9.999999"}
REFUSED: list[tuple[str, object, int, str]] = [
    ("lookup", NOT_GRANTED, 3, "rejected: not_granted: "),
    ("lookup", question("12", "A", "1990", fields=FIELDS), 2, "refused input: invalid_subject: "),
    ("lookup", question(*MAU, fields=["salary"]), 2, "refused input: invalid_fields: "),
    ("confirm", question(*MAU, fields=FIELDS), 2, "refused input: invalid_body: "),
    ("confirm", b"{", 2, "refused input: malformed_json: "),
]


@pytest.mark.parametrize(("operation", "body", "code", "line"), REFUSED)
def test_a_refusal_is_never_about_the_person(
    program: Program, sandbox: Door, operation: str, body: object, code: int, line: str
) -> None:
    """A refused question ends with 2 where its words are off and with 3 where it is not allowed, and its code leads."""
    ended = sandbox.ask(program, operation, body)
    assert (ended.code, ended.line[: len(line)]) == (code, line)


def test_what_is_off_is_pointed_at(program: Program, sandbox: Door) -> None:
    """The gateway's JSON pointer reaches the line; its title is Vietnamese."""
    ended = sandbox.ask(program, "lookup", question("12", "A", "1990", fields=FIELDS))
    assert "; /subject/number: " in ended.line
    assert WHAT_HAPPENED["invalid_subject"].vi in ended.line


def test_a_wrong_key_is_rejected(program: Program, sandbox: Door, tmp_path: Path) -> None:
    """A key that the gateway does not know ends with 3."""
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("dancu_wrong\n", encoding="utf-8")
    wrong.chmod(0o600)
    door = type(sandbox)(sandbox.url, sandbox.authority, wrong)
    ended = door.ask(program, "lookup", question(*MAU, fields=FIELDS))
    assert (ended.code, ended.line.split(":")[:2]) == (3, ["rejected", " unauthenticated"])


FAULTS = {
    "000990000008": "http_error; yes",
    "000990000016": "maintenance; 120",
    "000990000019": "disconnected; yes",
    "000990000025": "throttled; 7",
    "000990000030": "unknown_answer; no",
    "000990000035": "credential_refused; no",
}
"""Reserved number -> code, and whether to ask again: yes, no, or the seconds to wait."""
AGAIN = {"yes": "may be asked again", "no": "not to be asked again as it is"}


@pytest.mark.parametrize(("number", "expected"), FAULTS.items())
def test_an_outage_says_nothing_about_the_person(program: Program, sandbox: Door, number: str, expected: str) -> None:
    """A fault of the platform ends with 4, says so, and says whether and when the question may be asked again."""
    code, again = expected.split("; ")
    ended = sandbox.ask(program, "lookup", question(number, "Nguyễn Thị Mẫu", "1990-01-02", fields=FIELDS))
    assert ended.code == 4
    assert ended.line.startswith(f"unavailable: {code}: ")
    assert ended.line.endswith(f"; says nothing about the person; {AGAIN.get(again, f'again after {again} s')}")
