"""Who looked at whom, when and why: the looks that an inspector is told, from a store and from a file of the SDK."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.inspection.log import opened_log
from dancu.gateway.inspection.questions import Narrowed, Whose, looks
from dancu.gateway.store import stored_lines
from dancu.policy.chain import mac_key
from dancu.policy.chain_reading import verify_chain
from dancu.privacy import Secret

from .planted import FIRST, PERSONS, Question, write_key

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Planting

OLD, NEW = "066690000001", "066790000001"
SOMEBODY = "066790000002"


def test_a_person_is_found_under_every_number_and_key(planting: Planting) -> None:
    """Looks under the old card's number, a cancelled one and the new one, under two keys, are told in order."""
    asked = [Question(number, key=key).at(hours=2 * key) for key in (0, 1) for number in ("000000001", OLD, NEW)]
    log = planting([*asked, Question(SOMEBODY), Question(SOMEBODY, key=1)])
    numbers = "000000001\n066 690 000 001\n066790000001\n\n"
    assert log.found("subject", *log.keys, stdin=numbers) == log.references[:6]
    assert log.found("subject", *log.keys, stdin=f"{NEW}\n") == [log.references[2], log.references[5]]
    assert log.found("subject", *log.keys[:2], stdin=numbers) == log.references[:3]


def test_a_number_is_no_argument_unless_it_is_invented(planting: Planting) -> None:
    """A number that somebody may bear is refused as an argument and repeated nowhere; an invented one is taken."""
    log = planting([Question()])
    real = "001" + "190000001"
    ended = log.run("subject", *log.keys, "--number", real)
    assert ended.exit_code == 2
    assert real not in ended.stdout + ended.stderr
    assert log.found("subject", *log.keys, "--number", NEW) == log.references


@pytest.mark.parametrize("typed", ["", "\n", "12345\n", "không\n"])
def test_no_number_is_no_question(planting: Planting, typed: str) -> None:
    """Nothing typed, or what is no number: exit code 2 and no record."""
    log = planting([Question()])
    assert log.run("subject", *log.keys, stdin=typed).exit_code == 2
    assert log.records("inspection") == []


def test_without_the_key_a_person_cannot_be_asked_for(planting: Planting) -> None:
    """It is said, since an empty answer would read as nobody looked."""
    log = planting([Question()])
    ended = log.run("subject", "--number", NEW)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--key" in ended.stderr


def test_officer_application_and_dossier_are_told_apart(planting: Planting) -> None:
    """Each question finds its own looks, and only those."""
    asked = [
        Question(officer="a", application="mot-cua", dossier="HS-1"),
        Question(officer="b", application="mot-cua", session="nhap-1"),
        Question(officer="a", application="khac", session="nhap-1"),
    ]
    log = planting(asked)
    first, second, third = log.references
    assert log.found("officer", "a") == [first, third]
    assert log.found("application", "mot-cua") == [first, second]
    assert log.found("dossier", "HS-1") == [first]
    assert log.found("officer", "nobody") == []


def test_a_look_is_narrowed_by_day_field_result_procedure_and_unit(planting: Planting) -> None:
    """Days are Vietnam's and the last one counts; the other parts are compared as they are."""
    asked = [
        Question().at(hours=14, minutes=59),
        Question().at(hours=15, minutes=1),
        Question(fields=("religion",), result="rejected", procedure="2.1", unit="H15.1").at(days=3),
        Question(result=None).at(days=3),
    ]
    log = planting(asked)
    first, second, third, fourth = log.references
    assert log.found("officer", "can.bo.mau", "--from", "02/11/2026", "--to", "2026-11-02") == [first]
    assert log.found("officer", "can.bo.mau", "--from", "03/11/2026") == [second, third, fourth]
    assert log.found("officer", "can.bo.mau", "--field", "religion") == [third]
    assert log.found("application", "mot-cua", "--result", "rejected") == [third]
    assert log.found("application", "mot-cua", "--result", "unknown") == [fourth]
    assert log.found("officer", "can.bo.mau", "--procedure", "2.1") == [third]
    assert log.found("officer", "can.bo.mau", "--unit", "H15.1") == [third]
    assert log.run("officer", "can.bo.mau", "--from", "31/02/2026").exit_code == 2


