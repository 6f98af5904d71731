"""The profile that leads to a mock, for any combination of family, skin, dialect and form of request, as tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.settings import MockSettings

__all__ = ["profile_text", "secret_files"]

_HEAD = """\
# Leads to a mock platform; everybody in it is invented. Its certificates end with the run.
"""


@dataclass(frozen=True, slots=True)
class _SecretFile:
    """A secret setting, and the file that it is written into."""

    setting: str
    name: str = "secret.txt"


@dataclass(frozen=True, slots=True)
class _Address:
    """A setting that is a path on the mock."""

    setting: str


_Source: TypeAlias = "str | _SecretFile | _Address"
"""Where a value of the profile comes from; a plain text names a setting."""

_SECRET = _SecretFile("secret")
_HASHED: dict[str, _Source] = {"user": "user", "secret": _SECRET, "timestamp": "timestamp"}
_KEY: dict[str, _Source] = {"access_key": "user", "secret_key": _SECRET, "app_name": "app_name"}
_PARTNER: dict[str, _Source] = {"partner_code": "partner_code", "partner_code_cus": "partner_code_cus"}
_LOGIN: dict[str, _Source] = {"login_url": _Address("login_path"), "user": "user", "password": _SECRET}
_CREDENTIALS: Mapping[str, Mapping[str, _Source]] = {
    "hash-basic": _HASHED,
    "xroad": {**_HASHED, "x_road_client": "x_road_client", "api_key": _SecretFile("api_key", "api-key.txt")},
    "esb": {**_HASHED, "source_type": "source_type"},
    "lgsp-token": {"token_url": _Address("token_path"), **_KEY, **_PARTNER},
    "header-key": {"names": "key_names", **_KEY, **_PARTNER},
    "client-credentials": {
        "token_url": _Address("token_path"),
        "client_id": "user",
        "client_secret": _SECRET,
        "secret_in": "secret_in",
        "scope": "scope",
    },
    "jwt-login": {**_LOGIN, "refresh_url": _Address("refresh_path"), "quoted": "quoted"},
    "portal-session": {**_LOGIN, "unit": "unit", "destination": "destination", "session_life": "token_life"},
}


@dataclass(frozen=True, slots=True)
class _Service:
    """A service: the setting with its path, its operation and code, and its fields in the form of SOAP."""

    path: str
    operation: str
    integration: str
    soap: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()


_KEYS = ("SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh")
_D1 = ("MaYeuCau", "MaDVC", "MaTichHop", "MaDonVi", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh")
_JSON = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNam", "Nam")
_CAMEL = (
    *("maYeuCau", "maDVC", "maCanBo", "soDinhDanh", "soCMND", "hoVaTen", "ngayThangNam"),
    "userNameService",
)
_SERVICES: Mapping[str, _Service] = {
    "look_up": _Service(
        "lookup_path",
        "TraCuuThongTinCongDan",
        "037",
        ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", *_KEYS),
    ),
    "confirm": _Service(
        "confirm_path",
        "XacThucThongTinCongDan",
        "003",
        ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", *_KEYS),
    ),
    "relatives": _Service(
        "relatives_path",
        "XacMinhThongTinNhanThan",
        "000",
        _D1,
        (("namespace", "http://gtel.vn/qldc"), ("birth", "flat")),
    ),
    "blood_group": _Service("blood_group_path", "CungCapThongTinNhomMau", "000", _D1, (("birth", "flat"),)),
}


def profile_text(settings: MockSettings, *, url: str) -> str:
    """The profile, as TOML."""
    sections = [
        _HEAD + 'environment = "test"\n',
        _section("endpoint", {"url": url, "registered_url": settings.lookup_path}),
        _section("tls", {"ca": "ca.pem", "certificate": "client.pem", "key": "client.key"}),
        _section("credential", {"family": settings.family, **_credential(settings, url)}),
        _section("wire", _wire(settings)),
        *(_section(f"services.{name}", _service(name, settings)) for name in settings.services.values()),
        _section("audit", {"sink": "file:audit.jsonl"}),
    ]
    return "\n".join(sections)


def secret_files(settings: MockSettings) -> dict[str, str]:
    """File name to secret."""
    sources = _CREDENTIALS[settings.family].values()
    found = {one.name: getattr(settings, one.setting) for one in sources if isinstance(one, _SecretFile)}
    return {name: secret for name, secret in found.items() if secret is not None}


def _credential(settings: MockSettings, url: str) -> dict[str, object]:
    """The family's settings; one that is None is left out, and so are the partner codes of the short key."""
    short = settings.family == "header-key" and settings.key_names == "short"
    found: dict[str, object] = {}
    for name, source in _CREDENTIALS[settings.family].items():
        value: object = getattr(settings, source if isinstance(source, str) else source.setting)
        if value is None or (short and name in _PARTNER):
            continue
        if isinstance(source, _SecretFile):
            value = source
        elif isinstance(source, _Address):
            value = urljoin(url, str(value))
        found[name] = value
    return found


def _wire(settings: MockSettings) -> dict[str, object]:
    date = "iso" if settings.skin == "json-flag" else "yyyymmdd"
    return {
        "skin": settings.skin,
        "request": settings.form,
        "dialect": settings.dialect,
        "name": "folded",
        "date": date,
    }


def _service(name: str, settings: MockSettings) -> dict[str, object]:
    service = _SERVICES[name]
    path = getattr(settings, service.path)
    found: dict[str, object] = {
        "path": path.removeprefix(settings.folder),
        **({} if path == settings.lookup_path else {"registered_url": path}),
        "operation": service.operation,
        "integration": service.integration,
        "fields_sent": _fields(service, settings),
    }
    return found | (dict(service.more) if settings.form == "soap" else {})


def _fields(service: _Service, settings: MockSettings) -> tuple[str, ...]:
    if settings.form == "soap":
        return service.soap
    return _CAMEL if settings.skin == "json-flag" else _JSON


def _section(name: str, values: Mapping[str, object]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {_written(value)}\n" for key, value in values.items())


def _written(value: object) -> str:
    """A value in TOML; its strings and numbers are those of JSON."""
    if isinstance(value, tuple):
        return "[\n  " + ", ".join(map(_written, cast("tuple[str, ...]", value))) + ",\n]"
    if isinstance(value, _SecretFile):
        return f"{{ file = {_written(value.name)} }}"
    return json.dumps(value, ensure_ascii=False)
