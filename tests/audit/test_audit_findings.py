"""Letters, look-ups without a dossier, and what stands out."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dancu.errors import ConfigurationError
from dancu.gateway.inspection.anomalies import Own, anomalies
from dancu.gateway.inspection.letters import letter, letter_page, letter_text
from dancu.gateway.inspection.log import opened_log
from dancu.gateway.inspection.part import InspectionPart
from dancu.gateway.inspection.questions import VIETNAM, Narrowed, looks
from dancu.gateway.inspection.unlinked import due_day, unlinked

from .planted import MONDAY, PERSONS, Question, planter, store

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.gateway.inspection.anomalies import Anomaly
    from dancu.gateway.inspection.questions import Look

    from .conftest import Planting

NEW = "066790000001"
PART = InspectionPart(
    agency="UBND tỉnh Mẫu",
    complaints=("Bộ phận tiếp công dân, UBND tỉnh Mẫu", "Điện thoại: 000 000 000"),
    procedures={"1.004194": "Đăng ký thường trú"},
    units={"H15.42": "UBND phường Mẫu"},
    holidays=(datetime.date(2026, 11, 5),),
)
NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=VIETNAM)
DRAFT = Question(session="nhap-1")


def planted(path: Path, *questions: Question) -> list[Look]:
    """The looks of a store of these questions."""
    made = planter(path)
    for question in questions:
        made.ask(question)
    return read(path, made.lines)


def read(path: Path, lines: list[bytes]) -> list[Look]:
    """The looks of these lines."""
    store(path, lines)
    with opened_log(path) as database:
        return looks(database, narrowed=Narrowed())


def kinds(found: list[Anomaly]) -> dict[tuple[str, str], int]:
    """How many looks each anomaly is about."""
    return {(one.officer, one.kind): len(one.looks) for one in found}


@pytest.mark.parametrize(
    ("day", "holidays", "due"),
    [
        ("2026-11-02", [], "2026-11-09"),
        ("2026-11-06", [], "2026-11-13"),
        ("2026-11-07", [], "2026-11-13"),
        ("2026-11-02", ["2026-11-04", "2026-11-07"], "2026-11-10"),
    ],
)
def test_five_working_days(day: str, holidays: list[str], due: str) -> None:
    """The day itself, weekends and holidays do not count; a holiday on a Saturday changes nothing."""
    date = datetime.date.fromisoformat
    assert due_day(date(day), [date(one) for one in holidays]) == date(due)


def test_a_draft_without_a_dossier_is_listed_when_its_time_is_over(tmp_path: Path) -> None:
    """On the last day it is not, on the next it is; a look for a dossier never is."""
    found = planted(tmp_path / "audit.sqlite", DRAFT, Question(dossier="HS-1", session="nhap-2"))
    last = datetime.datetime(2026, 11, 9, 23, 59, tzinfo=VIETNAM)
    assert unlinked(found, now=last) == {}
    overdue = unlinked(found, now=last + datetime.timedelta(minutes=1))
    assert [one.look.session for one in overdue["can.bo.mau"]] == ["nhap-1"]
    assert unlinked(found, now=last + datetime.timedelta(minutes=1), holidays=PART.holidays) == {}


def test_a_link_in_time_clears_a_draft_and_a_late_one_is_told(tmp_path: Path) -> None:
    """Links count for their own application and session only."""
    made = planter(tmp_path / "audit.sqlite")
    late, other = replace(DRAFT, session="nhap-2"), replace(DRAFT, application="khac")
    for question in (DRAFT, late, other):
        made.ask(question)
    made.link(DRAFT, "HS-1", days=7)
    made.link(late, "HS-2", days=9)
    found = unlinked(read(tmp_path / "audit.sqlite", made.lines), now=NOW)
    told = [(one.look.application, one.look.session, one.look.dossier, one.late) for one in found["can.bo.mau"]]
    assert told == [("mot-cua", "nhap-2", "HS-2", datetime.date(2026, 11, 11)), ("khac", "nhap-1", None, None)]


def test_the_officer_with_most_is_first(planting: Planting) -> None:
    """The command lists them by officer, with how many there are; one officer or unit may be asked for."""
    drafts = [replace(DRAFT, officer="b"), replace(DRAFT, officer="a"), replace(DRAFT, officer="b", unit="H15.1")]
    log = planting([*drafts, Question(officer="c", dossier="HS-1")])
    lines = log.run("unlinked").stdout.splitlines()
    assert lines[1] == "3 look-ups became no dossier in 5 working days, 2 officers"
    assert [line for line in lines if line.endswith((": 1", ": 2"))] == ["b: 2", "a: 1"]
    assert [*log.json("unlinked", "--officer", "a")["officers"]] == ["a"]
    assert [len(of) for of in log.json("unlinked", "--unit", "H15.42")["officers"].values()] == [1, 1]


def test_what_stands_out_is_told_by_officer_and_kind(tmp_path: Path) -> None:
    """Nights and holidays, 30 in 10 minutes, 10 misses a day, one person 5 times in 3 cases, one's own record."""
    many = "0667900{:05d}"
    asked = [Question(officer="night", dossier="H").at(hours=hour) for hour in (-3.01, -3, 10.99, 11)]
    asked += [Question(officer="holiday", dossier="H").at(days=3), Question(officer="weekend", dossier="H").at(days=5)]
    asked += [Question(many.format(n), officer="burst", dossier="H").at(seconds=20 * n) for n in range(31)]
    asked += [Question(many.format(n), officer="busy", dossier="H").at(seconds=21 * n) for n in range(29)]
    asked += [Question(officer="guess", dossier="H", result="not_matched").at(minutes=n) for n in range(10)]
    asked += [Question(officer="luck", dossier="H", result="not_matched").at(hours=16 * n) for n in range(2)]
    asked += [Question(officer="again", dossier=f"H{n % 3}").at(minutes=n) for n in range(5)]
    asked += [Question(officer="patient", dossier=f"H{n % 2}").at(minutes=n) for n in range(5)]
    asked += [Question("066680000009", officer="self", dossier="H")]
    found = planted(tmp_path / "audit.sqlite", *sorted(asked, key=lambda one: one.after))
    own = {
        "self": Own(frozenset([PERSONS[0].of_number("066680000009")])),
        "night": Own(frozenset([PERSONS[0].of_number("066680000008")])),
    }
    assert kinds(anomalies(found, now=NOW, holidays=PART.holidays, own=own)) == {
        ("again", "again"): 5,
        ("burst", "burst"): 31,
        ("guess", "guessing"): 10,
        ("holiday", "night"): 1,
        ("luck", "night"): 1,
        ("night", "night"): 2,
        ("self", "oneself"): 1,
        ("weekend", "night"): 1,
    }


