"""Who the officer is: good tokens, forged ones, replays, and what the officer table says."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dancu.errors import ConfigurationError
from dancu.gateway.jws import read_keys
from dancu.gateway.officers import Exchange, OfficerRefused, SignIn, read_jwks, read_table
from dancu.gateway.once import SpentTokens
from dancu.gateway.parts import ExchangePart, SignInPart

from .signing import EcSigner, RsaSigner, encoded, hmac_token, key_set, token_of

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0
SIGN_IN = {"issuer": "https://sign-in.example/", "audience": "dancu", "jwks": "keys.json", "level": "2"}
EC, RSA, STRANGER = EcSigner("ec"), RsaSigner("rsa"), EcSigner("ec")
REPLAYS = int(os.environ.get("DANCU_REPLAYS", "1000"))


def claims(**changed: Any) -> dict[str, Any]:
    """What a good token says; None leaves a claim out."""
    said = {
        "iss": "https://sign-in.example/",
        "aud": ["account", "dancu"],
        "azp": "mot-cua",
        "sub": "can.bo.mau",
        "acr": "2",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "jti": "1",
        **changed,
    }
    return {name: value for name, value in said.items() if value is not None}


def sign_in(**changed: Any) -> SignIn:
    """The sign-in of this module."""
    return SignIn(SignInPart.model_validate({**SIGN_IN, **changed}), read_keys(key_set(EC, RSA)))


def refused(
    token: str | None, *, now: float = NOW, client: str = "mot-cua", certificate: str | None = None, **changed: Any
) -> str:
    """Why a token is refused."""
    with pytest.raises(OfficerRefused) as caught:
        sign_in(**changed).read(token, client=client, certificate=certificate, now=now)
    return caught.value.reason


@pytest.mark.parametrize(
    "token", [EC.sign(claims()), RSA.sign(claims()), RSA.sign(claims(), algorithm="PS256")], ids=["ES", "RS", "PS"]
)
def test_a_good_token_names_its_officer(token: str) -> None:
    """Each of the three algorithms is read, and may be shown again until its end."""
    for _ in range(2):
        assert sign_in().read(token, client="mot-cua", certificate=None, now=NOW).officer == "can.bo.mau"
    assert refused(token, now=NOW + 290) == "token_expired"


FORGED = {
    "nothing": (None, "token_missing"),
    "alg none": (token_of({"alg": "none", "kid": "ec"}, claims()), "token_unreadable"),
    "alg none with a signature": (token_of({"alg": "none", "kid": "ec"}, claims(), b"x" * 64), "token_unreadable"),
    "another key of the same name": (STRANGER.sign(claims()), "token_unreadable"),
    "a key that nobody knows": (EcSigner("new").sign(claims()), "token_unreadable"),
    "HMAC under the public key": (hmac_token(claims(), kid="rsa", secret=RSA.public_pem), "token_unreadable"),
    "RS256 named for the EC key": (EC.sign(claims(), alg="RS256"), "token_unreadable"),
    "a key in the header": (STRANGER.sign(claims(), jwk=STRANGER.jwk), "token_unreadable"),
    "an extension that must be known": (EC.sign(claims(), crit=["b64"], b64=False), "token_unreadable"),
    "a zero signature": (token_of({"alg": "ES256", "kid": "ec"}, claims(), bytes(64)), "token_unreadable"),
    "a DER signature": (token_of({"alg": "ES256", "kid": "ec"}, claims(), b"\x30" + bytes(69)), "token_unreadable"),
    "other claims under the signature": (
        ".".join([*EC.sign(claims()).split(".")[:1], encoded(b'{"sub":"x"}'), EC.sign(claims()).split(".")[2]]),
        "token_unreadable",
    ),
    "expired": (EC.sign(claims(iat=NOW - 400, exp=NOW - 1)), "token_expired"),
    "not yet": (EC.sign(claims(iat=NOW + 60, exp=NOW + 120)), "token_expired"),
    "not before": (EC.sign(claims(nbf=NOW + 60)), "token_expired"),
    "good for an hour": (EC.sign(claims(exp=NOW + 3600)), "token_too_long"),
    "without an end": (EC.sign(claims(exp=None)), "token_unreadable"),
    "an end of another kind": (EC.sign(claims(exp=True)), "token_unreadable"),
    "another audience": (EC.sign(claims(aud="elsewhere")), "token_of_another"),
    "another issuer": (EC.sign(claims(iss="https://elsewhere.example/")), "token_of_another"),
    "another application": (EC.sign(claims(azp="other")), "token_of_another_application"),
    "no application": (EC.sign(claims(azp=None)), "token_of_another_application"),
    "a weaker sign-in": (EC.sign(claims(acr="1")), "token_level"),
    "nobody": (EC.sign(claims(sub=None)), "token_unreadable"),
    "five parts": ("a.b.c.d.e", "token_unreadable"),
    "no JSON": ("eA.eA.eA", "token_unreadable"),
    "beyond measure": ("e" * 9000 + ".e.e", "token_unreadable"),
}


@pytest.mark.parametrize(("token", "reason"), FORGED.values(), ids=list(FORGED))
def test_a_forged_token_is_refused(token: str | None, reason: str) -> None:
    """Each says why, by a closed word."""
    assert refused(token) == reason


@pytest.mark.parametrize(
    ("token", "client"),
    [
        (EC.sign(claims(exp=NOW + 800)), "mot-cua"),
        (EC.sign(claims(azp=None)), None),
        (EC.sign(claims(azp=["mot-cua"])), None),
        (EC.sign(claims(exp=NOW + 900)), None),
        (EC.sign(claims(aud="elsewhere")), None),
        (EC.sign(claims(iss="https://elsewhere.example/")), None),
        (STRANGER.sign(claims()), None),
        (hmac_token(claims(), kid="rsa", secret=RSA.public_pem), None),
        (None, None),
    ],
)
def test_a_token_of_the_exchange_names_an_application(token: str | None, client: str | None) -> None:
    """By the claim that the configuration names, for as long as it allows; a forged one names nobody."""
    said = {name: value for name, value in SIGN_IN.items() if name != "level"}
    part = ExchangePart.model_validate({**said, "certificates": ["a" * 64]})
    assert Exchange(part, read_keys(key_set(EC, RSA))).client_of(token, now=NOW) == client


CERTIFICATE = hashlib.sha256(b"a certificate").hexdigest()
THUMBPRINT = base64.urlsafe_b64encode(hashlib.sha256(b"a certificate").digest()).decode().rstrip("=")
OTHER = base64.urlsafe_b64encode(hashlib.sha256(b"another").digest()).decode().rstrip("=")


@pytest.mark.parametrize("bound", [True, False])
def test_a_token_bound_to_a_certificate_is_good_with_it(bound: bool) -> None:
    """Whether each must be or not: the connection's certificate is the one that the token names (RFC 8705, T13)."""
    token = EC.sign(claims(cnf={"x5t#S256": THUMBPRINT}))
    signed = sign_in(bound=bound).read(token, client="mot-cua", certificate=CERTIFICATE, now=NOW)
    assert signed.officer == "can.bo.mau"


