"""Callers of every family, made by hand: what a right request looks like, so that a wrong one is one step away."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from dancu_mock import Mock, MockSettings, Reply, Request

from .conftest import LOOK_UP, enveloped, look_up

NOW = 1_700_000_000.0
SECRET = "synthetic-secret"
LONG = {
    "AccessKey": "demo-app",
    "SecretKey": SECRET,
    "AppName": "DEMO",
    "PartnerCode": "000.00.00.X00",
    "PartnerCodeCus": "000.00.00.X00",
}
SHORT = {"app": "DEMO", "secret": SECRET, "key": "demo-app"}
ACCOUNT = {"username": "demo-app", "password": SECRET}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}
GRANT = b"grant_type=client_credentials"
RELATIVES = "/dancu/nhanthan"
BLOOD = "/dancu/nhommau"
BCA = "http://dancuquocgia.bca"
GTEL = "http://gtel.vn/qldc"
C = "XacMinhThongTinNhanThan"
K = "CungCapThongTinNhomMau"
ELEMENTS = {
    "MaYeuCau": "r",
    "MaDVC": "1.004194",
    "MaTichHop": "000",
    "MaDonVi": "000.00.00.X00",
    "MaCanBo": "can.bo.mau",
    "SoDinhDanh": "066790000001",
    "SoCMND": "",
    "HoVaTen": "NGUYENTHIMAU",
    "NgayThangNamSinh": "1990-01-02",
}


def mock_of(family: str, **settings: Any) -> Mock:
    """A mock of a family at a fixed time with a known secret."""
    return Mock(MockSettings(family=family, secret=SECRET, **settings), now=lambda: NOW)  # type: ignore[arg-type]  # a name of the case


def encoded(members: object) -> str:
    """Base64 of JSON, or of a text."""
    text = members if isinstance(members, str) else json.dumps(members, ensure_ascii=False)
    return base64.b64encode(text.encode()).decode()


def hashed(path: str = LOOK_UP, *, stamp: str = "1700000000000", user: str = "demo-app") -> dict[str, str]:
    """The headers of T1."""
    digest = hashlib.sha256(f"{path}{user}{stamp}{SECRET}".encode()).hexdigest()
    return {"Authorization": f"Basic {encoded(f'{user}:{digest}')}", "Timestamp": stamp}


def json_question(request_id: str = "a", **changes: object) -> dict[str, object]:
    """The members of service A in JSON."""
    return {
        "MaYeuCau": request_id,
        "MaDVC": "1.004194",
        "MaTichHop": "037",
        "MaCanBo": "can.bo.mau",
        "SoDinhDanh": "066790000001",
        "SoCMND": "",
        "HoVaTen": "NGUYENTHIMAU",
        "NgayThangNam": "19900102",
        "Nam": "",
        **changes,
    }


def posted(mock: Mock, path: str, headers: dict[str, str], body: bytes, *more: tuple[str, str]) -> Reply:
    """The mock's well-formed answer."""
    reply = mock.handle(Request("POST", path, (*headers.items(), *more), body))
    assert isinstance(reply, Reply)
    return reply


def members(reply: Reply) -> dict[str, Any]:
    """The members of an answer in JSON."""
    found: dict[str, Any] = json.loads(reply.body)
    return found


def granted(mock: Mock, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The members of a good answer of a token or login endpoint."""
    reply = posted(mock, path, headers, body)
    assert reply.status == 200
    return members(reply)


def login(account: object = None) -> bytes:
    """A login's body."""
    return json.dumps(ACCOUNT if account is None else account).encode()


def token_of(mock: Mock) -> str:
    """A token or session of the mock's family."""
    settings = mock.settings
    in_form = settings.secret_in == "form"
    match settings.family:
        case "lgsp-token":
            given = granted(mock, "/token", {**FORM, "lgspaccesstoken": encoded(LONG)}, GRANT)
        case "client-credentials" if in_form:
            form = urlencode({"grant_type": "client_credentials", "client_id": "demo-app", "client_secret": SECRET})
            given = granted(mock, "/token", FORM, form.encode())
        case "client-credentials":
            basic = {"Authorization": f"Basic {encoded(f'demo-app:{SECRET}')}"}
            given = granted(mock, "/token", {**FORM, **basic}, GRANT)
        case _:
            given = granted(mock, "/login", JSON, login())
    return str(next(iter(given.values())))


def headers_of(mock: Mock) -> dict[str, str]:
    """What a right call of the look-up bears, but for its content type."""
    settings = mock.settings
    match settings.family:
        case "hash-basic":
            return hashed()
        case "xroad":
            key = {} if settings.api_key is None else {"ApiKey": settings.api_key}
            return {**hashed(), "X-Road-Client": "DEMO/GOV/000/DEMO-APP", "SOAPAction": '""', **key}
        case "esb":
            return {**hashed(), "ESB_SOURCE_TYPE": "DEMO", "ESB_SOURCE_USERNAME": "demo-app"}
        case "lgsp-token":
            return {"Authorization": f"Bearer {token_of(mock)}", "lgspaccesstoken": encoded(LONG)}
        case "header-key":
            return {"Authorization": encoded(LONG if settings.key_names == "long" else SHORT)}
        case "jwt-login" if settings.quoted:
            return {"Authorization": f"Bearer '{token_of(mock)}'"}
        case "client-credentials" | "jwt-login":
            return {"Authorization": f"Bearer {token_of(mock)}"}
        case _:
            return {"dstcode": "VN:GOV:000.00.00.X00:dancu"}


def question(mock: Mock, request_id: str = "a") -> bytes:
    """The body of a right call of the look-up."""
    if mock.settings.form == "soap":
        return enveloped(look_up(request_id))
    session: dict[str, object] = {}
    if mock.settings.family == "portal-session":
        session = {"session": token_of(mock), "madonvi": "000.00.00.X00"}
    return json.dumps({**session, **json_question(request_id)}).encode()


def right(mock: Mock) -> tuple[dict[str, str], bytes]:
    """Headers and body of a right call of the look-up."""
    return {**headers_of(mock), **(XML if mock.settings.form == "soap" else JSON)}, question(mock)


def flat(operation: str, elements: dict[str, str], namespace: str = BCA) -> bytes:
    """An envelope around elements of plain text."""
    inside = "".join(f"<d:{name}>{text}</d:{name}>" for name, text in elements.items())
    return enveloped(inside, operation).replace(BCA.encode(), namespace.encode())