def test_many_drafts_without_a_dossier_stand_out(tmp_path: Path) -> None:
    """Five of one officer do, four do not."""
    asked = [replace(DRAFT, officer="five") for _ in range(5)] + [replace(DRAFT, officer="four") for _ in range(4)]
    found = planted(tmp_path / "audit.sqlite", *asked)
    assert kinds(anomalies(found, now=NOW)) == {("five", "unlinked"): 5}


def test_family_and_home_stand_out(planting: Planting, tmp_path: Path) -> None:
    """One's own family name where there is no dossier, one's own house in any case; accents and signs do not count."""
    kin = Question(officer="a", name="Đặng Văn Mẫu", home=("22015", "7 Lê Lợi"), session="nhap")
    asked = [
        kin,
        replace(kin, dossier="H"),
        replace(kin, name="Lê Thị Mẫu", key=1),
        replace(kin, officer="b"),
        replace(kin, name="Lê Thị Mẫu", home=("22015", "12 LÊ-LỢI, Phường Tuy Hòa"), dossier="H"),
        replace(kin, name="Lê Thị Mẫu", home=("22016", "12 Lê Lợi"), dossier="H"),
        replace(kin, name="Lê Thị Mẫu", home=("22015", "12 Lê Lợi"), result="not_matched", dossier="H"),
    ]
    log = planting(asked)
    officers = tmp_path / "officers.csv"
    officers.write_text("officer,name,commune,house\na,DANG THI B,22015,12 Lê Lợi\na,Lê C,,\n", encoding="utf-8")
    found = log.json("anomalies", *log.keys, "--officers", officers)["anomalies"]
    told = {(one["officer"], one["kind"]): one["references"] for one in found}
    assert told == {
        ("a", "family"): [log.references[0], log.references[2]],
        ("a", "home"): [log.references[4]],
    }


