"""Who looked at me: through a gateway, its key changed and the person renumbered, as citizen and inspector ask."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu.gateway.inspection.part import InspectionPart
from dancu.gateway.inspection.place import place_of
from dancu_mock import Mock, MockServer

from ..gateway.conftest import Served, question, start, write_files  # noqa: TID252  # test folders are no packages: there is no absolute name

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = ("066684000032", "066684000033", "066684000034")
"""Of one person, renumbered twice."""

NAME = {"name": "Hoàng Văn Ba Số Mẫu", "birth_date": "1984-10-01"}
TYPED = "\n".join([*NUMBERS, "", ""])
WHO = ("--inspector", "thanh.tra.mau", "--reason", "Đơn của công dân số 12")
INSPECTION = """
[inspection]
inspectors = ["thanh.tra.mau"]
agency = "UBND tỉnh Mẫu"
complaints = ["Bộ phận tiếp công dân, UBND tỉnh Mẫu"]
procedures = { "1.004194" = "Đăng ký thường trú" }
units = { "H15.42" = "UBND phường Mẫu" }
holidays = [2027-01-01]
"""


def test_the_documented_settings_are_accepted() -> None:
    """What the page about the audit shows is a part of a configuration, by every name in it."""
    page = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n# gateway.toml\n(\[inspection\].*?)```", page, re.DOTALL)
    part = InspectionPart.model_validate(tomllib.loads(block)["inspection"])
    assert part.model_fields_set == set(InspectionPart.model_fields)


def ask(served: Served, number: str, **parts: str) -> str:
    """A look at the renumbered person, or at somebody else; its reference."""
    subject = {"number": number, **NAME, **parts}
    answer = served.post("v1/lookup", question(subject=subject, fields=["name", "permanent_address"]))
    assert answer.json()["outcome"] == "found", answer.text
    return str(answer.json()["reference"])


def key(directory: Path, version: int) -> None:
    """The platform's profile hashes persons under this version of a key."""
    path, profile = directory / f"person-{version}.key", directory / "profile.toml"
    path.touch(mode=0o600)
    path.write_text(f"secret number {version} of nobody", encoding="ascii")
    lines = profile.read_text(encoding="utf-8").split("[audit]")[0]
    named = f'key = {{ file = "{path.name}" }}\nkey_version = {version}\n'
    profile.write_text(f'{lines}[audit]\nsink = "none"\n{named}', encoding="utf-8")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """The gateway's configuration, and references of six looks, three numbers under two keys; there are others' too."""
    directory = tmp_path_factory.mktemp("asked")
    mock, references = Mock(), list[str]()
    with MockServer(mock) as platform:
        keys = write_files(directory, platform)
        config = directory / "gateway.toml"
        second = 'database = "audit.sqlite"\ncheckpoints = "file:second.jsonl"'
        text = config.read_text(encoding="utf-8").replace('database = "audit.sqlite"', second)
        config.write_text(text + INSPECTION, encoding="utf-8")
        for version in (1, 2):
            key(directory, version)
            process, url = start(directory)
            try:
                served = Served(url, directory, *keys, mock, process)
                references += [ask(served, number) for number in NUMBERS]
                ask(served, "066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
            finally:
                process.terminate()
                process.wait(30)
                if process.stdout is not None:
                    process.stdout.close()
        yield config, references


def run(question_: str, config: Path, *arguments: str, stdin: str = "") -> Any:
    """The command over the configuration, with the older key."""
    given = [question_, str(config), *arguments, *WHO]
    if question_ in {"subject", "letter", "anomalies"}:
        given += ["--key", f"1={config.with_name('person-1.key')}"]
    return CliRunner().invoke(app, ["audit", *given], input=stdin)


def test_who_looked_at_me_is_complete(asked: tuple[Path, list[str]]) -> None:
    """Three numbers under two keys: all six looks, and nobody else's."""
    config, references = asked
    ended = run("subject", config, "--json", stdin=TYPED)
    assert ended.exit_code == 0, ended.stderr
    looks = json.loads(ended.stdout)["looks"]
    assert [look["reference"] for look in looks] == references
    assert "4 records bore another number" in ended.stderr
    assert [look["subject"].partition(":")[0] for look in looks] == ["k1"] * 3 + ["k2"] * 3


def test_the_keys_of_agencies_are_those_of_their_profiles(asked: tuple[Path, list[str]]) -> None:
    """An agency with a profile of its own hashes persons under that profile's key: they are looked for under both."""
    config, _references = asked
    profile, other = config.with_name("profile.toml"), config.with_name("other.toml")
    other.write_text(profile.read_text(encoding="utf-8").replace("person-2", "person-1"), encoding="utf-8")
    agency = '[[agency]]\nname = "so-mau"\nunits = ["H15.42"]\nprofile = "other.toml"\n'
    several = config.with_name("several.toml")
    several.write_text(config.read_text(encoding="utf-8") + agency, encoding="utf-8")
    assert len(place_of(config).subjects(NUMBERS)) == 3
    assert len(set(place_of(several).subjects(NUMBERS))) == 6


def test_the_citizens_letter_has_all_of_them(asked: tuple[Path, list[str]]) -> None:
    """Six looks with the names of unit and procedure, and each reference to quote."""
    config, references = asked
    text = run("letter", config, stdin=TYPED).stdout
    assert "được hỏi 6 lần" in text and text.count("UBND phường Mẫu") == 6
    assert "Đăng ký thường trú" in text and "nơi thường trú" in text
    assert all(reference in text for reference in references)
    assert not any(word in text.upper() for word in (*NUMBERS, "HOÀNG", "CAN.BO"))


def test_an_officers_family_and_home_are_told_from_hashes(asked: tuple[Path, list[str]], tmp_path: Path) -> None:
    """The log bears neither the name nor the house; with the officers' own the looks are found all the same."""
    config, references = asked
    own = tmp_path / "officers.csv"
    own.write_text("officer,number,name\ncan.bo.mau,066790000001,Hoàng Thị Khác\n", encoding="utf-8")
    ended = run("anomalies", config, "--officers", str(own), "--json")
    assert ended.exit_code == 0, ended.stderr
    found = {one["kind"]: one["references"] for one in json.loads(ended.stdout)["anomalies"]}
    assert found["family"] == references
    assert len(found["oneself"]) == 2
    log = config.with_name("audit.sqlite").read_bytes()
    assert b'"family":"k1:' in log and b'"homes":["k1:' in log
    assert not any(word.encode() in log for word in (*NUMBERS, "Hoàng", "HOÀNG", "HOANG"))


def test_the_log_stays_whole_and_tells_who_asked_it(asked: tuple[Path, list[str]]) -> None:
    """Gateways and inspections of before are one chain; the inspections are on record with their reason."""
    config, _references = asked
    assert run("subject", config, stdin=f"{NUMBERS[0]}\n").exit_code == 0
    verified = CliRunner().invoke(app, ["audit", "verify", str(config)])
    assert verified.exit_code == 0, verified.stdout
    assert "kiểm tra lưu riêng khớp" in verified.stdout and "không có khóa" not in verified.stdout
    public = CliRunner().invoke(app, ["audit", "public-key", str(config)]).stdout.strip()
    assert CliRunner().invoke(app, ["audit", "verify", str(config), "--public-key", public]).exit_code == 0
    told = run("inspections", config).stdout
    assert "thanh.tra.mau" in told and "subject" in told and "Đơn của công dân số 12" in told