@pytest.mark.parametrize(
    "confirmed",
    [
        {"x5t#S256": OTHER},
        {"x5t#S256": THUMBPRINT + "="},
        {"x5t#S256": CERTIFICATE},
        {"x5t#S256": ""},
        {"x5t#S256": None},
        {"x5t#S256": [THUMBPRINT]},
        {"jkt": THUMBPRINT},
        {},
        THUMBPRINT,
        [THUMBPRINT],
    ],
)
def test_a_token_of_another_certificate_is_refused(confirmed: object) -> None:
    """Another one, one that is written otherwise, and a token that is bound to something else."""
    token = EC.sign(claims(cnf=confirmed))
    assert refused(token, certificate=CERTIFICATE) == "token_of_another_certificate"


def test_a_bound_token_is_none_without_a_certificate() -> None:
    """On a connection without one, and through the exchange, whose certificate it is; unbound, where each must be."""
    bound = EC.sign(claims(cnf={"x5t#S256": THUMBPRINT}))
    assert refused(bound) == "token_of_another_certificate"
    assert refused(EC.sign(claims()), bound=True, certificate=CERTIFICATE) == "token_of_another_certificate"


def test_a_token_for_one_call_is_young_and_has_an_id() -> None:
    """Its iat is at most 60 s from now on either side, and 120 s of skew are refused; without jti it is unreadable."""
    for age in (-5, 0, 59):
        token = EC.sign(claims(iat=NOW - age, exp=NOW + 120))
        signed = sign_in(once=True).read(token, client="mot-cua", certificate=None, now=NOW)
        assert signed.once is not None
        assert signed.once[:2] == ("https://sign-in.example/", "1")
        assert signed.once[2] >= NOW - age + 120
    for age in (61, 120, -120):
        assert refused(EC.sign(claims(iat=NOW - age, exp=NOW + 300)), once=True) == "token_expired"
    assert refused(EC.sign(claims(jti=None)), once=True) == "token_unreadable"


WORKER = """
import sys
from pathlib import Path
from dancu.gateway.once import SpentTokens

path, count, now = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
spent = SpentTokens(path)
print(sum(spent.spend("https://sign-in.example/", str(n), until=now + 60, now=now) for n in range(count)))
spent.close()
"""