def test_the_table_says_when_who_why_and_what(planting: Planting) -> None:
    """Each look with its local time, officer, unit, application, procedure, dossier, fields and whole reference."""
    log = planting([Question(dossier="HS-1"), Question(session="nhap-1", operation="verify", result="verified")])
    ended = log.run("officer", "can.bo.mau", "--limit", "1")
    told = ended.stdout
    assert "2 lượt hỏi / questions · 1 mã người" in told
    for word in (
        "02/11/2026",
        "09:00:00",
        "can.bo.mau",
        "theo ứng",
        "H15.42",
        "mot-cua",
        "1.004194",
        "HS-1",
        "họ và tên",
    ):
        assert word in told, word
    assert "nhap-1" not in told and "1 lượt nữa / more" in told


def test_a_page_is_one_file_for_nobody_else(planting: Planting, tmp_path: Path) -> None:
    """A whole HTML document with nothing from elsewhere, what officers typed escaped, mode 600; never over another."""
    log = planting([Question(officer="<b>a</b>", dossier="HS-1")])
    page = tmp_path / "page.html"
    assert log.run("dossier", "HS-1", "--page", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and "&lt;b&gt;a&lt;/b&gt;" in text and "<b>a" not in text
    assert not any(word in text for word in ("http:", "https:", "src=", "href="))
    assert page.stat().st_mode & 0o777 == 0o600
    assert log.run("dossier", "HS-1", "--page", page).exit_code == 2


def test_an_export_is_the_log_as_it_stands(planting: Planting, tmp_path: Path) -> None:
    """All of it, written to a file, is a chain that proves itself, but for the checkpoint that followed."""
    log = planting([Question(), Question(result=None)])
    out = tmp_path / "export.jsonl"
    assert log.run("export", "--out", out).exit_code == 0
    lines = out.read_bytes().split(b"\n")
    key = mac_key(Secret((tmp_path / "audit.sqlite.key").read_text(encoding="ascii")))
    report = verify_chain(lines, keys={1: key})
    assert (report.broken, report.records) == (None, len(lines) - 1)
    assert lines[:-1] == [line for line in stored_lines(log.log) if line][: len(lines) - 1]
    assert log.run("export", "--to", "01/11/2026").stdout == ""


def test_a_file_of_the_sdk_is_questioned_like_a_store(planting: Planting, tmp_path: Path) -> None:
    """With its key beside it a person is found, and the record of the inspection is added to its chain."""
    store = planting([Question(), Question(SOMEBODY)])
    file = tmp_path / "audit.jsonl"
    lines = [line for line in stored_lines(store.log) if line]
    file.write_bytes(b"".join(line + b"\n" for line in lines) + b'{"record":"int')
    for name in ("key", "signing.key"):
        secret = Secret((tmp_path / f"audit.sqlite.{name}").read_text(encoding="ascii"))
        write_key(tmp_path / f"audit.jsonl.{name}", secret)
    log = type(store)(file, store.references, ("--key", str(write_key(tmp_path / "person.key", FIRST))))
    assert log.found("subject", *log.keys, "--number", NEW) == store.references[:1]
    key = mac_key(Secret((tmp_path / "audit.jsonl.key").read_text(encoding="ascii")))
    written = file.read_bytes().split(b"\n")
    report = verify_chain(written, keys={1: key})
    assert (report.broken, report.torn) == (None, 1)
    kinds = [json.loads(line)["record"] for line in written if line.endswith(b"}")]
    assert kinds.count("inspection") == 1


@pytest.mark.parametrize(
    ("whose", "value"),
    [("subject", PERSONS[0].of_number("066790000777")), ("officer", "cb.777"), ("dossier", "HS-777")],
)
def test_what_is_asked_often_does_not_read_the_whole_log(planting: Planting, whose: Whose, value: str) -> None:
    """One look among 5,000 is found in a hundredth of the steps that reading all of them takes."""
    asked = [Question(f"0667900{n:05d}", officer=f"cb.{n}", dossier=f"HS-{n}", session=f"s{n}") for n in range(5000)]
    log = planting(asked)

    def steps(whose: Whose | None, *values: str) -> int:
        taken = [0]
        with opened_log(log.log) as database:
            database.set_progress_handler(lambda: taken.__setitem__(0, taken[0] + 1), 10)
            assert len(looks(database, whose, values, narrowed=Narrowed())) == (5000 if whose is None else 1)
        return taken[0]

    assert steps(whose, value) * 100 < steps(None)


def test_hashes_of_other_people_are_not_in_a_persons_answer(planting: Planting) -> None:
    """A look at somebody else by the same officer, in the same dossier, stays out."""
    log = planting([Question(dossier="HS-1"), Question(SOMEBODY, dossier="HS-1")])
    told = json.dumps(log.json("subject", *log.keys, "--number", NEW))
    assert PERSONS[0].of_number(NEW) in told
    assert PERSONS[0].of_number(SOMEBODY) not in told
