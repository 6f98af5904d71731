"""What the gateway signs: receipts of verifications, proofs of outages, checked offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dancu import InvalidInput
from dancu.gateway.receipts import make_key, public_key, read_receipt

from .conftest import OPEN, Served, question, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OUTAGES = int(os.environ.get("OUTAGES", "25"))
PERSONAL = ("066790000001", "Nguyễn", "NGUYỄN", "1990", "Nữ", "Tuy Hòa")


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with receipts, whose key it makes itself."""
    with serving(tmp_path_factory.mktemp("receipts"), protection=f'{OPEN}\n[receipts]\nissuer = "H15"') as made:
        yield made


def public(served: Served) -> bytes:
    """The public half of its key."""
    return public_key((served.directory / "audit.sqlite.receipts.key").read_bytes())


def verified(served: Served, **claim: str) -> dict[str, Any]:
    """A verification of hers."""
    answer = served.post("v1/verify", question(claim=claim or {"gender": "Nữ", "name": "Nguyễn Thị Mẫu"}))
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_verification_has_a_receipt_of_its_verdicts(signing: Served) -> None:
    """Who asked, for which dossier or session, the verdicts and the reference; the person as in the audit."""
    body = verified(signing)
    claims = read_receipt(body["receipt"], public(signing))
    (intent,) = [one for one in signing.records("intents") if one["reference"] == body["reference"]]
    assert {name: claims[name] for name in ("kind", "iss", "environment", "overall", "verdicts", "source")} == {
        "kind": "verification",
        "iss": "H15",
        "environment": "test",
        "overall": "match",
        "verdicts": {"gender": "match", "name": "match"},
        "source": "upstream",
    }
    asked = {name: claims[name] for name in ("procedure", "unit", "officer", "application", "session")}
    assert asked == {
        "procedure": "1.004194",
        "unit": "H15.42",
        "officer": "can.bo.mau",
        "application": "mot-cua",
        "session": "s",
    }
    assert (claims["reference"], claims["subject"], claims["as_of"]) == (
        body["reference"],
        intent["subject"],
        claims["as_of"],
    )


def test_nobody_stands_in_a_receipt(signing: Served) -> None:
    """Neither keys nor what was claimed, not even encoded: its claims are read and searched."""
    for claim in ({"gender": "Nam"}, {"name": "Nguyễn Thị Mẫu"}, {"birth_date": "1990"}):
        claims = read_receipt(verified(signing, **claim)["receipt"], public(signing))
        text = json.dumps({name: claims[name] for name in claims.keys() - {"iat", "subject"}}, ensure_ascii=False)
        assert not [part for part in PERSONAL if part in text]


def test_each_outage_has_its_proof_and_nothing_else_has(tmp_path: Path) -> None:
    """One signed proof for each outage of the platform, each with its reference; none where it was not asked."""
    proofs = []
    with serving(tmp_path, protection=f"{OPEN}\n[receipts]") as made:
        for _ in range(OUTAGES):
            with made.mock.scenario("soap_fault_500"):
                answer = made.post("v1/lookup", question(fields=["name"]))
            body = answer.json()
            assert ("proof" in body) == (body["code"] != "circuit_open")
            if "proof" in body:
                proofs.append(read_receipt(body["proof"], public(made)))
                assert proofs[-1]["reference"] == body["reference"]
            assert not [part for part in PERSONAL if part in answer.text]
    assert proofs and {one["kind"] for one in proofs} == {"unavailability"}
    assert len({one["reference"] for one in proofs}) == len(proofs)


@pytest.mark.parametrize("scenario", ["procedure_not_licensed", "nobody", None])
def test_what_is_no_outage_has_no_proof(tmp_path: Path, scenario: str | None) -> None:
    """A refusal, nobody under the keys, an answer, a body that is off."""
    with serving(tmp_path, protection=f"{OPEN}\n[receipts]") as made, made.mock.scenario(scenario):
        assert "proof" not in made.post("v1/lookup", question(fields=["name"])).json()
        assert "proof" not in made.post("v1/lookup", question()).json()


def test_a_changed_receipt_is_refused(signing: Served) -> None:
    """Every character counts, another key's is none, and neither is another algorithm or type."""
    token, key = verified(signing)["receipt"], public(signing)
    assert read_receipt(f" {token}\n", key)["kind"] == "verification"
    head, body, signature = token.split(".")
    forged = [
        f"{head}.{body[:-2]}{'A' if body[-2] != 'A' else 'B'}{body[-1]}.{signature}",
        f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        f"eyJhbGciOiJub25lIn0.{body}.",
        f"{head}.{body}.",
        "",
        "x" * 70_000,
    ]
    for one in forged:
        with pytest.raises(InvalidInput):
            read_receipt(one, key)
    with pytest.raises(InvalidInput):
        read_receipt(token, public_key(make_key()))


def command(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The command, as an inspector runs it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    full = [sys.executable, "-m", "dancu.cli", "receipt", *arguments]
    return subprocess.run(full, input=given, capture_output=True, encoding="utf-8", env=environment, check=False)


def test_an_inspector_checks_a_receipt_offline(signing: Served, tmp_path: Path) -> None:
    """With the public key alone: what it says and 0, a sentence and 1 where it is not genuine."""
    shown = command("public-key", str(signing.directory / "audit.sqlite.receipts.key"))
    (tmp_path / "receipts.pem").write_text(shown.stdout, encoding="utf-8")
    token = verified(signing)["receipt"]
    good = command("verify", "--public-key", str(tmp_path / "receipts.pem"), given=token)
    assert (good.returncode, json.loads(good.stdout)["overall"]) == (0, "match")
    bad = command("verify", "--public-key", str(tmp_path / "receipts.pem"), given=token[:-4])
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "not genuine" in bad.stderr
    assert command("verify", "--public-key", str(tmp_path / "nowhere.pem"), given=token).returncode == 2


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """Of mode 600, and never over another."""
    made = command("key", "--out", str(tmp_path / "receipts.key"))
    assert made.returncode == 0
    assert (tmp_path / "receipts.key").stat().st_mode & 0o777 == 0o600
    assert command("key", "--out", str(tmp_path / "receipts.key")).returncode == 2
    assert b"BEGIN PUBLIC KEY" in public_key((tmp_path / "receipts.key").read_bytes())


def test_without_the_table_nothing_is_signed(served: Served) -> None:
    """The answer has no receipt, and no key is made."""
    answer = served.post("v1/verify", question(claim={"gender": "Nữ"}))
    assert answer.json()["receipt"] == ""
    assert not (served.directory / "audit.sqlite.receipts.key").exists()