def test_a_token_for_one_call_is_taken_once_by_all_workers(tmp_path: Path) -> None:
    """Four processes show the same tokens to one file: each is new to exactly one of them."""
    workers = 4
    count = REPLAYS // workers
    SpentTokens(tmp_path / "spent").spend("a", "b", until=NOW + 60, now=NOW)
    command = [sys.executable, "-c", WORKER, str(tmp_path / "spent"), str(count), str(NOW)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(workers)]
    taken = [int(process.communicate(timeout=55)[0]) for process in running]
    assert sum(taken) == count > 0


def test_spent_tokens_are_forgotten_once_they_are_no_good_anyway(tmp_path: Path) -> None:
    """The file keeps no more than the last minutes; and where it cannot be used, nobody is told that a token is new."""
    spent = SpentTokens(tmp_path / "spent")
    assert spent.spend("i", "1", until=NOW + 60, now=NOW)
    assert not spent.spend("i", "1", until=NOW + 60, now=NOW + 59)
    assert spent.spend("i", "1", until=NOW + 200, now=NOW + 61)
    spent.close()
    with pytest.raises(OSError, match="cannot be used"):
        SpentTokens(tmp_path).spend("i", "2", until=NOW, now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"keys": []}',
        '{"keys": [1]}',
        json.dumps({"keys": [{**EC.jwk, "d": "AA"}]}),
        json.dumps({"keys": [{"kty": "oct", "kid": "a", "k": "AA"}]}),
        json.dumps({"keys": [EC.jwk, EC.jwk]}),
        json.dumps({"keys": [{**EC.jwk, "crv": "P-521"}]}),
        json.dumps({"keys": [{**EC.jwk, "x": "AA"}]}),
        json.dumps({"keys": [RsaSigner("small", 1024).jwk]}),
    ],
    ids=["empty", "list", "none", "number", "private", "secret", "twice", "curve", "off the curve", "short"],
)
def test_a_file_of_other_keys_is_refused(tmp_path: Path, text: str) -> None:
    """The setting is named; a private key does not belong there."""
    (tmp_path / "keys.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_jwks(tmp_path / "keys.json", setting="agency.a.sign_in.jwks")
    assert caught.value.field == "agency.a.sign_in.jwks"


TABLE = """officer,unit,undertaking,revoked
can.bo.mau,H15.42,2026-01-31,
can.bo.hai,H15.43,2024-02-29,
can.bo.ba,H15.42,2026-11-24,
can.bo.tu,H15.42,2026-06-01,2026-11-23T08:00:00+07:00
"""
MORNING = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.UTC)


def checked(path: Path, officer: str, *, now: datetime.datetime = MORNING, months: int = 12) -> str:
    """The unit of an officer, or why they may not ask."""
    table = read_table(path, undertaking_months=months)
    try:
        return table.check(officer, now=now, day=now.date()).unit
    except OfficerRefused as error:
        return error.reason


def test_the_table_says_who_may_ask(tmp_path: Path) -> None:
    """Listed, under an undertaking of the last months, not revoked; to the moment and to the day."""
    path = tmp_path / "officers.csv"
    path.write_text("\ufeff" + TABLE, encoding="utf-8")
    assert checked(path, "can.bo.mau") == "H15.42"
    assert checked(path, "CAN.BO.MAU") == "not_listed"
    assert checked(path, "can.bo.hai") == "undertaking_ended"
    assert checked(path, "can.bo.hai", months=34) == "H15.43"
    assert checked(path, "can.bo.hai", months=24, now=datetime.datetime(2026, 2, 28, tzinfo=datetime.UTC)) == "H15.43"
    assert checked(path, "can.bo.ba") == "undertaking_ended"
    assert checked(path, "can.bo.tu") == "revoked"
    assert checked(path, "can.bo.tu", now=MORNING - datetime.timedelta(seconds=1)) == "H15.42"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the first line is officer,unit,undertaking,revoked"),
        ("officer,unit\n", "the first line is"),
        (TABLE + "can.bo.mau,H15.42,2026-01-31,\n", "an officer stands twice"),
        (TABLE + "ai.do,H15.42,31/01/2026,\n", "line 6"),
        (TABLE + "ai.do,H15.42,2026-01-31,2026-11-23T08:00:00\n", "line 6"),
        (TABLE + "ai.do,,2026-01-31,\n", "line 6"),
        (TABLE + "ai.do,H15.42\n", "line 6"),
        (TABLE + 'ai.do,"H15.42,2026-01-31,\n', "not a readable CSV"),
    ],
)
def test_a_table_that_is_off_names_its_line(tmp_path: Path, text: str, told: str) -> None:
    """The line is named, and nothing that stands in it."""
    path = tmp_path / "officers.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_table(path, undertaking_months=12)
    assert caught.value.field == "officers.table"
    assert told in (caught.value.detail or "")
    assert "ai.do" not in str(caught.value)