def test_officers_own_records_come_from_a_file(planting: Planting, tmp_path: Path) -> None:
    """By the numbers in a CSV, under every key; a line that is none is named by its number and not repeated."""
    log = planting([Question(officer="a", dossier="H", key=1), Question(officer="b", dossier="H")])
    officers = tmp_path / "officers.csv"
    officers.write_text(f"\ufeffofficer,number\na,{NEW}\nb,066680000009\n", encoding="utf-8")
    found = log.json("anomalies", *log.keys, "--officers", officers)["anomalies"]
    assert [(one["officer"], one["kind"], one["references"]) for one in found] == [("a", "oneself", log.references[:1])]
    assert "signs: reasons to ask" in log.run("anomalies").stdout
    officers.write_text("officer,number\na,06679000000x\n", encoding="utf-8")
    ended = log.run("anomalies", *log.keys, "--officers", officers)
    assert ended.exit_code == 2 and "line 2" in ended.stderr and "06679" not in ended.stderr


def test_a_letter_is_plain(tmp_path: Path) -> None:
    """Names for codes, the fields seen in words, no officer, no hash; where to complain, and what to quote."""
    asked = [
        Question(dossier="H15.42-261102-0001"),
        Question(operation="verify", result="verified", fields=("name", "gender"), session="s").at(days=1),
        Question(operation="confirm", result="not_matched", fields=(), unit="H15.9", procedure="9.9").at(days=2),
    ]
    found = planted(tmp_path / "audit.sqlite", *asked)
    text = letter_text(letter(found, part=PART, now=NOW))
    assert max(map(len, text.splitlines())) <= 88
    said = " ".join(text.split())
    assert "Thông tin của Ông/Bà đã được hỏi 3 lần" in said
    assert "1. 09 giờ 00 ngày 02/11/2026: UBND phường Mẫu" in said
    assert "thủ tục “Đăng ký thường trú”, hồ sơ H15.42-261102-0001" in said
    assert "Kết quả: đã xem họ và tên, nơi thường trú." in said
    assert "đã đối chiếu, không xem thông tin (đối chiếu: họ và tên, giới tính)" in said
    assert "3. 09 giờ 00 ngày 04/11/2026: đơn vị có mã H15.9" in said and "thủ tục 9.9, chưa có số hồ sơ" in said
    assert all(f"Mã tra cứu: {look.reference}" in said for look in found)
    assert said.endswith("Điện thoại: 000 000 000")
    assert not any(word in said for word in ("can.bo.mau", "mot-cua", "k1:", "permanent_address", "look_up", NEW))


def test_a_letter_about_nobody_says_so(tmp_path: Path) -> None:
    """No look in the period is a sentence, with the period in it."""
    said = letter(
        planted(tmp_path / "audit.sqlite"),
        part=PART,
        now=NOW,
        since=MONDAY.astimezone(VIETNAM),
        until=datetime.datetime(2026, 11, 4, tzinfo=VIETNAM),
    )
    text = letter_text(said)
    assert "không có lần nào" in text and "từ ngày 02/11/2026 đến hết ngày 03/11/2026" in text
    assert "<ol>" not in letter_page(said)


def test_a_letter_as_a_page_is_one_file(tmp_path: Path) -> None:
    """The same words as HTML, with nothing from elsewhere and codes escaped."""
    found = planted(tmp_path / "audit.sqlite", Question(dossier="<HS&1>"))
    text = letter_page(letter(found, part=PART, now=NOW))
    assert "&lt;HS&amp;1&gt;" in text and "Đăng ký thường trú" in text and "Điện thoại: 000 000 000" in text
    assert not any(word in text for word in ("http:", "https:", "src=", "href="))


@pytest.mark.parametrize("part", [None, InspectionPart(agency="UBND tỉnh Mẫu"), InspectionPart(complaints=("x",))])
def test_a_letter_says_where_to_complain_or_is_not_written(part: InspectionPart | None) -> None:
    """Without the agency and where to complain there is none."""
    with pytest.raises(ConfigurationError, match=r"inspection\.complaints"):
        letter([], part=part, now=NOW)
