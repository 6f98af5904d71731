"""The main job, from nothing: a mock platform over mTLS, and every kind of answer it can give.

Run it with ``make demo``. It starts the mock on a free port of the loopback, in a directory
of its own, and talks to it as a provincial application would.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dancu import (
    AsyncClient,
    Claim,
    Client,
    DancuError,
    Found,
    NotMatched,
    Officer,
    Purpose,
    Subject,
    Verified,
)
from dancu.render.formats import write
from dancu_mock import Mock, MockServer

if TYPE_CHECKING:
    from dancu import Ambiguous, FieldName

PURPOSE = Purpose(
    procedure="1.004194",
    unit="H15.42",
    officer=Officer("066680000009"),
    dossier="H15.42-261122-0001",
)
CITIZEN = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
FIELDS: list[FieldName] = ["name", "birth_date", "gender", "permanent_address", "father"]
SHOWN = {
    "name": "Họ và tên / name",
    "birth_date": "Ngày sinh / birth date",
    "gender": "Giới tính / gender",
    "permanent_address": "Thường trú / permanent address",
}


def heading(number: int, vietnamese: str, english: str) -> None:
    """Begin a part of the show."""
    print(f"\n{number}. {vietnamese} / {english}")


def show_answer(answer: Found | NotMatched | Ambiguous) -> None:
    """Print what a look-up came to."""
    match answer:
        case Found(citizen, findings):
            for field, label in SHOWN.items():
                print(f"   {label:<34} {getattr(citizen, field)}")
            print(f"   {'Cha / father':<34} {citizen.father.name if citizen.father else '-'}")
            for finding in findings:
                print(f"   ! {finding.vi} / {finding.en}")
        case NotMatched(hints):
            print("   Không có hồ sơ khớp cả ba thông tin / no record fits these three keys")
            for hint in hints:
                print(f"   ? {hint.vi} / {hint.en}")
        case _:
            print(f"   {answer.count} hồ sơ / records: ask for more")


def show_error(error: DancuError) -> None:
    """Print what went wrong, whose it is and what to do."""
    print(f"   {type(error).__name__}({error.code}), {error.origin}, again: {'yes' if error.retryable else 'no'}")
    print(f"   vi: {error.message('vi')}")
    print(f"   en: {error.message('en')}")
    print(f"   reference: {error.reference}")


def look_up(profile: Path) -> None:
    """A look-up with the blocking client."""
    with Client(profile) as dancu:
        show_answer(dancu.look_up(CITIZEN, fields=FIELDS, purpose=PURPOSE))


async def look_up_async(profile: Path) -> None:
    """The same with the awaiting client."""
    async with AsyncClient(profile) as dancu:
        show_answer(await dancu.look_up(CITIZEN, fields=FIELDS, purpose=PURPOSE))


def not_matched(profile: Path) -> None:
    """Day and month swapped at the counter."""
    typed = Subject.typed(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="01/02/1990")
    with Client(profile) as dancu:
        show_answer(dancu.look_up(typed, fields=FIELDS, purpose=PURPOSE))
        print(f"   confirm: {type(dancu.confirm(typed, purpose=PURPOSE)).__name__}, ", end="")
        print(f"{type(dancu.confirm(CITIZEN, purpose=PURPOSE)).__name__} with the right date")


def rejected(profile: Path) -> None:
    """The operator's secret is wrong: the call is refused, and says so."""
    secret = profile.with_name("secret.txt")
    right = secret.read_text(encoding="utf-8")
    secret.write_text("not-the-secret", encoding="utf-8")
    try:
        with Client(profile) as dancu:
            dancu.look_up(CITIZEN, fields=FIELDS, purpose=PURPOSE)
    except DancuError as error:
        show_error(error)
    finally:
        secret.write_text(right, encoding="utf-8")


def outage(profile: Path, mock: Mock) -> None:
    """The platform hangs: the deadline ends the wait, and nobody reads it as "no such citizen"."""
    with Client(profile) as dancu, mock.scenario("hang"):
        try:
            dancu.look_up(CITIZEN, fields=FIELDS, purpose=PURPOSE, deadline=0.5)
        except DancuError as error:
            show_error(error)


def verify(profile: Path) -> None:
    """A claim compared field by field, with reasons and without the register's values."""
    claim = Claim(name="Nguyễn Thị Mẫu", birth_date="1990", gender="Nam", father="Nguyen Van Cha Mau")
    with Client(profile) as dancu:
        answer = dancu.verify(CITIZEN, claim, purpose=PURPOSE)
    if isinstance(answer, Verified):
        print(f"   overall: {answer.overall}")
        for field, verdict in answer.fields.items():
            print(f"   {field:<12} {verdict.verdict:<18} {verdict.reason_vi} / {verdict.reason_en}")


def prefill(profile: Path) -> None:
    """A form filled as far as the register knows, with what is still to be asked for."""
    with Client(profile) as dancu:
        filled = dancu.prefill("1.004194", {"applicant": CITIZEN}, purpose=PURPOSE)
    print(f"   {filled.form.title_vi} ({filled.form.number}, {filled.form.regulation})")
    for field in filled.form.fields:
        known = filled.fields.get(field.key)
        if known is not None:
            lock = "khóa / locked" if known.lockable else "để mở / open"
            written = known.value and write(known.value, field.format)
            print(f"   {field.label_vi:<34} {written or '……'}  [{known.state}, {lock}]")
    print(f"   Còn phải hỏi / still to ask: {', '.join(left.label_vi for left in filled.missing())}")


def show_audit(profile: Path) -> None:
    """What was written before anything was asked, and before anything was shown."""
    lines = profile.with_name("audit.jsonl").read_text(encoding="utf-8").splitlines()
    records = [record for record in map(json.loads, lines) if "reference" in record]
    for record in records:
        said = record.get("code") or record.get("result") or ",".join(record["fields"]) or "-"
        print(f"   {record['time'][11:23]} {record['reference']} {record['record']:<8}{record['operation']:<8} {said}")
    print(f"   {len(records)} records; a person stands in them as {records[0]['subject'][:15]}...")


def main() -> int:
    """Run the show."""
    mock = Mock()
    with tempfile.TemporaryDirectory(prefix="dancu-demo-") as directory, MockServer(mock) as server:
        profile = server.write_files(Path(directory))
        print(f"Mock platform over mTLS at {server.url}, everybody in it is invented")
        heading(1, "Tra cứu", "look-up")
        look_up(profile)
        heading(2, "Tra cứu bất đồng bộ", "the same, async")
        asyncio.run(look_up_async(profile))
        heading(3, "Không khớp, có gợi ý", "not matched, with a hint")
        not_matched(profile)
        heading(4, "Bị từ chối", "a rejected call")
        rejected(profile)
        heading(5, "Nền tảng không trả lời", "an outage")
        outage(profile, mock)
        heading(6, "Đối chiếu", "a verification with reasons")
        verify(profile)
        heading(7, "Điền trước biểu mẫu", "a form prefilled")
        prefill(profile)
        heading(8, "Nhật ký", "what was written to the audit")
        show_audit(profile)
        print(f"\n{len(mock.journal.calls)} calls reached the mock over {mock.journal.handshakes} TLS handshakes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
