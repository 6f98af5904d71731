"""The SDK before a gateway whose officers are signed and whose application has a certificate and no key."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import pickle
import signal
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, Found, InvalidInput, MemorySink, Officer, Purpose, Rejected, Subject
from dancu_mock import Authority, Mock, MockServer

from .conftest import start
from .signing import EcSigner, key_set
from .test_gateway_certificates import thumbprint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNER = EcSigner("tu-phap")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
CONFIG = """
[listen]
port = 0
certificate = "gateway.pem"
key = "gateway.key"
callers_ca = "callers.pem"
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[[application]]
name = "mot-cua"
certificates = ["{certificate}"]
units = ["H15.42"]
officers = "signed"
per_second = 1000
[[agency]]
name = "tu-phap"
units = ["H15.42"]
sign_in = {{ issuer = "https://sign-in.example/", audience = "dancu", jwks = "jwks.json", bound = true }}
[[grant]]
application = "mot-cua"
procedure = "1.004194"
service = "look_up"
fields = ["name"]
"""
PROFILE = """
environment = "test"
[endpoint]
url = "{url}"
[tls]
ca = "ca.pem"
certificate = "caller.pem"
key = "caller.key"
[credential]
family = "gateway"
application = "mot-cua"
[audit]
sink = "none"
"""


@dataclass
class Signed:
    """A gateway, and what an officer's token for its application must name."""

    directory: Path
    bound_to: str

    def token(self, **changed: Any) -> str:
        """A token of the officer."""
        now = int(time.time())
        said = {"iss": "https://sign-in.example/", "aud": "dancu", "azp": "mot-cua", "sub": "can.bo.mau"}
        times = {"iat": now, "exp": now + 300}
        return SIGNER.sign({**said, **times, "cnf": {"x5t#S256": self.bound_to}, **changed})

    def look_up(self, face: str, token: str | None) -> tuple[object, list[bytes]]:
        """One look-up by a client of its own, and the records that the client kept."""
        sink = MemorySink()
        purpose = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau", token=token), session="s")
        if face == "sync":
            with Client(self.directory / "caller.toml", audit=sink) as client:
                return client.look_up(MAU, fields=["name"], purpose=purpose), sink.lines

        async def asked() -> object:
            async with AsyncClient(self.directory / "caller.toml", audit=sink) as client:
                return await client.look_up(MAU, fields=["name"], purpose=purpose)

        return asyncio.run(asked()), sink.lines


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    """One gateway for all."""
    directory, authority = tmp_path_factory.mktemp("signed"), Authority.create("callers MOCK CA")
    caller = authority.issue_client("mot-cua")
    with MockServer(Mock()) as platform:
        platform.write_files(directory)
        issued = platform.authority.issue_server()
        for name, content in (
            ("gateway.pem", issued.certificate_pem),
            ("gateway.key", issued.key_pem),
            ("callers.pem", authority.certificate_pem),
            ("caller.pem", caller.certificate_pem),
            ("caller.key", caller.key_pem),
            ("jwks.json", key_set(SIGNER).encode()),
            ("gateway.toml", CONFIG.format(certificate=thumbprint(caller)).encode()),
        ):
            (directory / name).touch(mode=0o600)
            (directory / name).write_bytes(content)
        process, url = start(directory)
        (directory / "caller.toml").write_text(PROFILE.format(url=url), encoding="utf-8")
        der = ssl.PEM_cert_to_DER_cert(caller.certificate_pem.decode())
        digest = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")
        try:
            yield Signed(directory, digest)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()


@pytest.mark.parametrize("face", ["sync", "async"])
def test_the_token_goes_with_its_officer(signed: Signed, face: str) -> None:
    """By certificate and token alone, on TLS that proves both; and no record of the client holds the token."""
    token = signed.token()
    answer, lines = signed.look_up(face, token)
    assert isinstance(answer, Found) and answer.citizen.name is not None
    assert lines and not any(token.encode() in line for line in lines)


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (None, "token_missing"),
        ({"azp": "other"}, "token_of_another_application"),
        ({"cnf": {}}, "token_of_another_certificate"),
        ({"cnf": {"x5t#S256": "A" * 43}}, "token_of_another_certificate"),
        ({"sub": "can.bo.hai"}, "another_officer"),
        ({"exp": 1}, "token_expired"),
    ],
)
def test_a_refused_officer_is_told_by_the_gateway_s_word(
    signed: Signed, face: str, changed: dict[str, Any] | None, word: str
) -> None:
    """The error is the operator's to read: which part, and the closed word, and not to be asked again as it is."""
    with pytest.raises(Rejected) as caught:
        signed.look_up(face, None if changed is None else signed.token(**changed))
    error = caught.value
    assert (error.code, error.field, error.detail) == ("officer_not_licensed", "officer", f"gateway, HTTP 403: {word}")
    assert not error.retryable


def test_a_token_is_shown_to_nobody() -> None:
    """Neither in text nor in a pickle; two officers are one whatever their tokens."""
    officer = Officer("can.bo.mau", token="ey.secret.token")
    assert "secret" not in f"{officer!r} {officer} {officer.token!r}"
    assert officer == Officer("can.bo.mau") and hash(officer) == hash(Officer("can.bo.mau"))
    with pytest.raises(TypeError):
        pickle.dumps(officer)


@pytest.mark.parametrize("text", ["", "two words", "a\r\nX-Other: 1", "ế", "x" * 8193])
def test_what_is_no_token_is_refused(text: str) -> None:
    """It would be cut or smuggled in a header; the error names the part and not the text."""
    with pytest.raises(InvalidInput) as caught:
        Officer("can.bo.mau", token=text)
    assert (caught.value.code, caught.value.field) == ("invalid_purpose", "officer.token")
